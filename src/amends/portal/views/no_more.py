"""Not to be asked any more: one step by hand, one click in a mail program, and back again by themselves alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import redirect

from amends.desk import clock
from amends.desk.actions.pulse_asking import ask_again, stop_asking
from amends.portal.access import by_link
from amends.portal.page import shown

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink

NO_MORE = "/no-more"  # behind the address of a page


@partial(by_link, or_ended=True)
def no_more(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Ask whether they mean it; a POST does it, as mail programs send one, too (RFC 8058): looking changes nothing."""
    now = clock.now()
    if request.method == "POST":
        change = ask_again if request.POST.get("do") == "again" else stop_asking
        change(link.page, now=now)
        return redirect(request.path)
    back = request.path.removesuffix(NO_MORE) if link.works(now) else ""
    told = {"is_unwanted": link.page.person.no_pulse_at is not None, "back": back}
    return shown(link, "portal/no_more.html", told, now=now)
