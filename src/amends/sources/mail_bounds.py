"""How much a mail server may say to one question, and for how long: the library itself would listen for ever."""

from __future__ import annotations

from imaplib import IMAP4
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader

MOST_BYTES = 64_000_000
"""Bytes of one answer: four of the longest messages that are ever asked for at once."""

MOST_LINES = 200_000
"""Lines of one answer: a hundred messages take a few hundred, the folders of a large firm some thousands."""

MOST_LINE = 20_000_000
"""Bytes of one line, as the library has it: the numbers of some million messages."""

MOST_SECONDS = 600.0
"""Seconds for one answer: the longest message at 0.2 Mbit/s (judgement)."""

AT_ONCE = 65_536


class _Bounds:
    """Reads for a connection; what was said is counted anew with each question."""

    def __init__(self, client: IMAP4) -> None:
        self._client = client
        self._send: Callable[[bytes], None] = client.send
        self._bytes = self._lines = 0
        self._until = monotonic() + MOST_SECONDS

    def send(self, question: bytes) -> None:
        """Ask, or answer what is asked for."""
        self._bytes = self._lines = 0
        self._until = monotonic() + MOST_SECONDS
        self._send(question)

    def read(self, size: int) -> bytes:
        """Read a piece whose size was announced. IMAP4.abort when that is more than was left to say."""
        if not 0 <= size <= MOST_BYTES - self._bytes:
            raise IMAP4.abort(f"it announced {size} bytes in one answer")
        pieces: list[bytes] = []
        while size and (piece := self._file.read1(min(size, AT_ONCE))):
            size -= len(piece)
            pieces.append(self._counted(piece))
        return b"".join(pieces)

    def readline(self) -> bytes:
        """Read a line, the rest where there is no more. IMAP4.abort when the answer has no end."""
        self._lines += 1
        pieces: list[bytes] = []
        most = self._bytes + MOST_LINE
        while there := self._file.peek(1):
            end = there.find(b"\n") + 1
            pieces.append(self._counted(self._file.read(end or len(there))))
            if end:
                break
            if self._bytes > most:
                raise IMAP4.abort("a line of its answer has no end")
        return b"".join(pieces)

    @property
    def _file(self) -> BufferedReader:
        file: Any = self._client.file  # another one after STARTTLS
        return file  # type: ignore[no-any-return]  # imaplib says less than it is

    def _counted(self, piece: bytes) -> bytes:
        self._bytes += len(piece)
        if self._bytes > MOST_BYTES or self._lines > MOST_LINES:
            raise IMAP4.abort("its answer has no end")
        if monotonic() > self._until:
            raise IMAP4.abort(f"its answer took longer than {MOST_SECONDS / 60:.0f} minutes")
        return piece


def bound(client: IMAP4) -> None:
    """Listen to a server within bounds from now on."""
    bounds = _Bounds(client)
    for name in ("send", "read", "readline"):
        setattr(client, name, getattr(bounds, name))
