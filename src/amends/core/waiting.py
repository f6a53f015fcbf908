"""Who waits for an answer of ours, until when they should have it, and with whom waiting hurts most.

docs/method.md rule 1: the reply clock runs in business hours from the oldest message that waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from amends.core.history import asked, hardest, look_back, within
from amends.core.norm import more
from amends.core.wording import counted, plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Person, Relationship

SETTLED = timedelta(days=7)  # judgement: who still talks of other things a week later has had the answer by phone
REMEMBERED = timedelta(days=90)  # judgement: what was never answered for a quarter is history
HOUR = timedelta(hours=1)
DAY_HOURS = 8  # judgement: a business day past the agreed time hurts twice as much as the moment itself
IMPORTANCE_WEIGHT = 1  # judgement: the firm's most important client counts twice its least
CASE_WEIGHT = 0.5  # judgement: while a recovery is open, the same wait counts half as much again
HEAVIEST = (1 + IMPORTANCE_WEIGHT) * (1 + CASE_WEIGHT)
UNKNOWN_IMPORTANCE = 0.5  # a client whose worth nobody entered stands in the middle
LATE = plural(
    "{name} has waited {n} working hour longer than agreed", "{name} has waited {n} working hours longer than agreed"
)
SOON = plural("{name} is due an answer within the hour", "{name} is due an answer within {n} working hours")
IMPORTANT = 0.75  # judgement: from here on the importance is named as a reason


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest ask of one thread that nobody answered: the message, its sentence that waits, and who wrote it.

    `person` is None for an address nobody merged into a person. `asked_at` starts the reply clock. `quote` is what to
    show of it: the sentence that hurts most of all that waits in the thread, else the one that waits.
    """

    message: Message
    sentence: str
    person: Person | None
    quote: str = ""

    @property
    def sender(self) -> str:
        """The address that waits."""
        return self.message.sender

    @property
    def asked_at(self) -> datetime:
        """When they asked."""
        return self.message.at


def waiting(relationship: Relationship, now: datetime) -> list[Waiting]:
    """Return for each thread the client's oldest ask without an answer at `now`, the longest wait first.

    An ask waits no more when we answered or spoke with them, when they thank us there, when the talk with that person
    went on elsewhere for `SETTLED`, and after `REMEMBERED`.
    """
    history, since = look_back(relationship, now), now - REMEMBERED
    went_on = _went_on(within(history.written, since))
    return [
        Waiting(asks[0], asked(asks[0]), history.person_at.get(asks[0].sender), hardest(asks) or asked(asks[0]))
        for asks in history.waiting
        if asks[0].at >= since and went_on.get(asks[-1].sender, asks[-1].at) < asks[-1].at + SETTLED
    ]


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


def due_at(asked_at: datetime, agreed_hours: float, hours: BusinessHours) -> datetime:
    """Return when an answer is due, in UTC: so many business hours after they asked, as was agreed with the client."""
    return hours.add(asked_at, agreed_hours * HOUR)


def overrun(due: datetime, now: datetime, hours: BusinessHours) -> float:
    """Return the business hours by which an answer is late; negative while there is time left."""
    return (hours.between(due, now) - hours.between(now, due)) / HOUR


def importance(worth: Decimal | float | None, of_all: Sequence[Decimal | float]) -> float:
    """Return how important a client is to the firm, in 0..1: the share of clients worth less, ties counted half.

    `worth` is what the client brings a year, `of_all` the same of every client whose worth is known. Without a worth,
    or anybody to compare with, the client stands in the middle.
    """
    return more([worth], of_all) if worth is not None and of_all else UNKNOWN_IMPORTANCE


def urgency(overrun_hours: float, importance: float, *, has_open_case: bool) -> float:
    """Return how much waiting hurts, to order by; larger comes first.

    Overrun times importance times open recovery. A late answer counts `1 + overrun / DAY_HOURS`, times 1 to 2 by the
    client's importance (0..1), times 1.5 while a recovery is open: no wait is ever multiplied away, a small client's
    neither. Whoever's time is not up counts `1 / (1 + left / DAY_HOURS)` times the same, over the heaviest weight: that
    is always after everybody who has waited longer than agreed. Grows with each of the three.
    """
    weight = (1 + IMPORTANCE_WEIGHT * importance) * (1 + CASE_WEIGHT * has_open_case)
    if overrun_hours >= 0:
        return (1 + overrun_hours / DAY_HOURS) * weight
    return weight / HEAVIEST / (1 - overrun_hours / DAY_HOURS)


def why_first(name: str, overrun_hours: float, importance: float, *, has_open_case: bool) -> str:
    """Return in one sentence why somebody stands where they do in the order of `urgency`."""
    late, left = int(overrun_hours), ceil(-overrun_hours)
    if late > 0:
        reasons = [counted(late, *LATE, name=name)]
    elif left <= 0:
        reasons = [say("{name} has waited as long as was agreed", name=name)]
    else:
        reasons = [counted(left, *SOON, name=name)]
    if importance >= IMPORTANT:
        reasons.append(say("is one of your most important clients"))
    if has_open_case:
        reasons.append(say("has a recovery under way"))
    return say("{reasons}.", reasons=_listed(reasons))


def _listed(reasons: list[str]) -> str:
    if len(reasons) == 1:
        return reasons[0]
    return say("{reasons}, and {reason}", reasons=", ".join(reasons[:-1]), reason=reasons[-1])
