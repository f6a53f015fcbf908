"""Part well: the last memory is a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.core.apology import Situation, check
from amends.core.case import UNDER_WAY, Step
from amends.core.parting import call_script, voicemail_script
from amends.desk import clock
from amends.desk.actions.parting import add_hand_over, hand_over, plan_parting, remove_hand_over, say_goodbye
from amends.desk.models import HandOver
from amends.desk.queries.parting import hand_over_of, lacking, parting_of, who_says_it
from amends.desk.queries.tone import firm_phrases
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.parting import GoodbyeForm, PartingForm, ThingForm, parting_shown
from amends.web.ids import id_in
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case, User


@page()
def part_well(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a good farewell takes; its forms keep what was done, and say goodbye."""
    case = case_or_404(request, pk)
    do, posted = request.POST.get("do", ""), request.POST
    plan = PartingForm(posted if do == "plan" else None, initial=parting_shown(case))
    thing = ThingForm(posted if do == "add" else None)
    goodbye = GoodbyeForm(posted if do == "goodbye" else None)
    if request.method == "POST" and _done(request, case, (plan, thing, goodbye)):
        return redirect("recovery-part_well", pk)
    wrong = next((form for form in (plan, thing, goodbye) if form.is_bound and form.errors), None)
    shown = {"plan": plan, "thing": thing, "goodbye": goodbye, "form": wrong}
    return step_page(request, case, Step.PART_WELL, "web/recovery/part_well.html", _shown(request, case) | shown)


@page(methods=("GET", "HEAD"))
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the note alone, to be copied by hand or printed."""
    case = case_or_404(request, pk)
    shown = {"case": case, "client": case.client, "note": parting_shown(case)["note"]}
    return render(request, "web/recovery/note.html", shown)


def _done(request: HttpRequest, case: Case, forms: tuple[PartingForm, ThingForm, GoodbyeForm]) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    plan, thing, goodbye = forms
    by, now, do = user_of(request), clock.now(), request.POST.get("do", "")
    if do == "plan":
        change = attempt_on(
            plan, case, parting_shown, by, lambda: plan_parting(case, by=by, now=now, **plan.cleaned_data)
        )
        return _said(request, change, _("Saved."))
    if do == "add":
        return bool(attempt(thing, lambda: add_hand_over(case, thing.cleaned_data["what"], by=by, now=now)))
    if do == "goodbye":
        change = attempt(goodbye, lambda: say_goodbye(case, by=by, now=now, **goodbye.cleaned_data))
        return _said(request, change, _("Goodbye is said. The hello is in your follow-ups."))
    if do in {"tick", "untick", "remove"}:
        _thing_changed(request, case, by)
        return True
    return False


def _said(request: HttpRequest, change: Any, words: str) -> bool:
    if change:
        messages.success(request, words)
    return bool(change)


def _thing_changed(request: HttpRequest, case: Case, by: User) -> None:
    """Tick, untick or remove one thing of the hand-over list."""
    row = HandOver.objects.filter(parting__case=case, pk=id_in(request.POST.get("thing"))).first()
    if row is None:
        raise Http404
    row.parting.case = case
    if request.POST.get("do") == "remove":
        remove_hand_over(row, by=by, now=clock.now())
    else:
        hand_over(row, by=by, now=clock.now(), is_done=request.POST.get("do") == "tick")


def _shown(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the scripts, how far the farewell has come, and where the note has something to look at again."""
    parting = parting_of(case)
    rows, caller = hand_over_of(parting), who_says_it(case, user_of(request))
    name = case.person.first_name if case.person else str(case.client)
    words = parting.note if parting else ""
    checked = check(words, answers_unhappy=True, situation=Situation(), firm=firm_phrases()) if words else None
    return {
        "parting": parting,
        "rows": rows,
        "caller": caller,
        "call": call_script(name, caller.first_name),
        "voicemail": voicemail_script(name, caller.first_name, caller.phone),
        "lacking": lacking(parting, rows),
        "checked": checked,
        "is_open_yet": case.status in UNDER_WAY,
    }
