"""What needs somebody, in four queries whatever the number of clients: for the counts of the frame and for Today.

Nobody stands there twice. A recovery whose next step is due stands for what its own person waits for, and so does a
promise to the same person that is due by tonight, where it was made since they asked or is late itself. Such a row says
that they wait. A promise for tomorrow, or to somebody else, hides nobody. A check-in with somebody who is to be got
back to anyway is part of that row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import BooleanField, Exists, F, OuterRef, Q, When
from django.db.models import Case as Choice

from amends.core.case import UNDER_WAY
from amends.desk.models import Case, FollowUp, Promise, PromiseState, Standing, Waiting
from amends.desk.queries.going import decides_again
from amends.desk.rules import covered, mine, of_seen_case, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from amends.core.hours import BusinessHours
    from amends.desk.models import User

AHEAD = timedelta(days=1)  # promises due tomorrow stand on today's page: today they can still be kept (judgement)
DAY = timedelta(days=1)
GOING = (
    "client_id", "person_id", "status", "step", "next_at", "step_since", "opened_at", "decided_at", "decide_again_on",
    "fixed_at",
)  # fmt: skip


class Wait(NamedTuple):
    """An open reply clock."""

    pk: int
    client: int
    person: int | None
    asked_at: datetime
    due_at: datetime
    has_case: bool


class Going(NamedTuple):
    """A recovery under way."""

    pk: int
    client: int
    person: int | None
    status: str
    step: str
    next_at: datetime | None


class Owed(NamedTuple):
    """An open promise."""

    pk: int
    client: int
    person: int | None
    made_at: datetime
    due_at: datetime

    def answers(self, wait: Wait, now: datetime) -> bool:
        """Whether it is about what somebody waits for: made since they asked, or so late that they ask for it."""
        return self.made_at >= wait.asked_at or self.due_at < now


class CheckIn(NamedTuple):
    """A follow-up that did not take place yet."""

    pk: int
    client: int
    person: int | None
    case: int | None
    due_on: date
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs somebody, as keys: the rows of Today, and how many recoveries and promises there are at all."""

    waits: tuple[Wait, ...]  # who waits, and nothing else stands for it
    steps: tuple[Going, ...]  # recoveries whose next step is due
    waits_of: Mapping[int, Wait]  # by recovery: the longest wait that its step stands for
    owed: tuple[Owed, ...]  # promises due until tomorrow
    waits_for: Mapping[int, Wait]  # by promise: the longest wait that it stands for
    check_ins: tuple[CheckIn, ...]  # due until today, and with nobody who stands above
    also: Mapping[tuple[int, int], CheckIn]  # by client and person: the check-in that is part of their row
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


@dataclass(slots=True)
class _Folded:
    """The waits, and which rows stand for which of them: the longest comes first."""

    alone: dict[tuple[int, int], Wait]
    of_case: dict[int, Wait]
    of_promise: dict[int, Wait]


def needs_of(user: User, now: datetime, hours: BusinessHours) -> Needs:
    """Return what needs somebody, in four queries."""
    tomorrow, tonight = midnight_after(now + AHEAD, hours), midnight_after(now, hours)
    today = now.astimezone(hours.zone).date()
    recoveries = tuple(_going(case, now, hours) for case in _recoveries(user))
    promises = list(_promises(user, tomorrow))
    check_ins = [CheckIn(*row) for row in _check_ins(user)]
    owed = tuple(Owed(*row) for row in promises if row[-1])
    steps = tuple(case for case in recoveries if case.next_at and case.next_at < tonight)
    due = [promise for promise in owed if promise.due_at < tonight]
    folded = _without_doubles([Wait(*row) for row in _waits(user)], steps, due, now)
    named = {*folded.alone, *((case.client, case.person) for case in steps if case.person)}
    named |= {(wait.client, wait.person) for wait in folded.of_case.values() if wait.person}
    asked = [one for one in check_ins if one.due_on <= today]
    return Needs(
        waits=tuple(folded.alone.values()),
        steps=steps,
        waits_of=folded.of_case,
        owed=owed,
        waits_for=folded.of_promise,
        check_ins=tuple(one for one in asked if (one.client, one.person) not in named),
        also={(one.client, one.person): one for one in asked if one.person and (one.client, one.person) in named},
        recoveries=recoveries,
        promises=len(promises),
        coming={one.case: one for one in reversed(check_ins) if one.case},
    )


def midnight_after(now: datetime, hours: BusinessHours) -> datetime:
    """Return when the day of a moment ends in the firm's zone."""
    return datetime.combine(now.astimezone(hours.zone).date() + DAY, time(), hours.zone)


def _without_doubles(waits: Sequence[Wait], steps: Sequence[Going], due: Sequence[Owed], now: datetime) -> _Folded:
    """Return one wait for each person that nothing stands for, and the longest that a step or a promise stands for."""
    step_of = {(case.client, case.person): case.pk for case in steps}
    promised: dict[tuple[int, int | None], list[Owed]] = {}
    for promise in due:
        promised.setdefault((promise.client, promise.person), []).append(promise)
    folded = _Folded({}, {}, {})
    for wait in waits:  # the longest first
        whose = (wait.client, wait.person)
        answers = [one.pk for one in promised.get(whose, ()) if wait.person and one.answers(wait, now)]
        case = step_of.get(whose) if wait.person else None
        if case is None and _is_theirs(folded.of_case.get(step_of.get((wait.client, None), 0)), wait):
            case = step_of.get((wait.client, None))
        if case is not None:
            folded.of_case.setdefault(case, wait)
        elif answers:
            folded.of_promise.setdefault(answers[0], wait)
        else:
            folded.alone.setdefault((wait.client, wait.person or -wait.pk), wait)
    return folded


def _is_theirs(first: Wait | None, wait: Wait) -> bool:
    """Whether a recovery that names nobody stands for a wait: it is about one person, who has waited longest there."""
    return first is None or (wait.person is not None and first.person == wait.person)


def or_mine(user: User, **theirs: int) -> Q:
    """Return the condition for what hangs on somebody's own clients, or is theirs in another way."""
    own = mine(user, "client__")
    return own | Q(**theirs) if own else own  # everything is an owner's own: nothing is to be added to that


def _of_clients(user: User) -> Q:
    return seen_by(user, "client__") & Q(client__standing=Standing.CLIENT)


def _waits(user: User) -> Iterable[tuple[Any, ...]]:
    """Return the open clocks of somebody's clients that no colleague covers, and those they cover."""
    under_way = Case.objects.filter(of_seen_case(user, "pk"), client=OuterRef("client"), status__in=UNDER_WAY)
    rows = waits_of(user).annotate(has_case=Exists(under_way)).order_by("due_at", "pk")
    return rows.values_list("pk", "client_id", "person_id", "asked_at", "due_at", "has_case")


def waits_of(user: User) -> QuerySet[Waiting]:
    """Return the open clocks that are somebody's to answer: of their own clients, and where they cover."""
    theirs = Q(covered_by=user.pk) | (Q(is_covered=False) & mine(user, "client__"))
    return open_waits(user).filter(theirs)


def open_waits(user: User) -> QuerySet[Waiting]:
    """Return every open clock of the clients that somebody sees; `is_covered` where a colleague answers instead."""
    rows = Waiting.objects.filter(_of_clients(user), settled_at=None)
    return rows.annotate(is_covered=Choice(When(covered(), then=True), default=False, output_field=BooleanField()))


def _recoveries(user: User) -> QuerySet[Case]:
    rows = Case.objects.filter(or_mine(user, lead=user.pk), _of_clients(user), of_seen_case(user, "pk"))
    return rows.filter(status__in=UNDER_WAY).order_by("opened_at", "pk").only(*GOING)


def _going(case: Case, now: datetime, hours: BusinessHours) -> Going:
    """Return a recovery with its next step: one in which nothing moves any more is to be decided again today."""
    next_at = now if decides_again(case, now, hours.zone) and (case.next_at or now) >= now else case.next_at
    return Going(case.pk, case.client_id, case.person_id, case.status, case.step, next_at)


def _promises(user: User, soon: datetime) -> Iterable[tuple[Any, ...]]:
    """Return the open promises; those not due so soon are only counted, and without dates that is done sooner."""
    theirs = Q(or_mine(user, promised_by=user.pk), _of_clients(user), of_seen_case(user))
    rows = Promise.objects.filter(theirs, state=PromiseState.OPEN)
    made, due = (Choice(When(due_at__lt=soon, then=F(date))) for date in ("made_at", "due_at"))
    return rows.order_by("due_at", "pk").values_list("pk", "client_id", "person_id", made, due)


def _check_ins(user: User) -> Iterable[tuple[Any, ...]]:
    theirs = Q(or_mine(user, case__lead=user.pk), _of_clients(user), of_seen_case(user))
    rows = FollowUp.objects.filter(theirs, done_at=None)
    return rows.order_by("due_on", "pk").values_list(
        "pk", "client_id", "person_id", "case_id", "due_on", "number", "of"
    )
