"""What is behind all complaints of one client: themes by what they weigh now, and what incidents share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from amends.core.case import Origin, Status
from amends.core.history import HARD
from amends.core.issue import Complaint, rank, shared, theme_in
from amends.core.language import Rule
from amends.core.signals.complaint import UNHAPPY
from amends.core.staffing import FactKind
from amends.desk.models import Case, Heard, ListRow, Message, StaffingFact
from amends.desk.rules import cases_seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.core.issue import Ranked, Shared
    from amends.desk.models import Client, User

LOOKED_BACK = timedelta(days=730)  # two years: eight half-lives on, nothing is left of a weight (judgement)
READ = 500  # messages that complain, the newest (judgement)
MOST_ROWS = 5_000  # rows of lists looked at for what an order was like (judgement)
MILD, HARSH = 2, 3  # of 5: how bad it feels to write a complaint, and to go over somebody's head (judgement)
LOW_RATING = 2  # of 5: a placement rated so is an incident (as signal `rating`)
INCIDENTS = frozenset({FactKind.NO_SHOW, FactKind.FALL_OFF, FactKind.EARLY_END, FactKind.RATING})
ORDERS = frozenset({FactKind.PLACEMENT, FactKind.ORDER})
FOUND_BY_US = frozenset({Origin.SIGNAL, Origin.FEELING})  # before the client raised it
AT_ONCE, SOON = 2, 7  # days between an order and its start (judgement)


@dataclass(frozen=True, slots=True)
class Issue:
    """What is behind a client's complaints: themes, how many name none, what incidents share, and out of how many."""

    ranked: list[Ranked]
    complaints: int
    unnamed: int
    shared: list[Shared]
    incidents: int
    orders: int


def issue_of(client: Client, user: User, *, now: datetime) -> Issue:
    """Return what is behind all complaints of a client, as far as somebody sees its recoveries: five queries."""
    told = [*_recoveries(client, user, now), *_written(client, now)]
    named = [each for each in told if each.theme]
    incidents, orders = compared(client, now)
    found = shared(incidents, orders)
    return Issue(rank(named, now), len(told), len(told) - len(named), found, len(incidents), len(orders))


def _recoveries(client: Client, user: User, now: datetime) -> list[Complaint]:
    """Return recoveries, and what was heard in them of another theme than their own."""
    rows = Case.objects.filter(cases_seen_by(user), client=client, opened_at__gte=now - LOOKED_BACK)
    cases = {case.pk: case for case in rows.exclude(status=Status.MERGED)}
    found = [
        Complaint(case.theme or theme_in(case.words), case.severity, case.opened_at, case.origin not in FOUND_BY_US)
        for case in cases.values()
    ]
    others: dict[tuple[int, str], Complaint] = {}
    for heard in Heard.objects.filter(case__in=cases):
        theme = theme_in(heard.words)
        case = cases[heard.case_id]
        if theme and theme != (case.theme or theme_in(case.words)):
            others[heard.case_id, theme] = Complaint(theme, MILD, heard.said_at)
    return [*found, *others.values()]


def _written(client: Client, now: datetime) -> list[Complaint]:
    """Return complaints in mail, one for each conversation: its newest; those that recoveries hold are theirs."""
    kept = Heard.objects.filter(case__client=client).exclude(message=None).values("message__thread")
    rows = Message.objects.filter(client=client, from_us=False, automated="", at__range=(now - LOOKED_BACK, now))
    threads: dict[int, Complaint] = {}
    for message in rows.exclude(thread__in=kept).exclude(said=[], unhappy__lt=UNHAPPY).order_by("-at", "-pk")[:READ]:
        rules = {rule for rule, _ in message.said}
        if message.unhappy < UNHAPPY and rules.isdisjoint(HARD):
            continue
        severity = HARSH if Rule.ESCALATION in rules or Rule.EXIT in rules else MILD
        about = f"{message.subject} {message.text}"
        threads.setdefault(message.thread, Complaint(theme_in(about), severity, message.at))
    return list(threads.values())


def compared(client: Client, now: datetime) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return what incidents were like, and what orders without an incident were like: two queries.

    Facts that one row of a list told belong together (`external_id`); those that people typed are an incident each, and
    an order on whose day something went wrong is none without an incident.
    """
    facts = StaffingFact.objects.filter(client=client, kind__in=INCIDENTS | ORDERS, at__range=(now - LOOKED_BACK, now))
    together: dict[str, list[StaffingFact]] = defaultdict(list)
    for fact in facts:
        together[fact.external_id.rpartition("/")[0] or f"#{fact.pk}"].append(fact)
    rows = _rows(client)
    ordered = {key: group[0].at for key, group in together.items() if key.startswith("orders/")}
    bad = {key for key, group in together.items() if any(map(_is_incident, group))}
    days = {timezone.localdate(fact.at) for key in bad for fact in together[key]}
    incidents = [_like(together[key], rows.get(key, {}), ordered) for key in sorted(bad)]
    calm = [key for key, group in together.items() if key not in bad and group[0].kind in ORDERS]
    single = [key for key in calm if timezone.localdate(together[key][0].at) not in days or not key.startswith("#")]
    return incidents, [_like(together[key], rows.get(key, {}), ordered) for key in single]


def _is_incident(fact: StaffingFact) -> bool:
    if fact.kind == FactKind.RATING:
        return fact.value is not None and fact.value <= LOW_RATING
    return fact.kind in INCIDENTS


def _rows(client: Client) -> dict[str, dict[str, str]]:
    """Return what lists told of orders and placements, under the names of our fields, by the key of their facts."""
    told = ListRow.objects.filter(client=client, listing__source__kind__in=("orders", "placements"))
    found: dict[str, dict[str, str]] = {}
    for row in told.select_related("listing__source").order_by("-pk")[:MOST_ROWS]:
        source = row.listing.source
        if source is None or not row.raw:
            continue
        values = {field: str(row.raw.get(column) or "").strip() for field, column in source.columns.items()}
        found.setdefault(f"{source.kind}/{values.get('external_id', '')}", values)
    return found


def _like(group: Iterable[StaffingFact], told: dict[str, str], ordered: dict[str, datetime]) -> dict[str, str]:
    """Return what an order was like, by what is known of it: weekday of its start, recruiter, kind, lead time, size."""
    first = min(group, key=lambda fact: fact.at)
    start = timezone.localtime(first.at)
    like: dict[str, Any] = {
        "weekday": str(start.isoweekday()),
        "recruiter": told.get("owner", ""),
        "kind": told.get("employment", "") or told.get("title", ""),
        "size": "one" if first.count == 1 else "several",
    }
    at = ordered.get(f"orders/{told.get('order.external_id', '')}")
    if at and at <= first.at:
        days = (start.date() - timezone.localdate(at)).days
        like["lead"] = "at_once" if days < AT_ONCE else "days" if days <= SOON else "longer"
    return {name: value for name, value in like.items() if value}
