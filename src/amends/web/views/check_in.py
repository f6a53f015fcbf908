"""A check-in: what to ask, what it came to, and the call that is planned for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from amends.desk import clock
from amends.desk.actions.call import plan_call
from amends.desk.actions.check_in import check_in
from amends.desk.models import FollowUp
from amends.desk.queries.invitation import address_of
from amends.desk.queries.mended import next_after
from amends.desk.rules import Power
from amends.web import check_in_words, recovery_words
from amends.web.access import of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.case import CheckInForm
from amends.web.forms.followup import CallForm
from amends.web.forms.meanwhile import attempt_on

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Outgoing, User


@page(Power.WORK)
def followup_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what to ask at a check-in, ask what it came to, and lay down the next one."""
    followup, now = _open_or_404(request, pk), clock.now()
    coming = next_after(followup, now)
    form = CheckInForm(posted(request), initial={"next_on": coming.due_on} if coming else {})
    for name, has_none in (("next_on", coming is None), ("agrees", followup.case is None)):
        if has_none:
            del form.fields[name]
    if request.method == "POST" and attempt(form, lambda: _checked(followup, form, request)):
        messages.success(request, recovery_words.checked(followup, holds=form.cleaned_data["holds"]))
        return redirect("recovery", followup.case_id) if followup.case_id else redirect("today")
    told = {"form": form, "followup": followup, "client": followup.client, "now": now}
    told |= {
        "call": check_in_words.call_of(followup, now),
        "row": check_in_words.check_in_row(followup, now),
        "asks": check_in_words.what_to_ask(followup, now),
    }
    return render(request, "web/followup_done.html", told)


@page(Power.WORK)
def followup_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the call of a check-in: its day, its hour, and an invitation that a person reads before it goes."""
    followup, user, now = _open_or_404(request, pk), user_of(request), clock.now()
    form = CallForm(posted(request), initial=CallForm.of(followup))
    if request.method == "POST":
        told: list[Outgoing | None] = []
        if attempt_on(form, followup, CallForm.of, user, lambda: _planned(followup, form, user, now, told)):
            letter = told[0]
            messages.success(request, check_in_words.planned(followup, letter, now))
            return redirect("letter", letter.pk) if letter else redirect("followup-done", followup.pk)
    shown = {"form": form, "followup": followup, "client": followup.client, "address": address_of(followup)}
    return render(request, "web/followup_call.html", shown)


def _planned(followup: FollowUp, form: CallForm, user: User, now: datetime, told: list[Outgoing | None]) -> FollowUp:
    told.append(plan_call(followup, by=user, now=now, **form.cleaned_data))
    return followup


def _open_or_404(request: HttpRequest, pk: int) -> FollowUp:
    rows = FollowUp.objects.filter(done_at=None).select_related("person", "case")
    found: FollowUp = of_client_or_404(request, rows, pk)
    return found


def _checked(followup: FollowUp, form: CheckInForm, request: HttpRequest) -> FollowUp:
    check_in(followup, by=user_of(request), now=clock.now(), **form.cleaned_data)
    return followup
