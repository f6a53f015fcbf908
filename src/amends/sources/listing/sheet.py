"""One sheet of a workbook as a stream: what its cells last showed. No formula is computed, no link is followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amends.sources.listing.formats import text_of
from amends.sources.listing.limits import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from amends.sources.listing.package import CHUNK, Attributes, opened, walk
from amends.sources.listing.strings import TOO_LONG, unescaped
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from amends.sources.listing.strings import Strings

MERGED = re.compile(rb'mergeCell\s[^<>]{0,40}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
LONGEST_MERGED = 100
MOST_MERGED = 50_000
"""Merged cells that are filled downwards; a sheet with more is laid out for the eye."""

PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Sheet:
    """A sheet: its part in the workbook, the texts its cells point to, how its styles show numbers."""

    def __init__(self, path: Path, part: str, strings: Strings, formats: list[str], *, is_1904: bool) -> None:
        self.path = path
        self.part = part
        self.strings = strings
        self.formats = formats
        self.is_1904 = is_1904
        self._merged: dict[int, list[tuple[int, int]]] | None = None

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are written, with their numbers; a cell merged over several rows stands in each."""
        with opened(self.path) as package:
            if self._merged is None:
                with package.open(self.part) as file:
                    self._merged = merged_in(file)
            with package.open(self.part) as file:
                cells = _Cells(self)
                rows = cells.rows(file)
                yield from _filled(rows, self._merged) if self._merged else rows


def merged_in(file: IO[bytes]) -> dict[int, list[tuple[int, int]]]:
    """Return what is merged over several rows: the first row, then the last one and the column of each."""
    found: dict[int, list[tuple[int, int]]] = {}
    rest, count = b"", 0
    while chunk := file.read(CHUNK):
        text = rest + chunk
        place = 0
        for match in MERGED.finditer(text):
            place = match.end()
            first, last = int(match[2]), int(match[4])
            if last > first and count < MOST_MERGED:
                count += 1
                found.setdefault(first, []).append((last, column_of(match[1].decode())))
        rest = text[max(place, len(text) - LONGEST_MERGED) :]
    return found


def _filled(
    rows: Iterator[tuple[int, list[str]]], merged: dict[int, list[tuple[int, int]]]
) -> Iterator[tuple[int, list[str]]]:
    """Put what stands in a merged cell into each row that it covers, where the row holds something of its own."""
    covering: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        if any(cells):
            for column, (last, text) in list(covering.items()):
                if number > last:
                    del covering[column]
                    continue
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = cells[column] or text
        for last, column in merged.get(number, ()):
            if column < len(cells) and cells[column]:
                covering[column] = (last, cells[column])
        yield number, cells


def column_of(letters: str) -> int:
    """Return the place of a column from its letters: "A" -> 0, "AB" -> 27."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


class _Cells:
    """Collects the cells of a sheet while its XML goes by."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.done: list[tuple[int, list[str]]] = []
        self.number = 0
        self.row: list[str] = []
        self.place = 0
        self.type = ""
        self.style = 0
        self.is_text = False
        self.is_spoken = False
        self.pieces: list[str] = []
        self.length = 0
        self.columns: dict[str, int] = {}
        self.prefix = ""
        self.is_started = False

    def rows(self, file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of the sheet."""
        for _ in walk(file, self.start, self.end, self.text):
            if self.done:
                yield from self.done
                self.done.clear()

    def start(self, element: str, said: Attributes) -> None:
        """Take in the beginning of an element."""
        if not self.is_started:
            self.is_started = True
            self.prefix = element[: -len("worksheet")] if element.endswith(":worksheet") else ""
        name = element.removeprefix(self.prefix) if self.prefix else element
        if name == "c":
            self._enter_cell(said)
        elif name in {"v", "t"}:
            self.is_text = not self.is_spoken
        elif name == "rPh":
            self.is_spoken = True
        elif name == "row":
            self._enter_row(said.get("r", ""))

    def end(self, element: str) -> None:
        """Take in the end of an element."""
        name = element.removeprefix(self.prefix) if self.prefix else element
        if name == "c":
            if self.pieces:
                self._leave_cell()
            self.place += 1
        elif name == "row":
            if self.row:
                self.done.append((self.number, self.row))
        elif name == "rPh":
            self.is_spoken = False
        self.is_text = False

    def text(self, piece: str) -> None:
        """Take in text; that of formulas, headers and footers is not looked at."""
        if self.is_text:
            self.length += len(piece)
            if self.length > MOST_CHARACTERS:
                raise SourceError(TOO_LONG)
            self.pieces.append(piece)

    def _enter_row(self, said: str) -> None:
        number = int(said) if said.isdecimal() and len(said) <= 7 else 0  # noqa: PLR2004  (digits of a million)
        self.number = max(number, self.number + 1)
        if self.number > MOST_ROWS:
            raise SourceError(f"The sheet has more than {MOST_ROWS:,} rows, which no spreadsheet writes.")
        self.row = []
        self.place = 0

    def _enter_cell(self, said: Attributes) -> None:
        self.pieces.clear()
        self.length = 0
        self.type = said.get("t", "n")
        style = said.get("s", "0")
        self.style = int(style) if style.isdecimal() and len(style) < 7 else 0  # noqa: PLR2004  (64,000 at most)
        letters = said.get("r", "").rstrip("0123456789")
        if letters:
            place = self.columns.get(letters)
            self.place = self._place(letters) if place is None else place
        if self.place >= MOST_COLUMNS:
            raise SourceError(
                f"Row {self.number:,} has more than {MOST_COLUMNS:,} columns; at most that many are read. "
                "Export the columns that are needed."
            )

    def _place(self, letters: str) -> int:
        """Return the place of a column by its letters, and remember it; what is none follows the last cell."""
        match = PLACE.fullmatch(f"{letters.upper()}1")
        place = column_of(match[1]) if match else self.place
        if place < MOST_COLUMNS:
            self.columns[letters] = place
        return place

    def _leave_cell(self) -> None:
        text = self._shown("".join(self.pieces))
        self.pieces.clear()
        if text:
            row, place = self.row, self.place
            if place == len(row):
                row.append(text)
            else:
                row.extend([""] * (place + 1 - len(row)))
                row[place] = text

    def _shown(self, raw: str) -> str:
        """Return what a cell shows, by its type (ECMA-376 part 1, 18.18.11)."""
        of = self.type
        if of == "s":
            return self._shared(raw)
        if of == "n":
            formats = self.sheet.formats
            kind = formats[self.style] if self.style < len(formats) else ""
            return text_of(raw.strip(), kind, is_1904=self.sheet.is_1904)
        if of == "b":
            return "TRUE" if raw.strip() in {"1", "true"} else "FALSE"
        return "" if of == "e" else unescaped(raw)

    def _shared(self, raw: str) -> str:
        try:
            return self.sheet.strings[int(raw)]
        except (ValueError, IndexError):
            return ""
