from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import no_show
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(no_show.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def missed(when: str, count: int = 1, of: int = 0, fact_id: str = "f1") -> Fact:
    return Fact(FactKind.NO_SHOW, at(when), count, of, id=fact_id, words="Nobody called.")


def test_who_did_not_arrive_is_told_with_how_many_were_expected() -> None:
    assert found("10 Oct 09:00", missed("3 Oct 05:00", 6, 14)) == [
        Signal(
            "no-show",
            Family.BUSINESS,
            8,
            "People did not arrive: 6 of 14 on Oct 3",
            (Evidence("f1", at("3 Oct 05:00"), "Nobody called.", "6 of 14"),),
        )
    ]


@pytest.mark.parametrize(("count", "who"), [(1, "1 person"), (2, "2 people")])
def test_where_nobody_wrote_down_how_many_were_expected_the_missing_are_counted(count: int, who: str) -> None:
    [signal] = found("10 Oct 09:00", missed("3 Oct 05:00", count))
    assert signal.summary == f"People did not arrive: {who} on Oct 3"


def test_several_count_once_the_last_one_first() -> None:
    [signal] = found("10 Oct 09:00", missed("3 Oct 05:00", 6, 14), missed("8 Oct 05:00", 1, 14, "f2"))
    assert (signal.points, signal.summary) == (8, "People did not arrive 2 times, last 1 of 14 on Oct 8")
    assert [piece.message_id for piece in signal.evidence] == ["f2", "f1"]


@pytest.mark.parametrize(("now", "number"), [("2 Nov 05:00", 1), ("2 Nov 05:01", 0)])
def test_after_thirty_days_it_is_behind_them(now: str, number: int) -> None:
    assert len(found(now, missed("3 Oct 05:00"))) == number


def test_who_arrived_is_no_signal() -> None:
    assert found("10 Oct 09:00", Fact(FactKind.PLACEMENT, at("3 Oct 05:00"))) == []
