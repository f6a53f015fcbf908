"""A talk with a client and what it settles: it is logged, promises are made, who waited waits no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from amends.core.case import UNDER_WAY
from amends.core.staffing import TALKS
from amends.desk.actions.case import plan_next
from amends.desk.actions.followup import count_contact
from amends.desk.actions.promise import make_promise
from amends.desk.actions.settling import settle_with
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.actions.touch import Told
    from amends.desk.models import Client, Person, Touch, User


@transaction.atomic
def record_talk(
    client: Client,
    kind: str,
    *,
    by: User | None,
    now: datetime,
    promised: str = "",
    due_at: datetime | None = None,
    **told: Unpack[Told],
) -> Touch:
    """Log that we were in touch, and everything that follows from it.

    What was promised becomes a promise. A talk ends the waiting of whom we spoke with (of everybody, where nobody is
    named), and is the contact that a recovery had planned for today: what was promised is the next one, if there is
    any. For what it waits, and why, stays as it was. The wait for the coming check-in begins anew. A voicemail or a
    note settles nothing.
    """
    touch = record_touch(client, kind, by=by, now=now, **told)
    if promised and due_at:
        make_promise(client, promised, due_at=due_at, by=by, now=now, person=touch.person, case=touch.case)
    settle_with(touch, by=by, now=now)
    if kind in TALKS:
        for due in _due_with(client, touch.person, by, now):
            note = promised if promised and due_at else due.next_note
            next_at = due_at if promised else None
            plan_next(due, by=by, now=now, next_at=next_at, note=note, waiting_for=due.waiting_for)
        count_contact(client, by=by, now=now, at=touch.at)
    return touch


def _due_with(client: Client, person: Person | None, by: User | None, now: datetime) -> list[Case]:
    """Return the client's recoveries in which somebody was to get back to this person by the end of today.

    Of one that is restricted, only its team's talks count: who does not know of it spoke of something else.
    """
    about = Q(person=person) | Q(person=None) if person else Q()
    known = Case.objects.filter(of_seen_case(by, "pk"))
    planned = known.filter(about, client=client, status__in=UNDER_WAY).exclude(next_at=None)
    return [case for case in planned if case.next_at and timezone.localdate(case.next_at) <= timezone.localdate(now)]
