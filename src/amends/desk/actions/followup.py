"""Check-ins with a client after a repair: they belong to the client and outlive the case (docs/method.md rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.core.followup import CHECK_INS, after_shaken, first_check_in, next_check_in
from amends.core.mended import FEELINGS
from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.models import FollowUp
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.rules import Power, Refused, of_seen_case, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from amends.desk.models import Case, Client, Person, User

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
    """Lay down the first check-in after a fix, on the next working day; None where one is laid down already.

    One that was left of an earlier fix comes then, too: the first contact is a day or two after this one.
    """
    due_on = first_check_in(timezone.localdate(now), hours_of(the_firm()))
    laid = rows_of(case.client).filter(case=case).order_by("due_on").first()
    if laid:
        if laid.number == 1 and laid.due_on > due_on:
            move_followup(laid, due_on, by=by, now=now, number=1, of=laid.of, note=laid.note)
        return None
    return schedule_followup(case.client, due_on, by=by, now=now, case=case, person=case.person, of=CHECK_INS)


@transaction.atomic
def move_followup(
    followup: FollowUp, due_on: date, *, by: User | None, now: datetime, number: int, of: int, note: str = ""
) -> FollowUp:
    """Give a check-in that did not take place yet another day and another place in its row."""
    require(by, Power.WORK)
    before = values_of(followup, SCHEDULED)
    told = {"due_on": due_on, "number": number, "of": of, "note": note}
    if not FollowUp.objects.filter(pk=followup.pk, done_at=None).update(**told):
        raise Refused(_("This check-in was done already."))
    followup.refresh_from_db()
    record("move_followup", followup, by=by, now=now, before=before, after=values_of(followup, SCHEDULED))
    return followup


@transaction.atomic
def back_to_weekly(client: Client, *, by: User | None, now: datetime) -> None:
    """Bring a check-in that is further off than a week to a week from today: a promise was missed."""
    due_on = after_shaken(timezone.localdate(now))
    for followup in rows_of(client).filter(due_on__gt=due_on):
        move_followup(followup, due_on, by=by, now=now, number=1, of=followup.of, note=followup.note)


@transaction.atomic
def count_contact(client: Client, *, by: User | None, now: datetime) -> None:
    """Begin the wait for the coming check-in anew: we were in touch with them (docs/method.md rule 8).

    The first one after a fix, or after a missed promise, stays on its day; none is brought forward. Those of a
    restricted recovery are its team's alone.
    """
    today = timezone.localdate(now)
    for followup in rows_of(client).filter(of_seen_case(by), number__gt=1, due_on__gt=today):
        due_on = next_check_in(followup.number - 1, today)
        if due_on > followup.due_on:
            move_followup(followup, due_on, by=by, now=now, number=followup.number, of=followup.of, note=followup.note)


@transaction.atomic
def restart_followups(case: Case, *, by: User | None, now: datetime) -> None:
    """Count the check-ins of a recovery from the first again: it is open again, and the next fix begins anew."""
    for followup in rows_of(case.client).filter(case=case, number__gt=1):
        move_followup(followup, followup.due_on, by=by, now=now, number=1, of=followup.of, note=followup.note)


def rows_of(client: Client) -> QuerySet[FollowUp]:
    """Return the check-ins of a client's recoveries that are still to come; a hello after a goodbye is none of them."""
    return FollowUp.objects.filter(client=client, done_at=None, of__gt=1).exclude(case=None)


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
