"""How somebody's answers are drawn: a line over time from "Ready to leave" to "Good". No markup, no Django.

Everything is in the units of the drawing's own viewBox, the same as that of a client's health.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from amends.core.followup import LOW
from amends.core.pulse import A_JUMP, BEST, WORST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.web.shapes import Point

WIDTH, HEIGHT = 196, 148
LEFT, RIGHT, TOP, FLOOR = 5, 190, 20, 116  # where the first and the last answer stand, and the best and the worst
LABEL, DATES = 5, 142  # a label above its line; the days at the foot


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its lines, those of a fall, its dots, and the height of what is low."""

    box: str
    line: str
    falls: tuple[str, ...]
    dots: tuple[Point, ...]
    now: Point
    top: float
    low: float
    low_label: float
    width: int = WIDTH
    dates: int = DATES


def chart(answers: Sequence[tuple[datetime, int]]) -> Chart | None:
    """Draw answers in order of time; None for fewer than two, which make no line."""
    if len(answers) < 2:  # noqa: PLR2004  (two points make a line)
        return None
    first, last = answers[0][0], answers[-1][0]
    whole = (last - first).total_seconds() or 1
    points = [(_x((at - first).total_seconds() / whole), _y(figure)) for at, figure in answers]
    drops = [(one, two) for one, two in zip(pairwise(points), pairwise(answers), strict=True) if _fell(two)]
    return Chart(
        box=f"0 0 {WIDTH} {HEIGHT}",
        line=_line(points),
        falls=tuple(_line(one) for one, _ in drops),
        dots=tuple(points[:-1]),
        now=points[-1],
        top=_y(BEST),
        low=_y(LOW),
        low_label=_y(LOW) - LABEL,
    )


def _fell(two: tuple[tuple[datetime, int], tuple[datetime, int]]) -> bool:
    """Whether a step down is one that counts by itself; one point is noise."""
    return two[0][1] - two[1][1] >= A_JUMP


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _y(figure: int) -> float:
    return round(FLOOR - (figure - WORST) * (FLOOR - TOP) / (BEST - WORST), 1)


def _line(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
