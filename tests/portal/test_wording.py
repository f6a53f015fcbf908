"""Days, hours and sums in a client's words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from amends.portal import wording
from amends.portal.templatetags.portal import dialled, headline, more_of
from cast import NOW, at

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (at("10 Mar 13:00"), "by 1 pm today"),
        (at("10 Mar 16:35"), "by 4:35 pm today"),
        (at("11 Mar 12:00"), "by tomorrow noon"),
        (at("11 Mar 09:30"), "by tomorrow 9:30 am"),
        (at("14 Mar 10:00"), "by 10 am on Friday"),
        (at("17 Mar 10:00"), "by 10 am on March 17"),
        (datetime(2026, 1, 5, 10, tzinfo=UTC), "by 10 am on January 5, 2026"),
    ],
)
def test_until_when_somebody_calls(moment: datetime, told: str) -> None:
    assert wording.by_when(moment, NOW) == told


def test_a_day_of_another_year_carries_its_year() -> None:
    days = (date(2025, 10, 17), date(2026, 1, 5))
    assert [wording.day(one, TODAY) for one in days] == ["Oct 17", "Jan 5, 2026"]
    assert [wording.long_day(one, TODAY) for one in days] == ["October 17", "January 5, 2026"]


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [("1840.00", "USD", "$1,840"), ("120.50", "EUR", "€120.50"), ("1840", "CHF", "1,840 CHF")],
)
def test_a_sum(amount: str, currency: str, told: str) -> None:
    assert wording.money(Decimal(amount), currency) == told


def test_what_will_be_different_has_a_title_and_perhaps_more() -> None:
    assert [headline("One number\n\nAnswered by us."), more_of("One number\n\nAnswered by us.")] == [
        "One number", "Answered by us.",
    ]  # fmt: skip
    assert (headline(" One number "), more_of(" One number ")) == ("One number", "")


def test_a_number_as_a_phone_dials_it() -> None:
    assert dialled("+1 (555) 01-19") == "+15550119"
