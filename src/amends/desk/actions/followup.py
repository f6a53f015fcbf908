"""Check-ins with a client after a repair: they belong to the client and outlive the case (docs/method.md rule 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.core import followup as row
from amends.core.followup import CHECK_INS, Place, first_check_in
from amends.core.mended import FEELINGS
from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.models import FollowUp, Outgoing
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.invitation import CANCEL as CALLED_OFF
from amends.desk.queries.mended import last_asked_at, overdue_since_asked
from amends.desk.rules import Power, Refused, of_seen_case, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from amends.core.hours import BusinessHours
    from amends.desk.models import Case, Client, Person, User

A_DAY = timedelta(days=1)  # so long after a call was called off its day stays; judgement
SCHEDULED = ("due_on", "number", "of", "case_id", "person_id", "note")
DONE = ("done_at", "outcome", "feeling", "holds")


@transaction.atomic
def schedule_followup(  # noqa: PLR0913  (keyword-only: the fields of a row)
    client: Client,
    due_on: date,
    *,
    by: User | None,
    now: datetime,
    case: Case | None = None,
    person: Person | None = None,
    number: int = 1,
    of: int = 1,
    note: str = "",
) -> FollowUp:
    """Lay down a day on which somebody asks the client whether the repair holds; check-in `number` of `of`."""
    require(by, Power.WORK)
    followup = FollowUp.objects.create(
        client=client, case=case, person=person, due_on=due_on, number=number, of=of, note=note
    )
    record("schedule_followup", followup, by=by, now=now, after=values_of(followup, SCHEDULED))
    return followup


@transaction.atomic
def begin_followups(case: Case, *, by: User | None, now: datetime) -> FollowUp | None:
    """Lay down the first check-in after a fix, sooner where it hurt more; None where one is laid down already.

    One that was left of an earlier fix comes then, too: the first contact is a day or two after this one.
    """
    hours = hours_of(the_firm())
    first = first_check_in(day_of(now, hours), hours, case.severity)
    laid = rows_of(case.client).filter(case=case).order_by("due_on").first()
    if laid:
        if laid.number == 1 and laid.due_on > first.due_on and laid.call_at is None:
            _put(laid, first._replace(of=laid.of), by=by, now=now)
        return None
    return schedule_followup(case.client, first.due_on, by=by, now=now, case=case, person=case.person, of=CHECK_INS)


@transaction.atomic
def move_followup(
    followup: FollowUp, due_on: date, *, by: User | None, now: datetime, number: int, of: int, note: str = ""
) -> FollowUp:
    """Give a check-in that did not take place yet another day and another place in its row.

    On another day the hour of a planned call holds no more (`actions.call` plans one, and tells the client).
    """
    require(by, Power.WORK)
    before = values_of(followup, SCHEDULED)
    told: dict[str, object] = {"due_on": due_on, "number": number, "of": of, "note": note}
    if due_on != followup.due_on:
        told |= {"call_at": None, "minutes": None, "sequence": F("sequence") + 1}
    if not FollowUp.objects.filter(pk=followup.pk, done_at=None).update(**told):
        raise Refused(_("This check-in was done already."))
    followup.refresh_from_db()
    record("move_followup", followup, by=by, now=now, before=before, after=values_of(followup, SCHEDULED))
    return followup


@transaction.atomic
def back_to_weekly(client: Client, *, by: User | None, now: datetime) -> None:
    """Begin the weekly check-ins of a client anew, within a week: a promise was missed, or they feel let down.

    A planned call stays at its hour; the weekly ones begin with it.
    """
    _shake(rows_of(client), by=by, now=now)


@transaction.atomic
def back_where_overdue(now: datetime) -> int:
    """Begin the weekly check-ins anew where a promise passed its day since they were asked; return of how many."""
    return _shake(overdue_since_asked(_rows(), now), by=None, now=now)


def _shake(rows: QuerySet[FollowUp], *, by: User | None, now: datetime) -> int:
    found = list(rows.filter(number__gt=1))
    if not found:
        return 0
    hours = hours_of(the_firm())
    today = day_of(now, hours)
    for followup in found:
        weekly = row.back_to_weekly(place_of(followup), today, hours)
        due_on = followup.due_on if followup.call_at else weekly.due_on
        _put(followup, weekly._replace(due_on=due_on), by=by, now=now)
    return len(found)


@transaction.atomic
def count_contact(
    client: Client, *, by: User | None, now: datetime, at: datetime | None = None, but: FollowUp | None = None
) -> None:
    """Begin the wait for the coming check-in anew: we were in touch with them, `at` the latest now (rule 8).

    The first one after a fix, or after a missed promise, stays on its day, and so does a planned call; none is brought
    forward. Those of a restricted recovery are its team's alone. `but` is the one that is just taking place.
    """
    rows = rows_of(client).filter(of_seen_case(by))
    _count(rows.exclude(pk=but.pk) if but else rows, {client.pk: at or now}, by=by, now=now)


@transaction.atomic
def count_letters(contacts: Mapping[int, datetime], *, now: datetime) -> None:
    """Do the same for mail that went to and fro: when each client (by its number) was last in touch with us.

    The letter that calls a planned call off is no such mail: the day that somebody chose instead holds.
    """
    called_off = Outgoing.objects.filter(followup=OuterRef("pk"), method=CALLED_OFF, sending_at__gte=now - A_DAY)
    _count(_rows().filter(~Exists(called_off), client__in=contacts), contacts, by=None, now=now)


def _count(rows: QuerySet[FollowUp], contacts: Mapping[int, datetime], *, by: User | None, now: datetime) -> None:
    found = list(rows.filter(number__gt=1, call_at=None).select_related("case", "client"))
    if not found:
        return
    hours = hours_of(the_firm())
    today = day_of(now, hours)
    for followup in found:
        on = min(day_of(contacts[followup.client_id], hours), today)
        asked_on = day_of(last_asked_at(followup), hours)
        coming = row.after_contact(place_of(followup), on, hours, asked_on=asked_on)
        if followup.due_on > today and coming.due_on > followup.due_on:
            _put(followup, coming, by=by, now=now)


def _put(followup: FollowUp, place: Place, *, by: User | None, now: datetime) -> None:
    move_followup(followup, place.due_on, by=by, now=now, number=place.number, of=place.of, note=followup.note)


@transaction.atomic
def restart_followups(case: Case, *, by: User | None, now: datetime) -> None:
    """Count the check-ins of a recovery from the first again: it is open again, and the next fix begins anew."""
    for followup in rows_of(case.client).filter(case=case, number__gt=1):
        _put(followup, place_of(followup)._replace(number=1), by=by, now=now)


@transaction.atomic
def keep_one(case: Case, *, by: User | None, now: datetime) -> None:
    """Leave one check-in of a recovery that another was joined to: a planned call, else the one that is due first."""
    laid = rows_of(case.client).filter(case=case).order_by(F("call_at").asc(nulls_last=True), "due_on", "pk")
    _drop(laid[1:], by=by, now=now)


@transaction.atomic
def end_followups(case: Case, *, by: User | None, now: datetime) -> None:
    """Ask no more whether it holds: we parted. A planned call stays, and so does the hello after the goodbye."""
    _drop(rows_of(case.client).filter(case=case, call_at=None), by=by, now=now)


def _drop(rows: Iterable[FollowUp], *, by: User | None, now: datetime) -> None:
    for followup in rows:
        record("drop_followup", followup, by=by, now=now, before=values_of(followup, SCHEDULED))
        followup.delete()


def require_worked(on: date, now: datetime) -> None:
    """Raise Refused for a day that has passed, or on which nobody of us works."""
    hours = hours_of(the_firm())
    if on < day_of(now, hours):
        raise Refused(_("That day has passed. Choose when to ask again."))
    if hours.working_day(on, 0) != on:
        told = _("Nobody works here on %(day)s. Choose another day.")
        raise Refused(told % {"day": date_format(on, "l, F j")})


def place_of(followup: FollowUp) -> Place:
    """Return where a check-in stands in its row."""
    return Place(followup.number, followup.due_on, followup.of)


def day_of(now: datetime, hours: BusinessHours) -> date:
    """Return the firm's own day at a moment, wherever it is asked from."""
    return now.astimezone(hours.zone).date()


def rows_of(client: Client) -> QuerySet[FollowUp]:
    """Return the check-ins of a client's recoveries that are still to come; a hello after a goodbye is none of them."""
    return _rows().filter(client=client)


def _rows() -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(Q(done_at=None, of__gt=1), case__isnull=False)


@transaction.atomic
def finish_followup(
    followup: FollowUp,
    *,
    by: User | None,
    now: datetime,
    outcome: str = "",
    feeling: int | None = None,
    holds: bool | None = None,
) -> FollowUp:
    """Say that a check-in took place, what came of it, how they feel (1 to 5), and whether the repair holds."""
    require(by, Power.WORK)
    if feeling is not None and feeling not in FEELINGS:
        raise Refused(_("A feeling is one of five."))
    told = {"done_at": now, "outcome": outcome, "feeling": feeling, "holds": holds}
    if not FollowUp.objects.filter(pk=followup.pk, done_at=None).update(**told):
        raise Refused(_("This check-in was done already."))
    followup.refresh_from_db(fields=DONE)
    record("finish_followup", followup, by=by, now=now, after=values_of(followup, DONE))
    touch_health([followup.client_id], now=now)
    return followup
