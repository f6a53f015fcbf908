"""The issue behind small annoyances: worked by hand, and what holds for any figures."""

from __future__ import annotations

from datetime import timedelta
from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.issue import Complaint, Ranked, Verdict, log_odds, rank, shared, verdict_of, weight_of
from conversation import at

NOW = at("1 Apr 12:00")


def complaint(theme: str = "billing", severity: float = 3, days: float = 0, *, is_raised: bool = True) -> Complaint:
    return Complaint(theme, severity, NOW - timedelta(days=days), is_raised)


# ── Which theme weighs most


@pytest.mark.parametrize(
    ("severity", "days", "is_raised", "weight"),
    [
        (4, 0, True, 6.0),
        (4, 90, True, 3.0),
        (4, 180, True, 1.5),
        (4, 90, False, 2.0),
        (5, 45, False, 5 / sqrt(2)),
        (3, -1, False, 3.0),
    ],
)
def test_the_weight_of_a_complaint(severity: float, days: float, is_raised: bool, weight: float) -> None:  # noqa: FBT001  (a column)
    assert weight_of(complaint(severity=severity, days=days, is_raised=is_raised), NOW) == pytest.approx(weight)


def test_what_weighs_now_comes_before_what_was_said_often() -> None:
    old = [complaint("answers", 2, 360) for _ in range(6)]  # 6 · 2 · 1/16 · 1.5 = 1.125
    new = [complaint("billing", 5, 0), complaint("billing", 4, 90)]  # 7.5 + 3 = 10.5
    assert rank([*old, *new], NOW) == [
        Ranked("billing", 10.5, 2, is_vital=True),
        Ranked("answers", 1.125, 6, is_vital=False),
    ]


def test_the_vital_few_make_four_fifths() -> None:
    told = [complaint("a", 5), complaint("b", 3), complaint("c", 1), complaint("d", 1)]  # 7.5, 4.5, 1.5, 1.5 of 15
    assert [(each.theme, each.is_vital) for each in rank(told, NOW)] == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("d", False),
    ]


def test_two_complaints_are_two_complaints() -> None:
    assert rank([complaint(), complaint()], NOW) == []


COMPLAINTS = st.lists(
    st.builds(complaint, st.sampled_from("abcd"), st.integers(1, 5), st.floats(0, 2000), is_raised=st.booleans()),
    min_size=3,
    max_size=20,
)


@given(COMPLAINTS)
def test_a_ranking_falls_and_loses_nothing(told: list[Complaint]) -> None:
    ranked = rank(told, NOW)
    assert [each.priority for each in ranked] == sorted((each.priority for each in ranked), reverse=True)
    assert sum(each.priority for each in ranked) == pytest.approx(sum(weight_of(each, NOW) for each in told))
    assert sum(each.count for each in ranked) == len(told)
    vital = sum(each.priority for each in ranked if each.is_vital)
    assert vital >= 0.8 * sum(each.priority for each in ranked) - 1e-9
    assert rank(list(reversed(told)), NOW)[0].priority == pytest.approx(ranked[0].priority)


# ── What incidents share


def test_the_log_odds_worked_by_hand() -> None:
    """Eight of 10 incidents fell on a Monday, 20 of 100 orders without one did."""
    a, b, c, d = 8.5, 2.5, 20.5, 80.5
    expected = (log(a / b) - log(c / d)) / sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    found = log_odds(8, 2, orders_with=20, orders_without=80)
    assert found == pytest.approx(expected)
    assert found == pytest.approx(3.4063, abs=1e-4)


def test_nothing_in_common_is_nothing() -> None:
    assert log_odds(5, 5, orders_with=50, orders_without=50) == pytest.approx(0)


COUNTS = st.integers(0, 500)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_other_way_round_is_the_opposite(a: int, b: int, c: int, d: int) -> None:
    z = log_odds(a, b, orders_with=c, orders_without=d)
    assert log_odds(b, a, orders_with=d, orders_without=c) == pytest.approx(-z)
    more, fewer = (a + 0.5) * (d + 0.5), (b + 0.5) * (c + 0.5)  # of the odds, each count with its half
    assert z == pytest.approx(0, abs=1e-9) or (z > 0) == (more > fewer)


@pytest.mark.parametrize(
    ("z", "incidents", "verdict"),
    [
        (9.0, 4, Verdict.NOT_ENOUGH),
        (2.0, 30, Verdict.NOTHING),
        (2.1, 5, Verdict.CHECK),
        (2.8, 25, Verdict.CHECK),
        (2.9, 24, Verdict.CHECK),
        (2.9, 25, Verdict.PATTERN),
    ],
)
def test_what_may_be_said(z: float, incidents: int, verdict: Verdict) -> None:
    assert verdict_of(z, incidents) == verdict


def days(**counts: int) -> list[dict[str, str]]:
    return [{"weekday": day} for day, count in counts.items() for _ in range(count)]


def test_a_pattern_is_told_with_its_counts() -> None:
    [found] = shared(days(Monday=20, Friday=6), days(Monday=20, Friday=80))
    assert (found.value, found.incidents, found.of_incidents, found.orders, found.of_orders) == (
        "Monday",
        20,
        26,
        20,
        100,
    )
    assert found.verdict is Verdict.PATTERN


def test_few_incidents_are_worth_checking_at_most() -> None:
    [found] = shared(days(Monday=8, Friday=2), days(Monday=20, Friday=80))
    assert (found.value, found.verdict) == ("Monday", Verdict.CHECK)


def test_as_often_without_an_incident_it_is_nothing() -> None:
    assert shared(days(Monday=8, Friday=2), days(Monday=80, Friday=20)) == []


def test_without_orders_it_came_together_and_that_is_all() -> None:
    [found] = shared(days(Monday=4, Friday=1), [])
    assert (found.value, found.incidents, found.z, found.verdict) == ("Monday", 4, None, Verdict.TOGETHER)


def test_below_five_incidents_nothing_is_said() -> None:
    assert shared(days(Monday=4), days(Monday=20, Friday=80)) == []


def test_what_is_not_known_is_not_counted() -> None:
    unknown = [{"weekday": "", "recruiter": ""} for _ in range(50)]
    assert shared([*days(Monday=8, Friday=2), *unknown], days(Monday=20, Friday=80)) == shared(
        days(Monday=8, Friday=2), days(Monday=20, Friday=80)
    )
