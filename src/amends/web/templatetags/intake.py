"""How an import speaks of time and counts: `{% load intake %}`."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amends.desk import clock
from amends.web.wording import local

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.queries.intake import Found

register = template.Library()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SECONDS = timedelta(seconds=10)  # who waits does not count them (judgement)
HALF_HOURS = 2


@register.filter
def about(left: timedelta) -> str:
    """Write roughly how long something will take: "ten seconds", "a minute", "4 minutes", "1.5 hours"."""
    if left <= SECONDS:
        return _("ten seconds")
    if left <= MINUTE / 2:
        return _("half a minute")
    minutes = max(ceil(left / MINUTE), 1)
    if left >= HOUR:
        hours = ceil(left / HOUR * HALF_HOURS) / HALF_HOURS
        return ngettext("%(count)g hour", "%(count)g hours", ceil(hours)) % {"count": hours}
    return (
        _("a minute")
        if minutes == 1
        else ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    )


@register.simple_tag
def unconfirmed(count: int) -> str:
    """Say how many companies nobody has confirmed yet, in the words of every page that counts them."""
    return ngettext(
        "One company is not confirmed as your client yet.",
        "%(count)s companies are not confirmed as your clients yet.",
        count,
    ) % {"count": intcomma(count)}


@register.filter
def found_over(found: Found) -> str:
    """Say what mail has shown: "5 clients, 69 companies not confirmed yet, 212 people. 3 look like they need you."."""
    return " ".join(filter(None, (_("%s.") % _counts(found), _needing(found))))


@register.filter
def found_so_far(found: Found) -> str:
    """Say what mail has shown while more of it comes."""
    return " ".join(filter(None, (_("So far: %s.") % _counts(found), _needing(found))))


def _counts(found: Found) -> str:
    told = (
        (found.clients, ngettext("%(count)s client", "%(count)s clients", found.clients)),
        (
            found.unconfirmed,
            ngettext(
                "%(count)s company not confirmed as your client yet",
                "%(count)s companies not confirmed as your clients yet",
                found.unconfirmed,
            ),
        ),
        (found.people, ngettext("%(count)s person", "%(count)s people", found.people)),
    )
    return ", ".join(form % {"count": intcomma(count)} for count, form in told if count)


def _needing(found: Found) -> str:
    if not found.need_you:
        return ""
    told = ngettext("One looks like it needs you.", "%(count)s look like they need you.", found.need_you)
    return told % {"count": intcomma(found.need_you)}


@register.filter
def since(at: datetime) -> str:
    """Write the month from which mail is: "January", with its year when that is another one."""
    shown, today = local(at), local(clock.now())
    is_this_year = shown.year == today.year
    return date_format(shown, pgettext("month", "F") if is_this_year else pgettext("month", "F Y"))
