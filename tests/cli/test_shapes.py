"""The drawings of the report."""

from __future__ import annotations

import re

import pytest

from amends.cli.results import STATES
from amends.cli.shapes import CLASSES, bar, distribution, ring


def test_every_state_has_a_shape_of_its_own() -> None:
    assert len({ring(state) for state in STATES}) == len(STATES)


def test_every_state_has_a_colour_of_its_own() -> None:
    assert sorted(CLASSES) == sorted(STATES)
    assert len(set(CLASSES.values())) == len(STATES)


def test_gold_is_only_for_what_is_mended() -> None:
    assert [state for state in STATES if "mended-seam" in ring(state)] == ["Mended"]


@pytest.mark.parametrize(
    ("points", "start", "length", "kind"),
    [
        (26, 0.0, 96.0, "harm"),
        (13, 48.0, 48.0, "harm"),
        (90, 0.0, 96.0, "harm"),
        (0, 96.0, 0.0, "good"),
        (-4, 96.0, 14.8, "good"),
        (-90, 96.0, 36.0, "good"),
    ],
)
def test_a_bar_is_as_long_as_its_points(points: int, start: float, length: float, kind: str) -> None:
    assert re.findall(r'<rect x="([\d.]+)" width="([\d.]+)" .* class="(\w+)"/>', bar(points)) == [
        (f"{start:.1f}", f"{length:.1f}", kind)
    ]


def test_the_distribution_is_told_in_words_too() -> None:
    drawn = distribution({"Steady": 31, "At risk": 1})
    assert re.findall(r'aria-label="([^"]*)"', drawn) == ["How your clients are: 31 Steady, 1 At risk"]
    assert re.findall(r'width="([\d.]+)" .*? class="(\w+)"', drawn) == [("310.9", "steady"), ("7.1", "risk")]
