"""Whose mail is never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.private import mark_private, private_name, unmark_private
from amends.desk.models import Private
from amends.desk.queries.mailbox import privates, stored_of
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.mailbox import PrivateForm
from amends.web.ids import id_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.MANAGE)
def private(request: HttpRequest) -> HttpResponse:
    """List who is private, take somebody off the list, and ask before somebody's stored mail goes."""
    if request.POST.get("do") == "remove":
        return _taken_off(request)
    form = PrivateForm(posted(request), initial={"what": request.GET.get("what", "")})
    if request.method != "POST" and request.GET.get("what"):  # a link from a person or a company asks at once
        form = PrivateForm(request.GET)
    name = attempt(form, lambda: private_name(form.cleaned_data["what"])) if form.is_bound else None
    if name and (stored := request.POST.get("stored")) in {"go", "stay"}:
        if attempt(form, lambda: _marked(request, name, is_removed=stored == "go")):
            return redirect("settings-private")
    elif name:
        shown = {"name": name, "is_domain": "@" not in name, "stored": stored_of(name, user_of(request))}
        return render(request, "web/settings/private_ask.html", shown)
    return render(request, "web/settings/private.html", {"form": form, "privates": privates()})


def _marked(request: HttpRequest, name: str, *, is_removed: bool) -> Private:
    found = mark_private(name, by=user_of(request), now=clock.now(), is_removed=is_removed)
    messages.success(request, _("Mail with %(name)s is never stored from now on.") % {"name": name})
    return found


def _taken_off(request: HttpRequest) -> HttpResponse:
    found = get_object_or_404(Private, pk=id_in(request.POST.get("private")))
    unmark_private(found, by=user_of(request), now=clock.now())
    messages.success(request, _("New mail with %(name)s is stored again.") % {"name": found.what})
    return redirect("settings-private")
