"""When to ask a client again whether the repair holds (docs/method.md rule 8).

The row of check-ins widens from weekly to monthly. Real contact begins the wait anew, a missed promise or a low answer
begins the weekly ones anew. Every day that is chosen here is one on which the firm works, and none lies in the past.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from amends.core.hours import BusinessHours

WEEKLY, BIWEEKLY, EVERY_MONTH = 4, 4, 3  # times: judgement of docs/method.md rule 8
# A month is four weeks, so that the weekday stays the one the client is used to.
CADENCE = (*[timedelta(weeks=1)] * WEEKLY, *[timedelta(weeks=2)] * BIWEEKLY, *[timedelta(weeks=4)] * EVERY_MONTH)
CHECK_INS = len(CADENCE)
MONTHLY = CADENCE[-1]
FIRST_AFTER = 1  # working days after the fix, the first of the weekly ones; docs/method.md rule 8: one or two days
FIRST_AFTER_MILD = 2  # the same, where it was no more than annoying; docs/method.md rule 8
MILD = 2  # of five: put out, or annoyed (`core.case.Severity`); judgement
LONGEST_WAIT = 2  # times the usual wait since they were asked: who writes daily is asked all the same; judgement
LOW = 2  # of five: let down, or ready to leave; docs/method.md rule 8
FREE_OF_FAILURE = timedelta(days=60)  # without the same failure before anything is called mended, docs/method.md rule 8


class Place(NamedTuple):
    """A check-in that is to come: the `number`th of `of`, and its day."""

    number: int
    due_on: date
    of: int = CHECK_INS


def first_check_in(fixed_on: date, hours: BusinessHours, severity: int = MILD + 1) -> Place:
    """Return the first check-in after a fix: a working day after it, two where it was mild (docs/method.md rule 8)."""
    days = FIRST_AFTER if severity > MILD else FIRST_AFTER_MILD
    return Place(1, hours.working_day(fixed_on, days))


def next_check_in(done: Place, on: date, hours: BusinessHours, *, is_followed: bool) -> Place | None:
    """Return the check-in that follows one which took place `on` a day.

    After the last of its row there is none, unless the recovery is still followed: then it goes on monthly.
    """
    if done.number >= done.of and not is_followed:
        return None
    wait = CADENCE[min(done.number, CHECK_INS - 1)]
    return Place(min(done.number + 1, done.of), hours.working_day(on + wait, 0), done.of)


def is_shaken(feeling: int | None, *, has_missed: bool) -> bool:
    """Whether it is asked weekly again: a promise was missed, or they feel let down (docs/method.md rule 8)."""
    return has_missed or (feeling is not None and feeling <= LOW)


def after_shaken(on: date, hours: BusinessHours, of: int = CHECK_INS) -> Place:
    """Return the check-in that follows one that was shaken: the weekly ones begin anew."""
    return Place(1, hours.working_day(on + CADENCE[0], 0), of)


def back_to_weekly(coming: Place, on: date, hours: BusinessHours) -> Place:
    """Return a check-in to come where it was shaken `on` a day: the first of the weekly ones, within a week."""
    weekly = after_shaken(on, hours, coming.of)
    return weekly._replace(due_on=min(coming.due_on, weekly.due_on))


def after_contact(coming: Place, on: date, hours: BusinessHours, *, asked_on: date) -> Place:
    """Return a check-in to come where we were in touch `on` a day: its wait begins anew (docs/method.md rule 8).

    The first one stays on its day, none is brought forward, and none is put off further than `LONGEST_WAIT` times its
    wait since the day on which they were asked last.
    """
    if coming.number == 1:
        return coming
    wait = CADENCE[min(coming.number - 1, CHECK_INS - 1)]
    days = (hours.working_day(on + wait, 0), hours.working_day(asked_on + LONGEST_WAIT * wait, 0))
    return coming._replace(due_on=max(coming.due_on, min(days)))


def asks_four(number: int) -> bool:
    """Whether a check-in is one of the monthly ones, which ask the four questions too (docs/method.md rule 8)."""
    return CADENCE[min(number, CHECK_INS) - 1] == MONTHLY
