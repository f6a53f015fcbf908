"""What the page says of the check is what was measured."""

from __future__ import annotations

from pathlib import Path

from amends.core.apology.measured import FOUND, FOUND_LAST, LABELLED, LABELLED_LAST, measured

PAGE = (Path(__file__).resolve().parents[3] / "docs/benchmarks-tone.md").read_text("utf-8")


def test_the_figures_are_those_of_the_page() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| real texts |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert (cells[5], cells[6]) == (str(LABELLED), str(FOUND))
    assert f"recall .48 ({FOUND_LAST} of {LABELLED_LAST})" in PAGE
    assert f"Of {LABELLED} faults that people marked in real apologies, this finds {FOUND};" in measured()
