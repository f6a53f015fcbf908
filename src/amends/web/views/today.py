"""Today: what needs me now, in the order in which waiting hurts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.settling import settled_with
from amends.desk.actions.talk import record_talk
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import TouchKind, Waiting
from amends.desk.queries.client_page_news import news_of
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.queries.lesson import due_of
from amends.desk.queries.outbox import letters_back
from amends.desk.queries.shell import frame_of
from amends.desk.queries.today import today_of
from amends.desk.rules import Power, may
from amends.web import check_in_words, client_page_words, lesson_words, listing, plan_words, posting
from amends.web.access import firm_of, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.case import CoverForm
from amends.web.forms.touch import TouchForm

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User
    from amends.desk.queries.today import Today


@page(methods=("GET", "HEAD"))
def today(request: HttpRequest) -> HttpResponse:
    """Show who and what needs the person today."""
    user, now, firm = user_of(request), clock.now(), firm_of(request)
    if firm is None:
        raise Http404
    shown = today_of(user, now, firm, is_whole="all" in request.GET)
    frame = frame_of(user, now, firm=firm, needs=shown.needs)
    may_do = {"may_work": may(user, Power.WORK), "may_manage": may(user, Power.MANAGE)}
    told = {"unconfirmed": partial(count_unconfirmed, user)}  # counted where it is said
    words = _words(shown, user, now)
    rows = _rows(request, shown)
    return render(request, "web/today.html", {"shell": frame, "today": shown, **told, **may_do, **words, **rows})


def _words(shown: Today, user: User, now: datetime) -> dict[str, str]:
    """Return the sentences of the page."""
    return {
        "greeting": listing.greeting(user, now),
        "how_many": listing.how_many(shown),
        "all_clear": listing.all_clear(shown),
        "closing": listing.closing(shown, now),
    }


def _rows(request: HttpRequest, shown: Today) -> dict[str, Any]:
    user, now = user_of(request), clock.now()
    return {
        "first": listing.first_row(shown, user, now),
        "people": [listing.person_row(one, now) for one in shown.people],
        "promises": [listing.promise_row(one, user, now, shown.asking.get(one.pk)) for one in shown.promises],
        "check_ins": [check_in_words.today_row(one, now) for one in shown.check_ins],
        "tasks": [
            *_news(user, now),
            *plan_words.tasks(shown.tasks, now),
            *lesson_words.tasks(due_of(user, timezone.localdate(now)), now),
        ],
        "making": [listing.rail_row(one, now) for one in shown.making],
        "undelivered": [posting.told_back(one, user, now) for one in letters_back(user, now)],
    }


def _news(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return what clients answered on their pages, and nobody has looked at."""
    return [client_page_words.news_row(one, now) for one in news_of(user)]


@page(Power.WORK)
def waiting_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague to answer instead."""
    waiting, user, now = _open_waiting(request, pk), user_of(request), clock.now()
    form = CoverForm(posted(request), user=user)
    if request.method == "POST":
        covered = attempt(form, lambda: cover_waiting(waiting, form.cleaned_data["colleague"], by=user, now=now))
        if covered:
            messages.success(request, _asked(form.cleaned_data["colleague"], is_mailed=bool(settings.EMAIL_HOST)))
            return redirect("today")
    return render(request, "web/cover.html", {"waiting": waiting, "form": form, "is_mailed": bool(settings.EMAIL_HOST)})


@page(Power.WORK)
def waiting_spoken(request: HttpRequest, pk: int) -> HttpResponse:
    """Log that somebody was spoken to, and end their waiting."""
    waiting, user, now = _open_waiting(request, pk), user_of(request), clock.now()
    initial = {"kind": TouchKind.CALL, "person": waiting.person_id}
    form = TouchForm(posted(request), user=user, now=now, client=waiting.client, initial=initial)
    if request.method == "POST":
        touch = attempt(form, lambda: record_talk(waiting.client, by=user, now=now, **form.logged))
        if touch:
            messages.success(request, listing.settled(list(settled_with(touch)), waiting))
            return redirect("today")
    return render(request, "web/call_new.html", {"form": form, "client": waiting.client, "waiting": waiting})


def _asked(colleague: User, *, is_mailed: bool) -> str:
    """Say that a colleague was asked to cover, and whether a mail tells them."""
    if is_mailed:
        told = _("Asked. It stands on %(name)s’s Today now, and a mail is on its way.")
    else:
        told = _("Asked. It stands on %(name)s’s Today now. No mail is sent from here, so tell them.")
    return told % {"name": colleague.first_name}


def _open_waiting(request: HttpRequest, pk: int) -> Waiting:
    rows = Waiting.objects.filter(settled_at=None).select_related("person", "client__looked_after_by")
    waiting: Waiting = of_client_or_404(request, rows, pk)
    return waiting
