"""A lesson is changed, refused and done by who may; the pages are held by tests/web/test_learn.py."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.lesson import add_lesson, ask_to_look_back, change_lesson, finish_lesson, look_back
from amends.desk.models import Case, Event, Lesson
from amends.desk.rules import Refused
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from amends.desk.models import User

TODAY, LATER = date(2025, 3, 10), date(2025, 3, 14)


@pytest.fixture
def case(bob: User) -> Case:
    return upset(bob, a_client(looked_after_by=bob))


@pytest.fixture
def lesson(case: Case, bob: User) -> Lesson:
    return add_lesson(case, " One ", owner=bob, due_on=LATER, by=bob, now=NOW, why=" So. ")


def test_it_is_kept_with_why_and_the_theme_of_its_recovery(lesson: Lesson, case: Case, bob: User) -> None:
    assert (lesson.what, lesson.why, lesson.theme, lesson.case, lesson.by) == ("One", "So.", "", case, bob)
    assert Event.objects.get(verb="add_lesson").case == case


@pytest.mark.parametrize(
    ("what", "due_on", "sentence"),
    [(" ", LATER, "Say what changes for every client"), ("x", date(2025, 3, 9), "That day has passed")],
)
def test_half_a_lesson_is_none(case: Case, bob: User, what: str, due_on: date, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        add_lesson(case, what, owner=bob, due_on=due_on, by=bob, now=NOW)


def test_who_left_or_only_looks_sees_to_nothing(case: Case, bob: User, vera: User) -> None:
    with pytest.raises(Refused, match="Choose somebody else"):
        add_lesson(case, "x", owner=vera, due_on=LATER, by=bob, now=NOW)
    with pytest.raises(Refused, match="You may look at this"):
        add_lesson(case, "x", owner=bob, due_on=LATER, by=vera, now=NOW)


def test_a_lesson_outlives_its_recovery(lesson: Lesson, bob: User) -> None:
    Lesson.objects.update(case=None)
    lesson.refresh_from_db()
    change_lesson(lesson, what="Two", owner=bob, due_on=LATER, by=bob, now=NOW)
    assert Lesson.objects.get().what == "Two"


def test_a_day_that_has_passed_may_stay_but_not_be_chosen(lesson: Lesson, bob: User) -> None:
    Lesson.objects.update(due_on=date(2025, 3, 3))
    lesson.refresh_from_db()
    change_lesson(lesson, what="Two", owner=bob, due_on=lesson.due_on, by=bob, now=NOW)
    assert (lesson.what, lesson.due_on) == ("Two", date(2025, 3, 3))
    with pytest.raises(Refused, match="That day has passed"):
        change_lesson(lesson, what="Two", owner=bob, due_on=date(2025, 3, 4), by=bob, now=NOW)


def test_what_is_done_is_done_once(lesson: Lesson, bob: User) -> None:
    finish_lesson(lesson, by=bob, now=NOW)
    with pytest.raises(Refused, match="This is done already"):
        finish_lesson(lesson, by=bob, now=NOW)
    with pytest.raises(Refused, match="as a new lesson"):
        change_lesson(lesson, what="Two", owner=bob, due_on=TODAY, by=bob, now=NOW)


def test_who_looks_back_again_keeps_the_first_day(case: Case, bob: User, mona: User) -> None:
    ask_to_look_back(case, by=bob, now=NOW)
    first = look_back(case, by=bob, now=NOW, did_well="We called.", do_better="")
    again = look_back(case, by=mona, now=NOW, did_well="We called.", do_better="Sooner.")
    assert (again.pk, again.held_at, again.by, again.do_better) == (first.pk, NOW, bob, "Sooner.")
