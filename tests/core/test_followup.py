"""When to ask again whether the repair holds."""

from __future__ import annotations

from datetime import date

import pytest

from amends.core.followup import CHECK_INS, after_shaken, first_check_in, is_shaken, next_check_in
from conversation import OFFICE

TUESDAY = date(2025, 10, 14)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (1, date(2025, 10, 21)),  # weekly, the first four
        (3, date(2025, 10, 21)),
        (4, date(2025, 10, 28)),  # then every second week
        (7, date(2025, 10, 28)),
        (8, date(2025, 11, 11)),  # then monthly
        (10, date(2025, 11, 11)),
        (11, date(2025, 11, 11)),  # and on, for as long as somebody asks
    ],
)
def test_check_ins_widen(done: int, expected: date) -> None:
    assert next_check_in(done, TUESDAY) == expected
    assert expected.weekday() == TUESDAY.weekday()


def test_there_are_eleven() -> None:
    assert CHECK_INS == 11


@pytest.mark.parametrize(("fixed", "first"), [(14, 15), (17, 20), (18, 20)])
def test_the_first_is_on_the_next_working_day(fixed: int, first: int) -> None:
    assert first_check_in(date(2025, 10, fixed), OFFICE) == date(2025, 10, first)


@pytest.mark.parametrize(
    ("feeling", "has_missed", "shaken"),
    [(5, False, False), (3, False, False), (2, False, True), (1, False, True), (None, False, False), (5, True, True)],
)
def test_a_missed_promise_or_a_bad_feeling_shakes_it(feeling: int | None, has_missed: bool, shaken: bool) -> None:  # noqa: FBT001  (columns)
    assert is_shaken(feeling, has_missed=has_missed) is shaken


def test_then_it_is_asked_in_a_week() -> None:
    assert after_shaken(TUESDAY) == date(2025, 10, 21)
