"""The second half of a scan: build each relationship from the ledger, hear the client, weigh the signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from amends.cli.ledger import Ledger
from amends.cli.results import Row
from amends.core.client import company_name, merge_people
from amends.core.digest import told_message
from amends.core.health import assess, chance_in_words
from amends.core.message import Message, Relationship
from amends.core.text import sentences
from amends.core.thread import thread_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from amends.core.evidence import Signal
    from amends.core.hours import BusinessHours

# No sentence counts for longer (a complaint has faded after 120 days, docs/method.md rule 1); what is older still tells
# the client's habits, but is not heard.
HEARD_DAYS = 184
# The telling sentence is shown with those that follow it, up to so many characters: what is read at a glance. [J]
SAID_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Scales:
    """What every relationship of one scan is weighed with."""

    ledger: Path
    us: frozenset[str]
    as_of: datetime
    hours: BusinessHours
    heard_days: int = HEARD_DAYS


def relationship_of(ledger: Ledger, client: str, scales: Scales) -> Relationship:
    """Return everything exchanged with a client up to the day, threaded, and heard where it is recent enough."""
    threads = thread_numbers(list(ledger.links_of(client, scales.as_of)))
    heard_since = scales.as_of - timedelta(days=scales.heard_days)
    messages: list[Message] = []
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    for note, thread in zip(ledger.of_client(client, scales.as_of), threads, strict=True):
        from_us = ledger.client_of(note.sender.address) in scales.us
        is_heard = note.at >= heard_since
        messages.append(told_message(note, from_us=from_us, thread=thread, is_heard=is_heard, zone=scales.hours.zone))
        for person in (*note.to, *note.cc) if from_us else (*note.to, *note.cc, note.sender):
            if client in (ledger.client_of(person.address), person.address):
                names[person.address] = person.name or names.get(person.address, "")
        if note.title and not from_us:
            titles[note.sender.address] = note.title
    return Relationship(
        client=client,
        name=names.get(client) or company_name(client, ledger.company_lines(client)),
        messages=tuple(messages),
        people=merge_people(names, titles),
    )


def weigh(ledger: Ledger, client: str, scales: Scales) -> Row:
    """Return what a scan shows of one client."""
    relationship = relationship_of(ledger, client, scales)
    health = assess(relationship, scales.as_of, scales.hours)
    said, said_at = _said(relationship, health.signals)
    return Row(
        client=client,
        name=relationship.name,
        state=str(health.state),
        points=health.points,
        chance=health.chance,
        chance_words=chance_in_words(health.chance),
        messages=sum(message.automated is None for message in relationship.messages),
        threads=len({message.thread for message in relationship.messages}),
        people=len(relationship.people),
        coverage=relationship.coverage,
        signals=health.signals,
        said=said,
        said_at=said_at,
    )


def _said(relationship: Relationship, signals: Iterable[Signal]) -> tuple[str, datetime | None]:
    """Return the client's own words behind the strongest signal that has some, and when they wrote them."""
    theirs = {message.id: message for message in relationship.messages if not message.from_us}
    for signal in sorted(signals, key=lambda signal: -signal.points):
        for evidence in signal.evidence:
            message = theirs.get(evidence.message_id)
            if message and evidence.quote and signal.points > 0:
                return _with_what_follows(evidence.quote, message.opening), evidence.at
    return "", None


def _with_what_follows(quote: str, opening: str) -> str:
    """Return a sentence with as many of the next ones as are quickly read: "Nobody called." alone says too little."""
    start = opening.find(quote)
    if start < 0:
        return quote
    said = opening[start:]
    ends = (end for _, end in sentences(said) if len(quote) <= end <= SAID_CHARACTERS)
    return said[: max(ends, default=len(quote))]


def weigh_some(clients: Sequence[str], scales: Scales) -> list[Row]:
    """Weigh several clients, in a process of its own."""
    with Ledger(scales.ledger) as ledger:
        return [weigh(ledger, client, scales) for client in clients]
