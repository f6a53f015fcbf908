"""Something that we got wrong is not put right yet, or has happened again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.wording import day, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship
    from amends.core.staffing import Failure

OPEN_POINTS = 8  # docs/method.md rule 1
AGAIN_POINTS = 14  # docs/method.md rule 1
SAME_WITHIN = timedelta(days=365)  # docs/method.md rule 1
REMEMBERED = timedelta(days=90)  # judgement: what happened twice weighs on the quarter after it, put right or not


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the verified failures: the worst that is to be said of them, the newest first.

    A failure of a kind that happened before within `SAME_WITHIN` counts while it is open, and for `REMEMBERED`; else an
    open one counts.
    """
    history = look_back(relationship, now)
    failures = sorted(history.failures, key=lambda failure: failure.opened_at, reverse=True)
    open_ones = [one for one in failures if one.closed_at is None and not history.is_wrong("failure open", one.id)]
    again = [
        (later, earlier)
        for place, later in enumerate(failures)
        for earlier in failures[place + 1 :]
        if later.kind == earlier.kind
        and later.opened_at - earlier.opened_at <= SAME_WITHIN
        and (later.closed_at is None or later.opened_at >= now - REMEMBERED)
        and not history.is_wrong("failure again", later.id)
    ]
    if again:
        newest = again[0][0]
        since = day(newest.opened_at, now, hours)
        if newest.is_private:
            summary = say("The same failure happened again within a year, on {day}", day=since)
        else:
            summary = say("Happened again within a year: {kind}, on {day}", kind=newest.kind, day=since)
        yield Signal("failure again", Family.FAILURE, AGAIN_POINTS, summary, _evidence(again[0]))
    elif open_ones:
        newest, since = open_ones[0], day(open_ones[0].opened_at, now, hours)
        if newest.is_private:
            summary = say("A failure is not put right yet, since {day}", day=since)
        else:
            summary = say("Not put right yet: {kind}, since {day}", kind=newest.kind, day=since)
        yield Signal("failure open", Family.FAILURE, OPEN_POINTS, summary, _evidence(open_ones))


def _evidence(failures: Iterable[Failure]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one.id, one.opened_at, counts="" if one.is_private else one.kind) for one in failures)
