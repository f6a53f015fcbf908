"""What is said when a page cannot be shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader

from amends.web.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
UNSAID = frozenset({"csrfmiddlewaretoken"})  # never given back; passwords neither
LONGEST_KEPT = 100_000  # characters of what was typed; judgement: the page must stay light
TRY_AGAIN = 10  # seconds, for programs that ask again by themselves; as long as one writer waits for another


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request was not understood (400), or that it was too large (413)."""
    if isinstance(exception, TOO_BIG):
        return render(request, "web/error/413.html", status=413)
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
    """Say that something broke on our side (500), or is busy or full (503), without asking the database anything.

    What was typed is in a form on the page itself, ready to be sent again: the transaction it was for left nothing.
    """
    is_busy = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    name, status = ("web/error/503.html", 503) if is_busy else ("web/error/500.html", 500)
    shown = {"shell": None, "typed": typed(request), "path": request.get_full_path(), "csrf_token": get_token(request)}
    response = HttpResponse(loader.get_template(name).render(shown), status=status)
    if is_busy:
        response["Retry-After"] = str(TRY_AGAIN)
    return response


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that somebody sent, without passwords and files; nothing where they cannot be read."""
    if request.method != "POST":
        return []
    try:
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
    except (OSError, MultiPartParserError, RequestDataTooBig):
        return []
    kept = [(name, str(text)) for name, text in sent if name not in UNSAID and "password" not in name]
    return kept if sum(len(text) for _, text in kept) <= LONGEST_KEPT else []
