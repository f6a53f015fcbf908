"""What we said we would do: by day, and for each colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.promise import break_promise, drop_promise, keep_promise, make_promise
from amends.desk.models import Promise
from amends.desk.queries.plan import overload_with
from amends.desk.queries.promise import MOST_FOUND, found_promises, promises_of, runs_of
from amends.desk.rules import Power, may
from amends.web import listing, plan_words, promise_words
from amends.web.access import back, client_asked, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.promise import NewPromiseForm

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def promises(request: HttpRequest) -> HttpResponse:
    """Show the open promises by day."""
    user, now = user_of(request), clock.now()
    shown, found = promises_of(user, now), list(found_promises(user, now))
    told = {
        "days": [(day.on, [listing.promise_row(one, user, now) for one in day.promises]) for day in shown.days],
        "loads": promise_words.load_rows(shown.loads),
        "later": shown.later,
        "found": promise_words.found_rows(found[:MOST_FOUND], user, now),
        "found_more": len(found[MOST_FOUND:]),
        "runs": promise_words.run_rows(runs_of(user, now)),
        "may_work": may(user, Power.WORK),
    }
    return render(request, "web/promises.html", told)


@page(Power.WORK)
def promise_new(request: HttpRequest) -> HttpResponse:
    """Make a promise; `client` and `person` in the address are filled in."""
    client, user, now = client_asked(request), user_of(request), clock.now()
    initial = {"person": request.GET.get("person")}
    form = NewPromiseForm(posted(request), user=user, now=now, client=client, initial=initial)
    much = _too_much(form, now)
    if request.method == "POST" and not much:
        promise = attempt(form, lambda: _made(form, request))
        if promise:
            messages.success(request, _("Promised to %(client)s.") % {"client": promise.client})
            return redirect("client", client.pk) if client else redirect("promises")
    return render(request, "web/promise_new.html", {"form": form, "client": client, "much": much})


def _too_much(form: NewPromiseForm, now: datetime) -> dict[str, Any] | None:
    """Return what to say where whoever is to keep it promises too much with it, unless that was said already."""
    if not form.is_valid():
        return None
    typed, whom = form.cleaned_data, form.whom
    found = overload_with(typed["promised_by"], timezone.localdate(typed["due_at"]), now)
    if found is None or not form.asks_anyway(f"{found.user.pk} {found.load.week}"):
        return None
    return plan_words.overload(found, (whom.person.first_name if whom.person else "") or str(whom.client))


def _made(form: NewPromiseForm, request: HttpRequest) -> Promise:
    typed, whom = form.cleaned_data, form.whom
    told = {"person": whom.person, "promised_by": typed["promised_by"], "due_at": typed["due_at"]}
    return make_promise(whom.client, typed["what"], by=user_of(request), now=clock.now(), **told)


@page(Power.WORK, methods=("POST",))
def promise_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a promise: it was kept."""
    promise: Promise = of_client_or_404(request, Promise.objects.all(), pk)
    keep_promise(promise, by=user_of(request), now=clock.now())
    messages.success(request, _("Kept: %(what)s.") % {"what": promise.what})
    return redirect(back(request))


@page(Power.WORK)
def promise_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then let a promise go because the client no longer needs it."""
    promise: Promise = of_client_or_404(request, Promise.objects.select_related("person", "promised_by"), pk)
    if request.method != "POST":
        return render(request, "web/promise_drop.html", {"promise": promise, "next": back(request, "promises")})
    drop_promise(promise, by=user_of(request), now=clock.now())
    messages.success(request, _("No longer needed: %(what)s.") % {"what": promise.what})
    return redirect(back(request, "promises"))


@page(Power.WORK)
def promise_broken(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then say that a promise was not kept and will not be."""
    promise: Promise = of_client_or_404(request, Promise.objects.select_related("person", "promised_by"), pk)
    if request.method != "POST":
        return render(request, "web/promise_broken.html", {"promise": promise, "next": back(request, "promises")})
    break_promise(promise, by=user_of(request), now=clock.now())
    messages.success(request, _("Not kept: %(what)s. It is on record.") % {"what": promise.what})
    return redirect(back(request, "promises"))
