"""A client's rows come back as the relationship the method reads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from amends.core.message import Person
from amends.core.staffing import Commitment, Fact, FactKind, Touch, TouchKind
from amends.desk.models import Dismissal, Promise, PromiseState, StaffingFact, Waiting
from amends.desk.models import Person as Somebody
from amends.desk.models import Touch as LoggedTouch
from amends.desk.queries.relationship import HABIT, MOST_A_YEAR, dismissed_of, known_of, window
from cast import NOW, a_client, keep, person_at
from conversation import at, conversation, every

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Client, User

pytestmark = pytest.mark.usefixtures("firm")
TALE = """
    3 Mar 09:00  client: Nobody came on site this morning. Can you call me?
    3 Mar 09:40  us (cc boss@north.example) #night [promised 4 Mar 17:00]: I will call you by tomorrow.
    4 Mar 08:00  dana (cc gary@north.example) [CANCEL]: The meeting is off.
    5 Mar 08:00  client #night: Still nobody. I am looking at other agencies.
"""


def test_messages_come_back_as_they_were_kept() -> None:
    north, told = a_client(TALE), conversation(TALE)
    kept = known_of(north, NOW).relationship
    threads = {one.thread: other.thread for one, other in zip(kept.messages, told.messages, strict=True)}
    again = [
        replace(one, id=one.id.removesuffix("@north.example"), thread=threads[one.thread]) for one in kept.messages
    ]
    assert (kept.client, kept.name, again) == ("north.example", "North", list(told.messages))
    assert len(set(threads)) == len(set(threads.values())) == 2


def test_people_bring_all_their_addresses() -> None:
    north = a_client("3 Mar 09:00 client: Hello.")
    gary = person_at(north, "gary@north.example")
    gary.addresses.create(address="gary@home.example")
    Somebody.objects.create(client=north, name="Rita Lane", title="Head of purchasing")
    assert known_of(north, NOW).relationship.people == (
        Person(frozenset({"gary@north.example", "gary@home.example"}), "Gary"),
        Person(frozenset(), "Rita Lane", "Head of purchasing"),
    )


def test_what_people_recorded_stands_beside_the_mail(bob: User) -> None:
    north = a_client("3 Mar 09:00 client: Hello.")
    gary = person_at(north, "gary@north.example")
    rita = Somebody.objects.create(client=north, name="Rita Lane")
    when = at("5 Mar 10:00")
    for kind, person in (("call", gary), ("visit", rita), ("note", None)):
        LoggedTouch.objects.create(client=north, kind=kind, at=when, person=person, by=bob, added_at=when)
    fact = StaffingFact.objects.create(
        client=north,
        kind="no_show",
        at=when,
        count=6,
        of=14,
        value=Decimal(3),
        note="Dock",
        words="Six!",
        added_at=when,
    )
    known = known_of(north, NOW).relationship
    assert known.touches == (
        Touch(when, TouchKind.CALL, with_=frozenset({"gary@north.example"})),
        Touch(when, TouchKind.VISIT, with_=frozenset({"Rita Lane"})),
        Touch(when, TouchKind.NOTE),
    )
    told = Fact(FactKind.NO_SHOW, when, 6, 14, Decimal(3), None, "Dock", f"fact:{fact.pk}", "Six!")
    assert known.facts == (told,)


def test_a_promise_tells_what_became_of_it() -> None:
    north, made, due, settled = a_client(), at("3 Mar 10:00"), at("6 Mar 17:00"), at("7 Mar 09:00")
    rows = [
        Promise.objects.create(client=north, what=state, made_at=made, due_at=due, state=state, settled_at=then)
        for state, then in zip(PromiseState.values, (None, settled, settled, settled), strict=True)
    ]
    assert known_of(north, NOW).relationship.promises == (
        Commitment(made, due, "open", id=f"promise:{rows[0].pk}"),
        Commitment(made, due, "kept", kept_at=settled, id=f"promise:{rows[1].pk}"),
        Commitment(made, due, "broken", broken_at=settled, id=f"promise:{rows[2].pk}"),
    )


def test_a_year_is_looked_at_and_nothing_that_is_still_to_come() -> None:
    north = a_client(
        "1 Mar 2024 09:00 client: Too long ago.",
        "1 Apr 2024 09:00 client: Long ago.",
        "10 Mar 12:00 client: Just now.",
        "10 Mar 12:01 client: To come.",
    )
    assert [one.opening for one in known_of(north, NOW).relationship.messages] == ["Long ago.", "Just now."]
    assert [one.opening for one in known_of(north, NOW, 2 * HABIT).relationship.messages] == [
        "Too long ago.",
        "Long ago.",
        "Just now.",
    ]


def test_the_newest_are_read_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_A_YEAR == 5_000
    monkeypatch.setattr("amends.desk.queries.relationship.MOST_A_YEAR", 2)
    north = a_client(every(1, 5, "1 Mar 09:00", "client: Number {n}."))
    assert [one.opening for one in known_of(north, NOW).relationship.messages] == ["Number 4.", "Number 5."]
    assert len(known_of(north, NOW, 1.5 * HABIT).relationship.messages) == 3


def test_a_window_holds_what_was_usual_then() -> None:
    north = a_client("1 Apr 2024 09:00 client: Long ago.", "1 Mar 09:00 client: Lately.")
    known = known_of(north, NOW).relationship
    assert window(known, NOW) is known
    assert [one.opening for one in window(known, NOW + timedelta(weeks=10)).messages] == ["Lately."]


def test_what_was_marked_wrong_and_who_waits_no_more_are_dismissed(bob: User) -> None:
    north = a_client("3 Mar 09:00 client: Can you call me?", "4 Mar 09:00 client #two: And me?")
    first, second = north.messages.all()
    for rule, undone_at in (("complaint", None), ("chaser", NOW)):
        Dismissal.objects.create(
            client=north, rule=rule, evidence_id="x", summary="s", reason="r", by=bob, at=NOW, undone_at=undone_at
        )
    for message, is_by_hand in ((first, True), (second, False)):
        Waiting.objects.create(
            client=north, message=message, thread=message.thread, quote="?", asked_at=message.at, due_at=NOW,
            settled_at=NOW, is_settled_by_hand=is_by_hand,
        )  # fmt: skip
    assert dismissed_of(north) == {("complaint", "x"), ("unanswered", "m1@north.example")}


def test_rows_are_found_again_by_the_messages_id() -> None:
    north = a_client("3 Mar 09:00 client: Can you call me?", "3 Mar 10:00 us: Yes.")
    first, second = north.messages.all()
    known = known_of(north, NOW)
    assert [(known.rows[row.message_id].pk, known.rows[row.message_id].person) for row in (first, second)] == [
        (first.pk, person_at(north, "gary@north.example").pk),
        (second.pk, None),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_relationship_takes_eleven_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clients = [a_client(TALE, every(1, 3 * count, "1 Feb 09:00", "client: More."), name=f"N{n}") for n in range(count)]
    for client in clients:
        with django_assert_num_queries(11):
            known_of(client, NOW)


def rows_touched(client: Client) -> int:
    """Count the work of the database: steps of SQLite's machine, or rows that PostgreSQL looks at."""
    if connection.vendor == "sqlite":
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        connection.connection.set_progress_handler(step, 1)
        known_of(client, NOW)
        connection.connection.set_progress_handler(None, 0)
        return steps
    messages = client.messages.filter(at__gte=NOW - HABIT, at__lte=NOW).order_by("-at", "-pk")[:MOST_A_YEAR]
    return read_by(json.loads(messages.explain(format="json", analyze=True))[0]["Plan"])


def read_by(plan: dict[str, Any]) -> int:
    """Add up the rows that every node of a plan read, those it threw away included."""
    here = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return int(here) + sum(read_by(part) for part in plan.get("Plans", []))


def test_the_mail_of_others_costs_nothing() -> None:
    north = a_client(every(1, 30, "1 Feb 09:00", "client: One of thirty."))
    known_of(north, NOW)  # what is remembered between calls is remembered now
    alone = rows_touched(north)
    other = a_client(name="South")
    keep(other, every(0.01, 3000, "1 Feb 09:00", "us: One of three thousand."))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE desk_message")
    assert alone > 30
    assert rows_touched(north) <= 1.1 * alone
