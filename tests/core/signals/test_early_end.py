from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import early_end
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation

ENDED = Fact(FactKind.EARLY_END, at("3 Oct 12:00"), id="f1", words="We do not need her any more.")


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(early_end.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def test_an_assignment_that_ended_early_is_told() -> None:
    assert found("10 Oct 09:00", ENDED) == [
        Signal(
            "early end",
            Family.BUSINESS,
            6,
            "An assignment ended early on Oct 3",
            (Evidence("f1", at("3 Oct 12:00"), "We do not need her any more.", "1 assignment"),),
        )
    ]


def test_several_count_once_and_are_added_up() -> None:
    [signal] = found("10 Oct 09:00", ENDED, replace(ENDED, at=at("8 Oct 12:00"), count=3, id="f2"))
    assert (signal.points, signal.summary) == (6, "4 assignments ended early, last on Oct 8")
    assert [piece.counts for piece in signal.evidence] == ["3 assignments", "1 assignment"]


@pytest.mark.parametrize(("now", "number"), [("2 Nov 12:00", 1), ("2 Nov 12:01", 0)])
def test_after_thirty_days_it_is_behind_them(now: str, number: int) -> None:
    assert len(found(now, ENDED)) == number
