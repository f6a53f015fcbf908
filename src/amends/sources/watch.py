"""A mailbox on a server, watched: what is new in each folder, a stretch at a time, and word when mail comes.

Nothing is marked, moved or written. Everything raises SourceError with a sentence; `FolderError` is about one folder
and leaves the session as it was, after any other the session is over.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from imaplib import IMAP4
from time import monotonic
from typing import TYPE_CHECKING

from amends.sources.mail_fetch import mails, numbers
from amends.sources.mail_folders import Folder, cannot_be_asked_for, listed
from amends.sources.mail_server import (
    Account,
    Progress,
    SignInError,
    capabilities,
    connected,
    said,
    told_plainly,
    untagged,
)
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imap_tools import BaseMailBox

    from amends.core.message import Mail
    from amends.sources.part import Skipped

__all__ = ["Account", "Folder", "FolderError", "Look", "Session", "SignInError", "session"]

REST = "what was read is kept, the rest is read at the next try"

IDLE_SECONDS = 60.0
"""Longest stretch of waiting: then the server is asked to say something, so that a dead line is noticed. RFC 2177 wants
a word every 29 minutes; routers forget a silent line much sooner (judgement)."""

MOST_DIGITS = 18
"""Digits of a number that a row holds: UIDs have 32 bits, counts of changes 63 (RFC 3501, RFC 7162)."""

MAIL_CAME = re.compile(rb"^\* \d+ EXISTS", re.IGNORECASE)


class FolderError(SourceError):
    """One folder cannot be read now: it is gone, was made anew, or we have no rights to it. The others can."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


@dataclass(frozen=True, slots=True)
class Look:
    """What a folder is like now. UIDs mean something under one `uid_validity` only; the next message gets `uid_next`.

    `highest_modseq` (RFC 7162) is 0 where the server does not count changes.
    """

    uid_validity: int
    uid_next: int
    exists: int
    highest_modseq: int


@contextmanager
def session(account: Account) -> Iterator[Session]:
    """Sign in to an account; sign out at the end. SourceError when that fails, SignInError when we are refused."""
    with ExitStack() as stack:
        with told_plainly(account, Progress(REST)):
            box = stack.enter_context(connected(account))
        yield Session(box, account)


class Session:
    """An account that is signed in to. Folders are named as `folders` names them."""

    def __init__(self, box: BaseMailBox, account: Account) -> None:
        self._box = box
        self._account = account
        self._folders: dict[str, Folder] = {}
        self._open = ""
        self._validity: dict[str, int] = {}

    @property
    def has_idle(self) -> bool:
        """Whether the server tells by itself when mail comes (RFC 2177), so that `wait` is of use."""
        return "IDLE" in capabilities(self._box)

    def folders(self) -> list[Folder]:
        """List the folders that hold mail, sent mail first."""
        with told_plainly(self._account, Progress(REST)):
            self._folders = {folder.name: folder for folder in listed(self._box, self._account)}
        return list(self._folders.values())

    def look(self, folder_name: str) -> Look:
        """Open a folder, for reading only, and say what it is like. One round trip."""
        folder = self._named(folder_name)
        with told_plainly(self._account, Progress(REST, folder=folder_name)):
            look = self._examined(folder)
        self._validity[folder_name] = look.uid_validity
        return look

    def uids(self, folder_name: str, low: int, high: int) -> list[int]:
        """List the numbers of a folder's messages from `low` to `high`, ascending. One round trip."""
        folder = self._named(folder_name)
        with told_plainly(self._account, Progress(REST, folder=folder_name)):
            self._opened(folder)
            # A server gives its last message where the whole stretch lies behind it.
            return [uid for uid in numbers(self._box, f"UID {low}:{high}") if low <= uid <= high]

    def fetch(self, folder_name: str, uids: Iterable[int]) -> Iterator[tuple[int, Mail | Skipped]]:
        """Fetch messages as a stream: one for every number and in the order of the numbers; so a place can be kept.

        One that was moved or deleted meanwhile is Skipped on purpose. Memory is bounded, whatever their sizes.
        """
        folder = self._named(folder_name)
        progress = Progress(REST, folder=folder_name)
        with told_plainly(self._account, progress):
            self._opened(folder)
            for uid, mail in mails(self._box, self._account, folder, uids):
                yield uid, mail
                progress.messages += 1

    def wait(self, folder_name: str, seconds: float) -> bool:
        """Wait until mail comes into a folder (True), or so many seconds; what came since `look` counts too.

        After True, `look` again: until then there is mail to be found.
        """
        folder = self._named(folder_name)
        with told_plainly(self._account, Progress(REST, folder=folder_name)):
            self._opened(folder)
            self._box.client.noop()  # what came until now is told as its answer, not behind the one to IDLE
            until = monotonic() + seconds
            while (left := until - monotonic()) > 0:
                if untagged(self._box, "EXISTS"):
                    return True
                if self._has_heard_of_mail(min(left, IDLE_SECONDS)):
                    return True
            return False

    def _has_heard_of_mail(self, seconds: float) -> bool:
        idle = self._box.idle
        idle.start()  # type: ignore[no-untyped-call]  # the library says nothing
        lines = idle.poll(timeout=seconds)
        _, after = idle.stop()  # type: ignore[no-untyped-call]  # the same
        return any(MAIL_CAME.search(line) for line in (*lines, *after))

    def _named(self, name: str) -> Folder:
        if name not in self._folders:
            self.folders()
        if name not in self._folders:
            raise FolderError(f"{self._account.place} has no folder {name} any more; it was renamed or deleted.")
        return self._folders[name]

    def _opened(self, folder: Folder) -> None:
        """Open a folder unless it is open. FolderError when its numbers mean something else than they did."""
        if self._open == folder.name:
            return
        now = self._examined(folder).uid_validity
        if self._validity.setdefault(folder.name, now) != now:
            raise FolderError(
                f"{self._account.place} made the folder {folder.name} anew while it was read; it is read anew."
            )

    def _examined(self, folder: Folder) -> Look:
        """Open a folder with EXAMINE, so that the server itself forbids changes."""
        from imap_tools.errors import ImapToolsError  # noqa: PLC0415  (see `mail_server`)

        self._open = ""
        if not folder.spelling:
            why = cannot_be_asked_for(folder, self._account)
            raise FolderError(f"{why[0].upper()}{why[1:]}.")
        try:
            self._box.folder.set(folder.spelling, readonly=True)
        except IMAP4.abort:
            raise
        except (IMAP4.error, ImapToolsError) as error:
            raise FolderError(
                f"{self._account.place} does not let the folder {folder.name} be read ({said(error, self._account)}); "
                "check your rights to it."
            ) from error
        if not self._told("UIDVALIDITY"):
            raise FolderError(
                f"{self._account.place} does not number the messages of the folder {folder.name} (it gives no "
                "UIDVALIDITY), so nobody can tell which are new; ask who runs it."
            )
        self._open = folder.name
        look = Look(*map(self._told, ("UIDVALIDITY", "UIDNEXT", "EXISTS", "HIGHESTMODSEQ")))
        self._box.client.response("EXISTS")  # forgotten: what is told from now on is mail that came (`wait`)
        if look.uid_next:
            return look
        return replace(look, uid_next=max(numbers(self._box, "UID *"), default=0) + 1)  # the server left it open

    def _told(self, what: str) -> int:
        """Read a number that came with the answer to EXAMINE; 0 where it did not, or is none of IMAP (RFC 7162)."""
        told = (untagged(self._box, what) or [b"0"])[-1]
        return int(told) if told.isdigit() and len(told) <= MOST_DIGITS else 0
