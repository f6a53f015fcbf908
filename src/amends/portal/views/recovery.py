"""The client's page of a recovery: what we heard, what we will do, and what they say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk import clock
from amends.desk.actions.client_answer import answer_page, ask_for_call
from amends.desk.queries.client_page import recovery_of
from amends.portal import answers
from amends.portal.page import SENT, thanked
from amends.portal.page import shown as page_shown
from amends.portal.views.sent import sent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse, QueryDict

    from amends.desk.actions.client_answer import Moved
    from amends.desk.models import PageLink
    from amends.desk.queries.client_page import Recovery

TEMPLATE = "portal/recovery.html"


def recovery(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show the page, or take its answers in."""
    now = clock.now()
    if request.method == "POST":
        return _taken_in(request.POST, link, now)
    if SENT in request.GET and link.page.answered_at:
        return sent(link, now)
    return page_shown(link, TEMPLATE, told_of(link, recovery_of(link.page)), now=now)


def _taken_in(posted: QueryDict, link: PageLink, now: datetime) -> HttpResponse:
    """Take in all that was answered; where something is missing or has moved, show it with all that was typed."""
    page = link.page
    before = recovery_of(page)
    wants_call = posted.get("do") == "call"
    missing = {} if wants_call else answers.missing_in(before, posted)
    moved = None if missing else answer_page(page, answers.given_in(page, before, posted), now=now)
    if wants_call:
        ask_for_call(page, now=now)
    if not missing and not moved:
        return thanked()
    told = told_of(link, recovery_of(page), posted, missing, moved)
    return page_shown(link, TEMPLATE, told, now=now, status=409 if moved else 200)


def told_of(
    link: PageLink | None,
    shown: Recovery,
    posted: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
    moved: Moved | None = None,
) -> dict[str, Any]:
    """Return what the template shows; `link` is None in a preview, which takes nothing in."""
    actions = answers.action_rows(shown, posted, missing, moved.plan if moved else {})
    count = len(missing or {})
    return {
        "shown": shown,
        "seen": answers.sealed(link.page, shown) if link else "",
        "lines": answers.line_rows(shown, posted),
        "actions": actions,
        "mended": answers.mended_row(posted),
        "questions": answers.questions(shown, posted),
        "errors": [row for row in actions if row.error],
        "errors_title": ngettext("One thing to correct", "%(word)s things to correct", count) % {"word": count},
        "moved": bool(moved),
        "lost": answers.lost_words(shown, posted or {}, moved),
        "right_words": _("What did we get wrong?"),
        "change_words": _("What would you change?"),
        "missing_words": _("What is still missing?"),
    }
