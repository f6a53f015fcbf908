from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.hours import OFFICE, OFFICE_WEEK, BusinessHours

EIGHT_TO_FIVE = BusinessHours(week=(((time(8), time(17)),),) * 7)
BERLIN = ZoneInfo("Europe/Berlin")
LUNCH = BusinessHours(week=(((time(9), time(12)), (time(13), time(17))),) * 5 + ((),) * 2)
ALWAYS = BusinessHours(week=(((time(), time()),),) * 7, zone=BERLIN)
HALF_FRIDAY = BusinessHours(week=(*OFFICE_WEEK[:4], ((time(9), time(13)),), (), ()))


def on(text: str, zone: ZoneInfo | None = None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone or UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("arrived", "answered", "waited"),
    [
        ("2025-03-03 07:00", "2025-03-03 08:05", minutes(5)),
        ("2025-03-03 16:00", "2025-03-03 18:27", minutes(60)),
        ("2025-03-03 18:00", "2025-03-03 19:00", minutes(0)),
    ],
)
def test_the_worked_examples_of_a_firm_open_from_eight_to_five(arrived: str, answered: str, waited: timedelta) -> None:
    assert EIGHT_TO_FIVE.between(on(arrived), on(answered)) == waited


def test_friday_late_and_one_hour_is_monday_morning() -> None:
    assert OFFICE.add(on("2025-03-07 16:30"), hours(1)) == on("2025-03-10 09:30")


def test_an_hour_that_just_fits_ends_with_the_day() -> None:
    assert OFFICE.add(on("2025-03-07 16:00"), hours(1)) == on("2025-03-07 17:00")


def test_nothing_added_changes_nothing() -> None:
    assert OFFICE.add(on("2025-03-08 12:00"), hours(0)) == on("2025-03-08 12:00")


def test_time_is_never_added_backwards() -> None:
    with pytest.raises(ValueError, match="only be added forward"):
        OFFICE.add(on("2025-03-07 16:00"), hours(-1))


def test_three_months_of_work_added_at_once() -> None:
    assert OFFICE.add(on("2025-03-03 10:00"), hours(8 * 60)) == on("2025-05-26 10:00")


def test_the_weekend_does_not_count() -> None:
    assert OFFICE.between(on("2025-03-07 16:00"), on("2025-03-10 10:00")) == hours(2)
    assert OFFICE.days_between(on("2025-03-07 16:00"), on("2025-03-10 10:00")) == 0.25


def test_a_lunch_break_does_not_count() -> None:
    assert LUNCH.between(on("2025-03-03 11:00"), on("2025-03-03 14:00")) == hours(2)
    assert LUNCH.add(on("2025-03-03 11:30"), hours(1)) == on("2025-03-03 13:30")


def test_a_holiday_does_not_count() -> None:
    firm = BusinessHours(holidays=frozenset({date(2025, 3, 4)}))
    assert firm.between(on("2025-03-03 16:00"), on("2025-03-05 10:00")) == hours(2)
    assert firm.add(on("2025-03-03 16:00"), hours(2)) == on("2025-03-05 10:00")
    assert firm.days_between(on("2025-03-01 00:00"), on("2025-03-31 00:00")) == 19


def test_a_short_friday_is_a_whole_business_day() -> None:
    assert HALF_FRIDAY.days_between(on("2025-03-06 17:00"), on("2025-03-07 13:00")) == 1


def test_an_answer_before_the_question_took_no_time() -> None:
    assert OFFICE.between(on("2025-03-04 12:00"), on("2025-03-03 12:00")) == hours(0)
    assert OFFICE.days_between(on("2025-03-04 12:00"), on("2025-03-04 12:00")) == 0


def test_the_firm_s_own_zone_decides_when_its_day_begins() -> None:
    firm = BusinessHours(zone=BERLIN)
    assert firm.between(on("2025-01-06 07:00"), on("2025-01-06 09:00")) == hours(1)
    assert firm.between(on("2025-07-07 07:00"), on("2025-07-07 09:00")) == hours(2)


def test_a_firm_that_never_closes_loses_an_hour_in_spring_and_gains_one_in_autumn() -> None:
    assert ALWAYS.between(on("2025-03-30 00:00", BERLIN), on("2025-03-31 00:00", BERLIN)) == hours(23)
    assert ALWAYS.between(on("2025-10-26 00:00", BERLIN), on("2025-10-27 00:00", BERLIN)) == hours(25)
    assert ALWAYS.between(on("2025-03-01 00:00", BERLIN), on("2025-04-01 00:00", BERLIN)) == hours(31 * 24 - 1)
    assert ALWAYS.add(on("2025-03-29 12:00", BERLIN), hours(24)) == on("2025-03-30 13:00", BERLIN)


def test_ten_years_are_counted_by_whole_weeks() -> None:
    assert OFFICE.days_between(on("2015-01-01 00:00"), on("2025-01-01 00:00")) == 2609


@pytest.mark.parametrize("week", [OFFICE_WEEK[:5], ((),) * 7])
def test_hours_without_seven_days_or_without_work_are_refused(week: tuple[tuple[tuple[time, time], ...], ...]) -> None:
    with pytest.raises(ValueError, match="need seven days"):
        BusinessHours(week=week)


@pytest.mark.parametrize(
    "periods", [((time(17), time(9)),), ((time(9), time(13)), (time(12), time(17))), ((time(9), time(9)),)]
)
def test_periods_that_overlap_or_run_backwards_are_refused(periods: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        BusinessHours(week=(periods,) + ((),) * 6)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
firms = st.sampled_from([OFFICE, LUNCH, ALWAYS, BusinessHours(zone=BERLIN, holidays=frozenset({date(2025, 5, 1)}))])


@given(firms, st.lists(moments, min_size=3, max_size=3))
def test_a_wait_is_the_sum_of_its_parts(firm: BusinessHours, three: list[datetime]) -> None:
    first, second, third = sorted(three)
    assert firm.between(first, third) == firm.between(first, second) + firm.between(second, third)


@given(firms, moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_what_was_added_is_what_has_passed(firm: BusinessHours, start: datetime, duration: timedelta) -> None:
    assert firm.between(start, firm.add(start, duration)) == duration


def test_a_working_day_is_counted_over_weekends_and_holidays() -> None:
    friday, monday = date(2025, 3, 7), date(2025, 3, 10)
    assert [OFFICE.working_day(friday, days) for days in (0, 1, 5)] == [friday, monday, date(2025, 3, 14)]
    assert [OFFICE.working_day(date(2025, 3, 8), days) for days in (0, 1)] == [monday, monday]
    closed = BusinessHours(holidays=frozenset({monday}))
    assert [closed.working_day(friday, days) for days in (1, 2)] == [date(2025, 3, 11), date(2025, 3, 12)]
