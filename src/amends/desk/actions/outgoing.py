"""Mail on its way out: queued in one way, and forgotten when it is over."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from amends.desk.actions.envelope import one_line, our_domain
from amends.desk.models import LetterKind, Outgoing
from amends.desk.queries.outbox import BACK, BEGUN, DRAFT, QUEUED

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, User

LATE = timedelta(days=1)  # a mail about a client who waits says nothing true any more after it; judgement
LETTERS_KEPT = timedelta(days=30)  # after they were sent, or were not; judgement
DRAFTS_KEPT = timedelta(days=90)  # somebody comes back to a letter within a quarter, or never; judgement
ID_BYTES = 16  # of chance in a Message-ID: 128 bits, as in a UUID, so that none is ever made twice
LONGEST_SUBJECT = 300  # characters of `Outgoing.subject`
OF_THE_DAY = (
    LetterKind.COVER,
    LetterKind.MORNING,
    LetterKind.LATE,
    LetterKind.STUCK,
    LetterKind.ANSWER,
)  # they tell how things stand when they are written


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
    return Outgoing.objects.create(
        kind=kind,
        to=to,
        subject=one_line(subject)[:LONGEST_SUBJECT],
        text=text,
        added_at=now,
        message_id=f"{token_hex(ID_BYTES)}@{our_domain()}",
        user=user,
        client=client,
        **more,
    )


def blank_letters(letters: QuerySet[Outgoing], *, now: datetime) -> None:
    """Blank mails of the desk's own; those that were not sent yet are marked as out of date, and never sent."""
    why = gettext_noop("It was out of date before it could be sent.")
    unsent = letters.filter(sending_at=None, failed_at=None)
    unsent.update(sending_at=now, failed_at=now, problem=why, subject="", text="")
    letters.update(subject="", text="")


def forget_letters(now: datetime) -> None:
    """Blank the mails that are over: what was sent, or could not be, weeks ago, and what came too late to be sent.

    A letter to a client that waits, is lost, or came back stays until somebody has seen to it.
    """
    told = Q(client__isnull=False) | Q(kind__in=OF_THE_DAY)
    stale = Q(told, QUEUED, Q(due_at=None) | Q(due_at__lt=now - LATE), added_at__lt=now - LATE)
    blank_letters(Outgoing.objects.filter(stale).exclude(kind=LetterKind.CLIENT), now=now)
    old = Outgoing.objects.filter(added_at__lt=now - LETTERS_KEPT).exclude(subject="", text="")
    is_open = Q(DRAFT | QUEUED | BACK | BEGUN, kind=LetterKind.CLIENT)  # until somebody has seen to it
    blank_letters(old.exclude(is_open), now=now)
    blank_letters(old.filter(DRAFT, added_at__lt=now - DRAFTS_KEPT), now=now)
    is_over = Q(sent_at__isnull=False) | Q(failed_at__isnull=False)
    is_lost = Q(sending_at__lt=now - LATE, kind=LetterKind.INVITATION)  # it holds a link
    Outgoing.objects.filter(is_over | is_lost).exclude(kind=LetterKind.CLIENT).exclude(text="").update(text="")
