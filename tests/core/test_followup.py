"""When to ask again whether the repair holds."""

from __future__ import annotations

from datetime import date

import pytest

from amends.core.followup import CHECK_INS, next_check_in

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
