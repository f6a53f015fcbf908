"""The page Follow up: what mended takes, how they feel, and who may call it mended anyway."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER, Status
from amends.desk.actions.case import finish_step
from amends.desk.actions.followup import finish_followup
from amends.desk.models import Case, FollowUp
from cast import NOW, a_client, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    north = a_client(looked_after_by=bob, branch=riverside)
    found = upset(bob, north, person=person_at(north, "gary@north.example"))
    for step in ORDER[:6]:
        finish_step(found, step, by=bob, now=NOW)
    return found


def address(case: Case) -> str:
    return f"/recoveries/{case.pk}/follow-up"


def test_what_is_missing_is_said_one_by_one(case: Case, bob: User) -> None:
    page = text_of(browser_of(bob), address(case))
    assert "What mended takes 1 of 6" in page
    assert "Holds: Nothing was planned, and nothing is open." in page
    assert "Missing: No promise has fallen due since. 8 more have to be kept." in page
    assert "Not known yet: Nobody has asked yet how they feel. Two answers are needed." in page
    assert "Missing: Ask them whether it is mended, and hear a yes." in page
    assert "When to ask again Gary First" in page


def test_a_feeling_is_asked_at_the_check_in(case: Case, bob: User) -> None:
    Case.objects.update(call_back_by=NOW - timedelta(days=2))  # since then they were called
    coming = FollowUp.objects.get()
    browser = browser_of(bob)
    shown = text_of(browser, f"/followups/{coming.pk}/done")
    assert "How do they feel about working with us today? (optional)" in shown
    assert "Ready to leave Let down Unsure Mostly good Good" in shown
    told = {"kind": "call", "words": "Fine.", "holds": "yes", "feeling": "2", "agrees": "on", "next_on": "2025-04-30"}
    browser.post(f"/followups/{coming.pk}/done", told)
    coming.refresh_from_db()
    assert (coming.feeling, coming.holds) == (2, True)
    assert FollowUp.objects.get(done_at=None).due_on.isoformat() == "2025-03-17"
    page = text_of(browser, address(case))
    assert "Asked how it feels, Gary said “Let down”. Back to Understand?" in page
    assert "They say so themselves." in page
    assert "Mar 10 It holds · Let down “Fine.”" in page
    browser.post(f"/recoveries/{case.pk}", {"status": "open"})
    case.refresh_from_db()
    assert case.status == Status.OPEN


def test_orders_are_explained_in_a_line(case: Case, bob: User) -> None:
    browser_of(bob).post(address(case), {"do": "orders", "words": "The dock is closed."})
    assert "You said of their orders: The dock is closed." in text_of(browser_of(bob), address(case))


def test_two_people_explain_the_orders(case: Case, bob: User, mona: User) -> None:
    sealed = browser_of(bob).get(address(case)).context["orders_form"]["shown"].value()
    browser_of(mona).post(address(case), {"do": "orders", "words": "Closed.", "shown": sealed})
    answer = browser_of(bob).post(address(case), {"do": "orders", "words": "As before.", "shown": sealed})
    assert "Mona Quay changed “How is it with their orders?” to “Closed.” at" in words_in(answer.content.decode())


def test_a_manager_overrules_with_a_reason(case: Case, bob: User, mona: User) -> None:
    assert "Call it mended anyway" not in text_of(browser_of(bob), address(case))
    assert "Call it mended anyway" in text_of(browser_of(mona), address(case))
    empty = browser_of(mona).post(address(case), {"do": "anyway"})
    assert "Say why it is mended all the same" in words_in(empty.content.decode())
    refused = browser_of(bob).post(address(case), {"do": "anyway", "reason": "So."})
    assert "You may look at this" in words_in(refused.content.decode())
    browser_of(mona).post(address(case), {"do": "anyway", "reason": "They told me so."})
    page = text_of(browser_of(bob), address(case))
    assert "North is mended: a manager said so. They told me so." in page


def test_what_held_is_said_in_one_sentence(case: Case, bob: User) -> None:
    Case.objects.update(status=Status.MENDED)
    page = text_of(browser_of(bob), address(case))
    assert "Every promise kept, the orders are back, and Gary says so. North is mended." in page
    Case.objects.update(orders_explained="As before.")
    assert "Every promise kept, and Gary says so. North is mended." in text_of(browser_of(bob), address(case))


def test_the_first_check_in_may_be_laid_down_by_hand(case: Case, bob: User, vera: User) -> None:
    FollowUp.objects.all().delete()
    assert "Lay down the first check-in" not in text_of(browser_of(vera), address(case))
    assert browser_of(vera).post(address(case), {"do": "begin"}).status_code == 403
    assert "Lay down the first check-in" in text_of(browser_of(bob), address(case))
    browser_of(bob).post(address(case), {"do": "begin"})
    assert FollowUp.objects.get().due_on.isoformat() == "2025-03-11"


def test_the_step_lists_what_lacks(case: Case, bob: User) -> None:
    answer = browser_of(bob).post(f"/recoveries/{case.pk}", {"step": "follow_up"}, follow=True)
    assert "It is not mended yet. No promise has fallen due since." in words_in(answer.content.decode())


def test_of_a_restricted_recovery_others_see_nothing(case: Case, charlie: User) -> None:
    Case.objects.update(is_restricted=True)
    assert browser_of(charlie).get(address(case)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    case: Case, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        row = FollowUp.objects.create(client=case.client, case=case, due_on=NOW.date())
        finish_followup(row, by=bob, now=NOW, outcome="Fine.", feeling=4, holds=True)
    browser = browser_of(bob)
    with django_assert_num_queries(29):
        browser.get(address(case))
