"""From mail to letters, a batch at a time: what may run in a process of its own. No database, no Django.

What costs time is done here: mail is taken apart, the client is heard and our promises are found, so that the one
writer has nothing to do but write. Everything in a batch is a plain value that travels between processes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from amends.core.automated import CIRCULARS
from amends.core.away import away_until
from amends.core.client import client_of, same_person_elsewhere
from amends.core.digest import digest, told_message
from amends.core.message import Automated
from amends.core.thread import bare_subject, key_of
from amends.core.wording import later
from amends.sources import Part, Skipped, read
from amends.sources.calendar import invites_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime, tzinfo

    from amends.core.meeting import Invite
    from amends.core.message import Address, Mail

BATCH = 500  # messages kept in one transaction: well under a second of work, lost at most when everything is killed
GLANCE = 2_000  # messages counted before the page is told how far the counting is
LONGEST_ADDRESS = 254  # characters; RFC 5321 allows no longer one
LONGEST_NAME = 200  # characters of the columns that hold names
LONGEST_SUBJECT = 1_000  # characters: nobody writes a longer subject, only attacks do (judgement)
LONGEST_ID = 1_000  # characters of a Message-ID, as RFC 5322 limits a line
LONGEST_METHOD = 20  # characters; the longest in RFC 5546 is DECLINECOUNTER
LONGEST_REASON = 500  # characters of a reason why something was skipped
EARLIEST_YEAR = 1970  # mail is younger
NO_DATE = later("It carries no date that can be believed, so it has no place in the history.")
AHEAD = "It is dated {at:%B %d, %Y}, which is still to come, so it has no place in the history."
BOUNCED, DELAYED, AUTOMATIC, ANSWERED = "bounced", "delayed", "automatic", "answered"  # kinds of `Return`
ACTIONS = {"failed": BOUNCED, "delayed": DELAYED}  # of RFC 3464, 2.3.3; the others say that it arrived
OUR_ID = re.compile(r"[0-9a-f]{32}@")  # as `outgoing.queue_letter` makes them; others' are sorted out by the database
PAGE = re.compile(r"/c/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")  # a link to a client's page: who reads it may open it
HALF = re.compile("[\ud800-\udfff]")  # half a character, from a broken mail: no database takes it


class Letter(NamedTuple):
    """One mail between us and clients, ready to be kept. `clients` are the keys (`core.client.client_of`) it concerns.

    `to` and `cc` are (address, shown name) pairs; `parents` are keys of the messages it names as its own.
    """

    key: int
    message_id: str
    at: datetime
    from_us: bool
    sender: tuple[str, str]
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...]
    clients: tuple[str, ...]
    subject: str
    parents: tuple[int, ...]
    is_loose: bool
    words: int
    text: str
    opening: str
    unhappy: float
    worst: str
    said: tuple[tuple[str, str], ...]
    asks: str
    has_greeting: bool
    has_thanks: bool
    promised: str
    promised_by: datetime | None
    calendar_method: str
    automated: str
    title: str
    company: str
    invites: tuple[Invite, ...] = ()


class Return(NamedTuple):
    """A mail that names letters of the desk's own: it came back, a program answered, or a person did.

    `ids` are their Message-IDs, `kind` is `BOUNCED`, `DELAYED`, `AUTOMATIC` or `ANSWERED`, `status` (RFC 3463) and
    `says` are what a server told, `until` is the last day away that an automatic reply names.
    """

    ids: tuple[str, ...]
    kind: str
    at: datetime
    status: str = ""
    says: str = ""
    until: date | None = None


@dataclass(slots=True)
class Batch:
    """Messages read one after another, and the place in the file after them: parts read whole, messages of the next."""

    part: int
    within: int = 0
    read: int = 0
    automated: int = 0
    newsletters: Counter[str] = field(default_factory=Counter)  # the automated ones by the sender's domain
    internal: int = 0
    left_out: int = 0
    skips: list[tuple[str, str]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)  # the automated ones too, which are no letters


@dataclass(frozen=True, slots=True)
class Job:
    """What to read, and with whose eyes: `us` are our client keys; what is older than `heard_since` is not heard."""

    parts: tuple[Part, ...]
    folder: str  # taken off the places that are shown
    us: frozenset[str]
    heard_since: datetime
    latest: datetime  # mail dated later is not believed
    zone: tzinfo


@dataclass(slots=True)
class Seen:
    """What a look through some messages came to: enough to say what there is, and who we are in it."""

    part: int
    messages: int = 0
    written: int = 0  # by people
    first: datetime | None = None
    last: datetime | None = None
    wrote: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)
    names: set[tuple[str, str]] = field(default_factory=set)


def clean(text: str, longest: int | None = None) -> str:
    """Return a text that may be kept: no null or half characters, not too long, no link that opens a client's page."""
    if longest is not None and len(text) > longest:
        text = text[:longest]
    if "\0" in text:
        text = text.replace("\0", "")
    if "/c/" in text:
        text = PAGE.sub("/c/…", text)
    return text if text.isascii() or not HALF.search(text) else HALF.sub("\ufffd", text)


@lru_cache(maxsize=8192)
def _pair(address: Address) -> tuple[str, str]:
    known = clean(address.address)
    return ("" if len(known) > LONGEST_ADDRESS else known), clean(" ".join(address.name.split()), LONGEST_NAME)


def letters_in(job: Job, number: int, done: int = 0) -> Iterator[Batch]:
    """Read one part of a job in batches, after the first `done` messages of it. Raise SourceError where it breaks."""
    batch = Batch(number, done)
    for place, mail in enumerate(read(job.parts[number]), 1):
        if place <= done:
            continue
        take(batch, mail, job)
        if place % BATCH == 0:
            batch.within = place
            yield batch
            batch = Batch(number, place)
    batch.part, batch.within = number + 1, 0
    yield batch


def take(batch: Batch, mail: Mail | Skipped, job: Job) -> None:
    """Put one message into a batch: as a letter, or as what it counts for."""
    batch.read += 1
    told = None if isinstance(mail, Skipped) else return_of(mail, job)
    if told:
        batch.returns.append(told)
    why = _why_not(mail, job)
    if why:
        batch.skips.append((clean(mail.where.replace(job.folder, ""), LONGEST_REASON), clean(why, LONGEST_REASON)))
    elif isinstance(mail, Skipped):
        batch.left_out += 1
    elif mail.automated in CIRCULARS:
        batch.automated += 1
        batch.newsletters[_pair(mail.sender)[0].rpartition("@")[2]] += 1
    else:
        letter = letter_of(mail, job)
        if letter is None:
            batch.internal += 1
        else:
            batch.letters.append(letter)


def return_of(mail: Mail, job: Job) -> Return | None:
    """Return what a mail says of letters of the desk's own, as far as their Message-IDs can be ours; else None."""
    report = mail.report
    named: tuple[str, ...] = (mail.in_reply_to, *mail.references)
    if mail.automated is not None:  # a program names the one mail it is about, people all that they read before
        named = (report and report.returned) or (mail.in_reply_to or "".join(mail.references[-1:]),)
    ids = tuple(dict.fromkeys(clean(each, LONGEST_ID) for each in named if OUR_ID.match(each)))
    if not ids or mail.at is None or mail.at > job.latest:
        return None
    if mail.automated is None:
        is_theirs = client_of(_pair(mail.sender)[0]) not in job.us
        return Return(ids, ANSWERED, mail.at) if is_theirs else None
    if mail.automated is not Automated.BOUNCE:
        until = away_until(report.says, mail.at.astimezone(job.zone).date()) if report else None
        return Return(ids, AUTOMATIC, mail.at, until=until)
    if report is None or report.action not in ACTIONS:  # it says that it arrived
        return None
    return Return(ids, ACTIONS[report.action], mail.at, clean(report.status, LONGEST_METHOD), clean(report.says))


def _why_not(mail: Mail | Skipped, job: Job) -> str:
    """Say why a message cannot be kept; empty for those that can, and those left out on purpose."""
    if isinstance(mail, Skipped):
        return "" if mail.is_on_purpose else mail.why
    if mail.automated in CIRCULARS:
        return ""
    if mail.at is None or mail.at.year < EARLIEST_YEAR:
        return NO_DATE
    return AHEAD.format(at=mail.at) if mail.at > job.latest else ""


def letter_of(mail: Mail, job: Job) -> Letter | None:
    """Return the letter of a mail that carries a date; None when it is among ourselves, or with nobody known."""
    assert mail.at is not None  # noqa: S101  (`_why_not` saw to it)
    sender, to, cc = _pair(mail.sender), tuple(map(_pair, mail.to)), tuple(map(_pair, mail.cc))
    writer = client_of(sender[0])
    from_us = writer in job.us
    parties = {client_of(address) for address, _ in (*to, *cc)} if from_us else {writer}
    clients = tuple(sorted(parties - job.us - {""}))
    if not clients:
        return None
    note = digest(mail, mail.at)
    told = told_message(note, from_us=from_us, thread=0, is_heard=mail.at >= job.heard_since, zone=job.zone)
    parents = tuple(map(key_of, note.parents))
    return Letter(
        key=key_of(mail.id),
        message_id=clean(mail.id, LONGEST_ID),
        at=mail.at,
        from_us=from_us,
        sender=sender,
        to=to[: len(note.to)],
        cc=cc[: len(note.cc)],
        clients=clients,
        subject=clean(mail.subject, LONGEST_SUBJECT),
        parents=parents,
        is_loose=not parents and bare_subject(mail.subject[:LONGEST_SUBJECT])[1],
        words=told.words,
        text=clean(note.text),
        opening=clean(told.opening),
        unhappy=told.unhappy,
        worst=clean(told.worst),
        said=tuple((one.rule, clean(one.quote)) for one in told.said),
        asks=clean(told.asks),
        has_greeting=told.has_greeting,
        has_thanks=told.has_thanks,
        promised=clean(told.promised),
        promised_by=told.promised_by,
        calendar_method=clean(note.calendar_method, LONGEST_METHOD),
        automated=str(note.automated or ""),
        title=clean(note.title, LONGEST_NAME),
        company=clean(note.company, LONGEST_NAME),
        invites=invites_in(mail.calendar, method=mail.calendar_method, written_at=mail.at, zone=job.zone)
        if mail.calendar
        else (),
    )


def seen_in(job: Job, number: int, done: int = 0) -> Iterator[Seen]:
    """Look through one part of a job: count, and tell who is on which side. Raise SourceError where it breaks."""
    del done  # a look always begins at the beginning
    seen = Seen(number)
    for mail in read(job.parts[number]):
        seen.messages += 1
        if not isinstance(mail, Skipped) and mail.automated not in CIRCULARS and not _why_not(mail, job):
            _see(seen, mail)
        if seen.messages >= GLANCE:
            yield seen
            seen = Seen(number)
    yield seen


def _see(seen: Seen, mail: Mail) -> None:
    """Count one message: its date, and for what a person wrote who stands on which side."""
    assert mail.at is not None  # noqa: S101  (`_why_not` saw to it)
    seen.first = min(seen.first or mail.at, mail.at)
    seen.last = max(seen.last or mail.at, mail.at)
    if mail.automated is not None:
        return
    seen.written += 1
    address, name = _pair(mail.sender)
    writer = client_of(address)
    others = {client_of(_pair(each)[0]) for each in (*mail.to, *mail.cc)}
    seen.wrote[writer] += 1
    seen.received.update(others)
    seen.either.update(others | {writer})
    if mail.is_sent:
        seen.sent[writer] += 1
    if mail.delivered_to:
        seen.delivered[client_of(clean(mail.delivered_to, LONGEST_ADDRESS))] += 1
    if name:
        seen.names.add((address, name))


def with_private_addresses(us: Iterable[str], names: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return who we are, and the free-mail addresses from which our own people write as well."""
    ours = tuple(us)
    return (*ours, *sorted(address for address, key in same_person_elsewhere(names).items() if key in ours))
