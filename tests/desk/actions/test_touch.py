"""A call is logged, corrected and removed; facts of the trade are written down."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Severity
from amends.core.staffing import FactKind
from amends.desk.actions.case import open_case
from amends.desk.actions.touch import change_touch, delete_touch, record_fact, record_touch
from amends.desk.models import Client, Event, StaffingFact, Touch, TouchKind
from amends.desk.rules import Refused
from cast import NOW, a_client, at, person_at

if TYPE_CHECKING:
    from amends.desk.models import User

LATER = NOW + timedelta(hours=1)
SORRY = "We never got the roster."


def is_due(client: Client) -> bool:
    return Client.objects.filter(pk=client.pk, assess_due_at__isnull=False).exists()


def test_a_call_is_logged_with_what_was_said(bob: User) -> None:
    north = a_client()
    gary = person_at(north, "gary@north.example")
    call = record_touch(
        north,
        "call",
        by=bob,
        now=NOW,
        at=at("10 Mar 11:00"),
        person=gary,
        minutes=12,
        summary="Heard him out",
        words=SORRY,
    )
    [kept] = Touch.objects.all()
    assert kept == call
    assert (kept.kind, kept.person, kept.by, kept.minutes, kept.words) == (TouchKind.CALL, gary, bob, 12, SORRY)
    assert (kept.at, kept.added_at) == (at("10 Mar 11:00"), NOW)
    assert is_due(north)
    [event] = Event.objects.all()
    assert (event.verb, event.thing, event.thing_id, event.client, event.by) == (
        "record_touch", "touch", kept.pk, north, bob,
    )  # fmt: skip
    assert event.after["summary"] == "Heard him out"


def test_a_call_without_a_time_is_now(bob: User) -> None:
    assert record_touch(a_client(), "visit", by=bob, now=NOW).at == NOW


def test_what_is_still_to_come_is_not_logged(bob: User) -> None:
    with pytest.raises(Refused, match="That is still to come"):
        record_touch(a_client(), "call", by=bob, now=NOW, at=LATER)
    assert Touch.objects.count() == Event.objects.count() == 0


def test_who_only_looks_logs_nothing(vera: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        record_touch(a_client(), "call", by=vera, now=NOW)


@pytest.mark.parametrize(
    ("kind", "is_called_back"), [("call", True), ("visit", True), ("voicemail", False), ("note", False)]
)
def test_a_talk_is_the_call_back_of_an_open_recovery(bob: User, kind: str, *, is_called_back: bool) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words=SORRY, severity=Severity.LET_DOWN)
    record_touch(north, kind, by=bob, now=LATER)
    case.refresh_from_db()
    assert case.called_back_at == (LATER if is_called_back else None)


def test_a_talk_before_the_recovery_is_no_call_back(bob: User) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words=SORRY, severity=Severity.LET_DOWN)
    record_touch(north, "call", by=bob, now=LATER, at=NOW - timedelta(minutes=5))
    case.refresh_from_db()
    assert case.called_back_at is None


def test_a_correction_keeps_what_it_was(bob: User) -> None:
    north = a_client()
    call = record_touch(north, "call", by=bob, now=NOW, summary="Talked to Garry")
    gary = person_at(north, "gary@north.example")
    change_touch(call, by=bob, now=LATER, summary="Talked to Gary", person=gary, kind="call")
    call.refresh_from_db()
    assert (call.summary, call.person) == ("Talked to Gary", gary)
    event = Event.objects.get(verb="change_touch")
    assert event.before == {"person_id": None, "summary": "Talked to Garry"}
    assert event.after == {"person_id": gary.pk, "summary": "Talked to Gary"}


def test_a_correction_that_changes_nothing_is_none(bob: User) -> None:
    call = record_touch(a_client(), "call", by=bob, now=NOW, summary="Talked")
    change_touch(call, by=bob, now=LATER, summary="Talked", at=NOW)
    assert not Event.objects.filter(verb="change_touch").exists()


def test_a_correction_cannot_move_a_call_into_the_future(bob: User) -> None:
    call = record_touch(a_client(), "call", by=bob, now=NOW)
    with pytest.raises(Refused, match="That is still to come"):
        change_touch(call, by=bob, now=NOW, at=LATER)


def test_only_what_was_logged_may_be_corrected(bob: User) -> None:
    call = record_touch(a_client(), "call", by=bob, now=NOW)
    with pytest.raises(TypeError, match="no client that may change"):
        change_touch(call, by=bob, now=NOW, client=a_client(name="South"))


def test_a_removed_call_stays_in_the_record(bob: User) -> None:
    north = a_client()
    call = record_touch(north, "call", by=bob, now=NOW, summary="Wrong client")
    Client.objects.update(assess_due_at=None)
    delete_touch(call, by=bob, now=LATER)
    assert Touch.objects.count() == 0
    event = Event.objects.get(verb="delete_touch")
    assert (event.before["summary"], event.after, event.client) == ("Wrong client", {}, north)
    assert is_due(north)


def test_a_fact_is_written_down(bob: User) -> None:
    north = a_client()
    fact = record_fact(
        north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("7 Mar 06:00"), count=2, of=8, note="Night shift"
    )
    fact.refresh_from_db()
    assert (fact.kind, fact.count, fact.of, fact.note, fact.added_at) == ("no_show", 2, 8, "Night shift", NOW)
    assert is_due(north)
    assert Event.objects.get().verb == "record_fact"


def test_a_list_that_comes_again_doubles_nothing(alice: User) -> None:
    north, south = a_client(), a_client(name="South")
    told = {"by": alice, "now": NOW, "at": at("7 Mar 06:00"), "source": "ats", "external_id": "17"}
    record_fact(north, FactKind.RATING, value=Decimal(4), **told)  # type: ignore[arg-type]  # the same line
    Client.objects.update(assess_due_at=None)
    record_fact(south, FactKind.RATING, value=Decimal(2), **told)  # type: ignore[arg-type]  # the same line
    [fact] = StaffingFact.objects.all()
    assert (fact.client, fact.value) == (south, Decimal(2))
    assert is_due(north)
    assert is_due(south)
    assert Event.objects.first().before["value"] == "4.00"  # type: ignore[union-attr]  # there are two


def test_facts_without_an_id_are_each_their_own(bob: User) -> None:
    north = a_client()
    for _ in range(2):
        record_fact(north, FactKind.ORDER, by=bob, now=NOW, at=NOW)
    assert StaffingFact.objects.count() == 2
