"""Our side of a client's page: prepare it, see it as they will, write to them or copy a link, read their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY
from amends.desk import clock
from amends.desk.actions.client_page import change_page, end_page, make_link, note_answers, prepare_page, renew_links
from amends.desk.actions.envelope import page_address
from amends.desk.actions.firm import change_firm
from amends.desk.actions.letter import write_letter
from amends.desk.models import ClientPage, PageKind
from amends.desk.queries.client_page_news import answers_on, drafts_of, pages_of, without_page
from amends.desk.queries.firm import the_firm
from amends.desk.queries.plan import visible_plan
from amends.desk.rules import Power, may
from amends.web import client_page_words as words
from amends.web.access import case_or_404, number_asked, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.client_page import PageForm, PageLetterForm, PageLookForm
from amends.web.forms.meanwhile import attempt_on

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case, Person

OF_A_PAGE = ("person", "case__lead__branch", "case__client", "client__looked_after_by__branch", "by__branch", "sheet")


@page(methods=("GET", "HEAD"))
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pages of a recovery, and who could have one."""
    case, now = case_or_404(request, pk), clock.now()
    shown = {
        "case": case,
        "client": case.client,
        "pages": [words.of_page(one, now) for one in pages_of(case)],
        "people": without_page(case) if _is_ready(case) else (),
        "is_ready": _is_ready(case),
        "may_work": may(user_of(request), Power.WORK),
        "now": now,
    }
    return render(request, "web/client_page/list.html", shown)


def _is_ready(case: Case) -> bool:
    return case.plan_approved_at is not None and case.status in UNDER_WAY


@page(Power.WORK)
def page_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a page for somebody at the client."""
    case = case_or_404(request, pk)
    person = _whom(request, case)
    if person is None or not _is_ready(case):
        return redirect("recovery-client-page", case.pk)
    form = PageForm(posted(request), case=case, initial=PageForm.first(case, person))
    if request.method == "POST":
        by, now = user_of(request), clock.now()
        made = attempt(form, lambda: prepare_page(case, person, by=by, now=now, **form.told))
        if made:
            messages.success(request, _("Prepared. Nobody outside has seen it yet."))
            return redirect("client-page", made.pk)
    return render(request, "web/client_page/edit.html", _preparing(case, person, form))


def _whom(request: HttpRequest, case: Case) -> Person | None:
    """Return for whom a page is asked for; without a name in the address, whom the recovery is about."""
    asked = number_asked(request, "person")
    people = without_page(case)
    return (people.filter(pk=asked) if asked else people).first()


def _preparing(case: Case, person: Person, form: PageForm, page: ClientPage | None = None) -> dict[str, Any]:
    name = person.first_name or person.name
    shown = {"case": case, "client": case.client, "person": person, "name": name, "form": form, "page": page}
    return {**shown, "changes": visible_plan(case)}


@page()
def client_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a page stands and what they answered; say that one has seen it, or end it."""
    row, now = _page_or_404(request, pk), clock.now()
    if request.method == "POST":
        _done(request, row, now)
        return redirect("client-page", row.pk)
    shown = {
        **words.of_page(row, now),
        **words.of_answers(answers_on(row)),
        "client": row.client,
        "case": row.case,
        "opened": words.opened(row, now),
        "draft": drafts_of(row).first(),
        "is_recovery": row.kind == PageKind.RECOVERY,
        "may_work": may(user_of(request), Power.WORK),
        "now": now,
    }
    return render(request, "web/client_page/page.html", shown)


def _done(request: HttpRequest, row: ClientPage, now: datetime) -> None:
    """Do what was asked with a page."""
    by, do = user_of(request), request.POST.get("do", "")
    if do == "seen":
        note_answers(row, by=by, now=now, seen=_moment(request.POST.get("until", "")))
        messages.success(request, _("Noted. It leaves Today."))
    if do == "end":
        end_page(row, by=by, now=now)
        messages.success(request, _("Ended. No link leads to it any more."))


def _moment(text: str) -> Any:
    """Return the answer that somebody saw; what is no moment is none."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _page_or_404(request: HttpRequest, pk: int, *, is_recovery: bool = False) -> ClientPage:
    """Return a page that the person who asks may see; with `is_recovery` none that asks or agrees alone."""
    rows = ClientPage.objects.select_related(*OF_A_PAGE).prefetch_related("links")
    found: ClientPage = of_client_or_404(request, rows, pk)
    if is_recovery and found.kind != PageKind.RECOVERY:
        raise Http404
    return found


@page(Power.WORK)
def page_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a page anew."""
    row, by = _page_or_404(request, pk, is_recovery=True), user_of(request)
    case: Any = row.case
    form = PageForm(posted(request), case=case, page=row, initial=PageForm.of(row))
    if request.method == "POST" and attempt_on(
        form, row, form.of, by, lambda: change_page(row, by=by, now=clock.now(), **form.told)
    ):
        messages.success(request, _("Saved. Whoever has a link sees it so from now on."))
        return redirect("client-page", row.pk)
    return render(request, "web/client_page/edit.html", _preparing(case, row.person, form, row))


@page(methods=("GET", "HEAD"))
def page_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page as they will see it, by the same templates; it says that it is a preview, and takes no answer."""
    row = _page_or_404(request, pk)
    back = reverse("client-page", args=[row.pk])
    return render(request, "portal/preview.html", {"page": row, "now": clock.now(), "back": back})


@page(Power.WORK, methods=("POST",))
def page_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link to copy, shown this once; or end those that are out, and make a new one."""
    row, by, now = _page_or_404(request, pk), user_of(request), clock.now()
    make = renew_links if request.POST.get("do") == "renew" else make_link
    shown = {"page": row, "client": row.client, "link": page_address(make(row, by=by, now=now))}
    return render(request, "web/client_page/link.html", {**shown, "days": the_firm().page_days})


@page(Power.WORK)
def page_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the letter that brings somebody the link to their page."""
    row, by = _page_or_404(request, pk, is_recovery=True), user_of(request)
    form = PageLetterForm(posted(request), page=row, initial=words.first_letter(row, by))
    if request.method == "POST":
        told: dict[str, Any] = {"by": by, "now": clock.now(), "case": row.case, "page": row}
        letter = attempt(form, lambda: write_letter(row.client, **form.cleaned_data, **told))
        if letter:
            return redirect("letter", letter.pk)
    shown = {"form": form, "client": row.client, "page": row, "is_possible": form.is_possible}
    return render(request, "web/client_page/letter.html", shown)


@page(Power.OWN)
def settings_page(request: HttpRequest) -> HttpResponse:
    """Set how the pages of clients look, and how long their links work."""
    firm, by = the_firm(), user_of(request)
    form = PageLookForm(posted(request), initial=PageLookForm.of(firm))
    if request.method == "POST" and attempt_on(
        form, firm, form.of, by, lambda: change_firm(firm, by=by, now=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect("settings-client-page")
    return render(request, "web/client_page/settings.html", {"form": form})
