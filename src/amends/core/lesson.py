"""Learn: when a team looks back, and what keeps going wrong across clients (docs/method.md rule 9)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from amends.core.hours import BusinessHours

LOOK_BACK_WITHIN = timedelta(days=7)  # of closing; docs/method.md rule 9
LEAST_CASES = 5  # closed ones, before anybody speaks of a pattern; judgement
VITAL = 0.75  # of all problems: the fewest causes behind so many of them are named (judgement)
DAY = timedelta(days=1)
COMPARED = timedelta(days=90)  # before and after a change; judgement: a quarter


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one theme was the trouble; `is_vital` for the few behind most of it."""

    theme: str
    count: int
    is_vital: bool


def look_back_by(closed_on: date, hours: BusinessHours) -> date:
    """Return the day by which the team looks back: within seven days, and on a working day."""
    last = closed_on + LOOK_BACK_WITHIN
    while last > closed_on and hours.working_day(last, 0) != last:
        last -= DAY
    return last


def pareto(themes: Collection[str]) -> list[Bar]:
    """Return the themes by how often they come, the most frequent first, and which few are behind most of it."""
    counted = Counter(themes)
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    bars, so_far, whole = [], 0, len(themes)
    for theme, count in ranked:
        bars.append(Bar(theme, count, is_vital=so_far < VITAL * whole))
        so_far += count
    return bars


def before_and_after(at: Sequence[datetime], changed_at: datetime, now: datetime) -> tuple[int, int] | None:
    """Return how often a failure came in the quarter before a change and the one after; None before that is over."""
    if now < changed_at + COMPARED:
        return None
    before = sum(changed_at - COMPARED <= one < changed_at for one in at)
    after = sum(changed_at <= one < changed_at + COMPARED for one in at)
    return before, after


def vital_of(bars: Sequence[Bar]) -> Mapping[str, int]:
    """Return how many themes are behind how many of how many problems: for the sentence above the bars."""
    vital = [bar for bar in bars if bar.is_vital]
    return {
        "causes": len(vital),
        "problems": sum(bar.count for bar in vital),
        "of": sum(bar.count for bar in bars),
    }
