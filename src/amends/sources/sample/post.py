"""From a letter to the bytes of a message, and from messages to an mbox file.

Written out by hand rather than with the standard `email` package, whose folding differs between Python versions: the
sample is the same on every machine.
"""

from __future__ import annotations

import base64
import quopri
import textwrap
from datetime import UTC
from typing import TYPE_CHECKING

from amends.sources.sample.clock import MONTHS, WEEKDAYS
from amends.sources.sample.page import html_page, on_phone, plain_page

if TYPE_CHECKING:
    from datetime import datetime

    from amends.sources.sample.cast import Writer
    from amends.sources.sample.letter import Letter

FORM_DIE, CODE_DIE, THREAD_DIE = 2, 3, 4  # faces of `Letter.dice`
FORMS = {"outlook": (1, 5), "gmail": (0, 10), "apple": (0, 3)}  # of ten mails: HTML alone, HTML beside text
UNTHREADED = 14  # one reply in fourteen has lost its thread headers, as in exports of old programs
LONGEST_LINE = 900  # RFC 5322 allows 998 characters
KEPT_REFERENCES = 10
LATIN_SIZE = 256  # characters of ISO 8859-1
PROGRAMS = {"outlook": "Microsoft Outlook 16.0", "apple": "Apple Mail (2.3826.700.81)"}


def message_bytes(letter: Letter) -> bytes:
    """Return the letter as an RFC 5322 message with line feeds as line ends, as an mbox holds it."""
    fields = [*_origin(letter), *_addresses(letter), *_thread(letter), *_program(letter), *letter.headers]
    head = "".join(f"{name}: {value}\n" for name, value in (*fields, ("MIME-Version", "1.0")))
    return head.encode("ascii") + _body(letter)


def mbox_entry(letter: Letter) -> bytes:
    """Return the message as one entry of an mbox, its `From ` lines quoted in the mboxrd way."""
    utc = letter.at.astimezone(UTC)
    day = f"{WEEKDAYS['en'][utc.weekday()][:3]} {MONTHS[utc.month - 1][:3]} {utc.day:2d}"
    lines = message_bytes(letter).split(b"\n")
    quoted = b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
    return f"From {letter.sender.address} {day} {utc:%H:%M:%S} {utc.year}\n".encode() + quoted.rstrip(b"\n") + b"\n\n"


def _origin(letter: Letter) -> list[tuple[str, str]]:
    if letter.sender.is_ours or any(name == "Return-Path" for name, _ in letter.headers):
        return []
    return [("Return-Path", f"<{letter.sender.address}>"), ("Delivered-To", letter.to[0].address)]


def _addresses(letter: Letter) -> list[tuple[str, str]]:
    fields = [
        ("Date", _date(letter.at)),
        ("From", _mailbox(letter.sender)),
        ("To", _mailboxes(letter.to)),
        ("Cc", _mailboxes(letter.cc)),
        ("Subject", _encoded(letter.subject)),
        ("Message-ID", f"<{letter.id}>"),
    ]
    return [(name, value) for name, value in fields if value]


def _thread(letter: Letter) -> list[tuple[str, str]]:
    if letter.answers is None or letter.dice(THREAD_DIE, UNTHREADED) == 0:
        return []
    chain: list[str] = []
    older: Letter | None = letter.answers
    while older is not None:
        chain.insert(0, f"<{older.id}>")
        older = older.answers
    return [("In-Reply-To", chain[-1]), ("References", "\n ".join(chain[-KEPT_REFERENCES:]))]


def _program(letter: Letter) -> list[tuple[str, str]]:
    if letter.bare:
        return []
    if on_phone(letter):
        return [("X-Mailer", "iPhone Mail (22G86)")]
    return [("X-Mailer", PROGRAMS[letter.sender.manner])] if letter.sender.manner in PROGRAMS else []


def _date(at: datetime) -> str:
    day = f"{WEEKDAYS['en'][at.weekday()][:3]}, {at.day:02d} {MONTHS[at.month - 1][:3]} {at.year}"
    return f"{day} {at:%H:%M:%S} {at:%z}"


def _mailboxes(people: tuple[Writer, ...]) -> str:
    return ",\n ".join(_mailbox(person) for person in people)


def _mailbox(person: Writer) -> str:
    name = _encoded(person.name)
    plain = name == person.name and not set(name) & set('()<>[]:;@\\,."')
    return f"{name if plain or name != person.name else chr(34) + name + chr(34)} <{person.address}>"


def _encoded(text: str) -> str:
    """Return a header value in ASCII, each word of at most 75 characters (RFC 2047)."""
    if text.isascii():
        return text
    pieces = textwrap.wrap(text, 24, drop_whitespace=False, break_long_words=True)
    return "\n ".join(f"=?utf-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _body(letter: Letter) -> bytes:
    if letter.calendar:
        calendar = (f"text/calendar; method={letter.method}", letter.calendar)
        return _both(letter, ("text/plain", plain_page(letter)), calendar)
    html_only, both = FORMS.get(letter.sender.manner, (0, 0))
    form = letter.dice(FORM_DIE, 10)
    if form < html_only:
        return _part(letter, "text/html", html_page(letter))
    if form < html_only + both:
        return _both(letter, ("text/plain", plain_page(letter)), ("text/html", html_page(letter)))
    return _part(letter, "text/plain", plain_page(letter))


def _both(letter: Letter, *parts: tuple[str, str]) -> bytes:
    edge = f"=_{letter.digest[:24]}"
    inner = b"".join(b"--" + edge.encode() + b"\n" + _part(letter, kind, text) for kind, text in parts)
    return f'Content-Type: multipart/alternative;\n boundary="{edge}"\n\n'.encode() + inner + f"--{edge}--\n".encode()


def _part(letter: Letter, kind: str, text: str) -> bytes:
    charset, coding = _coding(letter, text)
    head = f'Content-Type: {kind}; charset="{charset}"\nContent-Transfer-Encoding: {coding}\n\n'.encode()
    return head + _coded(text.encode(charset), coding)


def _coding(letter: Letter, text: str) -> tuple[str, str]:
    """Return the charset and the transfer encoding, varied as among real mail programs."""
    die = letter.dice(CODE_DIE, 8)
    if text.isascii() and max(map(len, text.split("\n"))) < LONGEST_LINE and die > 1:
        return "us-ascii", "7bit"
    charset = "iso-8859-1" if die % 2 and _is_latin(text) else "utf-8"
    return charset, "base64" if die == 0 else "quoted-printable"


def _is_latin(text: str) -> bool:
    return all(ord(letter) < LATIN_SIZE for letter in text)


def _coded(raw: bytes, coding: str) -> bytes:
    if coding == "base64":
        return base64.encodebytes(raw)
    return quopri.encodestring(raw) if coding == "quoted-printable" else raw
