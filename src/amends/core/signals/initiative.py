"""The client hardly ever begins a conversation any more; we do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import at_most
from amends.core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 5  # docs/method.md rule 1
RECENT = timedelta(weeks=12)  # judgement: as long as the method looks back for a client's rhythm
NORM = timedelta(weeks=52)  # judgement: their own year before
LEAST_RECENT = 7  # threads; docs/method.md rule 1 asks as many for a rhythm
LEAST_EARLIER = 15  # threads; docs/method.md rule 1 asks as many for a norm of replies
HALF = 0.5  # docs/method.md rule 1
CHANCE = 0.05  # judgement: a fall that chance brings more often is none
TENTHS = 10


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when the share of threads the client began fell below half of its own norm.

    What we wrote and they never answered is no conversation: their silence is told by another signal.
    """
    del hours  # shares have no clock
    recent: list[Message] = []
    earlier: list[Message] = []
    for messages in look_back(relationship, now).threads.values():
        first = messages[0]
        if all(message.from_us for message in messages):
            continue
        if first.at >= now - RECENT:
            recent.append(first)
        elif first.at >= now - RECENT - NORM:
            earlier.append(first)
    if len(recent) < LEAST_RECENT or len(earlier) < LEAST_EARLIER:
        return
    theirs = sum(not first.from_us for first in recent)
    norm = sum(not first.from_us for first in earlier) / len(earlier)
    if theirs < HALF * norm * len(recent) and at_most(theirs, len(recent), norm) <= CHANCE:
        summary = counted(
            len(recent),
            "They began {theirs} of the last {n} conversation; it used to be {norm} in 10",
            "They began {theirs} of the last {n} conversations; it used to be {norm} in 10",
            theirs=str(theirs),
            norm=str(round(TENTHS * norm)),
        )
        evidence = tuple(Evidence(first.id, first.at) for first in reversed(recent) if not first.from_us)
        yield Signal("initiative", Family.QUIET, POINTS, summary, evidence)
