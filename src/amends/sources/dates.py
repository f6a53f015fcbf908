"""Moments in mail headers: any spelling to UTC, and which of them to believe."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EARLIEST_YEAR = 1980
"""Mail dated before is a clock that was never set (Unix 1970, DOS 1980 is kept as the first possible year)."""

CLOCK_TOLERANCE = timedelta(days=3)
"""A Date this much later than the newest Received is a wrong clock; smaller differences are time zones and queues."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
USUAL = re.compile(
    r"(?:[A-Za-z]{3},?\s{1,10})?(\d{1,2})\s([A-Za-z]{3})\s(\d{4})\s(\d\d):(\d\d)(?::(\d\d))?"
    r"(?:\s{1,10}([+-]\d{4}|GMT|UTC)\b|\s{0,10}$)"
)
"""The spelling of RFC 5322; the zone is missing in some."""

DAY = re.compile(r"\d{1,2} [A-Za-z]{3} \d{4}")
ZONE = re.compile(r"([+-])(\d\d)(\d\d)")
POSTMARK = re.compile(r"([A-Za-z]{3})\s{1,3}(\d{1,2})\s(\d\d):(\d\d)(?::(\d\d))?\s(?:[^\s]{1,8}\s)?(\d{4})")
"""The date of an mbox separator line: `Thu Aug 22 12:36:23 2002`."""

LONGEST = 200
"""No date is longer; longer values are not looked at."""


@lru_cache(maxsize=512)
def _offset(zone: str) -> timedelta | None:
    """Minutes east of UTC of `+0100`, or None when it names no zone of this planet."""
    match = ZONE.fullmatch(zone)
    if not match:
        return timedelta()
    hours, minutes = int(match[2]), int(match[3])
    if hours > 15 or minutes > 59:  # noqa: PLR2004  (UTC+14 is the easternmost zone, an hour of summer time)
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return -size if match[1] == "-" else size


def moment(value: str, *, zone: timedelta | None = None) -> datetime | None:
    """Read a date in any usual spelling, in UTC; one without a zone is taken as `zone` (default UTC); else None."""
    match = USUAL.match(value)
    if match:
        day, month, year, hour, minute, second, name = match.groups()
        number = MONTHS.get(month.lower())
        if number:
            offset = (_offset(name) if name else zone) or timedelta()
            try:
                local = datetime(
                    int(year), number, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC
                )
                return local - offset
            except (ValueError, OverflowError):
                return None
    return _odd_moment(value[:LONGEST], zone)


def _odd_moment(value: str, zone: timedelta | None) -> datetime | None:
    """Read the spellings of old and broken programs through the standard library, then ISO 8601."""
    from email.utils import parsedate_tz  # noqa: PLC0415  (7 ms that usual dates do without)

    try:
        fields = parsedate_tz(value)
        if fields:
            return datetime(*fields[:5], min(fields[5], 59), tzinfo=UTC) - timedelta(seconds=fields[9] or 0)
        found = datetime.fromisoformat(value.strip())
        return (found.replace(tzinfo=UTC) - (zone or timedelta())) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def postmark_moment(line: str) -> datetime | None:
    """Read the date of an mbox separator line."""
    match = POSTMARK.search(line[-LONGEST:])
    if not match:
        return None
    month, day, hour, minute, second, year = match.groups()
    return moment(f"{day} {month} {year} {hour}:{minute}:{second or '00'}")


def written_at(date: str, received: str, postmark: str = "") -> datetime | None:
    """Decide when a message was written: its Date unless absent or absurd, the newest Received, the postmark.

    `received` is the topmost Received field. A Date is absurd before 1980 and more than `CLOCK_TOLERANCE` after the
    newest Received. Without a zone it is read in the zone of the Received field.
    """
    stamp = received.rpartition(";")[2].strip()
    said = moment(date, zone=_zone_of(stamp)) if date else None
    if said and said.year >= EARLIEST_YEAR and (not stamp or _same_day(date, stamp)):
        return said
    arrived = _credible(moment(stamp)) if stamp else None
    if said and said.year >= EARLIEST_YEAR and (arrived is None or said <= arrived + CLOCK_TOLERANCE):
        return said
    return arrived or _credible(postmark_moment(postmark))


def _credible(found: datetime | None) -> datetime | None:
    return found if found and found.year >= EARLIEST_YEAR else None


def _same_day(date: str, stamp: str) -> bool:
    """Tell by the spelling alone whether both name one day: the common case, without reading the second date."""
    day = DAY.search(date)
    return day is not None and day[0] in stamp


def _zone_of(stamp: str) -> timedelta | None:
    match = ZONE.search(stamp)
    return _offset(match[0]) if match else None
