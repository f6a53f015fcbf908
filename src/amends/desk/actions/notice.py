"""Colleagues are told of their own accord: in the morning whom to call, by day who waits longer than agreed.

Each thing is told once to each colleague: a `Notice` is its row, made in one transaction with the mail that tells it.
What goes by a service (Slack, Teams …) is sent from those rows by `actions.notice_out`.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.notice_way import service_of
from amends.desk.actions.notice_words import Words, cover_words, is_owner, late_words, morning_words, trial_words, why
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import Firm, LetterKind, Notice, NoticeChoice, Outgoing, User, Waiting, Way
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.notice import (
    KINDS,
    TO_GO,
    can_reach,
    choice_of,
    late_by_colleague,
    morning_day,
    morning_of,
    without_morning,
)
from amends.desk.rules import Refused
from amends.desk.seal import SealError, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from amends.desk.queries.notice import Late

LATE_REST = timedelta(hours=1)  # between two notices of who waits too long, to one colleague (judgement)
TEST = "test "  # how what a test is about begins


@transaction.atomic
def choose_notice(user: User, kind: str, way: str, address: str = "", *, by: User, now: datetime) -> NoticeChoice:
    """Choose how to hear of one kind of notice. The address of a service is sealed; without one the last is kept.

    Refused where the service is none that is taken, and for somebody else's notices.
    """
    if by.pk != user.pk:
        raise Refused(_("Everybody chooses their own notices."))
    if kind not in KINDS or way not in Way.values:
        raise Refused(_("This cannot be chosen here."))
    choice = choice_of(user, kind)
    before = {"way": choice.way}
    choice.secret = _secret(choice, way, address.strip(), user)
    choice.way, choice.problem, choice.failed_at = way, "", None
    choice.save()
    record("choose_notice", choice, by=by, now=now, before=before, after={"way": way, "kind": kind})
    return choice


def _secret(choice: NoticeChoice, way: str, address: str, user: User) -> str:
    """Return the sealed address of a service, and what the service is called; nothing for any other way."""
    if way != Way.OTHER:
        return ""
    if address:
        told = {"address": address, "service": service_of(address, is_owner=is_owner(user))}
        return seal(json.dumps(told))
    if not choice.secret:
        raise Refused(_("Paste the address of the service, as in https://hooks.slack.com/services/…"))
    return choice.secret


def service_name(choice: NoticeChoice) -> str:
    """Return what the service is called that somebody chose; empty where that cannot be read any more."""
    try:
        return str(json.loads(unseal(choice.secret))["service"]) if choice.secret else ""
    except SealError:
        return ""


@transaction.atomic
def send_test_notice(user: User, kind: str, *, by: User, now: datetime) -> None:
    """Send a test to oneself, the way that a kind of notice comes. Refused where it comes no way, or cannot."""
    choice = choice_of(user, kind)
    if by.pk != user.pk or kind not in KINDS or choice.way == Way.NONE:
        raise Refused(_("There is nothing to test: this notice comes no way."))
    if not can_reach(choice):
        raise Refused(_("No mail can be sent from here: whoever runs this desk sets AMENDS_SMTP_URL."))
    words = trial_words(the_firm())
    if choice.way == Way.MAIL:
        queue_letter(
            LetterKind.TEST, user.email, words.subject, words.text, now=now, user=user, by=by, why=asked_for_a_test()
        )
    else:
        Notice.objects.filter(TO_GO, user=user, kind=kind, about__startswith=TEST).delete()
        Notice.objects.create(user=user, kind=kind, about=f"{TEST}{now.isoformat()}", way=Way.OTHER, at=now)
    record("send_test", choice if choice.pk else user, by=by, now=now)


def asked_for_a_test() -> str:
    """Return why somebody gets a test."""
    return _("You get this because you asked for a test under Settings, Notices.")


def tell_morning(*, now: datetime) -> bool:
    """Tell one colleague whom to call today; return whether there was anybody left to see to.

    Who has nobody to call and no late action of a plan is told nothing, for the whole day. The demo firm tells nobody.
    """
    firm = Firm.objects.filter(is_demo=False).first()
    day = morning_day(now, firm, hours_of(firm)) if firm else None
    if firm is None or day is None:
        return False
    for user in without_morning(day):
        choice = choice_of(user, LetterKind.MORNING)
        if can_reach(choice):
            _tell_morning(user, choice, day, firm, now)
            return True
    return False


@transaction.atomic
def _tell_morning(user: User, choice: NoticeChoice, day: date, firm: Firm, now: datetime) -> None:
    """Tell somebody of their morning, in one transaction with its row; of two workers one does."""
    User.objects.select_for_update().get(pk=user.pk)
    if not without_morning(day).filter(pk=user.pk).exists():
        return
    notice = Notice(user=user, kind=LetterKind.MORNING, about=f"{day:%Y-%m-%d}", way=choice.way, at=now)
    morning = None if choice.way == Way.NONE else morning_of(user, now, firm)
    if morning is None or not (morning.count or morning.late_tasks):
        notice.way = Way.NONE
    elif choice.way == Way.MAIL:
        with timezone.override(ZoneInfo(firm.zone)):
            notice.letter = mail_notice(user, LetterKind.MORNING, morning_words(morning, now, firm), now)
    notice.save(force_insert=True)
    if morning and (morning.count or morning.late_tasks):
        record("tell_morning", user, by=None, now=now, after={"count": morning.count, "way": choice.way})


def tell_late(*, now: datetime) -> bool:
    """Tell everybody who is due to hear that somebody waits longer than agreed; return whether anybody was told."""
    firm = Firm.objects.filter(is_demo=False).first()
    if firm is None:
        return False
    told = [_tell_late(user, late, firm, now) for user, late in late_by_colleague(now, firm).items()]
    return any(told)


@transaction.atomic
def _tell_late(user: User, late: Sequence[Late], firm: Firm, now: datetime) -> bool:
    """Tell one colleague of all who wait, in one notice; of two workers one does, and none again within the hour."""
    User.objects.select_for_update().get(pk=user.pk)
    choice = choice_of(user, LetterKind.LATE)
    theirs = Notice.objects.filter(user=user, kind=LetterKind.LATE).exclude(about__startswith=TEST)
    if not can_reach(choice) or theirs.filter(at__gt=now - LATE_REST).exclude(way=Way.NONE).exists():
        return False
    known = set(theirs.filter(waiting__in=[one.waiting.pk for one in late]).values_list("waiting_id", flat=True))
    fresh = [one for one in late if one.waiting.pk not in known]
    if not fresh:
        return False
    letter = _late_letter(user, fresh, firm, now) if choice.way == Way.MAIL else None
    Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=LetterKind.LATE,
            about=f"waiting {one.waiting.pk}",
            waiting=one.waiting,
            level=one.telling.level,
            way=choice.way,
            letter=letter,
            at=now,
        )
        for one in fresh
    )
    record("tell_late", user, by=None, now=now, after={"count": len(fresh), "way": choice.way})
    return True


def _late_letter(user: User, late: Sequence[Late], firm: Firm, now: datetime) -> Outgoing:
    """Queue the mail that tells somebody who waits; it belongs to the client where it tells of one alone."""
    words = late_words(late, user, now, firm)
    clients = {one.waiting.client for one in late}
    return mail_notice(user, LetterKind.LATE, words, now, of=late[0].waiting if len(clients) == 1 else None)


def mail_notice(user: User, kind: LetterKind, words: Words, now: datetime, of: Waiting | None = None) -> Outgoing:
    """Queue a notice as a mail; `of` is the wait that it tells of alone."""
    return queue_letter(
        kind,
        user.email,
        words.subject,
        words.text,
        now=now,
        user=user,
        client=of.client if of else None,
        person=of.person if of else None,
        why=why(kind),
    )


def tell_cover(waiting: Waiting, colleague: User, *, by: User | None, now: datetime) -> None:
    """Tell a colleague, in the transaction of the change, that they are asked to answer instead of another."""
    choice = choice_of(colleague, LetterKind.COVER)
    if choice.way == Way.NONE or not can_reach(choice):
        return
    if choice.way == Way.OTHER:
        about = f"cover {waiting.pk} {now:%Y-%m-%dT%H:%M:%S}"
        row = {"waiting": waiting, "way": Way.OTHER, "at": now}
        Notice.objects.get_or_create(user=colleague, kind=LetterKind.COVER, about=about, defaults=row)
        return
    letter = mail_notice(colleague, LetterKind.COVER, words_of_cover(waiting, by, now), now, of=waiting)
    Outgoing.objects.filter(pk=letter.pk).update(by=by)


def words_of_cover(waiting: Waiting, by: User | None, now: datetime) -> Words:
    """Return what a colleague is told who is asked to answer; `by` is who asks."""
    firm = Firm.objects.first()
    zone = ZoneInfo(firm.zone) if firm else ZoneInfo("UTC")
    return cover_words(waiting, by, now, now.astimezone(zone).date())
