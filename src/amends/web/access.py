"""Who may open which page: decided here and nowhere else.

Every view is wrapped in one of the decorators below; `guard` refuses those that are not (tests/web/test_access.py).
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods

from amends.desk.models import Case, Client, Firm, LetterKind, User
from amends.desk.queries.client_page_news import newest_news
from amends.desk.queries.firm import firm_and_mail
from amends.desk.queries.outbox import letters_seen_by
from amends.desk.rules import (
    Power,
    Refused,
    cases_seen_by,
    clients_seen_by,
    may,
    may_manage,
    of_seen_case,
    opened_by,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from amends.desk.models import Outgoing

    View = Callable[..., HttpResponse]

Rest = ParamSpec("Rest")
PUBLIC = "amends_is_public"
POWER = "amends_power"
READS = ("GET", "HEAD")
LONGEST_NUMBER = 18  # digits of a row's number: 64 bits, as either database keeps it
LONGEST_ADDRESS = 64  # characters of `Refusal.address`; the longest IPv6 address with a zone has fewer


class Asked:
    """A request of somebody who is signed in: `request.user` with its type."""

    user: User


def public(view: Callable[Concatenate[HttpRequest, Rest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let anybody open a page: signing in, an invitation, a static file."""
    setattr(view, PUBLIC, True)
    return view


def page(power: Power = Power.SEE, *, methods: tuple[str, ...] = (*READS, "POST")) -> Callable[[View], View]:
    """Let only somebody signed in with `power` open a page; a POST asks at least for `Power.WORK`.

    A view whose POST changes nothing but the person's own row says so with `power=Power.SEE` and `own_page`.
    """

    def wrap(view: View) -> View:
        return _guarded(view, power, Power.WORK if power is Power.SEE else power, methods)

    return wrap


def own_page(*, methods: tuple[str, ...] = (*READS, "POST")) -> Callable[[View], View]:
    """Let anybody signed in open a page that changes nothing but their own row: viewers too."""

    def wrap(view: View) -> View:
        return _guarded(view, Power.SEE, Power.SEE, methods)

    return wrap


def _guarded(view: View, reading: Power, writing: Power, methods: tuple[str, ...]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
        if not may(request.user, reading if request.method in READS else writing):
            raise PermissionDenied
        firm = firm_of(request)
        with timezone.override(firm.zone if firm else None):  # people see the firm's own time
            try:
                return view(request, *args, **kwargs)
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect(back(request))

    allowed = require_http_methods(list(methods))(guarded)
    setattr(allowed, POWER, (reading, writing))
    return cast("View", allowed)


def guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse every view that no decorator of this module wraps: nothing is open by oversight."""

    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        del request, args, kwargs
        if not (hasattr(view, POWER) or hasattr(view, PUBLIC)):
            raise PermissionDenied

    respond.process_view = process_view  # type: ignore[attr-defined]  # how Django finds it on a function
    return respond


def firm_of(request: HttpRequest) -> Firm | None:
    """Return the firm, read once a request; None before there is one."""
    if not hasattr(request, "firm"):
        request.firm = firm_and_mail()  # type: ignore[attr-defined]  # for the rest of the request
    return cast("Firm | None", request.firm)  # type: ignore[attr-defined]  # set just now


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; only called behind `page` and `own_page`."""
    return cast("User", request.user)


def client_or_404(request: HttpRequest, pk: int, among: QuerySet[Client] | None = None) -> Client:
    """Return a client that the person who asks may see; anybody else is told that there is no such page.

    Without `among` it is a client; who may confirm clients finds others among all of them.
    """
    seen = clients_seen_by(user_of(request)) if among is None else among.filter(opened_by(user_of(request)))
    found = seen.select_related("branch", "looked_after_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def number_asked(request: HttpRequest, name: str) -> int | None:
    """Return a row's number from the address; None where none is given, and no such page where it can be nobody's."""
    asked = request.GET.get(name, "")
    if not asked.isdecimal():
        return None
    if len(asked) > LONGEST_NUMBER:
        raise Http404
    return int(asked)


def client_asked(request: HttpRequest) -> Client | None:
    """Return the client that the address names with `client`, if it names one."""
    pk = number_asked(request, "client")
    return None if pk is None else client_or_404(request, pk)


def managed_or_404(request: HttpRequest, pk: int) -> Client:
    """Return a client, or what is none yet or no longer, that the person who asks may manage."""
    found = client_or_404(request, pk, Client.objects.all())
    if not may_manage(user_of(request), found):
        raise PermissionDenied
    return found


def of_client_or_404(request: HttpRequest, rows: QuerySet[Any], pk: int) -> Any:
    """Return a row that hangs on a client (`client` is its field), if the person who asks may see that client.

    What belongs to a restricted recovery too (`case`) is for its team alone.
    """
    user = user_of(request)
    seen = rows.filter(opened_by(user, "client__"), of_seen_case(user) if hasattr(rows.model, "case_id") else Q())
    found: Model | None = seen.filter(pk=pk).select_related("client").first()
    if found is None:
        raise Http404
    return found


def case_or_404(request: HttpRequest, pk: int) -> Case:
    """Return a recovery that the person who asks may see, with whom it is about, and who has answered something new."""
    news_of, news_page = newest_news()
    rows = Case.objects.filter(cases_seen_by(user_of(request)), pk=pk).annotate(news_of=news_of, news_page=news_page)
    found = rows.select_related("person", "lead", "opened_by", "client__looked_after_by", "client__branch").first()
    if found is None:
        raise Http404
    return found


def of_case_or_404(request: HttpRequest, rows: QuerySet[Any], pk: int) -> Any:
    """Return a row that hangs on a recovery (`case` is its field), if the person who asks may see that recovery."""
    seen = rows.filter(cases_seen_by(user_of(request), "case__"), pk=pk)
    found: Model | None = seen.select_related("case__client").first()
    if found is None:
        raise Http404
    return found


def letter_or_404(request: HttpRequest, pk: int, *, is_clients: bool = False) -> Outgoing:
    """Return a letter that the person who asks may see; with `is_clients` none of those that go to colleagues."""
    seen = letters_seen_by(user_of(request)).filter(pk=pk)
    rows = seen.filter(kind=LetterKind.CLIENT) if is_clients else seen
    found = rows.select_related("client", "person", "user", "by", "read_by", "answers", "page__person").first()
    if found is None:
        raise Http404
    return found


def back(request: HttpRequest, default: str = "today") -> str:
    """Return where the person came from, if that is a page of this desk (a form's `next`, else the referrer)."""
    for asked in (request.POST.get("next"), request.GET.get("next"), request.META.get("HTTP_REFERER")):
        if not asked or not asked.startswith(("/", "http:", "https:")):  # a bare word is the name of a view
            continue
        if url_has_allowed_host_and_scheme(
            asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return asked
    return reverse(default)


def onward(request: HttpRequest) -> str:
    """Return where to go after signing in: the page that was asked for (`next`), if it is one of this desk."""
    for asked in (request.POST.get("next"), request.GET.get("next")):
        if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/"):
            return asked
    return reverse("today")


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request comes from; behind a proxy, the one that the proxy itself saw."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    told = forwarded if settings.IS_BEHIND_PROXY and forwarded else request.META.get("REMOTE_ADDR", "")
    return str(told)[:LONGEST_ADDRESS]
