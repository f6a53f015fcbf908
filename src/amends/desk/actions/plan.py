"""What will be different: written down, owned, approved, and agreed with the client change by change (rule 6).

Nobody is bound before the client agrees and the owner agrees; then the change is a promise, due at the end of its day.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY
from amends.core.plan import Answer
from amends.core.promise import END_OF_DAY
from amends.desk.actions.case_team import take_in
from amends.desk.actions.event import record, values_of
from amends.desk.actions.promise import drop_promise, make_promise
from amends.desk.models import Case, PlanAction, Promise, PromiseState
from amends.desk.queries.firm import the_day, the_firm
from amends.desk.queries.plan import can_own, print_of
from amends.desk.rules import Power, Refused, may_manage, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from amends.desk.models import Cause, Heard, Person, User

SAID = ("what", "heard_id", "cause_id", "owner_id", "due_on", "measure", "is_containment", "is_visible")
PROMISED = ("what", "due_on", "is_visible")  # changed, the client has something else to agree to
OWNED = ("owner_agreed_at", "is_kept_anyway")
ANSWERED = ("answer", "answered_at")  # the words are the client's: they stay out of the record of changes
APPROVED = ("plan_approved_by_id", "plan_approved_at")
LONGEST_PROMISE = 300  # characters, as `Promise.what`


@transaction.atomic
def add_action(  # noqa: PLR0913  (keyword-only: the fields of a row)
    case: Case,
    what: str,
    *,
    by: User | None,
    now: datetime,
    due_on: date,
    owner: User | None = None,
    heard: Heard | None = None,
    cause: Cause | None = None,
    measure: str = "",
    is_containment: bool = False,
    is_visible: bool = True,
) -> PlanAction:
    """Add an action to the end of a plan. What somebody takes on themselves, they have agreed to.

    Refused twice, in the past, and for an owner who has left. Who approved the plan is asked again.
    """
    locked(case, by)
    what = what.strip()
    if not what:
        raise Refused(_("Say what will be different."))
    if case.plan.filter(what=what).exists():
        raise Refused(_("This is in the plan already."))
    told = {"heard": heard, "cause": cause, "measure": measure.strip(), "is_containment": is_containment}
    action = PlanAction(case=case, what=what, due_on=due_on, owner=owner, is_visible=is_visible, at=now, by=by, **told)
    _check(action, now)
    last = case.plan.order_by("-position").values_list("position", flat=True).first()
    action.position = 0 if last is None else last + 1
    action.owner_agreed_at = now if by and owner == by else None
    action.save()
    take_in(case, owner, by=by, now=now)
    record("add_plan_action", action, by=by, now=now, after=values_of(action, SAID))
    unapprove(case)
    return action


def locked(case: Case, by: User | None) -> Case:
    """Lock a recovery whose plan is changed, and refuse where it is over."""
    require(by, Power.WORK)
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is over. Open it again first."))
    return case


def _check(action: PlanAction, now: datetime, before: dict[str, object] | None = None) -> None:
    """Refuse an owner who cannot keep it, a new day that has passed, and what belongs to another recovery."""
    known = before or {}
    if action.owner and action.owner_id != known.get("owner_id") and not can_own(action.owner):
        raise Refused(_("%(name)s cannot take it on: the account is closed, or only looks.") % {"name": action.owner})
    if action.due_on != known.get("due_on") and action.due_on < the_day(now):
        raise Refused(_("That day has passed. By when will it be done?"))
    for row in (action.heard, action.cause):
        if row and row.case_id != action.case_id:
            raise Refused(_("That belongs to another recovery."))


def unapprove(case: Case) -> None:
    """Ask anew for the approval of a plan that has changed, and whether all of it is fixed."""
    case.plan_approved_by = case.plan_approved_at = case.fixed_at = None
    case.save(update_fields=["plan_approved_by", "plan_approved_at", "fixed_at"])


@transaction.atomic
def change_action(action: PlanAction, *, by: User | None, now: datetime, **told: object) -> PlanAction:
    """Write an action anew: `told` are its fields (what, owner, due_on, heard, cause, measure, is_containment …).

    What the client agreed to is asked again when what or when has changed; until then the old promise stands. A new
    owner is asked, and has the promise meanwhile.
    """
    locked(action.case, by)
    before = values_of(action, SAID)
    for name, value in told.items():
        setattr(action, name, value.strip() if isinstance(value, str) else value)
    _check(action, now, before)
    after = values_of(action, SAID)
    if after == before:
        return action
    if any(after[name] != before[name] for name in PROMISED):
        action.answer, action.answer_words, action.answered_at = "", "", None
    if after["owner_id"] != before["owner_id"]:
        action.owner_agreed_at = now if by and action.owner == by else None
        _open_promise(action).update(promised_by=action.owner)
    if after["owner_id"] != before["owner_id"] or after["due_on"] != before["due_on"]:
        action.is_kept_anyway = False
    action.save()
    take_in(action.case, action.owner, by=by, now=now)
    record("change_plan_action", action, by=by, now=now, before=before, after=after)
    unapprove(action.case)
    return bind(action, by=by, now=now)


def _open_promise(action: PlanAction) -> QuerySet[Promise]:
    return Promise.objects.filter(plan_action=action, state=PromiseState.OPEN)


@transaction.atomic
def remove_action(action: PlanAction, *, by: User | None, now: datetime) -> None:
    """Take an action out of a plan; refused while the client counts on it."""
    locked(action.case, by)
    if _open_promise(action).exists():
        raise Refused(_("The client counts on this. Ask them first, and enter what they say."))
    record("remove_plan_action", action, by=by, now=now, before=values_of(action, SAID))
    action.delete()
    unapprove(action.case)


@transaction.atomic
def move_action_up(action: PlanAction, *, by: User | None, now: datetime) -> None:
    """Put an action before the one above it; the first stays."""
    locked(action.case, by)
    rows = list(action.case.plan.all())
    place = rows.index(action) if action in rows else 0  # somebody has just taken it out
    if place == 0:
        return
    rows[place - 1 : place + 1] = [rows[place], rows[place - 1]]
    for position, row in enumerate(rows):
        PlanAction.objects.filter(pk=row.pk).update(position=position)
    record("move_plan_action", action, by=by, now=now, before={"place": place + 1}, after={"place": place})


@transaction.atomic
def own_action(action: PlanAction, *, by: User, now: datetime) -> PlanAction:
    """Agree to an action that one was asked to own; said twice, it stays as it was."""
    _as_owner(action, by)
    if action.owner_agreed_at is None:
        action.owner_agreed_at = now
        action.save(update_fields=["owner_agreed_at"])
        record("own_plan_action", action, by=by, now=now, after=values_of(action, ("what", "owner_agreed_at")))
    return bind(action, by=by, now=now)


@transaction.atomic
def decline_action(action: PlanAction, *, by: User, now: datetime) -> PlanAction:
    """Say that one cannot own an action: it has no owner then, and the plan says so. An open promise stays open."""
    _as_owner(action, by)
    before = values_of(action, ("owner_id",))
    action.owner, action.owner_agreed_at, action.is_kept_anyway = None, None, False
    action.save(update_fields=["owner", *OWNED])
    record("decline_plan_action", action, by=by, now=now, before=before, after=values_of(action, ("owner_id",)))
    unapprove(action.case)
    return action


def _as_owner(action: PlanAction, by: User) -> None:
    """Lock an action, and refuse whoever does not own it, or where there is nothing to do any more."""
    require(by, Power.WORK)
    action.refresh_from_db(from_queryset=PlanAction.objects.select_for_update())
    if action.owner_id != by.pk:
        raise Refused(_("Only its owner can say so."))
    if action.done_at:
        raise Refused(_("This is done already."))


@transaction.atomic
def answer_action(
    action: PlanAction, answer: str, words: str = "", *, by: User | None, now: datetime, person: Person | None = None
) -> PlanAction:
    """Take down what the client says to a change: agreed, a question or what they would change, or no.

    `by` is None where they say it themselves, on their page: then it was `person`. Agreed with the owner, it is a
    promise; what they agreed to and take back is none any more. The same answer twice changes nothing.
    """
    require(by, Power.WORK)
    action.refresh_from_db(from_queryset=PlanAction.objects.select_for_update())
    answer, words = Answer(answer), words.strip()
    if not action.is_visible:
        raise Refused(_("The client does not see this action."))
    if answer is Answer.QUESTION and not words:
        raise Refused(_("Write what they ask, or what they would change."))
    if (action.answer, action.answer_words) == (answer, words):
        return action
    before = values_of(action, ANSWERED)
    action.answer, action.answer_words, action.answered_at = answer, words, now
    action.save(update_fields=["answer_words", *ANSWERED])
    after = values_of(action, ANSWERED)
    record("answer_plan_action", action, by=by, now=now, person=person, before=before, after=after)
    if answer is not Answer.AGREED:
        for promise in _open_promise(action):
            drop_promise(promise, by=by, now=now)
    return bind(action, by=by, now=now)


def bind(action: PlanAction, *, by: User | None, now: datetime) -> PlanAction:
    """Make the promise of an action that its owner and the client agreed to; one that says something else is let go."""
    if not (action.is_visible and action.answer == Answer.AGREED and action.owner_agreed_at) or action.done_at:
        return action
    due_at = end_of(action.due_on)
    what = " ".join(action.what.split())
    what = what if len(what) <= LONGEST_PROMISE else f"{what[: LONGEST_PROMISE - 1]}…"
    for promise in _open_promise(action):
        if (promise.what, promise.due_at) == (what, due_at):
            return action
        drop_promise(promise, by=by, now=now)
    case = action.case
    action.promise = make_promise(
        case.client, what, due_at=due_at, by=by, now=now, person=case.person, promised_by=action.owner, case=case
    )
    action.save(update_fields=["promise"])
    return action


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the firm's zone: until then a promise for that day is kept."""
    return datetime.combine(day, END_OF_DAY, ZoneInfo(the_firm().zone))


@transaction.atomic
def approve_plan(case: Case, *, by: User, now: datetime, seen: str | None = None) -> Case:
    """Approve a plan inside the firm: its lead does, or who manages the client.

    Refused where an action has no owner who is here, and where the plan is no longer what was `seen`
    (`queries.plan.print_of`).
    """
    locked(case, by)
    if case.lead_id != by.pk and not may_manage(by, case.client):
        raise Refused(_("The lead of the recovery approves a plan, or who manages the client."))
    rows = list(case.plan.select_related("owner"))
    if not rows:
        raise Refused(_("There is no action in the plan yet."))
    if any(row.done_at is None and not (row.owner and can_own(row.owner)) for row in rows):
        raise Refused(_("Each action needs an owner who is here."))
    if seen is not None and seen != print_of(rows):
        raise Refused(_("Somebody has changed the plan since you opened it. Look at it again."))
    if case.plan_approved_at is None:
        case.plan_approved_by, case.plan_approved_at = by, now
        case.save(update_fields=["plan_approved_by", "plan_approved_at"])
        record("approve_plan", case, by=by, now=now, after=values_of(case, APPROVED))
    return case


@transaction.atomic
def keep_anyway(actions: Iterable[PlanAction], *, by: User, now: datetime) -> None:
    """Say that actions stay with their owner although it is more than they usually keep: it is not said again."""
    for action in actions:
        require(by, Power.WORK)
        if PlanAction.objects.filter(pk=action.pk, is_kept_anyway=False).update(is_kept_anyway=True):
            action.is_kept_anyway = True
            record("keep_plan_action_anyway", action, by=by, now=now, after=values_of(action, ("what", "owner_id")))
