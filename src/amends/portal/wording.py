"""How days, hours and sums are written for a client: in the firm's zone and currency, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from amends.core.money import SYMBOLS

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

WEEK_AHEAD = 7  # days in which a weekday names the day by itself


def day(value: date, today: date) -> str:
    """Write a day as a calendar's corner does: "Oct 17", in another year "Jan 5, 2026"."""
    return date_format(value, pgettext("day", "M j") if value.year == today.year else pgettext("day", "M j, Y"))


def long_day(value: date, today: date) -> str:
    """Write a day in full: "November 14", in another year "January 5, 2026"."""
    return date_format(value, pgettext("day", "F j") if value.year == today.year else pgettext("day", "F j, Y"))


def money(amount: Decimal, currency: str) -> str:
    """Write a sum: "$1,840", "$120.50", "1,840 CHF"."""
    places = 0 if amount == amount.to_integral_value() else 2
    figures = number_format(amount, decimal_pos=places, force_grouping=True)
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{figures}" if symbol else f"{figures} {currency}"


def by_when(value: datetime, now: datetime) -> str:
    """Write until when somebody calls: "by 3 pm today", "by tomorrow noon", "by 9:30 am on Friday"."""
    then = timezone.localtime(value)
    days = (then.date() - timezone.localdate(now)).days
    told = {"time": clock_time(then), "weekday": date_format(then, "l")}
    if days == 0:
        return _("by %(time)s today") % told
    if days == 1:
        return _("by tomorrow %(time)s") % told
    if 0 < days < WEEK_AHEAD:
        return _("by %(time)s on %(weekday)s") % told
    return _("by %(time)s on %(day)s") % {**told, "day": long_day(then.date(), timezone.localdate(now))}


def clock_time(then: datetime) -> str:
    """Write a time of day: "noon", "9:30 am", "3 pm"."""
    if (then.hour, then.minute) == (12, 0):
        return _("noon")
    form = pgettext("time", "g:i A") if then.minute else pgettext("time", "g A")
    return date_format(then, form).replace("AM", "am").replace("PM", "pm")
