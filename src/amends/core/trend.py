"""How a relationship moved over 26 weeks: the days to draw, and the two sentences that a chart needs."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from amends.core.wording import counted, say, whole_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WEEKS = 26  # half a year: two quarters of a business are seen beside each other
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
LATELY = timedelta(weeks=4)  # as the signals compare: docs/method.md rule 1
WORTH_SAYING = 5  # judgement: half a doubling of the odds; smaller steps are fading, not news

Point = tuple["date", int]  # a day, and the number of that day (100, less the points)


def weeks_back(on: date, weeks: int = WEEKS) -> tuple[date, ...]:
    """Return the days of a weekly line that ends with `on`, oldest first."""
    return tuple(on - week * WEEK for week in reversed(range(weeks)))


def lately(points: Sequence[Point]) -> str:
    """Return how the number changed in four weeks, "Down 27 in four weeks", or "" where four weeks are not known.

    `points` are in order of time; compared are the last one and the newest that is at least four weeks older.
    """
    before = [number for on, number in points if on <= points[-1][0] - LATELY]
    if not before:
        return ""
    change = points[-1][1] - before[-1]
    if abs(change) < WORTH_SAYING:
        return say("Much as it was four weeks ago")
    return say("Up {n} in four weeks", n=change) if change > 0 else say("Down {n} in four weeks", n=-change)


def line_in_words(points: Sequence[Point]) -> str:
    """Return what a line shows to who cannot see it; "" without any points.

    "Health over 26 weeks, from 82 down to 34. It fell fastest in the week of October 3."
    """
    if not points:
        return ""
    first, last = points[0][1], points[-1][1]
    weeks = (points[-1][0] - points[0][0]) // WEEK + 1
    if last == first:
        moved = say("at {last} now as at the beginning", last=last)
    elif last < first:
        moved = say("from {first} down to {last}", first=first, last=last)
    else:
        moved = say("from {first} up to {last}", first=first, last=last)
    over = counted(weeks, "Health this week: {last}.", "Health over {n} weeks, {moved}.", last=str(last), moved=moved)
    return f"{over} {fell_fastest(points)}".strip()


def fell_fastest(points: Sequence[Point]) -> str:
    """Return when a line fell fastest, "It fell fastest in the week of October 3.", or "" where it hardly ever fell.

    The week is named by its first day, the one after the point before the fall.
    """
    falls = [(before - after, on + DAY) for (on, before), (_, after) in pairwise(points)]
    worst, on = max(falls, key=lambda fall: fall[0], default=(0, None))
    if on is None or worst < WORTH_SAYING:
        return ""
    return say("It fell fastest in the week of {day}.", day=whole_day(on))
