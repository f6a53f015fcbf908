"""Before something goes that people may miss, a page says what that changes and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.actions.personal import what_is_old

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Branch, Firm, Holiday, Mailbox


def is_sure(request: HttpRequest) -> bool:
    """Whether somebody has been asked and said yes."""
    return request.POST.get("sure") == "yes"


def ask_years(request: HttpRequest, firm: Firm, years: int | None, now: datetime) -> HttpResponse | None:
    """Ask before words are kept for a shorter time than now; None when there is nothing to ask."""
    if is_sure(request) or years is None or (firm.keep_years is not None and years >= firm.keep_years):
        return None
    messages, people = what_is_old(now, years)
    words = (
        ngettext("Tonight %d message loses its words.", "Tonight %d messages lose their words.", messages) % messages,
        ngettext("%d person is forgotten.", "%d people are forgotten.", people) % people,
        _("The same goes for calls, notes and settled promises that are older. It cannot be taken back."),
        _("How often people wrote, and when, stays."),
    )
    title = ngettext("Keep words for %d year only?", "Keep words for %d years only?", years) % years
    told = [("keep_years", years)]
    return _asked(request, title, words, told, (_("Forget what is older"), "settings-data", _("Personal data")))


def ask_holiday(request: HttpRequest, holiday: Holiday) -> HttpResponse:
    """Ask before a holiday is taken out."""
    day = date_format(holiday.on, "l, F j, Y")
    words = (
        _("It counts as a working day again: the hours within which an answer is promised run on it."),
        _("Answers that fell on it may become late, and every client is looked at again."),
    )
    told = [("do", "remove"), ("holiday", holiday.pk)]
    return _asked(request, _("Work on %s?") % day, words, told, (_("Take it out"), "settings-holidays", _("Holidays")))


def ask_branch(request: HttpRequest, branch: Branch) -> HttpResponse:
    """Ask before a branch is closed."""
    words = (
        _("It can no longer be chosen for colleagues and clients, and its phone number is forgotten."),
        _("A branch that still has colleagues or clients is not closed: move them first."),
    )
    told = [("do", "remove"), ("branch", branch.pk)]
    return _asked(request, _("Close %s?") % branch, words, told, (_("Close it"), "settings-branches", _("Branches")))


def ask_mailbox(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    """Ask before a mailbox is disconnected."""
    words = (
        _("New mail is no longer read from it, and its password is forgotten. The mailbox itself is not touched."),
        _("Every message that was read stays with its client. Connected again, nothing is kept twice."),
    )
    title = _("Disconnect %s?") % mailbox.address
    names = (_("Disconnect it"), "settings-mailboxes", _("Mailboxes"))
    return _asked(request, title, words, [("do", "remove")], names)


def _asked(
    request: HttpRequest,
    title: str,
    words: tuple[str, ...],
    told: Sequence[tuple[str, object]],
    names: tuple[str, str, str],
) -> HttpResponse:
    button, back_url, back_name = names
    shown = {"title": title, "words": words, "told": told, "button": button, "back_url": back_url}
    return render(request, "web/settings/ask.html", {**shown, "back_name": back_name})
