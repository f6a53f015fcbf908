"""Fix: what was done, quietly, and whether the client says that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.case import Step
from amends.desk import clock
from amends.desk.actions.fix import call_fixed, finish_action, reopen_action, verify_action
from amends.desk.models import Case, PlanAction
from amends.desk.queries.plan import has_fanfare, plan_of
from amends.web import plan_words
from amends.web.access import case_or_404, of_case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.plan import AgainForm, DoneForm
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse


@page()
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is to be done, what is done and what holds; call the whole of it fixed."""
    case, now = case_or_404(request, pk), clock.now()
    if request.method == "POST":
        call_fixed(case, by=user_of(request), now=now)
        messages.success(request, _("Fixed, and the client says so."))
        return redirect("recovery-fix", case.pk)
    return step_page(request, case, Step.FIX, "web/recovery/fix.html", _shown(case, now))


def _shown(case: Case, now: datetime, wrong: PlanAction | None = None, form: Form | None = None) -> dict[str, Any]:
    """Return what the page shows; `form` came back for the action `wrong`."""
    plan = plan_of(case)
    rows = [
        (row, change, plan_words.fix_row(row, now)) for row, change in zip(plan.rows, plan.core.changes, strict=True)
    ]
    return {
        "name": plan_words.name_of(case),
        "to_do": [told for row, change, told in rows if change.binds and not row.done_at],
        "unbound": [told for row, change, told in rows if not change.binds and not row.done_at],
        "to_ask": [told for row, _change, told in rows if row.done_at and row.is_visible and not row.verified_at],
        "held": [told for row, _change, told in rows if row.verified_at or (row.done_at and not row.is_visible)],
        "may_call_fixed": plan.core.is_done and not case.fixed_at,
        "fanfare": plan_words.told_fanfare(case) if has_fanfare(case, now) else "",
        "done_form": DoneForm(prefix="done"),
        "again_form": AgainForm(),
        "wrong": wrong,
        "form": form,
    }


@page(methods=("POST",))
def fix_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an action is done, that it holds, or that it does not."""
    rows = PlanAction.objects.select_related("case__person", "case__lead", "promise")
    row: PlanAction = of_case_or_404(request, rows, pk)
    by, now, do = user_of(request), clock.now(), request.POST.get("do")
    form: Form = AgainForm(request.POST) if do == "again" else DoneForm(request.POST)
    if do == "holds":
        done, words = verify_action(row, by=by, now=now), _("It holds, and the client says so.")
    elif do == "again":
        done = attempt(form, lambda: reopen_action(row, by=by, now=now, **form.cleaned_data))
        words = _("Open again.")
    else:
        done = attempt(form, lambda: finish_action(row, by=by, now=now, **form.cleaned_data))
        words = _("Done. Nobody is told: tell them when it holds.")
    if done:
        messages.success(request, words)
        return redirect("recovery-fix", row.case_id)
    case = case_or_404(request, row.case_id)
    return step_page(request, case, Step.FIX, "web/recovery/fix.html", _shown(case, now, row, form))
