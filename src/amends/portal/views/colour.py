"""The firm's colour, as a style sheet of its own: nothing is written into the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from amends.portal import colour
from amends.portal.access import anybody

if TYPE_CHECKING:
    from django.http import HttpRequest

KEPT_SECONDS = 24 * 3600  # the address changes with the colour


@anybody
@require_safe
def page_colour(_request: HttpRequest, look: str) -> HttpResponse:
    """Answer with the style sheet of a colour ("1a3561"); it is the same for everybody, so anybody may ask."""
    if not colour.HEX.fullmatch(look):
        raise Http404
    kept = {"Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    return HttpResponse(colour.style_of(f"#{look}"), content_type="text/css; charset=utf-8", headers=kept)
