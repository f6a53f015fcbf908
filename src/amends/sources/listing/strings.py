"""The texts of a workbook, which its cells point to by number: in memory as far as that is bounded, else in a file."""

from __future__ import annotations

from array import array
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from weakref import finalize

from amends.sources.listing.limits import MOST_CHARACTERS
from amends.sources.listing.package import Attributes, local, walk
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO
    from zipfile import ZipFile

HELD_CHARACTERS = 8 * 1024**2
"""Characters that are held in memory: the texts of 100,000 usual rows."""

HELD_STRINGS = 500_000
MOST_STRINGS = 10_000_000
"""Five texts of its own for every row of a sheet, twice."""


class Strings:
    """All texts of a workbook, by number."""

    def __init__(self, package: ZipFile, part: str) -> None:
        self.held: list[str] = []
        self.spilled: IO[bytes] | None = None
        self.starts = array("Q")
        self._room = HELD_CHARACTERS
        if part in package.NameToInfo:
            with package.open(part) as file:
                for text in strings_in(file):
                    self._keep(text)

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        if number < len(self.held):
            return self.held[number]
        start = self.starts[number - len(self.held)]
        assert self.spilled is not None  # noqa: S101  (it has starts)
        self.spilled.seek(start)
        size = int.from_bytes(self.spilled.read(4), "big")
        return self.spilled.read(size).decode("utf-8", "surrogatepass")

    def _keep(self, text: str) -> None:
        if self.spilled is None and self._room >= len(text) and len(self.held) < HELD_STRINGS:
            self._room -= len(text)
            self.held.append(text)
            return
        if len(self.starts) >= MOST_STRINGS:
            raise SourceError(f"The workbook holds more than {MOST_STRINGS:,} texts; export the list as CSV.")
        if self.spilled is None:
            self.spilled = TemporaryFile(prefix="amends-list-")  # noqa: SIM115  (closed when nobody reads it any more)
            finalize(self, self.spilled.close)
        raw = text.encode("utf-8", "surrogatepass")
        self.starts.append(self.spilled.tell())
        self.spilled.write(len(raw).to_bytes(4, "big") + raw)


def strings_in(file: IO[bytes]) -> Iterator[str]:
    """Yield the texts of a table of shared strings: their runs joined, how they are pronounced left out."""
    texts = _Texts()
    for _ in walk(file, texts.start, texts.end, texts.text):
        yield from texts.done
        texts.done.clear()


class _Texts:
    """Collects shared strings while their XML goes by."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.pieces: list[str] = []
        self.length = 0
        self.is_text = False
        self.is_spoken = False

    def start(self, element: str, _: Attributes) -> None:
        """Take in the beginning of an element."""
        name = local(element)
        self.is_text = name == "t" and not self.is_spoken
        self.is_spoken = self.is_spoken or name == "rPh"

    def end(self, element: str) -> None:
        """Take in the end of an element."""
        name = local(element)
        self.is_text = False
        if name == "rPh":
            self.is_spoken = False
        elif name == "si":
            self.done.append(unescaped("".join(self.pieces)))
            self.pieces.clear()
            self.length = 0

    def text(self, piece: str) -> None:
        """Take in text."""
        if self.is_text:
            self.length += len(piece)
            if self.length > MOST_CHARACTERS:
                raise SourceError(TOO_LONG)
            self.pieces.append(piece)


TOO_LONG = f"A cell holds more than {MOST_CHARACTERS:,} characters, which no spreadsheet writes; export the list again."


def unescaped(text: str) -> str:
    """Undo what Excel writes for characters that XML cannot hold: `_x000D_` is the end of a line."""
    if "_x00" not in text:
        return text
    for code, character in (("_x000D_", ""), ("_x000A_", "\n"), ("_x0009_", "\t"), ("_x005F_", "_")):
        text = text.replace(code, character)
    return text
