"""Whether a recovery goes on, or has stood still for so long that it is to be decided again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.case import Course, Status, decide_again_at

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from amends.desk.models import Case


def decides_again(case: Case, now: datetime, zone: tzinfo) -> bool:
    """Whether nothing has moved in a recovery for four weeks, so that it is to be decided again; asks for no row."""
    if case.status != Status.OPEN or case.fixed_at:
        return False
    decided = {"decided_at": case.decided_at, "decide_again_on": case.decide_again_on}
    return decide_again_at(Course(case.opened_at, case.step_since, **decided), zone) < now  # type: ignore[arg-type]  # as the row has them
