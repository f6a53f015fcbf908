"""The page on which everybody says how they want to hear of things, and who covers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amends.desk import clock
from amends.desk.actions.notice import send_test_notice
from amends.desk.actions.notice_choice import NoticeRefused, save_notices
from amends.desk.models import LetterKind, Way
from amends.desk.queries.firm import the_firm
from amends.desk.queries.notice import KINDS, can_reach, choices_of, last_tests
from amends.desk.queries.outbox import held
from amends.desk.rules import Power, Refused, may
from amends.web.access import own_page, user_of
from amends.web.forms.attempt import posted
from amends.web.forms.notice import AbsenceForm, NoticeForm, Together

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User


@sensitive_post_parameters()
@own_page()
def notices(request: HttpRequest) -> HttpResponse:
    """Choose how each kind of notice comes, try it, and say until when one is away and who covers."""
    user, now = user_of(request), clock.now()
    if request.method == "POST" and not may(user, Power.WORK):
        return redirect("settings-notices")
    if request.POST.get("do") == "test":
        return _tested(request, user, now)
    absence = AbsenceForm(user, posted(request))
    forms = [NoticeForm(one, posted(request)) for one in choices_of(user)]
    if request.method == "POST" and _is_saved(forms, absence, user, now):
        messages.success(request, _("Saved."))
        return redirect("settings-notices")
    return render(request, "web/settings/notices.html", _shown(user, forms, absence, now))


def _is_saved(forms: list[NoticeForm], absence: AbsenceForm, user: User, now: datetime) -> bool:
    """Save all of the page; false, with the reason where it belongs, when something of it cannot be."""
    if not Together(*forms, absence).is_valid():
        return False
    ways = {str(form.kind): (form.cleaned_data["way"], form.cleaned_data["address"]) for form in forms}
    try:
        return save_notices(user, ways, absence.cleaned_data, by=user, now=now)
    except NoticeRefused as refusal:
        next(form for form in forms if form.kind == refusal.kind).add_error("address", str(refusal))
    except Refused as refusal:
        absence.add_error(None, str(refusal))
    return False


def _shown(user: User, forms: list[NoticeForm], absence: AbsenceForm, now: datetime) -> dict[str, object]:
    firm, tests = the_firm(), last_tests(user)
    cards = [
        {
            "form": form,
            "can_test": form.choice.way != Way.NONE and can_reach(form.choice),
            "test": tests.get(form.kind) if form.choice.way == Way.OTHER else None,
        }
        for form in forms
    ]
    return {
        "cards": cards, "absence": absence, "form": Together(*forms, absence), "firm": firm, "held": held(firm),
        "now": now, "gets_any": may(user, Power.WORK), "user": user,
    }  # fmt: skip


def _tested(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    send_test_notice(user, _kind(request), by=user, now=now)
    messages.success(request, _("A test is on its way to you. Look at this page again in a moment."))
    return redirect("settings-notices")


def _kind(request: HttpRequest) -> str:
    """Return which kind of notice a form is about."""
    asked = request.POST.get("kind", "")
    if asked not in KINDS:
        raise Http404
    return str(LetterKind(asked))
