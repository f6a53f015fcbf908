from dataclasses import replace
from decimal import Decimal

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import rating
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(rating.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def rated(value: Decimal | float | None, when: str = "3 Oct 12:00") -> Fact:
    return Fact(FactKind.RATING, at(when), value=value, id="f1")


def test_a_low_rating_is_told() -> None:
    assert found("10 Oct 09:00", rated(Decimal("2.00"))) == [
        Signal(
            "low rating",
            Family.BUSINESS,
            6,
            "Rated a placement 2 of 5 on Oct 3",
            (Evidence("f1", at("3 Oct 12:00"), counts="2 of 5"),),
        )
    ]


@pytest.mark.parametrize(("value", "number"), [(1, 1), (2.0, 1), (2.5, 0), (5, 0), (None, 0)])
def test_only_two_or_less_of_five_is_low(value: float | None, number: int) -> None:
    assert len(found("10 Oct 09:00", rated(value))) == number


def test_several_count_once_the_last_one_is_told() -> None:
    [signal] = found("10 Oct 09:00", rated(2), rated(5, "4 Oct 12:00"), rated(1, "8 Oct 12:00"))
    assert (signal.points, signal.summary) == (6, "Rated 2 placements low, last 1 of 5 on Oct 8")


@pytest.mark.parametrize(("now", "number"), [("2 Nov 12:00", 1), ("2 Nov 12:01", 0)])
def test_after_thirty_days_it_is_behind_them(now: str, number: int) -> None:
    assert len(found(now, rated(1))) == number
