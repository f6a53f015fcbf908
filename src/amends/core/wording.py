"""Words for people: counts with the right plural, days as they are said.

Every sentence a signal says passes through here, so that a translation has one place to step in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from amends.core.hours import BusinessHours

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HOUR_SECONDS = 3600
MINUTE_SECONDS = 60


def counted(number: int, one: str, many: str, **filled: str) -> str:
    """Return `one` or `many` with the number put in its place, `{n}`, and everything else in its own."""
    return (one if number == 1 else many).format(n=number, **filled)


def day(at: datetime, now: datetime, hours: BusinessHours) -> str:
    """Return the day as it is said in the firm's zone: "Sep 22", with the year when it is another one."""
    local, today = at.astimezone(hours.zone), now.astimezone(hours.zone)
    year = "" if local.year == today.year else f", {local.year}"
    return f"{MONTHS[local.month - 1]} {local.day}{year}"


def whole_day(on: date) -> str:
    """Return a day with its month written out: "October 3"."""
    return f"{WHOLE_MONTHS[on.month - 1]} {on.day}"


def span(duration: timedelta) -> str:
    """Return a length of time in its natural unit: "40 minutes", "9 hours"."""
    seconds = duration.total_seconds()
    if seconds < HOUR_SECONDS:
        return counted(round(seconds / MINUTE_SECONDS), "{n} minute", "{n} minutes")
    return counted(round(seconds / HOUR_SECONDS), "{n} hour", "{n} hours")
