"""The firm's business hours: how long a client really waited, when an answer is due.

Several periods a day, holidays and a time zone, as docs/method.md rule 1 asks of the reply clock. Time is counted as it
really passes: a night on which the clocks change is longer or shorter for a firm that works through it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

Period = tuple[time, time]  # opens and closes on one day; closing at 00:00 is the midnight that ends it
Span = tuple[timedelta, timedelta]  # the same as time since midnight
Opening = tuple[datetime, datetime]  # the same on one calendar day, in UTC

DAYS_A_WEEK = 7
DAY = timedelta(days=1)
WEEK = timedelta(days=DAYS_A_WEEK)
NO_TIME = timedelta(0)
OFFICE_WEEK: tuple[tuple[Period, ...], ...] = (  # judgement: the commonest office day
    *(((time(9), time(17)),),) * 5,
    *((),) * 2,
)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the firm works: `week` holds the periods of Monday to Sunday, `holidays` the days without any.

    Raises ValueError when the week has not seven days, is never open, or a day's periods overlap or run backwards.
    """

    week: tuple[tuple[Period, ...], ...] = OFFICE_WEEK
    zone: tzinfo = UTC
    holidays: frozenset[date] = frozenset()
    _spans: tuple[tuple[Span, ...], ...] = field(init=False, repr=False, compare=False)
    _whole_week: tuple[timedelta, int] = field(init=False, repr=False, compare=False)
    _known: dict[date, tuple[Opening, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_A_WEEK or not any(self.week):
            raise ValueError("Business hours need seven days, Monday to Sunday, at least one of them open.")
        spans = tuple(tuple(map(_since_midnight, periods)) for periods in self.week)
        for day in spans:
            if any(later <= earlier for earlier, later in pairwise(moment for span in day for moment in span)):
                raise ValueError(f"The periods of a day must follow each other with a pause between them: {self.week}")
        length = sum((closes - opens for day in spans for opens, closes in day), NO_TIME)
        object.__setattr__(self, "_spans", spans)
        object.__setattr__(self, "_whole_week", (length, sum(map(bool, spans))))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the business time that passes from `start` to `end` (both aware); none when `end` is not later."""
        return sum((passed for passed, _ in self._passed(start, end)), NO_TIME)

    def days_between(self, start: datetime, end: datetime) -> float:
        """Return the business days from `start` to `end`: each counts by the share of its own hours that passed."""
        return sum(share for _, share in self._passed(start, end))

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the moment, in UTC, at which `duration` of business time has passed since `start`.

        Friday 16:30 and one hour is Monday 9:30 (chatwoot PR 13392). Raises ValueError for a negative duration.
        """
        if duration < NO_TIME:
            raise ValueError("Business time can only be added forward.")
        at, left, day = start.astimezone(UTC), duration, start.astimezone(self.zone).date()
        while left:
            length, shares = self._plain_week(day)
            if shares and length < left and _midnight(day, self.zone) >= at:
                left, day = left - length, day + WEEK
                continue
            for opens, closes in self._openings(day):
                spent = max(NO_TIME, min(left, closes - max(opens, at)))
                if spent:
                    at, left = max(opens, at) + spent, left - spent
            day += DAY
        return at

    def is_open(self, at: datetime) -> bool:
        """Return whether the firm works at a moment; at closing time it does no more."""
        return any(opens <= at < closes for opens, closes in self._openings(at.astimezone(self.zone).date()))

    def working_day(self, start: date, days: int) -> date:
        """Return the day that many working days after `start`; for 0 that day, or the next one that is worked."""
        day, left = start, days
        while left or not self._openings(day):
            day += DAY
            left -= bool(left and self._openings(day))
        return day

    def next_open(self, at: datetime) -> datetime:
        """Return a moment, in UTC, if the firm works then, else when it opens next."""
        day = at.astimezone(self.zone).date()
        while True:
            for opens, closes in self._openings(day):
                if at < closes:
                    return max(opens, at.astimezone(UTC))
            day += DAY

    def _passed(self, start: datetime, end: datetime) -> Iterator[tuple[timedelta, float]]:
        """Yield the business time and the share of a business day for each day, or whole week, in the span."""
        if end <= start:
            return
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        day = first
        while day <= last:
            if first < day and day + WEEK <= last and (week := self._plain_week(day))[1]:
                yield week
                day += WEEK
                continue
            openings = self._openings(day)
            passed = sum((max(NO_TIME, min(closes, end) - max(opens, start)) for opens, closes in openings), NO_TIME)
            if passed:
                yield passed, passed / sum((closes - opens for opens, closes in openings), NO_TIME)
            day += DAY

    def _plain_week(self, day: date) -> tuple[timedelta, int]:
        """Return time and days of the week from `day` on; no days when a holiday or a change of clocks is in it."""
        if any(day <= holiday < day + WEEK for holiday in self.holidays) or (
            _midnight(day + WEEK, self.zone) - _midnight(day, self.zone) != WEEK
        ):
            return NO_TIME, 0
        return self._whole_week

    def _openings(self, day: date) -> tuple[Opening, ...]:
        """Return the periods of one calendar day in UTC, remembered because spans share their days."""
        if (known := self._known.get(day)) is not None:
            return known
        spans = () if day in self.holidays else self._spans[day.weekday()]
        midnight = datetime.combine(day, time(), self.zone)
        openings = tuple(
            ((midnight + opens).astimezone(UTC), (midnight + closes).astimezone(UTC)) for opens, closes in spans
        )
        self._known[day] = openings
        return openings


@lru_cache(maxsize=4096)  # a scan asks for the same days for every client
def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return in UTC when a calendar day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _since_midnight(period: Period) -> Span:
    """Return a period's opening and closing as time since the midnight before it."""
    opens, closes = (timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) for at in period)
    return opens, closes or DAY


OFFICE = BusinessHours()
