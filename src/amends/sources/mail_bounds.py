"""How much a mail server may say to one question, and for how long: the library itself would listen for ever."""

from __future__ import annotations

from imaplib import IMAP4, IMAP4_SSL
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from imap_tools import BaseMailBox

if TYPE_CHECKING:
    import ssl
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

SIGN_IN_SECONDS = 120.0
"""Seconds from the connection to the end of the sign-in: servers let somebody in within some seconds, the slowest
within a minute, and whoever connects a mailbox sits before the screen (judgement)."""

LONGEST_FIRST = 1_000_000
"""Bytes of a line before anybody is signed in, as the library has it."""

AT_ONCE = 65_536


class TooSlowError(IMAP4.abort):
    """The server took longer to let us in than anybody waits."""


class _Bounds:
    """Reads for a connection; what was said is counted anew with each question, the time of the sign-in as a whole."""

    def __init__(self, client: IMAP4) -> None:
        self._client = client
        self._send: Callable[[bytes], None] = client.send
        self._bytes = self._lines = 0
        self._until = monotonic() + MOST_SECONDS
        self.sign_in_until: float | None = None

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
            if self.sign_in_until is not None and self._bytes > LONGEST_FIRST:
                raise IMAP4.error(f"got more than {LONGEST_FIRST} bytes")
        return b"".join(pieces)

    @property
    def _file(self) -> BufferedReader:
        file: Any = self._client.file  # another one after STARTTLS
        return file  # type: ignore[no-any-return]  # imaplib says less than it is

    def _counted(self, piece: bytes) -> bytes:
        self._bytes += len(piece)
        if self._bytes > MOST_BYTES or self._lines > MOST_LINES:
            raise IMAP4.abort("its answer has no end")
        if self.sign_in_until is not None and monotonic() > self.sign_in_until:
            raise TooSlowError
        if monotonic() > self._until:
            raise IMAP4.abort(f"its answer took longer than {MOST_SECONDS / 60:.0f} minutes")
        return piece


class _Bounded(IMAP4):
    """A connection that is listened to within bounds from the first byte on."""

    bounds: _Bounds

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect. The handshake of TLS has an end of its own: `timeout` (Python keeps it for the whole of it)."""
        self.bounds = _Bounds(self)
        for name in ("send", "read", "readline"):
            setattr(self, name, getattr(self.bounds, name))
        super().open(host, port, timeout)
        self.bounds.sign_in_until = monotonic() + SIGN_IN_SECONDS


class _BoundedTls(_Bounded, IMAP4_SSL):  # type: ignore[misc]  # the library's two disagree about what `open` takes
    """The same, encrypted from the start."""


class Box(BaseMailBox):
    """A mailbox that is listened to within bounds. Raises what the library raises, and TooSlowError."""

    def __init__(self, host: str, port: int, timeout: float, *, tls: ssl.SSLContext | None, is_later: bool) -> None:
        self._way = (host, port, timeout, tls, is_later)
        super().__init__()

    def _get_mailbox_client(self) -> IMAP4:
        host, port, timeout, tls, is_later = self._way
        if tls is None or is_later:
            client: IMAP4 = _Bounded(host, port, timeout)
        else:
            client = _BoundedTls(host, port, ssl_context=tls, timeout=timeout)
        if tls is not None and is_later:
            _encrypt(client, tls)
        return client


def _encrypt(client: IMAP4, tls: ssl.SSLContext) -> None:
    """Encrypt from here on (STARTTLS), or hang up."""
    try:
        client.starttls(tls)
    except BaseException:
        client.shutdown()
        raise


def is_let_in(box: BaseMailBox) -> None:
    """Say that the sign-in is over: from now on each answer has its own time."""
    cast("_Bounded", box.client).bounds.sign_in_until = None
