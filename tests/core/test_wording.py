from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from amends.core.hours import OFFICE, BusinessHours
from amends.core.wording import counted, day, span, whole_day

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)


def test_one_day_and_two_days() -> None:
    assert counted(1, "{n} day", "{n} days") == "1 day"
    assert counted(2, "{n} day", "{n} days") == "2 days"
    assert counted(0, "{n} mail on {day}", "{n} mails on {day}", day="Sep 22") == "0 mails on Sep 22"


def test_a_day_is_named_by_month_and_number_and_another_year_with_it() -> None:
    assert day(datetime(2025, 9, 22, 9, tzinfo=UTC), NOW, OFFICE) == "Sep 22"
    assert day(datetime(2024, 9, 2, 9, tzinfo=UTC), NOW, OFFICE) == "Sep 2, 2024"


def test_the_day_is_the_one_on_the_firms_wall() -> None:
    sydney = BusinessHours(zone=timezone(timedelta(hours=10)))
    assert day(datetime(2025, 9, 22, 20, tzinfo=UTC), NOW, sydney) == "Sep 23"


def test_a_day_in_a_sentence_has_its_month_written_out() -> None:
    assert [whole_day(date(2025, month, 3)) for month in (1, 10, 12)] == ["January 3", "October 3", "December 3"]


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 minute"), (40, "40 minutes"), (60, "1 hour"), (100, "2 hours"), (540, "9 hours")]
)
def test_a_length_of_time_has_its_natural_unit(minutes: int, said: str) -> None:
    assert span(timedelta(minutes=minutes)) == said
