"""Who may open a client's page: decided here and nowhere else. The link is all that lets anybody in.

Whoever holds a link that works reads one page, made for one person, and nothing besides. There is no session, and no
cookie of ours that another site could use, so no form token is asked for: the link itself is the secret. Where the page
asks for a code, the person's own mailbox is asked, too (`portal.code`).
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amends.desk import clock
from amends.desk.models import Firm
from amends.desk.queries.client_page import frame_of, link_of, nobodys_frame
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Refused
from amends.portal import limit
from amends.portal.page import answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink

PUBLIC = "amends_is_public"  # as `web.access` knows it: its guard refuses every view that is not wrapped
GONE, NOT_FOUND, CONFLICT, TOO_OFTEN = 410, 404, 409, 429
NUL = "\x00"
LONGEST_TOKEN = 200  # characters: ours have 43


def by_link(view: Callable[..., HttpResponse], *, or_ended: bool = False) -> Callable[..., HttpResponse]:
    """Let whoever has a link that works open the page it leads to; anybody else reads a sentence and sees nothing.

    The view gets the request and the `PageLink`. Who asks for too many pages that are none, waits. `or_ended` lets in
    by a link that works no more: to say that one is not to be asked again, an old mail is good enough.
    """

    @wraps(view)
    def opened(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        firm, address = Firm.objects.first(), address_of(request)
        if firm is None:
            raise Http404  # nobody has a page before there is a firm
        with timezone.override(firm.zone):
            link = link_of(token) if len(token) <= LONGEST_TOKEN else None
            if link is None:  # a link that is one opens all the same: a guesser locks out nobody beside them
                return _missed(address)
            _leave_out_nul(request)
            if not or_ended and not leads_in(link, clock.now()):
                return _ended(link)
            try:
                return view(request, link, **more)
            except Refused as refusal:
                told = {"frame": frame_of(link.page, firm, link), "why": str(refusal)}
                return answered("portal/refused.html", told, now=clock.now(), status=CONFLICT)

    return anybody(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(opened)))


def _missed(address: str) -> HttpResponse:
    """Answer who asks for a page that is none; who asks too often waits."""
    if limit.is_reached(address):
        return _refused(TOO_OFTEN, is_too_often=True)
    limit.count(address)
    return _refused(NOT_FOUND)


def _leave_out_nul(request: HttpRequest) -> None:
    """Leave out of what was sent the one sign that no row of PostgreSQL can hold; nobody types it."""
    if request.method == "POST" and any(NUL in text for _name, texts in request.POST.lists() for text in texts):
        cleaned = request.POST.copy()
        for name, texts in request.POST.lists():
            cleaned.setlist(name, [text.replace(NUL, "") for text in texts])
        request.POST = cleaned  # type: ignore[assignment]  # Django's own copy


def leads_in(link: PageLink, now: datetime) -> bool:
    """Whether a link leads to its page: it works, and whom it was made for is still at the client."""
    left_on = link.page.person.left_on
    return link.works(now) and not (left_on and left_on <= timezone.localdate(now))


def anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let anybody open what tells nothing of anybody: a style sheet."""
    setattr(view, PUBLIC, True)
    return view


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request comes from; behind a proxy, the one that the proxy itself saw."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(forwarded if settings.IS_BEHIND_PROXY and forwarded else request.META.get("REMOTE_ADDR", ""))


def _refused(status: int, **told: Any) -> HttpResponse:
    frame = nobodys_frame(the_firm())
    answer = answered("portal/not_found.html", {"frame": frame, **told}, now=clock.now(), status=status)
    if status == TOO_OFTEN:
        answer.headers["Retry-After"] = str(limit.SECONDS)
    return answer


def _ended(link: PageLink) -> HttpResponse:
    told = {"frame": frame_of(link.page, the_firm(), link), "has_answers": link.page.answered_at is not None}
    return answered("portal/ended.html", told, now=clock.now(), status=GONE)
