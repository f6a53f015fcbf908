"""Our side of a client's page: prepared for one person, seen as they will, brought to them, its answers read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.client_answer import ask_for_call
from amends.desk.actions.client_page import Line, end_page, make_link, note_answers, prepare_page
from amends.desk.models import Case, ClientPage, Outgoing, Person, PersonAddress, Pulse
from amends.desk.queries.client_page import link_of
from cast import NOW, a_restricted_client, browser_of
from paged import a_case, a_page, answers
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
HOUR = timedelta(hours=1)


def typed(case: Case, **more: Any) -> dict[str, Any]:
    first, second = case.heard.all()
    lines = {f"heard_{first.pk}": "Six lanes were shut.", f"heard_{second.pk}": ""}
    return {"title": "Dana, we let you down.", "lead": "That is ours.", "asks_feeling": "on", **lines, **more}


def test_before_the_plan_is_approved_nobody_prepares_a_page(bob: User) -> None:
    case = a_case(bob, is_approved=False)
    browser = browser_of(bob)
    page = text_of(browser, f"/recoveries/{case.pk}/client-page")
    assert "The plan is not approved yet." in page
    assert browser.get(f"/recoveries/{case.pk}/client-page/new").headers["Location"] == (
        f"/recoveries/{case.pk}/client-page"
    )


def test_a_new_page_is_filled_with_what_they_said(bob: User) -> None:
    case = a_case(bob)
    [person] = Person.objects.all()
    browser = browser_of(bob)
    listed = text_of(browser, f"/recoveries/{case.pk}/client-page")
    assert "For whom? Dana Whitlock Warehouse manager Prepare a page" in listed
    page = browser.get(f"/recoveries/{case.pk}/client-page/new?person={person.pk}").content.decode()
    assert re.findall(r'name="title" value="(.*?)"', page) == ["Dana, we let you down."]
    assert re.findall(r'name="heard_\d+" value="(.*?)"', page) == [
        "Six lanes shut.", "It goes into a hole.",
    ]  # fmt: skip
    shown = words_in(page)
    assert "What we will do Change the plan Confirm every name Bob Reed Mar 14 One number, answered by us" in shown
    assert "Nothing is sent: next you see it as Dana will." in shown


def test_a_page_is_prepared_as_it_was_typed(bob: User) -> None:
    case = a_case(bob)
    first, _ = case.heard.all()
    told = typed(case, new_0="Nobody phoned you.", asks_code="on", amends_note="On your statement.")
    answer = browser_of(bob).post(f"/recoveries/{case.pk}/client-page/new", told, follow=True)
    page = ClientPage.objects.get()
    assert answer.redirect_chain == [(f"/client-pages/{page.pk}", 302)]
    assert (page.title, page.lead, page.amends_note) == (
        "Dana, we let you down.",
        "That is ours.",
        "On your statement.",
    )
    assert (page.asks_feeling, page.asks_four, page.asks_code, page.shows_reparation) == (True, False, True, False)
    assert [(line.heard, line.text) for line in page.lines.all()] == [
        (first, "Six lanes were shut."), (None, "Nobody phoned you."),
    ]  # fmt: skip
    shown = words_in(answer.content.decode())
    assert "Prepared. Nobody outside has seen it yet." in shown
    assert "Only Dana Whitlock is to see it. Whoever has the link can open it" in shown


def test_what_cannot_be_is_said_and_all_stays_typed(bob: User) -> None:
    case = a_case(bob)
    told = typed(case, title="", new_0="Kept typing")
    page = browser_of(bob).post(f"/recoveries/{case.pk}/client-page/new", told).content.decode()
    assert "<title>Error: " in page
    assert "Write a title: it is what they read first" in page
    assert "Kept typing" in page
    assert not ClientPage.objects.exists()


def test_a_page_is_changed_and_a_line_that_says_something_else_is_asked_anew(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    first, second = page.lines.all()
    browser, address = browser_of(bob), f"/client-pages/{page.pk}/edit"
    shown = words_in(browser.get(address).content.decode())
    assert "Answered already. Say something else here, and it is asked anew." in shown
    told = {"title": "Dana, this was ours.", "lead": "", f"heard_{first.heard_id}": first.text}
    told |= {f"heard_{second.heard_id}": "Three times you wrote, and nobody answered.", "new_1": "Two trucks left."}
    browser.post(address, told)
    page.refresh_from_db()
    assert (page.title, page.lead, page.asks_feeling) == ("Dana, this was ours.", "", False)
    assert [(line.text, line.is_right, line.words) for line in page.lines.all()] == [
        ("Six lanes shut.", True, ""),
        ("Three times you wrote, and nobody answered.", None, ""),
        ("Two trucks left.", None, ""),
    ]


def test_what_a_colleague_changed_meanwhile_is_not_written_over(alice: User, bob: User) -> None:
    page = a_page(a_case(bob), bob)
    mine, theirs = browser_of(bob), browser_of(alice)
    address = f"/client-pages/{page.pk}/edit"
    first, second = page.lines.all()
    told = {"lead": "Mine.", f"heard_{first.heard_id}": first.text, f"heard_{second.heard_id}": second.text}
    before, theirs_before = (one.get(address).content.decode() for one in (mine, theirs))
    seal = re.findall(r'name="shown" value="(.*?)"', theirs_before)[0]
    theirs.post(address, {**told, "title": "Hers.", "lead": "Hers.", "shown": seal})
    seal = re.findall(r'name="shown" value="(.*?)"', before)[0]
    shown = mine.post(address, {**told, "title": "Mine.", "shown": seal}).content.decode()
    assert "Alice Alder changed “Title” to “Hers.”" in shown
    assert "Save mine" in shown
    page.refresh_from_db()
    assert page.title == "Hers."


def test_a_preview_is_the_page_itself_and_takes_no_answer(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    browser = browser_of(bob)
    answer = browser.get(f"/client-pages/{page.pk}/preview")
    page_told, shown = answer.content.decode(), words_in(answer.content.decode())
    assert "Preview. This is what Dana sees. Answers are not taken here." in page_told
    assert "<h1>Dana, we let you down.</h1>" in page_told
    assert "Six lanes shut. Yes, that’s right Not quite" in shown
    assert browser.post(f"/client-pages/{page.pk}/preview", {"do": "send"}).status_code == 405
    page.refresh_from_db()
    assert (page.opened_at, page.answered_at, page.opens) == (None, None, 0)


def test_a_link_is_shown_once_and_opens_the_page(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    browser = browser_of(bob)
    shown = browser.post(f"/client-pages/{page.pk}/link", {"do": "copy"}).content.decode()
    [token] = re.findall(r'value="[^"]*/c/([\w-]+)"', shown)
    link = link_of(token)
    assert link is not None
    assert link.page == page
    assert token not in browser.get(f"/client-pages/{page.pk}").content.decode()
    assert "It works for 30 days." in words_in(shown)


def test_a_new_link_ends_the_old_ones_where_that_is_asked(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    old = make_link(page, by=bob, now=NOW)
    shown = browser_of(bob).post(f"/client-pages/{page.pk}/link", {"do": "renew"}).content.decode()
    [token] = re.findall(r'value="[^"]*/c/([\w-]+)"', shown)
    before, after = link_of(old), link_of(token)
    assert before is not None
    assert after is not None
    assert (before.works(NOW + HOUR), after.works(NOW + HOUR)) == (False, True)


def test_an_ended_page_has_no_links_any_more(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    make_link(page, by=bob, now=NOW)
    browser = browser_of(bob)
    answer = browser.post(f"/client-pages/{page.pk}", {"do": "end"}, follow=True)
    assert "Ended. No link leads to it any more." in words_in(answer.content.decode())
    answer = browser.post(f"/client-pages/{page.pk}/link", {"do": "copy"}, follow=True)
    assert "This page was ended. Make a new one." in words_in(answer.content.decode())
    assert [link.works(NOW) for link in page.links.all()] == [False]


def test_a_letter_brings_the_link_to_that_person_alone(bob: User) -> None:
    case = a_case(bob)
    gary = Person.objects.create(client=case.client, name="Gary Nash")
    PersonAddress.objects.create(person=gary, address="gary@north.example")
    page = a_page(case, bob)
    browser, address = browser_of(bob), f"/client-pages/{page.pk}/letter"
    form = browser.get(address).content.decode()
    assert "\n[link]\n" in form
    assert "gary@north.example" not in form
    told = {"to": "dana@north.example", "subject": "What we heard", "text": "Dana,\n\n[link]\n\nBob"}
    answer = browser.post(address, told)
    letter = Outgoing.objects.get()
    assert answer.headers["Location"] == f"/outbox/{letter.pk}"
    assert (letter.page, letter.case, letter.read_at, letter.text) == (page, case, None, "Dana,\n\n[link]\n\nBob\n")
    assert "A letter waits to be read Read it and send it" in text_of(browser, f"/client-pages/{page.pk}")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"text": "Dana, look."}, "Put the line [link] where the link is to stand, on a line of its own"),
        ({"subject": ""}, "Write a subject"),
        ({"to": "gary@north.example"}, "Select a valid choice"),
    ],
)
def test_a_letter_without_its_link_is_none(bob: User, told: dict[str, str], why: str) -> None:
    page = a_page(a_case(bob), bob)
    good = {"to": "dana@north.example", "subject": "Kept typing", "text": "Dana,\n\n[link]\n\nBob"}
    shown = browser_of(bob).post(f"/client-pages/{page.pk}/letter", {**good, **told}).content.decode()
    assert why in shown
    assert not Outgoing.objects.exists()


def test_without_an_address_one_is_asked_for(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    PersonAddress.objects.all().delete()
    shown = text_of(browser_of(bob), f"/client-pages/{page.pk}/letter")
    assert "No address of Dana Whitlock is known. Add one, or copy a link and bring it to them yourself." in shown


def test_their_answers_are_read_line_by_line(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    Pulse.objects.create(client=page.client, person=page.person, case=page.case, page=page, at=NOW, feeling=3)
    shown = text_of(browser_of(bob), f"/client-pages/{page.pk}")
    assert "Dana answered on Monday, Mar 10, 12:00 pm. New answers" in shown
    assert "Agreed to one change and questioned one. One line was not quite right." in shown
    assert "Did we hear you right? Six lanes shut. That’s right It goes into a hole. “Three times.” Not quite" in shown
    assert "Confirm every name Bob Reed, Mar 14 Agreed" in shown
    assert "One number, answered by us Bob Reed, Mar 14 “Who picks up?” Has a question" in shown
    assert "How they feel about us All they said Unsure" in shown


def test_what_was_seen_is_new_no_more_until_they_answer_again(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    browser = browser_of(bob)
    assert "I have seen it" in text_of(browser, f"/client-pages/{page.pk}")
    ClientPage.objects.filter(pk=page.pk).update(answered_at=NOW + HOUR)  # meanwhile
    browser.post(f"/client-pages/{page.pk}", {"do": "seen", "until": NOW.isoformat()})
    page.refresh_from_db()
    assert page.noted_at == NOW
    assert "I have seen it" in text_of(browser, f"/client-pages/{page.pk}")
    browser.post(f"/client-pages/{page.pk}", {"do": "seen", "until": "whenever"})
    assert "I have seen it" not in text_of(browser, f"/client-pages/{page.pk}")


def test_who_would_rather_be_called_is_called(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    ask_for_call(page, now=NOW)
    shown = text_of(browser_of(bob), f"/client-pages/{page.pk}")
    assert "Dana would rather be called. Monday, Mar 10, 12:00 pm Prepare the call" in shown


def test_each_state_says_what_has_become_of_it(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    browser, address = browser_of(bob), f"/client-pages/{page.pk}"
    assert "Nobody outside has seen it. Write to Dana, or copy a link." in text_of(browser, address)
    make_link(page, by=bob, now=NOW)
    assert "Dana has not opened it yet." in text_of(browser, address)
    ClientPage.objects.update(opened_at=NOW, last_opened_at=NOW + HOUR, opens=2)
    shown = text_of(browser, address)
    assert "Dana opened it last on Monday, Mar 10, 1:00 pm, and has not answered." in shown
    assert "Opened First on Monday, Mar 10, 12:00 pm, last on Monday, Mar 10, 1:00 pm" in shown
    page.links.update(ends_at=NOW)
    assert "Every link to it is over. Make a new one, and Dana can answer." in text_of(browser, address)
    end_page(page, by=bob, now=NOW)
    assert "No link leads to it any more. What was answered stays." in text_of(browser, address)


def test_each_person_has_a_page_of_their_own(bob: User) -> None:
    case = a_case(bob)
    a_page(case, bob)
    gary = Person.objects.create(client=case.client, name="Gary Nash")
    browser = browser_of(bob)
    shown = text_of(browser, f"/recoveries/{case.pk}/client-page")
    assert "Dana Whitlock Warehouse manager Nobody outside has seen it." in shown
    assert "For somebody else, too Gary Nash Prepare a page" in shown
    browser.post(f"/recoveries/{case.pk}/client-page/new?person={gary.pk}", typed(case, title="Gary, this was ours."))
    assert list(ClientPage.objects.order_by("pk").values_list("person__name", flat=True)) == [
        "Dana Whitlock",
        "Gary Nash",
    ]
    assert "Everybody who is known there has one." in text_of(browser, f"/recoveries/{case.pk}/client-page")


def test_a_viewer_reads_and_changes_nothing(bob: User, vera: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    browser = browser_of(vera)
    shown = text_of(browser, f"/client-pages/{page.pk}")
    assert "What Dana says" in shown
    assert "I have seen it" not in shown
    assert "Copy a link" not in shown
    assert browser.post(f"/client-pages/{page.pk}", {"do": "end"}).status_code == 403
    assert browser.post(f"/client-pages/{page.pk}/link", {"do": "copy"}).status_code == 403


def test_a_restricted_recoverys_page_is_its_teams_alone(bob: User, mona: User, charlie: User) -> None:
    case = a_case(bob)
    page = a_page(case, bob)
    Case.objects.filter(pk=case.pk).update(is_restricted=True)
    for user, status in ((bob, 200), (mona, 404), (charlie, 404)):
        for address in ("", "/edit", "/preview", "/letter"):
            assert browser_of(user).get(f"/client-pages/{page.pk}{address}").status_code == status


def test_nobody_sees_the_page_of_a_client_that_is_not_theirs(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(name="Secret", branch=riverside, looked_after_by=bob)
    page = a_page(a_case(bob, client=secret), bob)
    assert browser_of(charlie).get(f"/client-pages/{page.pk}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_case(bob)
    for number in range(count):
        person = Person.objects.create(client=case.client, name=f"Person {number}")
        page = prepare_page(case, person, by=bob, now=NOW, lines=[Line("x")], title="x")
        make_link(page, by=bob, now=NOW)
    browser = browser_of(bob)
    browser.get(f"/recoveries/{case.pk}/client-page")
    with django_assert_num_queries(QUERIES_OF_LIST):
        browser.get(f"/recoveries/{case.pk}/client-page")


QUERIES_OF_LIST, QUERIES_OF_PAGE = 12, 15


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_three_lines(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_case(bob)
    assert case.person is not None
    lines = [Line(f"Line {number}") for number in range(count)]
    page = prepare_page(case, case.person, by=bob, now=NOW, lines=lines, title="x")
    browser = browser_of(bob)
    browser.get(f"/client-pages/{page.pk}")
    with django_assert_num_queries(QUERIES_OF_PAGE):
        browser.get(f"/client-pages/{page.pk}")


def test_seen_is_seen_once(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    note_answers(page, by=bob, now=NOW + HOUR)
    note_answers(page, by=bob, now=NOW + 2 * HOUR)
    assert page.noted_at == NOW


def test_what_somebody_else_said_is_not_played_back_unasked(bob: User) -> None:
    case = a_case(bob)
    gary = Person.objects.create(client=case.client, name="Gary Nash")
    case.heard.filter(words="Six lanes shut.").update(person=gary)
    page = browser_of(bob).get(f"/recoveries/{case.pk}/client-page/new?person={gary.pk}").content.decode()
    assert re.findall(r'name="heard_\d+" value="(.*?)"', page) == ["Six lanes shut."]
