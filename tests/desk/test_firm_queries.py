"""What the firm is, when it works, and what it measures its clients with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.health import BASE_RATE
from amends.desk.models import Firm, Holiday
from amends.desk.queries.firm import answer_hours_of, hours_of, standards_of, the_firm
from amends.desk.queries.holiday import countries

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

from cast import a_client, at


def test_there_is_one_firm_to_ask_for(firm: Firm) -> None:
    assert the_firm() == firm


@pytest.mark.django_db
def test_before_it_is_founded_there_is_none() -> None:
    with pytest.raises(Firm.DoesNotExist):
        the_firm()


def test_the_firm_works_in_its_own_zone_and_periods(firm: Firm) -> None:
    firm.zone = "America/Chicago"
    firm.week = [[["08:00", "12:00"], ["13:00", "00:00"]]] + [[] for _ in range(6)]
    hours = hours_of(firm)
    assert hours.add(at("10 Mar 2025 13:30"), timedelta(hours=5)) == at("10 Mar 2025 19:30")  # over the lunch break
    assert hours.between(at("10 Mar 2025 00:00"), at("11 Mar 2025 12:00")) == timedelta(hours=15)


def test_a_holiday_is_no_working_day(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Holiday.objects.create(on=date(2025, 3, 10), name="Founders' day")
    with django_assert_num_queries(1):
        hours = hours_of(firm)
    assert hours.add(at("7 Mar 2025 16:00"), timedelta(hours=2)) == at("11 Mar 2025 10:00")


def test_the_same_hours_are_the_same_value(firm: Firm) -> None:
    assert hours_of(firm) is hours_of(the_firm())


def test_a_client_has_its_own_answer_time_or_the_firms(firm: Firm) -> None:
    usual, quick, at_once = (
        a_client(name=name, answer_hours=hours) for name, hours in (("A", None), ("B", 2), ("C", 0))
    )
    assert [answer_hours_of(client, firm) for client in (usual, quick, at_once)] == [4, 2, 0]


def test_the_firms_own_numbers_are_standards(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert (standards_of(firm).base_rate, standards_of(firm).points) == (BASE_RATE, {})
    firm.numbers = {"base rate": 0.05, "chaser": 9}
    with django_assert_num_queries(1):
        standards = standards_of(firm)
    assert (standards.base_rate, standards.points, standards.answer_hours) == (0.05, {"chaser": 9}, 4)


def test_the_firms_day_is_that_of_its_zone(firm: Firm) -> None:
    firm.zone = "Asia/Tokyo"
    assert standards_of(firm).day_of(at("10 Mar 2025 20:00")) == date(2025, 3, 11)


def test_countries_are_called_what_people_call_them() -> None:
    named = dict(countries())
    called = [named[code] for code in ("HK", "CD", "AX", "BA", "GW", "US")]
    assert called == [
        "Hong Kong", "DR Congo", "Åland Islands", "Bosnia and Herzegovina", "Guinea-Bissau", "United States",
    ]  # fmt: skip
    assert [name for name in named.values() if name.startswith("Å")] == ["Åland Islands"]
    assert [name for _, name in countries()][:3] == ["Afghanistan", "Åland Islands", "Albania"]
