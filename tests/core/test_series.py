"""The days of a series, held against another program's reading of the same rules, and against hostile rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.core.series import MOST_OF_A_SERIES, WEEKDAYS, days_of, hours_of_series, rule_of

LONDON = ZoneInfo("Europe/London")
FIRST = datetime(2025, 3, 10, 10, tzinfo=LONDON)


def days(rule: str, years: int = 2) -> list[str]:
    last = FIRST.date() + timedelta(days=365 * years)
    return [f"{day:%y-%m-%d}" for day in days_of(rule_of(rule, LONDON), FIRST.date(), last)]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;UNTIL=20250406", ["03-10", "03-23", "03-24", "04-06"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;UNTIL=20250406", ["03-10", "03-16", "03-24", "03-30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["03-28", "04-25"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["03-31", "04-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", ["03-31", "04-30"]),
        ("FREQ=MONTHLY;COUNT=2;BYHOUR=10;BYMINUTE=0", ["03-10", "04-10"]),  # said twice, as some programs do
        ("FREQ=YEARLY;BYMONTH=4;COUNT=1", ["04-10"]),
        ("FREQ=DAILY;BYHOUR=9,14;COUNT=3", ["03-10", "03-11", "03-11"]),  # nine o'clock is before it begins
    ],
)
def test_what_people_set_up(rule: str, found: list[str]) -> None:
    until = FIRST + timedelta(days=365)
    assert [f"{hour:%m-%d}" for hour in hours_of_series(FIRST, rule, until)] == found


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=MONTHLY;BYSETPOS=300",
        "FREQ=YEARLY;BYDAY=60MO",
    ],
)
def test_a_rule_that_never_comes_true_ends(rule: str) -> None:
    assert days(rule, years=200) == []


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;BYMONTHDAY=0",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYDAY=100MO",
        "FREQ=DAILY;BYDAY=",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=YEARLY;BYEASTER=99999",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,1,2,3,4,5,6,7",
        f"FREQ=DAILY;BYSECOND={','.join(map(str, range(60)))}",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYHOUR=-1",
        "FREQ=DAILY;BYMINUTE=60",
        "FREQ=DAILY;BYHOUR=",
    ],
)
def test_what_no_calendar_writes_is_no_rule(rule: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        rule_of(rule, LONDON)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYHOUR=8,14,10;BYMINUTE=30,0",
        "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=16,9,9",
        "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,17;BYSETPOS=2,-1",  # places among the hours, not among the days
        "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10;BYHOUR=10;BYMINUTE=15;BYSECOND=30",
        "FREQ=DAILY;COUNT=7;BYHOUR=9,11",
        "FREQ=DAILY;BYHOUR=7",
    ],
)
def test_the_hours_of_a_day_are_those_that_dateutil_finds(rule: str) -> None:
    until = FIRST + timedelta(days=500)
    ends = "" if "COUNT" in rule else f";UNTIL={until:%Y%m%dT%H%M%S}"
    theirs = rrulestr(rule + ends, dtstart=FIRST.replace(tzinfo=None))
    assert [hour.replace(tzinfo=None) for hour in hours_of_series(FIRST, rule, until)] == list(theirs)


def test_a_rule_of_many_hours_is_looked_through_no_further_than_any() -> None:
    rule = f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}"
    assert sum(1 for _ in hours_of_series(FIRST, rule, FIRST + timedelta(days=40_000))) == MOST_OF_A_SERIES


def some(name: str, low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high).filter(bool)
    chosen = st.lists(numbers, min_size=1, max_size=3, unique=True)
    return st.just("") | chosen.map(lambda found: f";{name}={','.join(map(str, found))}")


STEPS = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
WHICH = st.sampled_from(["1", "2", "-1"])
EACH_DAY = st.lists(st.tuples(st.just(""), st.sampled_from(WEEKDAYS)), max_size=3)
BY_DAY = EACH_DAY | st.lists(st.tuples(WHICH, st.sampled_from(WEEKDAYS)), max_size=3)  # dateutil takes no mixture


@given(
    step=STEPS,
    interval=st.integers(1, 5),
    months=some("BYMONTH", 1, 12),
    month_days=some("BYMONTHDAY", -28, 28),
    weekdays=BY_DAY,
    begins=st.dates(date(2019, 1, 1), date(2026, 12, 31)),
    week_start=st.sampled_from(["", ";WKST=SU", ";WKST=WE"]),
)
@settings(max_examples=80, deadline=None)
def test_the_days_are_those_that_dateutil_finds(  # each part of a rule is drawn by itself
    *, step: str, interval: int, months: str, month_days: str, weekdays: list[tuple[str, str]], begins: date,
    week_start: str,
) -> None:  # fmt: skip
    # Only rules that come true now and then: dateutil looks for others until the year 9999.
    is_of_month = step in {"MONTHLY", "YEARLY"}
    by_day = ",".join((which if is_of_month else "") + day for which, day in weekdays)
    if step == "WEEKLY" or (by_day and is_of_month):
        month_days = ""  # RFC 5545 forbids it in a week; the first Monday is never the 28th
    rule = f"FREQ={step};INTERVAL={1 if months else interval}{months}{month_days}{week_start}"
    rule += f";BYDAY={by_day}" if by_day else ""
    last = begins + timedelta(days=800)
    found = rrulestr(f"{rule};UNTIL={last:%Y%m%d}T235959", dtstart=datetime.combine(begins, FIRST.time()))
    assert list(days_of(rule_of(rule, LONDON), begins, last)) == [each.date() for each in found]
