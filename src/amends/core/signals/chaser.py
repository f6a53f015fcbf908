"""The client has to ask again: "any update", or a second ask in a thread that nobody answered."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import asked, look_back, said
from amends.core.language import Rule
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 6  # docs/method.md rule 1
AGAIN_DAYS = 1  # judgement: asking again within a business day completes the first message more often than it chases
REMEMBERED = timedelta(days=30)  # judgement: until answered, or a month


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for everything they ask again without an answer since, the newest first."""
    history = look_back(relationship, now)
    chasers = [
        message
        for asks in history.waiting
        for message in _asked_again(asks, hours)
        if message.at >= now - REMEMBERED and not history.is_wrong("chaser", message.id)
    ]
    if not chasers:
        return
    chasers.sort(key=lambda message: message.at, reverse=True)
    last = day(chasers[0].at, now, hours)
    yield Signal(
        "chaser",
        Family.OURS,
        POINTS,
        counted(len(chasers), "Had to ask again on {day}", "Had to ask again {n} times, last on {day}", day=last),
        tuple(Evidence(message.id, message.at, said(message, {Rule.CHASER}) or asked(message)) for message in chasers),
    )


def _asked_again(asks: list[Message], hours: BusinessHours) -> Iterator[Message]:
    """Yield the chasers among the asks that wait in one thread."""
    if said(asks[0], {Rule.CHASER}):
        yield asks[0]
    for before, message in pairwise(asks):
        if said(message, {Rule.CHASER}) or hours.days_between(before.at, message.at) >= AGAIN_DAYS:
            yield message
