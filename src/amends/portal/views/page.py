"""The page that a link leads to, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from amends.desk import clock
from amends.desk.actions.client_answer import note_opening
from amends.desk.models import PageKind
from amends.portal import visit
from amends.portal.access import by_link
from amends.portal.views import agreement, pulse, recovery
from amends.portal.views.code import code, knows_code

if TYPE_CHECKING:
    from django.http import HttpRequest

    from amends.desk.models import PageLink

PAGES = {
    PageKind.RECOVERY: recovery.recovery,
    PageKind.PULSE: pulse.pulse,
    PageKind.AGREEMENT: agreement.agreement,
}
NO_CONTENT = 204


@by_link
def client_page(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show a client's page, or take its answers in; where it asks for a code, that comes first."""
    if not knows_code(request, link):
        return code(request, link)
    if request.method == "POST" and visit.OPENED in request.POST:
        if visit.is_by_person(request):
            note_opening(link.page, now=clock.now())
        return HttpResponse(status=NO_CONTENT)
    return PAGES[PageKind(link.page.kind)](request, link)
