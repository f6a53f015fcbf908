"""Lists from an ATS: the file, its columns, what taking it in would do, how far it is, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.listing import (
    ask_for_undoing,
    change_columns,
    match_columns,
    receive_list,
    stop_list,
    take_in_list,
    undo_list,
)
from amends.desk.models import ListStatus
from amends.desk.queries.firm import the_firm
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.queries.listing import (
    is_counting,
    is_under_way,
    lists,
    lists_seen_by,
    matching_of,
    may_undo,
    progress_of,
    refused_rows,
)
from amends.desk.queries.undo import undoing_of
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.listing import ColumnsForm, ListFileForm, WhatForm
from amends.web.upload import TOO_LARGE, trouble_of
from amends.web.views.intake import AGAIN_SECONDS, NOT_HERE, limits, say_why_nothing_came

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import ListImport

CSV = "text/csv; charset=utf-8"


@page(Power.MANAGE, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """List the lists."""
    user = user_of(request)
    return render(request, "web/lists.html", {"lists": lists(user), "unconfirmed": count_unconfirmed(user)})


def _seen_or_404(request: HttpRequest, pk: int) -> ListImport:
    return get_object_or_404(lists_seen_by(user_of(request)), pk=pk)


@page(Power.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Take a list in; in the demo firm say how to start a desk of one's own instead."""
    if the_firm().is_demo:
        return render(request, "web/import_demo.html", status=200 if request.method != "POST" else NOT_HERE)
    form, by = _file_form(request), user_of(request)
    taken = request.method == "POST" and attempt(form, lambda: receive_list(*form.chosen(), by=by, now=clock.now()))
    if taken:
        return redirect("list", taken.pk)
    status = 413 if trouble_of(request) == TOO_LARGE else 200
    return render(request, "web/list_new.html", {"form": form, **limits()}, status=status)


def _file_form(request: HttpRequest) -> ListFileForm:
    """Return the form as it was sent, and say in it why the file did not come."""
    if request.method != "POST":
        return ListFileForm()
    form = ListFileForm(request.POST, request.FILES)
    too_large = _("That is more than %(most)s. Nothing of it was kept. Export it in parts.")
    say_why_nothing_came(form, request, too_large % limits())
    return form


@page(Power.MANAGE, methods=("GET", "HEAD"))
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a list is; one whose columns nobody knows asks for them."""
    listing = _seen_or_404(request, pk)
    if listing.status == ListStatus.MATCHING and listing.looks:
        return redirect("list-columns", pk)
    if is_counting(listing):
        return redirect("list-undo", pk)
    told = {"listing": listing, "progress": progress_of(listing, clock.now()), "may_undo": may_undo(listing)}
    again = AGAIN_SECONDS if is_under_way(listing) else 0
    found = count_unconfirmed(user_of(request)) if listing.status == ListStatus.DONE else 0
    return render(request, "web/list.html", {**told, "again": again, "unconfirmed": found})


@page(Power.MANAGE, methods=("GET", "HEAD"))
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the part of the page that changes; amends.js asks for it again and again."""
    listing = _seen_or_404(request, pk)
    told = {"listing": listing, "progress": progress_of(listing, clock.now())}
    return render(request, "web/list_progress.html", told)


@page(Power.MANAGE)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which column holds what, and keep the answer."""
    listing = _seen_or_404(request, pk)
    if listing.status != ListStatus.MATCHING or not listing.looks:
        return redirect("list", pk)
    asked = request.POST if request.method == "POST" else request.GET
    matching = matching_of(listing, asked.get("preset", ""), asked.get("kind", ""))
    form = ColumnsForm(matching, data=posted(request))
    if request.method == "POST" and attempt(form, lambda: _matched(request, listing, form)):
        return redirect("list", pk)
    what = WhatForm(initial={"preset": matching.preset, "kind": matching.kind})
    return render(request, "web/list_columns.html", {"listing": listing, "form": form, "what": what})


def _matched(request: HttpRequest, listing: ListImport, form: ColumnsForm) -> ListImport:
    said: dict[str, Any] = {"preset": form.matching.preset, "kind": form.matching.kind}
    said |= {"source": form.cleaned_data["source"], "columns": form.chosen, "options": form.options}
    return match_columns(listing, **said, by=user_of(request), now=clock.now())


@page(Power.MANAGE, methods=("POST",))
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to the columns."""
    change_columns(_seen_or_404(request, pk), by=user_of(request), now=clock.now())
    return redirect("list-columns", pk)


@page(Power.MANAGE, methods=("POST",))
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the list in."""
    take_in_list(_seen_or_404(request, pk), by=user_of(request), now=clock.now())
    return redirect("list", pk)


@page(Power.MANAGE, methods=("POST",))
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a list; what was taken in stays, and can be taken back."""
    listing = stop_list(_seen_or_404(request, pk), by=user_of(request), now=clock.now())
    if listing.started_at:
        messages.success(request, _("Stopped. What was taken in stays, and can be taken back."))
        return redirect("list", pk)
    messages.success(request, _("The list is removed, and nothing of it was taken in."))
    return redirect("lists")


@page(Power.MANAGE)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking a list back would do, and do it."""
    listing = _seen_or_404(request, pk)
    if request.method == "POST" and "count" in request.POST:
        ask_for_undoing(listing, by=user_of(request), now=clock.now())
        return redirect("list-undo", pk)
    if request.method == "POST":
        undo_list(listing, by=user_of(request), now=clock.now())
        return redirect("list", pk)
    if not may_undo(listing):
        return redirect("list", pk)
    told = {"listing": listing, "undoing": undoing_of(listing), "progress": progress_of(listing, clock.now())}
    again = AGAIN_SECONDS if is_under_way(listing) else 0
    return render(request, "web/list_undo.html", {**told, "again": again})


@page(Power.MANAGE, methods=("GET", "HEAD"))
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the rows that were not taken as a file, each with its number and the reason."""
    listing = _seen_or_404(request, pk)
    name = _("not-taken-%(number)d.csv") % {"number": listing.pk}
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return cast("HttpResponse", StreamingHttpResponse(refused_rows(listing), content_type=CSV, headers=disposition))
