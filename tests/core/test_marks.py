"""What each line of a mail is."""

import pytest

from amends.core.marks import is_rule, next_text


@pytest.mark.parametrize(("line", "expected"), [("-----", True), ("_ _ _", True), ("---", False), ("--a--", False)])
def test_a_rule_is_a_row_of_dashes_and_nothing_else(line: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_rule(line) is expected


def test_the_next_line_with_text_is_past_the_empty_ones() -> None:
    assert [next_text(["a", "", "", "b"], at) for at in (0, 1, 4)] == [0, 3, 4]
