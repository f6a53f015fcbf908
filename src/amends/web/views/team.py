"""The team: colleagues are invited, changed, let in by a link, and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.user import (
    change_user,
    close_user,
    invite_again,
    invite_user,
    make_sign_in_link,
    reopen_user,
)
from amends.desk.models import User
from amends.desk.queries.firm import the_day
from amends.desk.queries.user import team as everybody
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.settings import AwayForm, ColleagueForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.OWN, methods=("GET", "HEAD"))
def team(request: HttpRequest) -> HttpResponse:
    """Show the colleagues."""
    return render(request, "web/settings/team.html", {"team": everybody(), "today": the_day(clock.now())})


@page(Power.OWN)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda: invite_user(by=user_of(request), now=clock.now(), **form.cleaned_data))
        if made:
            return _shown_once(request, made[0], "invitation", made[1])
    return render(request, "web/settings/invite.html", {"form": form})


@page(Power.OWN)
def colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a colleague."""
    user = get_object_or_404(User.objects.select_related("branch"), pk=pk)
    form = AwayForm(user, request.POST or None)
    if request.method == "POST" and attempt(
        form, lambda: change_user(user, by=user_of(request), now=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect("settings-colleague", pk)
    return render(request, "web/settings/colleague.html", {"form": form, "colleague": user})


@page(Power.OWN, methods=("POST",))
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that lets a colleague in once: an invitation for who has not come yet."""
    user, by, now = get_object_or_404(User, pk=pk), user_of(request), clock.now()
    if user.joined_at is None:
        return _shown_once(request, user, "invitation", invite_again(user, by=by, now=now))
    return _shown_once(request, user, "sign-in-link", make_sign_in_link(user, by=by, now=now))


@page(Power.OWN)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a colleague's account, after asking; or open it again."""
    user, by, now = get_object_or_404(everybody(), pk=pk), user_of(request), clock.now()
    if request.method != "POST":
        covers = user.covering.filter(settled_at=None).count()
        return render(request, "web/settings/close.html", {"colleague": user, "covers": covers})
    if user.is_active:
        close_user(user, by=by, now=now)
        messages.success(request, _("%s’s account is closed, and they are signed out everywhere.") % user)
    else:
        reopen_user(user, by=by, now=now)
        messages.success(request, _("%s may come in again.") % user)
    return redirect("settings-team")


def _shown_once(request: HttpRequest, user: User, name: str, token: str) -> HttpResponse:
    """Show a link to copy, in the answer itself: it is kept nowhere, and shown this once."""
    address = f"{settings.ADDRESS.rstrip('/')}{reverse(name, args=[token])}"
    shown = {"colleague": user, "link": address, "is_invitation": name == "invitation"}
    return render(request, "web/settings/link.html", {**shown, "is_mailed": bool(settings.EMAIL_HOST)})
