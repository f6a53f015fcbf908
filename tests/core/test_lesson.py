"""A team looks back within the week, and patterns are named once there are enough cases."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from amends.core.hours import OFFICE_WEEK, BusinessHours
from amends.core.lesson import Bar, before_and_after, look_back_by, pareto, vital_of
from conversation import OFFICE, at

DAY = timedelta(days=1)
NOW = at("10 Mar 12:00")


@pytest.mark.parametrize(("closed", "by"), [(3, 10), (7, 14), (8, 14), (9, 14)])
def test_it_is_looked_back_on_within_a_week_of_working_days(closed: int, by: int) -> None:
    assert look_back_by(date(2025, 3, closed), OFFICE) == date(2025, 3, by)


def test_in_a_week_of_holidays_it_is_the_same_day() -> None:
    days = frozenset(date(2025, 3, day) for day in range(3, 12))
    shut = BusinessHours(OFFICE_WEEK, ZoneInfo("UTC"), days)
    assert look_back_by(date(2025, 3, 3), shut) == date(2025, 3, 3)


def test_few_causes_are_behind_most_of_it() -> None:
    themes = ["billing"] * 6 + ["answers"] * 3 + ["match"] * 2 + ["order"]
    bars = pareto(themes)
    assert bars == [
        Bar("billing", 6, is_vital=True),
        Bar("answers", 3, is_vital=True),
        Bar("match", 2, is_vital=False),
        Bar("order", 1, is_vital=False),
    ]
    assert vital_of(bars) == {"causes": 2, "problems": 9, "of": 12}


def test_nothing_is_behind_nothing() -> None:
    assert pareto([]) == []
    assert vital_of([]) == {"causes": 0, "problems": 0, "of": 0}


def test_whether_it_helped_is_said_after_a_quarter() -> None:
    changed_at = NOW - 90 * DAY
    at_ = [changed_at - 100 * DAY, changed_at - DAY, changed_at - 2 * DAY, changed_at + DAY]
    assert before_and_after(at_, changed_at, NOW) == (2, 1)
    assert before_and_after(at_, changed_at + DAY, NOW) is None
