"""Outlook's archive and cache files (.pst, .ost), read with libpff."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from amends.sources import outlook
from amends.sources.folders import LEFT_OUT_REASON, is_left_out, is_sent_folder
from amends.sources.part import Part, Skipped, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.message import Mail

STRINGS = frozenset({0x001E, 0x001F})
"""The property types that hold text."""

FUNCTION = re.compile(r"\b(?:pypff|lib[a-z]{1,20})_[a-z0-9_]{1,80}: ")
"""What libpff puts before each sentence of an error; the first is of Python's side, the second of what failed."""

MOST_REASON = 200
"""Characters kept of what the library says."""

MOST_DEPTH = 100
MOST_FAILURES = 100
"""Unreadable items in one folder after which the rest of it is taken as damaged."""


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read every mail of a .pst or .ost file. SourceError without the outlook extra, or when it cannot be opened."""
    try:
        import pypff  # type: ignore[import-not-found]  # noqa: PLC0415  (an extra; it ships no types)
    except ImportError as error:
        raise SourceError(outlook.NEEDS_EXTRA.format(ending=".pst")) from error
    file = pypff.file()
    try:
        file.open(part.path)
    except OSError as error:
        raise SourceError(
            f"it cannot be opened as an Outlook file ({_reason(error)}); export it again from Outlook."
        ) from error
    try:
        yield from _folders(file.get_root_folder(), part.path)
    except OSError as error:
        yield Skipped(part.path, f"its folders cannot be read further ({_reason(error)}); let Outlook repair it")
    finally:
        file.close()


def _folders(root: Any, path: str) -> Iterator[Mail | Skipped]:
    """Read folder after folder, without recursion."""
    waiting = [(root, path, 0)]
    while waiting:
        folder, place, depth = waiting.pop()
        name = folder.name or ""
        here = f"{place}/{name}" if name else place
        if is_left_out(name):
            yield Skipped(here, LEFT_OUT_REASON, is_on_purpose=True)
            continue
        yield from _messages(folder, here, is_sent=is_sent_folder(name))
        if depth < MOST_DEPTH:
            inner = [(folder.get_sub_folder(number), here, depth + 1) for number in range(folder.number_of_sub_folders)]
            waiting.extend(reversed(inner))


def _messages(folder: Any, here: str, *, is_sent: bool) -> Iterator[Mail | Skipped]:
    """Read the messages of one folder; a damaged one is Skipped."""
    failures = others = 0
    for number in range(folder.number_of_sub_messages):
        where = f"{here}, message {number + 1}"
        try:
            item = _item(folder.get_sub_message(number))
        except (OSError, ValueError, OverflowError) as error:
            failures += 1
            yield Skipped(where, f"it is damaged ({_reason(error)}); let Outlook repair the file")
            if failures == MOST_FAILURES:
                yield Skipped(here, "the rest of this folder is damaged; let Outlook repair the file")
                return
            continue
        mail = outlook.mail_of(item, where, is_sent=is_sent, size=len(item.plain) + len(item.html))
        if isinstance(mail, Skipped):
            others += 1
        else:
            yield mail
    if others:
        yield Skipped(here, f"{others} of its items are no mail (appointments, contacts, tasks)", is_on_purpose=True)


def _item(message: Any) -> outlook.Item:
    """Take out of a message what a Mail needs."""
    texts, codepage = _properties(message)
    at = message.client_submit_time or message.delivery_time
    html = message.html_body if not message.plain_text_body else b""
    return outlook.Item(
        texts=texts,
        at=at.replace(tzinfo=UTC) if at else None,
        plain=outlook.codepage_text(message.plain_text_body or b"", outlook.UTF_8),
        html=outlook.codepage_text(html or b"", codepage),
        recipients=tuple(_recipients(message)),
    )


def _properties(thing: Any) -> tuple[dict[int, str], int]:
    """Read the text properties of a message, and its code page."""
    texts: dict[int, str] = {}
    codepage = outlook.UTF_8
    for records in thing.record_sets:
        for entry in records.entries:
            if entry.entry_type == outlook.CODEPAGE:
                codepage = entry.get_data_as_integer()
            elif entry.value_type in STRINGS and entry.entry_type in outlook.TEXTS:
                texts[entry.entry_type] = entry.get_data_as_string() or ""
    return texts, codepage


def _recipients(message: Any) -> Iterator[tuple[int, str, str]]:
    """Read the recipients: kind, name, address."""
    recipients = message.recipients
    for records in recipients.record_sets if recipients else ():
        kind, name, address, smtp = outlook.TO, "", "", ""
        for entry in records.entries:
            if entry.entry_type == outlook.RECIPIENT_KIND:
                kind = entry.get_data_as_integer()
            elif entry.entry_type == outlook.SHOWN_NAME:
                name = entry.get_data_as_string() or ""
            elif entry.entry_type == outlook.ADDRESS:
                address = entry.get_data_as_string() or ""
            elif entry.entry_type == outlook.SMTP_ADDRESS:
                smtp = entry.get_data_as_string() or ""
        yield kind, name, smtp or address


def _reason(error: Exception) -> str:
    """Shorten what the library says: sentences, each after a function's name, the second one naming the cause."""
    told = [part.strip().rstrip(".") for part in FUNCTION.split(str(error))[1:]] or [str(error)]
    return " ".join(told[min(1, len(told) - 1)].split())[:MOST_REASON]
