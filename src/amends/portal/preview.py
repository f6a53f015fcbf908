"""A page as its person will see it, for colleagues to read before anybody gets a link: it takes nothing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.queries.client_page import frame_of, recovery_of
from amends.portal.page import answered
from amends.portal.views.recovery import TEMPLATE, told_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from amends.desk.models import ClientPage, Firm


def recovery_preview(page: ClientPage, firm: Firm, *, now: datetime) -> HttpResponse:
    """Answer with the page of a recovery, marked as a preview: its buttons do nothing, and it has no script."""
    frame = frame_of(page, firm, is_preview=True)
    return answered(TEMPLATE, {"frame": frame, **told_of(None, recovery_of(page))}, now=now)
