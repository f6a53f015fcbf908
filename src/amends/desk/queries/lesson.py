"""What was learnt: retrospectives and lessons that are due, and what keeps going wrong across clients."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import DateField, DecimalField, ExpressionWrapper, F, Q, Sum, TextField, Value
from django.db.models.functions import Cast

from amends.core.case import Status
from amends.core.lesson import LEAST_CASES, Bar, before_and_after, pareto
from amends.core.reparation import State
from amends.desk.models import Case, Lesson, Reparation, Retrospective
from amends.desk.queries.reparation import waiting_for
from amends.desk.rules import Power, cases_seen_by, may, mine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from amends.desk.models import User

CLOSED = (Status.MENDED, Status.PARTED, Status.CLOSED)  # what a pattern is read from
OTHERS = 12  # other clients with the same trouble that a page names (judgement)


@dataclass(frozen=True, slots=True)
class Cause:
    """One theme across clients: how many recoveries, of how many clients, what they cost, and what was changed."""

    theme: str
    bar: Bar
    clients: int
    cost: Decimal
    lessons: Sequence[Lesson]
    helped: tuple[int, int] | None  # recoveries in the quarter before the first change, and after it


@dataclass(frozen=True, slots=True)
class Learnt:
    """What keeps going wrong: the causes, and from how many closed recoveries with a theme; `closed` is all of them."""

    cases: int
    closed: int
    causes: tuple[Cause, ...]

    @property
    def is_enough(self) -> bool:
        """Whether enough closed recoveries say what they were about to speak of a pattern."""
        return self.cases >= LEAST_CASES


def learnt_by(user: User, currency: str, now: datetime) -> Learnt:
    """Return what keeps going wrong in the closed recoveries that somebody sees, with sums of one currency.

    Whether a change helped is read from every recovery, closed or not: one that goes on came again as well. Three
    queries.
    """
    seen = Case.objects.filter(cases_seen_by(user), opened_at__lte=now).exclude(status=Status.MERGED)
    every = list(seen.order_by("opened_at").values_list("theme", "client_id", "opened_at", "status"))
    closed = [row for row in every if row[-1] in CLOSED]
    came: dict[str, list[datetime]] = {}
    for theme, _, at, _ in every:
        came.setdefault(theme, []).append(at)
    costs = _costs(user, currency)
    lessons: dict[str, list[Lesson]] = {}
    for lesson in lessons_of(user):
        lessons.setdefault(lesson.theme, []).append(lesson)
    themes = [theme for theme, *_ in closed if theme]
    found = [
        Cause(
            theme=bar.theme,
            bar=bar,
            clients=len({client for theme, client, *_ in closed if theme == bar.theme}),
            cost=costs.get(bar.theme, Decimal(0)),
            lessons=lessons.get(bar.theme, []),
            helped=_helped(came[bar.theme], lessons.get(bar.theme, []), now),
        )
        for bar in pareto(themes)
    ]
    return Learnt(len(themes), len(closed), tuple(found))


def lessons_of(user: User) -> QuerySet[Lesson]:
    """Return the lessons that somebody may read, the open ones that are due first."""
    seen = Case.objects.filter(cases_seen_by(user)).values("pk")
    rows = Lesson.objects.filter(Q(case=None) | Q(case__in=seen))
    return rows.select_related("owner", "case__client").order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


def lessons_on(case: Case) -> QuerySet[Lesson]:
    """Return the lessons of one recovery."""
    return case.lessons.select_related("owner").order_by("due_on", "pk")


def retrospective_of(case: Case) -> Retrospective | None:
    """Return what the team looked back on, or is to; None before the recovery ended."""
    return Retrospective.objects.filter(case=case).select_related("by").first()


def others_like(case: Case, user: User) -> list[tuple[str, int]]:
    """Return which other clients had the same trouble, and how often, those with most of it first: one query."""
    if not case.theme:
        return []
    rows = Case.objects.filter(cases_seen_by(user), theme=case.theme).exclude(client=case.client_id)
    rows = rows.exclude(status=Status.MERGED)
    counted: dict[str, int] = {}
    for name in rows.order_by("client__name").values_list("client__name", flat=True):
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items(), key=lambda one: -one[1])[:OTHERS]


class Due(NamedTuple):
    """What somebody is to do by a day: look back on a recovery, change something for all, or agree to an offer."""

    kind: str
    pk: int
    case: int | None
    client: str | None
    what: str
    due_on: date | None


LOOK_BACK, CHANGE, AGREE = "look back", "change", "agree"


def due_of(user: User, on: date) -> list[Due]:
    """Return what somebody is to look back on, to change or to agree to by a day, the longest due first: one query."""
    nothing = Value("", output_field=TextField())
    no_day = Cast(Value(None), DateField())
    back = Retrospective.objects.filter(cases_seen_by(user, "case__"), case__lead=user.pk, held_at=None, due_on__lte=on)
    left_behind = Q(owner__is_active=False, case__lead=user.pk)  # whose owner is gone, the lead hands on
    readable = Lesson.objects.filter(pk__in=lessons_of(user).order_by().values("pk"))
    change = readable.filter(Q(owner=user.pk) | left_behind, done_at=None, due_on__lte=on)
    agree = waiting_for(user).filter(mine(user, "case__client__")) if may(user, Power.MANAGE) else None
    rows = back.order_by().values_list(_kind(LOOK_BACK), "pk", "case_id", "case__client__name", nothing, "due_on")
    rows = rows.union(
        change.order_by().values_list(_kind(CHANGE), "pk", "case_id", "case__client__name", "what", "due_on")
    )
    if agree is not None:
        asked = agree.order_by().values_list(_kind(AGREE), "pk", "case_id", "case__client__name", nothing, no_day)
        rows = rows.union(asked)
    return sorted((Due(*row) for row in rows), key=lambda one: (one.due_on is not None, one.due_on, one.pk))


def _kind(name: str) -> Value:
    return Value(name, output_field=TextField())


def _helped(at: list[datetime], lessons: list[Lesson], now: datetime) -> tuple[int, int] | None:
    """Return how often it came before and after the first change; None where none is a quarter old."""
    done = min((lesson.done_at for lesson in lessons if lesson.done_at), default=None)
    return before_and_after(at, done, now) if done else None


def _costs(user: User, currency: str) -> dict[str, Decimal]:
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)
    cost = ExpressionWrapper(F("offer") + F("owed") + F("in_kind_cost"), output_field=money)
    given = Reparation.objects.filter(cases_seen_by(user, "case__"), state=State.GIVEN, currency=currency)
    rows = given.filter(case__status__in=CLOSED)
    return dict(rows.order_by().values_list("case__theme").annotate(summed=Sum(cost)))
