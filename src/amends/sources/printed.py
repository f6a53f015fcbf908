"""Dates and people as mail programs print them for readers, in many languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

from amends.core.message import Address
from amends.core.phrase import phrases

LONGEST = 200  # characters of a printed date
LONGEST_ADDRESS = 254  # characters, RFC 5321
MOST_PEOPLE = 500  # of one printed line
SLACK = timedelta(days=1)  # by how much clocks and zones may make an earlier message look later (judgement)
NOON = 12
CENTURY = 2000  # years of two digits are of this one: the programs that print them are not older
LEAST_YEAR = 100
_MONTH_NAME = re.compile(r"[^\W\d_]{2,20}")
_DAY_BEFORE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|º|ª|°|\.)?[\s,-]{0,3}(?:de |of |d’|d')?\s?$")
_DAY_AFTER = re.compile(r"^\.?[\s,-]{0,3}(\d{1,2})(?:st|nd|rd|th|\.)?(?!\d)")
_YEAR_AFTER = re.compile(r"^[\s.,-]{0,4}(?:(?:de|del|di)\s)?(\d{4})\b")
_YEAR_BEFORE = re.compile(r"(\d{4})[\s.,-]{0,4}$")
_ISO = re.compile(r"\b(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})")
_NUMERIC = re.compile(r"\b(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})\b")
_TIME = re.compile(
    r"(上午|下午|午前|午後|오전|오후)?\s?(?<!\d)(\d{1,2})\s?[:.h時时点시]\s?(\d{2})(?:[:.](\d{2}))?(?:\s?([ap])\.?\s?m\b)?",
    re.IGNORECASE,
)
_AFTERNOON = ("下午", "午後", "오후")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?\b")
_ZONES = {  # minutes east; the names that mail programs print
    "GMT": 0, "UTC": 0, "Z": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420,
}  # fmt: skip
_ZONE = re.compile(rf"\b({'|'.join(_ZONES)})\b")
_ADDRESS = re.compile(r"[\w.+'&=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_AROUND_NAMES = " \t<>[]()\"'“”„;,:"
_LEAD = re.compile(r"mailto:|\bon behalf of\b|\bim Auftrag von\b", re.IGNORECASE)


@cache
def _months() -> dict[str, int]:
    return {name: int(number) for number, names in phrases("months").items() for name in names}


def printed_moment(text: str, *, before: datetime, zone: tzinfo) -> datetime | None:
    """Read a date and a time as printed, in UTC; in `zone` where it names none; None where there is no whole date.

    A date like 3/4/2025 means two days: with am or pm the month comes first, as in America; else it is the day that
    lies closest before `before`, when the message was forwarded.
    """
    told = text[:LONGEST]
    days, rest = _days(told)
    time = _TIME.search(rest)
    hour, minute, second = _clock(time) if time else (NOON, 0, 0)
    is_american = bool(time and time[5])
    tail = rest[time.end() :] if time else ""
    found = []
    for year, month, day in days:
        try:
            local = datetime(year, month, day, hour, minute, second, tzinfo=_zone(tail, zone))
            found.append(local.astimezone(UTC))
        except (ValueError, OverflowError):
            continue
    if len(found) > 1 and not is_american:
        past = [each for each in found if each <= before + SLACK]
        return max(past, default=found[0])
    return found[0] if found else None


def _days(told: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return the days (year, month, day) that a text may name, the American reading first, and the text without it."""
    for match in _MONTH_NAME.finditer(told):
        month = _months().get(match[0].lower())
        day = _named_day(told, match, month) if month else None
        if day:
            return [day[0]], f"{told[: match.start()]} {told[day[1] :]}" if day[1] else told
    iso = _ISO.search(told)
    if iso:
        return [(int(iso[1]), int(iso[2]), int(iso[3]))], told[iso.end() :]
    numeric = _NUMERIC.search(told)
    if not numeric:
        return [], told
    first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
    year += CENTURY if year < LEAST_YEAR else 0
    both = [(year, first, second), (year, second, first)]
    return (both if numeric[2] == "/" else both[1:]), told[numeric.end() :]


def _named_day(told: str, match: re.Match[str], month: int | None) -> tuple[tuple[int, int, int], int] | None:
    """Return the day around the name of a month, and where in the text it ends."""
    above, below = told[: match.start()], told[match.end() :]
    assert month is not None  # noqa: S101  (for the type checker)
    day = _DAY_BEFORE.search(above)
    year = _YEAR_AFTER.match(below.removeprefix("."))
    if day and year:
        return (int(year[1]), month, int(day[1])), match.end() + year.end() + below.startswith(".")
    day = _DAY_AFTER.match(below)
    if day is None:
        return None
    year = _YEAR_AFTER.match(below[day.end() :])
    if year:
        return (int(year[1]), month, int(day[1])), match.end() + day.end() + year.end()
    year = _YEAR_BEFORE.search(above)
    return ((int(year[1]), month, int(day[1])), match.end() + day.end()) if year else None


def _clock(time: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, second = int(time[2]), int(time[3]), int(time[4] or 0)
    is_afternoon = time[1] in _AFTERNOON or (time[5] or "").lower() == "p"
    if is_afternoon and hour < NOON:
        hour += NOON
    if hour == NOON and (time[5] or "").lower() == "a":
        hour = 0
    return hour, minute, min(second, 59)


def _zone(tail: str, zone: tzinfo) -> tzinfo:
    """Return the zone that stands behind a time, else `zone`."""
    offset = _OFFSET.search(tail)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    named = _ZONE.search(tail)
    return timezone(timedelta(minutes=_ZONES[named[1]])) if named else zone


def printed_people(text: str) -> tuple[Address, ...]:
    """Return everybody with an address on a printed line: `Dana Marsh <dana@…>`, `Dana Marsh [mailto:dana@…]`."""
    found: dict[str, Address] = {}
    end = 0
    for match in _ADDRESS.finditer(text):
        name = _LEAD.sub("", text[end : match.start()]).strip(_AROUND_NAMES)
        address = match[0].lower().strip("'")
        end = match.end()
        if address not in found and len(address) <= LONGEST_ADDRESS:
            found[address] = Address(address, " ".join(name.split()))
        if len(found) >= MOST_PEOPLE:
            break
    return tuple(found.values())
