"""How a date, a span, an amount or a quotation is written in the reader's language. No markup.

Times are shown in the zone that is active, which for every page is the firm's. A translation replaces the format
strings too; they are those of Django's `date`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amends.core.money import SYMBOLS

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOON = timedelta(hours=8)  # judgement: what is due within a working day is drawn as soon
YEAR = 365  # days, as people count a long time
END_OF_DAY = time(23, 59)  # what is due then is due that day, at no hour
WEEK_AHEAD = 7  # days in which a weekday names the day by itself
MINUS = "−"
BEHIND = re.compile(r": | \(")  # begins what stands behind a sentence that is kept: others' own words
OUTER_QUOTES = '"“”„«»'


def points(value: int) -> str:
    """Write what one line takes from the health, or gives to it: 8 points of harm are "−8"."""
    return f"{MINUS}{value}" if value > 0 else f"+{-value}" if value < 0 else "0"


def local(moment: datetime) -> datetime:
    """Return a moment in the firm's zone; one without a zone as it is."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def clock_time(moment: datetime, *, is_short: bool = False) -> str:
    """Write the time of day: "4:30 pm"; `is_short` says noon, and leaves out the minutes of a full hour."""
    there = local(moment)
    if is_short and (there.hour, there.minute) == (12, 0):
        return _("noon")
    form = pgettext("time", "g A") if is_short and not there.minute else pgettext("time", "g:i A")
    return date_format(there, form).replace("AM", "am").replace("PM", "pm")


def day(value: date | datetime | None, now: datetime | None = None) -> str:
    """Write a day: "Oct 8"; with `now` given, a day of another year carries its year."""
    if value is None:
        return ""
    shown = local(value) if isinstance(value, datetime) else value
    is_this_year = now is None or shown.year == local(now).year
    return date_format(shown, pgettext("day", "M j") if is_this_year else pgettext("day", "M j, Y"))


def when(value: datetime | date | None, now: datetime | None = None) -> str:
    """Write a moment: "Friday, Oct 10, 4:30 pm"; a day without a time: "Wednesday, Oct 8"."""
    if value is None:
        return ""
    shown = local(value) if isinstance(value, datetime) else value
    told = _("%(weekday)s, %(day)s") % {"weekday": date_format(shown, "l"), "day": day(value, now)}
    if not isinstance(value, datetime):
        return told
    return _("%(day)s, %(time)s") % {"day": told, "time": clock_time(value)}


def span(value: timedelta | None) -> str:
    """Write how long: the two largest units, "2 days 3 hours", "1 year 6 weeks"; less than a minute is "a moment"."""
    if value is None:
        return ""
    minutes = abs(int(value / MINUTE))
    days, hours, minutes = minutes // (24 * 60), minutes // 60 % 24, minutes % 60
    if days >= YEAR:
        years, weeks = days // YEAR, days % YEAR // WEEK_AHEAD
        told = ngettext("%(count)s year", "%(count)s years", years) % {"count": grouped(years)}
        more = ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks} if weeks else ""
        return " ".join(filter(None, (told, more)))
    units = (
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes} if minutes and not days else "",
    )
    return " ".join(unit for unit in units if unit) or _("a moment")


def grouped(number: int) -> str:
    """Write a whole number with its thousands apart: "8,749"."""
    return number_format(number, force_grouping=True)


def days_late(days: int) -> str:
    """Write by how many days something is late: "1 day late", "1,200 days late"."""
    return ngettext("%(count)s day late", "%(count)s days late", days) % {"count": grouped(days)}


def due(value: datetime | None, now: datetime) -> str:
    """Write when something is due, seen from `now`: "1 day late", "Due in 55 min", "By noon today", "Oct 20"."""
    if value is None:
        return ""
    left = value - now
    if left < timedelta():
        return _late(value, now)
    if left < HOUR:
        return _("Due in %(count)d min") % {"count": max(int(left / MINUTE), 1)}
    return _ahead(value, now)


def _ahead(value: datetime, now: datetime) -> str:
    days = (local(value).date() - local(now).date()).days
    if days >= WEEK_AHEAD:
        return day(value, now)
    if local(value).time() >= END_OF_DAY:
        return {0: _("Today"), 1: _("Tomorrow")}.get(days) or date_format(local(value), "l")
    told = {"weekday": date_format(local(value), "l"), "time": clock_time(value, is_short=True)}
    if days == 0:
        return _("By %(time)s today") % told
    if days == 1:
        return _("Tomorrow, %(time)s") % told
    return _("%(weekday)s, %(time)s") % told


def _late(value: datetime, now: datetime) -> str:
    past, days = now - value, (local(now).date() - local(value).date()).days
    if days:  # people count the days on the calendar: due yesterday evening is a day late this morning
        return days_late(days)
    if past >= HOUR:
        hours = int(past / HOUR)
        return ngettext("%(count)d hour late", "%(count)d hours late", hours) % {"count": hours}
    minutes = max(int(past / MINUTE), 1)
    return _("%(count)d min late") % {"count": minutes}


def urgency(value: datetime | None, now: datetime) -> str:
    """Return the class that goes with `due`: "late", "soon", or nothing."""
    if value is None or value - now >= SOON:
        return ""
    return "late" if value < now else "soon"


def money(amount: Decimal | float | None, currency: str = "USD") -> str:
    """Write an amount in the firm's currency: "$2,500", "$120.50", "2,500 CHF"."""
    if amount is None:
        return ""
    exact = Decimal(str(amount))
    places = 0 if exact == exact.to_integral_value() else 2
    figures = number_format(abs(exact), decimal_pos=places, force_grouping=True)
    sign = MINUS if exact < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{figures}" if symbol else f"{sign}{figures} {currency}"


def said(text: str) -> str:
    """Put somebody's words between quotation marks, once."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] in OUTER_QUOTES and bare[-1] in OUTER_QUOTES:
        bare = bare[1:-1].strip()
    return pgettext("quotation", "“%(words)s”") % {"words": bare} if bare else ""


def kept(text: str) -> str:
    """Say what was kept in English (docs/developer/translate.md): of what a server said behind it, not a word."""
    whole = _(text)
    if whole != text:
        return whole
    found = BEHIND.search(text)
    return f"{_(text[: found.start()])}{text[found.start() :]}" if found else text


def counted(count: int) -> str:
    """Write a small number as a word that begins a sentence: "Seven"; from ten on, in figures."""
    words = (
        _("None"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"),
    )  # fmt: skip
    return words[count] if 0 <= count < len(words) else number_format(count, force_grouping=True)
