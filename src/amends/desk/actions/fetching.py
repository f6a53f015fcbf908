"""From a mail server to letters, a batch at a time: what may run in a process of its own. No database, no Django."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from time import monotonic
from typing import TYPE_CHECKING

from amends.desk.actions.reading import BATCH, Batch, take
from amends.sources import watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from amends.desk.actions.reading import Job
    from amends.sources.mail_server import Account
    from amends.sources.watch import Session

STEP = 100  # messages asked for at once; what was read is handed over after whole steps
SHOW_UP_SECONDS = 5.0  # how long the writer waits at most to hear that reading goes on: its lease runs for a minute
_open = ExitStack()


@dataclass(frozen=True, slots=True)
class Piece:
    """Messages of a folder that are read one after another: upwards, or downwards from the newest.

    When they all are read, everything up to `ends_at` is read, or down to it.
    """

    folder: str
    uids: tuple[int, ...]  # ascending
    is_downwards: bool
    ends_at: int


@dataclass(frozen=True, slots=True)
class Errand:
    """What to read of a mailbox, and with whose eyes."""

    account: Account
    parts: tuple[Piece, ...]
    eyes: Job


def letters_at(errand: Errand, number: int, done: int = 0) -> Iterator[Batch]:
    """Read one piece of an errand, over a connection of this process's own. Raise SourceError where it breaks."""
    del done  # a piece is read from its beginning
    yield from letters_over(_connected(errand.account), errand, number)


def letters_over(session: Session, errand: Errand, number: int, done: int = 0) -> Iterator[Batch]:
    """Read one piece in batches; `Batch.within` is the UID up to which (or down to which) all of it was read.

    A batch without `within` has nothing new to say: it is how a slow server is told from a dead reader. What could not
    be read is in `skips` under its UID.
    """
    del done
    piece = errand.parts[number]
    batch, shown_at = Batch(number), monotonic()
    for uids in _steps(piece):
        for uid, mail in session.fetch(piece.folder, uids):
            skipped = len(batch.skips)
            take(batch, mail, errand.eyes)
            batch.skips[skipped:] = [(str(uid), why) for _, why in batch.skips[skipped:]]
            if monotonic() - shown_at > SHOW_UP_SECONDS:
                shown_at = monotonic()
                yield Batch(number)
        is_last = (piece.uids[0] if piece.is_downwards else piece.uids[-1]) in uids
        batch.within = piece.ends_at if is_last else uids[0 if piece.is_downwards else -1]
        if is_last or batch.read >= BATCH or monotonic() - shown_at > SHOW_UP_SECONDS:
            shown_at = monotonic()
            yield batch
            batch = Batch(number)


def _steps(piece: Piece) -> Iterator[Sequence[int]]:
    """Cut a piece into steps, in the order of reading; each ascends, as servers answer."""
    count = len(piece.uids)
    if piece.is_downwards:
        yield from (piece.uids[max(end - STEP, 0) : end] for end in range(count, 0, -STEP))
    else:
        yield from (piece.uids[start : start + STEP] for start in range(0, count, STEP))


@lru_cache(maxsize=1)
def _connected(account: Account) -> Session:
    """Sign in once for all the pieces that this process reads; its end is the end of the connection."""
    return _open.enter_context(watch.session(account))


def over(session: Session) -> partial[Iterator[Batch]]:
    """Return the work of reading pieces over a connection that is open already."""
    return partial(letters_over, session)
