"""What is said on the call sheet, and what a logged call leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Step
from amends.desk.actions.case import finish_step, plan_next
from amends.desk.actions.health import assess_client
from amends.desk.models import Case, Person, StaffingFact, Waiting
from amends.desk.queries.sheet import sheet_of
from cast import NOW, ROSTER, TALK, a_client, at, browser_of, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")


def sheet(bob: User, case: Case) -> str:
    return text_of(browser_of(bob), f"/recoveries/{case.pk}/call")


def test_who_was_heard_is_not_asked_what_happened_again(bob: User) -> None:
    case = upset(bob)
    finish_step(case, Step.UNDERSTAND, by=bob, now=NOW)
    assert "1 This is what I understood. Tell me where I am wrong." in sheet(bob, case)
    for step in (Step.DECIDE, Step.OWN_IT):
        finish_step(case, step, by=bob, now=NOW)
    page = sheet(bob, case)
    assert "2 Do you feel that by making these changes we can get back to how it was?" in page
    assert "Help me understand" not in page


def test_the_day_of_a_no_show_is_named(bob: User) -> None:
    case = upset(bob)
    StaffingFact.objects.create(client=case.client, kind="no_show", at=at("7 Mar 07:00"), added_at=NOW)
    assert "Help me understand what happened on Friday." in sheet(bob, case)


def test_a_complaint_whose_day_nobody_knows(bob: User) -> None:
    north = a_client("6 Mar 09:00  client: We are very disappointed with your service.", looked_after_by=bob)
    assess_client(north, now=NOW)
    assert "1 Help me understand what has happened." in text_of(browser_of(bob), f"/clients/{north.pk}/call")


def test_a_question_is_answered(bob: User) -> None:
    talk = """
        3 Mar 09:00  client: Can you send the roster?
        3 Mar 10:00  us:     Here it is.
        7 Mar 09:00  client: Who covers the night shift?
    """
    north = a_client(talk, looked_after_by=bob)
    assess_client(north, now=NOW)
    page = text_of(browser_of(bob), f"/clients/{north.pk}/call")
    assert "1 You asked: “Who covers the night shift?” 2 The answer is …" in page
    assert "Help me understand" not in page


def test_what_matters_is_shown_of_what_they_said(bob: User) -> None:
    talk = """
        3 Mar 09:00  client: We are very disappointed with your service.
        5 Mar 09:00  client: Can you send the roster?
        6 Mar 09:00  us:     Sent.
        6 Mar 10:00  client: Hi Jo, go ahead.
    """
    north = a_client(talk, looked_after_by=bob)
    assess_client(north, now=NOW)
    said = [one.words for one in sheet_of(north, now=NOW).said]
    assert said == ["We are very disappointed with your service.", "Can you send the roster?"]
    assert [one.words for one in sheet_of(north, now=NOW + timedelta(days=60)).said] == []


def test_who_waits_and_is_erased_is_nobody_else(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    assess_client(north, now=NOW)
    Waiting.objects.update(person=None)
    Person.objects.create(client=north, name="Luis Ortega", is_main=True)
    browser = browser_of(bob)
    page = text_of(browser, f"/clients/{north.pk}/call")
    assert "Call Luis Ortega Somebody there has waited 3 days 3 hours for an answer." in page
    assert "Luis has waited" not in text_of(browser, "/")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Logged. Is there a next date?"),
        ({"kind": "voicemail"}, "Logged."),
        ({"promised": "Send it", "due_at": "2025-03-11T17:00"}, "Logged. What you promised is on Today."),
        ({"promised": "Send it", "due_at": "2025-03-21T17:00"}, "Logged. It is under Promises."),
    ],
)
def test_what_is_said_of_a_logged_call_is_true(bob: User, typed: dict[str, str], told: str) -> None:
    case = upset(bob)
    page = browser_of(bob).post(f"/recoveries/{case.pk}/call", {"kind": "call", **typed}, follow=True)
    assert [str(one) for one in page.context["messages"]] == [told]


@pytest.mark.parametrize("next_at", [NOW, NOW + timedelta(days=3)])
def test_a_call_keeps_for_what_the_recovery_waits(bob: User, next_at: datetime) -> None:
    case = upset(bob)
    plan_next(case, by=bob, now=NOW, next_at=next_at, note="Has the plan.", waiting_for="Waiting for Gary")
    page = browser_of(bob).post(f"/calls/new?client={case.client_id}", {"kind": "call"})
    case.refresh_from_db()
    assert (case.next_note, case.waiting_for) == ("Has the plan.", "Waiting for Gary")
    if next_at == NOW:  # this call was it
        assert (case.next_at, page.url) == (None, f"/recoveries/{case.pk}#next")  # type: ignore[attr-defined]  # it redirects
    else:
        assert (case.next_at, page.url) == (next_at, f"/clients/{case.client_id}")  # type: ignore[attr-defined]  # the same


def test_a_step_that_began_today_says_so(bob: User) -> None:
    case = upset(bob)
    Case.objects.update(called_back_at=NOW, next_at=None)
    assert "What it waits for In this step since today" in text_of(browser_of(bob), f"/recoveries/{case.pk}/decide")


def test_the_other_half_of_a_promise_is_asked_for_at_the_top(bob: User) -> None:
    case = upset(bob)
    page = browser_of(bob).post(f"/recoveries/{case.pk}/call", {"kind": "call", "promised": "Send it"}).content.decode()
    assert page.index('id="wrong"') < page.index('class="cols sheet"')
    assert 'action="#wrong"' in page
    assert "By when (if you promised something)" in words_in(page)
