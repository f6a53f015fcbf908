"""What a talk settles: who waited waits no more, a call-back has taken place; and how that is taken back.

A wait that a talk ended bears the moment at which the talk was logged, to the microsecond; a call-back the moment of
the talk. That is how what a talk settled is found again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from amends.core.staffing import TALKS
from amends.desk.actions.event import record, values_of
from amends.desk.models import Case, Touch, Waiting
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import User

CALLED = ("called_back_at", "next_at", "acknowledged_at")


def settled_with(touch: Touch) -> QuerySet[Waiting]:
    """Return the waits that ended with a talk."""
    rows = Waiting.objects.filter(client=touch.client_id, is_settled_by_hand=True, settled_at=touch.added_at)
    return rows.select_related("person", "client")


def call_back_with(touch: Touch) -> None:
    """Say that a talk is the call-back of every recovery of the client that waits for one since.

    It also acknowledges them: who was spoken to knows that we know. A restricted one is its team's to call about.
    """
    if touch.kind in TALKS:
        known = Case.objects.filter(of_seen_case(touch.by, "pk"), client=touch.client_id, closed_at=None)
        unheard = known.filter(acknowledged_at=None)
        unheard.filter(Q(opened_at__lte=touch.at) | Q(known_at__lte=touch.at)).update(acknowledged_at=touch.at)
        due = known.filter(called_back_at=None, opened_at__lte=touch.at)
        due.exclude(call_back_by=None).update(called_back_at=touch.at)


def settle_with(touch: Touch, *, by: User | None, now: datetime) -> None:
    """End the waiting of whom a talk was with (of everybody, where nobody is named): of who had asked before it."""
    if touch.kind not in TALKS:
        return
    met = Q(person=touch.person_id) if touch.person_id else Q()
    waits = Waiting.objects.filter(met, client=touch.client_id, settled_at=None, asked_at__lte=touch.at)
    for waiting in waits.select_for_update():
        Waiting.objects.filter(pk=waiting.pk).update(settled_at=touch.added_at, is_settled_by_hand=True)
        record("settle_waiting", waiting, by=by, now=now, after={"settled_at": touch.added_at})


def wait_again(touch: Touch, at: datetime, *, by: User | None, now: datetime) -> None:
    """Take back what a talk `at` a moment settled: who waited waits again, and the call-back is due as it was.

    Another talk since the recovery was opened is the call-back then. The client's health says later who has had an
    answer by mail meanwhile.
    """
    for waiting in settled_with(touch):
        Waiting.objects.filter(pk=waiting.pk).update(settled_at=None, is_settled_by_hand=False)
        told = {"settled_at": touch.added_at}
        record("reopen_waiting", waiting, by=by, now=now, before=told, after={"settled_at": None})
    undone = Q(called_back_at=at) | Q(acknowledged_at=at)
    for case in Case.objects.filter(undone, client=touch.client_id, closed_at=None):
        before = values_of(case, CALLED)
        if case.acknowledged_at == at:
            case.acknowledged_at = _other_talk(touch, min(case.known_at or case.opened_at, case.opened_at))
        if case.called_back_at == at:
            case.called_back_at = _other_talk(touch, case.opened_at)
            if case.called_back_at is None and case.call_back_by:
                case.next_at = min(case.next_at or case.call_back_by, case.call_back_by)
        case.save(update_fields=CALLED)
        record("take_back_call", case, by=by, now=now, before=before, after=values_of(case, CALLED))


def _other_talk(touch: Touch, since: datetime) -> datetime | None:
    """Return when the client was first spoken to since a moment, but for one talk."""
    talks = Touch.objects.filter(client=touch.client_id, kind__in=TALKS, at__gte=since).exclude(pk=touch.pk)
    return talks.order_by("at").values_list("at", flat=True).first()
