"""The client rated somebody we placed low."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.staffing import FactKind
from amends.core.wording import counted, day, plural, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = 6  # docs/method.md rule 1
LOW = 2  # of 5: judgement, as docs/method.md rule 1 reads a pulse
BEST = 5
REMEMBERED = timedelta(days=30)  # judgement: as for no-shows and fall-offs


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the ratings of `LOW` or less in the last `REMEMBERED`, the newest first."""
    recorded = look_back(relationship, now).recorded(FactKind.RATING, "low rating", now - REMEMBERED)
    rated = [(fact, float(fact.value)) for fact in recorded if fact.value is not None and fact.value <= LOW]
    if not rated:
        return
    last = day(rated[0][0].at, now, hours)
    one, many = plural(
        "Rated a placement {value} of 5 on {day}", "Rated {n} placements low, last {value} of 5 on {day}"
    )
    yield Signal(
        "low rating",
        Family.BUSINESS,
        POINTS,
        counted(len(rated), one, many, value=f"{rated[0][1]:g}", day=last),
        tuple(
            Evidence(fact.id, fact.at, fact.words, say("{n} of {of}", n=f"{value:g}", of=BEST)) for fact, value in rated
        ),
    )
