"""Who is to be told what: that a client waits too long, whom to call this morning; and how each wants to hear it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy

from amends.core.escalation import Colleague, Ladder, Telling, stands_in, to_tell
from amends.desk.models import Case, Client, LetterKind, Notice, NoticeChoice, Role, Standing, User, Waiting, Way
from amends.desk.queries.firm import hours_of
from amends.desk.queries.mailbox import freshness
from amends.desk.queries.needs import midnight_after
from amends.desk.queries.today import today_of
from amends.desk.rules import POWERS, Power, covered, may_manage, of_seen_case, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from amends.core.hours import BusinessHours
    from amends.desk.models import Firm, FollowUp, PlanAction, Promise
    from amends.desk.queries.mailbox import Freshness
    from amends.desk.queries.today import Place, Someone

KINDS: dict[LetterKind, tuple[_StrPromise, _StrPromise]] = {  # what a colleague chooses among, and what each is
    LetterKind.MORNING: (
        gettext_lazy("Morning mail"),
        gettext_lazy("Whom to call today and what was promised, on working days; none when there is nobody to call."),
    ),
    LetterKind.LATE: (
        gettext_lazy("Somebody waits longer than agreed"),
        gettext_lazy("In working hours, at most once an hour, when it is yours to see to: by the firm’s levels."),
    ),
    LetterKind.STUCK: (
        gettext_lazy("A recovery is stuck"),
        gettext_lazy(
            "In working hours, when a deadline of a recovery was missed and it is yours to see to: by levels."
        ),
    ),
    LetterKind.ANSWER: (
        gettext_lazy("A client answered on their page"),
        gettext_lazy("In working hours, at once, when you lead the recovery or look after the client."),
    ),
    LetterKind.COVER: (
        gettext_lazy("A colleague asks you to answer"),
        gettext_lazy("When a colleague asks you to cover for one client, at once."),
    ),
}
MORNING_LASTS = timedelta(hours=4)  # after its time a morning mail comes too late to be one (judgement)
LOOKED_BACK = timedelta(days=60)  # answers due earlier are told of no more, however few hours a firm works (judgement)
TO_GO = Q(way=Way.OTHER, sending_at=None, told_at=None)  # notices by a service that nobody has begun to send


class Late(NamedTuple):
    """A wait of which somebody is to be told."""

    waiting: Waiting
    telling: Telling


@dataclass(frozen=True, slots=True)
class Part:
    """What stands on the Today of one colleague: whom to call, what was promised for today, check-ins."""

    user: User
    people: tuple[Someone, ...]
    more: int  # people beyond those
    promises: tuple[Promise, ...]
    check_ins: tuple[FollowUp, ...]
    late_tasks: tuple[PlanAction, ...] = ()  # of plans, whether or not their recovery is over

    @property
    def count(self) -> int:
        """How many people there are to call."""
        return len(self.people) + self.more


@dataclass(frozen=True, slots=True)
class Morning:
    """A morning mail: somebody's own part, those of colleagues whom they cover, and whether mail comes in."""

    own: Part
    covered: tuple[Part, ...]
    freshness: Freshness | None

    @property
    def count(self) -> int:
        """How many people there are to call."""
        return self.own.count + sum(part.count for part in self.covered)

    @property
    def late_tasks(self) -> int:
        """How many actions of plans are late."""
        return len(self.own.late_tasks) + sum(len(part.late_tasks) for part in self.covered)


def can_be_told() -> QuerySet[User]:
    """Return the colleagues who are told anything: here, and with something to do when they are."""
    workers = [role for role in POWERS if Power.WORK in POWERS[role]]
    return User.objects.filter(is_active=True, joined_at__isnull=False, role__in=workers)


def choice_of(user: User, kind: str) -> NoticeChoice:
    """Return how somebody wants to hear of a kind of notice; unsaved where they never said."""
    found = NoticeChoice.objects.filter(user=user, kind=kind).first()
    return found or NoticeChoice(user=user, kind=kind, way=Way.MAIL)


def choices_of(user: User) -> list[NoticeChoice]:
    """Return the same for every kind, in the order of the page: one query."""
    kept = {one.kind: one for one in NoticeChoice.objects.filter(user=user)}
    return [kept.get(kind) or NoticeChoice(user=user, kind=kind, way=Way.MAIL) for kind in KINDS]


def can_reach(choice: NoticeChoice) -> bool:
    """Whether there is a way to somebody now: mail needs a mail server."""
    return choice.way != Way.MAIL or bool(settings.EMAIL_HOST)


def last_tests(user: User) -> dict[str, Notice]:
    """Return the last test by a service of each kind that somebody asked for."""
    rows = Notice.objects.filter(user=user, about__startswith="test ").order_by("at", "pk")
    return {row.kind: row for row in rows}


def morning_day(now: datetime, firm: Firm, hours: BusinessHours) -> date | None:
    """Return the day whose morning it is: on a working day, from the firm's time on for a while; else None."""
    day = now.astimezone(hours.zone).date()
    begins = datetime.combine(day, firm.morning_at, hours.zone)
    is_worked = hours.between(datetime.combine(day, datetime.min.time(), hours.zone), midnight_after(now, hours))
    return day if is_worked and begins <= now < begins + MORNING_LASTS else None


def without_morning(day: date) -> QuerySet[User]:
    """Return who is here on a day and has not been told of its morning."""
    told = Notice.objects.filter(kind=LetterKind.MORNING, about=f"{day:%Y-%m-%d}")
    here = Q(away_until=None) | Q(away_until__lt=day)
    return can_be_told().filter(here).exclude(pk__in=told.values("user")).order_by("pk")


def morning_of(user: User, now: datetime, firm: Firm) -> Morning:
    """Return what somebody's morning mail tells."""
    hours = hours_of(firm)
    day = now.astimezone(hours.zone).date()
    known = {one.pk: one for one in can_be_told()}
    ladder = colleagues_of(known.values())
    away = [one for one in known.values() if ladder[one.pk].is_away(day)]
    theirs = [one for one in away if one != user and stands_in(one.pk, day, ladder) == user.pk]
    own = _part(user, now, firm)
    seen = {someone.place for someone in own.people}
    return Morning(own, tuple(_without(_part(one, now, firm), user, seen) for one in theirs), freshness(now))


def _part(user: User, now: datetime, firm: Firm) -> Part:
    today = today_of(user, now, firm)
    tonight = midnight_after(now, hours_of(firm))
    people = (today.first, *today.people) if today.first else ()
    return Part(
        user=user,
        people=people,
        more=max(today.people_count + 1 - len(people), 0) if today.first else 0,
        promises=tuple(one for one in today.promises if one.due_at < tonight),
        check_ins=today.check_ins,
        late_tasks=today.tasks.late(now.astimezone(hours_of(firm).zone).date()),
    )


def _without(part: Part, user: User, seen: set[Place]) -> Part:
    """Return what a colleague hears who covers: only of clients they see, and nothing that is their own anyway."""
    clients = {one.client.pk for one in part.people}
    clients |= {one.client_id for one in part.promises} | {one.client_id for one in part.check_ins}
    clients |= {one.case.client_id for one in part.late_tasks}
    visible = set(Client.objects.filter(seen_by(user), pk__in=clients).values_list("pk", flat=True))
    kept_from = set(
        Case.objects.filter(is_restricted=True).exclude(of_seen_case(user, "pk")).values_list("pk", flat=True)
    )
    people = [one for one in part.people if one.client.pk in visible and one.place not in seen]
    return Part(
        user=part.user,
        people=tuple(one for one in people if one.case is None or one.case.pk not in kept_from),
        more=0,
        promises=tuple(one for one in part.promises if one.client_id in visible and one.case_id not in kept_from),
        check_ins=tuple(one for one in part.check_ins if one.client_id in visible and one.case_id not in kept_from),
        late_tasks=tuple(
            one for one in part.late_tasks if one.case.client_id in visible and one.case_id not in kept_from
        ),
    )


def late_by_colleague(now: datetime, firm: Firm) -> dict[User, list[Late]]:
    """Return who is to be told now of whose waiting, the longest late first."""
    hours = hours_of(firm)
    if not hours.is_open(now):
        return {}
    waits = list(_late_waits(now))
    if not waits:
        return {}
    users = {one.pk: one for one in can_be_told()}
    told = _told(waits)
    hidden = _hidden(waits, users.values())
    found: dict[User, list[Late]] = defaultdict(list)
    for waiting in waits:
        known = colleagues_of(one for one in users.values() if waiting.client_id not in hidden[one.pk])
        ladder = Ladder(_levels(waiting.client, users), known, hours, firm.escalate_hours)
        for telling in to_tell(waiting.due_at, now, ladder, told[waiting.pk]):
            found[users[telling.key]].append(Late(waiting, telling))
    return dict(found)


def _late_waits(now: datetime) -> QuerySet[Waiting]:
    """Return whose answer is late, and nobody covers."""
    late = Q(due_at__lte=now, due_at__gt=now - LOOKED_BACK, settled_at=None, client__standing=Standing.CLIENT)
    rows = Waiting.objects.filter(late).exclude(pk__in=Waiting.objects.filter(late & covered()).values("pk"))
    return rows.select_related("client__looked_after_by", "person").order_by("due_at", "pk")


def still_late(waits: Iterable[int]) -> QuerySet[Waiting]:
    """Return which of some waits are neither settled nor covered."""
    open_ones = Waiting.objects.filter(pk__in=waits, settled_at=None)
    return open_ones.exclude(pk__in=Waiting.objects.filter(covered(), pk__in=waits).values("pk"))


def _told(waits: Iterable[Waiting]) -> dict[int, set[int]]:
    """Return for each wait whom it was told to."""
    rows = Notice.objects.filter(kind=LetterKind.LATE, waiting__in=[one.pk for one in waits])
    told: dict[int, set[int]] = defaultdict(set)
    for waiting, user in rows.values_list("waiting_id", "user_id"):
        told[waiting].add(user)
    return told


def _hidden(waits: Iterable[Waiting], users: Iterable[User]) -> Mapping[int, set[int]]:
    """Return for each colleague which of the restricted clients they may not see."""
    restricted = {one.client_id for one in waits if one.client.is_restricted}
    if not restricted:
        return defaultdict(set)
    rows = Client.objects.filter(pk__in=restricted)
    return {one.pk: restricted - set(rows.filter(seen_by(one)).values_list("pk", flat=True)) for one in users}


def _levels(client: Client, users: Mapping[int, User]) -> Sequence[Sequence[int]]:
    """Return whom a wait of a client climbs to: who looks after it, who manages it, the owners."""
    carer = client.looked_after_by_id
    managers = [one.pk for one in users.values() if one.role == Role.MANAGER and may_manage(one, client)]
    owners = [one.pk for one in users.values() if one.role == Role.OWNER]
    return ([carer] if carer else [], managers, owners)


def colleagues_of(users: Iterable[User]) -> dict[int, Colleague]:
    """Return colleagues as an escalation knows them, by key."""
    return {one.pk: Colleague(one.pk, away_until=one.away_until, covered_by=one.covered_by_id) for one in users}
