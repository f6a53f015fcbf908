"""The client complains: each thread of it counts, less as it fades."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, said, within
from amends.core.language import Rule
from amends.core.wording import counted, day, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 8  # docs/method.md rule 1, each thread
HALF_LIFE = timedelta(days=30)  # docs/method.md rule 1
FADED = timedelta(days=120)  # four half-lives on, half a point is left: it rounds to nothing
UNHAPPY = 0.5  # judgement: the learned judgement speaks alone when such mail is more often unhappy than not
COMPLAINTS = frozenset({Rule.COMPLAINT, Rule.ESCALATION, Rule.REMEDY})
COURTESIES = frozenset({Rule.THANKS, Rule.PRAISE})  # an unhappy mail may hold both
# The sharpest thing said in the thread names the line.
WORDING = {
    Rule.ESCALATION: plural("Went over your head on {day}", "Went over your head, last of {n} angry messages on {day}"),
    Rule.COMPLAINT: plural("Complained on {day}", "Complained {n} times in one thread, last on {day}"),
    Rule.REMEDY: plural(
        "Asked on {day} to have it put right",
        "Asked {n} times in one thread to have it put right, last on {day}",
    ),
    Rule.UNHAPPY: plural("Seems unhappy on {day}", "Seems unhappy in {n} messages of one thread, last on {day}"),
}


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for each thread with a complaint not yet faded, the newest thread first.

    A thread in which no phrase was found, only the learned judgement, is marked `mood_only`.
    """
    threads: dict[int, list[Message]] = {}
    for message in reversed(within(look_back(relationship, now).inbound, now - FADED)):
        if said(message, COMPLAINTS) or (message.unhappy >= UNHAPPY and not _is_told_elsewhere(message)):
            threads.setdefault(message.thread, []).append(message)
    for messages in threads.values():
        told = [message for message in messages if said(message, COMPLAINTS)]
        points = round(POINTS * 0.5 ** ((now - (told or messages)[0].at) / HALF_LIFE))
        if points:
            yield _signal(told or messages, points, now, hours)


def _is_told_elsewhere(message: Message) -> bool:
    """Whether a phrase says why they are unhappy (a dispute, a chaser …): that has a line of its own."""
    return any(each.rule not in COURTESIES for each in message.said)


def _signal(messages: list[Message], points: int, now: datetime, hours: BusinessHours) -> Signal:
    """Return the line of one thread's messages, newest first."""
    rule = next((rule for rule in WORDING if any(said(message, {rule}) for message in messages)), Rule.UNHAPPY)
    return Signal(
        "unhappy" if rule is Rule.UNHAPPY else "complaint",
        Family.LANGUAGE,
        points,
        counted(len(messages), *WORDING[rule], day=day(messages[0].at, now, hours)),
        tuple(Evidence(message.id, message.at, _sharpest(message)) for message in messages),
        mood_only=rule is Rule.UNHAPPY,
    )


def _sharpest(message: Message) -> str:
    """Return the complaint that sounds worst, else the first one; without any, what sounds worst."""
    complaints = [one.quote for one in message.said if one.rule in COMPLAINTS]
    return message.worst if message.worst in complaints or not complaints else complaints[0]
