"""The desk's own mail is delivered, each at most once."""

from __future__ import annotations

from contextlib import contextmanager
from smtplib import SMTPException, SMTPServerDisconnected
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from amends.desk.models import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class UnreachableError(Exception):
    """The mail server does not answer; its words are for people. Nothing was sent, and everything waits."""


def deliver_next(*, now: datetime) -> bool:
    """Hand the oldest waiting mail to the mail server; return whether there was one.

    Before anything is sent, `sending_at` is written and committed: of several workers one sends it, and who is killed
    after that leaves a mail whose fate nobody knows, which is not sent again by itself. Raises UnreachableError where
    the server cannot even be asked; without a mail server (AMENDS_SMTP_URL) mail waits.
    """
    if not settings.EMAIL_HOST:
        return False
    mail = Outgoing.objects.filter(sending_at=None).order_by("added_at", "pk").first()
    if mail is None:
        return False
    with _connected() as server:
        if Outgoing.objects.filter(pk=mail.pk, sending_at=None).update(sending_at=now):
            _send(mail, server, now)
    return True


@contextmanager
def _connected() -> Iterator[Any]:
    """Give a connection to the mail server that is open already."""
    server = get_connection()
    try:
        server.open()
    except OSError as error:  # smtplib's own are among them
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        raise UnreachableError(
            _("The mail server %(place)s does not let us in: %(why)s. Mail waits until it does.")
            % {"place": place, "why": error}
        ) from error
    try:
        yield server
    finally:
        server.close()


def _send(mail: Outgoing, server: Any, now: datetime) -> None:
    """Send one mail, and write down what became of it as far as that is known."""
    letter = EmailMessage(" ".join(mail.subject.split()), mail.text, None, [mail.to], connection=server)
    rows = Outgoing.objects.filter(pk=mail.pk)
    try:
        letter.send()
    except OSError as error:  # smtplib's own are among them
        if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected):
            rows.update(failed_at=now, problem=_("The mail server refused it: %s") % error)
        else:
            rows.update(problem=_("The connection broke while it was sent; it may have arrived, or not. (%s)") % error)
    else:
        rows.update(sent_at=now, text="")  # it may hold a link that lets somebody in
