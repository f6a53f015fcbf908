"""Over-commitment: whether a colleague promises more for a week than they usually keep (docs/method.md rule 10).

For planning, never for judging anybody: it says nothing until there are enough weeks, and nothing about a week of a
size that was kept before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WEEKS = 12  # weeks looked back on: a quarter (judgement)
LEAST_WEEKS = 4  # with promises due in them; below, nothing is said (judgement)
LEAST_KEPT = 8  # promises kept in those weeks; below, nothing is said (judgement; as many as rule 8 asks for)
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has due in a week that begins on `week` (a Monday), and what they usually keep in one."""

    week: date
    due: int
    usually: int


def week_of(day: date) -> date:
    """Return the Monday of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def too_much(week: date, due: int, past: Iterable[tuple[date, bool]], today: date) -> Load | None:
    """Return the load of a week where it is more than somebody usually keeps, and more than they ever kept; else None.

    `past` are their settled promises: the day on which each was due, and whether it was kept. The week of `today` is
    not over, and does not count.
    """
    kept = _kept(past, today)
    return Load(week, due, _usual(kept)) if kept and due > max(kept) else None


def usual(past: Iterable[tuple[date, bool]], today: date) -> int | None:
    """Return how many promises somebody usually keeps in a week; None where too few weeks are known to say so."""
    kept = _kept(past, today)
    return _usual(kept) if kept else None


def _usual(kept: list[int]) -> int:
    return int(median(kept) + 0.5)


def _kept(past: Iterable[tuple[date, bool]], today: date) -> list[int]:
    """Return how many promises were kept in each week looked back on; nothing where that is too little to go by."""
    kept: dict[date, int] = {}
    first, this = week_of(today) - WEEKS * A_WEEK, week_of(today)
    for due_on, is_kept in past:
        monday = week_of(due_on)
        if first <= monday < this:
            kept[monday] = kept.get(monday, 0) + is_kept
    is_enough = len(kept) >= LEAST_WEEKS and sum(kept.values()) >= LEAST_KEPT
    return list(kept.values()) if is_enough else []
