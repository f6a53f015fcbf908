"""A promise is made, kept, dropped or broken; what was agreed is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.promise import agree_item, break_promise, drop_promise, keep_promise, make_promise
from amends.desk.models import Client, Event, Promise, PromiseState
from amends.desk.rules import Refused
from cast import NOW, a_client, at, person_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from amends.desk.models import User

FRIDAY = at("14 Mar 12:00")


def test_a_promise_says_what_to_whom_by_when(bob: User, mona: User) -> None:
    north = a_client()
    gary = person_at(north, "gary@north.example")
    promise = make_promise(
        north, "  Send Friday’s\nRoster ", due_at=FRIDAY, by=bob, now=NOW, person=gary, promised_by=mona
    )
    promise.refresh_from_db()
    assert (promise.what, promise.person, promise.promised_by) == ("Send Friday’s Roster", gary, mona)
    assert (promise.made_at, promise.due_at, promise.state) == (NOW, FRIDAY, PromiseState.OPEN)
    assert promise.search == "send fridays roster"
    assert Event.objects.get().after["what"] == "Send Friday’s Roster"
    assert Client.objects.get().assess_due_at is not None


def test_who_writes_a_promise_down_answers_for_it(bob: User) -> None:
    assert make_promise(a_client(), "Call", due_at=FRIDAY, by=bob, now=NOW).promised_by == bob


def test_an_empty_promise_is_none(bob: User) -> None:
    with pytest.raises(Refused, match="Say what was promised"):
        make_promise(a_client(), "  ", due_at=FRIDAY, by=bob, now=NOW)
    assert Promise.objects.count() == 0


def test_who_only_looks_promises_nothing(vera: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        make_promise(a_client(), "Call", due_at=FRIDAY, by=vera, now=NOW)


@pytest.mark.parametrize(
    ("settle", "state"),
    [
        (keep_promise, PromiseState.KEPT),
        (drop_promise, PromiseState.DROPPED),
        (break_promise, PromiseState.BROKEN),
    ],
)
def test_a_promise_is_settled_once(bob: User, settle: Callable[..., Promise], state: PromiseState) -> None:
    promise = make_promise(a_client(), "Send the roster", due_at=FRIDAY, by=bob, now=NOW)
    Client.objects.update(assess_due_at=None)
    late = FRIDAY + timedelta(days=1)
    settle(promise, by=bob, now=late)
    promise.refresh_from_db()
    assert (promise.state, promise.settled_at) == (state, late)
    assert Client.objects.get().assess_due_at is not None
    event = Event.objects.get(verb=settle.__name__)
    assert event.before["state"] == "open"
    assert event.after["state"] == state


def test_two_people_cannot_settle_the_same_promise(bob: User, mona: User) -> None:
    promise = make_promise(a_client(), "Send the roster", due_at=FRIDAY, by=bob, now=NOW)
    seen_by_mona = Promise.objects.get()
    keep_promise(promise, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"This promise was settled already: kept\."):
        drop_promise(seen_by_mona, by=mona, now=NOW)
    assert Promise.objects.get().state == PromiseState.KEPT
    assert Event.objects.count() == 2


def test_agreements_stand_in_the_order_they_were_made(bob: User) -> None:
    north = a_client()
    agree_item(north, "Ten people on the night shift", by=bob, now=NOW, how_kept="Missed 3 of 11", is_kept=False)
    agree_item(north, "Answer within four hours", by=bob, now=NOW)
    assert [(item.what, item.is_kept, item.position) for item in north.agreed.all()] == [
        ("Ten people on the night shift", False, 0),
        ("Answer within four hours", None, 1),
    ]
    assert [event.verb for event in Event.objects.all()] == ["agree_item", "agree_item"]
