"""The address at which everybody sends mail to the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.drop import end_drop, make_drop
from amends.desk.queries.drop import has_door, own_drop
from amends.desk.rules import Power
from amends.web.access import page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.WORK)
def drop(request: HttpRequest) -> HttpResponse:
    """Show one's own drop address and what came by it; make a new one, or end it."""
    user, now, own = user_of(request), clock.now(), own_drop(user_of(request))
    if request.method != "POST":
        return render(request, "web/settings/drop.html", {"own": own, "has_door": has_door()})
    if request.POST.get("do") == "end" and own.drop:
        end_drop(own.drop, by=user, now=now)
        messages.success(request, _("The address has ended. Mail to it is refused."))
    elif request.POST.get("do") == "make":
        make_drop(user, by=user, now=now)
        told = _("This is your new address. The old one has ended.") if own.drop else _("This is your address.")
        messages.success(request, told)
    return redirect("settings-drop")
