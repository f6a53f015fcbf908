from dataclasses import replace
from datetime import timedelta

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import orders
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation

NOW = at("10 Oct 09:00")


def ordered(*people_by_week: int) -> list[Fact]:
    """One order a week, the last week's first; none in a week of 0."""
    return [
        Fact(FactKind.ORDER, NOW - timedelta(weeks=weeks, days=1), people, id=f"w{weeks}")
        for weeks, people in enumerate(people_by_week)
        if people
    ]


def found(*facts: Fact) -> list[Signal]:
    return list(orders.find(replace(conversation(""), facts=facts), NOW, OFFICE))


def test_far_fewer_people_than_usual_is_told_with_the_recent_orders() -> None:
    assert found(*ordered(1, 0, 2, 3, *[10] * 12)) == [
        Signal(
            "orders down",
            Family.BUSINESS,
            12,
            "6 people ordered in 4 weeks; usually 40",
            (
                Evidence("w0", NOW - timedelta(days=1), counts="1 person"),
                Evidence("w2", NOW - timedelta(weeks=2, days=1), counts="2 people"),
                Evidence("w3", NOW - timedelta(weeks=3, days=1), counts="3 people"),
            ),
        )
    ]


def test_who_stopped_ordering_is_shown_their_last_order() -> None:
    [signal] = found(*ordered(0, 0, 0, 0, *[10] * 12))
    assert signal.summary == "0 people ordered in 4 weeks; usually 40"
    assert [piece.message_id for piece in signal.evidence] == ["w4"]


@pytest.mark.parametrize(("last", "number"), [(4, 1), (5, 0)])
def test_half_as_many_is_no_drop(last: int, number: int) -> None:
    assert len(found(*ordered(5, 5, 5, last, *[10] * 12))) == number


@pytest.mark.parametrize(("weeks", "number"), [(6, 0), (7, 1)])
def test_fewer_than_seven_orders_make_no_norm(weeks: int, number: int) -> None:
    assert len(found(*ordered(0, 0, 0, 0, *[10] * weeks))) == number


def test_one_large_order_makes_no_norm_either() -> None:
    assert found(*ordered(2, 2, 2, 2, *[2] * 11, 100)) == []


def test_what_is_older_than_sixteen_weeks_is_not_looked_at() -> None:
    assert found(*ordered(*[0] * 10, *[10] * 12)) == []
    assert orders.by_week([Fact(FactKind.ORDER, NOW - timedelta(weeks=12), 3)], NOW, 12) == [0] * 11 + [3]
