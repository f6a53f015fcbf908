"""Mended is said when it held, and until then what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from amends.core.mended import Condition, Orders, Record, in_a_row, lacking, mended_of, orders_of
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at

NOW = at("10 Mar 12:00")
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
GOOD = Record(
    failed_at=NOW - 60 * DAY,
    actions=3,
    kept=(True,) * 8,
    pulses=(2, 4, 5),
    orders=Orders(many=7, usual=5.0, lately=4.0),
    agreed_at=NOW,
)


def said(record: Record, condition: Condition) -> tuple[bool | None, str]:
    [found] = [one for one in mended_of(record, NOW, OFFICE) if one.condition is condition]
    return found.is_met, found.text


def test_who_kept_all_of_it_is_mended() -> None:
    checked = mended_of(GOOD, NOW, OFFICE)
    assert [one.condition for one in checked] == list(Condition)
    assert [one.text for one in checked] == [
        "Everything that was planned is done.",
        "8 promises kept in a row.",
        "They felt good about us the last two times.",
        "The orders are back.",
        "Sixty days without the same failure.",
        "They say so themselves.",
    ]
    assert lacking(checked) == []


def test_who_has_only_been_hurt_lacks_all_but_a_plan() -> None:
    checked = mended_of(Record(failed_at=NOW), NOW, OFFICE)
    assert [(one.is_met, one.text) for one in checked] == [
        (True, "Nothing was planned, and nothing is open."),
        (False, "No promise has fallen due since. 8 more have to be kept."),
        (None, "Nobody has asked yet how they feel. Two answers are needed."),
        (None, "Too few orders are known to compare. Say in a line how it is with their orders."),
        (False, "0 days without the same failure. Sixty come first: that is May 9."),
        (False, "Ask them whether it is mended, and hear a yes."),
    ]
    assert len(lacking(checked)) == 5


@pytest.mark.parametrize(
    ("changed", "condition", "is_met", "text"),
    [
        ({"actions_open": 1}, Condition.ACTIONS, False, "1 action of the plan is still open."),
        ({"promises_open": 2}, Condition.ACTIONS, False, "2 promises are still open."),
        ({"kept": (True,) * 7}, Condition.PROMISES, False, "7 promises kept in a row. One more has to be kept."),
        (
            {"kept": (*(True,) * 9, False)},
            Condition.PROMISES,
            False,
            "The last promise was missed. 8 more have to be kept.",
        ),
        (
            {"kept": (*(True,) * 9, False, True)},
            Condition.PROMISES,
            False,
            "1 promise kept in a row. 7 more have to be kept.",
        ),
        ({"pulses": (5,)}, Condition.PULSES, None, "Asked once how they feel. Two answers are needed."),
        (
            {"pulses": (5, 3, 5)},
            Condition.PULSES,
            False,
            "Of the last two answers one was “Unsure”. Both have to be Mostly good or better.",
        ),
        (
            {"pulses": (3, 4, 5), "last_of_each": (3, 5)},
            Condition.PULSES,
            False,
            "The last two answers were good, and somebody’s last was “Unsure”. Ask them again.",
        ),
        (
            {"orders": Orders(7, 5.0, 3.9)},
            Condition.ORDERS,
            False,
            "They order 78 % of what they used to. It has to be 80 %, or there is a reason.",
        ),
        (
            {"orders": Orders(7, 5.0, 0.0), "orders_explained": "The dock is closed until May."},
            Condition.ORDERS,
            True,
            "Fewer orders, and we know why: The dock is closed until May.",
        ),
        (
            {"orders": Orders(7, 10.0, 7.96)},
            Condition.ORDERS,
            False,
            "They order 79 % of what they used to. It has to be 80 %, or there is a reason.",
        ),
        (
            {"orders": Orders(), "orders_explained": "Sam says they are as before."},
            Condition.ORDERS,
            True,
            "You said of their orders: Sam says they are as before.",
        ),
        (
            {"failed_at": NOW - 60 * DAY + timedelta(minutes=1)},
            Condition.FREE,
            False,
            "59 days without the same failure. Sixty come first: that is Mar 10.",
        ),
        (
            {"agreed_at": NOW - 61 * DAY},
            Condition.AGREES,
            False,
            "Ask them whether it is mended, and hear a yes.",
        ),
    ],
)
def test_what_is_missing_is_said(
    changed: dict[str, object],
    condition: Condition,
    is_met: bool | None,  # noqa: FBT001  (a column)
    text: str,
) -> None:
    assert said(replace(GOOD, **changed), condition) == (is_met, text)  # type: ignore[arg-type]  # as each row says


def test_a_missed_promise_resets_the_run() -> None:
    assert [in_a_row(kept) for kept in ((), (True, True), (False,), (True, False, True, True))] == [0, 2, 0, 2]


def test_the_norm_is_that_of_the_weeks_before_the_failure() -> None:
    hurt_at = NOW - 10 * WEEK
    before = [Fact(FactKind.ORDER, hurt_at - week * WEEK, count=6) for week in range(1, 13)]
    between = [Fact(FactKind.ORDER, hurt_at + WEEK, count=1)]
    lately = [Fact(FactKind.ORDER, NOW - week * WEEK, count=5) for week in range(4)]
    assert orders_of([*before, *between, *lately], hurt_at, NOW) == Orders(12, 6.0, 5.0)
