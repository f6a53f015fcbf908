"""The clients: the list of all with how each is, and how much hangs on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Case as Either
from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When

from amends.core.case import ORDER, UNDER_WAY, Step
from amends.core.health import State
from amends.core.trend import DAY, WEEK, WEEKS, weeks_back
from amends.desk.models import (
    Case,
    Client,
    ClientKey,
    HealthDay,
    Message,
    Person,
    Promise,
    PromiseState,
    StaffingFact,
    Standing,
    Touch,
    User,
    Waiting,
)
from amends.desk.queries.case import step_name
from amends.desk.queries.find import searchable
from amends.desk.queries.sheet_kept import agreed_lines
from amends.desk.rules import clients_seen_by, of_seen_case, opened_by

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from amends.desk.models import Branch
    from amends.desk.queries.sheet_kept import AgreedLine

LATELY = timedelta(days=7)  # "changed this week"
# Needs attention first; who is mended needs more of it than who was never hurt.
NEED = (State.AT_RISK, State.STRAINED, State.UNSETTLED, State.MENDED, State.STEADY, State.NOT_ENOUGH)
LISTED = (
    "name", "state", "points", "is_enough", "messages_count", "why", "last_spoke_at", "mended_on", "is_restricted",
    "looked_after_by", "looked_after_by__name",
)  # fmt: skip

MOST_PEOPLE = 6  # in the rail; all of them are one click away (judgement)
MOST_PROMISES = 6
OFFERED = 150  # other clients offered while one types (judgement)
ALIKE = 4  # first letters of two names of one company, mostly (judgement)
FEW = 5  # names said when several are meant (judgement)
# The main contact, then who wrote last: on both databases those who never wrote come last.
FIRST_PEOPLE = ("-is_main", F("last_wrote_at").desc(nulls_last=True), "name", "pk")

Trend = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clients are asked for; what is empty asks for all."""

    state: str = ""
    branch: Branch | None = None
    looked_after_by: User | None = None
    is_changed: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Asked()


@dataclass(frozen=True, slots=True)
class Line:
    """One client of the list: half a year of weekly numbers, and who of it has waited too long."""

    client: Client
    trend: Trend
    waiting: Waiting | None


def clients_listed(user: User, asked: Asked, now: datetime) -> QuerySet[Client]:
    """Return the clients that somebody sees and asks for: first who needs attention, of these first who waits."""
    late = Waiting.objects.filter(client=OuterRef("pk"), settled_at=None, due_at__lte=now)
    need = Either(*(When(state=state, then=Value(place)) for place, state in enumerate(NEED)), default=Value(len(NEED)))
    need.output_field = IntegerField()
    listed = clients_seen_by(user).filter(_wanted(asked, now)).annotate(need=need, is_waiting=Exists(late))
    ordered = listed.order_by("need", "-is_waiting", "-points", "name", "pk")
    return ordered.select_related("looked_after_by").only(*LISTED)


def _wanted(asked: Asked, now: datetime) -> Q:
    wanted = Q(state=asked.state) if asked.state else Q()
    wanted &= Q(branch=asked.branch) if asked.branch else Q()
    wanted &= Q(looked_after_by=asked.looked_after_by) if asked.looked_after_by else Q()
    return wanted & (Q(state_changed_at__gte=now - LATELY) if asked.is_changed else Q())


def lines_of(clients: Sequence[Client], today: date, now: datetime) -> list[Line]:
    """Return the lines of one page of clients: two queries, however many there are."""
    keys = [client.pk for client in clients]
    trends, waits = trends_of(keys, today), _waits(keys, now)
    return [Line(client, trends[client.pk], waits.get(client.pk)) for client in clients]


def trends_of(keys: Collection[int], today: date) -> dict[int, Trend]:
    """Return half a year of weekly numbers of clients, the oldest first: two queries at most.

    A week's number is that of its last day that is known; None where nothing is known, or too little. A week ends on
    `today`'s weekday, and that day is mostly known: only of the other weeks all days are read.
    """
    ends = weeks_back(today)
    numbers: dict[int, list[int | None]] = {key: [None] * WEEKS for key in keys}
    known = _fill(numbers, keys, ends, today)
    open_weeks = {place for key in keys for place in range(WEEKS) if (key, place) not in known}
    if open_weeks:
        days = [ends[place] - day * DAY for place in open_weeks for day in range(1, WEEK.days)]
        wanting = [key for key in keys if any((key, place) not in known for place in open_weeks)]
        _fill(numbers, wanting, days, today, known)
    return {key: tuple(found) for key, found in numbers.items()}


def _fill(
    numbers: dict[int, list[int | None]],
    keys: Collection[int],
    days: Collection[date],
    today: date,
    known: Collection[tuple[int, int]] = (),
) -> set[tuple[int, int]]:
    """Put the numbers of some days into their weeks, save those `known` better; return (client, week) of each."""
    rows = HealthDay.objects.filter(client__in=keys, on__in=days).order_by("on")
    found = set()
    for key, on, points, is_enough in rows.values_list("client_id", "on", "points", "is_enough"):
        place = WEEKS - 1 - (today - on).days // WEEK.days
        if (key, place) not in known:
            numbers[key][place] = min(100, max(0, 100 - points)) if is_enough else None
            found.add((key, place))
    return found


def _waits(keys: Collection[int], now: datetime) -> dict[int, Waiting]:
    """Return, of each client, who has waited longest beyond what was agreed."""
    late = Waiting.objects.filter(client__in=keys, settled_at=None, due_at__lte=now)
    found: dict[int, Waiting] = {}
    for waiting in late.select_related("person").order_by("asked_at"):
        found.setdefault(waiting.client_id, waiting)
    return found


def colleagues() -> QuerySet[User]:
    """Return everybody who can look after a client."""
    return User.objects.filter(is_active=True)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a client's history: the recovery under way, what was agreed, people, open promises, who waits.

    `step` is the place of the recovery's step, counted from 1; 0 where it stands beside the order.
    """

    case: Case | None
    step: int
    agreed: tuple[AgreedLine, ...]
    people: tuple[Person, ...]
    promises: tuple[Promise, ...]
    waiting: tuple[Waiting, ...]

    @property
    def step_name(self) -> str:
        """What the step of the recovery is called."""
        return step_name(self.case.step) if self.case else ""


def beside(client: Client, now: datetime, user: User | None = None) -> Beside:
    """Return what stands beside a client's history, as far as `user` sees it (None: all).

    Six queries; more only where something agreed is measured.
    """
    cases = Case.objects.filter(of_seen_case(user, "pk"), client=client, status__in=UNDER_WAY)
    case = cases.order_by("-opened_at", "-pk").first()
    owed = Promise.objects.filter(of_seen_case(user), client=client, state=PromiseState.OPEN)
    promises = owed.select_related("person", "promised_by")
    late = Waiting.objects.filter(client=client, settled_at=None, due_at__lte=now).select_related("person")
    return Beside(
        case=case,
        step=ORDER.index(Step(case.step)) + 1 if case and case.step in ORDER else 0,
        agreed=agreed_lines(client, now),
        people=tuple(_first_people(client)),
        promises=tuple(promises[:MOST_PROMISES]),
        waiting=tuple(late.order_by("asked_at")[:MOST_PROMISES]),
    )


def _first_people(client: Client) -> QuerySet[Person]:
    here = Person.objects.filter(client=client, left_on=None).prefetch_related("addresses")
    return here.order_by(*FIRST_PEOPLE)[:MOST_PEOPLE]


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """How much hangs on a client, and goes with it."""

    messages: int
    people: int
    touches: int
    facts: int
    promises: int
    recoveries: int


def what_goes_with(client: Client) -> WhatGoes:
    """Count what hangs on a client."""
    return WhatGoes(
        messages=Message.objects.filter(client=client).count(),
        people=Person.objects.filter(client=client).count(),
        touches=Touch.objects.filter(client=client).count(),
        facts=StaffingFact.objects.filter(client=client).count(),
        promises=Promise.objects.filter(client=client).count(),
        recoveries=Case.objects.filter(client=client).count(),
    )


def others_offered(client: Client, user: User) -> list[str]:
    """Return the clients that may be the same company, each with a domain that tells it from others of its name.

    First those whose name begins alike; at most `OFFERED`: the rest is found by its name.
    """
    others = clients_seen_by(user).exclude(pk=client.pk)
    word = client.search.partition(" ")[0][:ALIKE]
    keys = ClientKey.objects.filter(client=OuterRef("pk")).order_by("key").values("key")[:1]
    alike = Either(When(search__startswith=word, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = others.annotate(alike=alike, known_by=Subquery(keys)).order_by("alike", "name", "pk")[:OFFERED]
    return [f"{name} ({key})" if key else name for name, key in rows.values_list("name", "known_by")]


def others_called(asked: str, client: Client, user: User) -> list[Client]:
    """Return which other clients somebody may mean: by domain or address, by name, else by how a name begins."""
    others = clients_seen_by(user).exclude(pk=client.pk)
    key = asked.removesuffix(")").rpartition("(")[2].strip().lower()
    ways = (Q(keys__key=key), Q(name__iexact=asked), Q(search__startswith=searchable(asked) or asked))
    return next((found for way in ways if (found := list(others.filter(way).distinct()[:FEW]))), [])


def people_of(client: Client) -> QuerySet[Person]:
    """Return everybody at a client with their addresses, who left last."""
    everybody = Person.objects.filter(client=client).prefetch_related("addresses")
    return everybody.order_by(F("left_on").asc(nulls_first=True), *FIRST_PEOPLE)


def not_clients(user: User, asked: str = "") -> QuerySet[Client]:
    """Return who was declined or is no longer a client, by name; `asked` are the first letters of a name or domain."""
    gone = Client.objects.filter(opened_by(user), standing__in=(Standing.OTHER, Standing.PAST))
    words = searchable(asked)
    meant = Q(search__startswith=words) | Q(search__contains=f" {words}") if words else Q()
    return gone.filter(meant).only("name", "search", "standing", "last_spoke_at", "branch").order_by("name", "pk")
