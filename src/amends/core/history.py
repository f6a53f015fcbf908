"""A relationship read back from one moment: its threads, who waited for whom, how often the client came.

Computed once and shared by the signals. Mail that no person wrote is left out everywhere but in `messages`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from amends.core.dismissal import without, without_told
from amends.core.language import UNHAPPY_FROM, Rule
from amends.core.message import Relationship, Told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from amends.core.dismissal import Finding
    from amends.core.message import Message, Person
    from amends.core.staffing import Fact, FactKind, Touch

moment = attrgetter("at")
# What a client says that hurts, and waits for an answer even where nothing is asked in so many words.
# The hardest first: judgement.
HARD = (Rule.EXIT, Rule.ESCALATION, Rule.COMPLAINT, Rule.DISPUTE, Rule.REMEDY, Rule.LEAVING)
CALLS_FOR_AN_ANSWER = frozenset({*HARD, Rule.CHASER})
CONTENT = frozenset({Rule.PRAISE, Rule.THANKS})


@dataclass(frozen=True)
class History(Relationship):
    """A relationship with nothing in it that was written after `now`, and what can be read off it.

    `dismissed` are the findings that a person marked wrong; those of the language are not in the messages any more.
    """

    now: datetime | None = None
    dismissed: frozenset[Finding] = frozenset()

    @cached_property
    def written(self) -> list[Message]:
        """What people wrote, on both sides, in order of time."""
        return [message for message in self.messages if message.automated is None]

    @cached_property
    def inbound(self) -> list[Message]:
        """What people at the client wrote, in order of time."""
        return [message for message in self.written if not message.from_us]

    @cached_property
    def threads(self) -> dict[int, list[Message]]:
        """What people wrote, by thread, each in order of time."""
        threads: dict[int, list[Message]] = {}
        for message in self.written:
            threads.setdefault(message.thread, []).append(message)
        return threads

    @cached_property
    def contacts(self) -> list[datetime]:
        """When the client first wrote in each thread, in order: one entry a thread, however many messages it has."""
        first: dict[int, datetime] = {}
        for message in self.inbound:
            first.setdefault(message.thread, message.at)
        return list(first.values())

    @cached_property
    def replies(self) -> list[tuple[Message, Message]]:
        """Each time the client answered: our oldest message without an answer in that thread, and theirs."""
        open_since: dict[int, Message] = {}
        pairs = []
        for message in self.written:
            if message.from_us:
                open_since.setdefault(message.thread, message)
            elif asked := open_since.pop(message.thread, None):
                pairs.append((asked, message))
        return pairs

    @cached_property
    def waiting(self) -> list[list[Message]]:
        """For each thread, what the client asks since our last message in it, oldest first; the longest wait first.

        A message to their own colleagues, with us only copied in, asks nothing of us. Thanks or praise that ask for
        nothing more say that it was settled, by a call or by somebody else. So does a call, visit or meeting of ours
        with the writer since. Nobody waits to whom we never wrote: cold mail is no client's, and a mailbox without the
        mail we sent cannot tell who was answered.
        """
        if len(self.inbound) == len(self.written):
            return []
        open_asks: dict[int, list[Message]] = {}
        for message in self.written:
            if message.from_us or (said(message, CONTENT) and not asked(message)):
                open_asks.pop(message.thread, None)
            elif asked(message) and self.is_to_us(message):
                open_asks.setdefault(message.thread, []).append(message)
        still = ([ask for ask in asks if not self.is_settled(ask)] for asks in open_asks.values())
        return sorted(filter(None, still), key=lambda asks: asks[0].at)

    @cached_property
    def answered(self) -> list[tuple[Message, datetime]]:
        """Each ask of theirs that was answered: the oldest that waited in its thread, and when we wrote or spoke.

        What they thanked for before we wrote was settled elsewhere, nobody knows when. What a person marked wrong
        waited for nothing.
        """
        clocks: dict[int, Message] = {}
        found: list[tuple[Message, datetime]] = []
        for message in self.written:
            ask = clocks.get(message.thread)
            spoke = ask and self._spoke_at(ask)
            if ask and spoke and spoke <= message.at:
                found.append((clocks.pop(message.thread), spoke))
            elif ask and message.from_us:
                found.append((clocks.pop(message.thread), message.at))
            if said(message, CONTENT) and not asked(message):
                clocks.pop(message.thread, None)
            elif not message.from_us and asked(message) and self.is_to_us(message):
                clocks.setdefault(message.thread, message)
        found += [(ask, spoke) for ask in clocks.values() if (spoke := self._spoke_at(ask))]
        return [pair for pair in found if not self.is_wrong("unanswered", pair[0].id)]

    @cached_property
    def theirs(self) -> frozenset[str]:
        """Every address known to be the client's."""
        return frozenset().union(*(person.addresses for person in self.people), (m.sender for m in self.inbound))

    @cached_property
    def person_at(self) -> dict[str, Person]:
        """Who writes from an address of the client's."""
        return {address: person for person in self.people for address in person.addresses}

    def spoken(self, since: datetime) -> Sequence[Message | Told]:
        """Return what the client wrote since a moment, and said in words that somebody wrote down, newest first."""
        written = within(self.inbound, since)[::-1]
        told = [one for one in self.told if one.at >= since]
        return sorted([*written, *told], key=moment, reverse=True) if told else written

    def heard(self, rules: Collection[str], since: datetime) -> list[tuple[Message | Told, str]]:
        """Return what the client wrote or told since a moment that says one of the rules, newest first.

        Each comes with its sentence. What was told again in the words of a mail is heard once: where it was written.
        """
        found = [(one, quote) for one in self.spoken(since) if (quote := said(one, rules))]
        written = [quote for one, quote in found if not isinstance(one, Told)]
        return [(one, quote) for one, quote in found if not (isinstance(one, Told) and any(map(one.repeats, written)))]

    @cached_property
    def talks(self) -> list[Touch]:
        """Calls, visits and meetings in order of time: a note or a voicemail is none."""
        return sorted((touch for touch in self.touches if touch.is_talk), key=moment)

    @cached_property
    def facts_of(self) -> dict[FactKind, list[Fact]]:
        """The recorded facts of each kind, in order of time."""
        kinds: dict[FactKind, list[Fact]] = {}
        for fact in sorted(self.facts, key=moment):
            kinds.setdefault(fact.kind, []).append(fact)
        return kinds

    def recorded(self, kind: FactKind, rule: str, since: datetime) -> list[Fact]:
        """Return the facts of a kind since a moment, newest first, without those marked wrong as evidence of `rule`."""
        return [
            fact
            for fact in reversed(self.facts_of.get(kind, []))
            if fact.at >= since and not self.is_wrong(rule, fact.id)
        ]

    def is_wrong(self, rule: str, evidence_id: str) -> bool:
        """Whether a person marked this evidence of a rule as wrong."""
        return (rule, evidence_id) in self.dismissed

    def is_settled(self, message: Message) -> bool:
        """Whether what a message asks waits no more: we spoke with the writer since, or a person said so."""
        return self.is_wrong("unanswered", message.id) or self._spoke_at(message) is not None

    def _spoke_at(self, message: Message) -> datetime | None:
        """Return when we first spoke with the writer of a message after it; None where we have not."""
        since = (
            touch.at
            for touch in self.talks
            if touch.from_us and touch.at > message.at and self._took_part(message.sender, touch)
        )
        return next(since, None)

    def _took_part(self, address: str, touch: Touch) -> bool:
        """Whether the person behind an address took part; in a talk with nobody named, everybody did."""
        if not touch.with_ or address in touch.with_:
            return True
        person = self.person_at.get(address)
        return person is not None and (person.name in touch.with_ or not person.addresses.isdisjoint(touch.with_))

    def is_to_us(self, message: Message) -> bool:
        """Whether a message of theirs is addressed to somebody outside their own firm, or to nobody readable."""
        return not message.to or any(not self.is_theirs(address) for address in message.to)

    def is_theirs(self, address: str) -> bool:
        """Whether an address is the client's: known as theirs, or at their domain."""
        return address in self.theirs or address.endswith((f"@{self.client}", f".{self.client}"))


def said(message: Message | Told, rules: Collection[str]) -> str:
    """Return the first sentence of a message, or of words written down, that says one of the rules, or ""."""
    if not message.said:  # nearly always: spares the search
        return ""
    return next((one.quote for one in message.said if one.rule in rules), "")


def hard_sentence(said: Iterable[tuple[str, str]], unhappy: float, worst: str) -> str:
    """Return the sentence that hurts most of a message, or "": words of leaving first, then the others of `HARD`.

    `said` are its marks (rule, quote); where none of them is hard, `worst` counts if the mail seems unhappy.
    """
    first: dict[str, str] = {}
    for rule, quote in said:
        first.setdefault(rule, quote)
    marked = next((first[rule] for rule in HARD if rule in first), "")
    return marked or (worst if unhappy >= UNHAPPY_FROM else "")


def hardest(messages: Iterable[Message]) -> str:
    """Return the sentence that hurts most of several messages, or "": of the same rule the first."""
    whole = list(messages)
    marks = [(one.rule, one.quote) for message in whole for one in message.said]
    worst = max(whole, key=lambda message: message.unhappy, default=None)
    return hard_sentence(marks, worst.unhappy, worst.worst) if worst else ""


def asked(message: Message) -> str:
    """Return the sentence of the client's that waits for an answer, or ""."""
    return message.asks or said(message, CALLS_FOR_AN_ANSWER)


def look_back(relationship: Relationship, now: datetime, dismissed: frozenset[Finding] = frozenset()) -> History:
    """Return the history of a relationship up to `now`, without the findings in `dismissed`.

    One that was looked back on already is returned as it is.
    """
    if isinstance(relationship, History):
        if relationship.now == now and dismissed <= relationship.dismissed:
            return relationship
        dismissed |= relationship.dismissed
    known = relationship.until(now)
    return History(
        client=known.client,
        name=known.name,
        messages=without(known.messages, dismissed),
        people=known.people,
        coverage=known.coverage,
        facts=known.facts,
        touches=known.touches,
        promises=known.promises,
        failures=known.failures,
        told=without_told(known.told, dismissed),
        now=now,
        dismissed=dismissed,
    )


def within(messages: Sequence[Message], start: datetime, end: datetime | None = None) -> Sequence[Message]:
    """Return the messages from `start` until before `end`, of messages in order of time."""
    first = bisect_left(messages, start, key=moment)
    return messages[first:] if end is None else messages[first : bisect_left(messages, end, key=moment)]
