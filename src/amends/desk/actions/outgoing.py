"""Mail on its way out: queued in one way, and delivered, each at most once."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from email.utils import parseaddr
from secrets import token_hex
from smtplib import SMTPException, SMTPServerDisconnected
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils.translation import gettext as _

from amends.desk.models import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, LetterKind, User

LATE = timedelta(days=1)  # a mail about a client who waits says nothing true any more after it; judgement
LETTERS_KEPT = timedelta(days=30)  # after they were sent, or were not; judgement
ID_BYTES = 16  # of chance in a Message-ID: 128 bits, as in a UUID, so that none is ever made twice
LONGEST_SUBJECT = 300  # characters of `Outgoing.subject`


def queue_letter(
    kind: LetterKind,
    to: str,
    subject: str,
    text: str,
    *,
    now: datetime,
    user: User | None = None,
    client: Client | None = None,
    **more: Any,
) -> Outgoing:
    """Queue a mail, in the transaction of the change that it tells of; the worker delivers it.

    The one way in which a mail is queued. `user` is the colleague whom it is for, `client` whom it tells of; `more` are
    further columns of `Outgoing`: `why` (why a colleague gets it, and how to stop it), `due_at` (not before), `by`,
    `person`, `answers`, `reply_to`. The Message-ID is made here, so that a mail that is sent again is the same mail.
    """
    line = one_line(subject)[:LONGEST_SUBJECT]
    return Outgoing.objects.create(
        kind=kind,
        to=to,
        subject=line,
        text=text,
        added_at=now,
        message_id=f"{token_hex(ID_BYTES)}@{our_domain()}",
        user=user,
        client=client,
        **more,
    )


def our_domain() -> str:
    """Return the domain of AMENDS_MAIL_FROM, under which the desk's Message-IDs are made."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def one_line(text: str) -> str:
    """Return a text as one line without anything that ends a header field."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


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
    if mail.client_id and mail.added_at < now - LATE:
        blank_letters(Outgoing.objects.filter(pk=mail.pk), now=now)
        return True
    with _connected() as server:
        if Outgoing.objects.filter(pk=mail.pk, sending_at=None).update(sending_at=now):
            _send(mail, server, now)
    return True


def blank_letters(letters: QuerySet[Outgoing], *, now: datetime) -> None:
    """Blank mails of the desk's own; those that were not sent yet are marked as out of date, and never sent."""
    why = _("It was out of date before it could be sent.")
    unsent = letters.filter(sending_at=None)
    unsent.update(sending_at=now, failed_at=now, problem=why, subject="", text="")
    letters.update(subject="", text="")


def forget_letters(now: datetime) -> None:
    """Blank the mails that are over: what was sent, or could not be, weeks ago, and what came too late to be sent."""
    blank_letters(Outgoing.objects.filter(client__isnull=False, sending_at=None, added_at__lt=now - LATE), now=now)
    old = Outgoing.objects.filter(added_at__lt=now - LETTERS_KEPT)
    blank_letters(old.exclude(subject="", text=""), now=now)
    is_over = Q(sent_at__isnull=False) | Q(failed_at__isnull=False) | Q(sending_at__lt=now - LATE)
    Outgoing.objects.filter(is_over).exclude(text="").update(text="")  # it may hold a link


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
            rows.update(failed_at=now, text="", problem=_("The mail server refused it: %s") % error)
        else:
            why = _("The connection broke while it was sent; it may have arrived, or not. (%s)") % error
            rows.update(text="", problem=why)
    else:
        rows.update(sent_at=now, text="")  # it may hold a link that lets somebody in
