"""The page of a check-in, and its row on Today: what to ask, what it came to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.case import schedule_followup
from amends.desk.models import Case, FollowUp, PlanAction, Reparation
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
    page = text_of(browser_of(bob), f"/followups/{due(case, bob, number=9).pk}/done")
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


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    case: Case, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        put_right(case)
    browser, address = browser_of(bob), f"/followups/{due(case, bob).pk}/done"
    with django_assert_num_queries(15):
        browser.get(address)
