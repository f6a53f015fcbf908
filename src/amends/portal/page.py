"""How a page is answered: rendered from plain values, kept by nobody on the way, found by no search engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone

from amends.desk.queries.client_page import frame_of
from amends.desk.queries.firm import the_firm

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import PageLink

SENT = "sent"  # of the address: the answers were taken in
HEADERS = {
    "Referrer-Policy": "no-referrer",  # the address is the key
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}


def shown(
    link: PageLink, template: str, told: dict[str, Any] | None = None, *, now: datetime, status: int = 200
) -> HttpResponse:
    """Answer with the page of a link: `template` extends "portal/frame.html", `told` is what else it shows."""
    frame = frame_of(link.page, the_firm(), link)
    return answered(template, {"frame": frame, **(told or {})}, now=now, status=status)


def answered(template: str, told: dict[str, Any], *, now: datetime, status: int = 200) -> HttpResponse:
    """Answer with a template and what it shows, and nothing of the desk: no session, no user, no shell."""
    html = render_to_string(template, {"today": timezone.localdate(now), **told})
    return HttpResponse(html, status=status, headers=HEADERS)


def thanked() -> HttpResponse:
    """Go on to the page that thanks for answers, so that loading it again sends nothing again."""
    return HttpResponseRedirect(f"?{SENT}", headers=HEADERS)
