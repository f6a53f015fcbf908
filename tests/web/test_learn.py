"""What was learnt: looked back on together, changed for every client, and read across all of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status, Step
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.lesson import add_lesson, ask_to_look_back, change_lesson, finish_lesson
from amends.desk.actions.reparation import draft_reparation, give_reparation, offer_reparation
from amends.desk.models import Case, Lesson, Retrospective
from cast import NOW, a_client, browser_of, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
TODAY = date(2025, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    found = upset(bob, a_client(looked_after_by=bob, branch=riverside))
    finish_step(found, Step.PART_WELL, by=bob, now=NOW)
    return found


def learn(case: Case) -> str:
    return f"/recoveries/{case.pk}/learn"


def test_who_parted_looks_back_within_a_week(case: Case, bob: User) -> None:
    row = Retrospective.objects.get()
    assert (row.due_on, row.held_at) == (date(2025, 3, 17), None)
    page = text_of(browser_of(bob), learn(case))
    assert "What would have stopped this, and which other clients could it happen to?" in page
    assert "Look back together Look back by Mar 17." in page
    browser_of(bob).post(learn(case), {"do": "back", "did_well": "We called at once.", "do_better": "Notice sooner."})
    row.refresh_from_db()
    assert (row.did_well, row.do_better, row.by) == ("We called at once.", "Notice sooner.", bob)
    assert "Looked back on Mar 10." in text_of(browser_of(bob), learn(case))


def test_an_empty_look_back_is_none(case: Case, bob: User) -> None:
    answer = browser_of(bob).post(learn(case), {"do": "back"})
    assert "Write what went well, or what could have gone better." in words_in(answer.content.decode())


def test_a_change_has_an_owner_and_a_day(case: Case, bob: User) -> None:
    told = {"do": "lesson", "what": "Leavers go off the sheet at once.", "owner": str(bob.pk), "due_on": "2025-03-14"}
    browser_of(bob).post(learn(case), told)
    row = Lesson.objects.get()
    assert (row.what, row.owner, row.due_on, row.case) == (
        "Leavers go off the sheet at once.",
        bob,
        date(2025, 3, 14),
        case,
    )
    assert "Leavers go off the sheet at once. Bob Reed sees to it Mar 14" in text_of(browser_of(bob), learn(case))
    late = browser_of(bob).post(learn(case), {**told, "due_on": "2025-03-07"})
    assert "That day has passed. By when is it changed?" in words_in(late.content.decode())


def test_what_is_due_stands_on_today(case: Case, bob: User, mona: User) -> None:
    Retrospective.objects.update(due_on=TODAY - DAY)
    add_lesson(case, "Leavers go off the sheet at once.", owner=bob, due_on=TODAY, by=bob, now=NOW)
    other = upset(bob, case.client)
    row = draft_reparation(other, by=bob, now=NOW, direct_loss=3000, offer=3300, reason="x")
    offer_reparation(row, by=bob, now=NOW)
    page = text_of(browser_of(bob))
    assert "North Look back with the team: what went well, what could be better 1 day late" in page
    assert "Leavers go off the sheet at once. A change for every client, after North Today" in page
    assert "waits for you to agree" not in page
    assert "An offer to make it good waits for you to agree" in text_of(browser_of(mona))


def test_a_lesson_is_changed_done_and_stays(case: Case, bob: User, vera: User) -> None:
    row = add_lesson(case, "One", owner=bob, due_on=TODAY, by=bob, now=NOW)
    browser, address = browser_of(bob), f"/lessons/{row.pk}"
    assert "One" in text_of(browser, address)
    told = {"do": "save", "what": "Two", "why": "So.", "owner": str(bob.pk), "due_on": "2025-03-12"}
    assert browser_of(vera).post(address, told).status_code == 403
    browser.post(address, told)
    row.refresh_from_db()
    assert (row.what, row.why, row.due_on) == ("Two", "So.", date(2025, 3, 12))
    assert "Say what changes for every client" in words_in(browser.post(address, {**told, "what": ""}).content.decode())
    browser.post(address, {"do": "done"})
    row.refresh_from_db()
    assert row.done_at is not None
    assert "What was changed for every client stays on record." in words_in(
        browser.post(address, {"do": "remove"}, follow=True).content.decode()
    )
    assert "Changed on Mar 10" in text_of(browser_of(vera), address)


def test_a_lesson_is_taken_back(case: Case, bob: User) -> None:
    row = add_lesson(case, "One", owner=bob, due_on=TODAY, by=bob, now=NOW)
    browser_of(bob).post(f"/lessons/{row.pk}", {"do": "remove"})
    assert not Lesson.objects.exists()


def test_of_a_restricted_recovery_others_learn_nothing(case: Case, bob: User, charlie: User) -> None:
    row = add_lesson(case, "One", owner=bob, due_on=TODAY, by=bob, now=NOW)
    Case.objects.update(is_restricted=True)
    assert browser_of(charlie).get(f"/lessons/{row.pk}").status_code == 404
    assert "One" not in text_of(browser_of(charlie), "/lessons")


def closed(bob: User, theme: str, *, days: int = 0) -> Case:
    found = upset(bob, a_client(looked_after_by=bob, name=f"{theme} {days}"))
    Case.objects.filter(pk=found.pk).update(theme=theme, opened_at=NOW - days * DAY)
    found.refresh_from_db()
    return move_case(found, Status.CLOSED, by=bob, now=NOW)


def test_below_five_it_is_too_early(bob: User) -> None:
    for days in range(3):
        closed(bob, "billing", days=days)
    assert "Too early to see patterns. 3 of 5 cases." in text_of(browser_of(bob), "/lessons")


def test_patterns_are_named_and_what_was_changed(bob: User) -> None:
    cases = [closed(bob, "billing", days=days) for days in (95, 96, 10)]
    cases += [closed(bob, "answers", days=days) for days in (1, 2)]
    assert not Retrospective.objects.exists()
    row = draft_reparation(cases[0], by=bob, now=NOW, owed=100)
    give_reparation(offer_reparation(row, by=bob, now=NOW), by=bob, now=NOW)
    lesson = add_lesson(cases[0], "Leavers go off at once.", owner=bob, due_on=TODAY, by=bob, now=NOW)
    finish_lesson(lesson, by=bob, now=NOW - 91 * DAY)
    page = text_of(browser_of(bob), "/lessons")
    assert "2 causes are behind 5 of 5 problems." in page
    assert "Billing and paperwork 3 recoveries 3 clients $100 to make good" in page
    assert "A quarter before the change: 2. A quarter after: 1." in page
    assert "Nothing was changed yet." in page


def test_without_themes_there_is_no_pattern(bob: User) -> None:
    for days in range(5):
        closed(bob, "", days=days)
    assert "No closed recovery has a theme yet." in text_of(browser_of(bob), "/lessons")


def test_a_few_themes_among_many_closed_ones_are_no_pattern(bob: User) -> None:
    for days in range(5):
        closed(bob, "billing" if days < 2 else "", days=days)
    told = "Too early to see patterns. 2 of 5 cases say what they were about."
    assert told in text_of(browser_of(bob), "/lessons")


def test_what_came_again_and_goes_on_counts_against_a_change(bob: User) -> None:
    cases = [closed(bob, "billing", days=95 + days) for days in range(5)]
    again = upset(bob, a_client(looked_after_by=bob, name="Again"))
    Case.objects.filter(pk=again.pk).update(theme="billing", opened_at=NOW - 10 * DAY)
    lesson = add_lesson(cases[0], "Leavers go off at once.", owner=bob, due_on=TODAY, by=bob, now=NOW)
    finish_lesson(lesson, by=bob, now=NOW - 91 * DAY)
    assert "A quarter before the change: 5. A quarter after: 1." in text_of(browser_of(bob), "/lessons")


def test_a_change_of_who_is_gone_is_the_leads(case: Case, bob: User, mona: User) -> None:
    add_lesson(case, "Leavers go off the sheet at once.", owner=mona, due_on=TODAY, by=bob, now=NOW)
    assert "Leavers go off" not in text_of(browser_of(bob))
    mona.is_active = False
    mona.save()
    assert "Leavers go off the sheet at once." in text_of(browser_of(bob))


def test_the_same_trouble_elsewhere_is_named(case: Case, bob: User) -> None:
    Case.objects.update(theme="billing")
    closed(bob, "billing", days=1)
    assert "The same trouble at other clients billing 1" in text_of(browser_of(bob), learn(case))


def test_it_is_asked_for_once(case: Case, bob: User) -> None:
    assert ask_to_look_back(case, by=bob, now=NOW).pk == Retrospective.objects.get().pk
    move_case(case, Status.OPEN, by=bob, now=NOW)
    assert not Retrospective.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for days in range(5 + count):
        lesson = add_lesson(closed(bob, "billing", days=days), "One", owner=bob, due_on=TODAY, by=bob, now=NOW)
        assert lesson
    browser = browser_of(bob)
    with django_assert_num_queries(13):
        browser.get("/lessons")
    with django_assert_num_queries(22):
        browser.get(learn(Case.objects.earliest("pk")))


def test_who_sees_to_a_change_after_a_restricted_recovery_becomes_part_of_it(
    case: Case, bob: User, mona: User, charlie: User
) -> None:
    Case.objects.update(is_restricted=True)
    case.refresh_from_db()
    row = add_lesson(case, "One", owner=charlie, due_on=TODAY, by=bob, now=NOW)
    assert "One A change for every client, after North Today" in text_of(browser_of(charlie))
    assert "One" in text_of(browser_of(charlie), f"/lessons/{row.pk}")
    change_lesson(row, what="Two", owner=mona, due_on=TODAY, by=bob, now=NOW)
    assert [role.user for role in case.roles.all()] == [charlie, mona]


def test_nothing_of_a_recovery_that_was_restricted_since_is_asked_of_others(
    case: Case, bob: User, charlie: User
) -> None:
    add_lesson(case, "One", owner=charlie, due_on=TODAY, by=bob, now=NOW)
    assert "after North" in text_of(browser_of(charlie))
    Case.objects.update(is_restricted=True)
    assert "A change for every client" not in text_of(browser_of(charlie))
