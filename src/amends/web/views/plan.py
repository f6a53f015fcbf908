"""Plan: what will be different, by whom and when, and what the client says to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.case import Step
from amends.core.plan import Failure
from amends.desk import clock
from amends.desk.actions.plan import (
    add_action,
    answer_action,
    approve_plan,
    change_action,
    decline_action,
    keep_anyway,
    move_action_up,
    own_action,
    remove_action,
)
from amends.desk.actions.plan_input import ask_for_input, give_input
from amends.desk.actions.playbook import apply_playbook
from amends.desk.models import Case, PlanAction
from amends.desk.queries.client_page_news import pages_of
from amends.desk.queries.plan import overloads, plan_of, print_of, visible_plan
from amends.desk.queries.playbook import books
from amends.desk.rules import Power, may_manage
from amends.web import client_page_words, plan_words
from amends.web.access import case_or_404, number_asked, of_case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.plan import ActionForm, AnswersForm, InputForm
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User


@page()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan; its forms add to it, ask colleagues, approve it."""
    case, do = case_or_404(request, pk), request.POST.get("do", "")
    form, input_form = _form(request, case), InputForm(request.POST if do == "input" else None)
    if request.method == "POST" and _done(request, case, form, input_form):
        return redirect("recovery-plan", case.pk)
    shown = _shown(request, case, form)
    wrong: Form = input_form if input_form.errors else form
    return step_page(request, case, Step.PLAN, "web/recovery/plan.html", {**shown, "form": wrong, "said": input_form})


def _form(request: HttpRequest, case: Case) -> ActionForm:
    """Return the form of a new action; the address may name which of their words it answers."""
    heard = number_asked(request, "heard")
    initial = {"heard": case.heard.filter(pk=heard).first()} if heard else {}
    given = request.POST if request.POST.get("do") == "add" else None
    return ActionForm(given, case=case, now=clock.now(), initial=initial)


def _shown(request: HttpRequest, case: Case, form: ActionForm) -> dict[str, Any]:
    user, now, whole = user_of(request), clock.now(), plan_of(case)
    return {
        **plan_words.of_plan(whole, overloads(whole.rows, now), user, now),
        "plan": whole,
        "is_wide": True,
        "add": form,
        "is_adding": bool(form.errors or form.initial),
        "books": books(case.theme),
        "print": print_of(whole.rows),
        **client_page_words.of_case(pages_of(case), whole, now),
        "may_approve": case.lead_id == user.pk or may_manage(user, case.client),
    }


def _done(request: HttpRequest, case: Case, form: ActionForm, input_form: InputForm) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    user, now, do = user_of(request), clock.now(), request.POST.get("do")
    if do == "add":
        added = attempt(form, lambda: add_action(case, by=user, now=now, **form.told))
        return _say(request, added, _("Added to the plan."))
    if do == "input":
        said = attempt(input_form, lambda: give_input(case, by=user, now=now, **input_form.cleaned_data))
        return _say(request, said, _("Thank you. It stands in the plan."))
    if do in DEEDS:
        DEEDS[do](request, case, user, now)
    return True


def _say(request: HttpRequest, done: object, words: str) -> bool:
    if done:
        messages.success(request, words)
    return bool(done)


def _playbook(request: HttpRequest, case: Case, user: User, now: datetime) -> None:
    failure = request.POST.get("playbook", "")
    if failure not in set(Failure):
        raise Http404
    added = len(apply_playbook(case, Failure(failure), by=user, now=now))
    told = ngettext(
        "%(count)d action added. Look at each: whose words does it answer, and is the day right?",
        "%(count)d actions added. Look at each: whose words does it answer, and is the day right?",
        added,
    )
    messages.success(request, told % {"count": added})


def _ask(request: HttpRequest, case: Case, user: User, now: datetime) -> None:
    asked = [one.user.first_name for one in ask_for_input(case, by=user, now=now)]
    messages.success(request, _("Asked: %(names)s. It stands on their Today.") % {"names": ", ".join(asked)})


def _approve(request: HttpRequest, case: Case, user: User, now: datetime) -> None:
    approve_plan(case, by=user, now=now, seen=request.POST.get("print"))
    messages.success(request, _("Approved. Any change asks for it anew."))


def _anyway(request: HttpRequest, case: Case, user: User, now: datetime) -> None:
    """Keep what somebody is promising too much: the actions of this plan in that week."""
    asked = (request.POST.get("owner"), request.POST.get("week"))
    for found in overloads(plan_of(case).rows, now):
        if (str(found.user.pk), f"{found.load.week:%Y-%m-%d}") == asked:
            keep_anyway(found.actions, by=user, now=now)
            messages.success(request, _("Kept. It is not said again for these."))


DEEDS: dict[str, Callable[[HttpRequest, Case, User, datetime], None]] = {
    "playbook": _playbook,
    "ask": _ask,
    "approve": _approve,
    "anyway": _anyway,
}


@page()
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down, after a call, what the client says to each change."""
    case, by, now = case_or_404(request, pk), user_of(request), clock.now()
    form = AnswersForm(request.POST or None, rows=plan_of(case).visible)
    if request.method == "POST" and attempt_on(
        form, case, lambda _: _answered(case), by, partial(_answer, form, by, now)
    ):
        messages.success(request, _("Written down."))
        return redirect("recovery-plan", case.pk)
    shown = {"case": case, "client": case.client, "form": form, "name": plan_words.name_of(case)}
    return render(request, "web/recovery/plan_answers.html", shown)


def _answered(case: Case) -> dict[str, str]:
    """Return the answers as they are now, by the names of the form's fields."""
    rows = case.plan.filter(is_visible=True)
    told = {f"answer_{row.pk}": row.answer for row in rows}
    return told | {f"words_{row.pk}": row.answer_words for row in rows}


def _answer(form: AnswersForm, by: User, now: datetime) -> bool:
    for row, answer, words in form.told():
        answer_action(row, answer, words, by=by, now=now)
    return True


@page(methods=("GET", "HEAD"))
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the client sees of a plan, and nothing else."""
    case = case_or_404(request, pk)
    shown = {"case": case, "client": case.client, "name": plan_words.name_of(case), "changes": visible_plan(case)}
    return render(request, "web/recovery/plan_seen.html", {**shown, "question": plan_words.question(plan_of(case))})


@page(Power.WORK)
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one action, take it on or not, move it up, or take it out after asking."""
    rows = PlanAction.objects.select_related("owner", "heard", "cause", "promise", "case__person")
    row: PlanAction = of_case_or_404(request, rows, pk)
    by, now, do = user_of(request), clock.now(), request.POST.get("do", "")
    if do in ROW_DEEDS:
        messages.success(request, ROW_DEEDS[do](row, by, now))
        return redirect("recovery-plan", row.case_id)
    form = ActionForm(request.POST or None, case=row.case, now=now, initial=ActionForm.of(row))
    if request.method == "POST" and attempt_on(
        form, row, form.of, by, lambda: change_action(row, by=by, now=now, **form.told)
    ):
        messages.success(request, _("Saved."))
        return redirect("recovery-plan", row.case_id)
    shown = {"case": row.case, "client": row.case.client, "row": row, "form": form, "asks": "remove" in request.GET}
    return render(request, "web/recovery/plan_action.html", {**shown, "told": plan_words.row_of(row, now)})


def _own(row: PlanAction, by: User, now: datetime) -> str:
    own_action(row, by=by, now=now)
    return _("It is yours. It binds you once the client agrees, too.")


def _decline(row: PlanAction, by: User, now: datetime) -> str:
    decline_action(row, by=by, now=now)
    return _("Noted. It has no owner now, and the plan says so.")


def _up(row: PlanAction, by: User, now: datetime) -> str:
    move_action_up(row, by=by, now=now)
    return _("Moved up.")


def _remove(row: PlanAction, by: User, now: datetime) -> str:
    remove_action(row, by=by, now=now)
    return _("Taken out. The record of changes keeps what it was.")


ROW_DEEDS: dict[str, Callable[[PlanAction, User, datetime], str]] = {
    "own": _own,
    "decline": _decline,
    "up": _up,
    "remove": _remove,
}
