from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import feedback
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation

TWICE = ((5, "3 Oct 12:00"), (4, "8 Oct 12:00"))


def facts(*told: tuple[int | None, str]) -> list[Fact]:
    return [Fact(FactKind.FEEDBACK, at(when), days=days, id=f"f{n}") for n, (days, when) in enumerate(told, 1)]


def found(now: str, *told: tuple[int | None, str]) -> list[Signal]:
    return list(feedback.find(replace(conversation(""), facts=tuple(facts(*told))), at(now), OFFICE))


def test_late_feedback_twice_in_a_month_is_told() -> None:
    assert found("10 Oct 09:00", *TWICE) == [
        Signal(
            "late feedback",
            Family.BUSINESS,
            5,
            "Late feedback on candidates 2 times, after 4 days on Oct 8",
            (
                Evidence("f2", at("8 Oct 12:00"), counts="4 days"),
                Evidence("f1", at("3 Oct 12:00"), counts="5 days"),
            ),
        )
    ]


@pytest.mark.parametrize("other", [(3, "8 Oct 12:00"), (None, "8 Oct 12:00"), (9, "8 Sep 12:00")])
def test_once_is_a_holiday(other: tuple[int | None, str]) -> None:
    assert found("10 Oct 09:00", (5, "3 Oct 12:00"), other) == []


@pytest.mark.parametrize(("usual", "number"), [(2, 1), (3, 0)])
def test_who_was_always_slow_is_measured_by_their_own_habit(usual: int, number: int) -> None:
    habit = [(usual, f"{day} Jul 12:00") for day in range(1, 6)]
    assert len(found("10 Oct 09:00", *habit, *TWICE)) == number
    assert len(found("10 Oct 09:00", *habit[1:], *TWICE)) == 1


def test_a_month_later_it_is_let_go() -> None:
    assert found("3 Nov 09:00", *TWICE) == []
