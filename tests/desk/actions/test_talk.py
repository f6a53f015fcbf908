"""A talk and what it settles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import change_touch, delete_touch, record_touch
from amends.desk.models import Event, Person, Promise, Waiting
from cast import NOW, a_client, at

if TYPE_CHECKING:
    from amends.desk.models import Client, User

LATER = NOW + timedelta(hours=1)
TALK = """
    3 Mar 09:00  client: Who covers the night shift?
    3 Mar 10:00  us:     Anna does.
    7 Mar 09:00  client: Does anyone there read these?
"""


def someone_waits() -> Client:
    north = a_client(TALK)
    assess_client(north, now=NOW)
    assert Waiting.objects.filter(settled_at=None).count() == 1
    return north


def test_a_talk_ends_the_waiting_of_whom_we_spoke_with(bob: User) -> None:
    north = someone_waits()
    dana = Person.objects.create(client=north, name="Dana")
    record_talk(north, "call", by=bob, now=NOW, person=dana)
    assert Waiting.objects.get().settled_at is None
    record_talk(north, "call", by=bob, now=NOW, person=Person.objects.get(name="Gary"))
    assert Waiting.objects.get().settled_at == NOW


def test_a_talk_with_nobody_named_was_with_everybody(bob: User) -> None:
    record_talk(someone_waits(), "meeting", by=bob, now=NOW)
    assert Waiting.objects.get().settled_at == NOW


def test_a_talk_before_they_asked_ends_nothing(bob: User) -> None:
    record_talk(someone_waits(), "call", by=bob, now=NOW, at=at("6 Mar 12:00"))
    assert Waiting.objects.get().settled_at is None


def test_a_message_left_ends_nothing(bob: User) -> None:
    north = someone_waits()
    case = open_case(north, by=bob, now=NOW, words="No.", severity=3)
    record_talk(north, "voicemail", by=bob, now=NOW)
    case.refresh_from_db()
    assert Waiting.objects.get().settled_at is None
    assert case.next_at == case.call_back_by


def test_what_was_promised_is_the_next_contact_of_the_recovery(bob: User) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words="No.", severity=3)
    due_at = at("11 Mar 17:00")
    record_talk(north, "call", by=bob, now=NOW, promised="Send the roster", due_at=due_at)
    case.refresh_from_db()
    assert (case.next_at, case.next_note, case.called_back_at) == (due_at, "Send the roster", NOW)
    assert Promise.objects.get().what == "Send the roster"


def test_a_contact_planned_for_later_stays(bob: User) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words="No.", severity=3, call_back_by=NOW + timedelta(days=2))
    record_talk(north, "call", by=bob, now=NOW)
    case.refresh_from_db()
    assert case.next_at == NOW + timedelta(days=2)


def still_waits() -> bool:
    """Whether Gary waits, after the client's health was looked at once more."""
    waiting = Waiting.objects.get()
    assess_client(waiting.client, now=NOW + timedelta(hours=2))
    waiting.refresh_from_db()
    return waiting.settled_at is None and not waiting.is_settled_by_hand


def test_a_call_logged_by_mistake_settles_nothing_once_it_is_removed(bob: User) -> None:
    north = someone_waits()
    case = open_case(north, by=bob, now=NOW, words="No.", severity=3)
    call = record_talk(north, "call", by=bob, now=LATER)
    case.refresh_from_db()
    assert (case.called_back_at, case.next_at, still_waits()) == (LATER, None, False)
    delete_touch(call, by=bob, now=LATER)
    case.refresh_from_db()
    assert (case.called_back_at, case.next_at, still_waits()) == (None, case.call_back_by, True)
    verbs = list(Event.objects.exclude(verb="assess_client").values_list("verb", flat=True))
    assert sorted(verbs) == [
        "delete_touch", "open_case", "plan_next", "record_touch", "reopen_waiting", "settle_waiting", "take_back_call",
    ]  # fmt: skip


def test_another_talk_since_is_the_call_back_then(bob: User) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words="No.", severity=3)
    call = record_talk(north, "call", by=bob, now=LATER)
    record_touch(north, "visit", by=bob, now=LATER + timedelta(hours=1))
    delete_touch(call, by=bob, now=LATER + timedelta(hours=2))
    case.refresh_from_db()
    assert case.called_back_at == LATER + timedelta(hours=1)


def test_what_another_talk_settled_stays_so(bob: User) -> None:
    north = someone_waits()
    record_talk(north, "call", by=bob, now=NOW)
    delete_touch(record_talk(north, "visit", by=bob, now=LATER), by=bob, now=LATER)
    assert Waiting.objects.get().settled_at == NOW
    verbs = list(Event.objects.filter(thing="waiting").values_list("verb", flat=True))
    assert verbs == ["settle_waiting"]


def test_a_call_that_was_a_message_left_settles_nothing(bob: User) -> None:
    call = record_talk(someone_waits(), "call", by=bob, now=LATER)
    change_touch(call, by=bob, now=LATER, kind="voicemail")
    assert still_waits()
    change_touch(call, by=bob, now=LATER, kind="call")
    assert not still_waits()


def test_a_call_with_somebody_else_or_before_they_asked_settles_nothing(bob: User) -> None:
    north = someone_waits()
    call = record_talk(north, "call", by=bob, now=LATER)
    change_touch(call, by=bob, now=LATER, person=Person.objects.create(client=north, name="Dana"))
    assert still_waits()
    change_touch(call, by=bob, now=LATER, person=Person.objects.get(name="Gary"))
    assert not still_waits()
    change_touch(call, by=bob, now=LATER, at=at("6 Mar 12:00"))
    assert Waiting.objects.get().settled_at is None


def test_a_better_summary_unsettles_nothing(bob: User) -> None:
    call = record_talk(someone_waits(), "call", by=bob, now=LATER)
    change_touch(call, by=bob, now=LATER, summary="Heard him out")
    assert not still_waits()
