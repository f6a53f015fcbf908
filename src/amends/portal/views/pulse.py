"""The client's page that asks how it is to work with us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.client_answer import answer_page, ask_for_call
from amends.desk.queries.client_page import asks_of
from amends.portal import answers
from amends.portal.page import SENT, shown, thanked
from amends.portal.views.no_more import NO_MORE
from amends.portal.views.sent import sent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import PageLink
    from amends.desk.queries.client_page import Asks

TEMPLATE = "portal/pulse.html"


def pulse(request: HttpRequest, link: PageLink) -> HttpResponse:
    """Show the page, or take its answers in."""
    now = clock.now()
    if request.method == "POST":
        return _taken_in(request, link, now)
    if SENT in request.GET and link.page.answered_at:
        return sent(link, now)
    return shown(link, TEMPLATE, told_of(asks_of(link.page), no_more=request.path + NO_MORE), now=now)


def _taken_in(request: HttpRequest, link: PageLink, now: datetime) -> HttpResponse:
    """Take in what was answered; where nothing was, say so, with all that was typed."""
    posted, asked = request.POST, asks_of(link.page)
    wants_call = posted.get("do") == "call"
    given = answers.felt_in(asked, posted)
    if not (given.pulse or given.words or wants_call):
        told = {**told_of(asked, posted, no_more=request.path + NO_MORE), "has_none": True}
        return shown(link, TEMPLATE, told, now=now)
    answer_page(link.page, given, now=now)
    if wants_call:
        ask_for_call(link.page, now=now)
    return thanked()


def told_of(asked: Asks, posted: Mapping[str, str] | None = None, *, no_more: str = "") -> dict[str, Any]:
    """Return what the template shows; `no_more` is where they say that it is enough: none in a preview."""
    words = asked.words if posted is None else posted.get("more-words", "")
    return {
        "shown": asked,
        "questions": answers.questions(asked, posted),
        "more": answers.Row("more", words=words),
        "more_words": _("Anything you would like to tell us"),
        "no_more": no_more,
    }
