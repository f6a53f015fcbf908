"""The client asked and nobody answered in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import asked, look_back, within
from amends.core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

STEPS = ((5, 10), (2, 6), (1, 3))  # more than so many business days, points: docs/method.md rule 1
SETTLED = timedelta(days=7)  # judgement: who still talks of other things a week later has had the answer by phone
REMEMBERED = timedelta(days=90)  # judgement: what was never answered for a quarter is history


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the longest wait, counted from the oldest message without an answer.

    Evidence is the sentence they wait on in each waiting thread, the longest wait first. The points go by business
    days, the summary by the days on the calendar, as the client counts them.
    """
    history = look_back(relationship, now)
    went_on = _went_on(within(history.written, now - REMEMBERED))
    waiting = [
        asks[0]
        for asks in history.waiting
        if asks[0].at >= now - REMEMBERED and went_on.get(asks[-1].sender, asks[-1].at) < asks[-1].at + SETTLED
    ]
    if not waiting:
        return
    waited = hours.days_between(waiting[0].at, now)
    points = next((points for days, points in STEPS if waited > days), 0)
    if points:
        yield Signal(
            "unanswered",
            Family.OURS,
            points,
            counted((now - waiting[0].at).days, "No answer for {n} day", "No answer for {n} days"),
            tuple(Evidence(message.id, message.at, asked(message)) for message in waiting),
        )


def _went_on(messages: Sequence[Message]) -> dict[str, datetime]:
    """Return for each person the time of our latest message to them that they answered, in whatever thread."""
    wrote: dict[str, datetime] = {}
    answered: dict[str, datetime] = {}
    for message in messages:
        if message.from_us:
            for address in (*message.to, *message.cc):
                wrote[address] = message.at
        elif message.sender in wrote:
            answered[message.sender] = wrote[message.sender]
    return answered
