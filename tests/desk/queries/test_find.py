"""A few letters find clients, people and promises, and nothing that somebody may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client import add_client
from amends.desk.actions.person import add_person
from amends.desk.actions.promise import drop_promise, make_promise
from amends.desk.models import Standing
from amends.desk.queries.find import LONGEST, MOST, found_by, searchable
from cast import NOW

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, Client, User
    from amends.desk.queries.find import Found

pytestmark = pytest.mark.django_db


def shown(found: Found) -> list[list[str]]:
    return [[str(row) for row in rows] for rows in (found.clients, found.people, found.promises)]


def brightwater(by: User, **more: object) -> Client:
    client = add_client("Brightwater Cold Storage", by=by, now=NOW, keys=["brightwater.example"], **more)  # type: ignore[arg-type]  # fields of a client
    dana = add_person(client, "Dana Whitlock", by=by, now=NOW, addresses=["dana@brightwater.example"])
    make_promise(client, "Bring the roster to Dana", due_at=NOW, by=by, now=NOW, person=dana)
    return client


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoë O'Brien-Łoś", "zoe obrien łos"),
        ("ALDER & Quay, Ltd.", "alder quay ltd"),
        ("dana_w@north.example", "dana w north example"),
        ("“Über”  80/20", "uber 80 20"),
        ("x" * 600, "x" * LONGEST),
        ("--", ""),
    ],
)
def test_words_are_kept_without_case_accents_and_signs(written: str, kept: str) -> None:
    assert searchable(written) == kept


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bri", [["Brightwater Cold Storage"], ["Dana Whitlock"], ["Bring the roster to Dana"]]),
        ("COLD st", [["Brightwater Cold Storage"], [], []]),
        ("brightwater.example", [["Brightwater Cold Storage"], ["Dana Whitlock"], []]),
        ("whit", [[], ["Dana Whitlock"], []]),
        ("Dàna", [[], ["Dana Whitlock"], ["Bring the roster to Dana"]]),
        ("torage", [[], [], []]),
        ("%", [[], [], []]),
        ("br_ght", [[], [], []]),
        (" ", [[], [], []]),
    ],
)
def test_the_beginning_of_any_word_finds(bob: User, asked: str, found: list[list[str]]) -> None:
    brightwater(bob)
    answer = found_by(asked, bob)
    assert (shown(answer), answer.count) == (found, sum(map(len, found)))


def test_what_fits_best_comes_first(bob: User) -> None:
    for name in ("Great Northern", "Northern", "North Sea", "North"):
        add_client(name, by=bob, now=NOW)
    assert shown(found_by("north", bob))[0] == ["North", "North Sea", "Northern", "Great Northern"]


def test_no_more_than_a_screen_of_each_is_shown(bob: User) -> None:
    for number in range(MOST + 1):
        add_client(f"North {number}", by=bob, now=NOW)
    assert len(found_by("north", bob).clients) == MOST


def test_what_is_restricted_is_found_by_its_team_alone(
    alice: User, mona: User, bob: User, charlie: User, riverside: Branch
) -> None:
    brightwater(mona, is_restricted=True, branch=riverside, team=[bob])
    assert [found_by("bri", user).count for user in (alice, mona, bob, charlie)] == [3, 3, 3, 0]


def test_who_is_no_client_and_what_was_dropped_is_not_found(bob: User) -> None:
    brightwater(bob, standing=Standing.FOUND)
    assert found_by("bri", bob).count == 0
    north = add_client("North", by=bob, now=NOW)
    drop_promise(make_promise(north, "Ring Brian", due_at=NOW, by=bob, now=NOW), by=bob, now=NOW)
    assert found_by("brian", bob).count == 0


def test_finding_asks_the_database_as_often_whatever_is_found(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        found_by("bri", bob)
    brightwater(bob)
    with django_assert_num_queries(3):
        found_by("bri", bob)
    for number in range(2):
        client = add_client(f"Bridge {number}", by=bob, now=NOW)
        add_person(client, "Brian", by=bob, now=NOW)
    with django_assert_num_queries(3):
        found_by("bri", bob)
