"""Who may open a client's page: decided here and nowhere else. The link is all that lets anybody in.

Whoever holds a link that works reads one page, made for one person, and nothing besides. There is no session and no
cookie of ours that could be used by another site, so no form token is asked for: the link itself is the secret.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amends.desk import clock
from amends.desk.queries.client_page import link_of
from amends.desk.queries.firm import the_firm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink

PUBLIC = "amends_is_public"  # as `web.access` knows it: its guard refuses every view that is not wrapped
GONE, NOT_FOUND = 410, 404


def by_link(view: Callable[[HttpRequest, PageLink], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let whoever has a link that works open the page it leads to; anybody else reads a sentence and sees nothing."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        now, firm = clock.now(), the_firm()
        with timezone.override(firm.zone):
            link = link_of(token)
            if link is None:
                return _told(request, "portal/not_found.html", {"firm": firm}, NOT_FOUND)
            if not link.works(now):
                return _told(request, "portal/ended.html", {"firm": firm, "page": link.page}, GONE)
            return view(request, link, **more)

    allowed = csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(opened))
    setattr(allowed, PUBLIC, True)
    return allowed


def _told(request: HttpRequest, template: str, shown: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, shown, status=status)
