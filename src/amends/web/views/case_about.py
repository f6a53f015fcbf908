"""A recovery itself: what it is about, who mends it, what belongs to it, and all that was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY
from amends.desk import clock
from amends.desk.actions.case_about import change_case
from amends.desk.actions.case_join import join_case, relate_case, unrelate_case
from amends.desk.actions.case_team import change_team
from amends.desk.queries.case import events_of
from amends.desk.queries.outbox import letters_of
from amends.desk.queries.record import page_of, told
from amends.desk.rules import Power, may
from amends.web import posting
from amends.web.access import case_or_404, number_asked, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.case_about import AboutForm, OthersForm, TeamForm
from amends.web.forms.meanwhile import attempt_on
from amends.web.recovery_frame import step_address
from amends.web.recovery_rail import near_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case

CHANGES_A_PAGE = 50  # judgement: some screens


@page()
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a recovery is about."""
    case, user = case_or_404(request, pk), user_of(request)
    form = AboutForm(posted(request), case=case, initial=AboutForm.of(case))
    if request.method == "POST":
        change = lambda: change_case(case, by=user, now=clock.now(), **form.cleaned_data)  # noqa: E731  (said once)
        if attempt_on(form, case, AboutForm.of, user, change):
            messages.success(request, _("Saved."))
            return redirect(step_address(case, case.step))
    return render(request, "web/recovery/about.html", {"form": form, "case": case, "client": case.client})


@page()
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who mends a recovery, and whether they alone see it."""
    case, user = case_or_404(request, pk), user_of(request)
    form = TeamForm(posted(request), case=case, initial=TeamForm.of(case))
    if request.method == "POST" and attempt_on(
        form, case, TeamForm.of, user, lambda: change_team(case, form.chosen, by=user, now=clock.now())
    ):
        messages.success(request, _("Saved."))
        return redirect(step_address(case, case.step))
    return render(request, "web/recovery/team.html", {"form": form, "case": case, "client": case.client})


@page()
def others(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a recovery to another of the same client, or say that they have something in common."""
    case, user, now = case_or_404(request, pk), user_of(request), clock.now()
    form = OthersForm(posted(request), case=case, user=user, now=now)
    if request.method == "POST":
        into = attempt(form, lambda: _joined(request, case, form.cleaned_data["other"]))
        if into:
            return redirect(step_address(into, into.step))
    shown: dict[str, Any] = {"form": form, "case": case, "client": case.client, "near": near_of(case, user, now)}
    shown |= {"may_work": may(user, Power.WORK), "may_join": case.status in UNDER_WAY}
    return render(request, "web/recovery/others.html", shown)


def _joined(request: HttpRequest, case: Case, other: Case) -> Case:
    """Do what was asked with another recovery, and return the one to go on with."""
    told: dict[str, Any] = {"by": user_of(request), "now": clock.now()}
    if "join" in request.POST:
        into = join_case(case, other, **told)
        messages.success(request, _("Joined. Everything goes on here."))
        return into
    if "part" in request.POST:
        unrelate_case(case, other, **told)
        messages.success(request, _("These two are not related any more."))
    else:
        relate_case(case, other, **told)
        messages.success(request, _("Related."))
    return case


@page(methods=("GET", "HEAD"))
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that was done in a recovery, in sentences."""
    case, below, user = case_or_404(request, pk), number_asked(request, "below") or 0, user_of(request)
    found, more = page_of(events_of(case, user), below=below, many=CHANGES_A_PAGE)
    letters = letters_of(case, user) if may(user, Power.WORK) and not below else ()
    shown = {
        "case": case,
        "client": case.client,
        "rows": told(found),
        "more": more,
        "below": below,
        "letters": [posting.row_in_recovery(one, clock.now()) for one in letters],
    }
    return render(request, "web/recovery/history.html", shown)
