"""How a list is written, told from all of its rows: which of day and month comes first, what marks decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.core.wording import say
from amends.sources.listing.amounts import number_of, tells_comma
from amends.sources.listing.days import order_of
from amends.sources.listing.field import FIELDS, ValueType
from amends.sources.listing.options import RATING_TOPS, Options
from amends.sources.listing.preset import GENERIC
from amends.sources.listing.problem import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MONTHS = 12
DAY_TYPES = frozenset({ValueType.DAY, ValueType.MOMENT})
NUMBER_TYPES = frozenset({ValueType.MONEY, ValueType.NUMBER})


@dataclass(frozen=True, slots=True)
class Habits:
    """The options that fit a list, and sentences for a person where it could be otherwise."""

    options: Options
    doubts: tuple[str, ...] = ()


def habits_of(
    kind: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, str]],
    *,
    preset: str = GENERIC,
    zone: str = "UTC",
) -> Habits:
    """Look through all rows (flat in memory) and return how their days, numbers and ratings are written.

    Where days and months cannot be told apart, the month comes first as in the United States, unless numbers have a
    decimal comma; a doubt says so.
    """
    types = {field.key: field.type for field in FIELDS[kind]}
    days = [column for key, column in columns.items() if types.get(key) in DAY_TYPES]
    numbers = [column for key, column in columns.items() if types.get(key) in NUMBER_TYPES]
    seen = _Seen()
    for row in rows:
        for column in days:
            seen.day(row.get(column, ""))
        for column in numbers:
            seen.number(row.get(column, ""))
        if "rating" in columns:
            seen.rating(row.get(columns["rating"], ""))
    return seen.habits(preset, zone)


class _Seen:
    """What spoke for either way."""

    def __init__(self) -> None:
        self.day_first = self.month_first = self.comma = self.point = 0
        self.unclear = ""
        self.top = RATING_TOPS[0]

    def day(self, text: str) -> None:
        pair = order_of(text) if text else None
        if pair is None:
            return
        first, second = pair
        if first > MONTHS >= second:
            self.day_first += 1
        elif second > MONTHS >= first:
            self.month_first += 1
        elif first != second:
            self.unclear = text.strip()

    def number(self, text: str) -> None:
        told = tells_comma(text) if text else None
        if told is not None:
            self.comma += told
            self.point += not told

    def rating(self, text: str) -> None:
        try:
            value = number_of(text, decimal_comma=False) if text else 0
        except UnreadableError:
            return
        self.top = max(self.top, next((top for top in RATING_TOPS if value <= top), RATING_TOPS[-1]))

    def habits(self, preset: str, zone: str) -> Habits:
        decimal_comma = self.comma > self.point
        is_told = self.day_first != self.month_first
        day_first = self.day_first > self.month_first if is_told else decimal_comma
        options = Options(preset, day_first, decimal_comma, zone, self.top)
        return Habits(options, tuple(self._doubts(day_first=day_first)))

    def _doubts(self, *, day_first: bool) -> Iterable[str]:
        if self.day_first and self.month_first:
            yield say("Some dates have the day first and others the month; those that do not fit are not taken.")
        elif self.unclear and not self.day_first + self.month_first:
            first = say("the day comes first") if day_first else say("the month comes first")
            yield say("No date tells whether {value} has the day first: here {first}.", value=self.unclear, first=first)
        if self.comma and self.point:
            yield say("Some numbers have a decimal comma and others a point.")
