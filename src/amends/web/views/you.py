"""What everybody sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amends.desk import clock
from amends.desk.actions.sign_in import end_all_sign_ins, end_sign_in
from amends.desk.actions.user import change_user, set_password
from amends.desk.queries.user import open_sign_ins
from amends.web.access import own_page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.settings import YouForm
from amends.web.forms.sign_in import ChangePasswordForm, NewPasswordForm
from amends.web.ids import id_in
from amends.web.views.sign_in import BY_LINK, enter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@own_page()
def you(request: HttpRequest) -> HttpResponse:
    """Name, looks and keys of one's own, and where one is signed in."""
    user, now = user_of(request), clock.now()
    form = YouForm(request.POST or None, initial=YouForm.of(user))
    if request.method == "POST" and attempt(form, lambda: change_user(user, by=user, now=now, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("settings-you")
    shown = {"form": form, "sign_ins": open_sign_ins(user, now), "here": request.session.session_key}
    return render(request, "web/settings/you.html", shown)


@sensitive_post_parameters("current", "password")
@own_page()
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password. Who came in by a link need not know the one before."""
    user, now = user_of(request), clock.now()
    is_new = bool(request.session.get(BY_LINK)) or not user.has_usable_password()
    form = (NewPasswordForm if is_new else ChangePasswordForm)(request.POST or None, user=user)
    if request.method == "POST" and attempt(
        form, lambda: set_password(user, form.cleaned_data["password"], by=user, now=now)
    ):
        enter(request, user, now)
        messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
        return redirect("settings-you")
    return render(request, "web/settings/password.html", {"form": form, "is_new": is_new})


@own_page(methods=("POST",))
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Sign out of one browser, or of all of them."""
    user, now, asked = user_of(request), clock.now(), request.POST.get("sign_in", "")
    if asked == "all":
        end_all_sign_ins(user, by=user, now=now)
        return redirect("sign-in")
    row = get_object_or_404(user.sign_ins, pk=id_in(asked))
    end_sign_in(row, by=user, now=now)
    messages.success(request, _("Signed out there."))
    return redirect("settings-you")
