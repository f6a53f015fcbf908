"""How dates, spans, money and quotations are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from amends.web.wording import clock_time, counted, day, days_late, due, kept, money, points, said, span, urgency, when
from pseudo import spoken_between_brackets

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 10, 14, 10, 0, tzinfo=UTC)  # a Tuesday


def test_harm_takes_and_credit_gives_with_a_true_minus() -> None:
    assert [points(value) for value in (8, -4, 0)] == ["−8", "+4", "0"]


def test_a_moment_names_its_weekday_and_hour() -> None:
    assert when(datetime(2025, 10, 10, 16, 30, tzinfo=UTC)) == "Friday, Oct 10, 4:30 pm"
    assert when(datetime(2025, 10, 3, 5, 0, tzinfo=UTC)) == "Friday, Oct 3, 5:00 am"


def test_a_moment_is_shown_in_the_firms_zone() -> None:
    with timezone.override(ZoneInfo("America/Chicago")):
        assert when(datetime(2025, 10, 11, 1, 30, tzinfo=UTC)) == "Friday, Oct 10, 8:30 pm"
        assert day(datetime(2025, 10, 11, 1, 30, tzinfo=UTC)) == "Oct 10"


def test_a_day_has_no_hour() -> None:
    assert when(date(2025, 10, 8)) == "Wednesday, Oct 8"
    assert day(date(2025, 10, 8)) == "Oct 8"


def test_another_year_is_named() -> None:
    assert day(date(2024, 10, 8), NOW) == "Oct 8, 2024"
    assert when(date(2024, 10, 8), NOW) == "Tuesday, Oct 8, 2024"
    assert day(date(2025, 10, 8), NOW) == "Oct 8"


def test_nothing_is_written_of_what_is_not_known() -> None:
    assert [when(None), day(None), span(None), due(None, NOW), urgency(None, NOW), money(None)] == [""] * 6


def test_a_moment_without_a_zone_is_taken_as_it_is() -> None:
    assert clock_time(datetime(2025, 10, 14, 9, 5)) == "9:05 am"  # noqa: DTZ001  (of a list that names none)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (timedelta(days=2, hours=3, minutes=20), "2 days 3 hours"),
        (timedelta(days=8749, hours=22), "23 years 50 weeks"),
        (timedelta(days=366), "1 year"),
        (timedelta(days=364, hours=23), "364 days 23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(minutes=34), "34 minutes"),
        (timedelta(seconds=20), "a moment"),
        (-timedelta(hours=5), "5 hours"),
    ],
)
def test_spans(value: timedelta, expected: str) -> None:
    assert span(value) == expected


@pytest.mark.parametrize(
    ("at", "words", "colour"),
    [
        (datetime(2025, 10, 13, 9, 0, tzinfo=UTC), "1 day late", "late"),
        (datetime(2025, 10, 13, 21, 0, tzinfo=UTC), "1 day late", "late"),
        (datetime(2025, 10, 11, 9, 0, tzinfo=UTC), "3 days late", "late"),
        (datetime(2025, 10, 14, 8, 30, tzinfo=UTC), "1 hour late", "late"),
        (datetime(2025, 10, 14, 9, 45, tzinfo=UTC), "15 min late", "late"),
        (datetime(2025, 10, 14, 10, 55, tzinfo=UTC), "Due in 55 min", "soon"),
        (datetime(2025, 10, 14, 10, 0, tzinfo=UTC), "Due in 1 min", "soon"),
        (datetime(2025, 10, 14, 12, 0, tzinfo=UTC), "By noon today", "soon"),
        (datetime(2025, 10, 14, 17, 30, tzinfo=UTC), "By 5:30 pm today", "soon"),
        (datetime(2025, 10, 15, 17, 0, tzinfo=UTC), "Tomorrow, 5 pm", ""),
        (datetime(2025, 10, 17, 9, 0, tzinfo=UTC), "Friday, 9 am", ""),
        (datetime(2025, 10, 14, 23, 59, tzinfo=UTC), "Today", ""),  # at no hour
        (datetime(2025, 10, 15, 23, 59, 59, tzinfo=UTC), "Tomorrow", ""),
        (datetime(2025, 10, 17, 23, 59, tzinfo=UTC), "Friday", ""),
        (datetime(2025, 11, 3, 9, 0, tzinfo=UTC), "Nov 3", ""),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), "Jan 5, 2026", ""),
    ],
)
def test_when_something_is_due(at: datetime, words: str, colour: str) -> None:
    assert (due(at, NOW), urgency(at, NOW)) == (words, colour)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (2500, "USD", "$2,500"),
        (Decimal("120.50"), "EUR", "€120.50"),
        (Decimal("1234567.00"), "GBP", "£1,234,567"),
        (-300, "USD", "−$300"),
        (2500, "CHF", "2,500 CHF"),
        (0, "USD", "$0"),
    ],
)
def test_money(amount: Decimal, currency: str, expected: str) -> None:
    assert money(amount, currency) == expected


def test_words_are_quoted_once() -> None:
    assert said("Nobody called.") == "“Nobody called.”"
    assert said(' "Nobody called." ') == "“Nobody called.”"
    assert said("„Niemand rief an.“") == "“Niemand rief an.”"
    assert said("") == ""


def test_a_small_number_is_a_word() -> None:
    assert [counted(count) for count in (0, 1, 7, 9, 10, 1200)] == ["None", "One", "Seven", "Nine", "10", "1,200"]


def test_what_is_kept_in_english_is_said_in_the_language_of_the_reader(tmp_path: Path) -> None:
    with spoken_between_brackets(tmp_path):
        assert kept("The desk had this mail already.") == "⟦The desk had this mail already.⟧"
        assert kept("The mail server refused it: 550 No: (x)") == "⟦The mail server refused it⟧: 550 No: (x)"
        told = kept("The connection broke before it was handed over ([Errno 32] Broken pipe).")
        assert told == "⟦The connection broke before it was handed over⟧ ([Errno 32] Broken pipe)."
        assert kept("") == ""
    assert kept("What nobody translated") == "What nobody translated"


def test_what_is_very_late_has_its_thousands_apart() -> None:
    assert [days_late(days) for days in (1, 999, 8749)] == ["1 day late", "999 days late", "8,749 days late"]
    assert due(NOW - timedelta(days=8749), NOW) == "8,749 days late"
