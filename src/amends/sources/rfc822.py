"""One raw message to a Mail: header, identity, date, people, text."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from amends.core.automated import automated
from amends.core.message import Mail
from amends.sources.addresses import addresses, first_address
from amends.sources.dates import written_at
from amends.sources.folders import labels_of
from amends.sources.headers import split_header, unstructured
from amends.sources.mime import body_of
from amends.sources.part import Skipped
from amends.sources.report import REPORTS, report_of

if TYPE_CHECKING:
    from amends.core.message import Address, Automated

MOST_BYTES = 16_000_000
"""Bytes of one message held in memory; what a person wrote stands before large attachments."""

MOST_REFERENCES = 100
"""Ancestors kept of a message: the newest ones, by which threads are joined."""

EXPUNGED = 0x0008
"""The bit of X-Mozilla-Status that says deleted."""

MOZILLA_STATUS = re.compile(r"[0-9A-Fa-f]{4}")
IN_ANGLES = re.compile(r"<([^<>\s]{1,500})>")
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
IDENTIFYING = ("from", "to", "cc", "date", "subject", "in-reply-to")
NOT_MAIL = "it has none of the fields of a mail (From, Date, Subject, Message-ID)"


def mail_from(raw: bytes, where: str, *, is_sent: bool = False, postmark: str = "", size: int = 0) -> Mail | Skipped:
    """Read one message; Skipped when it has no field of a mail, or Gmail's labels say it is spam, trash or a draft.

    `where` names the place for people, `postmark` is the mbox separator line, `size` the bytes it takes in its source
    (default: those of `raw`). The text of automated mail is not read: `body` is empty there.
    """
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # lines end as on old Macs
    fields, start = split_header(raw)
    if "from" not in fields and fields.keys().isdisjoint(("date", "subject", "message-id", "sender", "received")):
        return Skipped(where, NOT_MAIL)
    if "x-gmail-labels" in fields:
        sent, left_out = labels_of(unstructured(fields["x-gmail-labels"]))
        if left_out:
            reason = f"Gmail labels it {left_out}: deleted, unwanted and unsent mail is left out"
            return Skipped(where, reason, is_on_purpose=True)
        is_sent = is_sent or sent
    if _is_expunged(fields.get("x-mozilla-status", "")):
        return Skipped(where, "it was deleted in Thunderbird and waits to be compacted away", is_on_purpose=True)
    sender = _sender(fields)
    subject = unstructured(fields.get("subject", ""))
    why, body, method, calendar = _classified(fields, raw, start, sender.address, subject)
    return Mail(
        _identity(fields, raw, start),
        where,
        written_at(fields.get("date", ""), fields.get("received", ""), postmark),
        sender,
        addresses(fields["to"]) if "to" in fields else (),
        addresses(fields["cc"]) if "cc" in fields else (),
        subject,
        body,
        answered_id(fields["in-reply-to"]) if "in-reply-to" in fields else "",
        ids_in(fields["references"]) if "references" in fields else (),
        why,
        is_sent,
        method,
        _delivered_to(fields),
        size or len(raw),
        calendar,
        report_of(why, fields, raw, start) if why in REPORTS else None,
    )


def _is_expunged(status: str) -> bool:
    """Read Thunderbird's flags of a message: deleted mail stays in the file until the folder is compacted."""
    return MOZILLA_STATUS.fullmatch(status) is not None and bool(int(status, 16) & EXPUNGED)


def _classified(
    fields: dict[str, str], raw: bytes, start: int, sender: str, subject: str
) -> tuple[Automated | None, str, str, str]:
    """Say why a program sent it, else read its text; a calendar inside is met while reading."""
    why = automated(fields, sender, subject=subject)
    kind = fields.get("content-type", "")[:13].lower()
    if why and not (kind == "text/calendar" or (kind.startswith("multi") and b"text/calendar" in raw)):
        return why, "", "", ""
    body, method, calendar = body_of(fields, raw, start)
    if method:
        why = automated(fields, sender, subject=subject, calendar_method=method)
    return why, "" if why else body, method, calendar


def _sender(fields: dict[str, str]) -> Address:
    """Take the first mailbox of From, else Sender."""
    found = first_address(fields.get("from", ""))
    if not found.address and "sender" in fields:
        other = first_address(fields["sender"])
        return other if other.address else found
    return found


def _identity(fields: dict[str, str], raw: bytes, start: int) -> str:
    """Give the Message-ID, else a hash of what travels unchanged: who, when, what about, and the body."""
    written = fields.get("message-id", "")
    if written:
        if written[0] == "<" and written[-1] == ">" and " " not in written and len(written) > len("<>"):
            return written[1:-1]
        found = first_id(written)
        if found:
            return found
    digest = sha256(
        "\n".join(" ".join(fields.get(name, "").split()) for name in IDENTIFYING).encode("utf-8", "replace")
    )
    digest.update(b"".join(raw[start:].split()))
    return "sha256:" + digest.hexdigest()


def first_id(value: str) -> str:
    """Take the first id of a field: in angle brackets, else its first word with an @; else nothing."""
    match = IN_ANGLES.search(value)
    if match:
        return match[1]
    return next((word.strip("<>") for word in value[:1000].split() if "@" in word), "")


def answered_id(value: str) -> str:
    """Take the id an In-Reply-To names: the last one, as old programs write "Message from X <address> of … <id>"."""
    found = IN_ANGLES.findall(value)
    return found[-1] if found else first_id(value)


def ids_in(value: str) -> tuple[str, ...]:
    """Take the newest ids of a References field."""
    return tuple(IN_ANGLES.findall(value)[-MOST_REFERENCES:])


def _delivered_to(fields: dict[str, str]) -> str:
    """Name the mailbox it was delivered to, where a header field holds exactly one address."""
    for name in DELIVERED_TO:
        if name in fields:
            value = fields[name]
            if "@" in value and " " not in value:
                return value.strip("<>").lower()
    return ""
