"""The first half of a scan: read every message once, keep the writer's own words, tell how far it is."""

from __future__ import annotations

import signal
import sys
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from typing import TYPE_CHECKING

from amends.cli.ledger import Entered, enter
from amends.core.automated import CIRCULARS
from amends.core.digest import digest
from amends.core.thread import key_of
from amends.sources import Part, Skipped, SourceError, parts, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import ProcessPoolExecutor

    from amends.cli.ledger import Ledger
    from amends.core.message import Mail
    from amends.sources.imap import Account

# Parts handed out ahead of the writer, per process: enough to keep it busy, few enough to keep memory flat.
PARTS_AHEAD = 2
# Messages that one process remembers having met; a copy beyond them is only recognised later, by the ledger.
MOST_MET = 100_000
MET_HERE: set[int] = set()
NO_DATE = "It carries no date that can be believed, so it has no place in the history."


@dataclass(slots=True)
class Count:
    """What the reading came to so far.

    `newest` is the latest date met that is not after `believed_until`, both in seconds since 1970.
    """

    believed_until: float = inf
    newest: float | None = None
    messages: int = 0
    automated: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def skip(self, skipped: Skipped) -> None:
        """Note what was not read: as a failure, or as left out on purpose."""
        (self.left_out if skipped.is_on_purpose else self.skipped).append((skipped.where, skipped.why))


def find_parts(paths: Iterable[str], count: Count) -> list[Part]:
    """Find what there is to read; what cannot be read is noted in `count` with its reason."""
    found = []
    for path in paths:
        try:
            for part in parts(path):
                if isinstance(part, Skipped):
                    count.skip(part)
                else:
                    found.append(part)
                    count.bytes_total += part.size
        except SourceError as error:
            count.skipped.append((path, error.message))
    return found


def noted(mail: Mail | Skipped) -> Entered | Skipped:
    """Reduce a mail to its note; a mail without a date is left out, and says so.

    A circular counts as read and no more: nothing of it says anything of a client.
    """
    if isinstance(mail, Skipped):
        return mail
    if mail.automated in CIRCULARS:
        return Entered(mail.id, mail.at.timestamp() if mail.at else None, is_automated=True)
    if mail.at is None:
        return Skipped(mail.where, NO_DATE)
    return enter(digest(mail, mail.at))


def has_no_place(mail: Mail) -> bool:
    """Whether a mail cannot be placed in time; another copy of it may still carry its date."""
    return mail.at is None and mail.automated not in CIRCULARS


def read_here(found: Sequence[Part], ledger: Ledger, count: Count, tell: Callable[[Count], None]) -> None:
    """Read part after part in this process."""
    for part in found:
        before = count.bytes_read
        _take(read(part), part.path, ledger, count, tell)
        count.bytes_read = before + part.size
        tell(count)


def read_servers(accounts: Iterable[Account], ledger: Ledger, count: Count, tell: Callable[[Count], None]) -> None:
    """Read mailboxes on servers, one connection at a time; what was read before a broken connection stays read."""
    for account in accounts:
        from amends.sources.imap import read_imap  # noqa: PLC0415  (50 ms to load: only for a server)

        _take(read_imap(account), f"{account.user} at {account.place}", ledger, count, tell)


def _take(
    mails: Iterable[Mail | Skipped], where: str, ledger: Ledger, count: Count, tell: Callable[[Count], None]
) -> None:
    """Note every mail that is new; copies are recognised before their text is looked at."""
    try:
        for mail in mails:
            if isinstance(mail, Skipped) or has_no_place(mail) or ledger.is_new(mail.id):
                keep(noted(mail), ledger, count)
                tell(count)
            count.bytes_read += 0 if isinstance(mail, Skipped) else mail.size
    except SourceError as error:
        count.skipped.append((where, error.message))


def keep(entered: Entered | Skipped, ledger: Ledger, count: Count) -> None:
    """Write one note into the ledger, or its reason into the count."""
    if isinstance(entered, Skipped):
        count.skip(entered)
    else:
        count.messages += 1
        if entered.at is not None and (count.newest or -inf) < entered.at <= count.believed_until:
            count.newest = entered.at
        count.automated += entered.is_automated
        if entered.fields:
            ledger.add(entered)


def read_part(part: Part) -> tuple[list[Entered | Skipped], str]:
    """Read one part whole, in a process of its own; the second value says why it broke off, or is empty."""
    entered: list[Entered | Skipped] = []
    try:
        entered.extend(copy_met(mail) or noted(mail) for mail in read(part))
    except SourceError as error:
        return entered, error.message
    return entered, ""


def copy_met(mail: Mail | Skipped, met: set[int] = MET_HERE) -> Entered | None:
    """Return a bare entry for a mail this process has met before, so that its text is not looked at again.

    The first copy lay in an earlier part, or earlier in this one, and parts are taken in order: the ledger knows it.
    """
    if isinstance(mail, Skipped) or has_no_place(mail):
        return None
    key = key_of(mail.id)
    if key in met:
        return Entered(mail.id)
    if len(met) < MOST_MET:
        met.add(key)
    return None


def leave_interrupts_to_the_parent() -> None:
    """Let only the parent answer Ctrl-C and a closed terminal: it keeps what was found."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def processes(jobs: int) -> ProcessPoolExecutor:
    """Start reading processes. To be called before files are opened or threads started, because they are forked."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (30 ms to load: only where there are several)
    from multiprocessing import get_context  # noqa: PLC0415  (the same)

    # Forked, a process starts at once with everything loaded; elsewhere that is not safe, or not to be had.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=leave_interrupts_to_the_parent)
    pool.submit(int).result()
    return pool


def read_with(
    pool: ProcessPoolExecutor,
    jobs: int,
    found: Sequence[Part],
    ledger: Ledger,
    count: Count,
    tell: Callable[[Count], None],
) -> None:
    """Read the parts in several processes; results are taken in order, so that a scan gives the same twice."""
    waiting = iter(found)
    ahead = deque((part, pool.submit(read_part, part)) for part in islice(waiting, jobs * PARTS_AHEAD))
    try:
        while ahead:
            part, future = ahead.popleft()
            entered, broken_off = future.result()
            ahead.extend((following, pool.submit(read_part, following)) for following in islice(waiting, 1))
            for each in entered:
                if isinstance(each, Skipped) or ledger.is_new(each.id):
                    keep(each, ledger, count)
            if broken_off:
                count.skipped.append((part.path, broken_off))
            count.bytes_read += part.size
            tell(count)
    finally:
        for _, future in ahead:
            future.cancel()
