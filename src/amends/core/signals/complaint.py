"""The client complains: each thread of it counts, less as it fades."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, said
from amends.core.language import Rule
from amends.core.message import Told
from amends.core.wording import counted, day, later, plural, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.history import History
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
# How bad it feels, of 5, as who took it down said: `core.case.Severity`.
FEELING = {
    1: later("Told you on {day} that they are a little put out"),
    2: later("Told you on {day} that they are annoyed"),
    3: later("Told you on {day} that they are let down"),
    4: later("Told you on {day} that they are angry"),
    5: later("Told you on {day} that they are ready to leave"),
}
UPSET = later("Told you on {day} that they are upset")


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for each thread with a complaint not yet faded, the newest thread first.

    A thread in which no phrase was found, only the learned judgement, is marked `mood_only`.
    """
    threads: dict[int | str, list[Message | Told]] = {}
    for message in _complaints(look_back(relationship, now), now):
        threads.setdefault(message.matter if isinstance(message, Told) else message.thread, []).append(message)
    for messages in threads.values():
        told = [message for message in messages if _is_said(message)]
        points = round(POINTS * 0.5 ** ((now - (told or messages)[0].at) / HALF_LIFE))
        if points:
            yield _signal(told or messages, points, now, hours)


def _complaints(history: History, now: datetime) -> list[Message | Told]:
    """Return what complains, newest first. Who says on the phone what they wrote has complained once."""
    found = [
        one
        for one in history.spoken(now - FADED)
        if _is_said(one) or (one.unhappy >= UNHAPPY and not _is_told_elsewhere(one))
    ]
    written = [_sharpest(one) for one in found if not isinstance(one, Told)]
    return [one for one in found if not (isinstance(one, Told) and any(map(one.repeats, written)))]


def _is_said(message: Message | Told) -> bool:
    """Whether it is a complaint in so many words, or was taken down as one."""
    return bool(said(message, COMPLAINTS)) or (isinstance(message, Told) and message.severity > 0)


def _is_told_elsewhere(message: Message | Told) -> bool:
    """Whether a phrase says why they are unhappy (a dispute, a chaser …): that has a line of its own."""
    return any(each.rule not in COURTESIES for each in message.said)


def _signal(messages: list[Message | Told], points: int, now: datetime, hours: BusinessHours) -> Signal:
    """Return the line of one thread's messages, newest first."""
    rule = next((rule for rule in WORDING if any(said(message, {rule}) for message in messages)), Rule.UNHAPPY)
    severity = max((message.severity for message in messages if isinstance(message, Told)), default=0)
    rule = Rule.COMPLAINT if severity and rule is Rule.UNHAPPY else rule
    on = day(messages[0].at, now, hours)
    return Signal(
        "unhappy" if rule is Rule.UNHAPPY else "complaint",
        Family.LANGUAGE,
        points,
        say(FEELING.get(severity, UPSET), day=on) if severity else counted(len(messages), *WORDING[rule], day=on),
        tuple(Evidence(message.id, message.at, _sharpest(message)) for message in messages),
        mood_only=rule is Rule.UNHAPPY,
    )


def _sharpest(message: Message | Told) -> str:
    """Return the complaint that sounds worst, else the first one; without any, what sounds worst.

    Of what was taken down as a complaint all is told: it is short, and nothing else of it is kept.
    """
    if isinstance(message, Told) and message.severity:
        return message.words
    complaints = [one.quote for one in message.said if one.rule in COMPLAINTS]
    return message.worst if message.worst in complaints or not complaints else complaints[0]
