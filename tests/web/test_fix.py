"""The page of what is done about it: quietly, until the client says that it holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.fix import finish_action
from amends.desk.actions.plan import add_action, answer_action
from amends.desk.models import Case, LetterKind, Outgoing, Person, PlanAction, Promise
from cast import NOW, a_client, at, browser_of, upset
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")


def a_case(bob: User) -> Case:
    client = a_client(looked_after_by=bob)
    return upset(bob, client, person=Person.objects.create(client=client, name="Gary Nash"), lead=bob)


def agreed(case: Case, bob: User, what: str = "Confirm every name", **more: Any) -> PlanAction:
    told = {"by": bob, "now": NOW, "due_on": date(2025, 3, 14), "owner": bob, **more}
    action = add_action(case, what, **told)
    return answer_action(action, "agreed", by=bob, now=NOW) if action.is_visible else action


def page_of(case: Case) -> str:
    return f"/recoveries/{case.pk}/fix"


def test_without_a_plan_it_leads_there(bob: User) -> None:
    page = text_of(browser_of(bob), page_of(a_case(bob)))
    assert "Fix it, quietly. Tell Gary when it holds, not when it starts." in page
    assert "Nothing is planned yet. What is agreed in the plan is done here, quietly. To the plan" in page
    assert "Tell Gary only when asked, or on the days that you agreed." in page
    assert "Is it fixed, and are you sure it cannot come back?" in page


def test_what_binds_is_to_do_and_what_does_not_is_said(bob: User, mona: User) -> None:
    case = a_case(bob)
    agreed(case, bob, measure="None late")
    agreed(case, bob, "Call first", owner=mona)
    page = text_of(browser_of(bob), page_of(case))
    assert "To do 1 Confirm every name Bob Reed · None late It is done" in page
    assert "Binds nobody yet 1 To the plan Call first Mona Quay was asked Agreed" in page


def test_done_with_a_note_it_is_asked_about_then_it_holds_and_is_fixed(bob: User) -> None:
    case, browser = a_case(bob), browser_of(bob)
    action = agreed(case, bob)
    address = f"/plan-actions/{action.pk}/fix"
    answer = browser.post(address, {"do": "done", "note": "Since Monday"}, follow=True)
    assert answer.redirect_chain == [(page_of(case), 302)]
    assert "Done. Nobody is told: tell them when it holds." in answer.content.decode()
    assert Promise.objects.get().state == "kept"
    page = text_of(browser, page_of(case))
    assert "Done. Does it hold? 1 Confirm every name Done on Mar 10: Since Monday Gary says that it holds" in page
    answer = browser.post(address, {"do": "done"}, follow=True)
    assert "This is done already." in answer.content.decode()
    browser.post(address, {"do": "holds"})
    page = text_of(browser, page_of(case))
    assert "Gary says that it is fixed, since Mar 10" in page
    assert "Finished 1 Confirm every name Holds since Mar 10 · Since Monday Holds" in page


def test_all_of_it_is_fixed_with_one_answer(bob: User) -> None:
    case, browser = a_case(bob), browser_of(bob)
    for what in ("One", "Two"):
        finish_action(agreed(case, bob, what), by=bob, now=NOW)
    assert "Gary says that all of it is fixed" in text_of(browser, page_of(case))
    answer = browser.post(page_of(case), follow=True)
    assert "Fixed, and the client says so." in answer.content.decode()
    assert "Finished 2" in text_of(browser, page_of(case))


def test_fixed_is_refused_while_something_is_to_be_done(bob: User) -> None:
    case = a_case(bob)
    agreed(case, bob)
    answer = browser_of(bob).post(page_of(case), HTTP_REFERER=f"http://testserver{page_of(case)}", follow=True)
    assert "Something is still to be done." in answer.content.decode()


def test_what_does_not_hold_is_done_again_by_a_day(bob: User) -> None:
    case, browser = a_case(bob), browser_of(bob)
    action = finish_action(agreed(case, bob), by=bob, now=NOW)
    address = f"/plan-actions/{action.pk}/fix"
    page = browser.post(address, {"do": "again", "due_on": ""}).content.decode()
    assert "Say by when it is done again" in page
    page = browser.post(address, {"do": "again", "due_on": "2025-03-01"}).content.decode()
    assert "That day has passed. By when will it be done?" in page
    assert 'value="2025-03-01"' in page
    answer = browser.post(address, {"do": "again", "due_on": "2025-03-20"}, follow=True)
    assert "Open again." in answer.content.decode()
    assert PlanAction.objects.get().due_on == date(2025, 3, 20)


def test_what_is_late_is_said_to_be(bob: User) -> None:
    case = a_case(bob)
    action = agreed(case, bob, "Ask why", is_visible=False)
    PlanAction.objects.update(due_on=date(2025, 3, 7))
    assert '<span class="late">Mar 7</span>' in browser_of(bob).get(page_of(case)).content.decode()
    assert "In recoveries 1 Ask why For the recovery of North. 3 days late" in text_of(browser_of(bob))
    PlanAction.objects.update(due_on=date(2025, 3, 10))
    assert "Ask why For the recovery of North. Today" in text_of(browser_of(bob))
    PlanAction.objects.update(due_on=date(2025, 3, 11))
    assert "Ask why For the recovery of North. Tomorrow" in text_of(browser_of(bob))
    finish_action(action, by=bob, now=NOW)
    assert "In recoveries" not in text_of(browser_of(bob))


def test_fanfare_is_warned_of(bob: User) -> None:
    case = a_case(bob)
    for day in ("6 Mar 09:00", "7 Mar 09:00"):
        Outgoing.objects.create(
            kind=LetterKind.CLIENT, to="g@north.example", subject="x", text="x", case=case, client=case.client,
            added_at=at(day), sent_at=at(day),
        )  # fmt: skip
    assert (
        "More than one letter about this went out within a week, and nobody had asked. Tell Gary when it holds, not"
        " when it starts."
    ) in text_of(browser_of(bob), page_of(case))


def test_a_viewer_reads_and_does_nothing(bob: User, vera: User) -> None:
    case = a_case(bob)
    action = agreed(case, bob)
    assert "It is done" not in text_of(browser_of(vera), page_of(case))
    assert browser_of(vera).post(f"/plan-actions/{action.pk}/fix", {"do": "done"}).status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_as_often_with_three_as_with_one(
    bob: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_case(bob)
    for number in range(many):
        agreed(case, bob, f"Action {number}")
    browser = browser_of(bob)
    browser.get(page_of(case))
    with django_assert_num_queries(FIX_QUERIES):
        browser.get(page_of(case))


FIX_QUERIES = 21
