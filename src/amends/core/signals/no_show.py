"""People whom we sent did not arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.staffing import FactKind
from amends.core.wording import counted, day, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship
    from amends.core.staffing import Fact

POINTS = 8  # docs/method.md rule 1
REMEMBERED = timedelta(days=30)  # judgement: a month of shifts that were covered puts it behind us


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the no-shows of the last `REMEMBERED`, the newest first; the counts are the evidence."""
    missed = look_back(relationship, now).recorded(FactKind.NO_SHOW, "no-show", now - REMEMBERED)
    if not missed:
        return
    last = day(missed[0].at, now, hours)
    yield Signal(
        "no-show",
        Family.BUSINESS,
        POINTS,
        counted(
            len(missed),
            "People did not arrive: {who} on {day}",
            "People did not arrive {n} times, last {who} on {day}",
            who=_who(missed[0]),
            day=last,
        ),
        tuple(Evidence(fact.id, fact.at, fact.words, _who(fact)) for fact in missed),
    )


def _who(fact: Fact) -> str:
    """Return how many did not arrive: "6 of 14", or "6 people" where nobody wrote down how many were expected."""
    if fact.of:
        return say("{n} of {of}", n=fact.count, of=fact.of)
    return counted(fact.count, "{n} person", "{n} people")
