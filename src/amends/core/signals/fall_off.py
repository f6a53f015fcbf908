"""Somebody whom we placed left, or was let go, inside the guarantee."""

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
    from amends.core.staffing import Fact

POINTS = 8  # docs/method.md rule 1
REMEMBERED = timedelta(days=30)  # judgement: by then the replacement has begun
GUARANTEE_DAYS = 90  # judgement: the commonest guarantee of a placement, where nobody entered the firm's own


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the fall-offs of the last `REMEMBERED` that the guarantee covers, the newest first.

    Where nobody wrote down how long they stayed, the word is taken for it: a fall-off is one inside the guarantee.
    """
    recorded = look_back(relationship, now).recorded(FactKind.FALL_OFF, "fall-off", now - REMEMBERED)
    fell = [fact for fact in recorded if fact.days is None or fact.days <= (fact.of or GUARANTEE_DAYS)]
    if not fell:
        return
    last = day(fell[0].at, now, hours)
    yield Signal(
        "fall-off",
        Family.BUSINESS,
        POINTS,
        counted(
            sum(fact.count for fact in fell),
            "A placement fell off inside the guarantee on {day}",
            "{n} placements fell off inside the guarantee, last on {day}",
            day=last,
        ),
        tuple(Evidence(fact.id, fact.at, fact.words, _after(fact)) for fact in fell),
    )


def _after(fact: Fact) -> str:
    """Return how long it lasted: "after 12 of 90 days"."""
    if fact.days is None:
        return counted(fact.count, "{n} placement", "{n} placements")
    days = fact.of or GUARANTEE_DAYS
    return counted(days, "after {after} of {n} day", "after {after} of {n} days", after=fact.days)
