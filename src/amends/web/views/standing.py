"""Who is a client, and who is not, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.client import part_client, take_back
from amends.desk.models import Standing
from amends.desk.queries.client import not_clients, what_goes_with
from amends.desk.rules import Power, may_manage
from amends.web.access import managed_or_404, page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ON_A_PAGE = 50  # companies (judgement)
LONGEST_ASKED = 100  # characters of a search; more says no more (judgement)


@page(Power.MANAGE, methods=("GET", "HEAD"))
def others(request: HttpRequest) -> HttpResponse:
    """List who was declined, and who is no longer a client."""
    user, asked = user_of(request), request.GET.get("q", "").strip()[:LONGEST_ASKED]
    found = Paginator(not_clients(user, asked), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(client, may_manage(user, client)) for client in found]
    shown = {"rows": rows, "page": found, "asked": asked, "now": clock.now()}
    return render(request, "web/clients_not.html", shown)


@page(Power.MANAGE, methods=("POST",))
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is a client after all."""
    client = take_back(managed_or_404(request, pk), by=user_of(request), now=clock.now())
    messages.success(request, _("%(client)s is a client again. Its messages count from now on.") % {"client": client})
    return redirect("client", client.pk)


@page(Power.MANAGE)
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether somebody is no longer a client, saying what that means."""
    client = managed_or_404(request, pk)
    if request.method == "POST":
        part_client(client, by=user_of(request), now=clock.now())
        messages.success(request, _("%(client)s is no longer a client. Its history is kept.") % {"client": client})
        return redirect("clients-not")
    is_client = client.standing == Standing.CLIENT
    return render(
        request, "web/client_part.html", {"client": client, "goes": what_goes_with(client), "is_client": is_client}
    )
