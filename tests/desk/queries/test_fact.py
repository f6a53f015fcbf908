"""Staffing facts are said as one would tell a colleague."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amends.core.staffing import FactKind
from amends.desk.models import StaffingFact
from amends.desk.queries.fact import fact_in_words, hurts


@pytest.mark.parametrize(
    ("fact", "said", "is_hurt"),
    [
        (StaffingFact(kind=FactKind.ORDER, count=12), "They ordered 12 people", False),
        (StaffingFact(kind=FactKind.ORDER), "They ordered 1 person", False),
        (StaffingFact(kind=FactKind.PLACEMENT, count=2), "2 people started", False),
        (StaffingFact(kind=FactKind.NO_SHOW, count=6, of=14), "6 of 14 people did not arrive", True),
        (StaffingFact(kind=FactKind.NO_SHOW), "1 person did not arrive", True),
        (StaffingFact(kind=FactKind.FALL_OFF, count=2, days=5), "2 people left early, after 5 days", True),
        (StaffingFact(kind=FactKind.FALL_OFF), "1 person left early", True),
        (StaffingFact(kind=FactKind.EARLY_END), "1 assignment ended early", True),
        (StaffingFact(kind=FactKind.RATING, value=Decimal("2.50")), "They rated a placement 2.5 of 5", False),
        (StaffingFact(kind=FactKind.FEEDBACK, days=9), "They answered on candidates after 9 days", False),
        (StaffingFact(kind=FactKind.PAYMENT, days=41), "They paid 41 days after the invoice", False),
        (StaffingFact(kind=FactKind.DISPUTE), "They disputed an invoice", True),
        (StaffingFact(kind=FactKind.SURVEY, value=Decimal(4)), "Would they recommend us? They said 4 of 10", False),
        (StaffingFact(kind=FactKind.PULSE, value=Decimal(2)), "They said how they feel about us: 2 of 5", False),
    ],
)
def test_each_kind_has_its_sentence(fact: StaffingFact, said: str, is_hurt: bool) -> None:  # noqa: FBT001  (a row)
    assert (fact_in_words(fact), hurts(fact)) == (said, is_hurt)
