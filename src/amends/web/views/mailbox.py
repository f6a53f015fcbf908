"""Mailboxes on a server: connected, followed while they are read, changed, and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amends.desk import clock
from amends.desk.actions.mailbox import (
    change_mailbox,
    choose_folders,
    connect_mailbox,
    pause_mailbox,
    remove_mailbox,
    resume_mailbox,
)
from amends.desk.models import Mailbox, Provider
from amends.desk.queries.firm import the_firm
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.queries.mail_host import guessed, host_of, provider_at
from amends.desk.queries.mailbox import folders_of, is_by_leave, mailboxes, reading_progress, skips_of, stored_from
from amends.desk.rules import Power
from amends.web import mailing
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.mailbox import AddressForm, AnewForm, WayForm
from amends.web.views.asking import ask_mailbox, is_sure
from amends.web.views.consent import registration
from amends.web.views.intake import AGAIN_SECONDS, NOT_HERE, numbers

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User

BY_LEAVE = (Provider.MICROSOFT, Provider.GOOGLE)  # where a person agrees at the provider instead of a password


@page(Power.MANAGE, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """List the mailboxes, and how each is."""
    now = clock.now()
    rows = [(one, mailing.how_is(one, now), mailing.server_of(one), mailing.counts_of(one)) for one in mailboxes()]
    return render(request, "web/settings/mailboxes.html", {"rows": rows})


@page(Power.MANAGE)
@sensitive_post_parameters("password")
def new(request: HttpRequest) -> HttpResponse:
    """Ask which mailbox, then how to get in: by the provider's own page, or by server and password."""
    if the_firm().is_demo:
        return render(request, "web/import_demo.html", status=200 if request.method != "POST" else NOT_HERE)
    form = AddressForm(request.GET if "at" in request.GET else None, initial=AddressForm.of(user_of(request)))
    if not form.is_bound or not form.is_valid():
        return render(request, "web/settings/mailbox_new.html", {"form": form, **mailing.frame(request)})
    address, at = form.cleaned_data["address"], form.cleaned_data["at"]
    if at in BY_LEAVE and "password" not in request.GET:
        shown = {"address": address, "at": at, "waits": form.cleaned_data["waits"], **registration(request, at)}
        return render(request, "web/settings/mailbox_leave.html", {**shown, **mailing.frame(request)})
    return _by_password(request, address, at)


def _by_password(request: HttpRequest, address: str, at: str) -> HttpResponse:
    """Ask for server and password, and try them."""
    server = host_of(at) if at in BY_LEAVE else guessed(address)
    form, now = WayForm(posted(request), initial=WayForm.at(address, server)), clock.now()
    if request.method == "POST":
        mailbox = attempt(form, lambda: _connected(form, request, now))
        if mailbox:
            return mailing.onward(request, mailbox)
    shown = {"form": form, "is_google": at == Provider.GOOGLE, "now": now}
    return render(request, "web/settings/mailbox_way.html", {**shown, **mailing.frame(request)})


def _connected(form: WayForm, request: HttpRequest, now: datetime) -> Mailbox:
    told = form.cleaned_data
    server, waits = provider_at(told["host"]), "waits" in request.GET
    return connect_mailbox(**told, provider=server, waits=waits, by=user_of(request), now=now)


@page(Power.MANAGE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a mailbox is, how far it is read, and its folders; and do what is asked of it."""
    mailbox = get_object_or_404(mailboxes(), pk=pk)
    if request.method == "POST":
        return _done(request, mailbox)
    now = clock.now()
    shown = {
        "folders": list(folders_of(mailbox)),
        "skips": skips_of(mailbox),
        "counts": mailing.counts_of(mailbox),
        "server": mailing.server_of(mailbox),
        "unconfirmed": count_unconfirmed(user_of(request)) if mailbox.kept else 0,
    }
    return render(request, "web/settings/mailbox.html", {**shown, **reading(mailbox, now, user_of(request))})


def reading(mailbox: Mailbox, now: datetime, user: User) -> dict[str, Any]:
    """Return what is said of a mailbox that may be being read."""
    is_read_now = mailbox.first_read_at is None and not mailbox.is_paused and not mailbox.problem
    shown = {"mailbox": mailbox, "how": mailing.how_is(mailbox, now), "is_by_leave": is_by_leave(mailbox), "now": now}
    again = AGAIN_SECONDS if is_read_now else 0
    return {**shown, "progress": reading_progress(mailbox, now, user), "is_read_now": is_read_now, "again": again}


def _done(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    do, by, now = request.POST.get("do", ""), user_of(request), clock.now()
    if do == "remove" and not is_sure(request):
        return ask_mailbox(request, mailbox)
    if do == "remove":
        remove_mailbox(mailbox, by=by, now=now)
        messages.success(request, _("Disconnected. Its password is forgotten; the mail that was read stays."))
        return redirect("settings-mailboxes")
    if do == "pause":
        pause_mailbox(mailbox, by=by, now=now)
    elif do == "resume":
        resume_mailbox(mailbox, by=by, now=now)
    elif do == "folders":
        return _folders_chosen(request, mailbox)
    return redirect("settings-mailbox", mailbox.pk)


def _folders_chosen(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    """Save which folders are read; ask before, where one becomes private that brought what is stored."""
    is_every, answer, by = request.POST.get("every") == "yes", request.POST.get("stored"), user_of(request)
    chosen, private = numbers(request, "chosen"), numbers(request, "private")
    fresh = list(mailbox.folders.filter(pk__in=private, is_private=False))
    stored = stored_from([folder.pk for folder in fresh], by) if fresh and answer not in {"go", "stay"} else 0
    if stored:
        shown = {"mailbox": mailbox, "folders": fresh, "stored": stored, "chosen": chosen, "private": private}
        return render(request, "web/settings/folders_ask.html", {**shown, "is_every": is_every})
    is_removed = answer == "go"
    choose_folders(mailbox, chosen, private, is_every, by=by, now=clock.now(), is_removed=is_removed)
    messages.success(request, _("Saved. What was read from it alone is gone.") if is_removed else _("Saved."))
    return redirect("settings-mailbox", mailbox.pk)


@page(Power.MANAGE, methods=("GET", "HEAD"))
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the part of the page that changes; amends.js asks for it again and again."""
    mailbox = get_object_or_404(Mailbox, pk=pk)
    shown = {**reading(mailbox, clock.now(), user_of(request)), "then": request.GET.get("then", "")}
    return render(request, "web/settings/mailbox_progress.html", shown)


@page(Power.MANAGE)
@sensitive_post_parameters("password")
def way(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in to a mailbox again, or change how it is reached."""
    mailbox, by = get_object_or_404(Mailbox, pk=pk), user_of(request)
    if is_by_leave(mailbox):
        shown = {"mailbox": mailbox, "address": mailbox.login, "at": mailbox.provider, "layout": "web/shell.html"}
        return render(request, "web/settings/mailbox_leave.html", {**shown, **registration(request, mailbox.provider)})
    form, now = AnewForm(posted(request), initial=AnewForm.of(mailbox)), clock.now()
    form.meet(mailbox, AnewForm.of(mailbox), by)  # without a lock: whoever signs in waits for a server
    if request.method == "POST" and attempt(form, lambda: _changed(form, mailbox, request, now)):
        messages.success(request, _("Saved."))
        return redirect("settings-mailbox", pk)
    shown = {"form": form, "mailbox": mailbox, "now": now, "layout": "web/shell.html"}
    return render(request, "web/settings/mailbox_way.html", shown)


def _changed(form: AnewForm, mailbox: Mailbox, request: HttpRequest, now: datetime) -> Mailbox:
    told = form.cleaned_data
    return change_mailbox(mailbox, **told, provider=provider_at(told["host"]), by=user_of(request), now=now)
