from dataclasses import replace
from decimal import Decimal

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.health import CAPS
from amends.core.signals import survey
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation


def found(now: str, *facts: Fact) -> list[Signal]:
    return list(survey.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def answered(kind: FactKind, value: Decimal | float | None, when: str = "3 Oct 12:00", fact_id: str = "f1") -> Fact:
    return Fact(kind, at(when), value=value, id=fact_id)


def test_a_low_answer_is_told_in_their_words() -> None:
    unsure = replace(answered(FactKind.SURVEY, Decimal("4.00")), words="I would think twice.")
    assert found("10 Oct 09:00", unsure) == [
        Signal(
            "low answer",
            Family.ASKED,
            6,
            "Asked how it is going, they gave 4 of 10 on Oct 3",
            (Evidence("f1", at("3 Oct 12:00"), "I would think twice.", "4 of 10"),),
        )
    ]


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        (FactKind.SURVEY, 0, 1),
        (FactKind.SURVEY, 6, 1),
        (FactKind.SURVEY, 7, 0),
        (FactKind.PULSE, 2, 1),
        (FactKind.PULSE, 3, 0),
        (FactKind.PULSE, None, 0),
    ],
)
def test_six_of_ten_and_two_of_five_are_low(kind: FactKind, value: float | None, number: int) -> None:
    assert len(found("10 Oct 09:00", answered(kind, value))) == number


def test_a_better_answer_clears_it_but_only_of_the_same_kind() -> None:
    low = answered(FactKind.PULSE, 1)
    assert found("10 Oct 09:00", low, answered(FactKind.PULSE, 4, "8 Oct 12:00")) == []
    assert len(found("10 Oct 09:00", low, answered(FactKind.SURVEY, 9, "8 Oct 12:00"))) == 1


def test_two_low_answers_count_once_the_newest_first() -> None:
    low = answered(FactKind.SURVEY, 3), answered(FactKind.PULSE, 1, "8 Oct 12:00", "f2")
    [signal] = found("10 Oct 09:00", *low)
    assert (signal.points, signal.summary) == (6, "Asked how it is going, they gave 1 of 5 on Oct 8")
    assert [piece.counts for piece in signal.evidence] == ["1 of 5", "3 of 10"]


def test_after_ninety_days_they_are_to_be_asked_again() -> None:
    assert found("1 Jan 2026 12:01", answered(FactKind.PULSE, 1)) == []


def test_what_they_say_when_asked_has_no_cap() -> None:
    assert Family.ASKED not in CAPS


def test_a_better_answer_of_another_person_clears_nothing() -> None:
    low, good = (replace(answered(FactKind.PULSE, value), who=who) for value, who in ((1, "gary"), (5, "dana")))
    assert len(found("10 Oct 09:00", low, replace(good, at=at("8 Oct 12:00")))) == 1
    assert found("10 Oct 09:00", low, replace(good, at=at("8 Oct 12:00"), who="gary")) == []


def test_each_persons_newest_low_answer_is_evidence() -> None:
    told = [
        replace(answered(FactKind.PULSE, 2, f"{day} Oct 12:00", f"f{day}"), who=who)
        for day, who in ((3, "gary"), (4, "gary"), (5, "dana"))
    ]
    [signal] = found("10 Oct 09:00", *told)
    assert (signal.points, [piece.message_id for piece in signal.evidence]) == (6, ["f5", "f4"])
