"""Mailboxes on a real server (tests/dovecot.py), connected to the desk and read by it.

A user of the server is a mailbox; the folder of its password is nobody's but the server's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.mailbox import connect_mailbox
from amends.desk.actions.polling import poll_mailbox
from cast import NOW
from dovecot import PASSWORD, Dovecot, server

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import Settings

    from amends.desk.models import Mailbox

__all__ = ["connected", "counts", "polled", "server", "trusted", "way_to"]
COUNTS = ("read", "kept", "known", "automated", "internal", "left_out", "skipped", "private")


@pytest.fixture
def trusted(server: Dovecot, settings: Settings) -> Dovecot:
    """Let the desk trust the server's certificate."""
    settings.MAIL_CERTIFICATES = str(server.certificate)
    return server


def way_to(server: Dovecot, user: str) -> dict[str, Any]:
    """Return what is asked for to connect a user's mailbox, but for the password."""
    return {
        "address": f"{user}@alder.example",
        "provider": "other",
        "host": "localhost",
        "port": server.tls_port,
        "security": "tls",
        "login": user,
    }


def connected(server: Dovecot, user: str, *, now: datetime = NOW) -> Mailbox:
    """Connect a user's mailbox."""
    return connect_mailbox(**way_to(server, user), password=PASSWORD, by=None, now=now)


def polled(mailbox: Mailbox, *, now: datetime = NOW, turns: int = 100) -> Mailbox:
    """Read a mailbox until nothing is left, as a worker would at a moment."""
    hour = timedelta(hours=1)
    for _ in range(turns):
        if not poll_mailbox(mailbox, now=now, clock=lambda: now, turn=hour):
            break
    mailbox.refresh_from_db()
    return mailbox


def counts(mailbox: Mailbox) -> dict[str, int]:
    """Return what became of the messages of a mailbox, without what is 0. They add up."""
    mailbox.refresh_from_db()
    told = {name: getattr(mailbox, name) for name in COUNTS}
    assert told["read"] == sum(told.values()) - told["read"]
    return {name: count for name, count in told.items() if count}
