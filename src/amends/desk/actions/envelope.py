"""A mail as it travels: header fields, and plain text in lines that every program shows well."""

from __future__ import annotations

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING
from unicodedata import category

from django.conf import settings
from django.urls import reverse

from amends.desk.models import LetterKind, Message, PageKind
from amends.desk.queries.invitation import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.desk.models import Outgoing

LONGEST_LINE = 76  # characters before a soft break: with its space and a stuffed one 78 (RFC 3676, 4.2)
LONGEST_PLAIN = 998  # characters of a line that travels as it is (RFC 5322, 2.1.1)
MOST_PARENTS = 10  # Message-IDs in References: the last ones join the conversation (judgement)
LONGEST_PARENT = 250  # characters: longer ids are broken ones (judgement)
STUFFED = (" ", ">", "From ")  # what a line must not begin with (RFC 3676, 4.4)
LONGEST_WORD = 60  # characters of a word that stands in a header field as it is; its line has at most 78 (judgement)
NOT_IN_ADDRESSES = frozenset(' <>()[],;:"\\')  # they would have to be quoted, which servers read in different ways
JOINERS = "\u200c\u200d"  # Persian and Hindi cannot be written without them (Unicode 9.2, 12.1)
LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
LEFT_OUT = frozenset({"Cc", "Cs"})  # control signs, and half characters, which nothing can send
PAGE_MARK = "[link]"  # the line of a letter in whose place goes the link to its page, when it is sent and not before
SIGNATURE = "-- "  # the line above what is no part of the letter itself (RFC 3676, 4.3)


def one_line(text: str) -> str:
    """Return a text as one line, without anything that could end a header field or act on a screen."""
    return " ".join("".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text).split())


def our_address() -> str:
    """Return the bare address of AMENDS_MAIL_FROM: the envelope's sender, to which bounces come back."""
    told = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return as_sent(told) or told


def our_domain() -> str:
    """Return the domain of AMENDS_MAIL_FROM, under which the desk's Message-IDs are made."""
    return as_sent(our_address()).rpartition("@")[2] or "localhost"


def has_page_mark(text: str) -> bool:
    """Tell whether a text has the line in whose place a link goes."""
    return any(line.strip() == PAGE_MARK for line in LINE_ENDS.sub("\n", text).split("\n"))


def with_link(text: str, token: str) -> str:
    """Return a text with a link where it is marked; as it is without a token."""
    if not token:
        return text
    lines = LINE_ENDS.sub("\n", text).split("\n")  # as `has_page_mark` reads them
    return "\n".join(page_address(token) if line.strip() == PAGE_MARK else line for line in lines)


def page_address(token: str) -> str:
    """Return the whole address of a client's page."""
    return settings.ADDRESS.rstrip("/") + reverse("client-page-open", args=[token])


def mail_of(letter: Outgoing, *, now: datetime, token: str = "") -> bytes:
    """Return a letter as it goes to the mail server, each line ended by CR LF.

    A letter to a client carries the writer's name and their address to reply to, and nothing that tells of the desk.
    All else says that a program wrote it (RFC 3834), so that no program answers, and ends with why it came. `token` is
    of the link to the letter's page: it stands in the mail, and nowhere else.
    """
    text = flowed(with_link(text_of(letter), token))
    is_plain = text.isascii() and max(map(len, text.splitlines())) <= LONGEST_PLAIN
    body = EmailMessage(policy=SMTP)
    body.set_content(text, cte="7bit" if is_plain else "quoted-printable", params={"format": "flowed"})
    if letter.method and (entry := part_of(letter, now=now, sender=our_address(), domain=our_domain())):
        body.add_alternative(entry, subtype="calendar", cte="quoted-printable", params={"method": letter.method})
    told = (*_fields(letter, now), *_ways_out(letter, token))
    fields = "".join(f"{name}: {value}\r\n" for name, value in told if value)
    return fields.encode("ascii") + body.as_bytes()


def _fields(letter: Outgoing, now: datetime) -> Iterator[tuple[str, str]]:
    """Return the header fields, written out here: Python's own read encoded words, line ends in them too, as theirs."""
    parents, subject = parents_of(letter), one_line(letter.subject)
    yield "From", _party(*sender_of(letter), "From")
    yield "To", _party(*to_of(letter), "To")
    yield "Reply-To", as_sent(letter.reply_to)
    yield "Subject", _words(subject, "Subject", "us-ascii" if _is_plain(subject) else "utf-8")
    yield "Date", format_datetime(now)
    yield "Message-ID", f"<{letter.message_id}>" if letter.message_id else ""
    yield "In-Reply-To", f"<{parents[-1]}>" if parents else ""
    yield "References", "\r\n ".join(f"<{parent}>" for parent in parents)
    yield "Auto-Submitted", "" if letter.kind == LetterKind.CLIENT else "auto-generated"


def _ways_out(letter: Outgoing, token: str) -> Iterator[tuple[str, str]]:
    """Return how whoever is asked how they feel says "no more" in one step (RFC 2369; RFC 8058 asks for https)."""
    if token and letter.page and letter.page.kind == PageKind.PULSE:
        yield "List-Unsubscribe", f"<{page_address(token)}/no-more>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" if settings.ADDRESS.startswith("https:") else ""


def _is_plain(text: str) -> bool:
    """Tell whether a text can stand in a header field as it is, and is read there as nothing else (RFC 2047)."""
    return text.isascii() and "=?" not in text and max(map(len, text.split()), default=0) <= LONGEST_WORD


def _words(text: str, field: str, charset: str) -> str:
    """Return a text as it stands in a header field, in lines of at most 78 characters."""
    return Header(text, charset, header_name=field).encode(linesep="\r\n")


def _party(name: str, address: str, field: str) -> str:
    """Return a name and an address as they stand in a header field."""
    if _is_plain(name) and len(name) <= LONGEST_WORD:
        return formataddr((name, address))
    return f"{_words(name, field, 'utf-8')}\r\n <{address}>"


def sender_of(letter: Outgoing) -> tuple[str, str]:
    """Return the name and the address under From: the desk's address, under the writer's name where a person wrote."""
    if letter.kind == LetterKind.CLIENT and letter.by:
        return one_line(letter.by.name), our_address()
    return one_line(parseaddr(settings.DEFAULT_FROM_EMAIL)[0]), our_address()


def to_of(letter: Outgoing) -> tuple[str, str]:
    """Return the name and the address under To."""
    known = letter.person if letter.kind == LetterKind.CLIENT else letter.user
    return one_line(known.name) if known else "", as_sent(letter.to) or one_line(letter.to)


def as_sent(address: str) -> str:
    """Return an address as every mail server takes it; empty where none does."""
    name, _at, domain = address.rpartition("@")
    try:
        told = f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""
    is_plain = told.isascii() and told.isprintable() and not set(told) & NOT_IN_ADDRESSES
    return told if name and domain and is_plain and "@" not in name else ""


def text_of(letter: Outgoing) -> str:
    """Return all that the reader sees: the text, and under a notice why it came."""
    if letter.kind == LetterKind.CLIENT or not letter.why:
        return letter.text
    return f"{letter.text.rstrip()}\n\n{SIGNATURE}\n{letter.why}\n"


def parents_of(letter: Outgoing) -> list[str]:
    """Return the Message-IDs of the conversation that a letter answers, the one it answers last."""
    answered = letter.answers
    if answered is None:
        return []
    before = Message.objects.filter(client=answered.client_id, thread=answered.thread, at__lte=answered.at)
    ids = before.exclude(pk=answered.pk).order_by("-at", "-pk").values_list("message_id", flat=True)[:MOST_PARENTS]
    return [each for each in (*reversed(ids), answered.message_id) if _is_message_id(each)]


def _is_message_id(text: str) -> bool:
    """Tell an id that mail programs know from a hash that stands for a mail without one."""
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(" <>")
    return is_plain and "@" in text and len(text) <= LONGEST_PARENT


def flowed(text: str) -> str:
    """Return a text in lines of at most 78 characters that are put together again where it is read (RFC 3676).

    Words stay whole, so that a link can be followed, however long it is.
    """
    told = "".join(sign for sign in LINE_ENDS.sub("\n", text) if sign in "\n\t" or category(sign) not in LEFT_OUT)
    return "\n".join(piece for line in told.removesuffix("\n").split("\n") for piece in _soft_lines(line)) + "\n"


def _soft_lines(line: str) -> list[str]:
    """Break one line at spaces; every piece but the last ends with the space that says that it goes on."""
    if line == SIGNATURE:
        return [line]
    pieces, rest = [], line.rstrip()
    while len(rest) > LONGEST_LINE:
        at = rest.rfind(" ", 1, LONGEST_LINE + 1)
        if at < 1:
            at = rest.find(" ", LONGEST_LINE)
        if at < 1:
            break
        pieces.append(rest[: at + 1])
        rest = rest[at + 1 :]
    return [f" {piece}" if piece.startswith(STUFFED) else piece for piece in (*pieces, rest)]
