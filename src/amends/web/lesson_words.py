"""What the pages of learning say: what is due, what keeps going wrong, and whether a change helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.lesson import LEAST_CASES, vital_of
from amends.desk.queries.lesson import AGREE, LOOK_BACK
from amends.desk.queries.theme import theme_name
from amends.web import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from amends.desk.models import Lesson, Retrospective
    from amends.desk.queries.lesson import Cause, Due, Learnt

Row = dict[str, Any]
WIDTH = 300.0  # of the longest bar, in the units of its drawing


def tasks(found: Sequence[Due], now: datetime) -> list[Row]:
    """Write what is to be looked back on, changed or agreed to, as rows of Today."""
    return [_task(one, now) for one in found]


def _task(one: Due, now: datetime) -> Row:
    note, urgency = _due(one.due_on, now)
    name, detail = (
        "lesson",
        _("A change for every client, after %(client)s") % {"client": one.client or _("a recovery")},
    )
    key, title = one.pk, one.what
    if one.kind == LOOK_BACK:
        name, key, title = "recovery-learn", one.case or 0, one.client or ""
        detail = _("Look back with the team: what went well, what could be better")
    elif one.kind == AGREE:
        name, key, title = "recovery-make_good", one.case or 0, one.client or ""
        detail = _("An offer to make it good waits for you to agree")
    return {
        "href": reverse(name, args=[key]),
        "title": title,
        "beside": "",
        "detail": detail,
        "note": note,
        "urgency": urgency,
    }


def _due(on: date | None, now: datetime) -> tuple[str, str]:
    if on is None:
        return "", ""
    days = (timezone.localdate(now) - on).days
    if days > 0:
        return ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}, "late"
    return (_("Today"), "soon") if days == 0 else (wording.day(on, now), "")


def looked_back(row: Retrospective | None, now: datetime) -> tuple[str, str]:
    """Say by when the team is to look back, or when it did; with how urgent that is."""
    if row is None or (row.held_at is None and row.due_on is None):
        return _("Within seven days of the end."), ""
    if row.held_at:
        return _("Looked back on %(day)s.") % {"day": wording.day(row.held_at, now)}, ""
    late = row.due_on is not None and row.due_on < timezone.localdate(now)
    return _("Look back by %(day)s.") % {"day": wording.day(row.due_on, now)}, "late" if late else ""


def lesson_row(row: Lesson, now: datetime) -> Row:
    """Write one lesson in a list."""
    owner = row.owner or _("Nobody")
    if row.done_at:
        note, urgency = _("Changed on %(day)s") % {"day": wording.day(row.done_at, now)}, ""
    else:
        note, urgency = _due(row.due_on, now)
    href = reverse("lesson", args=[row.pk])
    return {
        "href": href,
        "title": row.what,
        "detail": _("%(name)s sees to it") % {"name": owner},
        "note": note,
        "urgency": urgency,
    }


def headline(found: Learnt) -> str:
    """Say in one sentence what keeps going wrong, or that it is too early."""
    told = {"cases": found.cases, "least": LEAST_CASES}
    if not found.is_enough:
        if found.closed < LEAST_CASES:
            return _("Too early to see patterns. %(cases)d of %(least)d cases.") % {**told, "cases": found.closed}
        if not found.cases:
            return _("No closed recovery has a theme yet. Say what each was about, and patterns show here.")
        return _("Too early to see patterns. %(cases)d of %(least)d cases say what they were about.") % told
    vital = vital_of([cause.bar for cause in found.causes])
    behind = ngettext(
        "One cause is behind %(problems)d of %(of)d problems.",
        "%(causes)d causes are behind %(problems)d of %(of)d problems.",
        vital["causes"],
    )
    return behind % vital


def causes(found: Learnt, currency: str, now: datetime) -> list[Row]:
    """Write each theme with its bar, its figures and what was changed."""
    most = max((cause.bar.count for cause in found.causes), default=1)
    return [
        {
            "name": theme_name(cause.theme),
            "count": cause.bar.count,
            "width": f"{cause.bar.count / most * WIDTH:.1f}",
            "is_vital": cause.bar.is_vital,
            "clients": ngettext("%(count)d client", "%(count)d clients", cause.clients) % {"count": cause.clients},
            "cost": wording.money(cause.cost, currency) if cause.cost else "",
            "lessons": [lesson_row(lesson, now) for lesson in cause.lessons],
            "helped": _helped(cause),
        }
        for cause in found.causes
    ]


def _helped(cause: Cause) -> str:
    if cause.helped is None:
        return ""
    before, after = cause.helped
    return _("A quarter before the change: %(before)d. A quarter after: %(after)d.") % {
        "before": before,
        "after": after,
    }
