"""Decide: each gives a view before seeing the others', then the lead records what is done (docs/method.md rule 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.case import UNDER_WAY, Step, next_step
from amends.core.decision import AGAIN_AFTER, Choice
from amends.desk.actions.case import finish_step
from amends.desk.actions.event import record, values_of
from amends.desk.models import Case, Opinion
from amends.desk.queries.decision import (
    alone_from,
    choice_name,
    is_due_again,
    may_decide,
    may_give_view,
    missing_views,
)
from amends.desk.rules import Power, Refused, may_manage, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from amends.desk.models import User

DECIDED = ("decision", "decided_by_id", "decided_at", "is_decided_alone", "decide_again_on")
STEPPED = ("step", "step_since")


@transaction.atomic
def give_view(
    case: Case, choice: Choice, *, by: User, now: datetime, reason: str, matters: str = "", ideas: str = ""
) -> Opinion:
    """Give one's view of a recovery, or change it: until it is decided. The record tells that, and never which view."""
    require(by, Power.WORK)
    _require_under_way(case)
    if not may_give_view(case, by):
        raise Refused(_("Those who work on the account give a view. Ask the lead for a part in this recovery."))
    if case.decision and not is_due_again(case, timezone.localdate(now)):
        raise Refused(_("It is decided: %(what)s. Views are closed until it is asked again.") % _decided(case))
    told = {"choice": choice, "reason": reason, "matters": matters, "ideas": ideas, "at": now}
    opinion, is_new = Opinion.objects.update_or_create(case=case, user=by, defaults=told)
    record("give_view" if is_new else "change_view", opinion, by=by, now=now)
    return opinion


@transaction.atomic
def set_worth(case: Case, worth: Mapping[str, Any], *, by: User, now: datetime) -> Case:
    """Keep what was typed for the worth-it sum, by the names of `decision.Worth` and `Terms`; None is the default."""
    require(by, Power.WORK)
    _require_under_way(case)
    kept = {name: value for name, value in worth.items() if value is not None}
    changed = [name for name in {**case.worth, **kept} if case.worth.get(name) != kept.get(name)]
    if changed:
        before, after = ({name: told.get(name) for name in changed} for told in (case.worth, kept))
        case.worth = kept
        case.save(update_fields=["worth"])
        record("set_worth", case, by=by, now=now, before=before, after=after)
    return case


@transaction.atomic
def decide_case(
    case: Case,
    choice: Choice,
    *,
    by: User,
    now: datetime,
    note: str = "",
    again_on: date | None = None,
    seen: datetime | None = None,
) -> Case:
    """Record what is done: the lead once all have given a view, a manager without them after a day.

    `seen` is when the decision was made that the page showed, None where it showed none: of two who decide at once the
    later is told what the first decided. It finishes the step; to let go leads to parting well.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("client", "lead").get(pk=case.pk)
    require(by, Power.WORK)
    _require_under_way(case)
    if case.decided_at and case.decided_at != seen:
        raise Refused(
            _("%(who)s decided at %(time)s: %(what)s. Look at it before you decide otherwise.") % _decided(case)
        )
    missing = _missing_or_refused(case, by, now)
    if missing and not note:
        raise Refused(_("Say why you decide without them: it is recorded beside your name."))
    _require_ahead(again_on, now)
    before = values_of(case, DECIDED)
    case.decision, case.decided_by, case.decided_at = choice, by, now
    case.is_decided_alone, case.decision_note = bool(missing), note
    case.decide_again_on = again_on or timezone.localdate(now + AGAIN_AFTER)
    case.save(update_fields=[*DECIDED, "decision_note"])
    after = {**values_of(case, DECIDED), "without": [user.name for user in missing]}
    record("decide_case", case, by=by, now=now, before=before, after=after)
    return _stepped_on(case, by=by, now=now)


def _stepped_on(case: Case, *, by: User, now: datetime) -> Case:
    """Take the recovery to where its decision leads."""
    done = {Step(name) for name in case.steps.values_list("step", flat=True)}
    if Step.DECIDE not in done:
        finish_step(case, Step.DECIDE, by=by, now=now)
        done.add(Step.DECIDE)
    lets_go = case.decision == Choice.LET_GO
    step = Step.PART_WELL if lets_go else next_step(done) or Step.LEARN
    if step != case.step and (lets_go or case.step == Step.PART_WELL):
        before = values_of(case, STEPPED)
        case.step, case.step_since = step, now
        case.save(update_fields=STEPPED)
        record("move_step", case, by=by, now=now, before=before, after=values_of(case, STEPPED))
    return case


def _require_under_way(case: Case) -> None:
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is over. Open it again first."))


def _require_ahead(again_on: date | None, now: datetime) -> None:
    if again_on and again_on <= timezone.localdate(now):
        raise Refused(_("That day has passed. Choose when to ask again."))


def _missing_or_refused(case: Case, by: User, now: datetime) -> Sequence[User]:
    """Return who has not given a view; Refused where that, or who asks, stands against a decision."""
    if not may_decide(case, by):
        told = {"lead": case.lead or _("the lead")}
        raise Refused(_("To record the decision is for %(lead)s, or for a manager.") % told)
    missing = missing_views(case)
    if not missing:
        return missing
    who = ngettext("%(names)s has not given a view yet.", "%(names)s have not given a view yet.", len(missing))
    told = {"names": get_text_list([user.name for user in missing], _("and"))}
    from_then = timezone.localtime(alone_from(case))
    when = {"when": date_format(from_then, "l, F j, P")}
    if not may_manage(by, case.client):
        rule = _("A manager may decide without it from %(when)s on.")
        raise Refused(f"{who % told} {rule % when}")
    if now < alone_from(case):
        rule = _("You may decide without it from %(when)s on.")
        raise Refused(f"{who % told} {rule % when}")
    return missing


def _decided(case: Case) -> dict[str, str]:
    at = timezone.localtime(case.decided_at) if case.decided_at else None
    time = date_format(at, "TIME_FORMAT") if at else ""
    return {"who": str(case.decided_by or _("Somebody")), "time": time, "what": choice_name(case.decision).lower()}
