"""A client is asked whether the repair holds and how they feel, and a recovery is called mended (rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import Status, Step, can_move
from amends.core.followup import is_shaken
from amends.desk.actions.call import call_off
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import count_contact, finish_followup, require_worked, schedule_followup
from amends.desk.actions.health import end_mended
from amends.desk.actions.touch import record_touch
from amends.desk.queries.mended import has_missed, is_followed, last_asked_at, next_after
from amends.desk.rules import Power, Refused, require, require_managed

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import Case, FollowUp, Person, User

LONGEST_REASON = 300  # characters, as `Case.mended_anyway` and `Case.orders_explained`


@transaction.atomic
def check_in(  # noqa: PLR0913  (keyword-only: what a check-in came to)
    followup: FollowUp,
    *,
    by: User | None,
    now: datetime,
    kind: str,
    words: str,
    holds: bool,
    next_on: date | None = None,
    feeling: int | None = None,
    agrees: bool = False,
) -> FollowUp | None:
    """Log a check-in: the talk, what they said, how they feel, and whether it holds; return the next one, if any.

    Where it has slipped the client is not Mended any more, the recovery is open again, and no check-in follows: mending
    comes first. After a missed promise, or where they feel let down, the weekly ones begin anew. While the recovery is
    under way there is always a next one, on its usual day where none is chosen. The client's other check-ins wait anew.
    """
    if holds and next_on:
        require_worked(next_on, now)
    shaken = is_shaken(feeling, has_missed=has_missed(followup.client, last_asked_at(followup), now))
    coming = next_after(followup, now, feeling)
    record_touch(followup.client, kind, by=by, now=now, person=followup.person, words=words, case=followup.case)
    call_off(followup, by=by, now=now)
    finish_followup(followup, by=by, now=now, outcome=words, feeling=feeling, holds=holds)
    count_contact(followup.client, by=by, now=now, but=followup)
    if not holds:
        end_mended(followup.client, by=by, now=now)
        if followup.case and can_move(Status(followup.case.status), Status.OPEN):
            move_case(followup.case, Status.OPEN, by=by, now=now, note=words)
        return None
    if agrees and followup.case:
        hear_agreement(followup.case, by=by, now=now)
    if coming is None or (next_on is None and not shaken and not is_followed(followup)):
        return None
    return schedule_followup(
        followup.client,
        min(next_on or coming.due_on, coming.due_on) if shaken else next_on or coming.due_on,
        by=by,
        now=now,
        case=followup.case,
        person=followup.person,
        number=coming.number,
        of=coming.of,
    )


@transaction.atomic
def hear_agreement(case: Case, *, by: User | None, now: datetime, person: Person | None = None) -> Case:
    """Take down that the client, asked whether it is mended, said yes; `person` said so on a page of their own."""
    return _say(case, "hear_agreement", by=by, now=now, person=person, agrees_it_is_mended_at=now)


@transaction.atomic
def explain_orders(case: Case, words: str, *, by: User | None, now: datetime) -> Case:
    """Say how it is with their orders: why fewer are no bad sign, or what is known where none are counted."""
    return _say(case, "explain_orders", by=by, now=now, orders_explained=_one_line(words))


@transaction.atomic
def overrule_mended(case: Case, reason: str, *, by: User, now: datetime) -> Case:
    """Call a recovery mended although something lacks: who manages the client may, with a reason that is kept."""
    require_managed(by, case.client)
    reason = _one_line(reason)
    if not reason:
        raise Refused(_("Say why it is mended all the same."))
    _say(case, "overrule_mended", by=by, now=now, mended_anyway=reason)
    if case.steps.filter(step=Step.FOLLOW_UP).exists():
        return move_case(case, Status.MENDED, by=by, now=now, note=reason)
    return finish_step(case, Step.FOLLOW_UP, by=by, now=now)


def _say(
    case: Case, verb: str, *, by: User | None, now: datetime, person: Person | None = None, **told: object
) -> Case:
    require(by, Power.WORK)
    before = values_of(case, told)
    for name, value in told.items():
        setattr(case, name, value)
    case.save(update_fields=list(told))
    record(verb, case, by=by, now=now, person=person, before=before, after=values_of(case, told))
    return case


def _one_line(words: str) -> str:
    return " ".join(words.split())[:LONGEST_REASON]
