"""Invitations in mail, written by several calendars, some of them hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.meeting import Invite
from amends.sources.calendar import MOST_ATTENDEES, MOST_EVENTS, invites_in

LONDON = ZoneInfo("Europe/London")
WRITTEN = datetime(2025, 3, 1, 9, tzinfo=UTC)
PLAIN = """
    UID:review@north.example
    DTSTAMP:20250228T080000Z
    DTSTART:20250310T100000Z
    DTEND:20250310T104500Z
    SUMMARY:Quarterly review
    LOCATION:Dock 4
    ORGANIZER;CN=Gary:mailto:Gary@North.example
    ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@alder.example
    ATTENDEE;CN=Dana:MAILTO:dana@north.example
    SEQUENCE:2
"""


def read(*events: str, method: str = "REQUEST", beside: str = "") -> tuple[Invite, ...]:
    inner = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{beside}{inner}END:VCALENDAR\n"
    lines = "\r\n".join(line.strip() for line in text.splitlines() if line.strip())
    return invites_in(lines, method=method, written_at=WRITTEN, zone=LONDON)


def test_an_invitation_says_who_asks_whom_when_and_where() -> None:
    assert read(PLAIN) == (
        Invite(
            method="REQUEST",
            uid="review@north.example",
            starts_at=datetime(2025, 3, 10, 10, tzinfo=UTC),
            ends_at=datetime(2025, 3, 10, 10, 45, tzinfo=UTC),
            stamped_at=datetime(2025, 2, 28, 8, tzinfo=UTC),
            sequence=2,
            subject="Quarterly review",
            place="Dock 4",
            organizer="gary@north.example",
            attendees=(("bob@alder.example", "ACCEPTED"), ("dana@north.example", "NEEDS-ACTION")),
        ),
    )


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("DTSTART:20250710T100000", datetime(2025, 7, 10, 9, tzinfo=UTC)),  # the firm's own zone
        ("DTSTART;TZID=America/New_York:20250710T100000", datetime(2025, 7, 10, 14, tzinfo=UTC)),
        ("DTSTART;TZID=W. Europe Standard Time:20250710T100000", datetime(2025, 7, 10, 8, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20250710", datetime(2025, 7, 9, 23, tzinfo=UTC)),
    ],
)
def test_an_hour_is_read_in_its_zone(start: str, moment: datetime) -> None:
    [invite] = read(f"UID:a\n{start}\nDURATION:PT1H")
    assert (invite.starts_at, invite.ends_at) == (moment, moment + timedelta(hours=1))
    assert invite.is_all_day == ("DATE" in start)


def test_a_series_names_its_rule_the_hours_that_fall_out_and_those_apart() -> None:
    series, moved = read(
        "UID:a\nDTSTART;TZID=Europe/London:20250310T100000\nRRULE:FREQ=WEEKLY;COUNT=10\n"
        "EXDATE;TZID=Europe/London:20250317T100000,99990407T100000,20250407T100000",
        "UID:a\nRECURRENCE-ID;TZID=Europe/London:20250324T100000\nDTSTART;TZID=Europe/London:20250325T110000",
    )
    assert series.rule == "FREQ=WEEKLY;COUNT=10\nEXDATE:20250317T100000Z,20250407T090000Z"
    assert (series.occurrence, moved.occurrence) == ("", "20250324T100000Z")
    assert moved.starts_at == datetime(2025, 3, 25, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20250310T100000Z",  # names no meeting
        "UID:a",  # no hour
        "UID:a\nDTSTART:soon",
        "UID:a\nDTSTART:99990310T100000Z",
        "UID:a\nDTSTART:00010310T100000Z",
    ],
)
def test_what_cannot_be_believed_is_left_out(event: str) -> None:
    assert read(event) == ()


def test_nonsense_beside_the_hour_is_passed_over() -> None:
    [invite] = read(
        "UID:a\nDTSTART:20250310T100000Z\nDTEND:20250309T100000Z\nSEQUENCE:many\nSUMMARY:One\nSUMMARY:Two\n"
        "ORGANIZER:mailto:nobody\nATTENDEE:tel:+44\nRRULE:FREQ=WEEKLY\nRRULE:FREQ=DAILY"
    )
    assert (invite.ends_at, invite.sequence, invite.subject) == (None, 0, "One")
    assert (invite.organizer, invite.attendees, invite.rule) == ("", (), "FREQ=WEEKLY")
    assert read("UID:a\nDTSTART:20250310T100000Z\nSEQUENCE:99999999999999")[0].sequence == 2**31 - 1
    assert read(f"UID:a\nDTSTART:20250310T100000Z\nRRULE:FREQ=DAILY;BYMONTH={','.join(['1'] * 400)}")[0].rule == ""


def test_so_many_meetings_and_people_are_read_and_no_more() -> None:
    assert len(read(*["UID:a\nDTSTART:20250310T100000Z"] * 200)) == MOST_EVENTS
    people = "\n".join(f"ATTENDEE:mailto:p{number}@north.example" for number in range(5000))
    assert len(read(f"UID:a\nDTSTART:20250310T100000Z\n{people}")[0].attendees) == MOST_ATTENDEES


@pytest.mark.parametrize(
    "text", ["", "Hello", "BEGIN:VCALENDAR", "END:VEVENT", "BEGIN:VEVENT\nEND:VCALENDAR", "\0" * 99]
)
def test_what_is_no_calendar_gives_nothing(text: str) -> None:
    assert invites_in(text, method="REQUEST", written_at=WRITTEN, zone=LONDON) == ()


@given(st.lists(st.sampled_from(PLAIN.split("\n")), max_size=12), st.text(max_size=80))
def test_nothing_in_a_calendar_raises(lines: list[str], noise: str) -> None:
    for invite in read("\n".join([*lines, noise, "UID:a", "DTSTART:20250310T100000Z"])):
        assert invite.starts_at.tzinfo


ZONE = """
    BEGIN:VTIMEZONE
    TZID:Customized Time Zone
    BEGIN:STANDARD
    DTSTART:{start}
    {rule}
    TZOFFSETFROM:+0100
    TZOFFSETTO:{offset}
    END:STANDARD
    END:VTIMEZONE
"""
OF_THE_ZONE = "UID:a\nDTSTART;TZID=Customized Time Zone:20250710T100000"


def zone(rule: str = "X-NO:RULE", offset: str = "+0200", start: str = "16010101T000000") -> str:
    return ZONE.format(rule=rule, offset=offset, start=start).lstrip()


def test_a_zone_of_one_mail_is_not_that_of_the_next() -> None:
    [first] = read(OF_THE_ZONE, beside=zone("RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"))
    [second] = read(OF_THE_ZONE, beside=zone(offset="+0500"))
    [third] = read(OF_THE_ZONE)
    assert [each.starts_at.hour for each in (first, second, third)] == [8, 5, 9]  # the third by the firm's own clock


@pytest.mark.parametrize(
    "beside",
    [
        zone("RRULE:FREQ=SECONDLY"),
        zone("RRULE:FREQ=DAILY"),
        zone("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        zone("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
        zone("RRULE:FREQ=YEARLY;INTERVAL=0"),
        zone("EXRULE:FREQ=SECONDLY"),
        zone("RRULE:FREQ=YEARLY", start="00010101T000000"),
        zone(offset="+9900"),
        zone().replace("DTSTART:16010101T000000", "X-NO:START"),
        "".join(zone("RRULE:FREQ=YEARLY").replace("Zone", f"Zone {number}") for number in range(100)),
    ],
)
def test_a_zone_in_which_nobody_can_live_is_not_tried(beside: str) -> None:
    assert read(OF_THE_ZONE, beside=beside) == ()


def test_hours_that_fall_out_and_are_none_are_passed_over() -> None:
    [invite] = read("UID:a\nDTSTART:20250710T100000Z\nRRULE:FREQ=DAILY\nEXDATE:soon\nEXDATE:20250711T100000Z")
    assert invite.rule == "FREQ=DAILY\nEXDATE:20250711T100000Z"


@pytest.mark.parametrize(
    ("start", "told", "rule"),
    [
        ("DTSTART;TZID=Europe/London:20250310T100000", "BYHOUR=10,15", "BYHOUR=10,15"),
        ("DTSTART;TZID=America/New_York:20250310T100000", "BYHOUR=10,15", "BYHOUR=14,19"),
        ("DTSTART;TZID=America/New_York:20250310T100000", "BYHOUR=10,22", ""),  # on the next day in London
        ("DTSTART;TZID=Asia/Kolkata:20250310T100000", "BYHOUR=10", ""),
        ("DTSTART:20250310T100000", "BYHOUR=10", "BYHOUR=10"),
        ("DTSTART;VALUE=DATE:20250310", "BYHOUR=10", "BYHOUR=10"),
        ("DTSTART;TZID=America/New_York:20250310T100000", "COUNT=3", "COUNT=3"),
    ],
)
def test_the_hours_of_a_rule_are_those_of_our_own_clock(start: str, told: str, rule: str) -> None:
    [invite] = read(f"UID:a\n{start}\nRRULE:FREQ=DAILY;{told}")
    assert invite.rule == (f"FREQ=DAILY;{rule}" if rule else "")
