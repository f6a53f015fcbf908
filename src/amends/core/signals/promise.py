"""We promised something by a day, and nothing shows that it was kept."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import CONTENT, look_back, said, within
from amends.core.wording import counted, day, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship
    from amends.core.staffing import Commitment

POINTS = 6  # docs/method.md rule 1
GRACE = timedelta(hours=8)  # judgement: of business time, one office day, before a promise seems broken
REMEMBERED = timedelta(days=30)  # judgement: after the deadline
Broken = tuple["datetime", Evidence]  # the moment it was promised for, and our own sentence


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the promises that were not kept, the newest deadline first; the evidence is our sentence.

    A promise on record is judged by its record: overdue until it is kept, and broken for `REMEMBERED` when a person
    said so or it was kept later than the grace. One found in our mail seems kept when, between it and the deadline with
    its grace, we wrote again in that thread, began a new one with this client or spoke with them, or when the client
    thanks us in the thread. What nobody logs leaves no trace: hence "seems".
    """
    history = look_back(relationship, now)
    recorded, found = _on_record(history, now, hours), _in_mail(history, now, hours)
    broken = sorted(recorded + found, key=lambda promise: promise[0], reverse=True)
    if not broken:
        return
    last = day(broken[0][0], now, hours)
    if recorded:
        one, many = plural("A promise for {day} was not kept", "{n} promises were not kept, the last one for {day}")
    else:
        one, many = plural("A promise for {day} seems broken", "{n} promises seem broken, the last one for {day}")
    evidence = tuple(piece for _, piece in broken)
    yield Signal("promise", Family.OURS, POINTS, counted(len(broken), one, many, day=last), evidence)


def _on_record(history: History, now: datetime, hours: BusinessHours) -> list[Broken]:
    """Return the recorded promises that are overdue or were broken."""
    return [
        (promise.by, Evidence(promise.id, promise.made_at, promise.what))
        for promise in history.promises
        if _is_broken(promise, now, hours) and not history.is_wrong("promise", promise.id)
    ]


def _is_broken(promise: Commitment, now: datetime, hours: BusinessHours) -> bool:
    if promise.kept_at is None and promise.broken_at is None:
        return promise.by < now
    was_broken = promise.kept_at is None or promise.kept_at > hours.add(promise.by, GRACE)
    return was_broken and promise.by >= now - REMEMBERED


def _in_mail(history: History, now: datetime, hours: BusinessHours) -> list[Broken]:
    """Return the promises in our mail that seem broken; those on record are judged there."""
    on_record = {promise.message_id for promise in history.promises}
    begun = sorted(
        [
            *(messages[0].at for messages in history.threads.values() if messages[0].from_us),
            *(talk.at for talk in history.talks),
        ]
    )
    broken: list[Broken] = []
    for message in history.written:
        promised_by = message.promised_by
        if promised_by and message.from_us and now - REMEMBERED <= promised_by < now and message.id not in on_record:
            deadline = hours.add(promised_by, GRACE)
            if deadline < now and not _seems_kept(message, deadline, history, begun):
                broken.append((promised_by, Evidence(message.id, message.at, message.promised)))
    return broken


def _seems_kept(promise: Message, deadline: datetime, history: History, begun: list[datetime]) -> bool:
    """Whether we wrote on in the thread, or wrote or spoke anew (`begun`), in time, or the client is content."""
    if bisect_right(begun, deadline) > bisect_right(begun, promise.at):
        return True
    return any(
        message.at <= deadline if message.from_us else said(message, CONTENT)
        for message in within(history.threads[promise.thread], promise.at)
        if message.at > promise.at
    )
