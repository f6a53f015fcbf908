"""Mailboxes written from readable lines, and an import of them from the first byte to the last."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from amends.desk.actions.intake import begin_import, receive_upload, work_on_import
from amends.desk.actions.look import look_through
from amends.desk.models import ImportStatus, MailImport
from cast import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.desk.models import User

US = "bob@alder.example"
SEPARATOR = b"From someone@example.com Mon Mar  3 09:00:00 2025\n"


def mail(
    text: str = "Nobody came this morning.",
    *,
    sender: str = "Gary North <gary@north.example>",
    to: str = US,
    cc: str = "",
    subject: str = "Monday",
    at: datetime = NOW - timedelta(days=3),
    id: str = "",  # noqa: A002  (the field's own name)
    answers: str = "",
    **headers: str,
) -> bytes:
    """Return one raw mail; `id` and `answers` are the names before the @ of Message-IDs."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id or abs(hash((text, sender, subject, at)))}@test>"
    if cc:
        message["Cc"] = cc
    if answers:
        message["In-Reply-To"] = f"<{answers}@test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def mbox(*mails: bytes) -> bytes:
    """Return an mbox of some mails."""
    return b"".join(SEPARATOR + each.rstrip(b"\n") + b"\n\n" for each in mails)


def received(content: bytes, name: str = "Inbox.mbox", *, by: User | None = None, now: datetime = NOW) -> MailImport:
    """Upload a file."""
    path = Path(mkdtemp()) / "upload"
    path.write_bytes(content)
    return receive_upload(name, path, len(content), by=by, now=now)


def looked_through(content: bytes, name: str = "Inbox.mbox", *, now: datetime = NOW) -> MailImport:
    """Upload a file, and look through it."""
    mailing = received(content, name, now=now)
    look_through(mailing, now=now, clock=lambda: now)
    return mailing


def read(mailing: MailImport, *, us: Iterable[str] = ("alder.example",), now: datetime = NOW) -> MailImport:
    """Read a file that was looked through, to its end."""
    if mailing.status == ImportStatus.READY:
        begin_import(mailing, by=None, now=now, us=us)
    while work_on_import(mailing, now=now, clock=lambda: now, turn=timedelta(hours=1)):
        pass
    return mailing


def brought_in(content: bytes, name: str = "Inbox.mbox", *, now: datetime = NOW) -> MailImport:
    """Upload a file, look through it, and read it to its end."""
    return read(looked_through(content, name, now=now), now=now)
