"""Mail on a server, read once over IMAP and left exactly as it was: nothing is marked, moved or written."""

from __future__ import annotations

import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Literal

from amends.sources.folders import LEFT_OUT_REASON, is_left_out, is_sent_folder
from amends.sources.part import Skipped, SourceError
from amends.sources.rfc822 import MOST_BYTES, mail_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from imap_tools import BaseMailBox, FolderInfo

    from amends.core.message import Mail

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT_SECONDS = 60.0
"""Silence after which a connection counts as broken."""

BATCH_MESSAGES = 100
"""Messages asked for at once: enough that the way to the server hardly counts."""

BATCH_BYTES = 8_000_000
"""Bytes asked for at once, so that memory stays flat."""

UID = re.compile(rb"UID (\d{1,20})")
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,20})")
LEFT_OUT_FLAGS = frozenset({"\\trash", "\\junk", "\\drafts"})
NOT_A_FOLDER = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox on a server. Without `folders` all are read, but those of deleted, unwanted and unsent mail.

    `security` "none" sends the password readable to everybody on the way: for a server on the same machine only.
    `ca_file` holds certificates to trust in place of the system's.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    folders: tuple[str, ...] = ()
    ca_file: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def place(self) -> str:
        """Name the server for people."""
        return f"{self.host}:{self.port or PORTS[self.security]}"


@dataclass(slots=True)
class _Progress:
    """Where a reading stands, for the sentence about a broken connection."""

    messages: int = 0
    folder: str = ""


def read_imap(account: Account, *, since: date | None = None) -> Iterator[Mail | Skipped]:
    """Read an account's messages as a stream, `since` a day of arrival; every one is a Mail or Skipped with a reason.

    Raise SourceError, one sentence, when the server cannot be reached, is not trusted, refuses the password or breaks
    off (then `permanent` is false); what was read before stays read.
    """
    progress = _Progress()
    with _told_plainly(account, progress), _connected(account) as box:
        for folder in _chosen(account, box.folder.list()):
            if isinstance(folder, Skipped):
                yield folder
                continue
            progress.folder = folder.name
            for mail in _read_folder(box, account, folder, since):
                progress.messages += 1
                yield mail


@contextmanager
def _connected(account: Account) -> Iterator[BaseMailBox]:
    """Log in; log out at the end, whatever happened."""
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted  # noqa: PLC0415  (a scan of files does without)

    port = account.port or PORTS[account.security]
    box: BaseMailBox
    if account.security == "none":
        box = MailBoxUnencrypted(account.host, port, account.timeout_seconds)
    else:
        context = ssl.create_default_context(cafile=account.ca_file)
        kind = MailBox if account.security == "tls" else MailBoxStartTls
        box = kind(account.host, port, account.timeout_seconds, ssl_context=context)
    try:
        box.login(account.user, account.password, initial_folder=None)
        yield box
    finally:
        with suppress(OSError, IMAP4.error):
            box.client.logout()
        with suppress(OSError):
            box.client.shutdown()  # a server that broke off has not said goodbye


@contextmanager
def _told_plainly(account: Account, progress: _Progress) -> Iterator[None]:
    """Turn whatever a server or the way to it does into one sentence."""
    from imap_tools.errors import ImapToolsError, MailboxLoginError  # noqa: PLC0415  (see above)

    try:
        yield
    except MailboxLoginError as error:
        raise SourceError(
            f"{account.place} refused the user {account.user} or the password; check both "
            "(many providers want an app password for mail programs)."
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise SourceError(
            f"{account.place} offers a certificate that is not trusted ({error.verify_message}); "
            "check the server's name, or name the file of the authority that signed it."
        ) from error
    except ssl.SSLError as error:
        raise SourceError(
            f"{account.place} does not speak {account.security} ({error.reason or error}); check port and encryption."
        ) from error
    except (OSError, IMAP4.error, ImapToolsError, EOFError) as error:
        raise _broken_off(account, progress, error) from error


def _broken_off(account: Account, progress: _Progress, error: Exception) -> SourceError:
    """Say what failed outside of trust and passwords: no connection, or one that broke."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"The file of certificates {account.ca_file} does not exist; check its path.")
    reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
    if progress.folder:
        return SourceError(
            f"{account.place} broke off in folder {progress.folder} after {progress.messages} messages ({reason}); "
            "those were read, scan again for the rest.",
            permanent=False,
        )
    return SourceError(
        f"{account.place} cannot be reached as a mail server ({reason}); check name, port and connection.",
        permanent=False,
    )


def _chosen(account: Account, listed: Sequence[FolderInfo]) -> Iterator[FolderInfo | Skipped]:
    """Choose the folders to read; where one folder holds all mail (Gmail), that one and Sent are enough."""
    listed = [folder for folder in listed if NOT_A_FOLDER.isdisjoint(_flags(folder))]
    if account.folders:
        yield from _named(account, listed)
        return
    has_all = any("\\all" in _flags(folder) for folder in listed)
    # Sent comes first: of two copies of a message the first one counts, and this one says that we wrote it.
    for folder in sorted(listed, key=lambda each: not _is_sent(each)):
        if not LEFT_OUT_FLAGS.isdisjoint(_flags(folder)) or is_left_out(_last_name(folder)):
            yield Skipped(f"{account.place} {folder.name}", LEFT_OUT_REASON, is_on_purpose=True)
        elif not has_all or _is_sent(folder) or "\\all" in _flags(folder):
            yield folder


def _named(account: Account, listed: Sequence[FolderInfo]) -> Iterator[FolderInfo]:
    """Find the folders that the user named. SourceError names those there are."""
    by_name = {folder.name.lower(): folder for folder in listed}
    for name in account.folders:
        if name.lower() not in by_name:
            there = ", ".join(sorted(folder.name for folder in listed))
            raise SourceError(f"{account.place} has no folder {name}; it has {there}.")
        yield by_name[name.lower()]


def _flags(folder: FolderInfo) -> frozenset[str]:
    return frozenset(flag.lower() for flag in folder.flags)


def _last_name(folder: FolderInfo) -> str:
    return folder.name.rpartition(folder.delim)[2] if folder.delim else folder.name


def _is_sent(folder: FolderInfo) -> bool:
    """Tell a folder of sent mail: by its special use (RFC 6154), else by its name."""
    return "\\sent" in _flags(folder) or is_sent_folder(_last_name(folder))


def _read_folder(
    box: BaseMailBox, account: Account, folder: FolderInfo, since: date | None
) -> Iterator[Mail | Skipped]:
    """Read one folder, opened with EXAMINE so that the server itself forbids changes."""
    from imap_tools import AND  # noqa: PLC0415  (see above)

    box.folder.set(folder.name, readonly=True)
    waiting = iter(box.uids(AND(date_gte=since) if since else "ALL"))
    while uids := list(islice(waiting, BATCH_MESSAGES)):
        for batch in _batches(box, uids):
            for uid, raw in _fetched(box, batch):
                where = f"{account.place} {folder.name}, message {uid}"
                yield mail_from(raw, where, is_sent=_is_sent(folder))


def _batches(box: BaseMailBox, uids: list[str]) -> Iterator[list[str]]:
    """Ask for the sizes of messages and put so many together as fit into memory."""
    _, answer = box.client.uid("fetch", ",".join(uids), "(UID RFC822.SIZE)")
    sizes = {_uid(line): int(found[1]) for line in answer if (found := SIZE.search(line or b""))}
    batch: list[str] = []
    weight = 0
    for uid in uids:
        size = min(sizes.get(uid, 0), MOST_BYTES)
        if batch and weight + size > BATCH_BYTES:
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    yield batch


def _fetched(box: BaseMailBox, uids: list[str]) -> Iterator[tuple[str, bytes]]:
    """Fetch messages without marking them as read, each up to `MOST_BYTES`."""
    _, answer = box.client.uid("fetch", ",".join(uids), f"(UID BODY.PEEK[]<0.{MOST_BYTES}>)")
    for item, following in pairwise([*answer, b""]):
        if isinstance(item, tuple):
            yield _uid(item[0]) or _uid(following), item[1]


def _uid(line: object) -> str:
    """Read a message's number in a FETCH answer; servers put it before or after the message."""
    found = UID.search(line) if isinstance(line, bytes) else None
    return found[1].decode("ascii") if found else ""
