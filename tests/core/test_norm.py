import pytest

from amends.core.norm import at_most, more, quantile


def test_no_head_in_two_tosses_comes_once_in_four() -> None:
    assert [at_most(heads, 2, 0.5) for heads in range(3)] == pytest.approx([0.25, 0.75, 1])


def test_the_chance_of_few_among_many() -> None:
    assert at_most(1, 22, 0.25) == pytest.approx(0.0149, abs=0.0001)


def test_what_always_or_never_happens_is_no_matter_of_chance() -> None:
    assert [at_most(hits, 3, 1) for hits in (2, 3)] == [0, 1]
    assert at_most(0, 3, 0) == 1


def test_thousands_of_tries_are_counted_as_well() -> None:
    assert at_most(700, 3_400, 0.25) < 1e-6
    assert at_most(850, 3_400, 0.25) == pytest.approx(0.5, abs=0.02)


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
