"""Words for people: sentences, counts with the right plural, days as they are said.

Every sentence of the method passes through `say` or `counted`, and so through the translator that `speak` was given;
without one it is English. `later` and `plural` only mark a text for the catalogue (docs/developer/translate.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, timedelta

    from amends.core.hours import BusinessHours

HOUR_SECONDS = 3600
MINUTE_SECONDS = 60


def later(text: str) -> str:
    """Return a text as it is: it is in the catalogue, and said later."""
    return text


def plural(one: str, many: str) -> tuple[str, str]:
    """Return a text in its two forms as they are: they are in the catalogue, and counted later."""
    return one, many


def _english(one: str, many: str, number: int) -> str:
    return one if number == 1 else many


@dataclass(slots=True)
class _Voice:
    """Who translates, for the whole program: the same reader reads all that it says."""

    translate: Callable[[str], str]
    translate_many: Callable[[str, str, int], str]


_voice = _Voice(later, _english)
MONTHS = (
    later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun"),
    later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec"),
)  # fmt: skip
WHOLE_MONTHS = (
    later("January"), later("February"), later("March"), later("April"), later("May"), later("June"),
    later("July"), later("August"), later("September"), later("October"), later("November"), later("December"),
)  # fmt: skip


def speak(translate: Callable[[str], str] = later, translate_many: Callable[[str, str, int], str] = _english) -> None:
    """Let everything be said through these two from now on; without them in English.

    `translate_many` is given a text for one, the text for many, and the number, as gettext's `ngettext` is.
    """
    _voice.translate, _voice.translate_many = translate, translate_many


def say(text: str, **filled: object) -> str:
    """Return a text in the language spoken, with everything put in its own place."""
    return _voice.translate(text).format(**filled)


def counted(number: int, one: str, many: str, **filled: object) -> str:
    """Return `one` or `many` with the number put in its place, `{n}`, and everything else in its own."""
    return _voice.translate_many(one, many, number).format(n=number, **filled)


def day(at: datetime, now: datetime, hours: BusinessHours) -> str:
    """Return the day as it is said in the firm's zone: "Sep 22", with the year when it is another one."""
    local, today = at.astimezone(hours.zone), now.astimezone(hours.zone)
    month = say(MONTHS[local.month - 1])
    if local.year == today.year:
        return say("{month} {day}", month=month, day=local.day)
    return say("{month} {day}, {year}", month=month, day=local.day, year=local.year)


def whole_day(on: date) -> str:
    """Return a day with its month written out: "October 3"."""
    return say("{month} {day}", month=say(WHOLE_MONTHS[on.month - 1]), day=on.day)


def span(duration: timedelta) -> str:
    """Return a length of time in its natural unit: "40 minutes", "9 hours"."""
    if is_short(duration):
        return counted(in_its_unit(duration), "{n} minute", "{n} minutes")
    return counted(in_its_unit(duration), "{n} hour", "{n} hours")


def is_short(duration: timedelta) -> bool:
    """Whether a length of time is said in minutes."""
    return duration.total_seconds() < HOUR_SECONDS


def in_its_unit(duration: timedelta) -> int:
    """Return a length of time as a whole number of its natural unit, minutes or hours."""
    return round(duration.total_seconds() / (MINUTE_SECONDS if is_short(duration) else HOUR_SECONDS))
