"""The client has just ordered again: a credit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.staffing import FactKind
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = -8  # docs/method.md rule 1
FRESH = timedelta(days=14)  # docs/method.md rule 1


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one credit when they ordered in the last `FRESH`, the newest order first."""
    ordered = look_back(relationship, now).recorded(FactKind.ORDER, "new order", now - FRESH)
    if not ordered:
        return
    last = day(ordered[0].at, now, hours)
    yield Signal(
        "new order",
        Family.CREDIT,
        POINTS,
        counted(len(ordered), "A new order on {day}", "{n} new orders, last on {day}", day=last),
        tuple(
            Evidence(fact.id, fact.at, fact.words, counted(fact.count, "{n} person", "{n} people")) for fact in ordered
        ),
    )
