"""Meetings in mail become touches when they were held, and are put right when they were not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk import tasks
from amends.desk.actions.client import add_client, merge_clients
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.meeting import hold_next_meeting
from amends.desk.actions.person import erase_person
from amends.desk.actions.personal import forget_old
from amends.desk.actions.reading import Job, letter_of
from amends.desk.actions.touch import change_touch, record_touch
from amends.desk.models import Case, Client, Event, Firm, Meeting, Person, Touch, TouchKind, User
from amends.desk.queries.personal import everything_about
from amends.desk.queries.timeline import Show, timeline_of
from amends.sources import Skipped
from amends.sources.rfc822 import mail_from
from cast import told

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.usefixtures("firm")
WRITTEN = datetime(2025, 3, 3, 9, tzinfo=UTC)
HOUR = datetime(2025, 3, 10, 10, tzinfo=UTC)
AFTER = HOUR + timedelta(hours=2)
GARY, BOB = "gary@north.example", "bob@alder.example"


def calendar(method: str, *lines: str, uid: str = "review@north.example") -> str:
    told = "\n".join((f"UID:{uid}", *lines))
    return f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n{told}\nEND:VEVENT\nEND:VCALENDAR\n"


def comes(
    method: str, *lines: str, at: datetime = WRITTEN, from_us: bool = False, uid: str = "a", to: str = ""
) -> None:
    """Take in one calendar mail."""
    sender, other = (BOB, to or GARY) if from_us else (GARY, BOB)
    raw = (
        f"From: {sender}\nTo: {other}\nDate: {at:%a, %d %b %Y %H:%M:%S +0000}\nSubject: Quarterly review\n"
        f"Message-ID: <{method}{at.timestamp()}{uid}@test>\nContent-Type: text/calendar; method={method}\n\n"
        f"{calendar(method, *lines, uid=uid)}"
    )
    mail = mail_from(raw.encode(), "inbox")
    assert not isinstance(mail, Skipped)
    job = Job((), "", frozenset({"alder.example"}), WRITTEN - timedelta(days=9), AFTER + timedelta(days=900), UTC)
    letter = letter_of(mail, job)
    assert letter
    keep_messages([letter], now=at)


def when(at: datetime = HOUR, minutes: int = 45) -> tuple[str, ...]:
    return (
        f"DTSTART:{at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{at + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Quarterly review",
    )


def who(organizer: str = GARY, **said: str) -> Iterable[str]:
    people = {"gary": GARY, "bob": BOB}
    yield f"ORGANIZER:mailto:{organizer}"
    yield from (f"ATTENDEE;PARTSTAT={answer}:mailto:{people.get(name, name)}" for name, answer in said.items())


THEY_ASK = (*when(), *who(GARY, bob="ACCEPTED"))
WE_ASK = (*when(), *who(BOB, gary="NEEDS-ACTION"))


def held(now: datetime = AFTER) -> list[tuple[str, datetime, int | None, str]]:
    """Let the worker log what is due; return the touches: with whom, when, how long, what about."""
    while hold_next_meeting(now=now):
        pass
    touches = Touch.objects.order_by("at")
    return [
        (touch.person.name if touch.person else "nobody", touch.at, touch.minutes, touch.summary) for touch in touches
    ]


REVIEW = [("", HOUR, 45, "Quarterly review")]


def test_a_meeting_the_client_asked_for_becomes_a_touch_when_its_hour_is_over() -> None:
    comes("REQUEST", *THEY_ASK)
    gary = Person.objects.get()
    gary.name = "Gary North"
    gary.save()
    Client.objects.update(assess_due_at=None)
    assert held(now=HOUR + timedelta(minutes=44)) == []
    assert held() == [("Gary North", HOUR, 45, "Quarterly review")]
    assert held() == [("Gary North", HOUR, 45, "Quarterly review")]
    [(_, after)] = told("hold_meeting")
    assert after["touch"] == Touch.objects.get().pk
    assert Client.objects.get().assess_due_at == AFTER


def test_an_invitation_of_ours_that_nobody_accepted_is_no_contact() -> None:
    comes("REQUEST", *WE_ASK, from_us=True)
    assert held() == []
    comes("REPLY", *when(), *who(BOB, gary="ACCEPTED"), at=WRITTEN + timedelta(hours=1))
    assert held() == REVIEW


def test_an_answer_alone_tells_of_the_meeting_too() -> None:
    comes("REPLY", *when(), *who(BOB, gary="ACCEPTED"))
    assert held() == REVIEW


def test_a_meeting_everybody_there_declined_is_called_off_by_them() -> None:
    comes("REQUEST", *WE_ASK, from_us=True)
    comes("REPLY", *when(), *who(BOB, gary="DECLINED"), at=WRITTEN + timedelta(hours=1))
    meeting = Meeting.objects.get()
    assert (meeting.called_off_at, meeting.called_off_by_us) == (WRITTEN + timedelta(hours=1), False)
    assert held() == []
    comes("REPLY", *when(), *who(BOB, gary="ACCEPTED"), at=WRITTEN + timedelta(hours=2))
    assert held() == REVIEW  # they come after all


def test_a_cancelled_meeting_was_not_held_and_says_who_called_it_off() -> None:
    comes("REQUEST", *THEY_ASK)
    comes("CANCEL", *when(), *who(), "SEQUENCE:1", at=WRITTEN + timedelta(days=1))
    assert held() == []
    firm, client = Firm.objects.get(), Client.objects.get()
    [entry] = timeline_of(client, firm, Show.TOUCHES).entries
    assert (entry.title, entry.text, entry.at) == (
        "They called off a meeting",
        "Quarterly review",
        WRITTEN + timedelta(days=1),
    )
    comes("REQUEST", *THEY_ASK, "SEQUENCE:2", at=WRITTEN + timedelta(days=2))
    assert held() == REVIEW


def test_we_called_it_off() -> None:
    comes("CANCEL", *when(), *who(BOB, gary="ACCEPTED"), from_us=True)
    [entry] = timeline_of(Client.objects.get(), Firm.objects.get(), Show.TOUCHES).entries
    assert entry.title == "We called off a meeting"
    assert held() == []


def test_a_moved_meeting_is_held_at_its_new_hour_and_asks_anew() -> None:
    later = HOUR + timedelta(days=1)
    comes("REQUEST", *WE_ASK, from_us=True)
    comes("REPLY", *when(), *who(BOB, gary="ACCEPTED"), at=WRITTEN + timedelta(hours=1))
    comes(
        "REQUEST",
        *when(later),
        *who(BOB, gary="NEEDS-ACTION"),
        "SEQUENCE:1",
        at=WRITTEN + timedelta(hours=2),
        from_us=True,
    )
    assert (Meeting.objects.get().moved, held(later + timedelta(hours=1))) == (1, [])
    comes("REPLY", *when(later), *who(BOB, gary="ACCEPTED"), "SEQUENCE:1", at=WRITTEN + timedelta(hours=3))
    assert held(later + timedelta(hours=1)) == [("", later, 45, "Quarterly review")]


def test_mails_met_in_the_wrong_order_come_to_the_same() -> None:
    comes("CANCEL", *when(), *who(), "SEQUENCE:1", at=WRITTEN + timedelta(days=1))
    comes("REQUEST", *THEY_ASK, "SEQUENCE:0")
    assert held() == []
    assert Meeting.objects.get().called_off_at == WRITTEN + timedelta(days=1)


def test_a_cancellation_read_too_late_takes_the_touch_back() -> None:
    comes("REQUEST", *THEY_ASK)
    assert held() == REVIEW
    comes("CANCEL", *when(), *who(), "SEQUENCE:1", at=WRITTEN + timedelta(days=1))
    assert held() == []


def test_a_calendar_tidied_afterwards_changes_nothing() -> None:
    comes("REQUEST", *THEY_ASK)
    assert held() == REVIEW
    comes("CANCEL", *when(), *who(), "SEQUENCE:1", at=AFTER)
    assert held() == REVIEW


def test_what_somebody_wrote_into_it_stays(bob: User) -> None:
    comes("REQUEST", *THEY_ASK)
    held()
    change_touch(Touch.objects.get(), by=bob, now=AFTER, detail="They were pleased.")
    comes("CANCEL", *when(), *who(), "SEQUENCE:1", at=WRITTEN + timedelta(days=1))
    assert held() == REVIEW


def test_a_meeting_logged_by_hand_is_not_logged_twice(bob: User) -> None:
    comes("REQUEST", *THEY_ASK)
    client = Client.objects.get()
    at = HOUR + timedelta(minutes=30)
    touch = record_touch(client, TouchKind.VISIT, by=bob, now=AFTER, at=at, summary="At dock 4")
    assert held() == [("nobody", at, None, "At dock 4")]
    assert Meeting.objects.get().touch == touch


def test_it_is_the_call_back_that_a_recovery_waits_for() -> None:
    comes("REQUEST", *THEY_ASK)
    case = Case.objects.create(
        client=Client.objects.get(), step_since=WRITTEN, opened_at=WRITTEN, call_back_by=WRITTEN + timedelta(hours=1)
    )
    held()
    case.refresh_from_db()
    assert case.called_back_at == HOUR


def test_whole_days_and_blocked_days_are_no_meetings() -> None:
    comes("REQUEST", "DTSTART;VALUE=DATE:20250310", *who())
    comes("REQUEST", *when(minutes=5000), *who(), uid="b")
    assert [minutes for _, _, minutes, _ in held(HOUR + timedelta(days=9))] == [None]


def test_a_series_is_held_every_week_but_where_one_hour_was_moved() -> None:
    comes("REQUEST", *when(minutes=30), *who(GARY, bob="ACCEPTED"), "RRULE:FREQ=WEEKLY;COUNT=4")
    second, moved = HOUR + timedelta(days=7), HOUR + timedelta(days=8)
    comes("REQUEST", f"RECURRENCE-ID:{second:%Y%m%dT%H%M%SZ}", *when(moved, 30), *who(), at=WRITTEN + timedelta(days=1))
    found = [at for _, at, _, _ in held(HOUR + timedelta(days=60))]
    assert found == [HOUR, moved, HOUR + timedelta(days=14), HOUR + timedelta(days=21)]
    assert Meeting.objects.get(occurrence="").due_at is None


def test_of_an_old_series_only_what_is_heard_is_logged() -> None:
    comes("REQUEST", *when(), *who(GARY, bob="ACCEPTED"), "RRULE:FREQ=MONTHLY")
    assert len(held(HOUR + timedelta(days=2 * 365))) == 9


def test_a_series_nobody_accepted_waits_for_its_next_hour() -> None:
    comes("REQUEST", *WE_ASK, "RRULE:FREQ=WEEKLY;COUNT=3", from_us=True)
    assert held() == []
    comes("REPLY", *when(), *who(BOB, gary="ACCEPTED"), at=AFTER)
    assert [at for _, at, _, _ in held(HOUR + timedelta(days=30))] == [
        HOUR + timedelta(days=7),
        HOUR + timedelta(days=14),
    ]


def test_who_else_was_invited_stays_with_their_own_client() -> None:
    lines = (*when(), *who(BOB, gary="ACCEPTED", **{"dana@south.example": "ACCEPTED"}))
    comes("REQUEST", *lines, from_us=True, to=f"{GARY}, dana@south.example")
    assert {str(meeting.client): meeting.attendees for meeting in Meeting.objects.all()} == {
        "north.example": {GARY: "ACCEPTED"},
        "south.example": {"dana@south.example": "ACCEPTED"},
    }


def test_who_organised_it_from_elsewhere_is_not_named() -> None:
    comes("REQUEST", *when(), *who("agent@broker.example", gary="ACCEPTED"))
    assert (Meeting.objects.get().organizer, Meeting.objects.get().from_us) == ("", False)
    comes("REQUEST", *when(), uid="b")
    assert Meeting.objects.get(uid="b").from_us is False


@pytest.mark.parametrize("method", ["COUNTER", "REFRESH"])
def test_other_methods_change_nothing(method: str) -> None:
    comes("REQUEST", *THEY_ASK)
    comes(method, *when(HOUR + timedelta(days=1)), *who(), at=WRITTEN + timedelta(days=1))
    assert held() == REVIEW


def test_an_answer_by_somebody_who_is_not_named_counts_for_the_only_one_who_is() -> None:
    comes("REQUEST", *WE_ASK, from_us=True)
    lines = (*when(), f"ORGANIZER:mailto:{BOB}", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:g.north@north.example")
    comes("REPLY", *lines, at=WRITTEN + timedelta(hours=1))
    assert Meeting.objects.get().attendees == {GARY: "NEEDS-ACTION", "g.north@north.example": "ACCEPTED"}
    comes("REPLY", *when(), *who(BOB), at=WRITTEN + timedelta(hours=2))  # an answer that names nobody
    assert held() == [("nobody", HOUR, 45, "Quarterly review")]


def test_the_worker_logs_it() -> None:
    comes("REQUEST", *THEY_ASK)
    Client.objects.update(assess_due_at=None)
    assert tasks.hold_meetings(tasks.Worker(), AFTER)
    assert not tasks.hold_meetings(tasks.Worker(), AFTER)
    assert Touch.objects.count() == 1


def test_a_meeting_that_was_held_is_not_logged_again() -> None:
    comes("REQUEST", *THEY_ASK)
    due = Meeting.objects.get().due_at
    assert hold_next_meeting(now=AFTER)
    Meeting.objects.update(due_at=due)
    assert hold_next_meeting(now=AFTER)
    assert (Touch.objects.count(), Meeting.objects.get().due_at) == (1, None)


def test_what_is_known_of_a_person_tells_and_forgets_their_meetings(alice: User) -> None:
    comes("REQUEST", *THEY_ASK)
    gary = Person.objects.get()
    Person.objects.filter(pk=gary.pk).update(name="Gary North")
    Meeting.objects.update(subject="Lunch with Gary North")
    gary.refresh_from_db()
    [meeting] = everything_about(gary)["meetings"]
    assert (meeting["subject"], meeting["organizer"]) == ("Lunch with Gary North", GARY)
    erase_person(gary, by=alice, now=AFTER)
    kept = Meeting.objects.get()
    assert "Gary" not in kept.subject
    assert GARY not in (kept.organizer, *kept.attendees)
    comes("REQUEST", *THEY_ASK, "SEQUENCE:3", at=WRITTEN + timedelta(hours=1))
    assert GARY not in (Meeting.objects.get().organizer, *Meeting.objects.get().attendees)


def test_old_meetings_lose_their_words() -> None:
    comes("REQUEST", *THEY_ASK)
    held()
    Firm.objects.update(keep_years=1)
    forget_old(HOUR + timedelta(days=400))
    kept = Meeting.objects.get()
    assert (kept.subject, kept.place, kept.organizer, kept.attendees) == ("", "", "", {})
    assert forget_old(HOUR + timedelta(days=400)) == {}


def test_merged_clients_have_each_meeting_once(alice: User) -> None:
    lines = (*when(), *who(BOB, gary="ACCEPTED", **{"dana@south.example": "ACCEPTED"}))
    comes("REQUEST", *lines, from_us=True, to=f"{GARY}, dana@south.example")
    comes("REQUEST", *when(), *who(BOB), uid="b", from_us=True)
    north, south = Client.objects.get(name="north.example"), Client.objects.get(name="south.example")
    merge_clients(north, south, by=alice, now=AFTER)
    assert sorted(Meeting.objects.values_list("client__name", "uid")) == [
        ("south.example", "a"),
        ("south.example", "b"),
    ]


def test_another_firm_in_between_changes_nothing() -> None:
    add_client("East", by=None, now=WRITTEN)
    assert not hold_next_meeting(now=AFTER)
    assert not Event.objects.filter(verb="hold_meeting").exists()
