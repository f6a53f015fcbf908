"""Whom somebody means by what they typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.models import Client, Person, PersonAddress
from amends.desk.queries.find import searchable
from amends.desk.queries.sheet import sheet_of
from amends.desk.queries.who import who_is
from cast import NOW, a_client, a_restricted_client

if TYPE_CHECKING:
    from amends.desk.models import Branch, User


def someone(client: Client, name: str, address: str = "", **fields: object) -> Person:
    person = Person.objects.create(client=client, name=name, search=searchable(name, address), **fields)
    if address:
        PersonAddress.objects.create(person=person, address=address)
    return person


@pytest.fixture
def brightwater(bob: User) -> Client:
    """Give a client whose people all write from its domain."""
    client = a_client(name="Brightwater Cold Storage", looked_after_by=bob)
    someone(client, "Luis Ortega", "luis@brightwater.example")
    someone(client, "Dana Whitlock", "dana@brightwater.example", is_main=True)
    return client


def meant(asked: str, user: User) -> list[str]:
    return [str(who) for who in who_is(asked, user)]


@pytest.mark.parametrize("asked", ["Brightwater", "brightwater cold", "Brightwater Cold Storage", "cold"])
def test_a_companys_name_means_the_company_and_nobody_there(bob: User, brightwater: Client, asked: str) -> None:
    del brightwater
    assert meant(asked, bob) == ["Brightwater Cold Storage"]


def test_a_domain_means_the_company_too(bob: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    someone(north, "Luis Ortega", "luis@tarnvalley.example")
    someone(north, "Dana Whitlock", "dana@tarnvalley.example")
    assert meant("tarnvalley", bob) == ["North"]


def test_a_persons_name_means_the_person(bob: User, brightwater: Client) -> None:
    del brightwater
    assert meant("Dana", bob) == meant("whitlock", bob) == ["Dana Whitlock, Brightwater Cold Storage"]
    assert meant("DANA@brightwater.example", bob) == ["Dana Whitlock, Brightwater Cold Storage"]


def test_of_two_of_the_same_first_name_one_has_to_be_chosen(bob: User, brightwater: Client) -> None:
    someone(brightwater, "Dana Voss")
    assert meant("Dana", bob) == ["Dana Voss, Brightwater Cold Storage", "Dana Whitlock, Brightwater Cold Storage"]
    a_client(name="Dana Foods", looked_after_by=bob)
    assert meant("Dana", bob)[-1] == "Dana Foods"


def test_of_two_who_cannot_be_told_apart_it_is_who_is_still_there(bob: User, brightwater: Client) -> None:
    here = someone(brightwater, "Sam Okafor")
    someone(brightwater, "Sam Okafor", left_on=date(2024, 5, 1), last_wrote_at=NOW)
    [who] = who_is("Sam Okafor, Brightwater Cold Storage", bob)
    assert who.person == here


def test_what_somebody_may_not_see_is_never_meant(charlie: User, riverside: Branch, bob: User) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    someone(secret, "Dana Whitlock", "dana@secret.example")
    asked = ("Secret", secret.name, "Dana", f"Dana Whitlock, {secret.name}", "dana@secret.example")
    assert [who_is(one, charlie) for one in asked] == [[], [], [], [], []]


def test_a_call_with_a_company_is_with_its_main_contact_else_with_who_wrote_last(brightwater: Client) -> None:
    assert str(sheet_of(brightwater, now=NOW).person) == "Dana Whitlock"
    Person.objects.update(is_main=False)
    Person.objects.filter(name="Luis Ortega").update(last_wrote_at=NOW - timedelta(days=9))
    Person.objects.filter(name="Dana Whitlock").update(last_wrote_at=NOW)
    assert str(sheet_of(brightwater, now=NOW).person) == "Dana Whitlock"
