"""A list as a table: its heading found, its columns named, its rows as text, numbered as a spreadsheet shows them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from amends.sources.listing import delimited, workbook
from amends.sources.listing.limits import MOST_BYTES
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOKED_AT = 60
"""Rows among which the heading is looked for: reports put a title and their filters above it."""

SHOWN_ROWS = 8
SHOWN_CHARACTERS = 200
HEADING_SHARE = 0.5
"""A heading names at least this share of the columns of the widest row: judgement."""

VALUES_SHARE = 0.3
"""Some columns are called "2025" or "7"; a row with more of them is no heading: judgement."""

LETTERS = 26
SNIFFED = 64
ZIP = b"PK\x03\x04"
SAVE_AS = "Open it, save it as an Excel workbook (.xlsx) or as CSV, and choose that file."
OTHER_FORMATS = (
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel file (.xls), or one with a password. {SAVE_AS}"),
    (b"<html", f"This is a web page that is named like a list, as some reports are exported. {SAVE_AS}"),
    (b"<!doctype", f"This is a web page that is named like a list, as some reports are exported. {SAVE_AS}"),
    (b"<meta", f"This is a web page that is named like a list, as some reports are exported. {SAVE_AS}"),
    (b"<table", f"This is a web page that is named like a list, as some reports are exported. {SAVE_AS}"),
    (b"<?xml", f"This is an XML file. {SAVE_AS}"),
    (b"%pdf", "This is a PDF, from which no list can be read. Export the list as CSV or as an Excel workbook (.xlsx)."),
)
"""How the formats begin that people take for a list, and what to do."""


class NoHeadingError(SourceError):
    """No row names the columns; another sheet may have one."""


class Records(Protocol):
    """What each format gives: the rows as a spreadsheet numbers them, each with its cells."""

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows from the first."""


@dataclass(frozen=True, slots=True)
class Table:
    """One list. `heading` is the number of the row with the names of the columns, 1 in most files.

    `sheets` are the names of the sheets of a workbook, `sheet` the one that is read; both empty in a CSV file, as
    `encoding` and `delimiter` are in a workbook.
    """

    path: Path
    columns: list[str]
    heading: int
    source: Records
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row that holds something, with its number: column to text as it stands, "" where nothing does.

        A cell to the right of the last heading comes under the letter of its column. Raise SourceError where the file
        cannot be read on; what was given until then holds.
        """
        columns = self.columns
        wide = len(columns)
        for number, cells in self.source.records():
            if number <= self.heading or not any(cells):
                continue
            row = dict(zip(columns, cells, strict=False))
            if len(cells) < wide:
                row.update(dict.fromkeys(columns[len(cells) :], ""))
            elif len(cells) > wide:
                extra = enumerate(cells[wide:], wide)
                row.update({_unnamed(place): cell for place, cell in extra if cell.strip()})
            if any(not cell.isspace() for cell in row.values() if cell):
                yield number, row

    def looks(self) -> dict[str, Any]:
        """Return what was found in the file, as JSON: for a person to see before anything is read."""
        first = islice(self.rows(), SHOWN_ROWS)
        return {
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "heading": self.heading,
            "columns": self.columns,
            "rows": [{"number": number, "cells": _clipped(row)} for number, row in first],
        }


def open_table(path: Path | str, sheet: str = "") -> Table:
    """Find out what a file holds and where its heading is; raise SourceError with a sentence when it is no list.

    `sheet` names the sheet of a workbook that is to be read; without it the first one that holds a table.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(SNIFFED)
    except OSError as error:
        raise SourceError(f"The file cannot be read ({error.strerror}); choose it again.") from error
    if not size:
        raise SourceError("The file is empty. Export the list again.")
    if size > MOST_BYTES:
        raise SourceError(f"The file is larger than {MOST_BYTES // 1024**3} GB; export it in parts.")
    for beginning, why in OTHER_FORMATS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(beginning):
            raise SourceError(why)
    return _workbook_table(path, sheet) if head.startswith(ZIP) else _csv_table(path)


def _workbook_table(path: Path, wanted: str) -> Table:
    """Open the sheet that is wanted, else the first that holds a table: a heading, and a row beneath it."""
    sheets = workbook.sheets_of(path)
    why = SourceError("The workbook has no sheet with cells. Export the list again.")
    for name, sheet in sheets.items():
        if wanted not in {"", name}:
            continue
        try:
            first = list(islice(sheet.records(), LOOKED_AT))
            heading, columns = heading_of(first)
        except NoHeadingError as error:
            why = error
            continue
        if first[-1][0] > heading:
            return Table(path, columns, heading, sheet, sheet=name, sheets=tuple(sheets))
        why = SourceError("The list has a heading and no rows beneath it. Export it again.")
    raise why


def _csv_table(path: Path) -> Table:
    found = delimited.look(path)
    heading, columns = heading_of(list(islice(found.records(), LOOKED_AT)))
    return Table(path, columns, heading, found, encoding=found.encoding, delimiter=found.delimiter)


def heading_of(first: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """Return the number of the row that names the columns, and their names; raise SourceError when there is none.

    It is the first row that is about as wide as the others and holds hardly any numbers: titles above it have one or
    two cells.
    """
    widths = {number: sum(bool(cell.strip()) for cell in cells) for number, cells in first}
    widest = max(widths.values(), default=0)
    if not widest:
        raise NoHeadingError("The list is empty: there is no heading. Export it again, with the names of the columns.")
    for number, cells in first:
        values = sum(_is_value(cell) for cell in cells)
        if widths[number] >= max(1, widest * HEADING_SHARE) and values <= widths[number] * VALUES_SHARE:
            return number, columns_of(cells)
    raise NoHeadingError("No row names the columns. Export the list again, with a heading.")


def columns_of(cells: Sequence[str]) -> list[str]:
    """Return the names of the columns: padding off, those without a name by their letter, doubles numbered."""
    names = [" ".join(cell.replace("\ufeff", "").replace("\x00", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    taken: set[str] = set()
    columns = []
    for place, name in enumerate(names):
        column = name or _unnamed(place)
        times = 1
        while column in taken:
            times += 1
            column = f"{name or _unnamed(place)} ({times})"
        taken.add(column)
        columns.append(column)
    return columns


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, an amount, a day or an address: no name of a column."""
    text = cell.strip()
    return (
        bool(text)
        and ("@" in text or not any(c.isalpha() for c in text.replace("T", "").replace("Z", "")))
        and text != "#"
    )


def _unnamed(place: int) -> str:
    """Name a column by the letter that a spreadsheet shows: 0 -> "Column A"."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"Column {letters}"


def _clipped(row: dict[str, str]) -> dict[str, str]:
    return {column: cell[:SHOWN_CHARACTERS] for column, cell in row.items()}
