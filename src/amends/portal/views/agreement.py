"""The client's page of an agreement: their part, filled in blind; then both parts, and the words that both confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk import clock
from amends.desk.actions.client_answer import ask_for_call
from amends.desk.actions.sheet_answer import answer_sheet, fill_sheet_page
from amends.desk.queries.sheet_shown import Stage, sheet_of
from amends.desk.rules import Refused
from amends.portal import sheet_answers as answers
from amends.portal.page import SENT, thanked
from amends.portal.page import shown as page_shown
from amends.portal.views.sent import sent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse, QueryDict

    from amends.desk.models import PageLink
    from amends.desk.queries.sheet_shown import SheetShown

TEMPLATE = "portal/agreement.html"
MOVED = 409


def agreement(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show the page, or take its answers in."""
    now = clock.now()
    if request.method != "POST" and SENT in request.GET and link.page.answered_at:
        return sent(link, now)
    shown = sheet_of(link.page)
    if request.method != "POST":
        return page_shown(link, TEMPLATE, told_of(link, shown), now=now)
    wants_call = request.POST.get("do") == "call"
    if wants_call:
        ask_for_call(link.page, now=now)
    if request.POST.get("stage") == Stage.FILL:
        return _held(request.POST, link, shown, now) if wants_call else _fill(request.POST, link, shown, now)
    return _answer(request.POST, link, shown, now)


def _held(posted: QueryDict, link: PageLink, shown: SheetShown, now: datetime) -> HttpResponse:
    """Let who asks to be called keep what was typed so far: it is not their part until they send it."""
    if shown.stage is not Stage.FILL or not answers.typed_in(answers.fill_rows(shown, posted)):
        return thanked()
    return page_shown(link, TEMPLATE, {**told_of(link, shown, posted), "wrong": [], "is_held": True}, now=now)


def _fill(posted: QueryDict, link: PageLink, shown: SheetShown, now: datetime) -> HttpResponse:
    """Take their part in; where it came too late or a figure is none, show it with all that was typed."""
    rows = answers.fill_rows(shown, posted)
    told = told_of(link, shown, posted)
    if rows and not answers.typed_in(rows):
        told["wrong"] = [{"name": answers.first_of(rows), "error": _("Fill in at least one line")}]
    if told["wrong"]:
        return page_shown(link, TEMPLATE, told, now=now)
    try:
        fill_sheet_page(link.page, answers.levels_in(rows), now=now)
    except Refused as refusal:
        told = {**told_of(link, sheet_of(link.page)), "refusal": str(refusal), "typed": answers.typed_in(rows)}
        return page_shown(link, TEMPLATE, told, now=now, status=MOVED)
    return thanked()


def _answer(posted: QueryDict, link: PageLink, shown: SheetShown, now: datetime) -> HttpResponse:
    """Take in what they say to each line; what says something else by now is shown anew, with what they typed."""
    rows = answers.answer_rows(shown, posted)
    if any(row.error for row in rows):
        return page_shown(link, TEMPLATE, told_of(link, shown, posted), now=now)
    seen = answers.unsealed(link.page, posted.get("seen", ""))
    said = {row.line.pk: (row.chosen == answers.AGREE, row.words) for row in rows if row.chosen}
    moved = answer_sheet(link.page, said, seen, now=now)
    if not moved:
        return thanked()
    typed = [row.words for row in rows if row.line.pk in moved and row.chosen == answers.CHANGE]
    told = {**told_of(link, sheet_of(link.page)), "moved": True, "lost": typed}
    return page_shown(link, TEMPLATE, told, now=now, status=MOVED)


def told_of(link: PageLink | None, shown: SheetShown, posted: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the template shows; `link` is None in a preview, which takes nothing in."""
    fills = answers.fill_rows(shown, posted) if shown.stage is Stage.FILL else []
    asked = answers.answer_rows(shown, posted)
    errors = [field for row in fills for field in row.fields if field.error]
    wrong = [{"name": field.name, "error": field.error} for field in errors]
    wrong += [{"name": f"{row.name}-words", "error": row.error} for row in asked if row.error]
    count = max(len(wrong), 1)
    return {
        "shown": shown,
        "seen": answers.sealed(link.page, shown) if link else "",
        "fills": fills,
        "asked": asked,
        "change_label": _("What would you change?"),
        "wrong": wrong,
        "wrong_title": ngettext("One thing to correct", "%(word)s things to correct", count) % {"word": count},
    }
