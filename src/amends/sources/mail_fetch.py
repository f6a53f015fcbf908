"""Messages of an open folder, fetched so many at a time as fit into memory, and without a mark on any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from imaplib import IMAP4
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from amends.sources.dates import moment
from amends.sources.mail_server import said
from amends.sources.part import Skipped, SourceError
from amends.sources.rfc822 import MOST_BYTES, mail_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imap_tools import BaseMailBox

    from amends.core.message import Mail
    from amends.sources.mail_folders import Folder
    from amends.sources.mail_server import Account

BATCH_MESSAGES = 100
"""Messages asked for at once: enough that the way to the server hardly counts."""

FIRST_BYTES = 65_536
"""Bytes asked for of every message at first: most have no more, and so many of a batch fit into memory (judgement)."""

BATCH_BYTES = 8_000_000
"""Bytes asked for at once, so that memory stays flat."""

UID = re.compile(rb"UID (\d{1,20})")
UID_ALONE = re.compile(r"[0-9]{1,10}")
MOST_UID = 2**32 - 1
"""UIDs have 32 bits (RFC 3501, 2.3.1.1)."""

SIZE = re.compile(rb"RFC822\.SIZE (\d{1,20})")
ARRIVED = re.compile(rb'INTERNALDATE " ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})"')

NOT_NOW = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|OVERQUOTA|THROTTLED)\]|throttled|too many|bandwidth|server unavailable",
    re.IGNORECASE,
)
"""What a server says that hands over nothing for the moment: codes of RFC 5530, words of Gmail and Exchange."""

GONE = "it was moved or deleted while the folder was read; where it went, it is read there"
WITHHELD = "the server did not hand it over{said}; open it in your mail program, then scan again"


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A message as it came, when the server took it in (the last resort for one without a date), and its full size."""

    raw: bytes
    arrived: str
    size: int


def mails(
    box: BaseMailBox, account: Account, folder: Folder, uids: Iterable[int]
) -> Iterator[tuple[int, Mail | Skipped]]:
    """Fetch messages of the folder that is open, one for every number and in the order of the numbers.

    What the server does not hand over is Skipped, so that found is read plus skipped.
    """
    waiting = iter(uids)
    while batch := list(islice(waiting, BATCH_MESSAGES)):
        for uid, found in _fetched(box, account, batch):
            where = f"{account.place} {folder.name}, message {uid}"
            if isinstance(found, _Fetched):
                yield uid, mail_from(found.raw, where, is_sent=folder.is_sent, postmark=found.arrived)
            else:
                yield uid, Skipped(where, found, is_on_purpose=found == GONE)


def _fetched(box: BaseMailBox, account: Account, uids: list[int]) -> Iterator[tuple[int, _Fetched | str]]:
    """Fetch the beginnings of messages, then the rest of the long ones, then alone what did not come."""
    most = min(FIRST_BYTES, MOST_BYTES)
    heads, _ = _pieces(box, uids, 0, most)
    long = {uid: head.size for uid, head in heads.items() if len(head.raw) == most < MOST_BYTES and head.size != most}
    batches = _batches([uid for uid in uids if uid in long], long)
    rests: dict[int, _Fetched] = {}
    for uid in uids:
        found = heads.pop(uid, None)
        if found and uid in long:
            if uid not in rests:
                rests, _ = _pieces(box, next(batches, [uid]), most, MOST_BYTES - most)
            rest = rests.pop(uid, None)
            found = replace(found, raw=found.raw + rest.raw) if rest else None
        yield uid, found or _alone(box, account, uid)


def _batches(uids: list[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Put so many long messages together as fit into memory; a size that cannot be true counts as the largest."""
    batch: list[int] = []
    weight = 0
    for uid in uids:
        size = min(sizes[uid] if sizes[uid] > FIRST_BYTES else MOST_BYTES, MOST_BYTES)
        if batch and weight + size > BATCH_BYTES:
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch


def _alone(box: BaseMailBox, account: Account, uid: int) -> _Fetched | str:
    """Fetch one message that did not come with the others; else say why it is missing."""
    found, refusal = _pieces(box, [uid], 0, MOST_BYTES)
    if uid in found:
        return found[uid]
    if not refusal and uid not in numbers(box, f"UID {uid}"):
        return GONE
    words = said(refusal, account) if refusal else ""
    if NOT_NOW.search(words):
        raise SourceError(
            f"{account.place} hands over no messages at the moment ({words}); the rest can be read later.",
            permanent=False,
        )
    return WITHHELD.format(said=f" ({words})" if words else "")


def _pieces(box: BaseMailBox, uids: list[int], start: int, most: int) -> tuple[dict[int, _Fetched], Exception | None]:
    """Fetch a piece of each message without marking it as read; give what came, and a refusal."""
    answer, refusal = _answer(box, uids, f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<{start}.{most}>)")
    found: dict[int, _Fetched] = {}
    for item, following in pairwise([*answer, b""]):
        if isinstance(item, tuple):
            # Servers put the number and the date before the message or after it.
            around = item[0] + b" " + (following if isinstance(following, bytes) else b"")
            found.setdefault(_number(UID, around), _Fetched(item[1], _arrived(around), _number(SIZE, around)))
    return found, refusal


def _answer(box: BaseMailBox, uids: list[int], what: str) -> tuple[list[Any], Exception | None]:
    """Ask for something of messages; give what came, even where the server then refused the rest, and the refusal."""
    from imap_tools.errors import MailboxFetchError  # noqa: PLC0415  (a scan of files does without)

    try:
        result = box.client.uid("fetch", ",".join(map(str, uids)), what)
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        return box.client.response("FETCH")[1], error
    if result[0] != "OK":
        return box.client.response("FETCH")[1], MailboxFetchError(result, "OK")
    return result[1], None


def numbers(box: BaseMailBox, criteria: str) -> list[int]:
    """Search the open folder; give the numbers (UIDs) of what is found, ascending; what can be none is left out."""
    found = box.uids(criteria, charset=None)  # some servers take no charset, and it is all ASCII
    return sorted({int(uid) for uid in found if UID_ALONE.fullmatch(uid) and 0 < int(uid) <= MOST_UID})


def _number(kind: re.Pattern[bytes], line: bytes) -> int:
    """Read a number in a FETCH answer; 0 when it is not there."""
    found = kind.search(line)
    return int(found[1]) if found else 0


def _arrived(line: bytes) -> str:
    """Read when the server took a message in, spelt like the date of an mbox separator line; empty when unknown."""
    found = ARRIVED.search(line)
    at = moment(b" ".join(found.groups()).decode("ascii")) if found else None
    return at.ctime() if at else ""
