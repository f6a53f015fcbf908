"""What needs somebody, in four queries whatever the number of clients: for the counts of the frame and for Today.

Nobody stands there twice: a recovery's next step stands for everything its client waits for, an open promise for what
the same person asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from amends.core.case import UNDER_WAY
from amends.desk.models import Case, FollowUp, Promise, PromiseState, Standing, Waiting
from amends.desk.rules import mine, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from amends.core.hours import BusinessHours
    from amends.desk.models import User

AHEAD = timedelta(days=1)  # promises due tomorrow stand on today's page: today they can still be kept (judgement)
DAY = timedelta(days=1)


class Wait(NamedTuple):
    """An open reply clock."""

    pk: int
    client: int
    person: int | None
    due_at: datetime
    worth: Decimal | None  # of the client, a year
    has_case: bool


class Going(NamedTuple):
    """A recovery under way."""

    pk: int
    client: int
    status: str
    step: str
    next_at: datetime | None
    worth: Decimal | None


class Owed(NamedTuple):
    """An open promise."""

    pk: int
    client: int
    person: int | None
    due_at: datetime


class CheckIn(NamedTuple):
    """A follow-up that did not take place yet."""

    pk: int
    client: int
    case: int | None
    due_on: date
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs somebody, as keys: the rows of Today, and how many recoveries and promises there are at all."""

    waits: tuple[Wait, ...]  # who waits, and nothing else stands for it
    steps: tuple[Going, ...]  # recoveries whose next step is due
    waits_of: Mapping[int, Wait]  # by recovery: the longest wait of its client, which its step stands for
    owed: tuple[Owed, ...]  # promises due until tomorrow
    check_ins: tuple[CheckIn, ...]  # due until today
    recoveries: tuple[Going, ...]
    promises: int
    coming: Mapping[int, CheckIn]  # by recovery: its next check-in, whenever it is

    @property
    def count(self) -> int:
        """How many things need them today."""
        return len(self.waits) + len(self.steps) + len(self.owed) + len(self.check_ins)

    @property
    def clients(self) -> frozenset[int]:
        """Every client named on the page."""
        rows: Iterable[Wait | Going | Owed | CheckIn] = (*self.waits, *self.steps, *self.owed, *self.check_ins)
        return frozenset(row.client for row in rows)


def needs_of(user: User, now: datetime, hours: BusinessHours) -> Needs:
    """Return what needs somebody, in four queries."""
    tomorrow = midnight_after(now + AHEAD, hours)
    today = now.astimezone(hours.zone).date()
    recoveries = tuple(Going(*row) for row in _recoveries(user))
    promises = [Owed(*row) for row in _promises(user)]
    check_ins = [CheckIn(*row) for row in _check_ins(user)]
    owed = tuple(promise for promise in promises if promise.due_at < tomorrow)
    is_due = midnight_after(now, hours)
    steps = tuple(case for case in recoveries if case.next_at and case.next_at < is_due)
    waits, waits_of = _without_doubles([Wait(*row) for row in _waits(user)], steps, owed)
    return Needs(
        waits=waits,
        steps=steps,
        waits_of=waits_of,
        owed=owed,
        check_ins=tuple(one for one in check_ins if one.due_on <= today),
        recoveries=recoveries,
        promises=len(promises),
        coming={one.case: one for one in reversed(check_ins) if one.case},
    )


def midnight_after(now: datetime, hours: BusinessHours) -> datetime:
    """Return when the day of a moment ends in the firm's zone."""
    return datetime.combine(now.astimezone(hours.zone).date() + DAY, time(), hours.zone)


def _without_doubles(
    waits: Sequence[Wait], steps: Sequence[Going], owed: Sequence[Owed]
) -> tuple[tuple[Wait, ...], dict[int, Wait]]:
    """Return one wait for each person that nothing stands for, and by recovery the longest that its step stands for."""
    step_of = {case.client: case.pk for case in steps}
    promised = {(promise.client, promise.person) for promise in owed if promise.person}
    alone: dict[tuple[int, int], Wait] = {}
    of_case: dict[int, Wait] = {}
    for wait in waits:  # the longest first
        if wait.client in step_of:
            of_case.setdefault(step_of[wait.client], wait)
        elif (wait.client, wait.person) not in promised:
            alone.setdefault((wait.client, wait.person or -wait.pk), wait)
    return tuple(alone.values()), of_case


def or_mine(user: User, **theirs: int) -> Q:
    """Return the condition for what hangs on somebody's own clients, or is theirs in another way."""
    own = mine(user, "client__")
    return own | Q(**theirs) if own else own  # everything is an owner's own: nothing is to be added to that


def _of_clients(user: User) -> Q:
    return seen_by(user, "client__") & Q(client__standing=Standing.CLIENT)


def _waits(user: User) -> Iterable[tuple[Any, ...]]:
    """Return the open clocks of somebody's clients that no colleague covers, and those they cover."""
    under_way = Case.objects.filter(client=OuterRef("client"), status__in=UNDER_WAY)
    theirs = Q(covered_by=user.pk) | (Q(covered_by=None) & mine(user, "client__"))
    rows = Waiting.objects.filter(theirs, _of_clients(user), settled_at=None).annotate(has_case=Exists(under_way))
    return rows.order_by("due_at", "pk").values_list(
        "pk", "client_id", "person_id", "due_at", "client__yearly_value", "has_case"
    )


def _recoveries(user: User) -> Iterable[tuple[Any, ...]]:
    rows = Case.objects.filter(or_mine(user, lead=user.pk), _of_clients(user), status__in=UNDER_WAY)
    found = rows.order_by("opened_at", "pk")
    return found.values_list("pk", "client_id", "status", "step", "next_at", "client__yearly_value")


def _promises(user: User) -> Iterable[tuple[Any, ...]]:
    rows = Promise.objects.filter(
        or_mine(user, promised_by=user.pk), _of_clients(user), state=PromiseState.OPEN
    ).order_by("due_at", "pk")
    return rows.order_by("due_at", "pk").values_list("pk", "client_id", "person_id", "due_at")


def _check_ins(user: User) -> Iterable[tuple[Any, ...]]:
    rows = FollowUp.objects.filter(or_mine(user, case__lead=user.pk), _of_clients(user), done_at=None).order_by(
        "due_on", "pk"
    )
    return rows.order_by("due_on", "pk").values_list("pk", "client_id", "case_id", "due_on", "number", "of")
