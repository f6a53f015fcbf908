"""Mailboxes as people and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.message import Address
from amends.sources.addresses import MOST_ADDRESSES, addresses, first_address


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("dana@brightwater.example", Address("dana@brightwater.example")),
        ("<Dana@Brightwater.example>", Address("dana@brightwater.example")),
        ("Dana Reed <dana@brightwater.example>", Address("dana@brightwater.example", "Dana Reed")),
        ('"Reed, Dana" <dana@brightwater.example>', Address("dana@brightwater.example", "Reed, Dana")),
        ("'Dana Reed' <dana@brightwater.example>", Address("dana@brightwater.example", "Dana Reed")),
        ('"Dana \\"D\\" Reed" <dana@brightwater.example>', Address("dana@brightwater.example", 'Dana "D" Reed')),
        ("dana@brightwater.example (Dana Reed)", Address("dana@brightwater.example", "Dana Reed")),
        ("dana at brightwater.example (Dana Reed)", Address("dana@brightwater.example", "Dana Reed")),
        ("Dana Reed dana@brightwater.example", Address("dana@brightwater.example", "Dana Reed")),
        ("=?utf-8?Q?Ren=C3=A9e?= <renee@brightwater.example>", Address("renee@brightwater.example", "Renée")),
        ("<@relay.example:dana@brightwater.example>", Address("dana@brightwater.example")),
        ("dana@brightwater.example <dana@brightwater.example>", Address("dana@brightwater.example")),
        ("Dana <dana (at work)@brightwater.example (office)>", Address("dana@brightwater.example", "Dana")),
        ("Dana Reed", Address("", "Dana Reed")),
    ],
)
def test_one_mailbox(value: str, found: Address) -> None:
    assert addresses(value) == (found,)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@x.example, B <b@x.example>", ["a@x.example", "b@x.example"]),
        ("Team: a@x.example, b@x.example;, c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
        ("undisclosed-recipients:;", []),
        ("<undisclosed-recipients:;@x.example>", []),
        ("", []),
        ("<>", []),
        (" , ,", []),
        ('a@x.example, "open quote <b@x.example>', ["a@x.example", "b@x.example"]),
    ],
)
def test_several_mailboxes(value: str, found: list[str]) -> None:
    assert [each.address for each in addresses(value) if each.address] == found


def test_the_first_mailbox() -> None:
    assert first_address("a@x.example, b@x.example") == Address("a@x.example")
    assert first_address("") == Address("")


def test_ten_thousand_recipients_are_cut_to_the_first() -> None:
    value = ", ".join(f"Person {number} <p{number}@x.example>" for number in range(10_000))
    found = addresses(value)
    assert len(found) == MOST_ADDRESSES
    assert found[-1] == Address(f"p{MOST_ADDRESSES - 1}@x.example", f"Person {MOST_ADDRESSES - 1}")


@given(st.text(alphabet='ab@.<>(),;:"\\ \n', max_size=60))
def test_no_value_ever_raises(value: str) -> None:
    assert all(isinstance(each, Address) for each in addresses(value))


@pytest.mark.parametrize(
    "hostile", ["(" * 1_000_000, '"' * 1_000_000, "<" * 1_000_000, '"\\' * 500_000, "a@" * 500_000, "," * 1_000_000]
)
def test_hostile_fields_take_no_longer_than_others(hostile: str) -> None:
    assert len(addresses(hostile)) <= MOST_ADDRESSES
