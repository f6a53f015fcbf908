"""What stands beside every step of a recovery: its deadlines, who mends, what it is about, what has to do with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.case import Clock, Pace, Status, clocks
from amends.desk.queries.case import course_of, others_of, status_name, step_name
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.theme import CLOCKS, ROLES, kind_name, theme_name
from amends.web import wording
from amends.web.access import firm_of, user_of
from amends.web.recovery_words import feeling

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from amends.core.case import Deadline
    from amends.desk.models import Case, User

Row = dict[str, Any]

PACES = {
    Pace.MET: gettext_lazy("Done: %(when)s"),
    Pace.MET_LATE: gettext_lazy("Done, but late: %(when)s"),
    Pace.DUE: gettext_lazy("By %(when)s"),
    Pace.LATE: gettext_lazy("Late since %(when)s"),
}


BY_DAY = frozenset({Clock.DECIDE_AGAIN, Clock.PUT_RIGHT})  # weeks away: no hour of it matters
A_MOMENT = timedelta(seconds=1)


def rail_of(request: HttpRequest, case: Case, now: datetime) -> Row:
    """Return what the rail shows of a recovery: three queries, and one for its steps unless they are known."""
    prefetch_related_objects([case], "steps")
    hours = hours_of(firm_of(request) or the_firm())
    deadlines = clocks(course_of(case), hours)
    told = {one.clock for one in deadlines if one.met_at is None}
    return {
        "clocks": [_clock(one, now) for one in deadlines],
        "may_acknowledge": bool(told & {Clock.ACKNOWLEDGE, Clock.ACKNOWLEDGE_LATEST}),
        "team": [{"name": one.user.name, "part": ROLES[one.role]} for one in case.roles.select_related("user")],  # type: ignore[index]  # kept as its text
        "about": about_of(case, now),
        "near": near_of(case, user_of(request), now),
    }


def _clock(deadline: Deadline, now: datetime) -> Row:
    pace = deadline.pace(now)
    at = deadline.met_at or deadline.due_at
    soon = wording.urgency(deadline.due_at, now) if pace is Pace.DUE else ""
    is_by_day = deadline.clock in BY_DAY and deadline.met_at is None
    # The whole day counts: what is due at its end, at midnight, is due on that day.
    shown = wording.local(at - A_MOMENT).date() if is_by_day else at
    return {
        "name": CLOCKS[deadline.clock],
        "says": PACES[pace] % {"when": wording.when(shown, now)},
        "urgency": "late" if pace is Pace.LATE else soon,
        "is_met": deadline.met_at is not None,
    }


def about_of(case: Case, now: datetime) -> list[tuple[str, str]]:
    """Return what a recovery is about, as far as somebody has said it: what it is called, and what it is."""
    process = {True: _("How it was done"), False: _("What came of it"), None: ""}[case.is_process]
    verified = {True: _("Yes, it was so"), False: _("No, it was not so"), None: ""}[case.is_verified]
    rows = (
        (
            _("How bad it feels"),
            _("%(word)s, %(number)d of 5") % {"word": feeling(case.severity), "number": case.severity},
        ),
        (_("What failed"), theme_name(case.theme)),
        (_("Kind of failure"), kind_name(case.kind)),
        (_("What of it"), process),
        (_("Did we check?"), verified),
        (_("We have known since"), wording.when(case.known_at or case.opened_at, now)),
        (_("They ask for"), case.remedy),
    )
    return [row for row in rows if row[1]]


def near_of(case: Case, user: User, now: datetime) -> list[Row]:
    """Return the recoveries that have to do with one, as far as somebody sees them."""
    return [_near(one, case, now) for one in others_of(case, user)]


def _near(other: Case, case: Case, now: datetime) -> Row:
    """Write a recovery that has to do with one: how, and where it stands."""
    if other.merged_into_id == case.pk:
        how = _("Joined to this one")
    elif case.merged_into_id == other.pk:
        how = _("Goes on here")
    else:
        how = _("Related")
    stands = step_name(other.step) if other.status == Status.OPEN else status_name(other.status)
    told = {"client": other.client, "day": wording.day(other.opened_at, now)}
    return {
        "pk": other.pk,
        "is_related": case.pk not in {other.merged_into_id, other.pk} and case.merged_into_id != other.pk,
        "href": reverse("recovery", args=[other.pk]),
        "title": _("%(client)s, %(day)s") % told,
        "detail": f"{how} · {stands}",
    }
