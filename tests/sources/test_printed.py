"""Dates and people as mail programs print them above what they forward."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from amends.core.message import Address
from amends.sources.printed import printed_moment, printed_people

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
THIRD = datetime(2025, 3, 3, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Monday, March 3, 2025 9:05 AM",  # Outlook
        "Mon, Mar 3, 2025 at 9:05 AM",  # Gmail
        "Mon, 3 Mar 2025 at 09:05",
        "March 3, 2025 at 9:05:00 AM GMT",  # Apple Mail
        "3 March 2025 at 09:05:12 GMT",
        "Mon, 3 Mar 2025 10:05:00 +0100",  # Thunderbird
        "Mon, 3 Mar 2025 04:05:00 -0500 (EST)",
        "3. März 2025 um 10:05:11 MEZ",
        "Montag, 3. März 2025 09:05",
        "Mo., 3. März 2025 um 09:05 Uhr",
        "lundi 3 mars 2025 09:05",
        "lun. 3 mars 2025 à 09:05",
        "3 mars 2025 à 09 h 05",
        "lunes, 3 de marzo de 2025 9:05",
        "lun, 3 mar 2025 a las 9:05",
        "lunedì 3 marzo 2025 09:05",
        "segunda-feira, 3 de março de 2025 09:05",
        "maandag 3 maart 2025 09:05",
        "ma 3 mrt 2025 om 09:05",
        "den 3 mars 2025 09:05",
        "3. marts 2025 kl. 09.05",
        "poniedziałek, 3 marca 2025 09:05",
        "pondělí 3. března 2025 9:05",
        "2025. március 3., hétfő 9:05",
        "понедельник, 3 марта 2025 г. 9:05",  # noqa: RUF001  (Russian)
        "2025年3月3日 9:05",
        "2025-03-03 09:05",
        "03.03.2025 09:05",
        "3/3/25, 9:05 AM",
    ],
)
def test_a_date_is_read_as_it_is_printed(text: str) -> None:
    found = printed_moment(text, before=NOW, zone=UTC)
    assert found is not None
    assert found.replace(second=0) == THIRD


def test_a_time_without_a_zone_is_the_firms_own() -> None:
    assert printed_moment("3. März 2025 10:05", before=NOW, zone=BERLIN) == THIRD


def test_the_afternoon_is_heard() -> None:
    assert printed_moment("3/3/2025 12:05 AM", before=NOW, zone=UTC) == datetime(2025, 3, 3, 0, 5, tzinfo=UTC)
    assert printed_moment("March 3, 2025 4:05 PM", before=NOW, zone=UTC) == datetime(2025, 3, 3, 16, 5, tzinfo=UTC)
    assert printed_moment("2025/3/3 下午 4:05", before=NOW, zone=UTC) == datetime(2025, 3, 3, 16, 5, tzinfo=UTC)


def test_of_two_days_the_one_shortly_before_is_meant() -> None:
    assert printed_moment("5/3/2025 10:00", before=NOW, zone=UTC) == datetime(2025, 3, 5, 10, tzinfo=UTC)
    assert printed_moment("3/5/2025 10:00", before=NOW, zone=UTC) == datetime(2025, 3, 5, 10, tzinfo=UTC)
    assert printed_moment("2/1/2025 10:00 AM", before=NOW, zone=UTC) == datetime(2025, 2, 1, 10, tzinfo=UTC)
    assert printed_moment("12/11/2026 10:00", before=NOW, zone=UTC) == datetime(2026, 12, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "March", "31 February 2025 10:00", "99/99/2025", "3 March", "March 2025", "March 3", "1" * 10_000],
)
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert printed_moment(text, before=NOW, zone=UTC) is None


def test_a_date_without_an_hour_is_at_noon() -> None:
    assert printed_moment("3 March 2025", before=NOW, zone=UTC) == datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Dana Marsh <dana@north.example>",
        "Dana Marsh [mailto:dana@north.example]",
        '"Dana Marsh" <Dana@North.example<mailto:dana@north.example>>',
        "“Dana  Marsh” (dana@north.example)",
    ],
)
def test_people_are_read_with_their_names(text: str) -> None:
    assert printed_people(text) == (Address("dana@north.example", "Dana Marsh"),)


def test_several_people_are_read_in_order() -> None:
    told = "Marsh, Dana <dana@north.example>; bob@alder.example, Somebody; 'eve@north.example'"
    assert printed_people(told) == (
        Address("dana@north.example", "Marsh, Dana"),
        Address("bob@alder.example", ""),
        Address("eve@north.example", "Somebody"),
    )


def test_so_many_people_are_not_all_read() -> None:
    assert len(printed_people(", ".join(f"p{n}@north.example" for n in range(2_000)))) == 500
