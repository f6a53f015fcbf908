"""Finding a client, a person or a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from amends.desk import clock
from amends.desk.queries.find import MOST, found_by
from amends.web.access import page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def find(request: HttpRequest) -> HttpResponse:
    """Show what begins with the letters asked for, or has a word that does."""
    found = found_by(request.GET.get("q", ""), user_of(request))
    return render(request, "web/find.html", {"found": found, "most": MOST, "now": clock.now()})
