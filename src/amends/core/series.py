"""The days of a series of meetings, as its rule has them (RFC 5545, 3.3.10).

Rules come in mail from strangers. Whatever one says, its days are found by looking at each day once: a rule that never
comes true ends like any other. What programs for calendars do not write is no rule here.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile, product
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_OF_A_SERIES = 5_000  # hours looked through; a daily series of thirteen years (judgement)
MOST_A_DAY = 24  # hours of one day; nobody meets more often (judgement)
MOST_INTERVAL = 1_000  # days, weeks, months or years from one hour to the next (judgement)
WEEK, MONTHS = 7, 12
STAMP = "%Y%m%dT%H%M%SZ"

_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_CLOCK = {"BYHOUR": 24, "BYMINUTE": 60, "BYSECOND": 60}
_BEYOND = {"BYMONTH": MONTHS, "BYMONTHDAY": 31, "BYSETPOS": 366}
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_BEYOND, *_CLOCK})


@dataclass(frozen=True, slots=True)
class Rule:
    """When a series meets. `weekdays` are (which of the month or year, or 0 for each; Monday is 0).

    `hours`, `minutes` and `seconds` of the clock are empty where they are those of its beginning.
    """

    step: str
    interval: int
    count: int
    until: datetime | None
    months: frozenset[int]
    month_days: frozenset[int]
    weekdays: tuple[tuple[int, int], ...]
    places: tuple[int, ...]
    week_start: int
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()

    def times(self, begins: time) -> tuple[time, ...]:
        """Return the times of each of its days, ascending."""
        told = (self.hours or (begins.hour,), self.minutes or (begins.minute,), self.seconds or (begins.second,))
        return tuple(begins.replace(hour=hour, minute=minute, second=second) for hour, minute, second in product(*told))


def rule_of(told: str, zone: tzinfo | None) -> Rule:
    """Read a rule; moments without a zone are those of `zone`. Raise ValueError for what is none."""
    parts = dict(part.partition("=")[::2] for part in told.upper().split(";"))
    step, interval = parts.get("FREQ", ""), int(parts.get("INTERVAL", "1"))
    count = int(parts.get("COUNT", MOST_OF_A_SERIES))
    week_start = WEEKDAYS.index(parts.get("WKST", "MO"))
    hours, minutes, seconds = (_on_the_clock(parts, name) for name in _CLOCK)
    is_odd = not parts.keys() <= _KNOWN or prod(len(each) or 1 for each in (hours, minutes, seconds)) > MOST_A_DAY
    if step not in _PERIODS or not 0 < interval <= MOST_INTERVAL or count < 1 or is_odd:
        raise ValueError(told)
    return Rule(
        step=step,
        interval=interval,
        count=min(count, MOST_OF_A_SERIES),
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        months=frozenset(_numbers(parts, "BYMONTH")),
        month_days=frozenset(_numbers(parts, "BYMONTHDAY")),
        weekdays=tuple(map(_weekday, parts["BYDAY"].split(","))) if "BYDAY" in parts else (),
        places=_numbers(parts, "BYSETPOS"),
        week_start=week_start,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
    )


def days_of(rule: Rule, first: date, last: date) -> Iterator[date]:
    """Yield the days of a rule from the day on which the series begins, ascending; how many it counts is not asked."""
    return (day for day, _time in _of_periods(rule, first, last, (time(),)))


def _of_periods(rule: Rule, first: date, last: date, times: Sequence[time]) -> Iterator[tuple[date, time]]:
    """Yield the days of a rule with each time of the day; of a period it is the places among these that are named."""
    for begin, length in _PERIODS[rule.step](rule, first, last):
        days = [day for day in (begin + timedelta(days=past) for past in range(length)) if _fits(rule, day, first)]
        found = list(product(days, times))
        if rule.places:
            places = {place - 1 if place > 0 else len(found) + place for place in rule.places}
            found = [each for place, each in enumerate(found) if place in places]
        yield from ((day, at) for day, at in found if first <= day <= last)


def _numbers(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    if name not in parts:
        return ()
    found = tuple(map(int, parts[name].split(",")))
    if any(not 0 < abs(number) <= _BEYOND[name] for number in found):
        raise ValueError(parts[name])
    return found


def _on_the_clock(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    """Read hours, minutes or seconds, ascending and each once."""
    if name not in parts:
        return ()
    found = sorted({int(told) for told in parts[name].split(",")})
    if found[0] < 0 or found[-1] >= _CLOCK[name]:
        raise ValueError(parts[name])
    return tuple(found)


def _weekday(told: str) -> tuple[int, int]:
    match = _DAY.fullmatch(told)
    if match is None:
        raise ValueError(told)
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _until(told: str, zone: tzinfo | None) -> datetime:
    """Read the end of a rule: a moment in UTC, a moment of the clock, or a day, which counts whole."""
    if "T" not in told:
        told += "T235959"
    if told.endswith("Z"):
        return datetime.strptime(told, STAMP).replace(tzinfo=UTC)
    return datetime.strptime(told, STAMP.removesuffix("Z")).replace(tzinfo=zone)


def _fits(rule: Rule, day: date, first: date) -> bool:
    """Whether a day of a period is one of the rule's."""
    if rule.months and day.month not in rule.months:
        return False
    after = day.day - monthrange(day.year, day.month)[1] - 1  # counted from the end of the month: the last day is -1
    if rule.month_days and rule.month_days.isdisjoint((day.day, after)):
        return False
    if rule.weekdays:
        return any(weekday == day.weekday() and _is_which(rule, which, day) for which, weekday in rule.weekdays)
    return bool(rule.month_days) or _is_like(rule, day, first)


def _is_which(rule: Rule, which: int, day: date) -> bool:
    """Whether a day is the first, last … of its weekday in the month, or in the year where no month is named."""
    if not which or rule.step in {"DAILY", "WEEKLY"}:
        return True
    at, length = day.day, monthrange(day.year, day.month)[1]
    if rule.step == "YEARLY" and not rule.months:
        at, length = day.timetuple().tm_yday, _days_in(day.year)
    return which in {(at - 1) // WEEK + 1, -((length - at) // WEEK) - 1}


def _is_like(rule: Rule, day: date, first: date) -> bool:
    """Whether a day is like the first one, of a rule that names no days."""
    if rule.step == "DAILY":
        return True
    if rule.step == "WEEKLY":
        return day.weekday() == first.weekday()
    return day.day == first.day and (rule.step == "MONTHLY" or bool(rule.months) or day.month == first.month)


def _days_in(year: int) -> int:
    return 365 + isleap(year)


def _days(rule: Rule, first: date, last: date) -> Iterator[tuple[date, int]]:
    for past in range(0, (last - first).days + 1, rule.interval):
        yield first + timedelta(days=past), 1


def _weeks(rule: Rule, first: date, last: date) -> Iterator[tuple[date, int]]:
    begin = first - timedelta(days=(first.weekday() - rule.week_start) % WEEK)
    for past in range(0, (last - begin).days + 1, rule.interval * WEEK):
        yield begin + timedelta(days=past), WEEK


def _months(rule: Rule, first: date, last: date) -> Iterator[tuple[date, int]]:
    begin, end = (day.year * MONTHS + day.month - 1 for day in (first, last))
    for month in range(begin, end + 1, rule.interval):
        year, before = divmod(month, MONTHS)
        yield date(year, before + 1, 1), monthrange(year, before + 1)[1]


def _years(rule: Rule, first: date, last: date) -> Iterator[tuple[date, int]]:
    for year in range(first.year, last.year + 1, rule.interval):
        yield date(year, 1, 1), _days_in(year)


_PERIODS = {"DAILY": _days, "WEEKLY": _weeks, "MONTHLY": _months, "YEARLY": _years}


def hours_of_series(starts_at: datetime, told: str, until: datetime) -> Iterator[datetime]:
    """Yield the hours of a series, at the latest `until`, each at its own time of the clock in the zone of `starts_at`.

    Raise ValueError for no rule.
    """
    rule = rule_of(told, starts_at.tzinfo)
    end = min(until, rule.until or until)
    last = end.astimezone(starts_at.tzinfo).date()
    found = _of_periods(rule, starts_at.date(), last, rule.times(starts_at.timetz()))
    hours = dropwhile(lambda hour: hour < starts_at, (datetime.combine(day, at) for day, at in found))
    for _, hour in zip(range(rule.count), hours, strict=False):
        if hour > end:
            return
        yield hour
