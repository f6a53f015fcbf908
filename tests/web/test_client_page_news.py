"""What clients answered on their pages, where our side meets it: Today, each step, the plan, timeline and record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client_answer import ask_for_call, note_answer
from amends.desk.actions.client_page import Line, make_link, note_answers, prepare_page
from amends.desk.models import Case, Firm, Person
from cast import NOW, browser_of
from paged import a_case, a_page, answers
from shown import text_of

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")


def test_answers_stand_on_today_of_who_leads_until_they_were_seen(bob: User, alice: User, mona: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    said = "Agreed to one change and questioned one. One line was not quite right."
    row = f"Dana answered on their page North {said} Monday, Mar 10, 12:00 pm"
    assert row in text_of(browser_of(bob))
    assert [row in text_of(browser_of(user)) for user in (alice, mona)] == [False, False]
    note_answers(page, by=bob, now=NOW)
    assert row not in text_of(browser_of(bob))


def test_without_a_lead_they_stand_on_today_of_who_looks_after_them(bob: User) -> None:
    case = a_case(bob)
    answers(a_page(case, bob))
    Case.objects.filter(pk=case.pk).update(lead=None)
    assert "Dana answered on their page" in text_of(browser_of(bob))


def test_who_would_rather_be_called_stands_on_today_so(bob: User) -> None:
    ask_for_call(a_page(a_case(bob), bob), now=NOW)
    assert "Dana would rather be called North" in text_of(browser_of(bob))


def test_each_step_of_the_recovery_says_that_there_are_answers(bob: User, mona: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob))
    told = "Dana Whitlock answered on their page. See the answers"
    for step in ("decide", "plan", "follow-up"):
        assert told in text_of(browser_of(mona), f"/recoveries/{case.pk}/{step}")
    note_answers(page, by=bob, now=NOW)
    assert told not in text_of(browser_of(mona), f"/recoveries/{case.pk}/plan")


def test_the_plan_says_what_it_waits_for(bob: User) -> None:
    case = a_case(bob)
    browser, address = browser_of(bob), f"/recoveries/{case.pk}/plan"
    assert "The client’s page Let Dana answer by a link" in text_of(browser, address)
    page = a_page(case, bob)
    make_link(page, by=bob, now=NOW)
    shown = text_of(browser, address)
    assert "Dana Whitlock Not opened yet Dana has not opened it yet. Waiting for Dana to answer" in shown
    answers(page)
    shown = text_of(browser, address)
    assert "New answers Dana answered on Monday, Mar 10, 12:00 pm. 1 question to answer" in shown


def test_a_plan_that_nobody_approved_has_no_page(bob: User) -> None:
    case = a_case(bob, is_approved=False)
    assert "The client’s page" not in text_of(browser_of(bob), f"/recoveries/{case.pk}/plan")


def test_the_record_names_who_answered(alice: User, bob: User) -> None:
    answers(a_page(a_case(bob), bob))
    shown = text_of(browser_of(alice), "/settings/record")
    assert "Took down what the client says to a change North" in shown
    assert "Dana Whitlock Monday, Mar 10, 12:00 pm" in shown
    assert "Prepared a page for a client North" in shown


def test_an_owner_sets_how_pages_look(alice: User) -> None:
    browser = browser_of(alice)
    assert 'type="color"' in browser.get("/settings/client-page").content.decode()
    told = {"page_colour": "#2C6A5A", "page_foot": "Alder & Quay\r\n1 Dock Road", "page_days": "14"}
    answer = browser.post("/settings/client-page", told, follow=True)
    assert "Saved." in answer.content.decode()
    firm = Firm.objects.get()
    assert (firm.page_colour, firm.page_foot, firm.page_days) == ("#2c6a5a", "Alder & Quay\n1 Dock Road", 14)
    assert "Colour of clients’ pages was #14294b, and is #2c6a5a now." in text_of(browser, "/settings/record")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"page_colour": "red; }"}, "Write a colour as in #14294b."),
        ({"page_colour": ""}, "Choose a colour"),
        ({"page_days": "0"}, "greater than or equal to 1"),
        ({"page_days": "400"}, "less than or equal to 365"),
    ],
)
def test_a_look_that_cannot_be_is_none(alice: User, told: dict[str, str], why: str) -> None:
    good = {"page_colour": "#2c6a5a", "page_foot": "Kept typing", "page_days": "14"}
    shown = browser_of(alice).post("/settings/client-page", {**good, **told}).content.decode()
    assert why in shown
    assert "Kept typing" in shown
    assert Firm.objects.get().page_days == 30


def test_what_one_asks_does_not_stand_on_the_page_of_another(bob: User) -> None:
    case = a_case(bob)
    answers(a_page(case, bob))
    gary = Person.objects.create(client=case.client, name="Gary Nash")
    page = prepare_page(case, gary, by=bob, now=NOW, lines=[Line("x")], title="Gary, this was ours.")
    browser = browser_of(bob)
    for address in (f"/client-pages/{page.pk}/preview", f"/client-pages/{page.pk}"):
        assert "Who picks up?" not in browser.get(address).content.decode()
    note_answer(page, now=NOW)
    today = text_of(browser)
    assert "Gary answered on their page North Monday" in today
    assert "Dana answered on their page North Agreed to one change and questioned one." in today


def test_the_timeline_says_when_they_opened_and_answered(bob: User, mona: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob), NOW)
    for address in (f"/clients/{case.client_id}", f"/clients/{case.client_id}?show=recovery"):
        shown = text_of(browser_of(mona), address)
        assert "Dana answered on their page" in shown
        assert "Dana opened their page" in shown
    Case.objects.filter(pk=case.pk).update(is_restricted=True)
    assert "opened their page" not in text_of(browser_of(mona), f"/clients/{case.client_id}")
    del page
