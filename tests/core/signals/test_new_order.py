from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import new_order
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation

ORDER = Fact(FactKind.ORDER, at("3 Oct 12:00"), 4, id="f1")


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(new_order.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def test_a_new_order_is_a_credit() -> None:
    assert found("10 Oct 09:00", ORDER) == [
        Signal(
            "new order",
            Family.CREDIT,
            -8,
            "A new order on Oct 3",
            (Evidence("f1", at("3 Oct 12:00"), counts="4 people"),),
        )
    ]


def test_several_count_once() -> None:
    [signal] = found("10 Oct 09:00", ORDER, replace(ORDER, at=at("8 Oct 12:00"), count=1, id="f2"))
    assert (signal.points, signal.summary) == (-8, "2 new orders, last on Oct 8")
    assert [piece.counts for piece in signal.evidence] == ["1 person", "4 people"]


@pytest.mark.parametrize(("now", "number"), [("17 Oct 12:00", 1), ("17 Oct 12:01", 0)])
def test_after_two_weeks_it_is_new_no_more(now: str, number: int) -> None:
    assert len(found(now, ORDER)) == number
