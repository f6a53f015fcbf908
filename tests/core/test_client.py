"""Who a message belongs to, and who "we" are."""

from __future__ import annotations

from collections import Counter

import pytest

from amends.core.client import (
    Tally,
    client_of,
    company_line,
    company_name,
    find_us,
    full_name,
    key_given,
    merge_people,
    registrable_domain,
    same_person_elsewhere,
)
from amends.core.message import Person


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("dana@brightwater.example", "brightwater.example"),
        ("dana@mail.dock.brightwater.co.uk", "brightwater.co.uk"),
        ("gary.hollis@gmail.com", "gary.hollis@gmail.com"),
        ("anna@web.de", "anna@web.de"),
        ("it@penhallow.onmicrosoft.com", "penhallow.onmicrosoft.com"),
        ("it@mail.penhallow.onmicrosoft.com", "penhallow.onmicrosoft.com"),
        ("root@localhost", "localhost"),
        ("dot@brightwater.example.", "brightwater.example"),
        ("gary.hollis@gmail.com.invalid", "gary.hollis@gmail.com.invalid"),
        ("dana@brightwater.example.invalid", "brightwater.example"),
        ("dana", ""),
        ("dana@", ""),
        ("", ""),
    ],
)
def test_a_company_is_its_registrable_domain_and_a_free_mail_person_is_themselves(address: str, client: str) -> None:
    assert client_of(address) == client


def test_a_bare_public_suffix_is_its_own() -> None:
    assert registrable_domain("co.uk") == "co.uk"


def test_a_sent_folder_tells_who_we_are() -> None:
    tallies = [
        Tally("alderquay.example", wrote=40, received=50, sent_folder=40, either=90),
        Tally("brightwater.example", wrote=60, received=30, either=90),
    ]

    assert find_us(tallies, 100) == ("alderquay.example",)


def test_several_domains_of_ours_are_found_by_delivery_and_sent_mail() -> None:
    tallies = [
        Tally("alderquay.example", wrote=40, received=50, sent_folder=40, either=90),
        Tally("aq-staffing.example", wrote=0, received=20, delivered=20, either=20),
        Tally("brightwater.example", wrote=60, received=30, delivered=1, either=90),
    ]

    assert find_us(tallies, 100) == ("alderquay.example", "aq-staffing.example")


def test_without_such_signs_we_are_whoever_is_on_one_side_of_most_mail() -> None:
    tallies = [
        Tally("brightwater.example", wrote=30, received=20, either=50),
        Tally("alderquay.example", wrote=45, received=55, either=98),
        Tally("penhallow.example", wrote=25, received=25, either=48),
    ]

    assert find_us(tallies, 100) == ("alderquay.example",)


def test_a_mailbox_without_answers_belongs_to_its_reader() -> None:
    tallies = [
        Tally("brightwater.example", wrote=60, received=0, either=60),
        Tally("alderquay.example", wrote=0, received=100, either=100),
        Tally("penhallow.example", wrote=40, received=0, either=40),
    ]

    assert find_us(tallies, 100) == ("alderquay.example",)


def test_two_firms_on_one_side_of_equally_many_are_not_guessed_at() -> None:
    tallies = [
        Tally("alderquay.example", wrote=5, received=5, either=10),
        Tally("brightwater.example", wrote=5, received=5, either=10),
    ]

    assert find_us(tallies, 10) == ()


def test_of_one_single_mail_the_reader_is_us() -> None:
    tallies = [
        Tally("alderquay.example", wrote=0, received=1, either=1),
        Tally("brightwater.example", wrote=1, received=0, either=1),
    ]

    assert find_us(tallies, 1) == ("alderquay.example",)


def test_mail_that_does_not_tell_names_nobody() -> None:
    assert find_us([Tally("list.example", wrote=3, received=3, either=6)], 100) == ()
    assert find_us([], 0) == ()


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("Dana Whitlock", "dana whitlock"),
        ("Whitlock, Dana", "dana whitlock"),
        ("Dana", ""),
        ("D. W.", ""),
        ("José Núñez", "josé núñez"),
    ],
)
def test_names_are_compared_without_order_and_case(name: str, full: str) -> None:
    assert full_name(name) == full


def test_somebody_who_writes_from_home_counts_for_their_company() -> None:
    names = [
        ("dana@brightwater.example", "Dana Whitlock"),
        ("dwhitlock71@gmail.com", "Whitlock, Dana"),
        ("luis@gmail.com", "Luis"),
        ("sam@greyfriars.example", "Sam Lee"),
        ("sam@moorfield.example", "Sam Lee"),
        ("sam.lee@gmail.com", "Sam Lee"),
        ("", "Nobody Here"),
    ]

    assert same_person_elsewhere(names) == {"dwhitlock71@gmail.com": "brightwater.example"}


def test_addresses_with_one_name_are_one_person() -> None:
    seen = {
        "dana@brightwater.example": "Dana Whitlock",
        "d71@gmail.com": "Whitlock, Dana",
        "dock@brightwater.example": "",
    }

    people = merge_people(seen, {"dana@brightwater.example": "Operations Director"})

    assert people == (
        Person(frozenset({"dana@brightwater.example", "d71@gmail.com"}), "Whitlock, Dana", "Operations Director"),
        Person(frozenset({"dock@brightwater.example"})),
    )


def test_the_company_is_named_by_the_line_its_people_sign_with() -> None:
    signature = "Dana Whitlock\nOperations Director | Brightwater Cold Storage | \nwww.brightwater.example"

    assert company_line(signature, "brightwater.example") == "Brightwater Cold Storage"
    assert company_line("brightwater@dock", "brightwater.example") == ""
    assert company_line("Gary", "gary.hollis@gmail.com") == ""
    assert company_line("Dana", "brightwater.example") == ""
    assert company_line("Dana", "") == ""


def test_the_commonest_name_is_shown_else_the_domain() -> None:
    assert (
        company_name("b.example", Counter({"Brightwater": 1, "Brightwater Cold Storage": 4}))
        == "Brightwater Cold Storage"
    )
    assert company_name("b.example", Counter()) == "b.example"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("Mail.North.example", "north.example"),
        ("Gary@North.example", "north.example"),
        ("Dana@gmail.com", "dana@gmail.com"),
    ],
)
def test_a_client_is_meant_by_a_domain_or_by_an_address(given: str, key: str) -> None:
    assert key_given(given) == key
