"""Promises: open by day, found in our mail, what became of them, and how many each colleague has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from amends.core.capacity import too_much, usual, week_of
from amends.core.case import UNDER_WAY
from amends.core.mended import in_a_row
from amends.desk.models import Case, FoundPromise, FoundState, Promise, PromiseState, Role, Standing, User
from amends.desk.queries.needs import or_mine
from amends.desk.queries.plan import due_in_weeks, settled_lately
from amends.desk.queries.promise_kept import ENDED, fell_due, is_in_time, kept_in_order
from amends.desk.rules import cases_seen_by, of_seen_case, of_seen_letter, seen_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

MOST = 60  # rows on the page; the next ones are those that are due last (judgement)
MOST_FOUND = 12  # sentences asked about at once; the next ones follow when these are looked at (judgement)
FOUND_KEPT = timedelta(days=30)  # after its day a sentence is asked about no more: as long as health remembers it
MOST_RUNS = 6  # recoveries in the rail, as on Today (judgement)
LATELY = timedelta(weeks=12)  # what became of promises is counted over a quarter (judgement)


@dataclass(frozen=True, slots=True)
class Day:
    """The promises due on one day; `on` is None for what is late."""

    on: date | None
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What a colleague (None: nobody in particular) has to keep: open, late, due this week, and usually kept in one.

    `usually` is None where too little is known to say so; `is_much` says that the week is more than they ever kept.
    """

    user: User | None
    due: int
    late: int
    this_week: int = 0
    usually: int | None = None
    is_much: bool = False


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


@dataclass(frozen=True, slots=True)
class Run:
    """How many promises to the client of a recovery were kept in a row since they were hurt."""

    case: Case
    kept: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of the promises that were due lately: kept on their day, kept after it, or not kept."""

    kept: int
    late: int
    broken: int


def open_promises(user: User) -> QuerySet[Promise]:
    """Return the open promises to somebody's clients and those they made; whoever only looks sees all they may see."""
    return _theirs(user).filter(state=PromiseState.OPEN)


def _theirs(user: User) -> QuerySet[Promise]:
    seen = seen_by(user, "client__") & Q(client__standing=Standing.CLIENT) & of_seen_case(user)
    return Promise.objects.filter(_own(user), seen)


def _own(user: User) -> Q:
    return Q() if user.role == Role.VIEWER else or_mine(user, promised_by=user.pk)


def promises_of(user: User, now: datetime) -> Promises:
    """Return what the page Promises shows somebody, in five queries."""
    found = open_promises(user)
    rows = list(found.select_related("client", "person", "promised_by").order_by("due_at", "pk")[:MOST])

    def day_of(promise: Promise) -> date | None:
        return None if promise.due_at < now else timezone.localdate(promise.due_at)

    days = tuple(Day(on, tuple(due)) for on, due in groupby(rows, key=day_of))
    loads = _loads(found, now)
    return Promises(days, loads, sum(load.due for load in loads))


def _loads(found: QuerySet[Promise], now: datetime) -> tuple[Load, ...]:
    """Return what everybody has to keep who has promised any of these; their week counts all that they promised."""
    late = Count("pk", filter=Q(due_at__lt=now))
    counted = found.order_by("promised_by__name").values("promised_by").annotate(due=Count("pk"), late=late)
    rows = [(row["promised_by"], row["due"], row["late"]) for row in counted]
    keepers = User.objects.in_bulk([pk for pk, *_ in rows if pk])
    if not keepers:
        return tuple(Load(None, due, late) for _, due, late in rows)
    today = timezone.localdate(now)
    week = week_of(today)
    due_then, past = due_in_weeks(keepers, [week]), settled_lately(keepers, now)

    def load(pk: int | None, due: int, late: int) -> Load:
        if pk is None:
            return Load(None, due, late)
        this_week, before = due_then.get((pk, week), 0), past.get(pk, [])
        is_much = too_much(week, this_week, before, today) is not None
        return Load(keepers[pk], due, late, this_week, usual(before, today), is_much)

    return tuple(load(*row) for row in rows)


def found_promises(user: User, now: datetime) -> QuerySet[FoundPromise]:
    """Return the sentences in our mail that read like promises, and that nobody has looked at: as `open_promises`."""
    seen = seen_found(user).filter(_own(user), state=FoundState.FOUND, due_at__gte=now - FOUND_KEPT)
    return seen.select_related("client", "person", "promised_by", "message").order_by("due_at", "pk")


def seen_found(user: User) -> QuerySet[FoundPromise]:
    """Return the findings that somebody may see."""
    seen = seen_by(user, "client__") & Q(client__standing=Standing.CLIENT) & of_seen_letter(user, "message__")
    return FoundPromise.objects.filter(seen)


def declined_lately(user: User, now: datetime) -> QuerySet[FoundPromise]:
    """Return the sentences of which somebody said lately that they are no promise."""
    rows = seen_found(user).filter(_own(user), state=FoundState.DECLINED, settled_at__gte=now - FOUND_KEPT)
    return rows.select_related("client", "settled_by").order_by("-settled_at", "-pk")


def same_as(found: Sequence[FoundPromise], user: User) -> dict[int, list[Promise]]:
    """Return, by finding, the promises that somebody may have written down of it: to that client, for that day."""
    if not found:
        return {}
    begin = min(one.due_at for one in found) - timedelta(days=1)
    end = max(one.due_at for one in found) + timedelta(days=1)
    rows = Promise.objects.filter(of_seen_case(user), client__in={one.client_id for one in found}, message=None)
    near = rows.filter(due_at__gte=begin, due_at__lte=end).exclude(state=PromiseState.DROPPED)
    written = list(near.select_related("client", "person", "promised_by").order_by("due_at", "pk"))
    return {one.pk: [row for row in written if _is_same(row, one)] for one in found}


def _is_same(promise: Promise, found: FoundPromise) -> bool:
    same_day = timezone.localdate(promise.due_at) == timezone.localdate(found.due_at)
    return same_day and promise.client_id == found.client_id


def settled_promises(user: User) -> QuerySet[Promise]:
    """Return the promises that were kept or broken, the last one first."""
    rows = _theirs(user).filter(state__in=[PromiseState.KEPT, PromiseState.BROKEN])
    return rows.select_related("client", "person", "promised_by").order_by("-settled_at", "-pk")


def became_of(user: User, now: datetime) -> Became:
    """Count what became of the promises that were due in the last quarter."""
    due = settled_promises(user).filter(due_at__gte=now - LATELY).order_by()
    rows = [(state, is_in_time(at, due_at)) for state, at, due_at in due.values_list(*ENDED)]
    kept = [in_time for state, in_time in rows if state == PromiseState.KEPT]
    return Became(sum(kept), len(kept) - sum(kept), len(rows) - len(kept))


def runs_of(user: User, now: datetime) -> list[Run]:
    """Return the runs of kept promises in somebody's recoveries (docs/method.md rule 8): two queries.

    A promise to the client that was missed begins the run anew, whichever recovery it belongs to.
    """
    cases = Case.objects.filter(cases_seen_by(user), _mine(user), status__in=UNDER_WAY).select_related("client")
    shown = list(cases.order_by("opened_at", "pk"))
    if not shown:
        return []
    rows = Promise.objects.filter(fell_due(now), client__in={case.client_id for case in shown})
    ended = list(rows.values_list("client_id", "made_at", *ENDED))
    kept = {case: _kept(case, ended) for case in shown}
    runs = [Run(case, in_a_row(run)) for case, run in kept.items() if run]
    return sorted(runs, key=lambda run: -run.kept)[:MOST_RUNS]


def _mine(user: User) -> Q:
    return Q() if user.role == Role.VIEWER else or_mine(user, lead=user.pk)


def _kept(case: Case, ended: Sequence[tuple[int, datetime, str, datetime | None, datetime]]) -> list[bool]:
    """Return of each promise to a client that fell due since they were hurt, whether it was kept on its day."""
    hurt_at = case.known_at or case.opened_at
    theirs = [row for row in ended if row[0] == case.client_id and row[1] >= hurt_at]
    return kept_in_order((state, at, due_at) for _client, _made_at, state, at, due_at in theirs)
