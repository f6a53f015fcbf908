"""What of our own tells how many to book, and how full the desk is (docs/method.md rule 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.utils import timezone

from amends.core.booking import Known
from amends.core.capacity import usual, week_of
from amends.core.staffing import FactKind
from amends.desk.models import StaffingFact, User
from amends.desk.queries.plan import due_in_weeks, settled_lately

if TYPE_CHECKING:
    from datetime import datetime

LEAST_PEOPLE = 2  # whose usual week is known: one person's week is not the desk's (judgement)
REMEMBERED = timedelta(weeks=52)  # a year: what is usual changes with the people and the seasons (judgement)


@dataclass(frozen=True, slots=True)
class DeskWeek:
    """What the desk has promised for this week, and what it usually keeps in one; of those of whom that is known."""

    due: int
    keeps: int


def known_bookings(now: datetime) -> Known:
    """Return how many of the people we booked in the last year came, and how many did not.

    Who started came, and so did those who arrived when others did not. Without anybody who started nothing is known:
    then only the bad days were written down.
    """
    rows = StaffingFact.objects.filter(at__gte=now - REMEMBERED, at__lte=now)
    no_show = Q(kind=FactKind.NO_SHOW)
    told = rows.aggregate(
        started=Sum("count", filter=Q(kind=FactKind.PLACEMENT)),
        expected=Sum("of", filter=Q(no_show, of__gt=0)),
        missing=Sum("count", filter=Q(no_show, of__gt=0)),
        lost=Sum("count", filter=no_show),
    )
    if not told["started"]:
        return Known()
    arrived = max((told["expected"] or 0) - (told["missing"] or 0), 0)
    return Known(came=told["started"] + arrived, lost=told["lost"] or 0)


def desk_week(now: datetime) -> DeskWeek | None:
    """Return how full this week is; None where of too few it is known what they usually keep. The sum names nobody."""
    today = timezone.localdate(now)
    everybody = list(User.objects.filter(is_active=True).values_list("pk", flat=True))
    past = settled_lately(everybody, now)
    usually = {pk: kept for pk in everybody if (kept := usual(past.get(pk, ()), today))}
    if len(usually) < LEAST_PEOPLE:
        return None
    week = week_of(today)
    due = due_in_weeks(usually, [week])
    return DeskWeek(sum(due.get((pk, week), 0) for pk in usually), sum(usually.values()))
