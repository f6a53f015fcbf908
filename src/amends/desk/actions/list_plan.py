"""What is to become of each row of a list, by what the desk has: nothing is written here, so a dry run is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.desk.actions.list_change import Planned
from amends.desk.actions.list_facts import WORDS, facts_gone, plan_facts, plan_talk, talk_gone
from amends.desk.actions.list_parties import client_gone, erase_anonymised, person_gone, plan_client, plan_person
from amends.desk.actions.list_whose import NotTaken, is_forgotten
from amends.desk.models import ListKind, RowOutcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from amends.desk.actions.list_around import Around, Typed


def plan(here: Around, typed: Typed, now: datetime) -> Planned:
    """Return what is to become of one row; a row that cannot be taken says why."""
    planned = Planned(typed.number, typed.raw, RowOutcome.SAME)
    own, row = typed.own, typed.row
    try:
        if row.is_anonymised:
            _without_words(here, own, planned, now)
        elif row.is_deleted:
            GONE[here.kind](here, own, planned, now)
        else:
            _refuse_unfit(here, typed, planned)
            PLANS[here.kind](here, typed, own, planned, now)
    except NotTaken as reason:
        return Planned(typed.number, planned.raw, RowOutcome.REFUSED, str(reason))
    return planned


def _without_words(here: Around, own: str, planned: Planned, now: datetime) -> None:
    """Plan that what was anonymised over there goes, so that undoing brings no word of it back."""
    planned.raw = {}
    if here.kind == ListKind.PEOPLE:
        erase_anonymised(here, own, planned)
        return
    GONE[here.kind](here, own, planned, now)
    for change in planned.changes:
        change.before = {name: "" if name in WORDS else value for name, value in (change.before or {}).items()}


def _refuse_unfit(here: Around, typed: Typed, planned: Planned) -> None:
    """Raise NotTaken for a row that is none for us, that could not be understood, or that tells of who was erased."""
    if typed.row.left_out:
        planned.raw = {}  # of no use here: nothing of it is kept
        raise NotTaken(typed.row.left_out)
    if typed.row.problems:
        raise NotTaken(" ".join(f"{problem.column}: {problem.why}" for problem in typed.row.problems))
    if is_forgotten(here, typed.own, typed.told):
        planned.raw = {}
        raise NotTaken(_("Somebody in this row was erased here. A list does not bring them back."))


PLANS: dict[str, Callable[[Around, Typed, str, Planned, datetime], None]] = {
    ListKind.CLIENTS: plan_client,
    ListKind.PEOPLE: plan_person,
    ListKind.ORDERS: plan_facts,
    ListKind.PLACEMENTS: plan_facts,
    ListKind.INVOICES: plan_facts,
    ListKind.NOTES: plan_talk,
    ListKind.ACTIVITIES: plan_talk,
}
GONE: dict[str, Callable[[Around, str, Planned, datetime], None]] = {
    ListKind.CLIENTS: client_gone,
    ListKind.PEOPLE: person_gone,
    ListKind.ORDERS: facts_gone,
    ListKind.PLACEMENTS: facts_gone,
    ListKind.INVOICES: facts_gone,
    ListKind.NOTES: talk_gone,
    ListKind.ACTIVITIES: talk_gone,
}
