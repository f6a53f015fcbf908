"""The door itself: a loop of its own in a thread of its own, that listens, and stops when told."""

from __future__ import annotations

import asyncio
import errno
import logging
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from amends.desk import clock
from amends.desk.actions.dropped import ASIDE_KEPT
from amends.desk.actions.spool import sweep_queue
from amends.drop.limits import Gate, Limits
from amends.drop.reception import Reception
from amends.drop.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKLOG = 100  # connections that wait to be let in
STOP_SECONDS = 10  # for talks to be cut off at the end; a mail that was not said to be kept is sent again
START_SECONDS = 10  # to begin listening
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Door:
    """Listens for mail to `…@domain`; `port` 0 lets the machine choose, and is the true one afterwards."""

    host: str
    port: int
    domain: str
    tls: ssl.SSLContext | None = None
    limits: Limits = field(default_factory=Limits)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    is_listening: bool = False
    _is_closed: bool = False
    _has_begun: threading.Event = field(default_factory=threading.Event)  # or failed to
    _problem: OSError | None = None
    _thread: threading.Thread | None = None
    _stop: asyncio.Event | None = None

    def open(self) -> None:
        """Begin to listen. Raises OSError where the address is taken, none of this machine's, or it does not begin."""
        self._thread = threading.Thread(target=self._run, name="drop door", daemon=True)
        self._thread.start()
        is_in_time = self._has_begun.wait(START_SECONDS)
        if self.is_listening:
            return
        self.close()
        if self._problem:
            raise self._problem
        why = "it broke at once" if is_in_time else f"it did not begin to listen within {START_SECONDS} seconds"
        log.error("The drop door is not open: %s", why)
        raise OSError(errno.ETIMEDOUT, why)

    def close(self) -> None:
        """Stop listening, and cut off who is in the middle of something: they send it again."""
        self._is_closed = True  # who has not begun yet never begins
        if self._stop and not self.loop.is_closed():
            with suppress(RuntimeError):  # closed in this moment
                self.loop.call_soon_threadsafe(self._stop.set)
        if self._thread:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            self.loop.run_until_complete(self._listen())
        finally:
            self.loop.close()
            self.is_listening = False
            self._has_begun.set()

    async def _listen(self) -> None:
        if self._is_closed:
            return
        self._stop = asyncio.Event()
        reception, gate = Reception(self.domain, self.limits), Gate(self.limits)
        talks: set[Talk] = set()

        def begin() -> Talk:
            talk = Talk(reception, gate, hostname=self.domain, tls=self.tls, loop=self.loop, talks=talks)
            talks.add(talk)
            return talk

        try:
            server = await self.loop.create_server(begin, self.host, self.port, backlog=BACKLOG)
        except (OSError, OverflowError, UnicodeError) as error:  # of an address that can be none
            self._problem = error if isinstance(error, OSError) else OSError(str(error))
            reception.close()
            return
        self.port = server.sockets[0].getsockname()[1]
        self.is_listening = True
        self._has_begun.set()
        await self._stop.wait()
        server.close()
        for talk in tuple(talks):
            talk.leave("421 4.3.2 The desk is being stopped. Try again later.")
        under_way = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        reception.close()


def certificate() -> ssl.SSLContext | None:
    """Return what STARTTLS needs, None where no certificate is set. Raises ImproperlyConfigured when it is no use."""
    if not settings.DROP_CERT:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    try:
        context.load_cert_chain(settings.DROP_CERT, settings.DROP_KEY or None)
    except (OSError, ssl.SSLError) as error:
        raise ImproperlyConfigured(
            f"AMENDS_DROP_CERT ({settings.DROP_CERT}) and AMENDS_DROP_KEY cannot be used: {error.strerror or error}."
        ) from error
    return context


def own_door() -> Door:
    """Return the door that the settings describe."""
    return Door(
        settings.DROP_HOST,
        settings.DROP_PORT,
        settings.DROP_DOMAIN,
        certificate(),
        Limits(size=settings.DROP_MOST_BYTES),
    )


@contextmanager
def opened(door: Door) -> Iterator[Door]:
    """Keep a door open for a while. Raises OSError where it cannot listen."""
    Path(settings.DROP_QUEUE).mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep_queue(clock.now(), ASIDE_KEPT)
    door.open()
    try:
        yield door
    finally:
        door.close()
