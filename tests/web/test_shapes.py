"""The drawings' arithmetic: what is gold, what fell, how long a bar is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.web.shapes import (
    AXIS,
    BAR_WIDTH,
    CARD,
    MINI,
    SHARE_WIDTH,
    SPARK,
    WIDE,
    Bar,
    Chart,
    Frame,
    distribution,
    evidence_bar,
    falls,
    initials,
    rope,
    seam,
    trend,
)


def points_of(line: str) -> list[tuple[float, float]]:
    pairs = (point.split(",") for point in line.split())
    return [(float(x), float(y)) for x, y in pairs]


# ── The seam


def test_a_recovery_that_has_just_begun_shows_no_gold() -> None:
    drawn = seam(1)
    assert (len(drawn.gold), len(drawn.cracks)) == (0, 7)
    assert [node.kind for node in drawn.nodes] == ["now"] + ["todo"] * 7


def test_the_seam_is_gold_up_to_the_step_under_way() -> None:
    drawn = seam(4)
    assert (len(drawn.gold), len(drawn.cracks)) == (3, 4)
    assert [node.kind for node in drawn.nodes] == ["done"] * 3 + ["now"] + ["todo"] * 4


def test_a_finished_recovery_is_gold_throughout() -> None:
    drawn = seam(9)
    assert (len(drawn.gold), len(drawn.cracks), len(drawn.branches)) == (7, 0, 0)
    assert {node.kind for node in drawn.nodes} == {"done"}


@pytest.mark.parametrize("frame", [MINI, WIDE])
def test_gold_and_crack_join_at_every_step(frame: Frame) -> None:
    drawn = seam(5, frame)
    parts = [points_of(line) for line in (*drawn.gold, *drawn.cracks)]
    assert [part[-1] for part in parts[:-1]] == [part[0] for part in parts[1:]]
    assert [part[0][0] for part in parts] + [parts[-1][-1][0]] == [node.x for node in drawn.nodes]


@given(st.integers(1, 9), st.sampled_from([MINI, WIDE]))
def test_a_seam_stays_inside_its_drawing(step: int, frame: Frame) -> None:
    drawn = seam(step, frame)
    for line in (*drawn.gold, *drawn.cracks, *drawn.branches):
        for x, y in points_of(line):
            assert 0 <= x <= frame.width
            assert 0 <= y <= frame.height


def test_only_what_is_far_from_mended_cracks_further() -> None:
    assert seam(1, MINI).branches == ()
    assert len(seam(9, WIDE).branches) <= len(seam(4, WIDE).branches) <= len(seam(1, WIDE).branches)
    assert len(seam(1, WIDE).branches) > 0


def test_a_crack_runs_one_way_and_never_looks_like_the_next() -> None:
    drawn = seam(1, WIDE)
    shapes = set()
    for line in drawn.cracks:
        points = points_of(line)
        assert all(left < right for (left, _), (right, _) in pairwise(points))
        shapes.add(tuple(y for _, y in points))
    assert len(shapes) == len(drawn.cracks)


# ── The trend


def test_a_good_half_year_is_one_quiet_line() -> None:
    drawn = trend([96, 100, 94, 96, 100])
    assert (len(drawn.lines), drawn.fell, drawn.gold) == (1, (), ())


def test_the_part_that_fell_is_drawn_again() -> None:
    assert falls([92, 92, 90, 80, 80, 85, 84]) == [(1, 3)]
    assert falls([92, 90, 90, 84]) == []
    assert falls([100, 90, 100, 85]) == [(0, 1), (2, 3)]


def test_a_fall_may_pause() -> None:
    assert falls([95, 90, 90, 84]) == [(0, 3)]


def test_weeks_without_data_break_the_line_and_the_fall() -> None:
    drawn = trend([None, 95, 95, None, 80, 80])
    assert [len(points_of(line)) for line in drawn.lines] == [2, 2]
    assert drawn.fell == ()


def test_a_single_week_is_a_dot() -> None:
    drawn = trend([None, None, 95], SPARK)
    assert drawn.lines == ()
    assert drawn.now == (93.0, 5.6)


def test_nothing_known_draws_nothing() -> None:
    drawn = trend([None] * 26)
    assert (drawn.lines, drawn.fell, drawn.now) == ((), (), None)
    assert trend([]).now is None


def test_after_mending_the_line_turns_to_gold() -> None:
    drawn = trend([95, 60, 70, 90, 95], mended_from=2)
    assert [len(points_of(line)) for line in drawn.gold] == [3]
    assert trend([95, 60, None], mended_from=2).gold == ()


def test_the_words_of_the_bound_stand_where_the_line_does_not() -> None:
    good, bad = trend([98] * 26), trend([70] * 26)
    assert good.label > good.bound
    assert bad.label < bad.bound


@given(st.lists(st.none() | st.integers(0, 100), max_size=60), st.sampled_from([CARD, SPARK]))
def test_a_trend_stays_inside_its_drawing(numbers: list[int | None], chart: Chart) -> None:
    drawn = trend(numbers, chart, mended_from=3)
    for line in (*drawn.lines, *drawn.fell, *drawn.gold):
        for x, y in points_of(line):
            assert 0 <= x <= chart.width
            assert chart.top <= y <= chart.height - chart.bottom


# ── Bars


def test_harm_lies_left_of_the_axis_and_credit_right() -> None:
    harm, credit = evidence_bar(10), evidence_bar(-4)
    assert harm == Bar(47.5, 47.5, "risk")
    assert harm.x + harm.width == AXIS
    assert credit == Bar(AXIS, 19.0, "steady")


def test_a_line_as_heavy_as_a_complaint_is_garnet() -> None:
    assert [evidence_bar(points).colour for points in (7, 8)] == ["strained", "risk"]


def test_a_bar_never_leaves_its_drawing() -> None:
    assert evidence_bar(200) == Bar(0, AXIS, "risk")
    assert evidence_bar(-200) == Bar(AXIS, BAR_WIDTH - AXIS, "steady")


def test_every_state_somebody_is_in_is_seen() -> None:
    bars = distribution({"steady": 3100, "unsettled": 0, "risk": 1})
    assert [bar.colour for bar in bars] == ["steady", "risk"]
    assert bars[1].width == 4
    assert bars[-1].x + bars[-1].width == SHARE_WIDTH


def test_no_clients_no_bar() -> None:
    assert distribution({"steady": 0}) == ()


def test_the_rope_of_one_entry_joins_the_next() -> None:
    first, second = points_of(rope(1)), points_of(rope(2))
    assert first[-1] == (8.0, 100.0)
    assert second[0] == (8.0, 0.0)
    assert first[1:-1] != second[1:-1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Priya Raman", "PR"),
        ("Ada", "A"),
        ("Maria del Carmen Ruiz", "MR"),
        ("dana.whitlock@brightwater.example", "DW"),
        ("(no name) élodie", "NÉ"),
        ("", ""),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected
