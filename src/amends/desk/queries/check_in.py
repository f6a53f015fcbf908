"""What a client is asked at a check-in: whether the fix holds, what we put right, and how they feel (rule 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from amends.core.followup import asks_four
from amends.core.reparation import State
from amends.desk.models import FollowUp, PlanAction, Reparation

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_FIXES = 6  # more than one asks about in one call (judgement)
DONE = {"done_at__isnull": False, "is_visible": True}  # what the client saw us change


@dataclass(frozen=True, slots=True)
class Asks:
    """What one check-in asks about: what was changed, what was given, and whether the four questions are due."""

    fixes: tuple[PlanAction, ...] = ()
    given: tuple[Reparation, ...] = ()
    asks_four: bool = False


def asks_of(followup: FollowUp) -> Asks:
    """Return what one check-in asks about: two queries, none where it belongs to no recovery."""
    if not followup.case_id:
        return Asks(asks_four=_is_monthly(followup))
    fixes = PlanAction.objects.filter(case=followup.case_id, **DONE)[:MOST_FIXES]
    given = Reparation.objects.filter(case=followup.case_id, state=State.GIVEN)
    return Asks(tuple(fixes), tuple(given), _is_monthly(followup))


def with_asks(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Return check-ins with `asks_fix` and `asks_given`: whether anything was changed, and given, in their recovery."""
    fixes = PlanAction.objects.filter(case=OuterRef("case"), **DONE)
    given = Reparation.objects.filter(case=OuterRef("case"), state=State.GIVEN)
    return rows.annotate(asks_fix=Exists(fixes), asks_given=Exists(given))


def _is_monthly(followup: FollowUp) -> bool:
    return followup.of > 1 and asks_four(followup.number)
