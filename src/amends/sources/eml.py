"""Mail with one file for each message: .eml, Apple's .emlx, MH folders and any file that holds one mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amends.sources.part import Part, Skipped
from amends.sources.single import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.message import Mail


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read the files of a part, one message each; a file that is gone or unreadable is Skipped."""
    folder = Path(part.path)
    for name in part.files:
        try:
            yield read_file(folder / name, is_sent=part.is_sent)
        except FileNotFoundError:
            yield Skipped(str(folder / name), "the file was there when the scan began and is gone; scan again")
