"""Promises found in our mail are confirmed or declined, and what became of promises is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.promise_found import confirm_promise, decline_promise, join_promise
from amends.desk.models import FoundState
from amends.desk.queries.promise import became_of, declined_lately, same_as, seen_found, settled_promises
from amends.desk.rules import Power
from amends.web import listing, promise_words
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.promise import FoundPromiseForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import FoundPromise

ON_A_PAGE = 50  # promises that are over; judgement


@page(Power.WORK)
def promise_found(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what was promised in a sentence of ours, and put it on record."""
    found, user, now = _found_or_404(request, pk), user_of(request), clock.now()
    form = FoundPromiseForm(posted(request), initial=promise_words.typed_of(found, user))
    if request.method != "POST" and found.state == FoundState.CONFIRMED:
        return redirect("promises")
    if request.method == "POST":
        promise = attempt(form, lambda: confirm_promise(found, by=user, now=now, **form.cleaned_data))
        if promise:
            messages.success(request, _("On record: %(what)s.") % {"what": promise.what.rstrip(".")})
            return redirect("promises")
    shown = {
        "found": found,
        "form": form,
        "detail": f"{promise_words.to_whom(found)} {promise_words.written(found, user, now)}",
        "same": [listing.promise_row(one, user, now) for one in same_as([found], user)[found.pk]],
        "is_declined": found.state == FoundState.DECLINED,
    }
    return render(request, "web/promise_found.html", shown)


@page(Power.WORK, methods=("POST",))
def promise_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody has written the promise down already."""
    found, user = _found_or_404(request, pk), user_of(request)
    same = {str(one.pk): one for one in same_as([found], user)[found.pk]}
    promise = same.get(request.POST.get("is", ""))
    if promise is None:  # somebody was quicker, or it is for another day by now
        return redirect("promise-found", pk)
    join_promise(found, promise, by=user, now=clock.now())
    messages.success(request, _("It counts once: %(what)s.") % {"what": promise.what.rstrip(".")})
    return redirect("promises")


@page(Power.WORK, methods=("POST",))
def promise_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a sentence is no promise."""
    decline_promise(_found_or_404(request, pk), by=user_of(request), now=clock.now())
    messages.success(request, _("It counts as no promise. You find it under “What became of them”."))
    return redirect("promises")


@page(methods=("GET", "HEAD"))
def promises_settled(request: HttpRequest) -> HttpResponse:
    """Show what became of promises: kept, kept late, not kept; and what was found to be none."""
    user, now = user_of(request), clock.now()
    over = Paginator(settled_promises(user), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": over,
        "rows": [promise_words.settled_row(one, now) for one in over],
        "became": became_of(user, now),
        "declined": [promise_words.declined_row(one, now) for one in declined_lately(user, now)[:ON_A_PAGE]],
    }
    return render(request, "web/promises_settled.html", shown)


def _found_or_404(request: HttpRequest, pk: int) -> FoundPromise:
    """Return what was found, if the person who asks may see it."""
    rows = seen_found(user_of(request)).select_related("client", "person", "promised_by", "message")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
