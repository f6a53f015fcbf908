"""Whether a meeting was held, and when a series meets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from amends.core.meeting import Invite, all_declined, is_held, next_hour, occurrence_of

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2025, 3, 10, 10, tzinfo=LONDON)
BOB, GARY, DANA = "bob@alder.example", "gary@north.example", "dana@north.example"


@pytest.mark.parametrize(
    ("from_us", "said", "held"),
    [
        (True, {GARY: "ACCEPTED"}, True),
        (True, {GARY: "TENTATIVE", DANA: "ACCEPTED"}, True),
        (True, {GARY: "NEEDS-ACTION"}, False),  # an invitation without an answer is no contact
        (True, {GARY: "DECLINED"}, False),
        (True, {BOB: "ACCEPTED"}, False),
        (False, {BOB: "NEEDS-ACTION"}, True),  # our own answers often go past the mailbox
        (False, {}, True),
        (False, {BOB: "DECLINED"}, False),
    ],
)
def test_a_meeting_was_held_when_both_sides_meant_to_come(*, from_us: bool, said: dict[str, str], held: bool) -> None:
    assert is_held(said, {BOB}, from_us=from_us) is held


def test_everybody_at_the_client_must_say_no_to_call_it_off() -> None:
    assert all_declined({GARY: "DECLINED", BOB: "ACCEPTED"}, {BOB})
    assert not all_declined({GARY: "DECLINED", DANA: "ACCEPTED"}, {BOB})
    assert not all_declined({BOB: "DECLINED"}, {BOB})


def hours(rule: str, days: int = 60, starts: datetime = MONDAY) -> list[str]:
    found, after = [], starts - timedelta(seconds=1)
    while hour := next_hour(starts, rule, after, starts + timedelta(days=days)):
        found.append(f"{hour:%m-%d %H:%M}")
        after = hour
    return found


def test_a_series_keeps_its_hour_over_the_change_of_the_clock() -> None:
    assert hours("FREQ=WEEKLY;INTERVAL=2") == [
        "03-10 10:00",
        "03-24 10:00",
        "04-07 10:00",
        "04-21 10:00",
        "05-05 10:00",
    ]
    moments = [next_hour(MONDAY, "FREQ=WEEKLY", MONDAY + timedelta(days=20), MONDAY + timedelta(days=30))]
    assert moments == [datetime(2025, 3, 31, 9, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("", ["03-10 10:00"]),
        ("FREQ=DAILY;COUNT=3", ["03-10 10:00", "03-11 10:00", "03-12 10:00"]),
        ("FREQ=DAILY;UNTIL=20250311", ["03-10 10:00", "03-11 10:00"]),
        ("FREQ=DAILY;UNTIL=20250311T095959Z", ["03-10 10:00"]),
        ("FREQ=DAILY;UNTIL=20250311T100000", ["03-10 10:00", "03-11 10:00"]),
        ("FREQ=DAILY;COUNT=3\nEXDATE:20250311T100000Z", ["03-10 10:00", "03-12 10:00"]),
        ("FREQ=SECONDLY", ["03-10 10:00"]),  # nobody meets every second
        ("FREQ=WEEKLY;BYDAY=XX", ["03-10 10:00"]),
        ("FREQ=DAILY;COUNT=soon", ["03-10 10:00"]),
        ("nonsense", ["03-10 10:00"]),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", []),  # never comes true, and is not tried for ever
    ],
)
def test_the_hours_of_a_rule(rule: str, found: list[str]) -> None:
    assert hours(rule) == found


def test_a_single_meeting_later_than_asked_for_is_none() -> None:
    assert next_hour(MONDAY, "nonsense", MONDAY - timedelta(days=9), MONDAY - timedelta(days=1)) is None


def test_an_hour_has_one_name_in_every_zone() -> None:
    summer = datetime(2025, 7, 1, 10, tzinfo=LONDON)
    assert occurrence_of(summer) == occurrence_of(summer.astimezone(UTC)) == "20250701T090000Z"


def test_an_invitation_forgets_people() -> None:
    invite = Invite("REQUEST", "a", MONDAY, MONDAY, subject="Lunch with Gary", organizer=GARY, attendees=((DANA, "X"),))
    assert invite.addresses == (GARY, DANA)
    assert invite.without({DANA}) == Invite("REQUEST", "a", MONDAY, MONDAY, subject="Lunch with Gary", organizer=GARY)
    assert invite.without({GARY}) == Invite("REQUEST", "a", MONDAY, MONDAY, attendees=((DANA, "X"),))
