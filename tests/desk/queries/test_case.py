"""Where a recovery stands on its seam."""

from __future__ import annotations

import pytest

from amends.core.case import Status, Step
from amends.desk.models import Case
from amends.desk.queries.case import seam_place


@pytest.mark.parametrize(
    ("status", "step", "place"),
    [
        (Status.OPEN, Step.DECIDE, 1),
        (Status.OPEN, Step.PLAN, 4),
        (Status.OPEN, Step.PART_WELL, 1),
        (Status.PARTED, Step.LEARN, 1),  # it was let go: nothing of it is mended
        (Status.MENDED, Step.LEARN, 8),
    ],
)
def test_a_recovery_stands_where_it_was_mended_to(status: Status, step: Step, place: int) -> None:
    assert seam_place(Case(status=status, step=step)) == place
