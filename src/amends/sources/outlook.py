"""One Outlook item, whether from a .msg or a .pst file, to a Mail: both keep the same numbered MAPI properties."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from amends.core.automated import automated
from amends.core.message import Address, Mail
from amends.sources.addresses import addresses, first_address
from amends.sources.charset import decode
from amends.sources.dates import written_at
from amends.sources.headers import split_header, unstructured
from amends.sources.hypertext import text_of_html
from amends.sources.mime import MOST_HTML_BYTES, MOST_TEXT
from amends.sources.part import Skipped
from amends.sources.rfc822 import answered_id, first_id, ids_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NEEDS_EXTRA = "Reading {ending} files needs the outlook extra: pip install 'amends[outlook]'"

# Property numbers of [MS-OXPROPS].
MESSAGE_CLASS = 0x001A
SUBJECT = 0x0037
HEADERS = 0x007D
RECIPIENT_KIND = 0x0C15
SENDER_NAME = 0x0C1A
SENDER_ADDRESS = 0x0C1F
DELIVERED_AT = 0x0E06
HTML_BODY = 0x1013
MESSAGE_ID = 0x1035
REFERENCES = 0x1039
IN_REPLY_TO = 0x1042
SHOWN_NAME = 0x3001
ADDRESS = 0x3003
SMTP_ADDRESS = 0x39FE
CODEPAGE = 0x3FDE
REPRESENTED_NAME = 0x0042
REPRESENTED_ADDRESS = 0x0065
SENDER_SMTP_ADDRESS = 0x5D01
REPRESENTED_SMTP_ADDRESS = 0x5D02
TO, CC = 1, 2

TEXTS = frozenset(
    {
        MESSAGE_CLASS,
        SUBJECT,
        HEADERS,
        SENDER_NAME,
        SENDER_ADDRESS,
        MESSAGE_ID,
        REFERENCES,
        IN_REPLY_TO,
        REPRESENTED_NAME,
    }
    | {REPRESENTED_ADDRESS, SENDER_SMTP_ADDRESS, REPRESENTED_SMTP_ADDRESS}
)
"""The properties that an `Item` keeps."""

UTF_8 = 65001
CODEPAGES = {UTF_8: "utf-8", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 936: "gb18030"}
LATIN_CODEPAGE = 28590
"""Code pages 28591 to 28605 are ISO 8859-1 to 8859-15."""

CALENDAR_METHODS = {
    "ipm.schedule.meeting.request": "REQUEST",
    "ipm.schedule.meeting.canceled": "CANCEL",
    "ipm.schedule.meeting.resp": "REPLY",
}


@dataclass(frozen=True, slots=True)
class Item:
    """What an Outlook file keeps of a message.

    `texts` maps property numbers to strings. `recipients` are (kind, name, address), kind being `TO`, `CC` or another.
    """

    texts: Mapping[int, str]
    at: datetime | None
    plain: str
    html: str
    recipients: tuple[tuple[int, str, str], ...]


def mail_of(item: Item, where: str, *, is_sent: bool = False, size: int = 0) -> Mail | Skipped:
    """Read an item; what is no mail (a contact, a task, an appointment) is Skipped.

    The header that the message travelled with counts first; an item of our own has none, there the properties count.
    """
    kind = item.texts.get(MESSAGE_CLASS, "IPM.Note").lower()
    method = next((name for start, name in CALENDAR_METHODS.items() if kind.startswith(start)), "")
    if not method and not kind.startswith(("ipm.note", "report.", "ipm.post")):
        return Skipped(where, f"it is no mail but an Outlook item of class {item.texts[MESSAGE_CLASS]}")
    fields, _ = split_header(item.texts.get(HEADERS, "").encode("utf-8", "replace").lstrip() + b"\n\n")
    if kind.startswith("report."):
        fields["content-type"] = "multipart/report"
    elif kind.startswith("ipm.note.rules.ooftemplate"):
        fields["x-autoreply"] = kind
    sender = _sender(item, fields)
    subject = unstructured(_plain_subject(item.texts.get(SUBJECT, "")) or fields.get("subject", ""))
    why = automated(fields, sender.address, subject=subject, calendar_method=method)
    to, cc = _people(item, fields)
    return Mail(
        id=_identity(item, fields),
        where=where,
        at=written_at(fields.get("date", ""), fields.get("received", "")) or item.at,
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        body="" if why else _text(item),
        in_reply_to=answered_id(fields.get("in-reply-to") or item.texts.get(IN_REPLY_TO, "")),
        references=ids_in(fields.get("references") or item.texts.get(REFERENCES, "")),
        automated=why,
        is_sent=is_sent,
        calendar_method=method,
        size=size,
    )


def codepage_text(raw: bytes, codepage: int) -> str:
    """Decode bytes of a Windows code page."""
    latin = codepage - LATIN_CODEPAGE
    label = f"iso-8859-{latin}" if latin in range(1, 16) else CODEPAGES.get(codepage, f"cp{codepage}")
    return decode(raw, label)


def _plain_subject(subject: str) -> str:
    """Take off the two characters with which a .pst says how long the prefix `Re:` is."""
    return subject[2:] if subject[:1] == "\x01" else subject


def _sender(item: Item, fields: dict[str, str]) -> Address:
    """Find who wrote it: the header's From, else the person it was sent for, else the sender."""
    written = first_address(fields.get("from", ""))
    if written.address:
        return written
    for address, name in (
        (REPRESENTED_SMTP_ADDRESS, REPRESENTED_NAME),
        (SENDER_SMTP_ADDRESS, SENDER_NAME),
        (REPRESENTED_ADDRESS, REPRESENTED_NAME),
        (SENDER_ADDRESS, SENDER_NAME),
    ):
        if "@" in item.texts.get(address, ""):
            return _address(item.texts.get(name, ""), item.texts[address])
    return Address("", item.texts.get(SENDER_NAME, "") or written.name)


def _address(name: str, address: str) -> Address:
    """Make an Address; the names Exchange has for its own users (`/O=…`) are no addresses."""
    plain = "".join(address.split()).lower()
    if "@" not in plain:
        return Address("", name or address)
    return Address(plain, "" if name.lower() == plain else name)


def _people(item: Item, fields: dict[str, str]) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """Give the people in To and Cc: from the header, else from the item's recipients."""
    if "to" in fields or "cc" in fields:
        return addresses(fields.get("to", "")), addresses(fields.get("cc", ""))
    people = [(kind, _address(name, address)) for kind, name, address in item.recipients]
    return tuple(each for kind, each in people if kind == TO), tuple(each for kind, each in people if kind == CC)


def _identity(item: Item, fields: dict[str, str]) -> str:
    """Give the Message-ID, else a hash of the item's content."""
    written = first_id(fields.get("message-id") or item.texts.get(MESSAGE_ID, ""))
    if written:
        return written
    known = (str(item.at), item.texts.get(SUBJECT, ""), item.texts.get(SENDER_ADDRESS, ""), item.plain or item.html)
    return "sha256:" + sha256("\n".join(known).encode("utf-8", "replace")).hexdigest()


def _text(item: Item) -> str:
    """Give the body: plain text if there is any, else the HTML as text."""
    plain = item.plain.replace("\r\n", "\n").replace("\0", "")
    return (plain if plain.strip() else text_of_html(item.html[:MOST_HTML_BYTES]))[:MOST_TEXT]
