"""What stays as it is here though a list says otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from amends.desk.actions.list_stays import LONGEST, what_stays


@pytest.mark.parametrize(
    ("field", "here", "there", "told"),
    [
        ("name", "Acme Ltd", "ACME Limited", "Name stays “Acme Ltd” here; the list says “ACME Limited”."),
        ("phone", "555 1", "555  2", "Acme Ltd: Phone stays “555 1” here; the list says “555 2”."),
        ("standing", "past", "client", "Acme Ltd: Standing stays “Past client” here; the list says “Client”."),
        ("yearly_value", Decimal(12000), Decimal("12500.50"), "“12,000” here; the list says “12,500.50”."),
        ("left_on", date(2025, 3, 9), date(2025, 4, 1), "“Mar 9, 2025” here; the list says “Apr 1, 2025”."),
        ("on_assignment", 3, 4, "“3” here; the list says “4”."),
        ("branch_id", 3, 4, "Acme Ltd: Branch stays as it is here."),
        ("is_main", True, False, "Acme Ltd: Main contact stays as it is here."),
    ],
)
def test_whose_it_is_and_both_values_are_told(field: str, here: Any, there: Any, told: str) -> None:
    assert what_stays({"name": "Acme Ltd", field: here}, {field: there}, [field]).endswith(told)


def test_a_long_note_is_cut_and_several_fields_are_several_sentences() -> None:
    row, wanted = {"name": "North", "note": "a" * 200, "title": "Boss"}, {"note": "b", "title": "Chief"}
    told = what_stays(row, wanted, ["note", "title"])
    cut = "a" * (LONGEST - 1) + "…"
    assert told == (
        f"North: Note stays “{cut}” here; the list says “b”. North: Title stays “Boss” here; the list says “Chief”."
    )
