"""Notices on their way: sent by the service that a colleague chose, held at night, dropped when they are out of date.

By a service a notice is told at most once: whoever is cut off while sending leaves one whose fate nobody knows.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.core.escalation import Telling
from amends.desk.actions.answer_notice import PAGE, answer_letter, answer_words, page_told
from amends.desk.actions.notice import TEST, asked_for_a_test, mail_notice, words_of_cover
from amends.desk.actions.notice_way import send_by
from amends.desk.actions.notice_words import Words, is_owner, late_words, morning_words, trial_words, why
from amends.desk.actions.outgoing import LATE as OUT_OF_DATE
from amends.desk.actions.outgoing import blank_letters
from amends.desk.actions.stuck import still_stuck, stuck_letter, stuck_words
from amends.desk.models import Firm, LetterKind, Notice, NoticeChoice, Outgoing, User, Waiting, Way
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import TO_GO, Late, can_be_told, choice_of, morning_day, morning_of, still_late
from amends.desk.seal import SealError, unseal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

IN_HOURS = frozenset({LetterKind.LATE, LetterKind.STUCK, LetterKind.ANSWER})  # told while the firm works
NOTICES_KEPT = timedelta(days=90)  # longer than any wait is told of (judgement)


def send_next_notice(*, now: datetime) -> bool:
    """Send one notice by its service; return whether there was one.

    Its rows say that it is being sent, and that is committed before anything leaves: nobody sends it a second time.
    """
    firm = Firm.objects.first()
    waiting = Notice.objects.filter(TO_GO)
    if firm and not hours_of(firm).is_open(now):
        waiting = waiting.exclude(
            Q(kind=LetterKind.LATE, waiting__isnull=False)
            | Q(kind=LetterKind.STUCK, case__isnull=False)
            | Q(kind=LetterKind.ANSWER, about__startswith=PAGE)
        )
    first = waiting.select_related("user").order_by("at", "pk").first()
    if firm is None or first is None:
        return False
    rows = _claimed(first, now)
    words = _words_of(rows, firm, now) if rows else None
    if words is None:  # another worker has it, or it says nothing any more
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(way=Way.NONE)
        return True
    _write_down(rows, words, _sent(first, words), now)
    return True


@transaction.atomic
def _claimed(first: Notice, now: datetime) -> list[Notice]:
    """Return the notices that are sent as one, taken for sending: what was told to somebody at one moment."""
    User.objects.select_for_update().get(pk=first.user_id)
    rows = Notice.objects.filter(TO_GO, user=first.user_id, kind=first.kind, at=first.at)
    of = ("user", "waiting__client__looked_after_by", "waiting__person", "case__client", "case__lead")
    found = list(rows.select_related(*of).order_by("pk"))
    rows.update(sending_at=now)
    return found


def _words_of(rows: Sequence[Notice], firm: Firm, now: datetime) -> Words | None:
    """Return what is told now; None where nothing is true any more, or whom it is for is no longer told anything."""
    user, kind = rows[0].user, rows[0].kind
    if now - rows[0].at > OUT_OF_DATE or not can_be_told().filter(pk=user.pk).exists():
        return None
    if rows[0].about.startswith(TEST):
        return trial_words(firm)
    with timezone.override(ZoneInfo(firm.zone)):
        if kind == LetterKind.MORNING:
            return _morning_again(user, firm, now)
        waits = [row.waiting for row in rows if row.waiting]
        if kind == LetterKind.COVER:
            mine = [wait for wait in waits if wait.settled_at is None and wait.covered_by_id == user.pk]
            return words_of_cover(mine[0], None, now) if mine else None
        if kind == LetterKind.ANSWER:
            page = page_told(rows[0])
            return answer_words(page) if page else None
        return _stuck_again(rows, firm, now) if kind == LetterKind.STUCK else _late_again(rows, user, firm, now)


def _morning_again(user: User, firm: Firm, now: datetime) -> Words | None:
    """Return what is told of a morning that is not over."""
    morning = morning_of(user, now, firm) if morning_day(now, firm, hours_of(firm)) else None
    return morning_words(morning, now, firm) if morning and (morning.count or morning.late_tasks) else None


def _late_again(rows: Sequence[Notice], user: User, firm: Firm, now: datetime) -> Words | None:
    """Return what is told of those of some waits that still wait."""
    keys = set(still_late([row.waiting_id for row in rows if row.waiting_id]).values_list("pk", flat=True))
    late = [
        Late(row.waiting, Telling(row.level, user.pk, row.at)) for row in rows if row.waiting and row.waiting_id in keys
    ]
    return late_words(late, user, now, firm) if late else None


def _stuck_again(rows: Sequence[Notice], firm: Firm, now: datetime) -> Words | None:
    """Return what is told of a recovery that is stuck still; of several, of the first."""
    case = next((row.case for row in rows if row.case), None)
    late = still_stuck(case, firm, now) if case else []
    return stuck_words(case, late, firm) if case and late else None


def _sent(notice: Notice, words: Words) -> str:
    """Send by the service that somebody chose; return what went wrong."""
    choice = choice_of(notice.user, notice.kind)
    try:
        address = json.loads(unseal(choice.secret))["address"] if choice.secret else ""
    except SealError as error:
        return str(error)
    if not address:
        return _("No service is chosen any more.")
    reason = asked_for_a_test() if notice.about.startswith(TEST) else why(notice.kind)
    return send_by(address, words.subject, f"{words.brief}\n\n{reason}", is_owner=is_owner(notice.user))


@transaction.atomic
def _write_down(rows: Sequence[Notice], words: Words, problem: str, now: datetime) -> None:
    """Write down what became of a notice; what a service did not take goes by mail, once, where there is mail."""
    sent = Notice.objects.filter(pk__in=[row.pk for row in rows])
    user, kind = rows[0].user, LetterKind(rows[0].kind)
    choices = NoticeChoice.objects.filter(user=user, kind=kind)
    if not problem:
        sent.update(told_at=now)
        choices.exclude(failed_at=None).update(problem="", failed_at=None)
        return
    choices.update(problem=problem, failed_at=now)
    letter = None
    if settings.EMAIL_HOST and not rows[0].about.startswith(TEST):
        clients = {row.waiting.client_id for row in rows if row.waiting}
        if kind == LetterKind.ANSWER:
            page = page_told(rows[0])
            letter = answer_letter(user, page, words, now) if page else None
        elif rows[0].case:
            letter = stuck_letter(user, rows[0].case, words, now)
        else:
            letter = mail_notice(user, kind, words, now, of=rows[0].waiting if len(clients) == 1 else None)
    sent.update(problem=problem, letter=letter)


def _is_over(letter: Outgoing, now: datetime) -> bool:
    """Whether who was to be covered for waits no more, a recovery is stuck no more, or answers were looked at."""
    if letter.kind == LetterKind.STUCK:
        firm = Firm.objects.first()
        return bool(letter.case and firm and not still_stuck(letter.case, firm, now))
    if letter.kind == LetterKind.ANSWER:
        told = Notice.objects.filter(letter=letter).first()
        return told is not None and page_told(told) is None
    if not (letter.client_id and letter.user_id):
        return False
    return not Waiting.objects.filter(client=letter.client_id, covered_by=letter.user_id, settled_at=None).exists()


def is_untimely(letter: Outgoing, *, now: datetime) -> bool:
    """Whether a notice that still waits to be mailed says nothing true any more.

    One of who waits too long is then told anew of those who still wait; for nobody else is it made again.
    """
    if letter.kind in {LetterKind.COVER, LetterKind.STUCK, LetterKind.ANSWER}:
        return _is_over(letter, now)
    firm = Firm.objects.first()
    if letter.kind not in {LetterKind.MORNING, LetterKind.LATE} or firm is None or letter.user is None:
        return False
    zone = ZoneInfo(firm.zone)
    today = now.astimezone(zone).date()
    is_away = letter.user.away_until is not None and letter.user.away_until >= today
    if is_away or not can_be_told().filter(pk=letter.user.pk).exists():
        return True
    if letter.kind == LetterKind.MORNING:
        return morning_day(now, firm, hours_of(firm)) is None or letter.added_at.astimezone(zone).date() != today
    rows = Notice.objects.filter(letter=letter)
    waits = [pk for pk in rows.values_list("waiting_id", flat=True) if pk]
    if waits and still_late(waits).count() == len(waits):
        return False
    rows.delete()
    return True


def rest_until_open(letter: Outgoing, *, now: datetime) -> bool:
    """Keep a notice of the day until the firm works again; return whether it had to be."""
    firm = Firm.objects.first()
    if letter.kind not in IN_HOURS or firm is None or hours_of(firm).is_open(now):
        return False
    return bool(Outgoing.objects.filter(pk=letter.pk, sending_at=None).update(due_at=hours_of(firm).next_open(now)))


def forget_notices(now: datetime) -> None:
    """Forget what was told long ago."""
    Notice.objects.filter(at__lt=now - NOTICES_KEPT).delete()


def blank_notices_of(names: Iterable[str], *, now: datetime) -> None:
    """Blank the notices not yet sent, or of unknown fate, that name a client of some names: it goes, or forgets."""
    kinds = (LetterKind.MORNING, LetterKind.LATE, LetterKind.COVER)
    for letter in Outgoing.objects.filter(kind__in=kinds, client=None).exclude(text=""):
        if any(name and name in letter.text for name in names):
            blank_letters(Outgoing.objects.filter(pk=letter.pk), now=now)
