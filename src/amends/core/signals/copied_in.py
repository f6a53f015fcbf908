"""Somebody who was never in the mail before is copied in: procurement, legal, a senior person, the boss."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, within
from amends.core.phrase import words
from amends.core.text import sentences
from amends.core.wording import day, later, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

SENIOR, BOSS = "senior copied in", "boss copied in"
NEWLY = later("Newly copied in on {day}: {who}")
NEWLY_BOSS = later("Their boss is newly copied in on {day}: {who}")
SENIOR_POINTS = 8  # docs/method.md rule 1
BOSS_POINTS = 6  # docs/method.md rule 1
NEW = timedelta(days=30)  # judgement: after a month they are no newcomer
LEAST_HISTORY = timedelta(days=60)  # judgement: before, everybody is new
LEAST_MESSAGES = 10  # judgement: the same
WORD = re.compile(r"[^\W\d_]{2,}")
# "I have copied in my manager": the mail itself names the boss.
NAMED = re.compile(r"\b(?:my|our|mein|meine|meinen|mon|mijn|mio|mi|meu) (\w{4,20})", re.IGNORECASE)
Newcomer = tuple[str, "Message"]  # an address, and the first mail it was copied in on


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield at most one signal for each kind of newcomer in cc; the evidence is the mail they first appear in."""
    history = look_back(relationship, now)
    senior: list[Newcomer] = []
    boss: list[Newcomer] = []
    for address, message in _newcomers(history, now):
        role = _role_words(address, history)
        if role & _senior_words():
            senior.append((address, message))
        elif role & words("roles", "boss") or _naming(message):
            boss.append((address, message))
    senior = [newcomer for newcomer in senior if not history.is_wrong(SENIOR, newcomer[1].id)]
    boss = [newcomer for newcomer in boss if not history.is_wrong(BOSS, newcomer[1].id)]
    if senior:
        yield _signal(SENIOR, SENIOR_POINTS, senior, _told(NEWLY, senior, day(senior[0][1].at, now, hours), history))
    if boss:
        told = _told(NEWLY_BOSS, boss, day(boss[0][1].at, now, hours), history)
        yield _signal(BOSS, BOSS_POINTS, boss, told)


def _newcomers(history: History, now: datetime) -> list[Newcomer]:
    """Return addresses of theirs in cc whose owner no mail knew before the last month."""
    recent = within(history.written, now - NEW)
    earlier = history.written[: len(history.written) - len(recent)]
    if len(earlier) < LEAST_MESSAGES or now - earlier[0].at < LEAST_HISTORY:
        return []
    first: dict[str, Message] = {}
    for message in recent:
        if not message.from_us:
            for address in filter(history.is_theirs, message.cc):
                first.setdefault(address, message)
    owned = {
        address: person.addresses if (person := history.person_at.get(address)) else frozenset({address})
        for address in first
    }
    seen = _seen(frozenset().union(*owned.values()), earlier)
    return [(address, message) for address, message in first.items() if owned[address].isdisjoint(seen)]


def _seen(addresses: frozenset[str], messages: Sequence[Message]) -> set[str]:
    """Return which of the addresses wrote or received one of the messages."""
    seen: set[str] = set()
    if addresses:
        for message in messages:
            seen.update(addresses.intersection((message.sender, *message.to, *message.cc)))
    return seen


def _role_words(address: str, history: History) -> set[str]:
    """Return what title, name and address say about somebody, in words; nothing about a senior person's assistant."""
    person = history.person_at.get(address)
    local = address.rpartition("@")[0]
    told = set(WORD.findall(f"{person.title} {person.name} {local}".lower() if person else local))
    return set() if told & words("roles", "no authority") else told


def _senior_words() -> frozenset[str]:
    return words("roles", "senior") | words("roles", "purchasing") | words("roles", "legal")


def _told(sentence: str, newcomers: list[Newcomer], on: str, history: History) -> str:
    """Return the sentence with the day of the first newcomer and who they are: "Ruth Ames, Head of Procurement"."""
    address = newcomers[0][0]
    person = history.person_at.get(address)
    known = [part for part in (person.name, person.title) if part] if person else []
    return say(sentence, day=on, who=", ".join(known) or address)


def _signal(rule: str, points: int, newcomers: list[Newcomer], summary: str) -> Signal:
    evidence = tuple(Evidence(message.id, message.at, _naming(message)) for _, message in newcomers)
    return Signal(rule, Family.PEOPLE, points, summary, evidence)


def _naming(message: Message) -> str:
    """Return the sentence in which the mail speaks of the writer's boss, or ""."""
    told = words("roles", "boss")
    for start, end in sentences(message.opening):
        if any(word.lower() in told for word in NAMED.findall(message.opening, start, end)):
            return message.opening[start:end]
    return ""
