from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from amends.core.case import (
    MOVES,
    ORDER,
    UNDER_WAY,
    Clock,
    Course,
    Deadline,
    Pace,
    Severity,
    Status,
    Step,
    call_back_by,
    can_move,
    clocks,
    next_step,
)
from conversation import OFFICE, at


def test_the_steps_stand_in_their_recommended_order_with_parting_beside_them() -> None:
    assert [str(step) for step in ORDER] == [
        "decide", "understand", "own_it", "plan", "fix", "make_good", "follow_up", "learn",
    ]  # fmt: skip
    assert set(Step) - set(ORDER) == {Step.PART_WELL}


@pytest.mark.parametrize(
    ("done", "ahead"),
    [
        ([], Step.DECIDE),
        ([Step.DECIDE], Step.UNDERSTAND),
        ([Step.DECIDE, Step.OWN_IT], Step.UNDERSTAND),
        ([step for step in Step if step not in {Step.LEARN, Step.PART_WELL}], Step.LEARN),
        ([*ORDER], None),
        ([Step.DECIDE, Step.PART_WELL], Step.LEARN),
        ([Step.PART_WELL, Step.LEARN], None),
    ],
)
def test_the_next_step_is_the_first_that_is_not_done(done: list[Step], ahead: Step | None) -> None:
    assert next_step(done) is ahead


def test_only_what_was_followed_up_can_be_called_mended() -> None:
    assert [status for status in Status if can_move(status, Status.MENDED)] == [Status.FOLLOWING]


def test_what_slips_is_opened_again_but_a_merged_case_lives_on_in_the_other() -> None:
    assert [status for status in Status if not can_move(status, Status.OPEN)] == [Status.OPEN, Status.MERGED]
    assert MOVES[Status.MERGED] == frozenset()


def test_nothing_moves_to_where_it_stands() -> None:
    assert set(MOVES) == set(Status)
    assert [status for status in Status if can_move(status, status)] == []


def test_a_case_under_way_can_be_parted_closed_or_merged() -> None:
    for status in UNDER_WAY:
        assert MOVES[status] >= {Status.PARTED, Status.CLOSED, Status.MERGED}


def test_how_bad_it_feels_is_one_of_five_and_asked_in_three_answers_at_first() -> None:
    assert [int(severity) for severity in Severity] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("now", "by"),
    [
        ("3 Mar 10:20", "3 Mar 11:20"),
        ("3 Mar 16:00", "3 Mar 17:00"),
        ("7 Mar 16:30", "10 Mar 09:30"),  # a Friday afternoon
        ("3 Mar 05:00", "3 Mar 10:00"),
        ("8 Mar 12:00", "10 Mar 10:00"),  # a Saturday
    ],
)
def test_who_is_upset_is_called_within_the_hour_or_in_the_first_of_the_next_day(now: str, by: str) -> None:
    assert call_back_by(at(now), OFFICE) == at(by)


KNOWN = at("3 Mar 10:20")  # a Monday
OPENED = Course(KNOWN, KNOWN, call_back_by=at("3 Mar 11:20"))


def test_every_deadline_of_a_case_is_told_in_the_order_in_which_they_come() -> None:
    assert clocks(OPENED, OFFICE) == [
        Deadline(Clock.CALL_BACK, at("3 Mar 11:20")),
        Deadline(Clock.ACKNOWLEDGE, at("3 Mar 17:00")),
        Deadline(Clock.ACKNOWLEDGE_LATEST, at("6 Mar 17:00")),
        Deadline(Clock.DECIDE_AGAIN, at("31 Mar 10:20")),
        Deadline(Clock.PUT_RIGHT, at("28 Apr 10:20")),
    ]


@pytest.mark.parametrize(
    ("known", "same_day", "latest"),
    [
        ("3 Mar 18:00", "4 Mar 17:00", "7 Mar 17:00"),  # after work: the next day is the day
        ("7 Mar 16:30", "7 Mar 17:00", "12 Mar 17:00"),  # a Friday: the third day after is a Wednesday
        ("8 Mar 12:00", "10 Mar 17:00", "13 Mar 17:00"),  # a Saturday
    ],
)
def test_they_are_told_that_we_know_on_the_day_on_which_we_do(known: str, same_day: str, latest: str) -> None:
    due = {one.clock: one.due_at for one in clocks(Course(at(known), at(known)), OFFICE)}
    assert (due[Clock.ACKNOWLEDGE], due[Clock.ACKNOWLEDGE_LATEST]) == (at(same_day), at(latest))
    assert Clock.CALL_BACK not in due


def test_nothing_moved_for_four_weeks_and_the_decision_is_asked_for_again() -> None:
    def again(course: Course) -> object:
        return next(one.due_at for one in clocks(course, OFFICE) if one.clock is Clock.DECIDE_AGAIN)

    decided = replace(OPENED, decided_at=at("5 Mar 10:00"))
    assert again(decided) == at("2 Apr 10:00")
    assert again(replace(decided, decide_again_on=date(2025, 3, 19))) == at("20 Mar 00:00")  # the end of the day chosen
    moved = replace(decided, decide_again_on=date(2025, 3, 19), moved_at=at("7 Mar 10:00"))
    assert again(moved) == at("4 Apr 10:00")


def test_a_clock_is_met_or_due_or_late() -> None:
    due = Deadline(Clock.ACKNOWLEDGE, KNOWN)
    second = timedelta(seconds=1)
    assert (due.pace(KNOWN), due.pace(KNOWN + second)) == (Pace.DUE, Pace.LATE)
    assert due._replace(met_at=KNOWN).pace(KNOWN + second) is Pace.MET
    assert due._replace(met_at=KNOWN + second).pace(KNOWN + second) is Pace.MET_LATE


def test_what_is_put_right_is_not_decided_again_and_what_is_over_keeps_only_what_was_met() -> None:
    righted = replace(OPENED, called_back_at=at("3 Mar 11:00"), put_right_at=at("20 Mar 10:00"))
    assert [one.clock for one in clocks(righted, OFFICE)] == [
        Clock.CALL_BACK, Clock.ACKNOWLEDGE, Clock.ACKNOWLEDGE_LATEST, Clock.PUT_RIGHT,
    ]  # fmt: skip
    over = clocks(replace(righted, is_over=True), OFFICE)
    assert [(one.clock, one.met_at) for one in over] == [
        (Clock.CALL_BACK, at("3 Mar 11:00")), (Clock.PUT_RIGHT, at("20 Mar 10:00")),
    ]  # fmt: skip
