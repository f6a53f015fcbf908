"""A plan is carried out: done quietly, fixed when the client says that it holds (docs/method.md rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import begin_followups
from amends.desk.actions.plan import bind, locked
from amends.desk.actions.promise import keep_promise
from amends.desk.models import Case, PlanAction, PromiseState
from amends.desk.queries.firm import the_day
from amends.desk.queries.plan import plan_of
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import User

DONE = ("done_at", "done_note")
HELD = ("verified_at",)


@transaction.atomic
def finish_action(action: PlanAction, *, by: User | None, now: datetime, note: str = "") -> PlanAction:
    """Say that an action is done, and how, for ourselves: nobody is told. It keeps its promise. Also after the end."""
    require(by, Power.WORK)
    told = {"done_at": now, "done_note": note.strip()}
    if not PlanAction.objects.filter(pk=action.pk, done_at=None).update(**told):
        raise Refused(_("This is done already."))
    action.refresh_from_db()
    record("finish_plan_action", action, by=by, now=now, after=values_of(action, ("what", *DONE)))
    if action.promise and action.promise.state == PromiseState.OPEN:
        keep_promise(action.promise, by=by, now=now)
    _tell_fixed(action.case, by=by, now=now)
    return action


@transaction.atomic
def reopen_action(action: PlanAction, due_on: date, *, by: User | None, now: datetime) -> PlanAction:
    """Say that what was done does not hold: it is to be done again by a new day, which is promised as before."""
    require(by, Power.WORK)
    if due_on < the_day(now):
        raise Refused(_("That day has passed. By when will it be done?"))
    before = values_of(action, ("due_on", *DONE, *HELD))
    told = {"done_at": None, "verified_at": None, "due_on": due_on}
    if not PlanAction.objects.filter(pk=action.pk, done_at__isnull=False).update(**told):
        raise Refused(_("This is open already."))
    action.refresh_from_db()
    record("reopen_plan_action", action, by=by, now=now, before=before, after=values_of(action, tuple(before)))
    Case.objects.filter(pk=action.case_id).update(fixed_at=None)
    return bind(action, by=by, now=now)


@transaction.atomic
def verify_action(action: PlanAction, *, by: User | None, now: datetime) -> PlanAction:
    """Say that the client says of an action that it holds; by the last of them the failure is fixed."""
    require(by, Power.WORK)
    ready = PlanAction.objects.filter(pk=action.pk, done_at__isnull=False, verified_at=None, is_visible=True)
    if not ready.update(verified_at=now):
        raise Refused(_("Only what is done, and what the client sees, can hold for them; and only once."))
    action.refresh_from_db()
    record("verify_plan_action", action, by=by, now=now, after=values_of(action, ("what", *HELD)))
    _tell_fixed(action.case, by=by, now=now)
    return action


@transaction.atomic
def call_fixed(case: Case, *, by: User | None, now: datetime) -> Case:
    """Say that the client says that all of it is fixed: everything done that they see holds."""
    locked(case, by)
    plan = plan_of(case).core
    if not plan.is_done:
        raise Refused(_("Something is still to be done. Only then can the client say that it is fixed."))
    case.plan.filter(is_visible=True, verified_at=None).update(verified_at=now)
    _tell_fixed(case, by=by, now=now)
    return case


def _tell_fixed(case: Case, *, by: User | None, now: datetime) -> None:
    """Write down that a failure is fixed, once: everything is done, and all that the client sees holds for them."""
    if not plan_of(case).core.is_fixed or not Case.objects.filter(pk=case.pk, fixed_at=None).update(fixed_at=now):
        return
    case.fixed_at = now
    record("fix_case", case, by=by, now=now, after=values_of(case, ("fixed_at",)))
    begin_followups(case, by=by, now=now)
