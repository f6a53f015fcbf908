"""What the pages say of a mailbox (how it is, in a word and in a sentence), and where connecting one leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.models import Provider, Role
from amends.desk.queries.firm import the_firm
from amends.web import wording
from amends.web.access import user_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Mailbox


@dataclass(frozen=True, slots=True)
class How:
    """How a mailbox is: a word, a sentence, and whether somebody has to do something."""

    word: str
    sentence: str
    urgency: str = ""

    @property
    def is_trouble(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.urgency)


def how_is(mailbox: Mailbox, now: datetime) -> How:
    """Say how a mailbox is."""
    if mailbox.problem and mailbox.is_paused:
        return How(_("Not read"), mailbox.problem, "late")
    if mailbox.problem:
        return How(_("Trying again"), mailbox.problem, "soon")
    if mailbox.is_paused:
        return How(_("Paused"), _last_read(mailbox, now, _("Nothing of it is read yet.")))
    if mailbox.first_read_at is None:
        return How(_("Reading"), _so_far(mailbox))
    return How(_("Up to date"), _last_read(mailbox, now, ""))


def _so_far(mailbox: Mailbox) -> str:
    """Say how far the first reading is."""
    if not mailbox.total:
        return _("Its first reading begins within a minute.")
    told = {"read": intcomma(min(mailbox.read, mailbox.total)), "total": intcomma(mailbox.total)}
    return _("%(read)s of %(total)s messages so far.") % told


def _last_read(mailbox: Mailbox, now: datetime, never: str) -> str:
    return _("Last read %(when)s.") % {"when": wording.when(mailbox.read_at, now)} if mailbox.read_at else never


def counts_of(mailbox: Mailbox) -> str:
    """Say how many messages are kept of a mailbox."""
    if not mailbox.kept:
        return _("Nothing kept yet.")
    told = ngettext("%(count)s message kept.", "%(count)s messages kept.", mailbox.kept)
    return told % {"count": intcomma(mailbox.kept)}


def server_of(mailbox: Mailbox) -> str:
    """Return whose server a mailbox is on, or its name."""
    if mailbox.provider == Provider.OTHER:
        return mailbox.host
    return str(mailbox.get_provider_display())


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return in which frame a mailbox is connected: that of the first screens, until they are behind the owner."""
    is_first = the_firm().welcomed_at is None and user_of(request).role == Role.OWNER
    if is_first:
        return {"layout": "web/plain.html", "width": "broad", "is_first": True, "step": 2}
    return {"layout": "web/shell.html", "is_first": False}


def onward(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    """Say that a mailbox is connected, and lead to where its reading is followed."""
    if mailbox.is_paused:
        told = _("%(address)s is connected. Choose its folders, then have it read.")
        messages.success(request, told % {"address": mailbox.address})
        return redirect("settings-mailbox", mailbox.pk)
    messages.success(request, _("%(address)s is connected. It is read now.") % {"address": mailbox.address})
    if mailbox.first_read_at is None and frame(request)["is_first"]:
        return redirect("welcome-preview")
    return redirect("settings-mailbox", mailbox.pk)
