"""Asked how they feel about us, the client gave a low answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.staffing import FactKind
from amends.core.wording import day, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship
    from amends.core.staffing import Fact

POINTS = 6  # docs/method.md rule 1
REMEMBERED = timedelta(days=90)  # judgement: a quarter later they are asked again
# What counts as low, of the best there is: 0 to 6 of 10 (NPS) and 1 or 2 of 5, docs/method.md rule 1.
LOW = {FactKind.SURVEY: (6, 10), FactKind.PULSE: (2, 5)}


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when somebody's newest answer to a survey or a pulse, of the last `REMEMBERED`, is a low one.

    A better answer of the same kind clears it: their own, not another's. The evidence is the low answers, the newest
    first.
    """
    history = look_back(relationship, now)
    low = [
        (newest, say("{n} of {of}", n=f"{float(newest.value):g}", of=best))
        for kind, (lowest, best) in LOW.items()
        for newest in _newest_of_each(history.recorded(kind, "low answer", now - REMEMBERED))
        if newest.value is not None and newest.value <= lowest
    ]
    if not low:
        return
    low.sort(key=lambda answer: answer[0].at, reverse=True)
    newest, value = low[0]
    yield Signal(
        "low answer",
        Family.ASKED,
        POINTS,
        say("Asked how it is going, they gave {value} on {day}", value=value, day=day(newest.at, now, hours)),
        tuple(Evidence(fact.id, fact.at, fact.words, value) for fact, value in low),
    )


def _newest_of_each(newest_first: list[Fact]) -> list[Fact]:
    """Return the newest answer of each person; answers of nobody in particular are one person's."""
    return list({fact.who: fact for fact in reversed(newest_first)}.values())
