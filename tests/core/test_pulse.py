"""What an answer means: one is noise, a low one is heard, and people are compared with themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.case import Severity
from amends.core.pulse import Answer, Reaction, figure_of, is_low, move_of, reaction_to, severity_of

if TYPE_CHECKING:
    from collections.abc import Sequence

FIGURES = st.integers(1, 5)


def four(*told: int | None, next_order: str = "") -> Answer:
    return Answer(None, dict(zip(("does", "interests", "straight"), told, strict=False)), next_order)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(), None),
        (Answer(4), 4),
        (Answer(4, {"does": 1}), 4),  # how they feel says it all
        (four(5, 4, 3), 4),
        (four(4, 3, None), 3),  # a half goes to the worse side
        (four(2, 3, None), 2),
        (four(4, None, 4, next_order="yes"), 4),
        (four(next_order="unsure"), 3),
        (four(5, 5, 4, next_order="no"), 4),
    ],
)
def test_an_answer_is_one_figure(answer: Answer, expected: int | None) -> None:
    assert figure_of(answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(), False),
        (Answer(3), False),
        (Answer(2), True),
        (four(5, 5, 5, next_order="no"), True),
        (four(2, 2, 3), True),
    ],
)
def test_two_of_five_is_low_and_so_is_no_next_order(answer: Answer, *, expected: bool) -> None:
    assert is_low(answer) is expected


def test_who_would_leave_hurts_more_than_who_feels_let_down() -> None:
    told = [severity_of(answer) for answer in (Answer(2), Answer(1), Answer(2, None, "no"))]
    assert told == [Severity.LET_DOWN, Severity.READY_TO_LEAVE, Severity.READY_TO_LEAVE]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((), Reaction.NONE),
        ((3,), Reaction.NONE),
        ((5, 4), Reaction.NONE),  # one answer is noise
        ((4, 5, 4), Reaction.NONE),
        ((5, 5, 4), Reaction.NONE),
        ((5, 3), Reaction.FELL),
        ((5, 4, 3), Reaction.FELL),
        ((3, 5), Reaction.ROSE),
        ((3, 4, 5), Reaction.ROSE),
        ((3, 5, 5), Reaction.NONE),  # it was said when it happened
        ((5, 4, 4, 3), Reaction.FELL),  # slowly down is down
        ((5, 4, 4), Reaction.NONE),
        ((4, 5, 5, 4), Reaction.NONE),
    ],
)
def test_two_points_count_or_two_moves_in_one_direction(figures: Sequence[int], expected: Reaction) -> None:
    assert move_of(figures) is expected


@given(FIGURES, st.integers(1, 8))
def test_a_move_of_one_point_alone_never_counts(figure: int, times: int) -> None:
    for after in (figure - 1, figure + 1):
        assert move_of([figure] * times + [after]) is Reaction.NONE


@given(st.lists(FIGURES, min_size=2, max_size=8), st.integers(0, 6))
def test_who_says_the_same_again_has_not_moved(figures: list[int], place: int) -> None:
    place = min(place, len(figures) - 2)
    assert move_of([*figures[: place + 1], *figures[place:]]) is move_of(figures)


@given(st.lists(FIGURES, min_size=1, max_size=8))
def test_what_falls_one_way_rises_the_other(figures: list[int]) -> None:
    turned = {Reaction.FELL: Reaction.ROSE, Reaction.ROSE: Reaction.FELL, Reaction.NONE: Reaction.NONE}
    assert move_of([6 - figure for figure in figures]) is turned[move_of(figures)]


@pytest.mark.parametrize(
    ("answer", "before", "expected"),
    [
        (Answer(2), (), Reaction.LOW),
        (Answer(2), (3,), Reaction.LOW),
        (Answer(3), (5,), Reaction.FELL),
        (Answer(4), (5,), Reaction.NONE),
        (Answer(), (5, 4), Reaction.NONE),  # nothing was said of how they feel
    ],
)
def test_a_low_answer_is_heard_at_once(answer: Answer, before: Sequence[int], expected: Reaction) -> None:
    assert reaction_to(answer, before) is expected
