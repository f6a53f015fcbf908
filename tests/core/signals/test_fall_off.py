from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import fall_off
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(fall_off.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def fell(when: str, days: int | None, guaranteed: int = 0, count: int = 1) -> Fact:
    return Fact(FactKind.FALL_OFF, at(when), count, guaranteed, days=days, id="f1")


def test_a_placement_that_fell_off_inside_the_guarantee_is_told() -> None:
    assert found("10 Oct 09:00", fell("3 Oct 05:00", 12, 60)) == [
        Signal(
            "fall-off",
            Family.BUSINESS,
            8,
            "A placement fell off inside the guarantee on Oct 3",
            (Evidence("f1", at("3 Oct 05:00"), counts="after 12 of 60 days"),),
        )
    ]


@pytest.mark.parametrize(
    ("days", "guaranteed", "number"), [(60, 60, 1), (61, 60, 0), (90, 0, 1), (91, 0, 0), (120, 180, 1), (None, 60, 1)]
)
def test_only_the_guarantee_counts_ninety_days_where_nobody_entered_one(
    days: int | None, guaranteed: int, number: int
) -> None:
    assert len(found("10 Oct 09:00", fell("3 Oct 05:00", days, guaranteed))) == number


def test_where_nobody_wrote_down_how_long_they_stayed_the_placements_are_counted() -> None:
    [signal] = found("10 Oct 09:00", fell("3 Oct 05:00", None, count=2), fell("1 Oct 05:00", 5))
    assert signal.summary == "3 placements fell off inside the guarantee, last on Oct 3"
    assert [piece.counts for piece in signal.evidence] == ["2 placements", "after 5 of 90 days"]


@pytest.mark.parametrize(("now", "number"), [("2 Nov 05:00", 1), ("2 Nov 05:01", 0)])
def test_after_thirty_days_it_is_behind_them(now: str, number: int) -> None:
    assert len(found(now, fell("3 Oct 05:00", 12))) == number
