"""The settings of the firm: one subject on each page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk import clock
from amends.desk.actions.firm import (
    add_branch,
    add_holiday,
    add_holidays,
    change_branch,
    change_firm,
    remove_branch,
    remove_holiday,
    set_hours,
    set_numbers,
)
from amends.desk.models import Branch, Holiday
from amends.desk.queries.drop import has_door
from amends.desk.queries.firm import the_day, the_firm
from amends.desk.queries.holiday import holidays_from, public_holidays
from amends.desk.queries.number import measures
from amends.desk.queries.personal import people_called
from amends.desk.queries.record import KINDS, changes, page_of, told
from amends.desk.rules import Power, may
from amends.web.access import own_page, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.settings import (
    BranchForm,
    FillForm,
    FirmForm,
    HolidayForm,
    KeepForm,
    PersonSearchForm,
    RecordForm,
    WeekForm,
    branch_form,
    id_of,
    number_forms,
)
from amends.web.ids import id_in
from amends.web.views.asking import ask_branch, ask_holiday, ask_years, is_sure

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

EVENTS_A_PAGE = 50  # judgement


@own_page(methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """Say what can be set, for who may set it."""
    user = user_of(request)
    return render(
        request,
        "web/settings/index.html",
        {
            "is_owner": may(user, Power.OWN),
            "is_manager": may(user, Power.MANAGE),
            "has_drop": has_door() and may(user, Power.WORK),
        },
    )


@page(Power.OWN)
def firm(request: HttpRequest) -> HttpResponse:
    """Name, addresses, clock, money."""
    own, by = the_firm(), user_of(request)
    form = FirmForm(request.POST or None, initial=FirmForm.of(own))
    if request.method == "POST" and attempt_on(
        form, own, form.of, by, lambda: change_firm(own, by=by, now=clock.now(), **form.told())
    ):
        return _saved(request, "settings-firm")
    return render(request, "web/settings/firm.html", {"form": form})


@page(Power.OWN)
def hours(request: HttpRequest) -> HttpResponse:
    """When the firm works, and how fast it promises to answer."""
    own = the_firm()
    form = WeekForm(own, request.POST or None)
    if request.method == "POST" and attempt(
        form,
        lambda: set_hours(own, form.week(), form.cleaned_data["answer_hours"], by=user_of(request), now=clock.now()),
    ):
        return _saved(request, "settings-hours")
    return render(request, "web/settings/hours.html", {"form": form})


@page(Power.OWN)
def holidays(request: HttpRequest) -> HttpResponse:
    """Show the days off, and add them one by one or those of a country."""
    now, by, do = clock.now(), user_of(request), request.POST.get("do", "")
    today = the_day(now)
    one = HolidayForm(request.POST if do == "add" else None)
    fill = FillForm(request.POST if do == "fill" else None, today=today, initial={"country": "US"})
    if do == "remove":
        return _holiday_removed(request, get_object_or_404(Holiday, pk=id_in(request.POST.get("holiday"))))
    if do == "add" and attempt(one, lambda: add_holiday(by=by, now=now, **one.cleaned_data)):
        return _saved(request, "settings-holidays")
    if do == "fill" and fill.is_valid():
        new = add_holidays(public_holidays(**fill.cleaned_data), by=by, now=now)
        words = ngettext("%d day added.", "%d days added.", new) % new
        return _saved(request, "settings-holidays", words)
    shown = {"form": fill if do == "fill" else one, "one": one, "fill": fill, "days": holidays_from(today)}
    return render(request, "web/settings/holidays.html", shown)


def _holiday_removed(request: HttpRequest, holiday: Holiday) -> HttpResponse:
    if not is_sure(request):
        return ask_holiday(request, holiday)
    remove_holiday(holiday, by=user_of(request), now=clock.now())
    return _saved(request, "settings-holidays", _("That day is a working day again."))


@page(Power.OWN)
def numbers(request: HttpRequest) -> HttpResponse:
    """How much each finding counts."""
    own, by, now = the_firm(), user_of(request), clock.now()
    is_reset = request.POST.get("do") == "reset"
    forms = number_forms(own, {} if is_reset else request.POST or None)
    if request.method == "POST" and not [form for form in forms if not form.is_valid()]:
        set_numbers({form.number.key: form.own() for form in forms}, by=by, now=now)
        return _saved(request, "settings-numbers")
    wrong = [form for form in forms if form.is_bound and form.errors]
    return render(request, "web/settings/numbers.html", {"forms": forms, "wrong": wrong, "measures": measures()})


@page(Power.OWN)
def branches(request: HttpRequest) -> HttpResponse:
    """Show the offices."""
    by, now, asked = user_of(request), clock.now(), request.POST.get("branch", "")
    branch = get_object_or_404(Branch, pk=id_in(asked)) if asked else None
    if branch and request.POST.get("do") == "remove":
        if not is_sure(request):
            return ask_branch(request, branch)
        remove_branch(branch, by=by, now=now)
        return _saved(request, "settings-branches", _("The branch is closed."))
    form = BranchForm(request.POST or None, auto_id=id_of(branch))
    change = partial(change_branch, branch) if branch else add_branch
    if request.method == "POST" and attempt(form, lambda: change(by=by, now=now, **form.cleaned_data)):
        return _saved(request, "settings-branches")
    rows = [(one, form if one == branch else branch_form(one)) for one in Branch.objects.all()]
    shown = {"form": form, "new": branch_form() if branch else form, "rows": rows}
    return render(request, "web/settings/branches.html", shown)


@page(Power.OWN)
def kept(request: HttpRequest) -> HttpResponse:
    """How long words are kept, and everything about one person."""
    own, now = the_firm(), clock.now()
    form = KeepForm(request.POST or None, initial={"keep_years": own.keep_years or 0})
    if request.method == "POST" and form.is_valid():
        asked = ask_years(request, own, form.cleaned_data["keep_years"], now)
        if asked:
            return asked
        change_firm(own, by=user_of(request), now=now, **form.cleaned_data)
        return _saved(request, "settings-data")
    name = request.GET.get("q", "").strip()
    shown = {"form": form, "search": PersonSearchForm(initial={"q": name}), "q": name, "people": people_called(name)}
    return render(request, "web/settings/data.html", shown)


@page(Power.OWN, methods=("GET", "HEAD"))
def record(request: HttpRequest) -> HttpResponse:
    """Show who changed what, when."""
    form = RecordForm(request.GET or None, kinds=list(KINDS.items()))
    asked = form.cleaned_data if form.is_valid() else {}
    below, found = id_in(request.GET.get("below")), changes(zone=ZoneInfo(the_firm().zone), **asked)
    events, more = page_of(found, below=below, many=EVENTS_A_PAGE)
    shown = {"form": form, "rows": told(events), "more": more, "below": below}
    return render(request, "web/settings/record.html", shown)


def _saved(request: HttpRequest, to: str, words: str = "") -> HttpResponse:
    """Say that it is saved, and show the page again."""
    messages.success(request, words or _("Saved."))
    return redirect(to)
