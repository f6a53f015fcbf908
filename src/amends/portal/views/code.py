"""A code by mail, before the page that asks for one shows anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.shortcuts import redirect

from amends.desk import clock
from amends.desk.actions.client_code import enter_code, send_code
from amends.desk.queries.client_page import address_of, nobodys_frame
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Refused
from amends.portal.page import answered

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink

COOKIE, SALT = "amends-page", "amends.portal.code"
LASTS_SECONDS = 12 * 3600  # judgement: a day's work at the same machine
FORBIDDEN = 403


def knows_code(request: HttpRequest, link: PageLink) -> bool:
    """Whether a page asks for no code, or this browser has entered the code of this very page lately."""
    if not link.page.asks_code:
        return True
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return False
    return bool(told == link.page_id)


def code(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Ask for the code, send one, or let somebody in who has it."""
    if request.method != "POST":
        return _asked(link, status=200)
    try:
        if "code" not in request.POST:
            send_code(link.page, now=clock.now())
            return _asked(link, status=200)
        enter_code(link.page, request.POST["code"], now=clock.now())
    except Refused as refused:
        return _asked(link, str(refused), status=FORBIDDEN)
    answer = redirect(request.path)
    value = signing.dumps(link.page_id, salt=SALT)
    answer.set_cookie(
        COOKIE, value, LASTS_SECONDS, path=request.path, secure=settings.IS_SECURE, httponly=True, samesite="Lax"
    )
    return answer


def _asked(link: PageLink, error: str = "", *, status: int) -> HttpResponse:
    page = link.page
    name, _at, domain = address_of(page).partition("@")
    told = {
        "frame": nobodys_frame(the_firm()),
        "address": f"{name[:1]}…@{domain}" if domain else "",
        "is_sent": bool(page.code_hash),
        "error": error,
    }
    return answered("portal/code.html", told, now=clock.now(), status=status)
