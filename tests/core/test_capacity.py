"""Who promises more for a week than they usually keep."""

from __future__ import annotations

from datetime import date, timedelta

from amends.core.capacity import Load, too_much, week_of

TODAY = date(2025, 10, 8)
WEEK = date(2025, 10, 13)


def weeks(*kept: int, broken: int = 0) -> list[tuple[date, bool]]:
    """Return settled promises: so many kept in the last whole week, in the one before it, and so on."""
    found = []
    for back, many in enumerate(kept, start=1):
        day = week_of(TODAY) - timedelta(days=7 * back) + timedelta(days=2)
        found += [(day, True)] * many + [(day, False)] * broken
    return found


def test_more_than_usual_and_more_than_ever_is_too_much() -> None:
    assert too_much(WEEK, 9, weeks(6, 5, 6, 7), TODAY) == Load(WEEK, 9, 6)


def test_what_was_kept_before_is_not() -> None:
    assert too_much(WEEK, 7, weeks(6, 5, 6, 7), TODAY) is None


def test_what_was_broken_does_not_count_as_kept() -> None:
    assert too_much(WEEK, 4, weeks(2, 2, 3, 2, broken=5), TODAY) == Load(WEEK, 4, 2)


def test_nothing_is_said_before_there_is_enough() -> None:
    assert too_much(WEEK, 20, weeks(9, 9, 9), TODAY) is None  # three weeks
    assert too_much(WEEK, 20, weeks(2, 2, 2, 1), TODAY) is None  # seven promises


def test_this_week_is_not_over_and_old_weeks_are_over_for_good() -> None:
    this = [(TODAY, True)] * 30
    old = [(TODAY - timedelta(weeks=13), True)] * 30
    assert too_much(WEEK, 9, [*this, *old, *weeks(6, 6, 6, 6)], TODAY) == Load(WEEK, 9, 6)
    assert too_much(WEEK, 9, [*weeks(*[6] * 11), *weeks(*[0] * 11, 30)], TODAY) is None  # twelve weeks count


def test_half_a_promise_is_rounded_up() -> None:
    assert too_much(WEEK, 9, weeks(5, 6, 5, 6), TODAY) == Load(WEEK, 9, 6)
