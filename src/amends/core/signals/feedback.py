"""The client leaves candidates waiting for a word much longer than before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import quantile
from amends.core.staffing import FactKind
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = 5  # docs/method.md rule 1
RECENT = timedelta(days=30)  # judgement: as for the other facts of the trade
NORM = timedelta(weeks=26)  # judgement: their own half year before
LATE_DAYS = 3  # judgement: a good candidate has another offer by then
LEAST_LATE = 2  # judgement: one late word is a holiday
LEAST_EARLIER = 5  # judgement: from fewer no habit is read off
RATIO = 2  # of their own median: judgement, as docs/method.md rule 1 asks of replies
MEDIAN = 0.5  # the share that the middle value does not exceed


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when feedback was late at least twice in the last `RECENT`, the newest first.

    Late is more than `LATE_DAYS` and, where their habit is known, at least `RATIO` times their own median.
    """
    history = look_back(relationship, now)
    told = [
        (fact, fact.days)
        for fact in history.recorded(FactKind.FEEDBACK, "late feedback", now - RECENT - NORM)
        if fact.days is not None
    ]
    earlier = [days for fact, days in told if fact.at < now - RECENT]
    usual = quantile(earlier, MEDIAN) if len(earlier) >= LEAST_EARLIER else 0
    late = [
        (fact, days) for fact, days in told[: len(told) - len(earlier)] if days > LATE_DAYS and days >= RATIO * usual
    ]
    if len(late) >= LEAST_LATE:
        newest, days = late[0]
        summary = counted(
            len(late),
            "Late feedback on candidates {n} time, after {days} days on {day}",
            "Late feedback on candidates {n} times, after {days} days on {day}",
            days=days,
            day=day(newest.at, now, hours),
        )
        yield Signal(
            "late feedback",
            Family.BUSINESS,
            POINTS,
            summary,
            tuple(Evidence(fact.id, fact.at, fact.words, counted(days, "{n} day", "{n} days")) for fact, days in late),
        )
