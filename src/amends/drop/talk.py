"""One talk with whoever connects: SMTP as aiosmtpd speaks it, with the doors closed that a desk needs not open.

What is different from the library, and why:
- A line ends in CR LF, everywhere. A bare CR or LF ends the talk at once, before anybody reads on: two programs that
  take the end of a mail for different places is how mail is smuggled in (as Postfix: smtpd_forbid_bare_newline=reject).
- A mail is written to the disk while it comes, and never held in memory.
- Whoever is slow, asks too much or names nobody here is sent away, by a clock for each command and for the whole talk.
- No AUTH, VRFY, EXPN or HELP: there is nothing to sign in to, and nothing to ask about.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, AnyStr

from aiosmtpd.smtp import SMTP, Envelope

if TYPE_CHECKING:
    from ssl import SSLContext

    from amends.desk.actions.spool import Arriving
    from amends.drop.limits import Gate, Limits
    from amends.drop.reception import Reception

SPOKEN = ("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "STARTTLS")
LONGEST_COMMAND = 1024  # characters: 512 of RFC 5321, and room for addresses of SMTPUTF8 and parameters
LONGEST_PIECE = 65_536  # bytes of a line taken at once; longer lines come in pieces
ON_THE_WIRE = 262_144  # bytes gathered before they go to the disk
ADDRESS = re.compile(r"<([^<>\s]{0,320})>(.*)", re.DOTALL)  # 64 + 1 + 255, RFC 5321 section 4.5.3.1
NOBODY = "<>"  # the null sender, of bounces and automatic replies
END = b".\r\n"


class Letter(Envelope):
    """A mail on its way in, and whose desk addresses it is for (`Drop.pk`)."""

    def __init__(self) -> None:
        super().__init__()
        self.drop_ids: list[int] = []
        self.colleagues: list[str] = []  # their addresses, as the desk knows them


class Talk(SMTP):
    """The talk of one connection."""

    transport: Any  # the library says less of both than they are
    envelope: Any
    line_length_limit = LONGEST_PIECE

    def __init__(
        self,
        reception: Reception,
        gate: Gate,
        *,
        hostname: str,
        tls: SSLContext | None,
        loop: asyncio.AbstractEventLoop,
        talks: set[Talk],
    ) -> None:
        limits: Limits = gate.limits
        super().__init__(
            reception,
            data_size_limit=limits.size,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="ESMTP",
            tls_context=tls,
            timeout=limits.command_seconds,
            loop=loop,
        )
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)
        self._smtp_methods = {name: self._smtp_methods[name] for name in SPOKEN if tls or name != "STARTTLS"}
        self.reception, self.gate, self.limits, self.talks = reception, gate, limits, talks
        self.refused = 0
        self._answers = 0
        self._counted_as = ""
        self._is_turned_away = self._is_over = self._is_after_cr = False
        self._clocks: list[asyncio.TimerHandle] = []
        self._unknown: asyncio.TimerHandle | None = None

    # ── The line itself.

    def connection_made(self, transport: Any) -> None:
        """Let somebody in, or say that there are too many; after STARTTLS, begin anew on the same connection."""
        self._is_after_cr = False
        if self._original_transport is None:
            peer = transport.get_extra_info("peername") or ("",)
            self._counted_as = self.gate.enter(str(peer[0]))
            if not self._counted_as:
                self._is_turned_away = True
                transport.write(b"421 4.7.0 Too many connections. Try again later.\r\n")
                transport.close()
                return
            self._unknown = self.loop.call_later(self.limits.unknown_seconds, self._timeout_cb)
            self._clocks = [self._unknown, self.loop.call_later(self.limits.session_seconds, self._timeout_cb)]
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the talk is over; a bare CR or LF ends it."""
        if self._is_turned_away or self._is_over:
            return
        text = b"\r" + data if self._is_after_cr else data
        self._is_after_cr = data.endswith(b"\r")
        pairs = text.count(b"\r\n")
        if text.count(b"\n") != pairs or text.count(b"\r") != pairs + self._is_after_cr:
            self.leave("550 5.5.2 A line ends in CR LF here, and nowhere else: bare CR or LF received.")
            return
        super().data_received(data)

    def eof_received(self) -> bool | None:
        """Hear that the other side has gone."""
        return None if self._is_turned_away else super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        """Count them out."""
        self.talks.discard(self)
        if self._is_turned_away:
            return
        for each in self._clocks:
            each.cancel()
        if self._counted_as:
            self.gate.leave(self._counted_as)
            self._counted_as = ""
        super().connection_lost(error)

    def leave(self, words: str) -> None:
        """Say a last sentence and hang up: nothing after it is heard, and nobody waits long for it to be taken."""
        self._is_over = True
        transport = self.transport
        if transport is not None and not transport.is_closing():
            transport.write(f"{words}\r\n".encode())
            self._clocks.append(self.loop.call_later(self.limits.leave_seconds, transport.abort))
            transport.close()

    def is_welcome(self) -> None:
        """Give who named a living address the time that a mail takes."""
        if self._unknown:
            self._unknown.cancel()

    def _timeout_cb(self) -> None:
        self.leave(f"421 4.4.2 {self.hostname} You took too long. Try again later.")

    async def push(self, status: AnyStr) -> None:
        """Say one line; who has had too many is sent away."""
        self._answers += 1
        if not self._is_over and self._answers > self.limits.answers:
            self.leave("421 4.7.0 Too many commands. Connect again for more.")
        if self._is_over:
            raise asyncio.CancelledError
        await super().push(status)

    # ── What is said.

    def _create_envelope(self) -> Letter:
        return Letter()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read the address of MAIL and RCPT: in angle brackets, as RFC 5321 has it, without a route before it."""
        match = ADDRESS.fullmatch(arg.strip())
        if match is None or match[1].startswith("@"):
            return None, None
        return match[1] or NOBODY, match[2].strip()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  (the library finds it by this name)
        """Take a mail down to its end, on the disk, and let the reception say what becomes of it."""
        if await self.check_helo_needed():
            return
        if not self.envelope.drop_ids:
            await self.push("503 5.5.1 Name a recipient that is here first (RCPT).")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes nothing after it.")
            return
        arriving = await self.reception.begin()
        if arriving is None:
            await self.push(self.reception.full)
            return
        try:
            await self.push("354 End with CR LF . CR LF")
            trouble = await self._take_down(arriving)
            answer = trouble or await self.reception.keep(self.envelope, arriving)
        finally:
            arriving.discard()
        self.envelope = self._create_envelope()
        await self.push(answer)

    async def _take_down(self, arriving: Arriving) -> str:
        """Write what comes until the end of the mail; return why it is not taken, if it is not."""
        size, gathered, trouble, is_first = 0, bytearray(), "", True
        while True:
            line = await self._piece()
            if is_first and line == END:
                break
            if is_first and line.startswith(b"."):
                line = line[1:]
            is_first = line.endswith(b"\r\n")
            size += len(line)
            if size > self.limits.size:
                trouble = f"552 5.3.4 The mail is larger than {self.limits.size} bytes."
                if size > self.limits.size * self.limits.drained:
                    self.leave(trouble)
                    raise asyncio.CancelledError
            gathered += line
            if len(gathered) > ON_THE_WIRE:
                self._reset_timeout()
                trouble = trouble or await self.reception.write(arriving, bytes(gathered))
                gathered.clear()
        return trouble or await self.reception.write(arriving, bytes(gathered))

    async def _piece(self) -> bytes:
        """Return the next line, or a piece of one that is too long to be taken at once."""
        try:
            line: bytes = await self._reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as error:
            line = await self._reader.readexactly(error.consumed)
        return line
