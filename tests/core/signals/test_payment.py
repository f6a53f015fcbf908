from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import payment
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation

USUAL = [(30, f"3 {month} 12:00") for month in ("Feb", "Mar", "Apr", "May", "Jun", "Jul")]


def found(now: str, *paid: tuple[int | None, str]) -> list[Signal]:
    facts = tuple(Fact(FactKind.PAYMENT, at(when), days=days, id=f"p{n}") for n, (days, when) in enumerate(paid, 1))
    return list(payment.find(replace(conversation(""), facts=facts), at(now), OFFICE))


def test_who_pays_ten_days_later_than_usual_is_told() -> None:
    assert found("10 Oct 09:00", *USUAL, (40, "3 Sep 12:00"), (44, "3 Oct 12:00")) == [
        Signal(
            "late payment",
            Family.BUSINESS,
            6,
            "Pays after 40 days; it was 30",
            (
                Evidence("p8", at("3 Oct 12:00"), counts="after 44 days"),
                Evidence("p7", at("3 Sep 12:00"), counts="after 40 days"),
            ),
        )
    ]


@pytest.mark.parametrize(("days", "number"), [(39, 0), (40, 1)])
def test_nine_days_later_is_a_slow_post(days: int, number: int) -> None:
    assert len(found("10 Oct 09:00", *USUAL, (days, "3 Sep 12:00"), (60, "3 Oct 12:00"))) == number


def test_one_late_payment_is_a_mislaid_invoice_and_five_are_no_habit() -> None:
    late = (60, "3 Sep 12:00"), (60, "3 Oct 12:00")
    assert found("10 Oct 09:00", *USUAL, late[0]) == []
    assert found("10 Oct 09:00", *USUAL[1:], *late) == []
    assert found("10 Oct 09:00", *USUAL[1:], (None, "3 Aug 12:00"), *late) == []
