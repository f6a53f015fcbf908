"""Single messages saved by Outlook (.msg)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amends.sources import outlook
from amends.sources.part import Part, Skipped, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oxmsg import Message

    from amends.core.message import Mail

MOST_FILE_BYTES = 64_000_000
"""A larger file is left out: the whole of it, attachments included, would have to be held in memory."""

BODY = 0x1000


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read the .msg files of a part. SourceError without the outlook extra."""
    try:
        from oxmsg import Message  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise SourceError(outlook.NEEDS_EXTRA.format(ending=".msg")) from error
    for name in part.files:
        path = Path(part.path) / name
        try:
            size = path.stat().st_size
            if size > MOST_FILE_BYTES:
                yield Skipped(
                    str(path), f"it is larger than {MOST_FILE_BYTES // 1_000_000} MB; save it without attachments"
                )
                continue
            item = _item(Message.load(str(path)))
        except Exception as error:  # noqa: BLE001  (a damaged file makes the library raise anything)
            yield Skipped(str(path), f"it is no Outlook message or a damaged one ({error}); save it again from Outlook")
            continue
        yield outlook.mail_of(item, str(path), is_sent=part.is_sent, size=size)


def _item(message: Message) -> outlook.Item:
    """Take out of a .msg file what a Mail needs."""
    properties = message.properties
    texts = {number: properties.str_prop_value(number) or "" for number in outlook.TEXTS}
    html = properties.binary_prop_value(outlook.HTML_BODY)
    codepage = properties.int_prop_value(outlook.CODEPAGE) or 0
    return outlook.Item(
        texts={number: text for number, text in texts.items() if text},
        at=message.sent_date or properties.date_prop_value(outlook.DELIVERED_AT),
        plain=properties.str_prop_value(BODY) or "",
        html=outlook.codepage_text(html, codepage) if html else properties.str_prop_value(outlook.HTML_BODY) or "",
        recipients=tuple(
            (each.properties.int_prop_value(outlook.RECIPIENT_KIND) or outlook.TO, each.name, each.email_address)
            for each in message.recipients
        ),
    )
