"""The client's page of kind "pulse"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink


def pulse(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show the page, or take its answers in."""
    return render(request, "portal/pulse.html", {"page": link.page, "link": link})
