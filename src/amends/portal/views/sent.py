"""What a client reads once their answers are with us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.models import PageKind
from amends.desk.queries.client_page import call_by
from amends.portal import wording
from amends.portal.page import shown

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from amends.desk.models import PageLink


def sent(link: PageLink, now: datetime) -> HttpResponse:
    """Thank them, and say who has their answers; when they are called, only where that moment is really laid down."""
    at = call_by(link.page, now)
    may_change = link.page.kind != PageKind.AGREEMENT  # there what was said stands once both sides have said it
    told = {"by_when": wording.by_when(at, now) if at else "", "may_change": may_change}
    return shown(link, "portal/sent.html", told, now=now)
