"""What the door answers: whose address it is, who may write to it, and that a mail is kept. It relays nothing.

Rows are asked for, and files flushed, in threads: the talks go on meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from amends.desk import clock
from amends.desk.actions import spool
from amends.desk.actions.reading import HALF
from amends.desk.actions.upload import FULL
from amends.desk.queries.drop import drop_behind, is_written_by_us
from amends.drop.talk import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from amends.drop.limits import Limits
    from amends.drop.talk import Letter, Talk

Found = TypeVar("Found")
THREADS = 4  # for the database and the disk
NOT_HERE = "550 5.7.1 No such address here, or not for mail from there."
LATER = "451 4.3.0 The desk cannot look that up right now. Try again later."
NOT_OURS = "550 5.7.1 Its From must be one address, of the firm whose desk this is."
NO_ROOM = "452 4.3.1 No room for more mail right now. Try again later."
NOT_WRITTEN = "451 4.3.0 It could not be written down. Nothing was kept: send it again later."
KEPT = "250 2.0.0 Kept."
log = logging.getLogger(__name__)


class Reception:
    """Answers for all talks of one door."""

    full = NO_ROOM

    def __init__(self, domain: str, limits: Limits) -> None:
        self.domain, self.limits = domain, limits
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="drop")

    def close(self) -> None:
        """Let the threads end."""
        self.threads.shutdown(wait=False, cancel_futures=True)

    # ── Hooks that the library finds by their names.

    async def handle_EHLO(  # noqa: N802  (see above)
        self, talk: Talk, session: Any, letter: Letter, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what is spoken here: nothing to sign in to."""
        del talk, letter
        session.host_name = hostname
        said = [line for line in responses if not line.startswith(("250-AUTH", "250 HELP"))]
        return [*said, "250 PIPELINING"]

    async def handle_MAIL(  # noqa: N802  (see above)
        self, talk: Talk, session: Any, letter: Letter, address: str, options: list[str]
    ) -> str:
        """Begin a mail: never one of a program that reports (the null sender), and only while there is room."""
        del talk, session
        if address == NOBODY:
            return "550 5.7.1 Bounces and automatic replies are not taken here."
        if HALF.search(address):
            return "553 5.1.7 This address cannot be read."
        if await self._in_a_thread(self._is_full):
            return NO_ROOM
        letter.mail_from = address
        letter.mail_options.extend(options)
        return "250 2.1.0 Go on."

    async def handle_RCPT(  # noqa: N802  (see above)
        self, talk: Talk, session: Any, letter: Letter, address: str, options: list[str]
    ) -> str:
        """Take a living drop address, for mail from the firm or its owner; all else is refused in the same words."""
        del session, options
        if len(letter.rcpt_tos) >= self.limits.recipients:
            return "452 4.5.3 Too many recipients in one mail."
        secret, _, domain = address.rpartition("@")
        try:
            drop = None
            if domain.lower() == self.domain:
                drop = await self._asked(partial(drop_behind, secret, sender=letter.mail_from or ""))
        except (DatabaseError, InterfaceError, TimeoutError) as error:
            log.warning("Nobody can say whose a drop address is: %s", type(error).__name__)
            return LATER
        if drop is None:
            talk.refused += 1
            if talk.refused > self.limits.refused:
                talk.leave("421 4.7.0 Too many addresses that are not here.")
            return NOT_HERE
        talk.is_welcome()
        letter.rcpt_tos.append(address)
        if drop.pk not in letter.drop_ids:
            letter.drop_ids.append(drop.pk)
            letter.colleagues.append(drop.user.email)
        return "250 2.1.5 Here."

    async def handle_exception(self, error: Exception) -> str:
        """Say that something broke; the words of it are nobody's outside."""
        log.error("A talk at the drop door broke.", exc_info=error)
        return "451 4.3.0 Something went wrong here. Try again later."

    # ── A mail, as it comes.

    async def begin(self) -> spool.Arriving | None:
        """Begin to write a mail down; None when the disk takes nothing."""
        try:
            return await self._in_a_thread(spool.Arriving)
        except OSError as error:
            _tell(error)
            return None

    async def write(self, arriving: spool.Arriving, piece: bytes) -> str:
        """Write a piece down; return why that is not possible, if it is not."""
        try:
            await self._in_a_thread(partial(arriving.write, piece))
        except OSError as error:
            return _tell(error)
        return ""

    async def keep(self, letter: Letter, arriving: spool.Arriving) -> str:
        """Put a whole mail into the queue, for good, where its writer is one of us; only then is it said to be kept."""
        try:
            head = await self._in_a_thread(arriving.head)
            if not await self._asked(partial(is_written_by_us, head, tuple(letter.colleagues))):
                return NOT_OURS
            await self._in_a_thread(partial(arriving.keep, tuple(letter.drop_ids), clock.now()))
        except OSError as error:  # before the next: TimeoutError is one
            return LATER if isinstance(error, TimeoutError) else _tell(error)
        except (DatabaseError, InterfaceError):
            return LATER
        return KEPT

    def _is_full(self) -> bool:
        """Whether there is no room for a mail of the largest size, or the queue is longer than anybody reads."""
        try:
            return spool.room() < 2 * self.limits.size or len(spool.waiting()) >= self.limits.waiting
        except OSError as error:
            _tell(error)
            return True

    async def _asked(self, ask: Callable[[], Found]) -> Found:
        """Ask the database in a thread; raises TimeoutError where it does not answer."""
        return await asyncio.wait_for(
            self._in_a_thread(partial(_on_a_fresh_connection, ask)), self.limits.lookup_seconds
        )

    async def _in_a_thread(self, work: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)


def _on_a_fresh_connection(ask: Callable[[], Found]) -> Found:
    """Ask the database, on a connection that is alive as far as that is known."""
    close_old_connections()
    try:
        return ask()
    except (DatabaseError, InterfaceError):
        connection.close()
        raise


def _tell(error: OSError) -> str:
    """Log why the disk does not take a mail, and return what to say outside."""
    log.error("A mail that came by the drop door could not be written down: %s", error)
    return NO_ROOM if error.errno in FULL else NOT_WRITTEN
