"""When to ask again whether the repair holds."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.followup import (
    CHECK_INS,
    LONGEST_WAIT,
    MONTHLY,
    Place,
    after_contact,
    after_shaken,
    asks_four,
    back_to_weekly,
    first_check_in,
    is_shaken,
    next_check_in,
)
from amends.core.hours import BusinessHours
from conversation import OFFICE

TUESDAY = date(2025, 10, 14)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (1, date(2025, 10, 21)),  # weekly, the first four
        (3, date(2025, 10, 21)),
        (4, date(2025, 10, 28)),  # then every second week
        (7, date(2025, 10, 28)),
        (8, date(2025, 11, 11)),  # then monthly
        (10, date(2025, 11, 11)),
    ],
)
def test_check_ins_widen(done: int, expected: date) -> None:
    coming = next_check_in(Place(done, TUESDAY), TUESDAY, OFFICE, is_followed=False)
    assert coming == Place(done + 1, expected)
    assert expected.weekday() == TUESDAY.weekday()


def test_there_are_eleven_and_then_it_goes_on_while_they_are_followed() -> None:
    assert CHECK_INS == 11
    last = Place(11, TUESDAY)
    assert next_check_in(last, TUESDAY, OFFICE, is_followed=False) is None
    assert next_check_in(last, TUESDAY, OFFICE, is_followed=True) == Place(11, date(2025, 11, 11))


def test_the_monthly_ones_ask_more() -> None:
    assert [number for number in range(1, 13) if asks_four(number)] == [9, 10, 11, 12]


@pytest.mark.parametrize(("fixed", "first"), [(14, 15), (17, 20), (18, 20)])
def test_the_first_is_on_the_next_working_day(fixed: int, first: int) -> None:
    assert first_check_in(date(2025, 10, fixed), OFFICE) == Place(1, date(2025, 10, first))


@pytest.mark.parametrize(("severity", "first"), [(1, 16), (2, 16), (3, 15), (4, 15), (5, 15)])
def test_who_was_hurt_more_is_asked_sooner(severity: int, first: int) -> None:
    assert first_check_in(TUESDAY, OFFICE, severity).due_on == date(2025, 10, first)


@pytest.mark.parametrize(
    ("feeling", "has_missed", "shaken"),
    [(5, False, False), (3, False, False), (2, False, True), (1, False, True), (None, False, False), (5, True, True)],
)
def test_a_missed_promise_or_a_bad_feeling_shakes_it(feeling: int | None, has_missed: bool, shaken: bool) -> None:  # noqa: FBT001  (columns)
    assert is_shaken(feeling, has_missed=has_missed) is shaken


def test_then_it_is_asked_in_a_week() -> None:
    assert after_shaken(TUESDAY, OFFICE) == Place(1, date(2025, 10, 21))
    assert back_to_weekly(Place(9, date(2025, 11, 5)), TUESDAY, OFFICE) == Place(1, date(2025, 10, 21))
    assert back_to_weekly(Place(9, date(2025, 10, 15)), TUESDAY, OFFICE) == Place(1, date(2025, 10, 15))


def test_contact_begins_the_wait_anew() -> None:
    coming = Place(6, date(2025, 10, 20))
    assert after_contact(coming, TUESDAY, OFFICE, asked_on=date(2025, 10, 6)).due_on == date(2025, 10, 28)


def test_contact_leaves_the_first_on_its_day() -> None:
    first = Place(1, date(2025, 10, 15))
    assert after_contact(first, TUESDAY, OFFICE, asked_on=TUESDAY) == first


def test_who_writes_every_day_is_asked_all_the_same() -> None:
    asked_on, coming = date(2025, 10, 7), Place(2, date(2025, 10, 14))
    for days in range(60):
        coming = after_contact(coming, asked_on + days * DAY, OFFICE, asked_on=asked_on)
    assert coming == Place(2, date(2025, 10, 21))


zones = st.sampled_from(["UTC", "America/Chicago", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"])
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
weeks = st.lists(st.booleans(), min_size=7, max_size=7).filter(any)
happenings = st.lists(
    st.tuples(st.sampled_from(["asked", "low", "in touch", "missed", "fixed"]), st.integers(0, 40)), max_size=40
)


@st.composite
def firms(draw: st.DrawFn) -> BusinessHours:
    """Give the hours of some firm: any week that has a working day, any holidays, any zone."""
    week = tuple(((time(9), time(17)),) if worked else () for worked in draw(weeks))
    return BusinessHours(week, ZoneInfo(draw(zones)), frozenset(draw(st.sets(days, max_size=12))))


@given(hours=firms(), fixed_on=days, severity=st.integers(1, 5), happening=happenings, of=st.integers(2, CHECK_INS))
def test_there_is_always_one_next_day_on_which_somebody_works(
    hours: BusinessHours, fixed_on: date, severity: int, happening: list[tuple[str, int]], of: int
) -> None:
    today = asked_on = fixed_on
    coming: Place | None = first_check_in(today, hours, severity)._replace(of=of)
    for what, later in happening:
        today += later * DAY
        assert coming is not None
        before = coming
        if what == "asked":
            coming, asked_on = next_check_in(coming, today, hours, is_followed=True), today
        elif what == "low":
            coming, asked_on = after_shaken(today, hours, coming.of), today
        elif what == "in touch" and coming.due_on > today:
            coming = after_contact(coming, today, hours, asked_on=asked_on)
            assert before.due_on <= coming.due_on
        elif what == "missed":
            coming = back_to_weekly(coming, today, hours)
            assert coming.due_on <= before.due_on
        elif what == "fixed":
            coming, asked_on = first_check_in(today, hours, severity)._replace(of=of), today
        assert coming is not None
        assert hours.working_day(coming.due_on, 0) == coming.due_on  # somebody works then
        assert coming.due_on > today or coming.due_on == before.due_on  # none is laid into the past
        assert 1 <= coming.number <= coming.of == of


@given(hours=firms(), asked_on=days, number=st.integers(2, CHECK_INS), touched=st.lists(st.integers(0, 400)))
def test_contact_never_puts_it_off_for_ever(
    hours: BusinessHours, asked_on: date, number: int, touched: list[int]
) -> None:
    coming = Place(number, hours.working_day(asked_on + DAY, 0))
    for later in sorted(touched):
        coming = after_contact(coming, asked_on + later * DAY, hours, asked_on=asked_on)
    assert coming.due_on <= hours.working_day(asked_on + LONGEST_WAIT * MONTHLY, 0)
