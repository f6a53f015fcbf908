"""The page that a link leads to, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.models import PageKind
from amends.portal.access import by_link
from amends.portal.views import agreement, pulse, recovery

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink

PAGES = {
    PageKind.RECOVERY: recovery.recovery,
    PageKind.PULSE: pulse.pulse,
    PageKind.AGREEMENT: agreement.agreement,
}


@by_link
def client_page(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show a client's page, or take its answers in."""
    return PAGES[PageKind(link.page.kind)](request, link)
