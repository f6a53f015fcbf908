"""Bringing mail in: files, how far they are, and the companies found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk import clock
from amends.desk.actions.confirming import confirm_found
from amends.desk.actions.intake import begin_import, clear_imports, receive_files, stop_import
from amends.desk.models import MailImport
from amends.desk.queries.firm import the_firm
from amends.desk.queries.intake import candidates, count_unconfirmed, found_clients, imports, progress_of
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.intake import AssignForm, BeginForm, UploadForm
from amends.web.ids import id_in
from amends.web.upload import NO_ROOM, TOO_LARGE, trouble_of

if TYPE_CHECKING:
    from typing import Any

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

A_PAGE = 25  # companies to confirm at once: as many as one looks through in a minute (judgement)
NOT_HERE = 409  # "Conflict": somebody's mail and a firm that does not exist
AGAIN_SECONDS = 3  # until a page without JavaScript asks again how far it is


@page(Power.MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """List the imports, and clear the list of those that are over."""
    if request.method == "POST":
        clear_imports(by=user_of(request), now=clock.now())
        messages.success(request, _("The list is cleared. Every message that was kept is still here."))
        return redirect("imports")
    shown = {"imports": imports(), "unconfirmed": count_unconfirmed(user_of(request))}
    return render(request, "web/imports.html", shown)


@page(Power.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Take files in; in the demo firm say how to start a desk of one's own instead."""
    if the_firm().is_demo:
        return render(request, "web/import_demo.html", status=200 if request.method != "POST" else NOT_HERE)
    form = upload_form(request)
    mailing = taken(request, form)
    if mailing:
        return redirect("import", mailing.pk)
    status = 413 if trouble_of(request) == TOO_LARGE else 200
    return render(request, "web/import_new.html", {"form": form, **limits()}, status=status)


def limits() -> dict[str, Any]:
    """Return what is said beforehand of a file's size."""
    most = settings.MOST_UPLOAD_BYTES
    told = {"most": most, "most_unpacked": settings.MOST_UNPACKED_BYTES}
    return {"most_bytes": most, **{name: _size(size) for name, size in told.items()}}


def _size(many: int) -> str:
    """Return so many bytes as people say it: "1 GB", or "500 MB" where they are no whole gigabytes."""
    mega = many // 1024 // 1024
    return _("%d GB") % (mega // 1024) if mega and not mega % 1024 else _("%d MB") % mega


def upload_form(request: HttpRequest) -> UploadForm:
    """Return the form as it was sent, and say in it why files did not come."""
    if request.method != "POST":
        return UploadForm()
    form = UploadForm(request.POST, request.FILES)
    too_large = _("That is more than %(most)s. Nothing of it was kept. Add it in smaller pieces.")
    say_why_nothing_came(form, request, too_large % limits())
    return form


def say_why_nothing_came(form: Form, request: HttpRequest, too_large: str) -> None:
    """Say in a form of files why they did not come, if they did not."""
    troubles = {
        TOO_LARGE: too_large,
        NO_ROOM: _("The disk is full. Nothing that is here already is lost. Make room, then try again."),
    }
    if trouble_of(request):
        form.errors.clear()
        form.add_error("mail", troubles[trouble_of(request)])


def taken(request: HttpRequest, form: UploadForm) -> MailImport | None:
    """Take over the files of a form that was sent; None when there is nothing to take."""
    if request.method != "POST":
        return None
    by = user_of(request)
    mailing: MailImport | None = attempt(form, lambda: receive_files(form.chosen(), by=by, now=clock.now()))
    return mailing


@page(Power.MANAGE, methods=("GET", "HEAD"))
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and ask who we are before it is read."""
    return shown(request, get_object_or_404(MailImport, pk=pk))


def shown(request: HttpRequest, mailing: MailImport, form: BeginForm | None = None) -> HttpResponse:
    """Show an import as it stands."""
    known = BeginForm(initial=BeginForm.of(mailing, the_firm().addresses))
    progress = progress_of(mailing, clock.now(), user_of(request))
    context = {"progress": progress, "mailing": mailing, "form": form or known, "again": again(mailing)}
    return render(request, "web/import.html", context)


def again(mailing: MailImport) -> int:
    """Return after how many seconds a browser without JavaScript asks again; 0 when nothing is under way.

    The page says it where such browsers alone look: amends.js asks for a part of the page, and stays where it is when
    the desk does not answer.
    """
    return AGAIN_SECONDS if mailing.is_under_way else 0


@page(Power.MANAGE, methods=("GET", "HEAD"))
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the part of the page that changes; amends.js asks for it again and again."""
    mailing = get_object_or_404(MailImport, pk=pk)
    progress = progress_of(mailing, clock.now(), user_of(request))
    context = {"progress": progress, "mailing": mailing, "then": request.GET.get("then", "")}
    return render(request, "web/import_progress.html", context)


@page(Power.MANAGE, methods=("POST",))
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin reading, with the addresses that are ours."""
    mailing, form = get_object_or_404(MailImport, pk=pk), BeginForm(request.POST)
    by = user_of(request)
    if not attempt(form, lambda: begin_import(mailing, by=by, now=clock.now(), us=form.cleaned_data["us"])):
        return shown(request, mailing, form)
    return redirect("welcome-preview") if request.POST.get("then") == "welcome" else redirect("import", pk)


@page(Power.MANAGE, methods=("POST",))
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import; what was read is kept."""
    mailing = stop_import(get_object_or_404(MailImport, pk=pk), by=user_of(request), now=clock.now())
    messages.success(request, _("Stopped. What was read is kept, and the file is removed."))
    if request.POST.get("then") == "welcome":
        return redirect("welcome-messages")
    return redirect("import", mailing.pk)


@page(Power.MANAGE)
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask which of the companies found are clients."""
    form = AssignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return decided(request, form, "clients-confirm")
    return render(request, "web/clients_confirm.html", {"form": form, **to_confirm(request)})


def to_confirm(request: HttpRequest) -> dict[str, Any]:
    """Return one page of companies to confirm."""
    found = Paginator(found_clients(user_of(request)), A_PAGE).get_page(request.GET.get("page"))
    rows = candidates(found)
    seeming = {each.client.pk for each in rows if each.seems_client}
    told = {"page": found, "candidates": rows, "total": found.paginator.count, "seeming": len(seeming)}
    return {**told, "ticked": _ticked(request, {each.client.pk for each in rows}, seeming)}


def _ticked(request: HttpRequest, every: set[int], seeming: set[int]) -> set[int]:
    """Return which boxes are ticked: as they were sent, all or none where that was asked for, else those that seem."""
    if request.method == "POST":
        return every & set(numbers(request, "client"))
    return {"all": every, "none": set()}.get(request.GET.get("tick", ""), seeming)


def decided(request: HttpRequest, form: AssignForm, onward: str) -> HttpResponse:
    """Keep what was decided about the companies on one page, and go on to the next ones."""
    shown_ids, ticked = numbers(request, "shown"), numbers(request, "client")
    done = confirm_found(shown_ids, ticked, by=user_of(request), now=clock.now(), **form.cleaned_data)
    told = ngettext("%(count)d client confirmed.", "%(count)d clients confirmed.", done) % {"count": done}
    messages.success(request, told)
    return redirect(onward)


def numbers(request: HttpRequest, name: str) -> list[int]:
    """Return the whole numbers of a field that is there several times."""
    return [number for value in request.POST.getlist(name) if (number := id_in(value))]
