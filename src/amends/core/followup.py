"""When to ask a client again whether the repair holds (docs/method.md rule 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from amends.core.hours import BusinessHours

# Weekly four times, every second week four times, monthly three times (judgement of docs/method.md rule 8). A month is
# four weeks, so that the weekday stays the one the client is used to.
CADENCE = (*[timedelta(weeks=1)] * 4, *[timedelta(weeks=2)] * 4, *[timedelta(weeks=4)] * 3)
CHECK_INS = len(CADENCE)
FIRST_AFTER = 1  # working days after the fix, the first of the weekly ones; docs/method.md rule 8: one or two days
LOW = 2  # of five: let down, or ready to leave; docs/method.md rule 8
FREE_OF_FAILURE = timedelta(days=60)  # without the same failure before anything is called mended, docs/method.md rule 8


def next_check_in(done: int, on: date) -> date:
    """Return the day of the check-in that follows number `done`, counted from 1 and had `on` that day.

    After the last of the cadence it goes on monthly for as long as somebody asks.
    """
    return on + CADENCE[min(done, CHECK_INS - 1)]


def first_check_in(fixed_on: date, hours: BusinessHours) -> date:
    """Return the day of the first check-in: the first working day after the fix (docs/method.md rule 8)."""
    return hours.working_day(fixed_on, FIRST_AFTER)


def is_shaken(feeling: int | None, *, has_missed: bool) -> bool:
    """Whether it is asked weekly again: a promise was missed, or they feel let down (docs/method.md rule 8)."""
    return has_missed or (feeling is not None and feeling <= LOW)


def after_shaken(on: date) -> date:
    """Return the day of the check-in that follows one that was shaken: the weekly ones begin anew."""
    return on + CADENCE[0]
