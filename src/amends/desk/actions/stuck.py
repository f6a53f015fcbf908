"""A recovery that is stuck is told of, level by level: its lead, who manages the client, the owners.

Each missed deadline is told once to each colleague. The row that says so and the mail are one transaction, so that who
was killed before it is found due again, and nobody is told twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.notice_words import Words, why
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import Case, Firm, LetterKind, Notice, User, Way
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import can_reach, choice_of
from amends.desk.queries.stuck import late_deadlines, stuck_by_colleague
from amends.desk.queries.theme import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from amends.core.case import Deadline
    from amends.desk.models import Outgoing
    from amends.desk.queries.stuck import Stuck


def tell_stuck(*, now: datetime) -> bool:
    """Tell everybody who is due to hear that a recovery is stuck; return whether anybody was. The demo tells nobody."""
    firm = Firm.objects.filter(is_demo=False).first()
    if firm is None:
        return False
    with timezone.override(ZoneInfo(firm.zone)):
        told = [
            _tell(user, [one for one in stuck if one.case == case], firm, now)
            for user, stuck in stuck_by_colleague(now, firm).items()
            for case in dict.fromkeys(one.case for one in stuck)
        ]
    return any(told)


@transaction.atomic
def _tell(user: User, stuck: Sequence[Stuck], firm: Firm, now: datetime) -> bool:
    """Tell one colleague of one recovery; of two workers one does."""
    User.objects.select_for_update().get(pk=user.pk)
    choice = choice_of(user, LetterKind.STUCK)
    known = set(Notice.objects.filter(user=user, kind=LetterKind.STUCK).values_list("about", flat=True))
    fresh = [one for one in stuck if one.about not in known]
    if not fresh or not can_reach(choice):
        return False
    case, level = fresh[0].case, max(one.telling.level for one in fresh)
    letter = None
    if choice.way == Way.MAIL:
        letter = stuck_letter(user, case, stuck_words(case, [one.deadline for one in fresh], firm), now)
    Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=LetterKind.STUCK,
            about=one.about,
            case=case,
            level=one.telling.level,
            way=choice.way,
            letter=letter,
            at=now,
        )
        for one in fresh
    )
    before = Case.objects.values_list("told_level", flat=True).get(pk=case.pk)
    if level > before:
        Case.objects.filter(pk=case.pk).update(told_level=level)
    told = {"colleague": user.pk, "level": level, "way": choice.way}
    record("tell_stuck", case, by=None, now=now, before={"told_level": before}, after=told)
    return choice.way != Way.NONE


def stuck_letter(user: User, case: Case, words: Words, now: datetime) -> Outgoing:
    """Queue the mail that tells of one recovery; it is kept with it, and so from whoever may not see it."""
    return queue_letter(
        LetterKind.STUCK,
        user.email,
        words.subject,
        words.text,
        now=now,
        user=user,
        client=case.client,
        case=case,
        why=why(LetterKind.STUCK),
    )


def stuck_words(case: Case, deadlines: Iterable[Deadline], firm: Firm) -> Words:
    """Return what a colleague is told of a recovery that is stuck: what was due when, and who leads."""
    zone = ZoneInfo(firm.zone)
    subject = _("The recovery of %(client)s is stuck") % {"client": case.client}
    lines = [
        _("%(what)s (due on %(when)s)")
        % {"what": CLOCKS[one.clock], "when": date_format(one.due_at.astimezone(zone), "l, F j, P")}
        for one in deadlines
    ]
    leads = _("%(name)s leads it.") % {"name": case.lead.name} if case.lead else _("Nobody leads it yet.")
    link = settings.ADDRESS.rstrip("/") + reverse("recovery", args=[case.pk])
    text = "\n".join([*lines, leads, "", link])
    return Words(subject, f"{text}\n", text)


def still_stuck(case: Case, firm: Firm, now: datetime) -> list[Deadline]:
    """Return the missed deadlines of a recovery as it stands now; none once it moved or is over."""
    found = Case.objects.filter(pk=case.pk).prefetch_related("steps").first()
    return late_deadlines(found, now, hours_of(firm)) if found else []


def calm_down(*, now: datetime) -> None:
    """Begin anew with the lead where a recovery that was told of is not stuck any more; once a night."""
    firm = Firm.objects.first()
    told = Case.objects.exclude(told_level=0).prefetch_related("steps") if firm else ()
    calm = [case.pk for case in told if firm and not late_deadlines(case, now, hours_of(firm))]
    Case.objects.filter(pk__in=calm).update(told_level=0)
