"""The first four screens: your firm and you, your messages, what is in them, your clients. Each may be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amends.core.client import client_of
from amends.desk import clock
from amends.desk.actions.firm import finish_welcome, found_firm
from amends.desk.models import User
from amends.desk.queries.beginning import is_first_key
from amends.desk.queries.firm import founded, the_firm
from amends.desk.queries.intake import imports, open_import, progress_of
from amends.desk.queries.mailbox import first_read, newest_mailbox
from amends.desk.rules import Power
from amends.web.access import page, public, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.intake import AssignForm, BeginForm
from amends.web.forms.mailbox import AddressForm
from amends.web.forms.welcome import AnswerForm, FoundForm
from amends.web.upload import TOO_LARGE, trouble_of
from amends.web.views.intake import (
    again,
    decided,
    limits,
    numbers,
    taken,
    to_confirm,
    upload_form,
)
from amends.web.views.mailbox import reading
from amends.web.views.sign_in import enter

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

FEW, MANY = 3, 10  # clients ticked, of companies shown: so few are rather an oversight (judgement)


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Found the firm; until there is one, open to whoever has the link that `amends serve` printed."""
    if founded():
        return redirect("welcome-messages")
    if not is_first_key(request.GET.get("key", "")):
        return render(request, "web/welcome_closed.html", status=403)
    form, now = FoundForm(request.POST or None, user=_typed(request)), clock.now()
    if request.method == "POST":
        owner = attempt(form, lambda: _found(form, now))
        if owner:
            enter(request, owner, now)
            return redirect("welcome-messages")
    return render(request, "web/welcome.html", {"form": form, "step": 1})


def _typed(request: HttpRequest) -> User:
    """Return who is being typed in, so that a password that is their name is seen."""
    return User(email=request.POST.get("email", ""), name=request.POST.get("name", ""))


def _found(form: FoundForm, now: datetime) -> User:
    told = form.cleaned_data
    address = client_of(told["email"].lower())
    _firm, owner = found_firm(
        told["firm"],
        addresses=[address],
        zone=told["zone"],
        owner_name=told["name"],
        owner_email=told["email"],
        password=told["password"],
        now=now,
    )
    return owner


@page(Power.OWN)
def your_messages(request: HttpRequest) -> HttpResponse:
    """Take the first files in; whoever comes back while they are read is led on."""
    if request.method != "POST" and "more" not in request.GET and (open_import() or first_read()):
        return redirect("welcome-preview")
    form = upload_form(request)
    if taken(request, form):
        return redirect("welcome-preview")
    status = 413 if trouble_of(request) == TOO_LARGE else 200
    shown = {"form": form, "ask": AddressForm(initial=AddressForm.of(user_of(request))), "step": 2, **limits()}
    return render(request, "web/welcome_messages.html", shown, status=status)


@page(Power.OWN, methods=("GET", "HEAD"))
def preview(request: HttpRequest) -> HttpResponse:
    """Show what is in the newest files, ask who we are in them, and then how far the reading is; or of a mailbox."""
    mailing, mailbox = imports().first(), newest_mailbox()
    if mailbox and (mailing is None or mailing.added_at < mailbox.added_at):
        shown = {**reading(mailbox, clock.now(), user_of(request)), "then": "welcome", "step": 3}
        return render(request, "web/welcome_mailbox.html", shown)
    if mailing is None:
        return redirect("welcome-messages")
    form = BeginForm(initial=BeginForm.of(mailing, the_firm().addresses))
    progress = progress_of(mailing, clock.now(), user_of(request))
    shown = {"mailing": mailing, "progress": progress, "form": form, "again": again(mailing)}
    return render(request, "web/welcome_preview.html", {**shown, "then": "welcome", "step": 3})


@page(Power.OWN)
def your_clients(request: HttpRequest) -> HttpResponse:
    """Ask which companies are clients and how fast we answer; then Today."""
    sent = request.POST if request.method == "POST" else None
    form, assign, now = AnswerForm(sent), AssignForm(sent), clock.now()
    if sent is not None and "skip" in sent:
        finish_welcome(the_firm(), by=user_of(request), now=now)
        return redirect("today")
    is_unsure = sent is not None and few_ticked(request)
    if sent is not None and not is_unsure and form.is_valid() and assign.is_valid():
        finish_welcome(the_firm(), by=user_of(request), now=now, **form.cleaned_data)
        return decided(request, assign, "today")
    shown = {"form": form, "assign": assign, "step": 4, "is_unsure": is_unsure}
    shown["reading"] = open_import() or first_read()
    return render(request, "web/welcome_clients.html", {**shown, **to_confirm(request)})


def few_ticked(request: HttpRequest) -> bool:
    """Whether to ask once more: of the companies shown none was ticked, or hardly one of many."""
    if "sure" in request.POST:
        return False
    of, ticked = len(numbers(request, "shown")), len(numbers(request, "client"))
    return of > 0 and (ticked == 0 or (ticked < FEW and of >= MANY))
