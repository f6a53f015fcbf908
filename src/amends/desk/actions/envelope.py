"""A mail as it travels: header fields, and plain text in lines that every program shows well."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings

from amends.desk.models import LetterKind, Message

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Outgoing

LONGEST_LINE = 76  # characters before a soft break: with its space and a stuffed one 78 (RFC 3676, 4.2)
LONGEST_PLAIN = 998  # characters of a line that travels as it is (RFC 5322, 2.1.1)
MOST_PARENTS = 10  # Message-IDs in References: the last ones join the conversation (judgement)
LONGEST_PARENT = 250  # characters: longer ids are broken ones (judgement)
STUFFED = (" ", ">", "From ")  # what a line must not begin with (RFC 3676, 4.4)
SIGNATURE = "-- "  # the line above what is no part of the letter itself (RFC 3676, 4.3)


def one_line(text: str) -> str:
    """Return a text as one line, without anything that could end a header field or act on a screen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def our_address() -> str:
    """Return the bare address of AMENDS_MAIL_FROM: the envelope's sender, to which bounces come back."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def our_domain() -> str:
    """Return the domain of AMENDS_MAIL_FROM, under which the desk's Message-IDs are made."""
    return our_address().rpartition("@")[2] or "localhost"


def mail_of(letter: Outgoing, *, now: datetime) -> bytes:
    """Return a letter as it goes to the mail server, each line ended by CR LF.

    A letter to a client carries the writer's name and their address to reply to, and nothing that tells of the desk.
    All else says that a program wrote it (RFC 3834), so that no program answers, and ends with why it came.
    """
    is_clients = letter.kind == LetterKind.CLIENT
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender_of(letter)
    mail["To"] = to_of(letter)
    if letter.reply_to:
        mail["Reply-To"] = one_line(letter.reply_to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.message_id}>"
    if not is_clients:
        mail["Auto-Submitted"] = "auto-generated"
    text = flowed(text_of(letter))
    is_plain = text.isascii() and max(map(len, text.splitlines())) <= LONGEST_PLAIN
    mail.set_content(text, cte="7bit" if is_plain else "quoted-printable", params={"format": "flowed"})
    return _threading(parents_of(letter)) + mail.as_bytes()


def _threading(parents: list[str]) -> bytes:
    """Return the fields that tie a letter to its conversation, an id a line: Python would cut long ones."""
    if not parents:
        return b""
    references = "\r\n ".join(f"<{parent}>" for parent in parents)
    return f"In-Reply-To: <{parents[-1]}>\r\nReferences: {references}\r\n".encode("ascii")


def sender_of(letter: Outgoing) -> str:
    """Return what stands under From: the desk's address, under the writer's name where a person wrote."""
    if letter.kind == LetterKind.CLIENT and letter.by:
        return formataddr((one_line(letter.by.name), our_address()))
    return one_line(settings.DEFAULT_FROM_EMAIL)


def to_of(letter: Outgoing) -> str:
    """Return what stands under To."""
    known = letter.person if letter.kind == LetterKind.CLIENT else letter.user
    return formataddr((one_line(known.name) if known else "", as_sent(letter.to) or one_line(letter.to)), "utf-8")


def as_sent(address: str) -> str:
    """Return an address as every mail server takes it; empty where none does."""
    name, _at, domain = address.rpartition("@")
    try:
        told = f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""
    return told if name and domain and told.isascii() and told.isprintable() and not set(told) & set(" <>") else ""


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
    lines = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").splitlines()
    return "\n".join(piece for line in lines for piece in _soft_lines(line)) + "\n"


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
