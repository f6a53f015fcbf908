"""What lies at a path: an mbox, a Maildir, a Thunderbird profile, a folder of mails, an Outlook file, one mail."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from amends.sources import mbox
from amends.sources.folders import LEFT_OUT_REASON, is_left_out, is_sent_folder
from amends.sources.part import Part, Skipped, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP_FILES = 500
"""Files of one part."""

GROUP_BYTES = 8_000_000
"""Bytes of one part, as for an mbox."""

SMALL_MBOX_BYTES = 100_000
"""Up to this size several mbox files are read as one part."""

SNIFFED_BYTES = 2_000
"""Bytes of a file by which its kind is told."""

MAGIC = {b"\x1f\x8b": "mbox", b"!BDN": "pst", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "msg"}
HEADER = re.compile(rb"(?:[!-9;-~]{1,100}[ \t]{0,10}:|From |>From )")
APPLE_LENGTH = re.compile(rb"\d{1,12}\s{1,10}\n?[!-9;-~]{1,100}:")
BOOKKEEPING_ENDINGS = frozenset(
    {".msf", ".dat", ".html", ".json", ".sqlite", ".js", ".ini", ".lock", ".plist", ".idx", ".log", ".cache", ".nstmp"}
)
BOOKKEEPING_NAMES = frozenset(
    {"maildirfolder", "subscriptions", ".mh_sequences", ".ds_store", "thumbs.db", "desktop.ini", ".uidvalidity"}
)
"""Files that mail programs and systems keep beside mail; they are passed over without a word."""

PROFILE_MAIL = ("Mail", "ImapMail")
"""Where a Thunderbird profile keeps mail; everything else in it is settings."""

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".7z", ".rar")
"""Endings of packed folders; Gmail Takeout comes as .zip or .tgz."""

ARCHIVE = "it is an archive: unpack it first, then scan the folder"
DAMAGED = {
    ".msg": "the Outlook message is damaged; save it again from Outlook",
    ".pst": "the Outlook file is damaged; export it again from Outlook",
    ".ost": "the Outlook file is damaged; export it again from Outlook",
}
"""What to say of files that are mail by their ending and nothing known by their first bytes."""

EMPTY = "the file is empty; check whether it was copied or exported whole"
NOT_LIKE_MAIL = "it is neither an mbox nor a single mail; if it holds mail, save that as .eml or mbox"
ADVICE = "Amends reads mbox files (also .gz), Maildir, Thunderbird profiles, folders of .eml, .msg and .pst."


def parts(path: Path | str) -> Iterator[Part | Skipped]:
    """Cut what lies at `path` into parts; in a folder, a file that cannot be read as mail comes out as Skipped.

    Raise SourceError when there is nothing to cut; the caller names the path.
    """
    try:
        place = Path(path).expanduser()
        if place.is_dir():
            yield from _folder_given(place)
        elif place.exists():
            yield from _file_given(place)
        else:
            raise SourceError("there is no such file or folder; check how it is spelt.")
    except RuntimeError as error:  # pathlib, of `~name` where nobody is called so
        raise SourceError("there is no such user; check how it is spelt.") from error
    except OSError as error:
        raise SourceError(f"it cannot be read ({error.strerror or error}); check its rights.") from error


def _file_given(path: Path) -> Iterator[Part | Skipped]:
    """Cut one file that the user named."""
    kind = _kind_of(path)
    if not kind:
        why = _why_not(path)
        raise SourceError(f"{why}. {ADVICE}" if why == NOT_LIKE_MAIL else f"{why}.")
    yield from _file_parts(path, kind, folder=path.stem, is_sent=is_sent_folder(path.name))


def _why_not(path: Path) -> str:
    """Say why a file that is no known kind of mail cannot be read, and what to do."""
    if path.name.lower().endswith(ARCHIVES):
        return ARCHIVE
    if path.is_file() and not path.stat().st_size:
        return EMPTY
    return DAMAGED.get(path.suffix.lower(), NOT_LIKE_MAIL)


def _folder_given(path: Path) -> Iterator[Part | Skipped]:
    """Walk the folder that the user named; SourceError when there is nothing in it of which anything could be said."""
    tops = [path / name for name in PROFILE_MAIL if (path / name).is_dir()] if (path / "prefs.js").exists() else [path]
    is_empty = True
    waiting = tops[::-1]
    while waiting:  # no recursion: folders may nest deeper than Python calls
        folder = waiting.pop()
        inner: list[Path] = []
        for each in _folder_parts(folder, inner):
            is_empty = is_empty and isinstance(each, Skipped) and each.is_on_purpose
            yield each
        for below in reversed(inner):
            if not is_left_out(below.name):
                waiting.append(below)
        yield from (Skipped(str(each), LEFT_OUT_REASON, is_on_purpose=True) for each in inner if is_left_out(each.name))
    if is_empty:
        raise SourceError(f"no mail was found in this folder. {ADVICE}")


def _folder_parts(folder: Path, inner: list[Path]) -> Iterator[Part | Skipped]:
    """Cut the mail of one folder, and put the folders inside it into `inner`, all in the order of names."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        names = {entry.name for entry in entries}
        if {"cur", "new"} <= names:
            yield from _maildir_parts(folder)
            entries = [entry for entry in entries if entry.name not in {"cur", "new", "tmp"}]
    except OSError as error:
        yield Skipped(str(folder), f"the folder cannot be read ({error.strerror or error}); check its rights")
        return
    inner.extend(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    for entry in entries:
        if entry.is_symlink() and entry.is_dir():
            yield Skipped(entry.path, "it is a link to another folder; name that folder itself to read it")
    yield from _loose_parts(folder, [entry for entry in entries if not entry.is_dir()])


def _maildir_parts(folder: Path) -> Iterator[Part | Skipped]:
    """Cut a Maildir's own messages into groups."""
    name = folder.name.lstrip(".")
    for inner in ("cur", "new"):
        place = folder / inner
        with os.scandir(place) as entries:
            files = sorted((entry.name, _size(entry)) for entry in entries if entry.is_file())
        yield from _grouped("maildir", place, files, folder_name=name)


def _size(entry: os.DirEntry[str]) -> int:
    """Give a file's size; a message that was moved in this moment has none and is looked for when it is read."""
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0


def _loose_parts(folder: Path, entries: list[os.DirEntry[str]]) -> Iterator[Part | Skipped]:
    """Cut the files of a folder: single mails in groups, the others each for itself."""
    single: list[tuple[str, int]] = []
    small: list[tuple[str, int]] = []
    for entry in entries:
        name = entry.name
        if name.lower() in BOOKKEEPING_NAMES or Path(name).suffix.lower() in BOOKKEEPING_ENDINGS:
            continue
        path = Path(entry.path)
        try:
            kind, size = _kind_of(path), entry.stat().st_size
            if kind == "eml":
                single.append((name, size))
            elif kind == "mbox" and size <= SMALL_MBOX_BYTES and _is_ordinary(_folder_name(path)):
                small.append((name, size))
            elif kind:
                yield from _file_in_folder(path, kind)
            elif size:
                yield Skipped(str(path), _why_not(path))
        except OSError as error:
            yield Skipped(str(path), f"the file cannot be read ({error.strerror or error}); check it and its rights")
    yield from _grouped("eml", folder, single, folder_name=folder.name)
    yield from _grouped("mbox", folder, small)


def _is_ordinary(folder_name: str) -> bool:
    return not is_sent_folder(folder_name) and not is_left_out(folder_name)


def _file_in_folder(path: Path, kind: str) -> Iterator[Part | Skipped]:
    """Cut one file that the walk came upon."""
    name = _folder_name(path)
    if is_left_out(name):
        yield Skipped(str(path), LEFT_OUT_REASON, is_on_purpose=True)
    else:
        yield from _file_parts(path, kind, folder=name, is_sent=is_sent_folder(name))


def _folder_name(path: Path) -> str:
    """Name the mailbox folder of a file; Apple Mail calls every mbox file `mbox`."""
    return path.parent.name if path.name == "mbox" else path.name


def _file_parts(path: Path, kind: str, *, folder: str, is_sent: bool) -> Iterator[Part | Skipped]:
    """Cut one file of a known kind."""
    if kind == "mbox":
        yield from mbox.cut(path, folder=folder, is_sent=is_sent)
    elif kind == "pst":
        yield Part("pst", str(path), size=path.stat().st_size, folder=folder)
    else:
        size = path.stat().st_size
        yield Part(kind, str(path.parent), size=size, folder=folder, is_sent=is_sent, files=(path.name,))


def _grouped(kind: str, folder: Path, files: list[tuple[str, int]], *, folder_name: str = "") -> Iterator[Part]:
    """Group files (name, bytes) into parts."""
    group: list[str] = []
    size = 0
    is_sent = is_sent_folder(folder_name)
    for name, bytes_in_file in files:
        group.append(name)
        size += bytes_in_file
        if len(group) == GROUP_FILES or size >= GROUP_BYTES:
            yield Part(kind, str(folder), size=size, folder=folder_name, is_sent=is_sent, files=tuple(group))
            group, size = [], 0
    if group:
        yield Part(kind, str(folder), size=size, folder=folder_name, is_sent=is_sent, files=tuple(group))


def _kind_of(path: Path) -> str:
    """Tell a file's kind by its first bytes; empty when it is not mail (or nothing at all)."""
    if not path.is_file() or path.name.lower().endswith(ARCHIVES):
        return ""
    with path.open("rb") as file:
        first = file.read(SNIFFED_BYTES)
    for magic, kind in MAGIC.items():
        if first.startswith(magic):
            return kind
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if text.startswith(b"From "):
        return "mbox" if path.suffix.lower() != ".eml" else "eml"
    if b"\0\0" in first:
        return ""
    if HEADER.match(text) or APPLE_LENGTH.match(text):
        return "eml"
    return ""
