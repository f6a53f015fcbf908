"""How many to book, and how many to promise: the figures that docs/method.md rule 10 works out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.booking import (
    OFTEN,
    USUAL_LOSS,
    Known,
    chance_of,
    loss_of,
    times_as_long,
    to_book,
    to_promise,
)


@pytest.mark.parametrize(
    ("needed", "loss", "booked", "promised"),
    [(20, 0.1, 25, 16), (10, 0.1, 13, 8), (5, 0.1, 7, 4), (20, 0.2, 30, 13), (1, 0.1, 1, 1), (0, 0.1, 0, 0)],
)
def test_an_order_is_full_nine_times_in_ten(needed: int, loss: float, booked: int, promised: int) -> None:
    assert (to_book(needed, loss), to_promise(needed, loss)) == (booked, promised)


def test_the_largest_orders_are_reckoned_too() -> None:
    assert (to_book(500, 0.6), to_promise(500, 0.6)) == (1659, 149)


def test_who_books_as_many_as_were_ordered_is_seldom_full() -> None:
    assert round(chance_of(20, 20, USUAL_LOSS), 2) == 0.18


def test_without_bookings_of_our_own_a_tenth_does_not_come() -> None:
    assert (loss_of(Known()), Known().is_enough) == (0.1, False)


def test_our_own_bookings_count_more_the_more_there_are() -> None:
    assert loss_of(Known(came=20, lost=19)) == 0.1  # too few to go by
    assert loss_of(Known(came=30, lost=10)) == pytest.approx(0.175)
    assert [loss_of(Known(), 0.2), loss_of(Known(came=30, lost=10), 0.2)] == [0.2, pytest.approx(0.225)]
    assert loss_of(Known(came=7_500, lost=2_500)) == pytest.approx(0.25, abs=0.001)
    assert [Known(came=39).is_enough, Known(came=30, lost=10).is_enough] == [False, True]


def test_nobody_is_reckoned_to_come_always_or_never() -> None:
    assert (to_book(20, 0.0), to_promise(20, 1.0)) == (20, to_promise(20, 0.6))


def test_a_full_desk_takes_long_and_one_beyond_it_never_ends() -> None:
    assert [times_as_long(used) for used in (0.0, 0.5, 0.8, 1.0, 1.5)] == [1, 2, pytest.approx(5), None, None]


@given(st.integers(1, 40), st.floats(0, 0.6))
def test_what_is_promised_is_kept_and_what_is_booked_suffices(needed: int, loss: float) -> None:
    booked = to_book(needed, loss)
    assert chance_of(needed, booked, loss) >= OFTEN
    assert booked == needed or chance_of(needed, booked - 1, loss) < OFTEN
    promised = to_promise(booked, loss)
    assert needed <= promised <= booked


@given(st.integers(0, 60), st.floats(0, 1))
def test_chances_are_chances(booked: int, loss: float) -> None:
    chances = [chance_of(needed, booked, loss) for needed in range(booked + 2)]
    assert chances[0] == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == 0
