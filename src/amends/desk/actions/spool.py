"""The queue on disk of mail that came to drop addresses: it lies there for good before anybody says "250 OK".

    HOME/drop/tmp     being written; worth nothing yet
    HOME/drop/new     one file for each mail and address, named after when it came and by which address
    HOME/drop/aside   what no worker could take in, for a person to look at

A file is whole under its name or not there at all: it is written in tmp, flushed to the disk, linked into new, and the
folder is flushed too.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW, MAKING, ASIDE = "new", "tmp", "aside"
HEAD_BYTES = 262_144  # of a mail in which its header must end: RFC 5322 has no limit, mail servers have this or less
TOKEN_BYTES = 8  # of chance in a name, beside the microsecond
MADE_OF = "%Y%m%dT%H%M%S%fZ"
NAME = re.compile(r"(\d{8}T\d{12}Z)-(\d{1,18})-[0-9a-f]{16}\.eml")
ABANDONED = timedelta(hours=1)  # no mail takes so long to arrive: who wrote such a file was killed


class Ticket(NamedTuple):
    """What a file's name says: when the mail came, and by which drop address (`Drop.pk`)."""

    at: datetime
    drop_id: int


def place(kind: str) -> Path:
    """Return one of the folders of the queue, made where it is missing."""
    folder = Path(settings.DROP_QUEUE) / kind
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class Arriving:
    """A mail that is being written down; it is in the queue after `keep`, and nowhere after `discard`."""

    def __init__(self) -> None:
        """Begin. Raises OSError where the disk takes nothing."""
        self.path = place(MAKING) / secrets.token_hex(2 * TOKEN_BYTES)
        self.file: BinaryIO = self.path.open("xb")

    def write(self, piece: bytes) -> None:
        """Write the next piece. Raises OSError, as on a full disk."""
        self.file.write(piece)

    def head(self) -> bytes:
        """Return the beginning of what was written, the header in it."""
        self.file.flush()
        with self.path.open("rb") as written:
            return written.read(HEAD_BYTES)

    def keep(self, drop_ids: Sequence[int], now: datetime) -> list[str]:
        """Put the mail into the queue, once for each address; return the names when all of it is on the disk for good.

        Raises OSError where the disk does not take it; none of it is in the queue then.
        """
        folder = place(NEW)
        names = [f"{now.astimezone(UTC):{MADE_OF}}-{pk}-{secrets.token_hex(TOKEN_BYTES)}.eml" for pk in drop_ids]
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            for name in names:
                os.link(self.path, folder / name)
            _flush(folder)
        except OSError:
            for name in names:
                (folder / name).unlink(missing_ok=True)
            raise
        finally:
            self.discard()
        return names

    def discard(self) -> None:
        """Forget what was written outside of the queue; twice does nothing."""
        with suppress(OSError):  # flushing what is left fails again on a full disk
            self.file.close()
        self.path.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Have the names in a folder on the disk for good."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def waiting() -> list[str]:
    """Return the names of the mails in the queue, the oldest first."""
    folder = Path(settings.DROP_QUEUE) / NEW
    return sorted(each.name for each in os.scandir(folder)) if folder.is_dir() else []


def ticket_of(name: str) -> Ticket | None:
    """Read a file's name; None where the queue did not give it."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        at = datetime.strptime(match[1], MADE_OF).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Ticket(at, int(match[2]))


def room() -> int:
    """Return how many bytes are free where the queue lies."""
    return shutil.disk_usage(place(MAKING)).free


def remove(name: str) -> None:
    """Take a mail out of the queue for good; gone already is fine."""
    (place(NEW) / name).unlink(missing_ok=True)


def set_aside(name: str) -> None:
    """Move a mail out of the way, where a person finds it; gone already is fine."""
    with suppress(FileNotFoundError):
        (place(NEW) / name).rename(place(ASIDE) / name)


def aside() -> int:
    """Return how many mails were set aside."""
    folder = Path(settings.DROP_QUEUE) / ASIDE
    return sum(1 for _ in os.scandir(folder)) if folder.is_dir() else 0


def sweep_queue(now: datetime, keep_aside: timedelta) -> None:
    """Remove what was never whole, and what lies aside for longer than that."""
    for kind, age in ((MAKING, ABANDONED), (ASIDE, keep_aside)):
        folder = Path(settings.DROP_QUEUE) / kind
        for each in folder.iterdir() if folder.is_dir() else ():
            with suppress(FileNotFoundError):
                if each.stat().st_mtime < (now - age).timestamp():
                    each.unlink()
