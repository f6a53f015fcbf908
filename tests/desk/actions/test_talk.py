"""A talk and what it settles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client
from amends.desk.actions.talk import record_talk
from amends.desk.models import Person, Promise, Waiting
from cast import NOW, a_client, at

if TYPE_CHECKING:
    from amends.desk.models import Client, User

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
