"""An assignment ended before it was meant to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.staffing import FactKind
from amends.core.wording import counted, day, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = 6  # docs/method.md rule 1
REMEMBERED = timedelta(days=30)  # judgement: as for no-shows and fall-offs


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the assignments that ended early in the last `REMEMBERED`, the newest first."""
    ended = look_back(relationship, now).recorded(FactKind.EARLY_END, "early end", now - REMEMBERED)
    if not ended:
        return
    last = day(ended[0].at, now, hours)
    number = sum(fact.count for fact in ended)
    one, many = plural("An assignment ended early on {day}", "{n} assignments ended early, last on {day}")
    yield Signal(
        "early end",
        Family.BUSINESS,
        POINTS,
        counted(number, one, many, day=last),
        tuple(
            Evidence(fact.id, fact.at, fact.words, counted(fact.count, "{n} assignment", "{n} assignments"))
            for fact in ended
        ),
    )
