"""A page as whoever it is for will see it, drawn for our side by the same code: `{% load preview %}{% preview page %}`.

The desk may not import the portal; it renders "portal/preview.html", which loads this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from amends.desk.queries.client_page import frame_of, recovery_of
from amends.desk.queries.firm import the_firm
from amends.portal.views.recovery import TEMPLATE, told_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import ClientPage

register = template.Library()


@register.simple_tag
def preview(page: ClientPage, now: datetime) -> SafeString:
    """Draw the page of a recovery as a preview: it has no link, and takes no answer in."""
    told = told_of(None, recovery_of(page))
    frame = frame_of(page, the_firm(), is_preview=True)
    return SafeString(render_to_string(TEMPLATE, {"today": timezone.localdate(now), "frame": frame, **told}))
