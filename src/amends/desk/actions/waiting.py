"""Who waits for an answer is covered by a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.actions.event import record
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import Client, LetterKind, Waiting
from amends.desk.rules import Power, Refused, may, require, seen_by

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from amends.desk.models import User

HOURS_A_DAY = 24


@transaction.atomic
def cover_waiting(waiting: Waiting, colleague: User, *, by: User | None, now: datetime) -> Waiting:
    """Ask a colleague to answer instead: it stands on their Today; where mail can be sent they get one."""
    require(by, Power.WORK)
    if not may(colleague, Power.WORK):
        raise Refused(_("%(name)s cannot answer clients here. Ask somebody else.") % {"name": colleague})
    if not Client.objects.filter(seen_by(colleague), pk=waiting.client_id).exists():
        raise Refused(_("%(name)s may not see this client. Ask somebody who works on it.") % {"name": colleague})
    before = waiting.covered_by_id
    if not Waiting.objects.filter(pk=waiting.pk, settled_at=None).update(covered_by=colleague):
        raise Refused(_("This was answered already."))
    waiting.covered_by = colleague
    after = {"covered_by_id": colleague.pk}
    record("cover_waiting", waiting, by=by, now=now, before={"covered_by_id": before}, after=after)
    if colleague != by and settings.EMAIL_HOST:
        subject, text = _letter(waiting, by, now)
        why = _("You get this because a colleague asks you to answer. Nobody else gets it.")
        queue_letter(
            LetterKind.COVER,
            colleague.email,
            subject,
            text,
            now=now,
            user=colleague,
            client=waiting.client,
            person=waiting.person,
            by=by,
            why=why,
        )
    return waiting


@transaction.atomic
def release_covers(colleague: User, *, by: User | None, now: datetime) -> None:
    """Let everybody answer again for whom a colleague covers: who can no longer act covers nobody."""
    for waiting in Waiting.objects.filter(covered_by=colleague, settled_at=None):
        Waiting.objects.filter(pk=waiting.pk).update(covered_by=None)
        before, after = {"covered_by_id": colleague.pk}, {"covered_by_id": None}
        record("release_cover", waiting, by=by, now=now, before=before, after=after)


def _letter(waiting: Waiting, by: User | None, now: datetime) -> tuple[str, str]:
    """Return subject and text of the mail that asks a colleague to cover: who waits, how long, why them."""
    who = waiting.person.first_name if waiting.person else str(waiting.client)
    waits = _("%(client)s has waited %(long)s for an answer.") % {
        "client": waiting.client,
        "long": _span(now - waiting.asked_at),
    }
    subject = _("Can you call %(who)s at %(client)s?") % {"who": who, "client": waiting.client}
    asks = _("Can you call %(who)s?") % {"who": who}
    sentence = " ".join(part for part in (waits, _away(by, now), asks) if part)
    address = settings.ADDRESS.rstrip("/") + reverse("client-call", args=[waiting.client_id])
    return subject, f"{sentence}\n\n“{waiting.quote}”\n\n{address}\n"


def _span(waited: timedelta) -> str:
    hours = int(waited.total_seconds() // 3600)
    if hours < HOURS_A_DAY:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // HOURS_A_DAY) % {"count": hours // HOURS_A_DAY}


def _away(by: User | None, now: datetime) -> str:
    """Return why a colleague is asked, where the desk knows it."""
    if by is None:
        return ""
    if by.away_until and by.away_until >= timezone.localdate(now):
        back = date_format(by.away_until, "l, F j")
        return _("%(name)s is away until %(day)s.") % {"name": by.first_name, "day": back}
    return _("%(name)s asks you to cover.") % {"name": by.first_name}
