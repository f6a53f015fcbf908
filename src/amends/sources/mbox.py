"""Mail in one file after another mail (mbox): plain or gzipped, of Thunderbird, Gmail Takeout, Mailman and Unix.

A message begins at a separator line, `From who when`, that is followed by something like a header. Lines of a body
that begin with `From ` do not split it unless they look exactly so; Content-Length is not trusted.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from amends.sources.part import Part, Skipped
from amends.sources.rfc822 import MOST_BYTES, mail_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from amends.core.message import Mail

PART_BYTES = 8_000_000
"""Bytes of one part: enough that starting on it costs nothing, few enough that two processes end together."""

CHUNK_BYTES = 1_000_000
"""Bytes read at once."""

LONGEST_SEPARATOR = 1_000
"""Bytes looked at from a separator's start to judge it and the line after it."""

GZIP_WINDOW = 31
"""What zlib calls a stream with a gzip header."""

GZIP_MAGIC = b"\x1f\x8b"
MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
SEPARATOR = re.compile(
    rb"From \S{0,400}(?: at \S{1,200})? {1,3}"
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,2}"
    rb"(?:" + MONTH + rb" {1,2}\d{1,2}|\d{1,2} {1,2}" + MONTH + rb"(?: {1,2}\d{4})?) {1,2}\d{1,2}:\d\d[^\r\n]{0,60}"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^\r\n]{0,40})"
    rb"\r?\n(?=[!-9;-~]{1,100}[ \t]{0,10}:|>?From |\r?\n|\Z)"
)
"""`From `, an address (written `a at b` by Mailman), a date as ctime or ISO 8601 spell it; then a header or nothing."""

MARK = b"\nFrom "
QUOTED_FROM = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)


def cut(path: Path, *, folder: str = "", is_sent: bool = False) -> Iterator[Part]:
    """Cut an mbox into parts of about `PART_BYTES` at separators; a gzipped one is one part. May raise OSError."""
    size = path.stat().st_size
    start = 0
    with path.open("rb") as file:
        if file.read(2) == GZIP_MAGIC:
            yield Part("mbox", str(path), 0, size, size, folder, is_sent)
            return
        while start < size:
            end = _separator_after(file, start + PART_BYTES, size)
            yield Part("mbox", str(path), start, end, end - start, folder, is_sent)
            start = end


def _separator_after(file: BinaryIO, position: int, size: int) -> int:
    """Find the first separator at or after a byte of the file; the file's size when there is none."""
    file.seek(position)
    window, offset = b"", position
    while offset < size:
        chunk = file.read(CHUNK_BYTES)
        window += chunk
        found = _next_separator(window, 0, is_end=not chunk)
        if found >= 0:
            return offset + found
        if not chunk:
            break
        kept = window[-LONGEST_SEPARATOR:]
        offset += len(window) - len(kept)
        window = kept
    return size


def _next_separator(window: bytes, start: int, *, is_end: bool) -> int:
    """Find the next separator line in a window of a file; -1 when none can be judged yet."""
    at = window.find(MARK, start)
    while at >= 0:
        if not is_end and at + LONGEST_SEPARATOR > len(window):
            return -1
        if SEPARATOR.match(window, at + 1):
            return at + 1
        at = window.find(MARK, at + 1)
    return -1


def split(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Split a file that comes in chunks into messages with their separators; yield each and its true size.

    An empty chunk says that the file ends there; what the chunks raise after it comes out after the last message. Of a
    message over `MOST_BYTES` only so much is held.
    """
    window, start, dropped = b"", 0, 0
    for chunk in chunks:
        if len(window) - start > MOST_BYTES + LONGEST_SEPARATOR:
            # In a giant message: keep its head, and the tail in which a separator may have begun.
            middle = len(window) - LONGEST_SEPARATOR
            dropped += middle - start - MOST_BYTES
            window, start = window[start : start + MOST_BYTES] + window[middle:] + chunk, 0
        else:
            window, start = window[start:] + chunk, 0
        end = _next_separator(window, max(0, _scanned(window, chunk)), is_end=not chunk)
        while end >= 0:
            yield window[start:end], end - start + dropped
            start, dropped = end, 0
            end = _next_separator(window, start, is_end=not chunk)
        if not chunk and len(window) > start:
            yield window[start:], len(window) - start + dropped
            window, start, dropped = b"", 0, 0


def _scanned(window: bytes, chunk: bytes) -> int:
    """Tell how much of a window was looked at before the chunk came: all but what a separator may need."""
    return len(window) - len(chunk) - LONGEST_SEPARATOR - len(MARK)


def chunks_of(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Read `length` bytes of a file in chunks, and an empty one at its end."""
    while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
        length -= len(chunk)
        yield chunk
    yield b""


def unzipped(file: BinaryIO) -> Iterator[bytes]:
    """Read a gzipped file in chunks, all that can be unpacked of it; then raise EOFError where it was cut off."""
    unpack = zlib.decompressobj(wbits=GZIP_WINDOW)
    damage: Exception | None = None
    try:
        while packed := file.read(CHUNK_BYTES // 4):
            while packed:
                if unpack.eof:  # one gzip after another is one file; zeros may fill it up
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    unpack = zlib.decompressobj(wbits=GZIP_WINDOW)
                content = unpack.decompress(packed, CHUNK_BYTES)
                if content:
                    yield content
                packed = unpack.unused_data or unpack.unconsumed_tail
    except zlib.error as error:
        damage = error
    yield b""
    if damage or not unpack.eof:
        raise damage or EOFError("it ends too early")


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read the messages of one part: a piece of an mbox, or several small ones whole."""
    if part.files:
        for name in part.files:
            yield from _read_file(Path(part.path) / name, part)
    else:
        yield from _read_file(Path(part.path), part)


def _read_file(path: Path, part: Part) -> Iterator[Mail | Skipped]:
    """Read one mbox as far as it can be read; where it breaks off is Skipped."""
    after = f" after byte {part.start}" if part.start else ""
    number = 0
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == GZIP_MAGIC
            file.seek(part.start)
            until = part.end or path.stat().st_size
            for raw, size in split(unzipped(file) if is_gzip else chunks_of(file, until - part.start)):
                if not raw.isspace():
                    number += 1
                    yield _mail(raw, size, f"{path}, message {number}{after}", is_sent=part.is_sent)
    except (OSError, EOFError, zlib.error) as error:
        place = f"{path}, after message {number}" if number else str(path)
        yield Skipped(place, _broken(error))


def _broken(error: Exception) -> str:
    """Say why a file cannot be read further; what came before was read."""
    if isinstance(error, OSError) and error.errno:
        return f"the file cannot be read ({error.strerror}); check that it exists and its rights"
    return f"the file is damaged or cut off here ({error}); copy or download it again to read the rest"


def _mail(raw: bytes, size: int, where: str, *, is_sent: bool) -> Mail | Skipped:
    """Take the separator off one message, undo the quoting of `From ` lines, and read it."""
    postmark = ""
    if raw.startswith(b"From "):
        line_end = raw.find(b"\n") + 1 or len(raw)
        postmark = raw[:line_end].decode("latin-1").strip()
        raw = raw[line_end:]
    if b">From " in raw:
        raw = unquoted(raw)
    return mail_from(raw, where, is_sent=is_sent, postmark=postmark, size=size)


def unquoted(raw: bytes) -> bytes:
    """Take one `>` from lines that began with `From ` (mboxo, mboxrd); lines between quoted lines are quotes."""
    return QUOTED_FROM.sub(lambda match: match[0] if _is_quote(raw, match) else match[1], raw)


def _is_quote(raw: bytes, match: re.Match[bytes]) -> bool:
    """Tell a quoted line that begins with From: its neighbours are quoted too."""
    before = raw.rfind(b"\n", 0, max(0, match.start() - 1)) + 1
    after = raw.find(b"\n", match.end()) + 1
    quoted_before = match.start() > 0 and raw[before : before + 1] == b">"
    return quoted_before or (after > 0 and raw[after : after + 1] == b">")
