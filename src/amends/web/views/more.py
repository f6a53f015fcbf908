"""What has no tab on the phone, and the list of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from amends.web.access import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def more(request: HttpRequest) -> HttpResponse:
    """Show the rest of the menu."""
    return render(request, "web/more.html")


@page(methods=("GET", "HEAD"))
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key and what it does."""
    return render(request, "web/keys.html")
