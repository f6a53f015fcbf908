"""A client is upset; the call sheet; recoveries and their check-ins."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amends.core.case import Step
from amends.core.staffing import TALKS
from amends.desk import clock
from amends.desk.actions.case import finish_step, move_case, plan_next
from amends.desk.actions.case_about import acknowledge_case
from amends.desk.actions.listening import take_call
from amends.desk.actions.upset import take_complaint
from amends.desk.models import Case, Person
from amends.desk.queries.case import TABS, check_ins_of, counts_of, step_name, under_tab, without_date
from amends.desk.queries.sheet import sheet_of
from amends.desk.rules import Power, Refused, may
from amends.web import listing, recovery_words
from amends.web.access import case_or_404, client_or_404, number_asked, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.case import NextForm, SheetForm, UpsetForm
from amends.web.forms.meanwhile import attempt_on
from amends.web.opening import Opening, opening_of
from amends.web.recovery_frame import planned, step_address, step_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from amends.desk.models import Client, Touch, User
    from amends.desk.queries.sheet import Sheet

GUARDED = frozenset({Step.DECIDE, Step.PART_WELL})  # what is decided, and how goodbye was said, is asked there
PER_PAGE = 30  # recoveries on a page (judgement)


@page(Power.WORK)
def upset(request: HttpRequest) -> HttpResponse:
    """Ask three things about a client who is upset, and open the recovery."""
    user, now, opening = user_of(request), clock.now(), opening_of(request)
    form = UpsetForm(posted(request), user=user, now=now, opening=opening)
    if request.method == "POST":
        case = attempt(form, lambda: _taken(form, request, opening))
        if case:
            return redirect("call-sheet", case.pk)
    return render(request, "web/upset.html", {"form": form, "client": opening.client, "opening": opening})


def _taken(form: UpsetForm, request: HttpRequest, opening: Opening) -> Case:
    """Open the recovery, and say what comes next (it is said on the call sheet)."""
    now, typed, who = clock.now(), form.cleaned_data, form.cleaned_data["who"]
    told: dict[str, Any] = {name: typed.get(name) for name in ("words", "severity", "call_back_by")}
    told["is_another"] = typed.get("is_another", False)
    told |= opening.of(who)
    if isinstance(who, str):
        case = take_complaint(who, by=user_of(request), now=now, **told)
    else:
        case = take_complaint(who.client, person=who.person, by=user_of(request), now=now, **told)
    messages.success(request, recovery_words.taken(case, now, None if isinstance(who, str) else who.person))
    return case


@page(methods=("GET", "HEAD"))
def recoveries(request: HttpRequest) -> HttpResponse:
    """Show the recoveries under one of four tabs."""
    user, now = user_of(request), clock.now()
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    shown = Paginator(under_tab(user, tab), PER_PAGE).get_page(request.GET.get("page"))
    coming = check_ins_of(list(shown))
    rows = [listing.recovery_row(case, coming.get(case.pk), now) for case in shown]
    tabs = listing.tabs(tab, counts_of(user))
    return render(request, "web/recoveries.html", {"tab": tab, "tabs": tabs, "rows": rows, "page": shown})


@page()
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the page of the present step; its forms say that a step is done, what comes next, or how it ended."""
    case = case_or_404(request, pk)
    if request.method != "POST":
        return redirect(step_address(case, case.step))
    form = NextForm(request.POST if "plan" in request.POST else None, initial=planned(case))
    if _changed(request, case, form):
        return redirect(step_address(case, case.step))
    return step_page(request, case, Step(case.step), "web/recovery/next.html", {"form": form, "next_form": form})


def _changed(request: HttpRequest, case: Case, form: NextForm) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    by, now = user_of(request), clock.now()
    if "step" in request.POST:
        step = recovery_words.known_step(request.POST["step"])
        if step in GUARDED:
            raise Refused(_("%(step)s is finished on its own page.") % {"step": step_name(step)})
        finish_step(case, step, by=by, now=now)
        messages.success(request, recovery_words.step_done(case, step))
    elif "acknowledge" in request.POST:
        acknowledge_case(case, by=by, now=now)
        messages.success(request, _("Noted: they know that we know."))
    elif "status" in request.POST:
        move_case(case, recovery_words.known_status(request.POST["status"]), by=by, now=now)
        messages.success(request, recovery_words.moved(case))
    else:
        change = partial(_plan, case, form, by, now)
        return attempt_on(form, case, planned, by, change) is not None
    return True


def _plan(case: Case, form: NextForm, by: User, now: datetime) -> Case:
    return plan_next(case, by=by, now=now, **form.cleaned_data)


@page()
def call_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what to have in front of you for a call in a recovery."""
    case = case_or_404(request, pk)
    return _sheet(request, sheet_of(case.client, now=clock.now(), case=case, person=case.person, user=user_of(request)))


@page()
def client_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what to have in front of you for a call with a client; `person` in the address says with whom."""
    client = client_or_404(request, pk)
    return _sheet(request, sheet_of(client, now=clock.now(), person=_named(request, client), user=user_of(request)))


def _named(request: HttpRequest, client: Client) -> Person | None:
    """Return whom at a client the address names with `person`."""
    asked = number_asked(request, "person")
    return Person.objects.filter(client=client, pk=asked).first() if asked else None


def _sheet(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    now, user = clock.now(), user_of(request)
    asks = recovery_words.openers(sheet.happened_at, now) if sheet.listens else []
    form = SheetForm(posted(request), now=now, asks=asks)
    if request.method == "POST":
        told: dict[str, Any] = {"by": user, "now": now, "person": sheet.person, "case": sheet.case}
        touch = attempt(form, lambda: take_call(sheet.client, answers=form.answers(), **told, **form.talk()))
        if touch:
            if touch.added_at == now:  # else it had arrived before, and that was said
                _say_logged(request, touch, form)
            return _hung_up(request, sheet)
    shown = {"sheet": sheet, "form": form, "now": now, "may_work": may(user, Power.WORK), "then": _then(sheet)}
    return render(request, "web/call_sheet.html", {**shown, **recovery_words.of_sheet(sheet, user, now)})


def _hung_up(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Answer a sheet that was kept: the script of the page only asks whether it arrived, and goes on by itself."""
    is_asked = request.headers.get("Prefer") == "return=minimal"  # RFC 7240
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if is_asked else redirect(_then(sheet))


def _then(sheet: Sheet) -> str:
    """Return where to go after the call."""
    return reverse("recovery", args=[sheet.case.pk]) if sheet.case else reverse("client", args=[sheet.client.pk])


def _say_logged(request: HttpRequest, touch: Touch, form: SheetForm) -> None:
    typed = form.cleaned_data
    dateless = without_date(touch.client, user_of(request)) if touch.case and touch.kind in TALKS else None
    told = recovery_words.logged(dateless, typed["due_at"], clock.now(), is_promised=bool(typed["promised"]))
    messages.success(request, told)
