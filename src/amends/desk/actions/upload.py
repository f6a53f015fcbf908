"""Where uploaded files lie until they have been read: a folder of their own for each import."""

from __future__ import annotations

import errno
import re
import secrets
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from amends.desk.models import ListImport, ListStatus, MailImport
from amends.desk.models.intake import ImportStatus
from amends.desk.rules import Refused
from amends.sources.discover import ARCHIVES
from amends.sources.mbox import GZIP_MAGIC, unzipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime, timedelta

LONGEST_NAME = 100  # characters of a file's name that are kept
NOT_IN_A_NAME = re.compile(r"[^\w .()+-]+")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DISK_FULL = "The disk is full. Nothing that is here already is lost. Make room, then try again."
CUT_OFF = "It is damaged or cut off; what comes before was read. Copy or download it again to read the rest."
UNFINISHED = (ImportStatus.LOOKING, ImportStatus.READY, ImportStatus.READING, ImportStatus.FAILED)
UNREAD = (ListStatus.MATCHING, ListStatus.CHECKING, ListStatus.CHECKED, ListStatus.READING, ListStatus.FAILED)


class TooMuchError(Exception):
    """A packed file holds more than may be unpacked; its words are for people."""


def take_in(files: Iterable[tuple[str, Path]]) -> Path:
    """Move uploaded files (shown name, where they lie) into a new folder; return the file, or the folder of several.

    Raises Refused when the disk is full; nothing is left behind then.
    """
    folder = Path(settings.UPLOADS) / secrets.token_hex(16)
    try:
        folder.mkdir(mode=0o700, parents=True)
        places = [_moved(path, folder, name, number) for number, (name, path) in enumerate(files, 1)]
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno in FULL:
            raise Refused(_(DISK_FULL)) from error
        raise
    return places[0] if len(places) == 1 else folder


def _moved(path: Path, folder: Path, name: str, number: int) -> Path:
    place = folder / safe_name(name)
    if place.exists():
        place = folder / f"{number} {place.name}"
    shutil.move(path, place)
    return place


def safe_name(name: str) -> str:
    """Return a name for a file on this machine, its ending kept: by it Sent folders and archives are told."""
    last = NOT_IN_A_NAME.sub("_", name.replace("\\", "/").rpartition("/")[2]).lstrip(". ")
    stem, dot, ending = last.rpartition(".")
    if len(last.encode()) > LONGEST_NAME:
        last = f"{stem[: LONGEST_NAME // 4]}{dot}{ending[:10]}"
    return last.strip() or "mail"


def unpack(place: Path, tell: Callable[[], None]) -> list[tuple[str, str]]:
    """Unpack every gzipped mailbox at a place, so that it can be read in pieces; return what was damaged, and why.

    `tell` is called again and again, so that nobody takes the work for left. Raises TooMuchError above
    `settings.MOST_UNPACKED_BYTES` in all, before anything is written: a few kilobytes can unpack to more than the disk.
    """
    damaged = []
    left = settings.MOST_UNPACKED_BYTES
    for packed in _packed(place):
        left = _counted(packed, left, tell)
    for packed in _packed(place):
        flat = packed.with_name(packed.name + ".unpacked")
        try:
            is_whole = _unpack(packed, flat, tell)
        except BaseException:
            flat.unlink(missing_ok=True)
            raise
        if not is_whole:
            damaged.append((packed.name, CUT_OFF))
        flat.replace(packed)
    return damaged


def _packed(place: Path) -> list[Path]:
    """Return the gzipped files at a place that are no archives of several files."""
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    return [file for file in files if not file.name.lower().endswith(ARCHIVES) and _is_packed(file)]


def _is_packed(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def _counted(packed: Path, left: int, tell: Callable[[], None]) -> int:
    """Return how much may still be unpacked after one file. Nothing is written: what is too much fills no disk."""
    first = b""
    with packed.open("rb") as source, suppress(EOFError, zlib.error):
        for chunk in unzipped(source):
            first = first or chunk[: len(GZIP_MAGIC)]
            if first == GZIP_MAGIC:
                raise TooMuchError(_("%s is packed more than once. Unpack it yourself, then add it.") % packed.name)
            left -= len(chunk)
            if left < 0:
                raise TooMuchError(_too_large(packed.name))
            tell()
    return left


def _too_large(name: str) -> str:
    most = settings.MOST_UNPACKED_BYTES // (1024 * 1024)
    return _(
        "%(name)s is too large: unpacked it has more than %(most)d MB, the most that is read at once, and unpacked"
        " bytes count too. Nothing of it was kept. Unpack it yourself, and add it in pieces; or raise"
        " AMENDS_MOST_UNPACKED_MB."
    ) % {"name": name, "most": most}


def _unpack(packed: Path, flat: Path, tell: Callable[[], None]) -> bool:
    """Unpack one file that was counted; return whether it was whole."""
    with packed.open("rb") as source, flat.open("wb") as target:
        try:
            for chunk in unzipped(source):
                target.write(chunk)
                tell()
        except (EOFError, zlib.error):
            return False
    return True


def folder_of(mailing: MailImport | ListImport) -> Path | None:
    """Return the folder of an import's own below `settings.UPLOADS`; None when it lies elsewhere."""
    uploads, path = Path(settings.UPLOADS), Path(mailing.path)
    inside = path.relative_to(uploads).parts if path.is_relative_to(uploads) else ()
    return uploads / inside[0] if inside else None


def remove_files(mailing: MailImport | ListImport) -> None:
    """Remove what was uploaded for an import."""
    folder = folder_of(mailing)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(now: datetime, age: timedelta) -> int:
    """Remove folders that no unfinished import needs and nobody touched for a while; return how many."""
    needed = {folder_of(mailing) for mailing in MailImport.objects.filter(status__in=UNFINISHED)}
    needed |= {folder_of(listing) for listing in ListImport.objects.filter(status__in=UNREAD)}
    uploads = Path(settings.UPLOADS)
    old = [
        each
        for each in (uploads.iterdir() if uploads.is_dir() else ())
        if each not in needed and each.stat().st_mtime < (now - age).timestamp()
    ]
    for each in old:
        shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink(missing_ok=True)
    return len(old)
