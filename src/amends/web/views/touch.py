"""Logging a call, a visit, a voicemail or a note: two clicks from anywhere; and correcting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amends.core.staffing import TALKS
from amends.desk import clock
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import change_touch, delete_touch
from amends.desk.models import Touch, TouchKind
from amends.desk.queries.case import without_date
from amends.desk.queries.who import people_of
from amends.desk.rules import Power
from amends.web.access import client_asked, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.touch import TouchEditForm, TouchForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Client


@page(Power.WORK)
def call_new(request: HttpRequest) -> HttpResponse:
    """Log a call with anybody; `client`, `person` and `kind` in the address are filled in."""
    client, user, now = client_asked(request), user_of(request), clock.now()
    initial = {"kind": request.GET.get("kind", TouchKind.CALL), "person": _person_of(request, client)}
    form = TouchForm(posted(request), user=user, now=now, client=client, initial=initial)
    if request.method == "POST":
        touch = attempt(form, lambda: record_talk(form.whom.client, by=user, now=now, **form.logged))
        if touch:
            dateless = without_date(touch.client, user) if touch.kind in TALKS else None
            if dateless:
                messages.success(request, _("Logged. Is there a next date?"))
                return redirect(f"{reverse('recovery', args=[dateless.pk])}#next")
            messages.success(request, _("Logged with %(client)s.") % {"client": touch.client})
            return redirect("client", touch.client_id)
    is_note = form["kind"].value() == TouchKind.NOTE
    return render(request, "web/call_new.html", {"form": form, "client": client, "is_note": is_note})


def _person_of(request: HttpRequest, client: Client | None) -> int | str | None:
    """Return whom the address names, else the client's main contact: that is whom one mostly calls."""
    if client is None or "person" in request.GET or request.GET.get("kind") == TouchKind.NOTE:
        return request.GET.get("person")
    main = people_of(client).filter(is_main=True).first()
    return main.pk if main else None


@page(Power.WORK)
def touch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was logged, or remove it after asking."""
    touch: Touch = of_client_or_404(request, Touch.objects.select_related("person", "by"), pk)
    if "delete" in request.POST:
        return _delete(request, touch)
    user, now = user_of(request), clock.now()
    form = TouchEditForm(posted(request), touch=touch, user=user, now=now)
    if request.method == "POST" and attempt_on(
        form, touch, form.of, user, lambda: change_touch(touch, by=user, now=now, **form.logged)
    ):
        messages.success(request, _("Saved."))
        return redirect("client", touch.client_id)
    return render(request, "web/touch_edit.html", {"form": form, "touch": touch, "client": touch.client})


def _delete(request: HttpRequest, touch: Touch) -> HttpResponse:
    if request.POST["delete"] != "yes":
        return render(request, "web/touch_delete.html", {"touch": touch, "client": touch.client})
    delete_touch(touch, by=user_of(request), now=clock.now())
    messages.success(request, _("Removed from %(client)s.") % {"client": touch.client})
    return redirect("client", touch.client_id)
