"""Sums are read as people write them, and kept to the smallest coin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.money import NoMoney, read_money, rounded


@pytest.mark.parametrize(
    ("written", "currency", "amount"),
    [
        ("", "USD", "0"),
        ("  ", "USD", "0"),
        ("1200", "USD", "1200"),
        ("$1,200", "USD", "1200"),
        ("US$ 1,200.5", "USD", "1200.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1 200,00 €", "EUR", "1200"),
        ("1\u202f200,00\u00a0€", "EUR", "1200"),
        ("1,234.50 usd", "USD", "1234.50"),
        ("1.234", "EUR", "1234"),
        ("1,234", "USD", "1234"),
        ("12.5", "USD", "12.50"),
        ("12,5", "EUR", "12.50"),
        (".50", "USD", "0.50"),
        ("5.", "USD", "5"),
        ("1’234.50", "CHF", "1234.50"),
        ("CHF 1'234'567.05", "CHF", "1234567.05"),
        ("12,34,567", "INR", "1234567"),
        ("1.234.567", "EUR", "1234567"),
        ("¥120,000", "JPY", "120000"),
        ("120000.00", "JPY", "120000"),
        ("$5", "CAD", "5"),
        ("CA$5", "CAD", "5"),
        ("A$5", "AUD", "5"),
        ("20 euro", "EUR", "20"),
        ("\uff11\uff12\uff13", "USD", "123"),
        ("١٢٣", "USD", "123"),
        ("0", "USD", "0"),
        ("0.00", "USD", "0"),
    ],
)
def test_a_sum_is_read_as_it_was_written(written: str, currency: str, amount: str) -> None:
    assert read_money(written, currency) == Decimal(amount)


BELOW = "A sum cannot be below zero. Write it without the minus."
NONE = "We cannot read that as a sum. Write it like 1,200.00."


@pytest.mark.parametrize(
    ("written", "currency", "sentence"),
    [
        ("-5", "USD", BELOW),
        ("$-5", "USD", BELOW),
        ("−5", "USD", BELOW),
        ("(500)", "USD", BELOW),
        ("ten", "USD", NONE),
        ("1.2k", "USD", NONE),
        ("1,2,3", "USD", NONE),
        ("1,234.567", "USD", NONE),
        ("0.125", "USD", NONE),
        (",", "USD", NONE),
        ("$", "USD", NONE),
        ("1e9", "USD", NONE),
        ("nan", "USD", NONE),
        ("<b>5</b>", "USD", NONE),
        ("1,234.5x", "USD", NONE),
        ("9" * 10, "USD", "That is more than anybody pays here. Look at the zeros."),
        ("9" * 41, "USD", "That is too long for a sum. Write it like 1,200.00."),
        ("9" * 1_000_000, "USD", "That is too long for a sum. Write it like 1,200.00."),
        ("€ 5", "USD", "EUR is not USD. Write the sum in USD."),
        ("NZ$5", "USD", "NZD is not USD. Write the sum in USD."),
        ("$5", "EUR", "$ is not EUR. Write the sum in EUR."),
        ("GBP 5", "USD", "GBP is not USD. Write the sum in USD."),
        ("120.50", "JPY", "JPY has no cents. Write a whole sum."),
    ],
)
def test_what_is_no_sum_says_why(written: str, currency: str, sentence: str) -> None:
    with pytest.raises(NoMoney) as refused:
        read_money(written, currency)
    assert str(refused.value) == sentence


@given(st.text(max_size=60), st.sampled_from(["USD", "EUR", "JPY", "CHF"]))
def test_whatever_is_typed_is_a_sum_or_a_sentence(written: str, currency: str) -> None:
    try:
        amount = read_money(written, currency)
    except NoMoney:
        return
    assert amount >= 0
    assert amount == rounded(amount, currency)


@given(st.integers(0, 99_999_999_900))
def test_a_sum_is_the_same_in_both_ways_of_writing(cents: int) -> None:
    amount = Decimal(cents) / 100
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_money(english, "USD") == read_money(german, "EUR") == amount


def test_half_a_coin_goes_up() -> None:
    assert rounded(Decimal("2.345"), "USD") == Decimal("2.35")
    assert rounded(Decimal("2.5"), "JPY") == Decimal(3)
