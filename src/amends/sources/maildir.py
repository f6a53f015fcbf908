"""Maildir: folders whose `cur` and `new` hold one file for each message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amends.sources.part import Part, Skipped
from amends.sources.single import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.message import Mail

FLAGS = ":2,"
"""Stands before the flags in a message's file name."""


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read the messages of a part; one that a mail program moved or flagged meanwhile is found under its new name."""
    folder = Path(part.path)
    for name in part.files:
        flags = name.rpartition(FLAGS)[2] if FLAGS in name else ""
        if "T" in flags or "D" in flags:
            yield Skipped(str(folder / name), "it is flagged as deleted or as a draft", is_on_purpose=True)
            continue
        try:
            yield read_file(folder / name, is_sent=part.is_sent)
        except FileNotFoundError:
            yield _read_moved(folder / name, is_sent=part.is_sent)


def _read_moved(path: Path, *, is_sent: bool) -> Mail | Skipped:
    """Look for a message whose file is gone in `cur`, where reading and flagging move it."""
    unique = path.name.partition(FLAGS)[0]
    for moved in (path.parent.parent / "cur").iterdir():
        if moved.name.partition(FLAGS)[0] == unique:
            try:
                return read_file(moved, is_sent=is_sent)
            except FileNotFoundError:
                break
    return Skipped(str(path), "the message was moved or deleted while the scan ran; scan again")
