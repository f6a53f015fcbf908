"""A plan as people see it: its rows, what it lacks, who promises too much for it, and what the client may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from amends.core.capacity import A_WEEK, WEEKS, Load, too_much, week_of
from amends.core.case import UNDER_WAY
from amends.core.plan import Answer, Change, Plan, is_fanfare
from amends.desk.models import LetterKind, Outgoing, PlanAction, PlanInput, Promise, PromiseState, Role, User
from amends.desk.queries.promise_kept import ENDED, was_kept
from amends.desk.queries.who import colleagues
from amends.desk.rules import POWERS, Power, cases_seen_by, of_seen_case, opened_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from amends.desk.models import Case, Heard

AHEAD = timedelta(days=1)  # what is due tomorrow stands on today's page, as promises do (judgement)
MOST_TASKS = 30  # on Today (judgement)


def can_own(user: User) -> bool:
    """Whether somebody can keep anything: here, and with more to do than to look."""
    return user.is_active and Power.WORK in POWERS[Role(user.role)]


@dataclass(frozen=True)
class WholePlan:
    """The plan of a recovery: its actions in order, what the client said, and what colleagues said."""

    case: Case
    rows: tuple[PlanAction, ...]
    heard: tuple[Heard, ...]
    inputs: tuple[PlanInput, ...]

    @cached_property
    def core(self) -> Plan:
        """The plan as the method weighs it."""
        return Plan(
            changes=[_change(row) for row in self.rows],
            unanswered_words=len(self.unanswered),
            was_asked=bool(self.inputs),
            silent=[str(one.user) for one in self.inputs if one.at is None and can_own(one.user)],
            is_approved=self.case.plan_approved_at is not None,
        )

    @property
    def visible(self) -> tuple[PlanAction, ...]:
        """What the client sees."""
        return tuple(row for row in self.rows if row.is_visible)

    @property
    def questions(self) -> tuple[PlanAction, ...]:
        """What they ask, or do not want: to be answered first when somebody calls."""
        return tuple(row for row in self.visible if row.answer in {Answer.QUESTION, Answer.NO} and row.answer_words)

    @property
    def unanswered(self) -> tuple[Heard, ...]:
        """What they said and no change answers."""
        answered = {row.heard_id for row in self.rows}
        return tuple(heard for heard in self.heard if heard.pk not in answered)


def plan_of(case: Case) -> WholePlan:
    """Return the plan of a recovery: three queries."""
    rows = case.plan.select_related("owner", "heard", "cause", "promise")
    inputs = PlanInput.objects.filter(case=case).select_related("user")
    return WholePlan(case, tuple(rows), tuple(case.heard.all()), tuple(inputs))


def print_of(rows: Iterable[PlanAction]) -> str:
    """Return a fingerprint of what an approval is about; another one, and the plan has changed."""
    told = [(row.pk, row.what, row.owner_id, f"{row.due_on}", row.is_visible, row.measure) for row in rows]
    return sha256(repr(told).encode()).hexdigest()[:16]


def _change(row: PlanAction) -> Change:
    return Change(
        what=row.what,
        due_on=row.due_on,
        owner=row.owner.name if row.owner else "",
        is_owner_gone=row.owner is not None and not can_own(row.owner),
        has_owner_agreed=row.owner_agreed_at is not None,
        measure=row.measure,
        answers_words=row.heard_id is not None,
        is_containment=row.is_containment,
        is_visible=row.is_visible,
        answer=row.answer,
        is_done=row.done_at is not None,
        is_verified=row.verified_at is not None,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as the client may see it: nothing else of a plan leaves the firm."""

    pk: int
    heard: str  # their own words, bare
    what: str
    who: str
    by: date
    answer: str  # theirs: `core.plan.Answer`, or empty
    answer_words: str


def visible_plan(case: Case) -> tuple[Shown, ...]:
    """Return what the client may see of a plan, and only that: what they said, what we do, who, by when, their answer.

    No measure, cause, approval, note of ours or action for the team alone. Whether it may go out yet is
    `case.plan_approved_at`. One query.
    """
    rows = case.plan.filter(is_visible=True).select_related("owner", "heard")
    return tuple(
        Shown(
            pk=row.pk,
            heard=row.heard.words if row.heard else "",
            what=row.what,
            who=row.owner.name if row.owner else "",
            by=row.due_on,
            answer=row.answer,
            answer_words=row.answer_words,
        )
        for row in rows
    )


def account_of(case: Case) -> list[User]:
    """Return everyone on the account who can work: who looks after the client, its team, lead and roles.

    Of a restricted recovery only the lead and those with a role know.
    """
    on_it = Q(pk=case.lead_id) | Q(pk__in=case.roles.values("user"))
    if not case.is_restricted:
        on_it |= Q(pk=case.client.looked_after_by_id) | Q(pk__in=case.client.team.values("pk"))
    return list(colleagues().filter(on_it))


def manager_of(case: Case) -> User | None:
    """Return who manages the client: of its branch, else of no branch, else an owner."""
    found = colleagues().filter(
        Q(role=Role.MANAGER, branch=case.client.branch_id) | Q(role=Role.MANAGER, branch=None) | Q(role=Role.OWNER)
    )
    return min(found, key=_rank, default=None)


def _rank(user: User) -> tuple[bool, bool, int]:
    return user.role == Role.OWNER, user.branch_id is None, user.pk


# ── Who promises too much ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Overload:
    """Somebody who has more due in a week than they usually keep, and the actions of this plan that are part of it."""

    user: User
    load: Load
    actions: tuple[PlanAction, ...]


def overloads(rows: Sequence[PlanAction], now: datetime) -> list[Overload]:
    """Return who promises too much with the open actions of a plan, week by week: three queries, none without any."""
    ours: dict[tuple[User, date], list[PlanAction]] = {}
    for row in rows:
        if row.done_at is None and row.owner and can_own(row.owner):
            ours.setdefault((row.owner, week_of(row.due_on)), []).append(row)
    ours = {key: found for key, found in ours.items() if not all(row.is_kept_anyway for row in found)}
    if not ours:
        return []
    owners = {user.pk for user, _ in ours}
    today = timezone.localdate(now)
    due, past = due_in_weeks(owners, [week for _, week in ours]), settled_lately(owners, now)
    found = []
    for (user, week), actions in ours.items():
        load = too_much(week, due.get((user.pk, week), 0), past.get(user.pk, ()), today)
        if load:
            found.append(Overload(user, load, tuple(actions)))
    return found


def overload_with(user: User, day: date, now: datetime) -> Overload | None:
    """Return how much somebody has due in the week of a day with one promise more, where that is too much."""
    week = week_of(day)
    due, past = due_in_weeks([user.pk], [week]), settled_lately([user.pk], now)
    load = too_much(week, due.get((user.pk, week), 0) + 1, past.get(user.pk, ()), timezone.localdate(now))
    return Overload(user, load, ()) if load else None


def due_in_weeks(owners: Iterable[int], weeks: Sequence[date]) -> dict[tuple[int, date], int]:
    """Count what owners have due in weeks: open promises, and tasks of plans that are no promise yet."""
    counted: dict[tuple[int, date], int] = {}
    begins, ends = _midnight(min(weeks)), _midnight(max(weeks) + A_WEEK)
    promises = Promise.objects.filter(
        promised_by__in=owners, state=PromiseState.OPEN, due_at__gte=begins, due_at__lt=ends
    )
    tasks = PlanAction.objects.filter(
        owner__in=owners, done_at=None, due_on__gte=min(weeks), due_on__lt=max(weeks) + A_WEEK
    ).exclude(promise__state=PromiseState.OPEN)
    rows = [(user, timezone.localdate(at)) for user, at in promises.values_list("promised_by_id", "due_at")]
    for user, day in [*rows, *tasks.values_list("owner_id", "due_on")]:
        key = (user, week_of(day))
        counted[key] = counted.get(key, 0) + 1
    return counted


def settled_lately(owners: Iterable[int], now: datetime) -> dict[int, list[tuple[date, bool]]]:
    """Return the settled promises of owners that were due in the weeks looked back on, and which were kept in time."""
    since = _midnight(week_of(timezone.localdate(now)) - WEEKS * A_WEEK)
    settled = Promise.objects.filter(
        promised_by__in=owners, due_at__gte=since, state__in=[PromiseState.KEPT, PromiseState.BROKEN]
    )
    found: dict[int, list[tuple[date, bool]]] = {}
    for user, *ended in settled.values_list("promised_by_id", *ENDED):
        found.setdefault(user or 0, []).append((timezone.localdate(ended[-1]), was_kept(*ended)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


@dataclass(frozen=True, slots=True)
class Week:
    """What a colleague has due in a week: promises and tasks that somebody sees, and how many they do not see."""

    user: User
    begins: date
    promises: tuple[Promise, ...]
    tasks: tuple[PlanAction, ...]
    unseen: int


def week_of_colleague(whose: User, begins: date, user: User) -> Week:
    """Return what a colleague has due in a week, as far as `user` sees it: three queries."""
    ends = begins + A_WEEK
    every = Promise.objects.filter(
        promised_by=whose, state=PromiseState.OPEN, due_at__gte=_midnight(begins), due_at__lt=_midnight(ends)
    )
    tasks = PlanAction.objects.filter(owner=whose, done_at=None, due_on__gte=begins, due_on__lt=ends)
    tasks = tasks.exclude(promise__state=PromiseState.OPEN)
    visible = every.filter(opened_by(user, "client__"), of_seen_case(user))
    seen = tuple(visible.select_related("client", "person", "promised_by"))
    seen_tasks = tuple(tasks.filter(cases_seen_by(user, "case__")).select_related("case__client"))
    hidden = every.count() - len(seen) + tasks.count() - len(seen_tasks)
    return Week(whose, begins, seen, seen_tasks, hidden)


# ── What a plan asks of somebody today ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Tasks:
    """What plans ask of somebody: actions that are due or to be taken on, and colleagues who want their view."""

    due: tuple[PlanAction, ...]
    to_own: tuple[PlanAction, ...]
    to_hand_on: tuple[PlanAction, ...]
    inputs: tuple[PlanInput, ...]

    def __bool__(self) -> bool:
        return bool(self.due or self.to_own or self.to_hand_on or self.inputs)

    def late(self, today: date) -> tuple[PlanAction, ...]:
        """Return what is late."""
        return tuple(row for row in self.due if row.due_on < today)


def tasks_of(user: User, today: date) -> Tasks:
    """Return what plans ask of somebody today: two queries. What is a promise stands among the promises.

    What is due is asked for until it is done, also when the recovery is over; what somebody left behind who is gone,
    its lead hands on.
    """
    in_case = Q(case__lead=user.pk, owner__is_active=False)
    rows = PlanAction.objects.filter(Q(owner=user.pk) | in_case, cases_seen_by(user, "case__"), done_at=None)
    rows = rows.exclude(case__status="merged").select_related("case__client", "owner", "promise")
    found = list(rows.order_by("due_on", "pk")[:MOST_TASKS])
    mine = [row for row in found if row.owner_id == user.pk]
    return Tasks(
        due=tuple(row for row in mine if _is_due(row, today)),
        to_own=tuple(row for row in mine if row.owner_agreed_at is None and row.case.status in UNDER_WAY),
        to_hand_on=tuple(row for row in found if row.owner_id != user.pk),
        inputs=tuple(
            PlanInput.objects.filter(cases_seen_by(user, "case__"), user=user, at=None, case__status__in=UNDER_WAY)
            .select_related("case__client")
            .order_by("asked_at", "pk")
        ),
    )


def _is_due(row: PlanAction, today: date) -> bool:
    is_promised = row.promise is not None and row.promise.state == PromiseState.OPEN
    return _change(row).binds and not is_promised and row.due_on <= today + AHEAD


def has_fanfare(case: Case, now: datetime) -> bool:
    """Whether more letters about a recovery went out lately than anybody asked for: one query."""
    unasked = Outgoing.objects.filter(case=case, kind=LetterKind.CLIENT, answers=None, sent_at__lte=now)
    return is_fanfare((at for at in unasked.values_list("sent_at", flat=True) if at), now)
