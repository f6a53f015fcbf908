"""A colleague's own calendar: its private address, and what calendar programs read there."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amends.desk import clock
from amends.desk.actions.calendar import end_feed, make_feed, note_fetch
from amends.desk.actions.envelope import our_domain
from amends.desk.models import Feed
from amends.desk.queries.calendar import calendar_of, feed_of
from amends.desk.queries.firm import the_firm
from amends.web.access import own_page, public, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest

TYPE = "text/calendar; charset=utf-8"
KEPT = "private, no-cache"  # a program may keep it, and asks each time whether it still holds (RFC 9111)


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar program what stands in a colleague's calendar, or say that nothing changed."""
    feed, now = feed_of(token), clock.now()
    if feed is None:
        told = _("There is no calendar here any more. Ask for a new address in the desk, under You.")
        return HttpResponse(f"{told}\n", "text/plain; charset=utf-8", status=HTTPStatus.NOT_FOUND)
    note_fetch(feed, now=now)
    firm = the_firm()
    with timezone.override(firm.zone):
        written = calendar_of(feed.user, firm, site=settings.ADDRESS.rstrip("/"), domain=our_domain())
    headers = {"ETag": f'"{sha256(written).hexdigest()}"', "Cache-Control": KEPT}
    answer = HttpResponse(written, TYPE, headers=headers)
    return cast("HttpResponse", get_conditional_response(request, headers["ETag"], None, answer))


@own_page()
def calendar(request: HttpRequest) -> HttpResponse:
    """Make a private address for one's own calendar, shown this once, or take it away."""
    user, now = user_of(request), clock.now()
    if request.method == "POST" and request.POST.get("do") == "end":
        end_feed(user, now=now)
        messages.success(
            request, _("The address leads nowhere any more. What a program has kept goes when it asks again.")
        )
        return redirect("settings-calendar")
    link = ""
    if request.method == "POST":
        token = make_feed(user, now=now)
        link = f"{settings.ADDRESS.rstrip('/')}{reverse('calendar-feed', args=[token])}"
    shown = {"link": link, "feed": Feed.objects.filter(user=user).first(), "now": now}
    return render(request, "web/settings/calendar.html", shown)
