"""Coming in and going out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login, logout
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amends.desk import clock
from amends.desk.actions.sign_in import end_sign_in, keep_sign_in
from amends.desk.actions.sign_in import sign_in as try_password
from amends.desk.actions.user import accept_invitation, use_sign_in_link
from amends.desk.queries.firm import founded
from amends.desk.queries.user import invited_by, sign_in_of
from amends.desk.rules import Refused
from amends.web.access import address_of, onward, own_page, public, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.sign_in import NewPasswordForm, SignInForm

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User

BY_LINK = "came_by_link"  # in the session of who came without a password: they may choose one


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    form, now = SignInForm(request.POST or None), clock.now()
    if request.method == "POST":
        user = attempt(form, lambda: try_password(**form.cleaned_data, address=address_of(request), now=now))
        if user:
            enter(request, user, now)
            return redirect(onward(request))
    shown = {"form": form, "next": onward(request), "is_new": not founded()}
    return render(request, "web/sign_in.html", shown)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody in by a link. Opening it shows a button, so that a scanner of mail does not use it up."""
    now = clock.now()
    if request.method == "POST":
        try:
            user = use_sign_in_link(token, now=now)
        except Refused as refusal:
            return render(request, "web/link_over.html", {"words": str(refusal)}, status=410)
        enter(request, user, now, by_link=True)
        return redirect(onward(request))
    return render(request, "web/sign_in_link.html")


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Welcome a colleague who was invited, and ask for a password."""
    now = clock.now()
    user = invited_by(token, now)
    if user is None:
        words = _("This link no longer works: it was used, or it is too old. Ask for another.")
        return render(request, "web/link_over.html", {"words": words}, status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST":
        come = attempt(form, lambda: accept_invitation(token, form.cleaned_data["password"], now=now))
        if come:
            enter(request, come, now)
            return redirect(onward(request))
    return render(request, "web/invitation.html", {"form": form, "invited": user})


@own_page(methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Go out."""
    user, session_key = user_of(request), request.session.session_key or ""
    row = sign_in_of(user, session_key)
    if row:
        end_sign_in(row, by=user, now=clock.now())
    logout(request)
    return redirect("sign-in")


def enter(request: HttpRequest, user: User, now: datetime, *, by_link: bool = False) -> None:
    """Begin a session under a fresh key, and keep its row."""
    login(request, user)
    request.session[BY_LINK] = by_link
    request.session.cycle_key()  # a fresh one, whoever was signed in here before
    browser = request.headers.get("User-Agent", "")
    key = request.session.session_key or ""
    keep_sign_in(user, key, address=address_of(request), browser=browser, now=now)
