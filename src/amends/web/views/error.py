"""What is said when a page cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from amends.web.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request was not understood (400)."""
    del exception
    return render(request, "web/error/400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the page is not for this person (403)."""
    del exception
    return render(request, "web/error/403.html", status=403)


@public
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old (403); what was typed is still in the page before."""
    del reason
    return render(request, "web/error/csrf.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, or none that this person may see (404)."""
    del exception
    return render(request, "web/error/404.html", status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side (500), without asking the database anything."""
    del request
    return HttpResponse(loader.get_template("web/error/500.html").render({"shell": None}), status=500)
