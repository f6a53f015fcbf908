"""Check-ins with a client after a repair: they belong to the client and outlive the case (docs/method.md rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.models import FollowUp
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import Case, Client, Person, User

SCHEDULED = ("due_on", "number", "of", "case_id", "person_id", "note")
DONE = ("done_at", "outcome")


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
def finish_followup(followup: FollowUp, *, by: User | None, now: datetime, outcome: str = "") -> FollowUp:
    """Say that a check-in took place, and what came of it."""
    require(by, Power.WORK)
    if not FollowUp.objects.filter(pk=followup.pk, done_at=None).update(done_at=now, outcome=outcome):
        raise Refused(_("This check-in was done already."))
    followup.refresh_from_db(fields=DONE)
    record("finish_followup", followup, by=by, now=now, after=values_of(followup, DONE))
    touch_health([followup.client_id], now=now)
    return followup
