"""A relationship written down as people would tell it: one line a message.

    3 Mar 09:00  client: Nobody came on site this morning.
    3 Mar 09:40  us: I am calling you now.
    5 Mar 2024 08:00  dana (cc boss@north.example) #invoices [complaint]: This is the third wrong invoice.

Speakers are `us`, `client` (Gary), a first name at the client, or a whole address. Behind the speaker may follow, in
any order: `(cc …)` and `(to …)` with addresses or names, `#subject` for another thread, and tags in brackets. A tag is
a rule that the client's sentence says; `[]` says nothing, `[unhappy 0.9]` sets how unhappy it sounds, `[promised 5 Mar
17:00]` makes it our promise, `[CANCEL]` a calendar notice, `[bounce]` mail of a machine. Without a tag it is heard.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from amends.core.asking import asking_sentence
from amends.core.hours import OFFICE
from amends.core.language import hear
from amends.core.message import Automated, Message, Person, Relationship, Said

__all__ = ["OFFICE", "at", "conversation", "every"]

CLIENT = "north.example"
US = "priya@alder.example"
NAMES = {"us": US, "client": f"gary@{CLIENT}"}
CALENDAR = {"REQUEST", "CANCEL", "REPLY"}
LINE = re.compile(r"\s*(\d+ \w{3}(?: \d{4})? \d\d:\d\d)\s+(\S+?)((?:\s*(?:\([^)]*\)|\[[^\]]*\]|#\w+))*)\s*:\s*(.*)")


def at(when: str, year: int = 2025) -> datetime:
    """Read "9 Mar 08:00" or "9 Mar 2024 08:00" as UTC."""
    day, month, *own_year, hour = when.split()
    text = f"{day} {month} {own_year[0] if own_year else year} {hour}"
    return datetime.strptime(text, "%d %b %Y %H:%M").replace(tzinfo=UTC)


def every(days: float, times: int, start: str, line: str, year: int = 2025) -> str:
    """Write the same line several times, so many days apart; `{n}` counts, so that `#{n}` makes each a thread."""
    moments = (at(start, year) + timedelta(days=days * number) for number in range(times))
    return "\n".join(f"{moment:%d %b %Y %H:%M} {line.format(n=n)}" for n, moment in enumerate(moments, 1))


def conversation(*texts: str, year: int = 2025, people: tuple[Person, ...] = (), client: str = CLIENT) -> Relationship:
    """Write a relationship's messages down, in order of time."""
    threads: dict[str, int] = {}
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    messages = [_message(number, line, year, threads) for number, line in enumerate(lines, 1)]
    return Relationship(client, "North", tuple(sorted(messages, key=lambda one: one.at)), people)


def _message(number: int, line: str, year: int, threads: dict[str, int]) -> Message:
    match = LINE.fullmatch(line)
    assert match, f"not a line of a conversation: {line!r}"
    when, speaker, marks, text = match.groups()
    subject = next(iter(re.findall(r"#(\w+)", marks)), "")
    sender = _address(speaker)
    message = Message(
        id=f"m{number}",
        at=at(when, year),
        from_us=speaker == "us",
        sender=sender,
        to=_addresses("to", marks) or ((NAMES["client"],) if speaker == "us" else (US,)),
        cc=_addresses("cc", marks),
        subject=subject,
        thread=threads.setdefault(subject, len(threads)),
        words=len(text.split()),
        opening=text,
        worst=text,
        asks="" if speaker == "us" else asking_sentence(text),
        has_greeting=text.startswith(("Hi", "Hello", "Dear", "Good morning")),
        has_thanks="thank" in text.lower(),
    )
    tags = re.findall(r"\[([^\]]*)\]", marks)
    if not tags and not message.from_us:
        return _heard(message)
    for tag in tags:
        message = _tagged(message, tag, year)
    return message


def _address(name: str) -> str:
    return NAMES.get(name, name if "@" in name else f"{name}@{CLIENT}")


def _addresses(kind: str, marks: str) -> tuple[str, ...]:
    return tuple(_address(name) for part in re.findall(rf"\({kind} ([^)]*)\)", marks) for name in part.split(", "))


def _tagged(message: Message, tag: str, year: int) -> Message:
    kind, _, rest = tag.partition(" ")
    if kind == "unhappy":
        return replace(message, unhappy=float(rest))
    if kind == "promised":
        return replace(message, promised=message.opening, promised_by=at(rest, year))
    if kind in CALENDAR:
        return replace(message, calendar_method=kind, automated=Automated.CALENDAR, asks="")
    if tag in set(Automated):
        return replace(message, automated=Automated(tag), asks="")
    return replace(message, said=(*message.said, Said(tag, message.opening))) if tag else message


def _heard(message: Message) -> Message:
    heard = hear(message.opening)
    said = tuple(Said(str(found.rule), found.quote) for found in heard.findings)
    return replace(message, unhappy=heard.unhappy, worst=message.opening[slice(*heard.worst)], said=said)
