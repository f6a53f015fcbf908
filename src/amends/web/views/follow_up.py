"""Follow up: whether it holds, how they feel, what mended still takes, and a manager who says it is anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY, Status, Step
from amends.core.followup import LOW
from amends.core.mended import FEELINGS, lacking
from amends.core.wording import say
from amends.desk import clock
from amends.desk.actions.check_in import explain_orders, overrule_mended
from amends.desk.actions.followup import begin_followups
from amends.desk.queries.mended import mending_of
from amends.desk.rules import Power, may_manage, require
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.followup import AnywayForm, OrdersForm
from amends.web.forms.meanwhile import attempt_on
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.core.mended import Checked
    from amends.desk.models import Case, FollowUp

PAST = 12  # check-ins that are shown: the whole cadence (judgement)


@page()
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what mended takes; its forms explain the orders, begin to ask, and let a manager overrule."""
    case, do = case_or_404(request, pk), request.POST.get("do", "")
    orders = OrdersForm(request.POST if do == "orders" else None, initial=OrdersForm.of(case))
    anyway = AnywayForm(request.POST if do == "anyway" else None)
    if request.method == "POST" and _done(request, case, orders, anyway):
        return redirect("recovery-follow_up", case.pk)
    shown = {**_shown(request, case), "orders_form": orders, "anyway_form": anyway}
    return step_page(
        request,
        case,
        Step.FOLLOW_UP,
        "web/recovery/follow_up.html",
        {**shown, "form": anyway if anyway.errors else orders},
    )


def _done(request: HttpRequest, case: Case, orders: OrdersForm, anyway: AnywayForm) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    by, now = user_of(request), clock.now()
    if orders.is_bound:
        told = attempt_on(
            orders, case, OrdersForm.of, by, lambda: explain_orders(case, orders.cleaned_data["words"], by=by, now=now)
        )
        return told is not None
    if anyway.is_bound:
        return attempt(anyway, lambda: overrule_mended(case, anyway.cleaned_data["reason"], by=by, now=now)) is not None
    require(by, Power.WORK)
    begin_followups(case, by=by, now=now)
    return True


def _shown(request: HttpRequest, case: Case) -> dict[str, Any]:
    now = clock.now()
    checked = mending_of(case, now)
    past = list(case.followups.exclude(done_at=None).order_by("-done_at")[:PAST])
    has_open = case.followups.filter(done_at=None).exists()
    is_under_way = case.status in UNDER_WAY
    return {
        "checked": checked,
        "met": len(checked) - len(lacking(checked)),
        "past": [_past(one) for one in past],
        "slipped": _slipped(case, past),
        "mended": _mended(case),
        "may_begin": is_under_way and not has_open,
        "may_overrule": is_under_way and bool(lacking(checked)) and may_manage(user_of(request), case.client),
        "asks_orders": is_under_way and (not _holds(checked, "orders") or bool(case.orders_explained)),
    }


def _holds(checked: list[Checked], name: str) -> bool:
    return any(one.condition == name and one.is_met for one in checked)


def _past(one: FollowUp) -> dict[str, Any]:
    felt = say(FEELINGS[one.feeling]) if one.feeling else ""
    held = "" if one.holds is None else _("It holds") if one.holds else _("It has slipped")
    return {"at": one.done_at, "words": one.outcome, "told": [text for text in (held, felt) if text]}


def _slipped(case: Case, past: list[FollowUp]) -> str:
    """Ask whether to go back, where the last check-in was no good one."""
    if case.status not in {Status.FOLLOWING, Status.MENDED} or not past:
        return ""
    last = past[0]
    if last.holds is not False and (last.feeling is None or last.feeling > LOW):
        return ""
    name = (case.person.first_name if case.person else "") or str(case.client)
    if last.holds is False:
        return _("%(name)s says it has slipped. Back to Understand?") % {"name": name}
    told = {"name": name, "feeling": say(FEELINGS[last.feeling or LOW])}
    return _("Asked how it feels, %(name)s said “%(feeling)s”. Back to Understand?") % told


def _mended(case: Case) -> str:
    """Say that it is mended, and by what."""
    if case.status != Status.MENDED:
        return ""
    told = {"client": case.client, "name": (case.person.first_name if case.person else "") or _("the client")}
    if case.mended_anyway:
        return _("%(client)s is mended: a manager said so.") % told
    if case.orders_explained:
        return _("Every promise kept, and %(name)s says so. %(client)s is mended.") % told
    return _("Every promise kept, the orders are back, and %(name)s says so. %(client)s is mended.") % told
