"""Mail is delivered by the worker, each at most once, and what became of it is written down."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from amends.desk.actions.case_about import acknowledge_with
from amends.desk.actions.envelope import as_sent, mail_of
from amends.desk.actions.filing import file_letter
from amends.desk.actions.letter import give_back_letter
from amends.desk.actions.notice_out import is_untimely, rest_until_open
from amends.desk.actions.outgoing import LATE, OF_THE_DAY, blank_letters
from amends.desk.actions.page_mail import end_unsent_link, is_made_up, link_for
from amends.desk.actions.post import Answer, Fate, UnreachableError, connected, hand_over
from amends.desk.models import ClientPage, Firm, LetterKind, Outgoing
from amends.desk.queries.outbox import QUEUED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from smtplib import SMTP

    from django.db.models import QuerySet

# After each "not now": quick for a server that is busy, slow for one that stays so (RFC 5321, 4.5.4.1: half an hour).
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
NO_ADDRESS = gettext_noop("Mail servers take no such address")
NOT_FROM_HERE = gettext_noop("The demo firm sends mail to made-up addresses alone (.example).")
OUTSIDE = frozenset({LetterKind.CLIENT, LetterKind.CODE})  # what goes to somebody who is no colleague
MOST_TRIES = 31  # with these rests a little more than four days, as RFC 5321, 4.5.4.1 asks


def deliver_next(*, now: datetime) -> bool:
    """Hand the mail that has been due for longest to the mail server; return whether there was one.

    Before anything is sent, `sending_at` is written and committed: of several workers one sends it, and who is killed
    after that leaves a mail whose fate nobody knows, which is not sent again by itself. Raises UnreachableError where
    the server cannot even be asked; without a mail server (AMENDS_SMTP_URL) mail waits.
    """
    if not settings.EMAIL_HOST:
        return False
    letter = _due(now).order_by("added_at", "pk").first()
    if letter is None:
        return False
    if _is_out_of_date(letter, now) or is_untimely(letter, now=now):
        blank_letters(Outgoing.objects.filter(pk=letter.pk), now=now)
        return True
    if rest_until_open(letter, now=now) or give_back_letter(letter, now=now):
        return True
    with _server(now) as server:
        claimed, token = _claimed(letter.pk, now)
        if claimed:
            answer = _handed_over(claimed, token, server, now)
            _write_down(claimed, answer, now)
            if answer.fate in {Fate.LATER, Fate.NEVER}:
                end_unsent_link(token, now=now)
    return True


def _due(now: datetime) -> QuerySet[Outgoing]:
    due = Outgoing.objects.filter(QUEUED, Q(due_at=None) | Q(due_at__lte=now))
    return due.select_related("by", "user", "person", "answers", "client", "page")


@transaction.atomic
def _claimed(pk: int, now: datetime) -> tuple[Outgoing | None, str]:
    """Take a mail for sending, as it stands now; None where another has it, or somebody held it back meanwhile.

    With it comes the token of the link to its page, if it carries one. It is held in memory alone: who is killed here
    leaves a link that nobody knows, and the letter that is sent again has one of its own.
    """
    letter = _due(now).select_for_update(of=("self",)).filter(pk=pk).first()
    if letter and letter.page:  # nobody ends it before its link is made
        letter.page.refresh_from_db(from_queryset=ClientPage.objects.select_for_update())
    if letter is None or give_back_letter(letter, now=now):  # somebody went while the server was reached
        return None, ""
    Outgoing.objects.filter(pk=pk).update(sending_at=now)
    return letter, link_for(letter, now=now)


def _handed_over(letter: Outgoing, token: str, server: SMTP, now: datetime) -> Answer:
    to = as_sent(letter.to)
    if not to:
        return Answer(Fate.NEVER, f"{NO_ADDRESS}: {letter.to}")
    if letter.kind in OUTSIDE and not is_made_up(to) and Firm.objects.filter(is_demo=True).exists():
        return Answer(Fate.NEVER, NOT_FROM_HERE)
    return hand_over(server, to, mail_of(letter, now=now, token=token))


def _is_out_of_date(letter: Outgoing, now: datetime) -> bool:
    """Tell whether a letter says nothing true any more: what it tells was so when it was to go out."""
    if letter.kind == LetterKind.CLIENT or not (letter.client_id or letter.kind in OF_THE_DAY):
        return False
    rested = sum(map(_rest, range(letter.tries)), timedelta())
    return rested + now - max(letter.added_at, letter.due_at or letter.added_at) > LATE


def _rest(tries: int) -> timedelta:
    return RESTS[min(tries, len(RESTS) - 1)]


@contextmanager
def _server(now: datetime) -> Iterator[SMTP]:
    """Give the open mail server, and keep since when it has not let us in."""
    try:
        with connected() as server:
            Firm.objects.exclude(mail_down_at=None).update(mail_down_at=None, mail_problem="")
            yield server
    except UnreachableError as error:
        Firm.objects.update(mail_down_at=Coalesce("mail_down_at", now), mail_problem=str(error))
        raise


def _write_down(letter: Outgoing, answer: Answer, now: datetime) -> None:
    """Write down what became of a letter, as far as that is known.

    The words of what was sent go, for they may hold a link that lets somebody in; those of a letter to a client stay
    for a while (`outgoing.LETTERS_KEPT`), so that one that comes back can be written anew. Who sent it again in the
    meantime, because it took so long, has it sent again only where it was not sent now.
    """
    rows = Outgoing.objects.filter(pk=letter.pk)
    ours = rows.filter(sending_at=now)
    gone = {} if letter.kind == LetterKind.CLIENT else {"text": ""}
    is_given_up = answer.fate is Fate.LATER and letter.tries + 1 >= MOST_TRIES
    if answer.fate is Fate.SENT:
        with transaction.atomic():
            is_there = rows.update(sending_at=now, sent_at=now, failed_at=None, problem="", **gone)
            if is_there and letter.kind == LetterKind.CLIENT:
                letter.refresh_from_db()
                file_letter(letter, now=now)
                acknowledge_with(letter, now=now)
    elif answer.fate is Fate.NEVER or is_given_up:
        ours.update(failed_at=now, problem=answer.words, **gone)
    elif answer.fate is Fate.LATER:
        due_at = now + _rest(letter.tries)
        ours.update(sending_at=None, tries=letter.tries + 1, due_at=due_at, problem=answer.words)
    else:  # its words are needed by who sends it again; an invitation is made anew
        ours.update(problem=answer.words, **({"text": ""} if letter.kind == LetterKind.INVITATION else {}))
