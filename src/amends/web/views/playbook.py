"""Settings, Playbooks: what a plan may begin with, in the firm's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.core.plan import Failure, plays_of
from amends.desk import clock
from amends.desk.actions.playbook import restore_playbook, save_playbook
from amends.desk.models import Playbook
from amends.desk.queries.playbook import book_of, books
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.playbook import PlaybookForm, values_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.MANAGE, methods=("GET", "HEAD"))
def playbooks(request: HttpRequest) -> HttpResponse:
    """Show every playbook."""
    return render(request, "web/settings/playbooks.html", {"books": books()})


@page(Power.MANAGE)
def playbook(request: HttpRequest, key: str) -> HttpResponse:
    """Change a playbook, or go back to the original after asking."""
    if key not in set(Failure):
        raise Http404
    failure, by, now = Failure(key), user_of(request), clock.now()
    if request.POST.get("do") == "restore":
        restore_playbook(failure, by=by, now=now)
        messages.success(request, _("The original again."))
        return redirect("settings-playbook", key)
    book = book_of(failure)
    form = PlaybookForm(posted(request), plays=book.plays)
    if request.method == "POST" and _saved(request, failure, form):
        messages.success(request, _("Saved. New plans begin with it."))
        return redirect("settings-playbook", key)
    shown = {"book": book, "form": form, "asks": "restore" in request.GET and book.is_own}
    return render(request, "web/settings/playbook.html", shown)


def _saved(request: HttpRequest, failure: Failure, form: PlaybookForm) -> Any:
    by, now = user_of(request), clock.now()
    own = Playbook.objects.filter(key=failure).first()

    def save() -> Playbook:
        return save_playbook(failure, form.plays(), by=by, now=now)

    if own is None:  # what is shipped changes for nobody meanwhile
        return attempt(form, save)
    return attempt_on(form, own, lambda row: values_of(plays_of(row.actions)), by, save)
