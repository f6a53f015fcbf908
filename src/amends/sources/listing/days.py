"""Days and moments as lists write them: ISO, US and European order, month names, epochs, serial numbers of Excel."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.wording import say
from amends.sources.dates import MONTHS
from amends.sources.listing.problem import UnreadableError, shown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from amends.sources.listing.options import Options

NOON = time(12)
"""A day without an hour is its noon, so that no zone moves it to another day."""

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
"""A day of the trade lies between: judgement."""

CENTURY_TURNS = 69
"""Two-digit years from here on are of the last century (POSIX, strptime)."""

NO_DAY = frozenset({date(1, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)})
"""What programs write for "no date": the first day that their database knows."""

NO_END_YEARS = frozenset({2999, 9999})
"""What programs write for "without end"."""

SERIALS = range(18_264, 73_416)
"""Days since 1899-12-30 that lie between 1950 and 2100."""

EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001  (a serial number has no zone)
DAY_SECONDS = 86_400

MIDNIGHTS = frozenset({0, *range(4, 11)})
"""Hours of UTC at which a day begins in UTC, and from Halifax to Honolulu: Bullhorn keeps days as Eastern midnight."""

LONGEST = 60
"""No day is longer."""

CLOCK = r"(?:[T,\s]{1,3}(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d{1,9})?)?\s?([AaPp]\.?[Mm]\.?)?)?"
ZONE = r"\s?(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?"
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + CLOCK + ZONE)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
ORDERED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)" + CLOCK + ZONE)
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s.]{1,2}([A-Za-z]{3,9})[-\s.,]{1,2}(\d{4}|\d\d)" + CLOCK + ZONE)
NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})[-\s.]{1,2}(\d{1,2})(?:st|nd|rd|th)?,?[-\s]{1,2}(\d{4}|\d\d)" + CLOCK + ZONE)
WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[.,]?\s{1,3}", re.IGNORECASE)
NUMBER = re.compile(r"(-?\d{1,15})(?:[.,](\d{1,12}))?")
EPOCH_DIGITS, EPOCH_MILLISECOND_DIGITS = range(9, 11), range(11, 14)
"""How long seconds (from 1973) and milliseconds (from 1973) since 1970 are when written out."""


@lru_cache(maxsize=16_384)
def moment_of(text: str, options: Options) -> datetime | None:
    """Return the aware moment a value names, noon for a day alone; None for "no date"; else raise UnreadableError."""
    found = _read(text, options)
    if found is None:
        return None
    if isinstance(found, datetime):
        return found if found.tzinfo else found.replace(tzinfo=options.tz)
    return datetime.combine(found, NOON, options.tz)


@lru_cache(maxsize=16_384)
def day_of(text: str, options: Options) -> date | None:
    """Return the day a value names, in the source's zone; None for "no date"; else raise UnreadableError."""
    found = _read(text, options)
    if isinstance(found, datetime):
        return _meant(found, options.tz) if found.tzinfo else found.date()
    return found


def _meant(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that a moment was written for: midnight here, in UTC or in America is how programs keep a day."""
    local, utc = at.astimezone(zone), at.astimezone(UTC)
    is_midnight = utc.hour in MIDNIGHTS and not (utc.minute or utc.second)
    return utc.date() if is_midnight and local.time() != time(0) else local.date()


def noon_of(on: date, zone: ZoneInfo) -> datetime:
    """Return the moment that stands for a day."""
    return datetime.combine(on, NOON, zone)


def order_of(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a day whose order is not plain (3/4/2026), else None."""
    match = ORDERED.match(text.strip()[:LONGEST])
    return (int(match[1]), int(match[3])) if match and match[2] != "." else None


def _read(text: str, options: Options) -> date | datetime | None:
    """Read a value in any spelling; a date where it has no hour."""
    value = WEEKDAY.sub("", text.strip()[:LONGEST], count=1)
    try:
        found = _written(value, options) or _counted(value)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(_why(text, options)) from error
    if found is None:
        raise UnreadableError(_why(text, options))
    on = found.date() if isinstance(found, datetime) else found
    if on in NO_DAY or on.year in NO_END_YEARS:
        return None
    if not EARLIEST_YEAR <= on.year < LATEST_YEAR:
        raise UnreadableError(say("“{value}” lies too far away; check the year.", value=shown(text)))
    return found


def _why(text: str, options: Options) -> str:
    """Say why a value is no day, and what to do."""
    pair = order_of(text)
    if pair and max(pair) > 12 >= min(pair) and (pair[0] > pair[1]) != options.day_first:  # noqa: PLR2004  (months)
        if options.day_first:
            return say("“{value}” is no date when the day comes first; say that the month does.", value=shown(text))
        return say("“{value}” is no date when the month comes first; say that the day does.", value=shown(text))
    return say("“{value}” is no date; write it like 2026-03-31.", value=shown(text))


def _written(value: str, options: Options) -> date | datetime | None:
    """Read the spellings with a year, a month and a day."""
    if match := ISO.fullmatch(value):
        year, month, day, *rest = match.groups()
        return _joined(int(year), int(month), int(day), rest)
    if match := ORDERED.fullmatch(value):
        first, mark, second, year, *rest = match.groups()
        is_day_first = options.day_first or mark == "."  # with dots the day comes first everywhere
        day, month = (first, second) if is_day_first else (second, first)
        return _joined(_year(year), int(month), int(day), rest)
    if match := NAMED.fullmatch(value):
        day, name, year, *rest = match.groups()
        return _joined(_year(year), _month(name), int(day), rest)
    if match := NAMED_FIRST.fullmatch(value):
        name, day, year, *rest = match.groups()
        return _joined(_year(year), _month(name), int(day), rest)
    if match := COMPACT.fullmatch(value):
        return date(int(match[1]), int(match[2]), int(match[3]))
    return None


def _counted(value: str) -> date | datetime | None:
    """Read a number: seconds or milliseconds since 1970, or Excel's days since 1899-12-30."""
    match = NUMBER.fullmatch(value)
    if not match:
        return None
    number, rest = int(match[1]), match[2]
    digits = len(match[1].lstrip("-"))
    if digits in EPOCH_MILLISECOND_DIGITS and not rest:
        return datetime.fromtimestamp(number / 1000, UTC)
    if digits in EPOCH_DIGITS:
        return datetime.fromtimestamp(number, UTC)
    if number in SERIALS:
        return from_serial(float(f"{number}.{rest or 0}"))
    return None


def from_serial(days: float, *, is_1904: bool = False) -> date | datetime:
    """Return what a serial number of Excel stands for; a whole number is a day alone.

    The 1904 system of old Macs begins 1,462 days later.
    """
    seconds = round((days + (1462 if is_1904 else 0)) * DAY_SECONDS)
    found = EXCEL_START + timedelta(seconds=seconds)
    return found if seconds % DAY_SECONDS else found.date()


def _joined(year: int, month: int, day: int, clock: list[str | None]) -> date | datetime:
    hour, minute, second, half, zone = clock
    if hour is None or minute is None:
        return date(year, month, day)
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:  # noqa: PLR2004  (a clock with two halves)
            raise ValueError(half)
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    local = datetime(year, month, day, hours, int(minute), int(second or 0))  # noqa: DTZ001  (the zone follows)
    if not zone:
        return local
    if zone in {"Z", "UTC", "GMT"}:
        return local.replace(tzinfo=UTC)
    sign = -1 if zone[0] == "-" else 1
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].lstrip(":") or 0))
    return (local - sign * ahead).replace(tzinfo=UTC)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004  (written out)
        return year
    return year + (1900 if year >= CENTURY_TURNS else 2000)


def _month(name: str) -> int:
    return MONTHS.get(name[:3].lower(), 0)
