"""The page Today: who comes first and why, who else waits, what was promised, and how the clients stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from amends.core.health import State
from amends.core.history import hard_sentence
from amends.core.language import Rule
from amends.core.waiting import importance, overrun, urgency, why_first
from amends.desk.models import Case, Client, FollowUp, ImportStatus, MailImport, Promise, Standing, Waiting
from amends.desk.queries.case import place_of
from amends.desk.queries.check_in import with_asks
from amends.desk.queries.firm import answer_hours_of, hours_of
from amends.desk.queries.needs import Needs, needs_of, open_waits, waits_of
from amends.desk.queries.plan import Tasks, tasks_of
from amends.desk.rules import clients_seen_by, mine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.desk.models import Firm, Person, User
    from amends.desk.queries.needs import CheckIn, Going, Wait

RANKED = 100  # of who has waited longest; the exact order of more of them helps nobody (judgement)
SHOWN = 12  # rows of one list on the page; the rest is a click away (judgement)
MOST = 100  # rows of one list after that click: the page stays light (judgement)
RAIL = 6  # recoveries in the rail (judgement)
OLD_MAIL = timedelta(days=14)  # since the newest mail: then Today says of when it speaks (judgement)
WHOLE_WORDS = 220  # characters of a message that are read at a glance (judgement)
SHADES = (State.STEADY, State.UNSETTLED, State.STRAINED, State.AT_RISK, State.NOT_ENOUGH)  # the order of the bar


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody to get back to: what they wait for, or a recovery whose next step is due, or both."""

    waiting: Waiting | None
    case: Case | None
    place: Place
    check_in: CheckIn | None = None  # due with the same person: part of this row

    @property
    def client(self) -> Client:
        """Whose they are."""
        row = self.waiting or self.case
        assert row is not None  # noqa: S101  (a place has one of them)
        return row.client

    @property
    def person(self) -> Person | None:
        """Who waits; None where nobody is known."""
        return (self.waiting.person if self.waiting else None) or (self.case.person if self.case else None)

    @property
    def name(self) -> str:
        """Who it is: the person, or the client where nobody is known."""
        return (self.person.name if self.person else "") or self.client.name

    @property
    def first_name(self) -> str:
        """What one would call them."""
        return (self.person.first_name if self.person else "") or self.client.name

    @property
    def why_first(self) -> str:
        """Why they stand where they do, in a sentence."""
        place = self.place
        return why_first(self.first_name, place.overrun_hours, place.importance, has_open_case=place.has_case)

    def agreed_hours(self, firm: Firm) -> int:
        """Return within how many working hours they were promised an answer."""
        return answer_hours_of(self.client, firm)

    @property
    def is_call_back(self) -> bool:
        """Whether a call-back was promised and did not take place."""
        return bool(self.case and self.case.call_back_by and not self.case.called_back_at)

    @property
    def words(self) -> str:
        """Their own: the message up to what hurts and what they ask, where that is short; else what hurts alone."""
        if self.waiting is None:
            return self.case.words if self.case else ""
        message = self.waiting.message
        quote, asks, text = (" ".join(each.split()) for each in (self.waiting.quote, message.asks, message.text))
        ends = {text.find(each) + len(each) for each in (asks, quote) if each and each in text}
        fitting = [text[:end] for end in sorted(ends, reverse=True) if end <= WHOLE_WORDS]
        return next((told for told in fitting if quote in told), self.waiting.quote)


@dataclass(frozen=True, slots=True)
class Making:
    """A recovery in the rail; `place` counts its step from 1."""

    case: Case
    place: int
    check_in: CheckIn | None
    is_check_in_due: bool


@dataclass(frozen=True, slots=True)
class Stale:
    """A mail file that could not be read, and from when what is seen dates."""

    mailing: MailImport
    seen_until: datetime | None


@dataclass(frozen=True)
class Today:
    """The page: who comes first, the lists, and the rail. Lists hold what is shown; `needs` has all of it."""

    firm: Firm
    needs: Needs
    first: Someone | None
    people: tuple[Someone, ...]
    promises: tuple[Promise, ...]
    asking: Mapping[int, Waiting]  # by promise: who waits, where its row stands for that
    check_ins: tuple[FollowUp, ...]
    making: tuple[Making, ...]
    states: Mapping[str, int]
    theirs: int  # how many of the clients that they see are their own to look after
    elsewhere: int  # how many people wait whom somebody else has to answer
    is_covered: bool  # whether some of those are their own clients', and a colleague covers
    stale: Stale | None
    ends_at: datetime | None  # the newest mail, where it is long ago
    mended: int  # of those that count as steady
    unseen: int  # of their own, those that nobody has looked at yet: whether somebody waits there is not known
    tasks: Tasks  # what plans ask of them, beside what is promised
    to_call: Client | None = None

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return sum(self.states.values())

    @property
    def people_count(self) -> int:
        """How many people wait, beside the first."""
        return max(len(self.needs.waits) + len(self.needs.steps) - 1, 0)

    @property
    def has_more(self) -> bool:
        """Whether a list is longer than what is shown of it."""
        shown = (len(self.people), len(self.promises), len(self.check_ins))
        return shown != (self.people_count, len(self.needs.owed), len(self.needs.check_ins))

    @property
    def others(self) -> int:
        """How many clients need nothing."""
        return max(self.clients - len(self.needs.clients), 0)


def today_of(user: User, now: datetime, firm: Firm, *, is_whole: bool = False) -> Today:
    """Return what Today shows somebody; `is_whole` shows up to `MOST` rows of each list instead of `SHOWN`."""
    hours = hours_of(firm)
    needs = needs_of(user, now, hours)
    most = MOST if is_whole else SHOWN
    people = _people(needs, now, hours, most + 1)
    states, mended, theirs, unseen = _states(user, now)
    last = _last_import()
    elsewhere, covers = (0, 0) if needs.count else _elsewhere(user)
    return Today(
        firm=firm,
        needs=needs,
        first=people[0] if people else None,
        people=tuple(people[1:]),
        promises=_promises(needs, most),
        asking=_asking(needs, most),
        check_ins=_check_ins(needs, most),
        making=_making(needs),
        states=states,
        theirs=theirs,
        elsewhere=elsewhere,
        is_covered=bool(covers),
        stale=_stale(last),
        ends_at=_ends_at(last, now),
        mended=mended,
        unseen=unseen,
        tasks=tasks_of(user, now.astimezone(hours.zone).date()),
        to_call=None if needs.count else _longest_silent(user),
    )


class Place(NamedTuple):
    """Where somebody stands in the order, before their rows are read."""

    wait: Wait | None
    case: Going | None
    due_at: datetime
    overrun_hours: float
    importance: float
    is_glad: bool = False  # what waits only praises: after everybody else (docs/method.md rule 1)

    @property
    def has_case(self) -> bool:
        """Whether a recovery is under way."""
        return self.case is not None or (self.wait is not None and self.wait.has_case)

    @property
    def urgency(self) -> float:
        """How much waiting hurts (docs/method.md rule 1)."""
        return urgency(self.overrun_hours, self.importance, has_open_case=self.has_case)


def _people(needs: Needs, now: datetime, hours: BusinessHours, most: int) -> list[Someone]:
    """Return who is to be got back to, first the one for whom waiting hurts most (docs/method.md rule 1)."""
    places = _places(needs, now, hours)[:most]
    waits = Waiting.objects.select_related("client__looked_after_by", "person", "message").in_bulk(
        [place.wait.pk for place in places if place.wait]
    )
    cases = Case.objects.select_related("client__looked_after_by", "person").in_bulk(
        [place.case.pk for place in places if place.case]
    )
    return [
        Someone(
            waits.get(place.wait.pk) if place.wait else None,
            cases.get(place.case.pk) if place.case else None,
            place,
            _check_in(needs, place),
        )
        for place in places
    ]


def _check_in(needs: Needs, place: Place) -> CheckIn | None:
    persons = [row.person for row in (place.wait, place.case) if row and row.person]
    client = (place.wait or place.case).client  # type: ignore[union-attr]  # a place has one of them
    return next((needs.also[client, person] for person in persons if (client, person) in needs.also), None)


def _places(needs: Needs, now: datetime, hours: BusinessHours) -> list[Place]:
    ranked = needs.waits[: max(RANKED, SHOWN)]
    if not ranked and not needs.steps:
        return []
    worths, glad = _worths(), _glad(ranked)
    of_all = sorted(worths.values())

    def place(wait: Wait | None, case: Going | None, due_at: datetime, client: int) -> Place:
        weight, is_glad = importance(worths.get(client), of_all), wait is not None and wait.pk in glad
        return Place(wait, case, due_at, overrun(due_at, now, hours), weight, is_glad and not case)

    alone = [place(wait, None, wait.due_at, wait.client) for wait in ranked]
    steps = [
        place(wait, case, min(case.next_at, now, wait.due_at if wait else now), case.client)  # due today: time is up
        for case in needs.steps
        if case.next_at
        for wait in (needs.waits_of.get(case.pk),)
    ]
    rest = [place(wait, None, wait.due_at, wait.client) for wait in needs.waits[len(ranked) : MOST]]
    return [*sorted([*alone, *steps], key=lambda one: (one.is_glad, -one.urgency)), *rest]


def _glad(ranked: Sequence[Wait]) -> set[int]:
    """Return the keys of the waits whose mail praises, and says nothing that hurts."""
    rows = Waiting.objects.filter(pk__in=[wait.pk for wait in ranked]).order_by()
    columns = ("pk", "quote", "message__asks", "message__said", "message__unhappy", "message__worst")
    return {
        pk
        for pk, quote, asks, said, unhappy, worst in rows.values_list(*columns)
        if quote == asks  # else a later mail of the thread hurts
        and any(rule == Rule.PRAISE for rule, _ in said)
        and not hard_sentence(said, unhappy, worst)
    }


def _worths() -> dict[int, float]:
    """Return what every client brings a year, where that is known."""
    known = Client.objects.filter(standing=Standing.CLIENT).exclude(yearly_value=None)
    return dict(known.order_by().values_list("pk", Cast("yearly_value", FloatField())))


def _promises(needs: Needs, most: int) -> tuple[Promise, ...]:
    keys = [promise.pk for promise in needs.owed[:most]]
    found = Promise.objects.select_related("client", "person", "promised_by", "case").in_bulk(keys)
    return tuple(found[key] for key in keys if key in found)


def _asking(needs: Needs, most: int) -> dict[int, Waiting]:
    keys = {one.pk: needs.waits_for[one.pk].pk for one in needs.owed[:most] if one.pk in needs.waits_for}
    found = Waiting.objects.select_related("client", "person").in_bulk(keys.values()) if keys else {}
    return {promise: found[wait] for promise, wait in keys.items() if wait in found}


def _check_ins(needs: Needs, most: int) -> tuple[FollowUp, ...]:
    keys = [one.pk for one in needs.check_ins[:most]]
    found = with_asks(FollowUp.objects.select_related("client", "person")).in_bulk(keys)
    return tuple(found[key] for key in keys if key in found)


def _making(needs: Needs) -> tuple[Making, ...]:
    """Return the recoveries of the rail: the least far first, because they need most."""
    going = sorted(needs.recoveries, key=lambda case: place_of(case.step))[:RAIL]
    found = Case.objects.select_related("client").in_bulk([case.pk for case in going])
    due = {one.case for one in (*needs.check_ins, *needs.also.values())}
    return tuple(
        Making(found[case.pk], place_of(case.step), needs.coming.get(case.pk), case.pk in due)
        for case in going
        if case.pk in found
    )


def _states(user: User, now: datetime) -> tuple[dict[str, int], int, int, int]:
    """Count the clients that somebody sees by state, the mended, those that are their own, and of these the unseen.

    A mended one counts as steady, and is named beside it. Unseen is who has messages, was just taken as a client, and
    waits for the worker.
    """
    own = mine(user)
    theirs = Count("pk", filter=own) if own else Count("pk")
    asked = Waiting.objects.filter(client=OuterRef("pk"))
    new = Q(~Exists(asked), assess_due_at__lte=now, drawn_until=None, messages_count__gt=0)
    unseen = Count("pk", filter=own & new if own else new)
    rows = clients_seen_by(user).order_by().values_list("state").annotate(Count("pk"), theirs=theirs, unseen=unseen)
    counted = {state: count for state, count, *_ in rows}
    mended = counted.pop(State.MENDED, 0)
    counted[State.STEADY] = counted.get(State.STEADY, 0) + mended
    told = {str(state): counted.get(state, 0) for state in SHADES}
    return told, mended, sum(row[2] for row in rows), sum(row[3] for row in rows)


def _elsewhere(user: User) -> tuple[int, int]:
    """Count the people who wait at the clients that somebody sees, and those of them at their own clients."""
    rows = open_waits(user).exclude(pk__in=waits_of(user).values("pk")).order_by()
    whose = set(rows.values_list("client_id", "person_id"))
    own = set(rows.filter(mine(user, "client__")).values_list("client_id", "person_id"))
    return len(whose), len(own)


def _last_import() -> MailImport | None:
    """Return the last mail file, with the newest mail of all that were read."""
    newest = MailImport.objects.filter(status=ImportStatus.DONE).order_by(F("last_at").desc(nulls_last=True))
    return MailImport.objects.annotate(newest=Subquery(newest.values("last_at")[:1])).first()


def _ends_at(last: MailImport | None, now: datetime) -> datetime | None:
    """Return when the newest mail was written, where so long ago that what is seen is of then."""
    at: datetime | None = last.newest if last else None  # type: ignore[attr-defined]  # annotated by `_last_import`
    return at if at and now - at > OLD_MAIL else None


def _stale(last: MailImport | None) -> Stale | None:
    """Return the last mail file, where it could not be read: what is seen is older than somebody thinks."""
    if last and last.cleared_at:
        return None
    if last is None or last.status != ImportStatus.FAILED:
        return None
    read = MailImport.objects.filter(status=ImportStatus.DONE).aggregate(at=Max("finished_at"))
    return Stale(last, read["at"])


def _longest_silent(user: User) -> Client | None:
    """Return whose voice nobody has heard for longest."""
    theirs = clients_seen_by(user).filter(mine(user)).order_by(F("last_spoke_at").asc(nulls_last=True), "pk")
    return theirs.select_related("looked_after_by").first()
