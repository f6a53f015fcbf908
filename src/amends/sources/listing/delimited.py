"""CSV in the ways that programs write it: any usual encoding and delimiter, quoted line breaks, torn rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from amends.sources.listing.limits import MOST_CHARACTERS, MOST_COLUMNS
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS = ",;\t|"
SNIFFED_BYTES = 256 * 1024
SNIFFED_ROWS = 200
CHUNK = 1024 * 1024
MOST_LINE = 4 * 1024 * 1024
"""Characters of a line: 2,000 columns of 2,000 characters. A longer one is not read to its end."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATOR_LINE = re.compile(r"sep=([,;\t|^~:])\r?\n?", re.IGNORECASE)
"""Excel's own first line, which says what parts the columns; it is no row."""

UNENDED = "unexpected end of data"
TOO_LONG = "field larger than field limit"
CONTROL = bytes(sorted({*range(1, 9), *range(14, 27), *range(28, 32)}))
MOST_CONTROL = 0.02
"""Share of control characters above which a file is no text: judgement; exports hold a stray one now and then."""

MOST_EMPTY = 0.2
"""Share of NULs above which it is none either; below, they are taken out."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """A CSV file, and how it is written."""

    path: Path
    encoding: str
    delimiter: str

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows as a spreadsheet numbers them, from 1: its cells as they stand. Flat in memory.

        Raise SourceError where a value or a row has no end.
        """
        with self.path.open("rb") as raw, TextIOWrapper(raw, self.encoding, "replace", newline="") as text:
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=self.delimiter)
            number = 0
            while True:
                lines.taken.clear()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise _torn(number + 1, error) from error
                number += 1
                if len(cells) > MOST_COLUMNS:
                    raise too_wide(number, len(cells))
                if len(lines.taken) > 1:
                    _require_end(lines.taken, self.delimiter, number)
                yield number, cells


def look(path: Path) -> Delimited:
    """Find out how a CSV file is written; raise SourceError when it is no text."""
    encoding = _encoding(path)
    with path.open("rb") as raw:
        head = BytesIO(raw.read(SNIFFED_BYTES))
    if encoding in {"utf-8", "utf-8-sig", "cp1252"} and _is_binary(head.getvalue()):
        raise SourceError(
            "This file is no list: it holds no text. Export the list as CSV or as an Excel workbook (.xlsx)."
        )
    return Delimited(path, encoding, _delimiter(head, encoding))


def too_wide(number: int, columns: int) -> SourceError:
    """Return the sentence for a row with more columns than any list has."""
    return SourceError(
        f"Row {number:,} has {columns:,} columns; at most {MOST_COLUMNS:,} are read. "
        "Export the columns that are needed."
    )


class _Lines:
    """The lines of a text for the csv module: bounded, without NULs; `taken` are those of the row being read."""

    __slots__ = ("number", "taken", "text")

    def __init__(self, text: TextIOWrapper) -> None:
        self.text = text
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(MOST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if self.number == 1 and SEPARATOR_LINE.fullmatch(line):
            return next(self)
        if len(line) == MOST_LINE and not line.endswith(("\n", "\r")):
            raise _endless(self.number, line)
        if "\x00" in line:
            line = line.replace("\x00", "")
        self.taken.append(line)
        return line


def _endless(number: int, line: str) -> SourceError:
    columns = max(line.count(mark) for mark in DELIMITERS)
    if columns > MOST_COLUMNS:
        return SourceError(
            f"Line {number:,} has more than {columns:,} columns; at most {MOST_COLUMNS:,} are read. "
            "Export the columns that are needed."
        )
    return SourceError(f"Line {number:,} is longer than {MOST_LINE:,} characters: this is no list. Export it again.")


def _torn(number: int, error: csv.Error) -> SourceError:
    if TOO_LONG in str(error):
        return SourceError(
            f"Row {number:,} holds a value longer than {MOST_CHARACTERS:,} characters; a quotation mark is probably "
            "missing there. Correct it, or export the list as an Excel workbook (.xlsx)."
        )
    return SourceError(f"Row {number:,} cannot be read ({error}); export the list again.")


def _require_end(taken: list[str], delimiter: str, number: int) -> None:
    """Raise SourceError when the quotation mark that opened in this row never closed: the file's end closed it."""
    try:
        list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if str(error) == UNENDED:
            raise SourceError(
                f"A quotation mark opens in row {number:,} and never closes, so that all that follows would be one "
                "value. Correct that row, or export the list as an Excel workbook (.xlsx)."
            ) from error


def _encoding(path: Path) -> str:
    """Name how the text is encoded: by its mark, else UTF-8 when all of it is, else Windows-1252."""
    with path.open("rb") as raw:
        head = raw.read(SNIFFED_BYTES)
        for mark, name in BOMS:
            if head.startswith(mark):
                return name
        wide = _wide(head)
        if wide:
            return wide
        return "utf-8" if _is_utf8(head, raw) else "cp1252"


def _is_binary(head: bytes) -> bool:
    controls = len(head) - len(head.translate(None, CONTROL))
    return controls > MOST_CONTROL * len(head) or head.count(0) > MOST_EMPTY * len(head)


def _wide(head: bytes) -> str:
    """Name UTF-16 without a mark: every other byte of plain text is empty."""
    for name, empty in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if empty and empty.count(0) > len(empty) * 0.7:
            return name
    return ""


def _is_utf8(head: bytes, raw: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        chunk = head
        while chunk:
            decoder.decode(chunk)
            chunk = raw.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(head: BytesIO, encoding: str) -> str:
    """Find what parts the columns: the mark that cuts most rows into as many pieces as the widest usual row."""
    first = TextIOWrapper(head, encoding, "replace", newline="")
    said = SEPARATOR_LINE.fullmatch(first.readline(16))
    if said:
        return said[1]
    scores = {mark: _score(head, first, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    return best if scores[best] > (0.0, 0) else ","


def _score(head: BytesIO, text: TextIOWrapper, mark: str) -> tuple[float, int]:
    """Return which share of the rows agree on how many columns there are, and how many these are."""
    head.seek(0)
    text.seek(0)
    widths: Counter[int] = Counter()
    try:
        for cells in islice(csv.reader((line.replace("\x00", "") for line in text), delimiter=mark), SNIFFED_ROWS):
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        pass  # a quotation mark without its end, by this mark or at the end of what is looked at
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return (0.0, 0)
    usual = max(wide, key=lambda width: (wide[width], width))
    return (wide[usual] / widths.total(), usual)
