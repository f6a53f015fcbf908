"""Promises that are open: by day, and how many each colleague has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from amends.desk.models import Promise, PromiseState, Role, Standing
from amends.desk.queries.needs import or_mine
from amends.desk.rules import of_seen_case, seen_by

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from amends.desk.models import User

MOST = 60  # rows on the page; the next ones are those that are due last (judgement)


@dataclass(frozen=True, slots=True)
class Day:
    """The promises due on one day; `on` is None for what is late."""

    on: date | None
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many open promises a colleague has, and how many of them are late."""

    name: str
    due: int
    late: int


@dataclass(frozen=True, slots=True)
class Promises:
    """The page: days in order, the late ones first; what each has to keep; how many there are."""

    days: tuple[Day, ...]
    loads: tuple[Load, ...]
    count: int

    @property
    def later(self) -> int:
        """How many are due later than those shown."""
        return self.count - sum(len(day.promises) for day in self.days)


def open_promises(user: User) -> QuerySet[Promise]:
    """Return the open promises to somebody's clients and those they made; whoever only looks sees all they may see."""
    theirs = Q() if user.role == Role.VIEWER else or_mine(user, promised_by=user.pk)
    seen = seen_by(user, "client__") & Q(client__standing=Standing.CLIENT) & of_seen_case(user)
    return Promise.objects.filter(theirs, seen, state=PromiseState.OPEN)


def promises_of(user: User, now: datetime) -> Promises:
    """Return what the page Promises shows somebody, in two queries."""
    found = open_promises(user)
    rows = list(found.select_related("client", "person", "promised_by").order_by("due_at", "pk")[:MOST])

    def day_of(promise: Promise) -> date | None:
        return None if promise.due_at < now else timezone.localdate(promise.due_at)

    days = tuple(Day(on, tuple(due)) for on, due in groupby(rows, key=day_of))
    late = Count("pk", filter=Q(due_at__lt=now))
    counted = found.order_by("promised_by__name").values("promised_by__name").annotate(due=Count("pk"), late=late)
    loads = tuple(Load(row["promised_by__name"] or "", row["due"], row["late"]) for row in counted)
    return Promises(days, loads, sum(load.due for load in loads))
