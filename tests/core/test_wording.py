from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import gettext, ngettext

from amends.core.hours import OFFICE, BusinessHours
from amends.core.wording import counted, day, later, plural, say, span, speak, whole_day

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture
def german() -> Iterator[None]:
    """Let the method speak German, of which it knows five words."""
    known = {"{month} {day}": "{day}. {month}", "Sep": "Sept.", "{n} day": "{n} Tag", "{n} days": "{n} Tage"}
    speak(lambda text: known.get(text, text), lambda one, many, number: known[one if number == 1 else many])
    yield
    speak(gettext, ngettext)


@pytest.mark.usefixtures("german")
def test_what_is_said_passes_through_the_translator() -> None:
    assert counted(1, "{n} day", "{n} days") == "1 Tag"
    assert counted(2, "{n} day", "{n} days") == "2 Tage"
    assert day(datetime(2025, 9, 22, 9, tzinfo=UTC), NOW, OFFICE) == "22. Sept."
    assert say("On {day}", day="22. Sept.") == "On 22. Sept."


def test_without_a_translator_it_is_english_again() -> None:
    speak()
    said = (say("{month} {day}", month="Sep", day=22), counted(2, "{n} day", "{n} days"))
    speak(gettext, ngettext)
    assert said == ("Sep 22", "2 days")


def test_a_text_marked_for_later_stays_as_it_is() -> None:
    assert (later("{n} %"), plural("{n} day", "{n} days")) == ("{n} %", ("{n} day", "{n} days"))
