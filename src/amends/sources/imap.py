"""Mail on a server, read once over IMAP and left exactly as it was: nothing is marked, moved or written."""

from __future__ import annotations

import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Literal

from amends.sources.dates import moment
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
ARRIVED = re.compile(rb'INTERNALDATE " ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})"')
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NO_GREETING = ("unexpected", "no CAPABILITY", "server not IMAP4", "got more than", "socket error: unterminated")
"""How imaplib's complaints begin about something that answers, but not as RFC 3501 has it."""

MOST_WORDS = 200
"""Characters kept of what a server or a library says."""

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


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A message as it came, and when the server took it in: the last resort for one without a date."""

    raw: bytes
    arrived: str


def read_imap(account: Account, *, since: date | None = None) -> Iterator[Mail | Skipped]:
    """Read an account's messages as a stream, `since` a day of arrival; every one is a Mail or Skipped with a reason.

    Raise SourceError, one sentence, when the server cannot be reached, is not trusted, refuses the password or breaks
    off (then `permanent` is false); what was read before stays read.
    """
    _check(account)
    progress = _Progress()
    with _told_plainly(account, progress), _connected(account) as box:
        for folder in _chosen(account, _listed(box, account)):
            if isinstance(folder, Skipped):
                yield folder
                continue
            progress.folder = folder.name
            for mail in _read_folder(box, account, folder, since):
                progress.messages += not isinstance(mail, Skipped)
                yield mail


def _check(account: Account) -> None:
    """Refuse what must not or cannot be sent: a line break in a password would be a command of its own."""
    for what, value in (("password", account.password), ("user", account.user), ("server's name", account.host)):
        if CONTROL.search(value):
            raise SourceError(f"The {what} holds a line break or another control character; check how it was entered.")
    if account.security == "starttls" and account.port == PORTS["tls"]:
        raise SourceError(f"Port {account.port} encrypts from the start; write imaps:// or name another port.")
    try:
        account.host.encode("idna")
    except UnicodeError as error:
        raise SourceError(f"{account.host} cannot be the name of a server; check how it is spelt.") from error


@contextmanager
def _connected(account: Account) -> Iterator[BaseMailBox]:
    """Log in; log out at the end, whatever happened."""
    box = _reached(account)
    try:
        _log_in(box, account)
        yield box
    finally:
        with suppress(OSError, IMAP4.error):
            box.client.logout()
        with suppress(OSError):
            box.client.shutdown()  # a server that broke off has not said goodbye


def _reached(account: Account) -> BaseMailBox:
    """Connect and hear the greeting. SourceError when it is none of a mail server, or turns us away."""
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted  # noqa: PLC0415  (a scan of files does without)

    port = account.port or PORTS[account.security]
    try:
        if account.security == "none":
            return MailBoxUnencrypted(account.host, port, account.timeout_seconds)
        context = ssl.create_default_context(cafile=account.ca_file)
        kind = MailBox if account.security == "tls" else MailBoxStartTls
        return kind(account.host, port, account.timeout_seconds, ssl_context=context)
    except (IMAP4.error, ValueError) as error:
        greeting = error.args[0] if error.args and isinstance(error.args[0], bytes) else b""
        if greeting.startswith(b"* BYE"):
            words = _words(greeting[5:].decode("utf-8", "replace"), account)
            raise SourceError(
                f"{account.place} turned the connection away ({words}); try again later.", permanent=False
            ) from error
        if greeting or isinstance(error, UnicodeError) or str(error).startswith(NO_GREETING):
            raise SourceError(
                f"What answers at {account.place} is no IMAP server; check name, port and encryption."
            ) from error
        raise


def _log_in(box: BaseMailBox, account: Account) -> None:
    """Log in, with AUTHENTICATE PLAIN (RFC 4616) where LOGIN cannot carry the letters. SourceError when refused."""
    from imap_tools.errors import MailboxLoginError  # noqa: PLC0415  (see above)

    is_plain = (account.user + account.password).isascii()
    if not is_plain and "AUTH=PLAIN" not in box.client.capabilities:
        raise SourceError(
            f"{account.place} takes only the letters of ASCII in a user and a password (it lacks AUTH=PLAIN); "
            "choose a password, or an app password, without accents."
        )
    try:
        (box.login if is_plain else box.login_utf8)(account.user, account.password, initial_folder=None)
    except IMAP4.abort:
        raise
    except (MailboxLoginError, IMAP4.error) as error:
        raise SourceError(
            f"{account.place} refused the user {account.user} or the password; check both "
            "(many providers want an app password for mail programs)."
        ) from error


@contextmanager
def _told_plainly(account: Account, progress: _Progress) -> Iterator[None]:
    """Turn whatever a server or the way to it does into one sentence."""
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415  (see above)

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceError(
            f"{account.place} offers a certificate that is not trusted ({error.verify_message}); "
            "check the server's name, or name the file of the authority that signed it."
        ) from error
    except ssl.SSLError as error:
        raise SourceError(
            f"{account.place} does not speak {account.security} ({error.reason or error}); check port and encryption."
        ) from error
    except (OSError, IMAP4.error, ImapToolsError, EOFError, ValueError) as error:
        raise _broken_off(account, progress, error) from error


def _broken_off(account: Account, progress: _Progress, error: Exception) -> SourceError:
    """Say what failed outside of trust and passwords: no connection, or one that broke."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"The file of certificates {account.ca_file} does not exist; check its path.")
    reason = _said(error, account)
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


def _said(error: Exception, account: Account) -> str:
    """Give what a server said in refusing, or else what failed on the way to it."""
    if isinstance(error, OSError):
        return " ".join(str(error.strerror or error).split())[:MOST_WORDS]
    _, said = getattr(error, "command_result", ("", [None]))
    if isinstance(said[0], bytes):
        return _words(said[0].decode("utf-8", "replace"), account)
    # imaplib writes a server's words into its own: as the repr of a list of bytes, or after an arrow.
    _, is_listed, listed = str(error).partition(" [b")
    return _words(listed[1:-2] if is_listed else str(error).rpartition(" => ")[2], account)


def _words(text: str, account: Account) -> str:
    """Put a server's words on one short line; a server that repeats the password is not quoted on it."""
    plain = CONTROL.sub(" ", text.replace(account.password, "…") if account.password else text)
    return " ".join(plain.split())[:MOST_WORDS]


def _listed(box: BaseMailBox, account: Account) -> Sequence[FolderInfo]:
    """List the folders. SourceError when there are none: every account has its INBOX (RFC 3501)."""
    listed = box.folder.list()
    if not listed:
        raise SourceError(f"{account.place} lists no folders for the user {account.user}; ask who runs it for access.")
    return listed


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
    """Read one folder; what the server does not hand over is Skipped, so that found is read plus skipped."""
    uids = _found(box, account, folder, since)
    if isinstance(uids, Skipped):
        yield uids
        return
    waiting = iter(uids)
    while asked := list(islice(waiting, BATCH_MESSAGES)):
        for batch in _batches(box, asked):
            for uid, message in _fetched(box, account, batch):
                where = f"{account.place} {folder.name}, message {uid}"
                if isinstance(message, str):
                    yield Skipped(where, message)
                else:
                    yield mail_from(message.raw, where, is_sent=_is_sent(folder), postmark=message.arrived)


def _found(box: BaseMailBox, account: Account, folder: FolderInfo, since: date | None) -> list[str] | Skipped:
    """Open a folder with EXAMINE, so that the server itself forbids changes, and list what is in it."""
    from imap_tools import AND  # noqa: PLC0415  (see above)
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415  (see above)

    try:
        box.folder.set(folder.name, readonly=True)
        return box.uids(AND(date_gte=since) if since else "ALL")
    except IMAP4.abort:
        raise
    except (IMAP4.error, ImapToolsError) as error:
        why = f"the server does not let this folder be read ({_said(error, account)}); check your rights to it"
        return Skipped(f"{account.place} {folder.name}", why)


def _batches(box: BaseMailBox, uids: list[str]) -> Iterator[list[str]]:
    """Ask for the sizes of messages and put so many together as fit into memory."""
    answer, _ = _answer(box, uids, "(UID RFC822.SIZE)")
    lines = [line for line in answer if isinstance(line, bytes)]
    sizes = {_uid(line): int(found[1]) for line in lines if (found := SIZE.search(line))}
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


def _fetched(box: BaseMailBox, account: Account, uids: list[str]) -> Iterator[tuple[str, _Fetched | str]]:
    """Fetch messages, those that do not come once more each alone; yield every one, or the reason it is missing."""
    missing = dict.fromkeys(uids)
    messages, _ = _bodies(box, uids)
    for uid, message in messages:
        if uid in missing:
            del missing[uid]
            yield uid, message
    for uid in missing:
        messages, refusal = _bodies(box, [uid])
        found = dict(messages).get(uid)
        reason = f" ({_said(refusal, account)})" if refusal else ""
        yield uid, found or f"the server did not hand it over{reason}; open it in your mail program, then scan again"


def _bodies(box: BaseMailBox, uids: list[str]) -> tuple[list[tuple[str, _Fetched]], Exception | None]:
    """Fetch messages without marking them as read, each up to `MOST_BYTES`; give what came, and a refusal."""
    answer, refusal = _answer(box, uids, f"(UID INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)")
    found = []
    for item, following in pairwise([*answer, b""]):
        if isinstance(item, tuple):
            # Servers put the number and the date before the message or after it.
            around = item[0] + b" " + (following if isinstance(following, bytes) else b"")
            found.append((_uid(around), _Fetched(item[1], _arrived(around))))
    return found, refusal


def _answer(box: BaseMailBox, uids: list[str], what: str) -> tuple[list[Any], Exception | None]:
    """Ask for something of messages; give what came, even where the server then refused the rest, and the refusal."""
    from imap_tools.errors import MailboxFetchError  # noqa: PLC0415  (see above)

    try:
        result = box.client.uid("fetch", ",".join(uids), what)
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        return box.client.response("FETCH")[1], error
    if result[0] != "OK":
        return box.client.response("FETCH")[1], MailboxFetchError(result, "OK")
    return result[1], None


def _uid(line: bytes) -> str:
    """Read a message's number in a FETCH answer."""
    found = UID.search(line)
    return found[1].decode("ascii") if found else ""


def _arrived(line: bytes) -> str:
    """Read when the server took a message in, spelt like the date of an mbox separator line; empty when unknown."""
    found = ARRIVED.search(line)
    at = moment(b" ".join(found.groups()).decode("ascii")) if found else None
    return at.ctime() if at else ""
