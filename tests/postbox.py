"""A real mail server that keeps what it is given, and answers as the test tells it to: 4xx, 5xx, slowly, or not at all.

postbox.answer = "450 Not now"      # to DATA; "hang up" breaks the connection after the text was handed over
postbox.on_mail = "530 Sign in"      # to MAIL; "hang up" breaks it there
postbox.on_rcpt = "550 No such"     # to RCPT; "hang up" breaks it before
postbox.meanwhile = …               # called while it opens its door; postbox.at_text = … while it has the text
"""

from __future__ import annotations

import asyncio
import re
import socket
from email import message_from_bytes, policy
from threading import Event
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from pytest_django import Settings


class Postbox:
    """What a mail server does with mail: it keeps it, refuses it, or hangs up in the midst of it."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.answer = "250 Thanks"
        self.on_mail = ""
        self.on_rcpt = ""
        self.meanwhile: Callable[[], object] = bool
        self.at_text: Callable[[], object] = bool
        self.seconds = 0.0
        self.has_one = Event()
        self.envelopes: list[tuple[str, str]] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        del session, options
        await aside(self.meanwhile)
        if self.on_mail == "hang up":
            server.transport.abort()
        if self.on_mail:
            return self.on_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        del session, options
        if self.on_rcpt == "hang up":
            server.transport.abort()
        if self.on_rcpt:
            return self.on_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        del session
        self.letters.append(envelope.content.decode())
        self.envelopes.append((envelope.mail_from, *envelope.rcpt_tos))
        self.has_one.set()
        await aside(self.at_text)
        await asyncio.sleep(self.seconds)
        if self.answer == "hang up":
            server.transport.abort()
        return self.answer

    @property
    def mails(self) -> list[EmailMessage]:
        """What was handed over, read as a mail program reads it."""
        return [message_from_bytes(each.encode(), policy=policy.default) for each in self.letters]


async def aside(do: Callable[[], object]) -> None:
    """Do something on a connection to the database of its own, as another worker would."""

    def done() -> None:
        do()
        connection.close()

    if do is not bool:
        await asyncio.get_running_loop().run_in_executor(None, done)


class Sheer(Controller):
    """A server of the plainest kind."""

    def factory(self) -> SMTP:
        """Make one talk."""
        return SMTP(self.handler, enable_SMTPUTF8=False, timeout=60)


def free_port() -> int:
    """Return a port of this machine where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def a_postbox(settings: Settings) -> Iterator[Postbox]:
    """Start a mail server, and let the desk send by it."""
    box = Postbox()
    server = Sheer(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"
    yield box
    server.stop()


def unflowed(text: str) -> str:
    """Put the lines of a text together again as a mail program does (RFC 3676)."""
    lines = [line.removeprefix(" ") for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"(?<!--) \n", " ", "\n".join(lines))
