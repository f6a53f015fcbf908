"""What may be said depends on the kind of failure, and on what is on record."""

import pytest

from amends.core.apology import Kind, Situation, check

DENIAL = "We never falsified the certificate."
ADMISSION = "It was our mistake: we billed you wrongly."


def rules(text: str, situation: Situation) -> list[str]:
    return [fault.rule.value for fault in check(text, situation=situation).faults]


def test_what_is_true_is_never_denied() -> None:
    assert rules(DENIAL, Situation(Kind.HONESTY_TRUE)) == ["denial"]
    assert rules(DENIAL, Situation(Kind.HONESTY_UNTRUE)) == []


@pytest.mark.parametrize(
    "situation", [Situation(Kind.UNCLEAR), Situation(Kind.HONESTY_UNTRUE), Situation(Kind.ABILITY, is_on_record=False)]
)
def test_facts_are_not_admitted_before_they_are_on_record(situation: Situation) -> None:
    assert rules(ADMISSION, situation) == ["admission", "admission"]


def test_without_limits_an_admission_is_no_fault() -> None:
    assert rules(ADMISSION, Situation(Kind.ABILITY)) == []


def test_owning_what_it_did_to_them_is_always_right() -> None:
    assert rules("I am sorry. We let you down on Friday.", Situation(Kind.UNCLEAR, is_on_record=False)) == []


def test_the_stance_is_told() -> None:
    assert check("I am sorry.", situation=Situation(Kind.UNCLEAR)).notes == (
        "Own what it did to them, and promise the facts by a day.",
    )


def test_a_grave_failure_asks_for_more_than_a_line() -> None:
    assert check("I am sorry.", situation=Situation(severity=4)).notes == (
        "For something this grave it is short: 3 words, where at least 60 do it justice.",
    )
    assert check("I am sorry. " * 20, situation=Situation(severity=4)).notes == ()
    assert check("I am sorry.", situation=Situation(severity=3)).notes == ()


@pytest.mark.parametrize(
    ("hours", "notes"),
    [
        (24, ()),
        (25, ("They have waited more than a day.",)),
        (72, ("They have waited more than a day.",)),
        (73, ("They have waited more than three days. Call before you write.",)),
    ],
)
def test_a_late_apology_is_told_how_late_it_is(hours: float, notes: tuple[str, ...]) -> None:
    assert check("I am sorry.", situation=Situation(hours_known=hours)).notes == notes
