"""The folders of a mailbox on a server: their names as people write them and as the server does, and what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from imaplib import IMAP4
from typing import TYPE_CHECKING, Any

from amends.sources.folders import LEFT_OUT_REASON, is_left_out, is_sent_folder
from amends.sources.mail_server import CONTROL, capabilities, said
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imap_tools import BaseMailBox

    from amends.sources.mail_server import Account

ALL_MAIL_REASON = "another folder of this account holds all mail, and this folder's with it"
LEFT_OUT_FLAGS = frozenset({"\\trash", "\\junk", "\\drafts"})
NOT_A_FOLDER = frozenset({"\\noselect", "\\nonexistent"})

LINE = re.compile(rb'\(([^)]*)\) (NIL|"(?:\\.|[^"\\])*") (.+)', re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
UNSENDABLE = re.compile(rb"[\0\r\n]")

LONGEST_NAME = 500
"""Characters of a folder's name that are kept (`MailFolder.name`); a longer one ends in a hash of the whole."""

HASHED = 16
"""Characters of that hash."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a mailbox. `left_out` says why it is not read unless somebody names it; empty for the others.

    `spelling` is its name as the server wants to hear it: modified UTF-7 (RFC 3501), quoted; empty where no command
    can carry it (`cannot_be_asked_for`).
    """

    name: str
    is_sent: bool = False
    left_out: str = ""
    spelling: bytes = b""


@dataclass(frozen=True, slots=True)
class _Line:
    """What the server tells of one folder."""

    raw: bytes
    delimiter: str
    flags: frozenset[str]

    @property
    def readable(self) -> str:
        """The name as people write it; the server's own spelling where that cannot be read or shown."""
        from imap_tools.imap_utf7 import utf7_decode  # noqa: PLC0415  (see `_answer`)

        try:
            name = utf7_decode(self.raw) if self.raw.isascii() else self.raw.decode("utf-8")
        except ValueError:
            name = self.raw.decode("ascii", "backslashreplace")
        if CONTROL.search(name):
            return CONTROL.sub("\ufffd", self.raw.decode("ascii", "backslashreplace"))
        return name

    @property
    def last_name(self) -> str:
        return self.readable.rpartition(self.delimiter)[2] if self.delimiter else self.readable

    @property
    def is_sent(self) -> bool:
        """Whether it holds sent mail: by its special use (RFC 6154), else by its name."""
        return "\\sent" in self.flags or is_sent_folder(self.last_name)

    def left_out(self, *, has_all: bool) -> str:
        """Say why it is not read; where one folder holds all mail (Gmail), that one and Sent are enough."""
        if not LEFT_OUT_FLAGS.isdisjoint(self.flags) or is_left_out(self.last_name):
            return LEFT_OUT_REASON
        return ALL_MAIL_REASON if has_all and not self.is_sent and "\\all" not in self.flags else ""


def listed(box: BaseMailBox, account: Account) -> list[Folder]:
    """List the folders that hold mail, sent mail first.

    Of two copies of a message the first one counts, and that of the sent folder says that we wrote it. Raise
    SourceError when there are none: every account has its INBOX (RFC 3501).
    """
    lines = [line for line in _lines(_answer(box, account)) if NOT_A_FOLDER.isdisjoint(line.flags)]
    if not lines:
        raise SourceError(f"{account.place} lists no folders for the user {account.user}; ask who runs it for access.")
    has_all = any("\\all" in line.flags for line in lines)
    found: dict[str, Folder] = {}
    for line in sorted(lines, key=lambda each: not each.is_sent):
        name = _short(line.readable)
        if name in found:  # two spellings of the same letters: the server tells them apart, so we do
            name = _short(line.raw.decode("ascii", "backslashreplace"))
        spelling = b"" if UNSENDABLE.search(line.raw) else _quoted(line.raw)
        found[name] = Folder(name, line.is_sent, line.left_out(has_all=has_all), spelling)
    return list(found.values())


def cannot_be_asked_for(folder: Folder, account: Account) -> str:
    """Say why a folder without a spelling cannot be read."""
    return (
        f"the name of the folder {folder.name} holds a line break, so {account.place} cannot be asked for it; "
        "give it another name in your mail program"
    )


def named(folders: Iterable[Folder], names: Iterable[str], account: Account) -> Iterator[Folder]:
    """Find the folders that the user named. SourceError names those there are."""
    by_name = {folder.name.lower(): folder for folder in folders}
    for name in names:
        if name.lower() not in by_name:
            there = ", ".join(sorted(folder.name for folder in by_name.values()))
            raise SourceError(f"{account.place} has no folder {name}; it has {there}.")
        yield by_name[name.lower()]


def _answer(box: BaseMailBox, account: Account) -> list[Any]:
    """Ask for the list, with the special uses where they have to be asked for (RFC 5258)."""
    from imap_tools.errors import MailboxFolderStatusError  # noqa: PLC0415  (a scan of files does without)
    from imap_tools.utils import check_command_status  # noqa: PLC0415  (see above)

    asks = capabilities(box).issuperset(("LIST-EXTENDED", "SPECIAL-USE"))
    try:
        result = box.client.list('""', '"*" RETURN (SPECIAL-USE)' if asks else '"*"')
        check_command_status(result, MailboxFolderStatusError)
    except IMAP4.abort:
        raise
    except (IMAP4.error, MailboxFolderStatusError) as error:
        raise SourceError(
            f"{account.place} does not list the folders of {account.user} ({said(error, account)}); "
            "ask who runs it for access."
        ) from error
    return result[1]


def _lines(answer: list[Any]) -> Iterator[_Line]:
    """Take the lines of a LIST answer apart; a name with odd letters comes by itself, behind its line."""
    for item in answer:
        head, literal = item if isinstance(item, tuple) else (item, None)
        found = LINE.match(head) if isinstance(head, bytes) else None
        if not found:
            continue
        raw = found[3] if literal is None else literal
        if literal is None and raw[:1] == b'"' == raw[-1:]:
            raw = ESCAPED.sub(rb"\1", raw[1:-1])
        delimiter = "" if found[2] == b"NIL" else ESCAPED.sub(rb"\1", found[2][1:-1]).decode("ascii", "replace")
        if raw:
            yield _Line(raw, delimiter, frozenset(found[1].decode("ascii", "replace").lower().split()))


def _quoted(raw: bytes) -> bytes:
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _short(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    return name[: LONGEST_NAME - HASHED - 1] + "…" + sha256(name.encode()).hexdigest()[:HASHED]
