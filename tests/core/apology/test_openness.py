"""Openness is a hint with points; what opens and what closes counts up to three times."""

import pytest

from amends.core.apology import check


@pytest.mark.parametrize(
    ("text", "points", "reads"),
    [
        ("We met at the site.", 0, "closed"),
        ("I understand.", 3, "neutral"),
        ("I understand, and you are right, perhaps.", 7, "open"),
        ("No. I disagree, because it is just wrong.", -5, "closed"),
        ("Not one, not two, not three, not four, not five of them.", -3, "closed"),
        ("", 0, "closed"),
    ],
)
def test_points_add_up(text: str, points: int, reads: str) -> None:
    openness = check(text).openness
    assert openness is not None
    assert (openness.points, openness.reads) == (points, reads)
