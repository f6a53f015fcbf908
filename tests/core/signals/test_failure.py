from dataclasses import replace
from datetime import timedelta

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.health import CAPS
from amends.core.signals import failure
from amends.core.staffing import Failure
from conversation import OFFICE, at, conversation

OPEN = Failure("No-show", at("3 Oct 05:00"), id="c1")
CLOSED = replace(OPEN, closed_at=at("8 Oct 12:00"))
BEFORE = Failure("No-show", at("3 Jun 05:00"), at("9 Jun 12:00"), "c0")


def found(now: str, *failures: Failure) -> list[Signal]:
    return list(failure.find(replace(conversation(""), failures=failures), at(now), OFFICE))


def test_a_failure_that_is_not_put_right_is_told() -> None:
    assert found("10 Oct 09:00", OPEN) == [
        Signal(
            "failure open",
            Family.FAILURE,
            8,
            "Not put right yet: No-show, since Oct 3",
            (Evidence("c1", at("3 Oct 05:00"), counts="No-show"),),
        )
    ]


def test_put_right_it_clears_itself() -> None:
    assert found("10 Oct 09:00", CLOSED) == []
    assert len(found("8 Oct 11:00", CLOSED)) == 1


@pytest.mark.parametrize("later", [OPEN, CLOSED])
def test_the_same_failure_twice_in_a_year_weighs_more_put_right_or_not(later: Failure) -> None:
    assert found("10 Oct 09:00", BEFORE, later) == [
        Signal(
            "failure again",
            Family.FAILURE,
            14,
            "Happened again within a year: No-show, on Oct 3",
            (
                Evidence("c1", at("3 Oct 05:00"), counts="No-show"),
                Evidence("c0", at("3 Jun 05:00"), counts="No-show"),
            ),
        )
    ]


@pytest.mark.parametrize(("now", "rules"), [("1 Jan 2026 05:00", ["failure again"]), ("1 Jan 2026 05:01", [])])
def test_put_right_it_weighs_on_the_quarter_after(now: str, rules: list[str]) -> None:
    assert [signal.rule for signal in found(now, BEFORE, CLOSED)] == rules


@pytest.mark.parametrize(("days", "rule"), [(365, "failure again"), (366, "failure open")])
def test_more_than_a_year_apart_they_are_two_failures(days: int, rule: str) -> None:
    earlier = replace(BEFORE, opened_at=OPEN.opened_at - timedelta(days=days))
    assert [signal.rule for signal in found("10 Oct 09:00", earlier, OPEN)] == [rule]


def test_another_failure_is_not_the_same_one() -> None:
    two = replace(BEFORE, kind="Wrong invoice", closed_at=None), OPEN
    [signal] = found("10 Oct 09:00", *two)
    assert (signal.points, signal.summary) == (8, "Not put right yet: No-show, since Oct 3")
    assert [piece.message_id for piece in signal.evidence] == ["c1", "c0"]


def test_a_failure_has_no_cap() -> None:
    assert Family.FAILURE not in CAPS


def test_what_only_a_team_sees_is_told_without_its_kind() -> None:
    hidden = replace(OPEN, is_private=True)
    assert [one.summary for one in found("10 Oct 09:00", hidden)] == ["A failure is not put right yet, since Oct 3"]
    [again] = found("10 Oct 09:00", BEFORE, hidden)
    assert again.summary == "The same failure happened again within a year, on Oct 3"
