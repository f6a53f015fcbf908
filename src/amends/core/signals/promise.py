"""We promised something by a day, and nothing shows that it was kept."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import CONTENT, look_back, said, within
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 6  # docs/method.md rule 1
GRACE = timedelta(hours=8)  # judgement: of business time, one office day, before a promise seems broken
REMEMBERED = timedelta(days=30)  # judgement: after the deadline


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the promises that seem broken, the newest deadline first; the evidence is our own sentence.

    A promise seems kept when, between it and the deadline with its grace, we wrote again in that thread or began a
    new one with this client, or when the client thanks us in the thread. A call leaves no trace: hence "seems".
    """
    history = look_back(relationship, now)
    begun = [messages[0].at for messages in history.threads.values() if messages[0].from_us]
    broken: list[tuple[datetime, Message]] = []
    for message in history.written:
        promised_by = message.promised_by
        if promised_by and message.from_us and now - REMEMBERED <= promised_by < now:
            deadline = hours.add(promised_by, GRACE)
            if deadline < now and not _seems_kept(message, deadline, history, begun):
                broken.append((promised_by, message))
    if not broken:
        return
    broken.sort(key=lambda promise: promise[0], reverse=True)
    one, many = "A promise for {day} seems broken", "{n} promises seem broken, the last one for {day}"
    yield Signal(
        "promise",
        Family.OURS,
        POINTS,
        counted(len(broken), one, many, day=day(broken[0][0], now, hours)),
        tuple(Evidence(message.id, message.at, message.promised) for _, message in broken),
    )


def _seems_kept(promise: Message, deadline: datetime, history: History, begun: list[datetime]) -> bool:
    """Whether we wrote on in the thread or began one of the threads of `begun` in time, or the client is content."""
    if bisect_right(begun, deadline) > bisect_right(begun, promise.at):
        return True
    return any(
        message.at <= deadline if message.from_us else said(message, CONTENT)
        for message in within(history.threads[promise.thread], promise.at)
        if message.at > promise.at
    )
