"""Leave to read a mailbox, given by a person on a page of Microsoft or Google: the way there, and back (OAuth 2)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.account import provider_of, sign_in_page, signs_in_with, token_for
from amends.desk.actions.mailbox import change_mailbox, connect_mailbox
from amends.desk.models import Mailbox, Provider
from amends.desk.queries.mail_host import host_of
from amends.desk.rules import Power, Refused
from amends.web import mailing
from amends.web.access import number_asked, page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TICKET = "mailbox_sign_in"  # in the session, between going there and coming back
LASTS_SECONDS = 15 * 60  # as long as the providers' own pages wait (judgement)
LETTERS = 64  # of a state, and of a verifier: RFC 7636 asks for 43 to 128
LONGEST_ANSWER = 300  # characters of what a provider says (judgement)
LONGEST_ADDRESS = 254


def come_back_to() -> str:
    """Return the address that the provider sends a person back to; it is registered there."""
    return settings.ADDRESS.rstrip("/") + reverse("settings-mailbox-back")


def registration(request: HttpRequest, at: str) -> dict[str, Any]:
    """Return what stands between a person and the provider's page, if anything does."""
    desk = urlsplit(settings.ADDRESS)
    return {
        "provider": provider_of(at).name,
        "is_registered": at in signs_in_with(),
        "is_safe": desk.scheme == "https" or _is_loopback(desk.hostname or ""),
        "is_elsewhere": request.get_host() != desk.netloc,  # the session would not be there on the way back
        "desk": settings.ADDRESS,
        "redirect": come_back_to(),
    }


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@page(Power.MANAGE, methods=("GET",))
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider's page; a link leads here, for a form may lead to no other site."""
    pk = number_asked(request, "mailbox")
    mailbox = get_object_or_404(Mailbox, pk=pk) if pk else None
    at = mailbox.provider if mailbox else request.GET.get("at", "")
    address = mailbox.login if mailbox else request.GET.get("address", "").strip()[:LONGEST_ADDRESS]
    if at not in signs_in_with() or "@" not in address:
        return redirect("settings-mailbox-new")
    found = registration(request, at)
    if not found["is_safe"] or found["is_elsewhere"]:
        return redirect(_asked_at(at, address))
    state, verifier = get_random_string(LETTERS), get_random_string(LETTERS)
    ticket = {"state": state, "verifier": verifier, "at": at, "address": address, "mailbox": pk}
    ticket["waits"] = "waits" in request.GET
    request.session[TICKET] = {**ticket, "until": clock.now().timestamp() + LASTS_SECONDS}
    return redirect(sign_in_page(at, redirect=come_back_to(), state=state, verifier=verifier, hint=address))


def _asked_at(at: str, address: str) -> str:
    """Return the page from which one goes to the provider."""
    return f"{reverse('settings-mailbox-new')}?{urlencode({'at': at, 'address': address})}"


@page(Power.MANAGE, methods=("GET",))
def back(request: HttpRequest) -> HttpResponse:
    """Take what the provider sent the browser back with, once; and connect the mailbox, or sign in to it again."""
    ticket = request.session.pop(TICKET, None)
    if not _is_ours(request, ticket):
        messages.error(request, _("This sign-in was not begun here, was used already, or took too long. Begin again."))
        return redirect("settings-mailbox-new")
    try:
        mailbox = _let_in(request, ticket)
    except Refused as refusal:
        messages.error(request, str(refusal))
        if ticket["mailbox"]:
            return redirect("settings-mailbox-way", ticket["mailbox"])
        return redirect(_asked_at(ticket["at"], ticket["address"]))
    return mailing.onward(request, mailbox)


def _is_ours(request: HttpRequest, ticket: Any) -> bool:
    """Whether the browser comes back from where this session sent it, and soon enough."""
    if not isinstance(ticket, dict) or clock.now().timestamp() > ticket["until"]:
        return False
    return constant_time_compare(request.GET.get("state", ""), ticket["state"])


def _let_in(request: HttpRequest, ticket: dict[str, Any]) -> Mailbox:
    """Buy a token with the code, and read the mailbox with it. Refused with what the provider says."""
    at, code = ticket["at"], request.GET.get("code", "")
    if not code:
        raise Refused(_said(request, at))
    token = token_for(at, code, verifier=ticket["verifier"], redirect=come_back_to())
    by, now = user_of(request), clock.now()
    if ticket["mailbox"]:
        known = get_object_or_404(Mailbox, pk=ticket["mailbox"])
        return change_mailbox(known, token=token, by=by, now=now)
    server = host_of(at)
    way = {"provider": at, "host": server.host, "port": server.port, "security": server.security}
    address = ticket["address"]
    return connect_mailbox(address=address, login=address, token=token, waits=ticket["waits"], by=by, now=now, **way)


def _said(request: HttpRequest, at: str) -> str:
    """Say what the provider says instead of a code."""
    name = str(Provider(at).label)
    if request.GET.get("error") == "access_denied":
        return _("%(provider)s was not allowed to let us in, so nothing was connected. Begin again when you like.") % {
            "provider": name
        }
    words = request.GET.get("error_description") or request.GET.get("error") or _("nothing")
    told = " ".join("".join(c if c.isprintable() else " " for c in words).split())[:LONGEST_ANSWER]
    return _("%(provider)s did not let us in. It says: %(words)s") % {"provider": name, "words": told}
