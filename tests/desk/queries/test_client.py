"""The list of clients: who needs attention comes first, and half a year of each is read at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Step
from amends.desk.actions.case import finish_step, open_case
from amends.desk.actions.promise import agree_item, make_promise
from amends.desk.models import HealthDay, Person, Waiting
from amends.desk.queries.client import Asked, beside, clients_listed, lines_of, people_of, trends_of
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.queries.sheet_kept import AgreedLine
from cast import NOW, a_client, a_found_client, a_restricted_client

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, Client, User

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def standing(name: str, state: str, points: int = 0, **more: Any) -> Client:
    return a_client(name=name, state=state, points=points, is_enough=True, **more)


def wait(client: Client, hours: float, *, late: bool = True) -> Waiting:
    """Let somebody wait for an answer, since so many hours."""
    [message] = client.messages.order_by("at")[:1]
    asked_at = NOW - timedelta(hours=hours)
    due_at = NOW - timedelta(minutes=1) if late else NOW + timedelta(hours=1)
    return Waiting.objects.create(
        client=client, person=message.person, message=message, thread=1, quote="?", asked_at=asked_at, due_at=due_at
    )


def names(user: User, **asked: object) -> list[str]:
    return [client.name for client in clients_listed(user, Asked(**asked), NOW)]  # type: ignore[arg-type]  # as a form gives them


def test_who_needs_attention_comes_first(alice: User) -> None:
    for name, state, points in (
        ("Not known", "Not enough yet", 0),
        ("Steady", "Steady", 2),
        ("Mended", "Mended", 15),
        ("Unsettled", "Unsettled", 12),
        ("Strained", "Strained", 22),
        ("Worse", "At risk", 60),
        ("Bad", "At risk", 40),
    ):
        standing(name, state, points)
    waits = a_client("6 Mar 09:00 client: Hello?", name="Waits", state="At risk", points=36)
    wait(waits, 51)
    assert names(alice) == ["Waits", "Worse", "Bad", "Strained", "Unsettled", "Mended", "Steady", "Not known"]


def test_a_choice_leaves_the_others_out(alice: User, bob: User, riverside: Branch) -> None:
    standing("North", "Steady", branch=riverside, looked_after_by=bob)
    standing("South", "At risk", state_changed_at=NOW - timedelta(days=6))
    standing("East", "At risk", state_changed_at=NOW - timedelta(days=8))
    assert names(alice, state="At risk") == ["East", "South"]
    assert names(alice, branch=riverside) == ["North"]
    assert names(alice, looked_after_by=bob) == ["North"]
    assert names(alice, is_changed=True) == ["South"]
    assert (Asked().is_all, Asked(state="Steady").is_all) == (True, False)


def test_what_is_restricted_or_not_confirmed_is_not_listed(
    alice: User, mona: User, bob: User, charlie: User, riverside: Branch
) -> None:
    a_restricted_client(branch=riverside, looked_after_by=bob)
    a_found_client()
    assert [names(user) for user in (alice, mona, bob, charlie)] == [["Secret"], ["Secret"], ["Secret"], []]
    assert [count_unconfirmed(user) for user in (alice, charlie)] == [1, 0]


def test_a_week_has_the_number_of_its_last_known_day() -> None:
    north, south = a_client(), a_client(name="South")
    for days_ago, points, is_enough in ((0, 30, True), (3, 10, True), (8, 20, False), (175, 5, True), (185, 90, True)):
        HealthDay.objects.create(
            client=north, on=TODAY - timedelta(days=days_ago), points=points, state="", is_enough=is_enough
        )
    HealthDay.objects.create(client=south, on=TODAY, points=-8, state="", is_enough=True)
    trends = trends_of([north.pk, south.pk], TODAY)
    assert trends == {north.pk: (95, *[None] * 24, 70), south.pk: (*[None] * 25, 100)}


def test_a_line_names_who_has_waited_longest_beyond_what_was_agreed() -> None:
    north = a_client("6 Mar 09:00 client: Hello?")
    south = a_client("6 Mar 09:00 client: Hello?", name="South")
    longest = wait(north, 51)
    keepsake = wait(south, 2, late=False)
    [first, second] = lines_of([north, south], TODAY, NOW)
    assert (first.waiting, second.waiting, keepsake.settled_at) == (longest, None, None)


def test_a_page_of_clients_is_read_at_once(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (1, 2):
        for number in range(count):
            wait(a_client("6 Mar 09:00 client: Hello?", name=f"North {count}{number}"), 9)
        with django_assert_num_queries(4):
            lines_of(list(clients_listed(alice, Asked(), NOW)), TODAY, NOW)


def test_what_stands_beside_a_client(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    north = a_client("6 Mar 09:00 client: Hello?", "6 Mar 10:00 lucy: Hello?")
    south = a_client(name="South")
    with django_assert_num_queries(5):
        empty = beside(south, NOW)
    assert (empty.case, empty.step, empty.step_name, empty.people) == (None, 0, "", ())
    case = open_case(north, by=bob, now=NOW, words="Enough.", severity=3)
    finish_step(case, Step.DECIDE, by=bob, now=NOW)
    item = agree_item(north, "Answer within 4 hours", by=bob, now=NOW)
    promise = make_promise(north, "Call on Friday", due_at=NOW, by=bob, now=NOW)
    waiting = wait(north, 9)
    with django_assert_num_queries(6):  # the sixth reads the addresses of all people
        found = beside(north, NOW)
    assert (found.case, found.step, found.step_name) == (case, 2, "Understand")
    assert (found.agreed, found.promises, found.waiting) == ((AgreedLine(item),), (promise,), (waiting,))
    assert [person.name for person in found.people] == ["Gary", "Lucy"]


def test_a_step_beside_the_order_has_no_place(bob: User) -> None:
    north = a_client()
    case = open_case(north, by=bob, now=NOW, words="Enough.", severity=3)
    type(case).objects.update(step=Step.PART_WELL)
    found = beside(north, NOW)
    assert (found.step, found.step_name) == (0, "Part well")


def test_people_are_listed_with_the_main_contact_first_and_who_left_last() -> None:
    north = a_client()
    for name, is_main, wrote, left in (
        ("Gone", True, NOW, TODAY),
        ("Silent", False, None, None),
        ("Late", False, NOW - timedelta(days=1), None),
        ("Lately", False, NOW, None),
        ("Main", True, None, None),
    ):
        Person.objects.create(client=north, name=name, is_main=is_main, last_wrote_at=wrote, left_on=left)
    assert [person.name for person in people_of(north)] == ["Main", "Lately", "Late", "Silent", "Gone"]
