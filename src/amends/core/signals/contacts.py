"""Several people at the client write to us: a credit, the relationship does not hang on one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, within
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = -4  # docs/method.md rule 1
LEAST = 3  # people, docs/method.md rule 1
ACTIVE = timedelta(weeks=8)  # judgement: who wrote in two months is in touch


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one credit when at least three people wrote in the last `ACTIVE`, with the newest mail of each."""
    history = look_back(relationship, now)
    newest: dict[frozenset[str], Message] = {}
    for message in within(history.inbound, now - ACTIVE):
        person = history.person_at.get(message.sender)
        newest[person.addresses if person else frozenset({message.sender})] = message
    if len(newest) < LEAST:
        return
    since = day(now - ACTIVE, now, hours)
    yield Signal(
        "active contacts",
        Family.CREDIT,
        POINTS,
        counted(len(newest), "{n} person there wrote since {day}", "{n} people there wrote since {day}", day=since),
        tuple(Evidence(message.id, message.at) for message in newest.values()),
    )
