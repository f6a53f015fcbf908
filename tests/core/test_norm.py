import pytest

from amends.core.norm import at_most, more, quantile


def test_no_head_in_two_tosses_comes_once_in_four() -> None:
    assert at_most(0, 2, 0.5) == 0.25
    assert at_most(1, 2, 0.5) == 0.75
    assert at_most(2, 2, 0.5) == 1


def test_the_chance_of_few_among_many() -> None:
    assert at_most(1, 22, 0.25) == pytest.approx(0.0149, abs=0.0001)


def test_more_is_the_share_of_pairs_that_the_recent_win() -> None:
    assert more([3, 4], [1, 2]) == 1
    assert more([1, 2], [3, 4]) == 0
    assert more([1, 3], [2, 2]) == 0.5
    assert more([5], [5]) == 0.5


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([7, 1, 4], 0.5) == 4
    assert quantile([7, 1, 4, 9], 0.5) == 4
    assert quantile(range(1, 21), 0.95) == 19
    assert quantile([2], 0) == 2
