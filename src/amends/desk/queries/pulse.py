"""What people at a client answered when asked about working with us, as the method reads it.

An answer on their own page, or told to a colleague, is a `Pulse`; how they felt at a check-in is kept with it
(`FollowUp.feeling`), and lists bring facts. Here all are one row of answers. Their words stay where they are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.pulse import STATEMENTS, Answer, figure_of
from amends.core.staffing import Fact, FactKind
from amends.desk.models import FollowUp, Pulse, StaffingFact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, Person

PULSE, CHECK_IN = "pulse:", "followup:"  # how evidence names them, as `queries.relationship` names other records


def answer_of(pulse: Pulse) -> Answer:
    """Return what was answered as the method reads it."""
    statements = {name: getattr(pulse, name) for name in STATEMENTS}
    return Answer(pulse.feeling, statements, pulse.next_order)


def figures_of(person: Person, but: Pulse) -> list[int]:
    """Return somebody's other answers as figures of five, in order of time, those heard at check-ins with them."""
    kept = _facts(Pulse.objects.filter(person=person).exclude(pk=but.pk), FollowUp.objects.filter(person=person))
    return [_figure(fact) for fact in sorted(kept, key=_moment)]


def answers_as_facts(client: Client, since: datetime, now: datetime) -> Iterator[Fact]:
    """Yield the answers beside other facts of the trade: their figures alone. Two queries."""
    rows = Pulse.objects.filter(client=client, at__gte=since, at__lte=now)
    yield from _facts(rows, FollowUp.objects.filter(client=client, done_at__gte=since, done_at__lte=now))


def felt_since(client_id: int, since: datetime) -> tuple[list[int], list[int]]:
    """Return how they felt whenever somebody asked since a moment, in order of time, and the last answer of each.

    Three queries. Where nobody wrote down who it was, all such answers are one person's.
    """
    listed = StaffingFact.objects.filter(client=client_id, kind=FactKind.PULSE, at__gte=since).exclude(value=None)
    kept = [Fact(FactKind.PULSE, at, value=value) for at, value in listed.values_list("at", "value")]
    rows = Pulse.objects.filter(client=client_id, at__gte=since)
    kept += _facts(rows, FollowUp.objects.filter(client=client_id, done_at__gte=since))
    kept.sort(key=_moment)
    return [_figure(fact) for fact in kept], list({fact.who: _figure(fact) for fact in kept}.values())


def _facts(pulses: QuerySet[Pulse], asked: QuerySet[FollowUp]) -> Iterator[Fact]:
    """Yield answers and check-ins at which somebody said how they feel."""
    for row in pulses.defer("words"):
        figure = figure_of(answer_of(row))
        if figure is not None:
            yield Fact(FactKind.PULSE, row.at, value=figure, id=f"{PULSE}{row.pk}", who=_who(row.person_id))
    told = asked.exclude(done_at=None).exclude(feeling=None).values_list("pk", "done_at", "feeling", "person_id")
    yield from (
        Fact(FactKind.PULSE, at, value=feeling, id=f"{CHECK_IN}{pk}", who=_who(person))
        for pk, at, feeling, person in told
        if at
    )


def _who(person: int | None) -> str:
    return str(person or "")


def _moment(fact: Fact) -> datetime:
    return fact.at


def _figure(fact: Fact) -> int:
    return int(fact.value or 0)
