"""Finding by a few letters."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client import add_client
from amends.desk.actions.person import add_person
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.queries.find import MOST
from cast import NOW, browser_of
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

QUERIES = 11  # who asks, the firm and the counts of the frame; clients, people, promises


def test_clients_people_and_promises_are_found(bob: User) -> None:
    north = add_client("Brightwater", by=bob, now=NOW, looked_after_by=bob)
    add_person(north, "Brigitte Moß", by=bob, now=NOW, title="Foreman", phone="555 0140")
    make_promise(north, "Bring the roster", due_at=NOW + timedelta(hours=2), by=bob, now=NOW)
    keep_promise(make_promise(north, "Bring cake", due_at=NOW, by=bob, now=NOW), by=bob, now=NOW)
    page = text_of(browser_of(bob), "/find?q=BRI")
    assert "Clients Brightwater Bob Reed Not enough yet" in page
    assert "People Brigitte Moß Brightwater Foreman. 555 0140" in page
    assert "Promises Bring the roster Brightwater By 2 pm today Bring cake Brightwater Kept" in page


def test_nothing_found_says_what_to_try(bob: User) -> None:
    assert "Nothing begins with “zzz”. Try the first letters of a name" in text_of(browser_of(bob), "/find?q=zzz")
    assert "Type the first letters of a client, a person or a promise." in text_of(browser_of(bob), "/find")


def test_too_many_are_not_all_shown(bob: User) -> None:
    for number in range(MOST + 1):
        add_client(f"North {number}", by=bob, now=NOW)
    assert "The first 20. Another letter finds fewer." in text_of(browser_of(bob), "/find?q=north")


def test_what_is_restricted_is_not_found_by_others(charlie: User, mona: User, riverside: Branch) -> None:
    secret = add_client("Secret", by=mona, now=NOW, is_restricted=True, branch=riverside)
    add_person(secret, "Secret Sam", by=mona, now=NOW)
    make_promise(secret, "Secretly call", due_at=NOW, by=mona, now=NOW)
    assert "Nothing begins with “secret”." in text_of(browser_of(charlie), "/find?q=secret")
    assert "Secret Sam" in text_of(browser_of(mona), "/find?q=secret")


def test_finding_asks_as_often_whatever_there_is(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(bob)
    for count in (1, 3):
        for number in range(count):
            add_client(f"North {count}{number}", by=bob, now=NOW, looked_after_by=bob)
        with django_assert_num_queries(QUERIES):
            browser.get("/find?q=north")
