"""How an import speaks of time: `{% load intake %}`."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amends.desk import clock
from amends.web.wording import local

if TYPE_CHECKING:
    from datetime import datetime

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


@register.filter
def since(at: datetime) -> str:
    """Write the month from which mail is: "January", with its year when that is another one."""
    shown, today = local(at), local(clock.now())
    is_this_year = shown.year == today.year
    return date_format(shown, pgettext("month", "F") if is_this_year else pgettext("month", "F Y"))
