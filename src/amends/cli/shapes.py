"""The drawings of the report: a ring for each state, the bowl, and the bars. All of them are inline SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.cli.markup import Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

# The CSS class of a state; its colour is in report.css.
CLASSES = {
    "At risk": "risk",
    "Strained": "strained",
    "Unsettled": "unsettled",
    "Mended": "mended",
    "Steady": "steady",
    "Not enough yet": "unknown",
}
CRACK = "M8.2 1.4 6 5.1l2.5 2.1-2.4 2.3 1.3 3.1"
BAR_WIDTH = 132  # of the drawing, in its own units
BAR_HEIGHT = 10
AXIS = 96  # where harm (to the left) meets what speaks for the client (to the right)
FULL_BAR = 26  # points that fill the left side: the largest cap of a family (docs/method.md rule 1)


def ring(state: str) -> Markup:
    """Draw the shape of a state: whole, with a gap, cracked, broken, mended, or only dotted in."""
    return _drawing("0 0 14 14", *_ring_parts(state), class_="ring")


def bowl() -> Markup:
    """Draw the mark of the product: a bowl that broke and was mended."""
    return _drawing(
        "0 0 32 32",
        element("path", d="M3 10.5h26C29 20.4 23.6 27 16 27S3 20.4 3 10.5z", class_="clay"),
        element("path", d="m20 10.5-3.4 4.4 3.2 3.8-3.4 3.3 1.2 5M19.8 18.7l4.4 1.7", class_="seam"),
        class_="bowl",
    )


def chevron() -> Markup:
    """Draw the arrow that shows that a line opens."""
    return _drawing("0 0 16 16", _stroke("m6 3.5 4.5 4.5L6 12.5", "1.6"), class_="chevron")


def bar(points: int) -> Markup:
    """Draw one line of an account to the left of the axis for harm, to the right for what speaks for the client."""
    unit = AXIS / FULL_BAR
    length = min(abs(points) * unit, AXIS if points > 0 else BAR_WIDTH - AXIS)
    start = AXIS - length if points > 0 else AXIS
    return _drawing(
        f"0 0 {BAR_WIDTH} {BAR_HEIGHT + 8}",
        element("line", x1=f"{AXIS}", x2=f"{AXIS}", y1="0", y2=f"{BAR_HEIGHT + 8}", class_="axis"),
        _block(start, length, y="4", class_="harm" if points > 0 else "good"),
        class_="bar",
        preserveAspectRatio="none",
    )


def distribution(counts: Mapping[str, int]) -> Markup:
    """Draw how many clients are in each state as one bar, in the order given, left to right."""
    total, gap, width = sum(counts.values()), 3, 324
    parts, start = [], 0.0
    for state in counts:
        length = width * counts[state] / total
        parts.append(_block(start, max(length - gap, 1), y="0", class_=CLASSES[state]))
        start += length
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    drawn = element(
        "svg",
        *parts,
        viewBox=f"0 0 {width - gap} {BAR_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"How your clients are: {told}",
        class_="distribution",
    )
    return joined(drawn)


def _ring_parts(state: str) -> tuple[Markup, ...]:
    match state:
        case "At risk":
            halves = _stroke("M4.9 2.2a5.2 5.2 0 0 0 0 9.6M9.1 2.2a5.2 5.2 0 0 1 0 9.6", "2.3")
            return halves, _stroke("M7.5 2.9 6.3 6l1.6 1.7-1.2 3.4", "1.3")
        case "Strained":
            return _circle(), _stroke(CRACK, "1.5")
        case "Unsettled":
            return (_stroke("M10.3 3A5.2 5.2 0 1 1 5.6 2", "2.2"),)
        case "Mended":
            return _circle(class_="mended-ring"), element("path", d=CRACK, class_="mended-seam")
        case "Steady":
            return (_circle(),)
        case _:
            return (_circle(stroke_dasharray="1.9 2.2"),)


def _circle(**attributes: str) -> Markup:
    look = {"fill": "none", "stroke": "currentColor", "stroke_width": "2.2", **attributes}
    return element("circle", cx="7", cy="7", r="5.2", **look)


def _stroke(path: str, width: str) -> Markup:
    return element("path", d=path, fill="none", stroke="currentColor", stroke_width=width)


def _block(start: float, length: float, **attributes: str) -> Markup:
    return element("rect", x=f"{start:.1f}", width=f"{length:.1f}", height=f"{BAR_HEIGHT}", rx="2", **attributes)


def _drawing(box: str, *parts: Markup, **attributes: str) -> Markup:
    return element("svg", *parts, viewBox=box, aria_hidden="true", focusable="false", **attributes)
