"""The page of a check-in, and its row on Today: what to ask, what it came to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.case import schedule_followup
from amends.desk.models import Case, FollowUp, Outgoing, PersonAddress, PlanAction, Reparation
from cast import NOW, a_client, browser_of, person_at, upset
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    north = a_client(looked_after_by=bob, branch=riverside)
    found = upset(bob, north, person=person_at(north, "gary@north.example"))
    Case.objects.update(next_at=None, called_back_at=NOW)
    return found


def due(case: Case, bob: User, **more: object) -> FollowUp:
    told = {"case": case, "person": case.person, "number": 3, "of": 11, **more}
    return schedule_followup(case.client, TODAY, by=bob, now=NOW, **told)  # type: ignore[arg-type]  # as each test says


def put_right(case: Case) -> None:
    """Change what went wrong, where the client sees it and where not, and give something."""
    for what, is_visible in (("Call by 4 pm when a shift is open", True), ("Talk to the desk", False)):
        PlanAction.objects.create(case=case, what=what, due_on=TODAY, at=NOW, done_at=NOW, is_visible=is_visible)
    told = {"currency": "USD", "offer": Decimal(1210), "in_kind": "a free week", "given_on": TODAY - 4 * DAY, "at": NOW}
    Reparation.objects.create(case=case, state="given", **told)


def test_a_check_in_says_what_to_ask(case: Case, bob: User) -> None:
    put_right(case)
    page = text_of(browser_of(bob), f"/followups/{due(case, bob).pk}/done")
    assert "What to ask 1 The fix “Is it still as we said it would be?” Call by 4 pm when a shift is open 2" in page
    assert "2 What you put right “Did it reach you, and was it right?” $1,210 and a free week, Mar 6 3 How they" in page
    assert "“How do you feel about working with us today?” Then wait. Gary’s first word says more" in page
    assert "Talk to the desk" not in page
    assert "four questions" not in page


def test_the_monthly_ones_ask_the_four_questions_too(case: Case, bob: User) -> None:
    followup = due(case, bob, number=9)
    address = f"/followups/{followup.pk}/done"
    page = text_of(browser_of(bob), address)
    named = f"?person={followup.person_id}" if followup.person_id else ""
    assert f'href="/clients/{case.client_id}/pulse/heard{named}"' in browser_of(bob).get(address).content.decode()
    assert "What to ask 1 How they feel" in page
    assert "This is a monthly one: ask the four questions of the pulse too." in page


def test_of_what_was_owed_only_its_name_is_known(case: Case, bob: User) -> None:
    Reparation.objects.create(case=case, state="given", currency="USD", owed=Decimal(90), at=NOW)
    assert "was it right?” What was owed 2 How" in text_of(browser_of(bob), f"/followups/{due(case, bob).pk}/done")


def test_today_says_what_to_ask(case: Case, bob: User) -> None:
    due(case, bob)
    assert "Third weekly check-in since you made things right. Ask about how they feel." in text_of(
        browser_of(bob), "/"
    )
    put_right(case)
    page = text_of(browser_of(bob), "/")
    assert "made things right. Ask about the fix, what you put right and how they feel." in page


def test_a_note_keeps_its_own_end(case: Case, bob: User) -> None:
    due(case, bob, note="Ask for Sam!")
    assert "Ask for Sam! Ask about how they feel." in text_of(browser_of(bob), "/")


def test_a_planned_call_says_its_hour(case: Case, bob: User) -> None:
    due(case, bob)
    FollowUp.objects.update(call_at=NOW + timedelta(hours=2, minutes=30))
    assert "how they feel. 2:30 pm" in text_of(browser_of(bob), "/")
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/follow-up")
    assert "Third weekly check-in since you made things right Monday, Mar 10, 2:30 pm" in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    case: Case, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        put_right(case)
    browser, address = browser_of(bob), f"/followups/{due(case, bob).pk}/done"
    with django_assert_num_queries(15):
        browser.get(address)


# ── A call is planned ──────────────────────────────────────────────────────────────────────────────────────────────


def call(followup: FollowUp) -> str:
    return f"/followups/{followup.pk}/call"


def test_a_call_is_planned_and_its_invitation_read(case: Case, bob: User) -> None:
    followup, browser = due(case, bob), browser_of(bob)
    page = text_of(browser, call(followup))
    told = "If you invite them, it goes to gary@north.example and says when, and nothing of why."
    assert f"When do you call Gary? {told}" in page
    answer = browser.post(call(followup), {"on": "2025-03-14", "hour": "10:30", "minutes": "20", "invites": "on"})
    letter = Outgoing.objects.get()
    assert answer.url == f"/outbox/{letter.pk}"  # type: ignore[attr-defined]  # it redirects
    page = text_of(browser, f"/outbox/{letter.pk}")
    assert "Planned for Friday, Mar 14, 10:30 am. Read the invitation before it goes." in page
    assert "For their calendar A call on Friday, Mar 14, 10:30 am, 20 minutes" in page
    page = text_of(browser, f"/followups/{followup.pk}/done")
    assert "You call on Friday, Mar 14, 10:30 am. The invitation waits until somebody reads it." in page
    Outgoing.objects.update(read_at=NOW, sending_at=NOW, sent_at=NOW)
    assert "10:30 am. Gary was invited by mail." in text_of(browser, f"/followups/{followup.pk}/done")
    answer = browser.post(call(followup), {"on": "2025-03-14", "hour": ""})
    letter = Outgoing.objects.get(method="CANCEL")
    page = text_of(browser, answer.url)  # type: ignore[attr-defined]  # it redirects
    assert "No hour is planned any more. Read this letter, so that it leaves their calendar too." in page
    assert "For their calendar Takes out the call on Friday, Mar 14, 10:30 am" in page


def test_a_call_without_an_invitation(case: Case, bob: User) -> None:
    followup, browser = due(case, bob), browser_of(bob)
    page = browser.post(call(followup), {"on": "2025-03-14", "hour": "10:30"}, follow=True).content.decode()
    assert "Planned for Friday, Mar 14, 10:30 am." in page
    assert "Nobody was invited by mail." in page
    page = browser.post(call(followup), {"on": "2025-03-14"}, follow=True).content.decode()
    assert "Planned for Friday, Mar 14." in page
    assert browser.get(call(followup)).content.decode().count('value="2025-03-14"') == 1


def test_what_cannot_be_planned_is_said_and_nothing_typed_is_lost(case: Case, bob: User) -> None:
    followup = due(case, bob)
    page = browser_of(bob).post(call(followup), {"on": "2025-03-15", "hour": "10:30", "minutes": "20"})
    assert "Nobody works here on Saturday, March 15. Choose another day." in page.content.decode()
    assert 'value="10:30"' in page.content.decode()
    PersonAddress.objects.all().delete()
    assert "No address of theirs is known, so nobody can be invited." in text_of(browser_of(bob), call(followup))


def test_two_people_plan_the_same_call(case: Case, bob: User, mona: User) -> None:
    followup = due(case, bob)
    shown = browser_of(bob).get(call(followup)).context["form"]["shown"].value()
    told = {"on": "2025-03-14", "hour": "10:30", "minutes": "15"}
    browser_of(mona).post(call(followup), {**told, "shown": shown})
    page = browser_of(bob).post(call(followup), {**told, "hour": "16:00", "shown": shown}).content.decode()
    assert "Save mine" in page
    followup.refresh_from_db()
    assert followup.call_at == NOW + timedelta(days=4) - timedelta(hours=1, minutes=30)


def test_of_a_restricted_recovery_others_plan_nothing(case: Case, bob: User, charlie: User, vera: User) -> None:
    followup = due(case, bob)
    assert browser_of(vera).get(call(followup)).status_code == 403
    Case.objects.update(is_restricted=True)
    assert browser_of(charlie).get(call(followup)).status_code == 404
