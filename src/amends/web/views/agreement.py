"""What a client and we expect of each other: filled in blind, compared, worded, confirmed by both, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.sheet import (
    answer_item,
    confirm_items,
    drop_sheet,
    fill_ours,
    fill_theirs,
    start_sheet,
    word_item,
)
from amends.desk.actions.sheet_asking import ask_sheet, page_of_sheet
from amends.desk.models import Sheet, SheetState
from amends.desk.queries.agreement import GAP_FROM, SETTLED, UNDER_WAY, agreed_sheet, gap_from, print_of, versions_of
from amends.desk.queries.firm import the_firm
from amends.desk.queries.number import NUMBERS
from amends.desk.queries.sheet_kept import AgreedLine, kept_of
from amends.desk.rules import Power, may
from amends.web import client_page_words, sheet_words
from amends.web.access import client_or_404, number_asked, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.sheet import FillForm, StartForm, WordsForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Client, SheetItem, User


@page()
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the agreement with a client stands, and take it a step on."""
    client, now, user = client_or_404(request, pk), clock.now(), user_of(request)
    versions = versions_of(client)
    sheet, apart = _asked(request, versions), gap_from()
    if request.method == "POST":
        return _moved_on(request, client, sheet, user)
    shown = {
        "client": client,
        "versions": [sheet_words.of_sheet(one, now) for one in versions],
        "may_work": may(user, Power.WORK),
        "now": now,
        "apart": NUMBERS[GAP_FROM].shown(float(apart)),
        **(_shown(client, sheet, now, apart) if sheet else {}),
    }
    return render(request, "web/agreement.html", shown)


def _asked(request: HttpRequest, versions: Sequence[Sheet]) -> Sheet | None:
    """Return the version that is asked for; without a number what is under way, else what holds, else the newest."""
    number = number_asked(request, "version")
    if number is not None:
        found = next((one for one in versions if one.version == number), None)
        if found is None:
            raise Http404
        return found
    by_need = sorted(versions, key=lambda one: (one.state not in UNDER_WAY, one.state != SheetState.AGREED))
    return by_need[0] if by_need else None


def _shown(client: Client, sheet: Sheet, now: datetime, apart: Decimal) -> dict[str, Any]:
    """Return what the page shows of one version, by how far it has come; of theirs nothing before both are there."""
    items = list(sheet.items.select_related("confirmed_by", "agreed"))
    told = sheet_words.of_sheet(sheet, now)
    if sheet.state in SETTLED:
        before, changes = sheet_words.changes_of(sheet)
        return {**told, "before": before, "changes": changes, "agreed": _agreed(client, sheet, items, now)}
    if sheet.state == SheetState.FILLING:
        return {**told, **_pages(sheet, now), "ours": sheet_words.part(items, "our") if sheet.we_filled_at else []}
    if not (sheet.we_filled_at and sheet.they_filled_at):
        return told  # let go before both parts were there: neither is shown
    return {**told, **_pages(sheet, now), **_compared(items, apart)}


def _compared(items: Sequence[SheetItem], apart: Decimal) -> dict[str, Any]:
    """Return both parts beside each other, which words wait for our yes, and whether any wait for theirs."""
    rows = sheet_words.side_by_side(items, apart)
    open_words = [item for item in items if item.we_confirmed_at is None]
    return {
        "rows": rows,
        "talk": sheet_words.talk_of(rows),
        "seen": ",".join(f"{item.pk}:{print_of(item)}" for item in open_words),
        "to_confirm": len(open_words),
        "waits_for_them": any(item.we_confirmed_at and not item.they_confirmed_at for item in items),
        "has_words": any(item.wording for item in items),
    }


def _agreed(client: Client, sheet: Sheet, items: Sequence[SheetItem], now: datetime) -> list[dict[str, Any]]:
    """Return the lines that both confirmed; those of the version that holds with how they are kept."""
    measured = kept_of(client, items, now) if sheet.state == SheetState.AGREED else {}
    by_hand = {item.pk: AgreedLine(item.agreed) for item in items if hasattr(item, "agreed")}
    rows = []
    for item in items:
        found, line = measured.get(item.pk), by_hand.get(item.pk)
        kept = sheet_words.measured(item, found, now) if found else line.item.how_kept if line else ""
        is_kept = found.kept.is_kept if found else line.is_kept if line else None
        rows.append({"item": item, "kept": kept, "is_kept": is_kept})
    return rows


def _pages(sheet: Sheet, now: datetime) -> dict[str, Any]:
    """Return the client's page of a sheet as our side sees it, if there is one."""
    rows = sheet.pages.filter(revoked_at=None).select_related("person").prefetch_related("links")
    found = rows.first()
    return {"page": client_page_words.of_page(found, now)} if found else {}


def _moved_on(request: HttpRequest, client: Client, sheet: Sheet | None, by: User) -> HttpResponse:
    """Do what was asked for with the sheet that is shown."""
    now, do = clock.now(), request.POST.get("do", "")
    if sheet is None:
        return redirect("client-agreement", client.pk)
    if do == "letter":
        return redirect("letter", ask_sheet(sheet, by=by, now=now).pk)
    if do == "page":
        return redirect("client-page", page_of_sheet(sheet, by=by, now=now).pk)
    if do in DEEDS:
        DEEDS[do](request, sheet, by, now)
    return redirect("client-agreement", client.pk)


def _confirm(request: HttpRequest, sheet: Sheet, by: User, now: datetime) -> None:
    pairs = [pair.partition(":") for pair in request.POST.get("seen", "").split(",")]
    seen = {int(pk): told for pk, _colon, told in pairs if pk.isdecimal()}
    confirm_items(sheet, seen, by=by, now=now)
    messages.success(request, _("Confirmed for us. It holds once they have said yes to the same words."))


def _drop(request: HttpRequest, sheet: Sheet, by: User, now: datetime) -> None:
    drop_sheet(sheet, by=by, now=now)
    messages.success(request, _("Let go. What was agreed before holds on."))


def _said_yes(request: HttpRequest, sheet: Sheet, by: User, now: datetime) -> None:
    """Take down that the client said yes to a line on the phone."""
    number = request.POST.get("item", "")
    item = next((one for one in sheet.items.all() if str(one.pk) == number), None)
    if item is None or not answer_item(item, seen=request.POST.get("seen", ""), agrees=True, by=by, now=now):
        messages.error(request, _("The words changed while you looked. Read them again."))


DEEDS: dict[str, Callable[[HttpRequest, Sheet, User, datetime], None]] = {
    "confirm": _confirm,
    "drop": _drop,
    "yes": _said_yes,
}


@page(Power.WORK)
def agreement_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a sheet, or a new version of the one that is agreed."""
    client, by = client_or_404(request, pk), user_of(request)
    last = agreed_sheet(client)
    form = StartForm(posted(request), client=client, firm=the_firm().name, last=last)
    if request.method == "POST" and attempt(
        form, lambda: start_sheet(client, by=by, now=clock.now(), **form.cleaned_data)
    ):
        return redirect("client-agreement", client.pk)
    return render(request, "web/agreement_new.html", {"client": client, "form": form, "last": last})


@page(Power.WORK)
def sheet_ours(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in our part."""
    return _filled(request, pk, "our")


@page(Power.WORK)
def sheet_theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down the client's part, on the phone or in person; only once ours is there."""
    return _filled(request, pk, "their")


def _filled(request: HttpRequest, pk: int, side: Any) -> HttpResponse:
    sheet: Sheet = of_client_or_404(request, Sheet.objects.select_related("person"), pk)
    by, now = user_of(request), clock.now()
    is_blind = side == "their" and sheet.we_filled_at is None
    if sheet.state != SheetState.FILLING or (is_blind and request.method != "POST"):
        return redirect("client-agreement", sheet.client_id)
    fill: Any = fill_ours if side == "our" else fill_theirs
    form = FillForm(posted(request), items=list(sheet.items.all()), side=side)
    if request.method == "POST" and attempt_on(
        form, sheet, form.of, by, lambda: fill(sheet, form.levels, by=by, now=now)
    ):
        return redirect("client-agreement", sheet.client_id)
    shown = {"client": sheet.client, "form": form, "is_ours": side == "our", **sheet_words.of_sheet(sheet, now)}
    return render(request, "web/sheet_fill.html", shown)


@page(Power.WORK)
def sheet_words_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words that both are to confirm, line by line, with what each side said beside them."""
    sheet: Sheet = of_client_or_404(request, Sheet.objects.select_related("person"), pk)
    by, now = user_of(request), clock.now()
    if sheet.state != SheetState.COMPARED:
        return redirect("client-agreement", sheet.client_id)
    items = list(sheet.items.all())
    form = WordsForm(posted(request), items=items)
    if request.method == "POST" and attempt_on(form, sheet, form.of, by, lambda: _worded(form, by, now)):
        messages.success(request, _("Saved. Other words void what either side had confirmed."))
        return redirect("client-agreement", sheet.client_id)
    rows = [{**row, "fields": form.fields_of(row["item"])} for row in sheet_words.side_by_side(items, gap_from())]
    shown = {"client": sheet.client, "form": form, "rows": rows, **sheet_words.of_sheet(sheet, now)}
    return render(request, "web/sheet_words.html", shown)


def _worded(form: WordsForm, by: User, now: datetime) -> bool:
    for item, wording, target in form.told:
        word_item(item, wording, target=target, by=by, now=now)
    return True
