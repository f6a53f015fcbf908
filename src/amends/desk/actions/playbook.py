"""Playbooks: what usually has to be done after a kind of failure; added to a plan, and made the firm's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.plan import MOST_DAYS, NAMES, Failure, Part
from amends.core.wording import say
from amends.desk.actions.case_team import take_in
from amends.desk.actions.event import record, values_of
from amends.desk.actions.plan import locked, unapprove
from amends.desk.models import PlanAction, Playbook
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.plan import can_own, manager_of
from amends.desk.queries.playbook import plays
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from amends.core.plan import Play
    from amends.desk.models import Case, User

MOST_PLAYS = 30  # actions of one playbook: more is no plan that anybody keeps (judgement)
LONGEST_WHAT, LONGEST_MEASURE = 1000, 300  # characters; of a measure as `PlanAction.measure`


@transaction.atomic
def apply_playbook(case: Case, failure: Failure, *, by: User, now: datetime) -> list[PlanAction]:
    """Add what a playbook asks for to a plan: days reckoned in working days from today, owners proposed, none bound.

    What is in the plan already is left alone; refused where that is all of it.
    """
    locked(case, by)
    hours = hours_of(the_firm())
    today, parts = now.astimezone(hours.zone).date(), _parts(case)
    known = {row.what: row.position for row in case.plan.all()}
    first = max(known.values(), default=-1) + 1
    new = [play for play in plays(failure) if play.what not in known]
    if not new:
        raise Refused(_("All of it is in the plan already."))
    added = [
        PlanAction(
            case=case,
            what=play.what,
            measure=play.measure,
            owner=parts[play.who],
            owner_agreed_at=now if parts[play.who] == by else None,
            due_on=hours.working_day(today, play.days),
            is_containment=play.stops,
            is_visible=not play.inside,
            position=first + place,
            at=now,
            by=by,
        )
        for place, play in enumerate(new)
    ]
    rows = PlanAction.objects.bulk_create(added)
    for owner in {row.owner for row in rows}:
        take_in(case, owner, by=by, now=now)
    record("apply_playbook", case, by=by, now=now, after={"playbook": str(failure), "count": len(rows)})
    unapprove(case)
    return rows


def _parts(case: Case) -> dict[Part, User | None]:
    """Return who is proposed for each part: who is here; else the lead."""
    lead = case.lead if case.lead and can_own(case.lead) else None
    carer = case.client.looked_after_by
    return {
        Part.LEAD: lead,
        Part.CARER: carer if carer and can_own(carer) else lead,
        Part.MANAGER: manager_of(case) or lead,
    }


@transaction.atomic
def save_playbook(failure: Failure, told: Sequence[Play], *, by: User, now: datetime) -> Playbook:
    """Keep the firm's own version of a playbook."""
    require(by, Power.MANAGE)
    if not told:
        raise Refused(_("A playbook needs at least one action. To have ours again, go back to the original."))
    if len(told) > MOST_PLAYS or any(not _is_sound(play) for play in told):
        raise Refused(_("That is more than a playbook holds."))
    book = Playbook.objects.select_for_update().filter(key=failure).first() or Playbook(key=failure)
    before = values_of(book, ("actions",)) if book.pk else {}
    book.name, book.actions = say(NAMES[failure]), [_kept(play) for play in told]
    if book.actions != before.get("actions"):
        book.save()
        record("save_playbook", book, by=by, now=now, before=_short(before), after=_short({"actions": book.actions}))
    return book


def _is_sound(play: Play) -> bool:
    lengths = len(play.what) <= LONGEST_WHAT and len(play.measure) <= LONGEST_MEASURE
    return lengths and 0 <= play.days <= MOST_DAYS


def _kept(play: Play) -> dict[str, Any]:
    return {**asdict(play), "who": str(play.who)}


def _short(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the record says of a playbook: its actions, a line each."""
    return {name: [row["what"] for row in rows] for name, rows in told.items()}


@transaction.atomic
def restore_playbook(failure: Failure, *, by: User, now: datetime) -> None:
    """Go back to the playbook that is shipped; where it is that already, nothing changes."""
    require(by, Power.MANAGE)
    book = Playbook.objects.select_for_update().filter(key=failure).first()
    if book:
        record("restore_playbook", book, by=by, now=now, before=_short({"actions": book.actions}))
        book.delete()
