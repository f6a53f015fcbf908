"""The parts of an Excel workbook: a zip whose directory is judged before anything in it is unpacked."""

from __future__ import annotations

import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  (the standard library's own name for an exception)

from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

MOST_PARTS = 5_000
"""A workbook with a hundred sheets and a picture in each has some hundreds: judgement."""

MOST_UNPACKED = 2 * 1024**3
"""Bytes of all parts together: a full sheet of a million rows and thirty columns."""

MOST_RATIO = 250
"""How much smaller than its content a part may be; sheets of equal rows reach 100, a bomb a thousand."""

SMALL = 16 * 1024**2
"""A part below this size cannot do harm, however it is packed."""

CHUNK = 64 * 1024
MOST_ELEMENTS = 500_000
"""Elements of a part that is held whole: the styles of a workbook have at most 64,000 of each kind."""

ENCRYPTED = 0x1
DAMAGED = (
    "The workbook is damaged and cannot be read to its end. Open it in Excel or LibreOffice and save it again as .xlsx."
)

Attributes = dict[str, str]


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """Open a workbook after a look at its directory; raise SourceError when it is none, damaged or a bomb."""
    try:
        with ZipFile(path) as package:
            _judge(package)
            yield package
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, expat.ExpatError, OSError) as error:
        raise SourceError(DAMAGED) from error


def _judge(package: ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise SourceError(f"The workbook has {len(parts):,} parts; that is no list. Export it again.")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise SourceError("The workbook is protected by a password. Save it without one, or export the list as CSV.")
    unpacked = sum(part.file_size for part in parts)
    tight = any(part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size for part in parts)
    if tight or unpacked > MOST_UNPACKED:
        raise SourceError(
            f"The workbook would unpack to {unpacked / 1024**2:,.0f} MB, far more than its size: it is not opened. "
            "Export the list as CSV."
        )


def walk(
    file: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse XML as a stream, with a pause after each chunk; names come with their prefix.

    A document type is refused: a workbook has none, and entities are how XML is made to explode.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    while chunk := file.read(CHUNK):
        _parse(parser, chunk, is_end=False)
        yield
    _parse(parser, b"", is_end=True)
    yield


def _parse(parser: expat.XMLParserType, chunk: bytes, *, is_end: bool) -> None:
    try:
        parser.Parse(chunk, is_end)
    except (ValueError, LookupError) as error:  # an encoding is named that expat does not read; workbooks are UTF-8
        raise SourceError(DAMAGED) from error


def elements(package: ZipFile, name: str) -> list[tuple[str, Attributes]]:
    """Return the elements of a small part, without their prefixes, in order; [] when there is no such part."""
    found: list[tuple[str, Attributes]] = []
    if name in package.NameToInfo:
        with package.open(name) as file:
            for _ in walk(file, lambda element, said: found.append((local(element), said))):
                if len(found) > MOST_ELEMENTS:
                    raise SourceError(DAMAGED)
    return found


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def beside(part: str, target: str) -> str:
    """Return the name of a part that another one points to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _refuse(*_: object) -> None:
    raise SourceError("The workbook holds a document type, which no program writes into one: it is not opened.")
