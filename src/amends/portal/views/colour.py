"""The style sheet of a client's page in the firm's colour: nothing is written into the page itself.

It is client.css with the colour behind it, in one file that is compressed as pages are: most phones are not on wifi.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from amends.portal import colour
from amends.portal.access import anybody

if TYPE_CHECKING:
    from django.http import HttpRequest

SHEET = Path(__file__).parents[1] / "static" / "portal" / "client.css"
KEPT_SECONDS = 24 * 3600  # the address changes with the colour


@anybody
@require_safe
def page_colour(_request: HttpRequest, look: str) -> HttpResponse:
    """Answer with the style sheet of a colour ("1a3561"); it is the same for everybody, so anybody may ask."""
    if not colour.HEX.fullmatch(look):
        raise Http404
    kept = {"Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    return HttpResponse(_sheet() + colour.style_of(f"#{look}"), content_type="text/css; charset=utf-8", headers=kept)


@cache
def _sheet() -> str:
    """Return client.css as it is read from this address: without its notes, and with the fonts where they lie."""
    _notes, _end, rules = SHEET.read_text("utf-8").partition("*/")
    return rules.lstrip().replace("../web/fonts/", static("web/fonts/"))
