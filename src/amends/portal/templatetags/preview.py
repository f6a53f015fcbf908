"""A page as whoever it is for will see it, drawn for our side by the same code: `{% load preview %}{% preview page %}`.

The desk may not import the portal; it renders "portal/preview.html", which loads this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from amends.desk.models import PageKind
from amends.desk.queries.client_page import asks_of, frame_of, recovery_of
from amends.desk.queries.firm import the_firm
from amends.desk.queries.sheet_shown import Stage, sheet_of
from amends.portal.views import agreement, pulse
from amends.portal.views.recovery import TEMPLATE, told_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import ClientPage

register = template.Library()


@register.simple_tag
def preview(page: ClientPage, now: datetime, back: str = "") -> SafeString:
    """Draw a page as a preview: it has no link, takes no answer in, and leads `back` to the desk."""
    template, told = _told(page)
    frame = frame_of(page, the_firm(), is_preview=True)
    return SafeString(
        render_to_string(template, {"today": timezone.localdate(now), "frame": frame, "back": back, **told})
    )


def _told(page: ClientPage) -> tuple[str, dict[str, Any]]:
    """Return the template of a page and what it shows; of an agreement never what they typed: our side is blind."""
    if page.kind == PageKind.AGREEMENT:
        shown = sheet_of(page)
        return agreement.TEMPLATE, agreement.told_of(None, shown, {} if shown.stage is Stage.FILL else None)
    if page.kind == PageKind.PULSE:
        return pulse.TEMPLATE, pulse.told_of(asks_of(page))
    return TEMPLATE, told_of(None, recovery_of(page))
