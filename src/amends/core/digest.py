"""A mail reduced to what a relationship needs: the writer's own words now, and later what was heard in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from amends.core.asking import asking_sentence
from amends.core.client import client_of, company_line
from amends.core.language import Rule, has_greeting, has_thanks, hear, title_in
from amends.core.message import Message, Said
from amends.core.text import written_now

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from amends.core.message import Address, Automated, Mail
    from amends.core.promise import Promise

# Nobody writes more by hand in one mail; what follows is pasted. [J]
OWN_CHARACTERS = 8_000
# The first words people recognise a message by.
OPENING_CHARACTERS = 300
# A mail to more people is a circular; the rest of its recipients are not kept. [J]
RECIPIENTS_KEPT = 100
# Parents kept per message: enough to bridge a mail that is missing.
PARENTS_KEPT = 12


@dataclass(frozen=True, slots=True)
class Note:
    """One mail without its quotes and signature. `text` is the writer's own words; empty for automated mail."""

    id: str
    at: datetime
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    parents: tuple[str, ...]
    text: str = ""
    title: str = ""
    company: str = ""
    automated: Automated | None = None
    is_sent: bool = False
    delivered_to: str = ""
    calendar_method: str = ""


def digest(mail: Mail, at: datetime) -> Note:
    """Return the note of a mail dated `at`. Automated mail keeps its envelope only: it is never read for mood."""
    text = title = company = ""
    if mail.automated is None:
        written = written_now(mail.body)
        text = without_name(written.text[:OWN_CHARACTERS], mail.sender.name)
        if written.signature:
            title = title_in(written.signature)
            company = company_line(written.signature, client_of(mail.sender.address))
    parents = (
        (mail.in_reply_to, *mail.references[-PARENTS_KEPT:]) if mail.in_reply_to else mail.references[-PARENTS_KEPT:]
    )
    return Note(
        id=mail.id,
        at=at,
        sender=mail.sender,
        to=mail.to[:RECIPIENTS_KEPT],
        cc=mail.cc[:RECIPIENTS_KEPT],
        subject=mail.subject,
        parents=parents,
        text=text,
        title=title,
        company=company,
        automated=mail.automated,
        is_sent=mail.is_sent,
        delivered_to=mail.delivered_to,
        calendar_method=mail.calendar_method,
    )


def _promise_in(note: Note, zone: tzinfo) -> Promise | None:
    from amends.core.promise import find_promise  # noqa: PLC0415  (12 ms of expressions: only where we wrote)

    return find_promise(note.text, note.at.astimezone(zone))


def without_name(text: str, name: str) -> str:
    """Return a text without the writer's own name as its last line: "Tess" under a mail of Tess Moran says nothing."""
    before, _, last = text.rstrip().rpartition("\n")
    words = last.lower().strip(" ,.-").split()
    return before.rstrip() if before and words and set(words) <= set(name.lower().split()) else text


def opening(text: str) -> str:
    """Return the first sentences of a text, on one line, at most `OPENING_CHARACTERS` long, cut at a word."""
    shown = " ".join(text[: 2 * OPENING_CHARACTERS].split())
    if len(shown) <= OPENING_CHARACTERS:
        return shown
    return shown[:OPENING_CHARACTERS].rpartition(" ")[0] + " …"


def told_message(note: Note, *, from_us: bool, thread: int, is_heard: bool = True, zone: tzinfo = UTC) -> Message:
    """Return the message of a relationship that a note tells.

    What the client wrote is heard (docs/method.md rule 2), what we wrote is searched for promises; with `is_heard`
    false (too old to count) neither is done. "By 6 pm" is said in the firm's `zone`.
    """
    text, reads = note.text, is_heard and note.automated is None
    heard = hear(text) if reads and not from_us else None
    promise = _promise_in(note, zone) if reads and from_us else None
    said = (
        tuple(Said(str(f.rule), " ".join(f.quote.split())) for f in heard.findings if f.rule is not Rule.UNHAPPY)
        if heard
        else ()
    )
    return Message(
        id=note.id,
        at=note.at,
        from_us=from_us,
        sender=note.sender.address,
        to=tuple(a.address for a in note.to),
        cc=tuple(a.address for a in note.cc),
        subject=note.subject,
        thread=thread,
        words=len(text.split()),
        opening=opening(text),
        unhappy=heard.unhappy if heard else 0.0,
        worst=" ".join(text[slice(*heard.worst)].split()) if heard else "",
        said=said,
        asks=asking_sentence(text) if heard else "",
        has_greeting=has_greeting(text),
        has_thanks=has_thanks(text),
        promised=promise.sentence if promise else "",
        promised_by=promise.by if promise else None,
        calendar_method=note.calendar_method,
        automated=note.automated,
    )
