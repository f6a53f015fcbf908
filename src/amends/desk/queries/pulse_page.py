"""The answers of one client, person by person, as its page shows them, and who of them can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.core.case import Status
from amends.core.mended import FEELINGS
from amends.core.pulse import (
    AGREED,
    HANDLED,
    HANDLING,
    NEXT_ORDER,
    ORDER_WORDS,
    STATEMENTS,
    Order,
    Reaction,
    figure_of,
    is_low,
    move_of,
)
from amends.core.staffing import FactKind
from amends.core.wording import say
from amends.desk.models import Case, ClientPage, FollowUp, Outgoing, PageKind, Pulse, StaffingFact
from amends.desk.queries.erased import kept_words
from amends.desk.queries.outbox import DRAFT
from amends.desk.queries.pulse import answer_of
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.desk.models import Client, Person, User

HANDLING_WITHIN = timedelta(days=90)  # since a recovery was closed: later nobody remembers how it was (judgement)
OVER = (Status.MENDED, Status.CLOSED, Status.PARTED)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. `where` says how it reached us, `told` each other question and what they said to it."""

    at: datetime
    who: int | None
    name: str
    figure: int | None
    where: str
    feeling: str = ""
    told: tuple[tuple[str, str], ...] = ()
    words: str = ""
    is_low: bool = False
    case: Case | None = None  # the recovery that it opened, or that it was said of


@dataclass(frozen=True, slots=True)
class Row:
    """All answers of one person, in order of time, and where they went."""

    who: int | None
    name: str
    given: tuple[Given, ...]

    @property
    def felt(self) -> tuple[Given, ...]:
        """The answers that say how they feel."""
        return tuple(one for one in self.given if one.figure)

    @property
    def move(self) -> Reaction:
        """Where their answers went: two points at once, or two moves in one direction."""
        return move_of([one.figure for one in self.felt if one.figure])


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody at a client, why they are not to be asked (empty: they are), and when they were asked last."""

    person: Person
    why_not: str
    asked_at: datetime | None
    has_answered: bool


def pulses_of(client: Client, user: User | None) -> list[Row]:
    """Return the answers of each person as far as `user` sees them, who was heard last first: three queries."""
    given = sorted(_given(client, user), key=lambda one: one.at)
    rows: dict[int | None, list[Given]] = {}
    for one in given:
        rows.setdefault(one.who, []).append(one)
    found = [Row(who, every[-1].name, tuple(every)) for who, every in rows.items()]
    return sorted(found, key=lambda row: row.given[-1].at, reverse=True)


def _given(client: Client, user: User | None) -> Iterator[Given]:
    pulses = Pulse.objects.filter(of_seen_case(user), client=client).select_related("person", "by", "case")
    for pulse in pulses:
        answer = answer_of(pulse)
        yield Given(
            at=pulse.at,
            who=pulse.person_id,
            name=name_of(pulse.person),
            figure=figure_of(answer),
            where=_("told %(name)s") % {"name": pulse.by.first_name} if pulse.by else _("on their page"),
            feeling=said_of(pulse.feeling),
            told=tuple(told_of(pulse)),
            words=kept_words(pulse.words),
            is_low=is_low(answer),
            case=pulse.case,
        )
    asked = FollowUp.objects.filter(of_seen_case(user), client=client).exclude(done_at=None).exclude(feeling=None)
    for row in asked.select_related("person"):
        at = cast("datetime", row.done_at)
        yield Given(at, row.person_id, name_of(row.person), row.feeling, _("at a check-in"), said_of(row.feeling))
    for fact in StaffingFact.objects.filter(client=client, kind=FactKind.PULSE).exclude(value=None):
        figure = int(fact.value or 0)
        yield Given(fact.at, None, name_of(None), figure, _("written down"), said_of(figure), words=fact.words)


def name_of(person: Person | None) -> str:
    """Return whose answer it is; of who is gone, and where nobody wrote it down, that it was somebody there."""
    return (person.name if person else "") or _("Somebody there")


def said_of(feeling: int | None) -> str:
    """Return one of the five words for how somebody feels; nothing where nobody asked."""
    return say(FEELINGS[feeling]) if feeling in FEELINGS else ""


def told_of(pulse: Pulse) -> Iterator[tuple[str, str]]:
    """Yield the questions beside the feeling that were answered, each with the answer in words."""
    for name, statement in STATEMENTS.items():
        if value := getattr(pulse, name):
            yield say(statement), say(AGREED[value])
    if pulse.next_order:
        yield say(NEXT_ORDER), say(ORDER_WORDS[Order(pulse.next_order)])
    if pulse.handling:
        yield say(HANDLING), say(HANDLED[pulse.handling])


def askable(client: Client) -> list[Askable]:
    """Return who works at a client now, and whether each can be asked: two queries."""
    pages = ClientPage.objects.filter(kind=PageKind.PULSE, person=OuterRef("pk"), links__isnull=False)
    last = pages.order_by("-made_at", "-pk")
    drafts = Outgoing.objects.filter(DRAFT, page__kind=PageKind.PULSE, page__person=OuterRef("pk"))
    people = client.people.filter(left_on=None).prefetch_related("addresses")
    rows = people.annotate(
        asked_at=Subquery(last.values("made_at")[:1]),
        answered_at=Subquery(last.values("answered_at")[:1]),
        is_drafted=Exists(drafts),
    )
    return [Askable(row, _why_not(row, is_drafted=row.is_drafted), row.asked_at, bool(row.answered_at)) for row in rows]


def _why_not(person: Person, *, is_drafted: bool) -> str:
    if person.no_pulse_at:
        day = date_format(timezone.localdate(person.no_pulse_at), _("M j, Y"))
        return _("Asked on %(day)s not to be asked any more.") % {"day": day}
    if not list(person.addresses.all()):
        return _("We have no address.")
    return _("A letter that asks waits to be read.") if is_drafted else ""


def to_ask_of_handling(client: Client, user: User, now: datetime) -> list[Case]:
    """Return the recoveries that are over, and whose person nobody has asked yet how it was handled: one query."""
    asked = ClientPage.objects.filter(case=OuterRef("pk"), person=OuterRef("person"), asks_handling=True)
    sent = asked.filter(Q(links__isnull=False) | Q(letters__isnull=False))
    told = Pulse.objects.filter(case=OuterRef("pk"), person=OuterRef("person")).exclude(handling=None)
    rows = Case.objects.filter(of_seen_case(user, "pk"), client=client, status__in=OVER)
    rows = rows.filter(closed_at__gte=now - HANDLING_WITHIN, person__no_pulse_at=None, person__left_on=None)
    rows = rows.filter(person__addresses__isnull=False).exclude(Exists(sent)).exclude(Exists(told))
    return list(rows.select_related("person").distinct())
