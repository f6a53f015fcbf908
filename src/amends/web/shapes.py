"""The arithmetic behind the drawings: where a seam runs, how a trend falls, how long a bar is. No markup, no Django.

Everything is in the units of the drawing's own viewBox. Coordinates are rounded to a tenth: finer is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STEPS = 8  # of a recovery, docs/method.md rules 3 to 9
FORKS = 0.2  # judgement: so many of the bends that nothing has mended yet have a side crack
STEADY_ABOVE = 90  # health, docs/method.md rule 1
FELL_BY = 10  # health lost without a pause: ten points double the odds of losing the client, docs/method.md rule 1
FULL_BAR = 20  # points that fill the left of an evidence bar: the gravest single signal, docs/method.md rule 1
GRAVE = 8  # judgement: a complaint's worth of points weighs heavily, less is drawn lighter

Point = tuple[float, float]


def _line(points: Iterable[Point]) -> str:
    """Write points as an SVG polyline wants them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _chance(*key: object) -> float:
    """Return a number in 0..1 that looks like chance and is always the same for the same key."""
    return int.from_bytes(blake2b(":".join(map(str, key)).encode(), digest_size=4).digest(), "big") / 0xFFFFFFFF


# ── The seam: a crack that fills with gold as a recovery proceeds ──────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a seam's drawing: how many points a crack has between two steps and how far it strays."""

    width: float
    height: float
    start: float
    end: float
    bends: int
    stray: float
    radius: tuple[float, float, float]  # of a step that is done, under way, to come
    branches: bool


WIDE = Frame(1168, 36, 73, 1095, 6, 6.5, (5.7, 9.0, 4.9), branches=True)
MINI = Frame(324, 28, 5, 317, 3, 3.2, (3.7, 4.5, 2.9), branches=False)


@dataclass(frozen=True, slots=True)
class Node:
    """One step on a seam. `kind` is done, now or todo."""

    x: float
    y: float
    r: float
    kind: str


@dataclass(frozen=True, slots=True)
class Seam:
    """A seam, ready to draw: polylines still open, side cracks, polylines filled with gold, and the steps."""

    box: str
    cracks: tuple[str, ...]
    branches: tuple[str, ...]
    gold: tuple[str, ...]
    nodes: tuple[Node, ...]


@cache
def seam(step: int, frame: Frame = MINI, *, steps: int = STEPS) -> Seam:
    """Draw a recovery that stands at `step`, counted from 1; one more than `steps` is a seam that is whole."""
    middle = frame.height / 2
    places = [frame.start + (frame.end - frame.start) * index / (steps - 1) for index in range(steps)]
    gaps = [_jagged(left, right, middle, index, frame) for index, (left, right) in enumerate(pairwise(places))]
    branches = [_branch(point, index, frame) for index, gap in enumerate(gaps) for point in _forks(gap, index, step)]
    radius = dict(zip(("done", "now", "todo"), frame.radius, strict=True))
    kinds = ["done" if index < step else "now" if index == step else "todo" for index in range(1, steps + 1)]
    return Seam(
        box=f"0 0 {frame.width:g} {frame.height:g}",
        cracks=tuple(map(_line, gaps[max(step - 1, 0) :])),
        branches=tuple(map(_line, branches)) if frame.branches else (),
        gold=tuple(map(_line, gaps[: max(step - 1, 0)])),
        nodes=tuple(Node(round(x, 1), middle, radius[kind], kind) for x, kind in zip(places, kinds, strict=True)),
    )


def _jagged(left: float, right: float, middle: float, index: int, frame: Frame) -> list[Point]:
    """Return a crack between two steps: it strays down and up by turns, and meets both steps in the middle."""
    stride = (right - left) / (frame.bends + 1)
    inner = []
    for bend in range(1, frame.bends + 1):
        side = 1 if (bend + index) % 2 else -1
        x = left + stride * (bend + 0.4 * (_chance("x", index, bend) - 0.5))
        y = middle + side * frame.stray * (0.3 + 0.7 * _chance("y", index, bend))
        inner.append((x, y))
    return [(left, middle), *inner, (right, middle)]


def _forks(gap: Sequence[Point], index: int, step: int) -> list[Point]:
    """Return where side cracks leave a gap: only beyond the next step, where nothing is mended yet."""
    if index <= step:
        return []
    return [point for bend, point in enumerate(gap[1:-1]) if _chance("fork", index, bend) < FORKS]


def _branch(point: Point, index: int, frame: Frame) -> list[Point]:
    """Return a side crack: two short strokes away from the middle."""
    x, y = point
    side = 1 if y > frame.height / 2 else -1
    reach = 3 + 4 * _chance("reach", index, x)
    return [point, (x + reach, y + side * reach), (x + reach * 1.9, y + side * reach * 1.5)]


# ── The trend: half a year of health ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Chart:
    """The size of a trend's drawing, and the room it keeps above, below and right of the line."""

    width: float
    height: float
    top: float
    bottom: float
    edge: float
    deepest: int  # the scale always reaches down to here, so that a good client's ripples stay ripples; judgement


CARD = Chart(196, 148, 8, 36, 6, 50)
SPARK = Chart(96, 24, 3, 3, 3, 65)


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of weekly health numbers, ready to draw. `now` is where its last point lies."""

    box: str
    lines: tuple[str, ...]
    fell: tuple[str, ...]
    gold: tuple[str, ...]
    now: Point | None
    bound: float  # the height of the line that Steady is above
    label: float  # the height of its words, on the side where the line is not
    floor: float  # the height of the words below the drawing


def trend(numbers: Sequence[int | None], chart: Chart = CARD, *, mended_from: int | None = None) -> Trend:
    """Draw weekly numbers of 0 to 100, the oldest first; None is a week without enough data.

    Where the number fell by `FELL_BY` or more without a pause the line is drawn again in garnet, and from the week
    `mended_from` on in gold.
    """
    known = [number for number in numbers if number is not None]
    low = min([chart.deepest, *known])
    step = (chart.width - chart.edge - 2) / max(len(numbers) - 1, 1)

    def height(number: float) -> float:
        return round(chart.top + (100 - number) * (chart.height - chart.top - chart.bottom) / (100 - low), 1)

    at = [
        None if number is None else (round(2 + step * week, 1), height(number)) for week, number in enumerate(numbers)
    ]
    runs = [[(week, at[week]) for week in run] for run in _runs(numbers)]
    early = known[: max(len(known) // 3, 1)]
    is_above = bool(early) and sum(early) / len(early) >= STEADY_ABOVE
    return Trend(
        box=f"0 0 {chart.width:g} {chart.height:g}",
        lines=tuple(_line(p for _, p in run if p) for run in runs if len(run) > 1),
        fell=tuple(_line(p for p in at[start : end + 1] if p) for start, end in falls(numbers)),
        gold=tuple(_line(p for week, p in run if p and week >= mended_from) for run in runs if run[-1][0] > mended_from)
        if mended_from is not None
        else (),
        now=at[-1] if at else None,
        bound=height(STEADY_ABOVE),
        label=height(STEADY_ABOVE) + (15 if is_above else -6),
        floor=chart.height - 4,
    )


def _runs(numbers: Sequence[int | None]) -> list[list[int]]:
    """Return the weeks that are known, in unbroken runs."""
    runs: list[list[int]] = []
    for week, number in enumerate(numbers):
        if number is None:
            continue
        if runs and runs[-1][-1] == week - 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    return runs


def falls(numbers: Sequence[int | None]) -> list[tuple[int, int]]:
    """Return the first and last week of every fall of `FELL_BY` or more: level weeks within it count, around it not."""
    found = []
    for run in _runs(numbers):
        start = run[0]
        for week in [*run[1:], run[-1] + 1]:
            if week <= run[-1] and _at(numbers, week) <= _at(numbers, week - 1):
                continue
            found.append(_trimmed(numbers, start, week - 1))
            start = week
    return [(first, last) for first, last in found if _at(numbers, first) - _at(numbers, last) >= FELL_BY]


def _trimmed(numbers: Sequence[int | None], first: int, last: int) -> tuple[int, int]:
    """Leave out the level weeks before and after a fall."""
    while first < last and _at(numbers, first) == _at(numbers, first + 1):
        first += 1
    while last > first and _at(numbers, last) == _at(numbers, last - 1):
        last -= 1
    return first, last


def _at(numbers: Sequence[int | None], week: int) -> int:
    return numbers[week] or 0


# ── Bars ───────────────────────────────────────────────────────────────────────────────────────────────────────────

BAR_WIDTH, BAR_HEIGHT = 132, 10
AXIS = 95  # where harm (to the left) meets what speaks for the client (to the right)


@dataclass(frozen=True, slots=True)
class Bar:
    """One block: where it starts, how long it is, and the class that colours it."""

    x: float
    width: float
    colour: str


def evidence_bar(points: int) -> Bar:
    """Draw one line of an account: harm to the left of the axis, what speaks for the client to the right."""
    unit = AXIS / FULL_BAR
    if points < 0:
        return Bar(AXIS, round(min(-points * unit, BAR_WIDTH - AXIS), 1), "steady")
    width = round(min(points * unit, AXIS), 1)
    return Bar(round(AXIS - width, 1), width, "risk" if points >= GRAVE else "strained")


SHARE_WIDTH = 324
GAP = 2
LEAST = 4  # a state with one client among thousands is still seen


def distribution(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """Draw how many are in each state as one bar, in the order given; what nobody is in is left out."""
    shown = {name: count for name, count in counts.items() if count > 0}
    total = sum(shown.values())
    if not total:
        return ()
    room = SHARE_WIDTH - GAP * (len(shown) - 1)
    lengths = [max(room * count / total, LEAST) for count in shown.values()]
    excess = sum(lengths) - room
    lengths[lengths.index(max(lengths))] -= excess  # the longest gives what the shortest were lent
    bars, start = [], 0.0
    for name, length in zip(shown, lengths, strict=True):
        bars.append(Bar(round(start, 1), round(length, 1), name))
        start += length + GAP
    return tuple(bars)


# ── Small things ───────────────────────────────────────────────────────────────────────────────────────────────────

ROPE_BENDS = 4


def rope(place: int) -> str:
    """Draw the line beside one entry of a timeline, 16 wide and 100 high; each joins the next in the middle."""
    bends = [
        (
            8 + (1 if (bend + place) % 2 else -1) * (0.5 + 3 * _chance("rope", place, bend)),
            100 * bend / (ROPE_BENDS + 1),
        )
        for bend in range(1, ROPE_BENDS + 1)
    ]
    return _line([(8, 0), *bends, (8, 100)])


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, or of what is before the @ of an address."""
    words = [word for word in name.partition("@")[0].replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    ends = [*words[:1], *words[1:][-1:]]
    return "".join(word[0] for word in ends).upper()
