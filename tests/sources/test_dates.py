"""When a message was written, and which clock to believe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.sources.dates import moment, postmark_moment, written_at


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("Tue, 20 Aug 2002 10:45:35 +0100", "2002-08-20 09:45:35"),
        ("Tue, 20 Aug 2002 10:45:35 +0100 (BST)", "2002-08-20 09:45:35"),
        ("20 Aug 2002 10:45 -0330", "2002-08-20 14:15:00"),
        ("Tue, 20 Aug 2002 10:45:35 GMT", "2002-08-20 10:45:35"),
        ("Tue, 20 Aug 2002 10:45:35 EDT", "2002-08-20 14:45:35"),
        ("Tue, 20 Aug 2002 10:45:35", "2002-08-20 10:45:35"),
        ("Tue Aug 20 10:45:35 2002", "2002-08-20 10:45:35"),
        ("Tue, 20 Aug 02 10:45:35 +0000", "2002-08-20 10:45:35"),
        ("Tue, 31 Dec 2002 23:59:60 +0000", "2002-12-31 23:59:59"),
        ("2002-08-20T10:45:35+01:00", "2002-08-20 09:45:35"),
        ("2002-08-20 10:45:35", "2002-08-20 10:45:35"),
    ],
)
def test_spellings_of_a_date(value: str, at: str) -> None:
    assert moment(value) == utc(at)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Tue, 32 Aug 2002 10:45:35 +0100",
        "Tue, 20 Foo 2002 10:45:35 +0100",
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "9" * 300,
    ],
)
def test_what_is_no_date(value: str) -> None:
    assert moment(value) is None


def test_a_zone_that_no_place_has_counts_as_none() -> None:
    assert moment("Tue, 20 Aug 2002 10:45:35 +9999") == utc("2002-08-20 10:45:35")


def test_a_date_without_a_zone_is_read_in_the_zone_given() -> None:
    assert moment("Tue, 20 Aug 2002 10:45:35", zone=timedelta(hours=2)) == utc("2002-08-20 08:45:35")
    assert moment("2002-08-20 10:45:35", zone=timedelta(hours=2)) == utc("2002-08-20 08:45:35")


def test_the_date_field_is_believed_when_the_server_agrees() -> None:
    received = "from a by b with SMTP; Tue, 20 Aug 2002 11:00:00 +0100"
    assert written_at("Tue, 20 Aug 2002 10:45:35 +0100", received) == utc("2002-08-20 09:45:35")
    assert written_at("Mon, 19 Aug 2002 23:59:00 +0100", received) == utc("2002-08-19 22:59:00")
    assert written_at("Tue, 20 Aug 2002 10:45:35", received) == utc("2002-08-20 09:45:35")


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 04 Oct 2028 12:05:01 -0400",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Tue, 1 Jan 1904 00:00:00 +0000",
        "nonsense",
        "",
    ],
)
def test_an_absurd_date_gives_way_to_the_server(date: str) -> None:
    assert written_at(date, "from a by b; Fri, 4 Oct 2002 17:19:14 +0000") == utc("2002-10-04 17:19:14")


def test_without_a_server_the_postmark_counts() -> None:
    assert written_at("", "", "From dana@x.example Thu Aug 22 12:36:23 2002") == utc("2002-08-22 12:36:23")
    assert written_at("", "", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970") is None
    assert written_at("", "from a by b", "") is None
    assert written_at("", "from a by b; nonsense", "") is None


def test_postmarks() -> None:
    assert postmark_moment("From 12@xxx Tue Mar 12 09:00:00 +0000 2019") == utc("2019-03-12 09:00:00")
    assert postmark_moment("From a@b Thu Aug 22 12:36 CEST 2002") == utc("2002-08-22 12:36:00")
    assert postmark_moment("From me to you") is None


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_text_ever_raises(date: str, received: str, postmark: str) -> None:
    found = written_at(date, received, postmark)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "hostile", ["1" * 1_000_000, "Mon, " * 200_000, " " * 1_000_000, "(" * 1_000_000, "1 Aug " * 170_000]
)
def test_hostile_dates_take_no_longer_than_others(hostile: str) -> None:
    assert written_at(hostile, hostile, hostile) is None
