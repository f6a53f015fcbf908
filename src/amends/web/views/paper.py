"""Papers of a recovery: a page to print, and the same as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify

from amends.desk import clock
from amends.desk.queries.firm import the_firm
from amends.web.access import case_or_404, page, user_of
from amends.web.paper.case import whole_case
from amends.web.paper.note import note_to_client
from amends.web.paper.pdf import is_there, pdf_of
from amends.web.paper.plan import plan_for_client
from amends.web.paper.sheet import call_sheet

if TYPE_CHECKING:
    from django.http import HttpRequest

    from amends.desk.models import Case
    from amends.web.paper.shape import Paper

LOOKS = ("GET", "HEAD")


@page(methods=LOOKS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the plan as the client may have it."""
    case = case_or_404(request, pk)
    return _answer(request, case, plan_for_client(case, the_firm(), clock.now()))


@page(methods=LOOKS)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the note that follows an apology."""
    case = case_or_404(request, pk)
    return _answer(request, case, note_to_client(case, the_firm()))


@page(methods=LOOKS)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the call sheet."""
    case = case_or_404(request, pk)
    return _answer(request, case, call_sheet(case, the_firm(), user_of(request), clock.now()))


@page(methods=LOOKS)
def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole recovery, for the team alone."""
    case = case_or_404(request, pk)
    return _answer(request, case, whole_case(case, the_firm(), user_of(request), clock.now()))


def _answer(request: HttpRequest, case: Case, paper: Paper) -> HttpResponse:
    """Show a paper as a page; with `?pdf=1` as a file."""
    if request.GET.get("pdf"):
        made = HttpResponse(pdf_of(paper, the_firm().currency), content_type="application/pdf")
        made["Content-Disposition"] = f'attachment; filename="{_file_name(paper, case)}.pdf"'
        return made
    return render(
        request, "web/paper.html", {"paper": paper, "case": case, "client": case.client, "has_pdf": is_there()}
    )


def _file_name(paper: Paper, case: Case) -> str:
    return slugify(f"{paper.title} {case.pk}") or f"recovery-{case.pk}"
