"""Money as people write it, and as it is kept: to the smallest coin of its currency."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from amends.core.wording import later, say

NO_COINS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)  # ISO 4217: no smaller unit
COIN = Decimal("0.01")  # of every other currency; the few with three places are kept to two, as invoices are
MOST = Decimal(999_999_999)  # judgement: a larger sum is a slip of the keyboard
LONGEST = 40  # characters of a sum as somebody writes it (judgement)
MOST_COINS = 2  # digits behind the point
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"})  # "$" is theirs
ABROAD = {"US$": "USD", "CA$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD"}  # whose dollar it is, as we write it
DOLLAR_OF = re.compile("|".join(map(re.escape, ABROAD)))
YEN = frozenset({"JPY", "CNY"})
NAMED = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS", "₫": "VND", "₺": "TRY",
    "₴": "UAH", "₱": "PHP",
}  # fmt: skip
CODES = frozenset({
    *NO_COINS, *DOLLARS, *YEN, *NAMED.values(), "$", "¥", "AED", "BRL", "CHF", "CZK", "DKK", "HUF", "NOK", "PLN", "RON",
    "SAR", "SEK", "THB", "ZAR",
})  # fmt: skip  # those that people are likely to write; a word that is none is no sum
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "INR": "₹", "JPY": "¥"}
MARK = re.compile(r"[A-Z]+|[$¥€£₹₩₪₫₺₴₱]")
MINUS = ("-", "−", "–", "(")
# "1.234,50", "1,234.50", "1 234", "1'234.50", "12,34,567": groups of three, of two before them as India writes.
GROUPED = re.compile(r"\d{1,3}(?:[.,']\d{2,3})*[.,']\d{3}|\d+")


class NoMoney(ValueError):  # noqa: N818  (it reads as a sentence)
    """What was written is no sum of money; its words are for who wrote it."""


def rounded(amount: Decimal | int, currency: str) -> Decimal:
    """Return an amount to the smallest coin of its currency, half a coin up: 2.345 is 2.35, of yen 2."""
    coin = Decimal(1) if currency in NO_COINS else COIN
    return Decimal(amount).quantize(coin, ROUND_HALF_UP)


def read_money(text: str, currency: str) -> Decimal:
    """Read a sum as people write it: "1.234,50", "$1,200", "1 200,00 €". Empty is zero.

    One mark with three digits behind it parts the thousands ("1.234" and "1,234" are the same), for no coin has three.
    Raises NoMoney, with a sentence, for anything that is none, below zero, too large, or in another currency.
    """
    told = unicodedata.normalize("NFKC", text[: LONGEST + 1]).strip()
    if not told:
        return Decimal(0)
    if len(text.strip()) > LONGEST:
        raise NoMoney(say(later("That is too long for a sum. Write it like 1,200.00.")))
    bare = re.sub(r"[\s_]", "", _without_currency(told, currency)).replace("’", "'")
    if bare.startswith(MINUS):
        raise NoMoney(say(later("A sum cannot be below zero. Write it without the minus.")))
    amount = Decimal(_plain(bare))
    if amount > MOST:
        raise NoMoney(say(later("That is more than anybody pays here. Look at the zeros.")))
    if currency in NO_COINS and amount != amount.to_integral_value():
        raise NoMoney(say(later("{currency} has no cents. Write a whole sum."), currency=currency))
    return rounded(amount, currency)


def _without_currency(told: str, currency: str) -> str:
    """Take the currency's sign or letters away; refuse those of another one."""
    bare = DOLLAR_OF.sub(lambda found: ABROAD[found[0]], told.upper())
    for mark in MARK.findall(bare):
        named = NAMED.get(mark, mark)
        if not (mark == "$" and currency in DOLLARS) and not (mark == "¥" and currency in YEN) and named != currency:
            if named not in CODES:
                break  # no currency: no sum either
            told = say(later("{other} is not {currency}. Write the sum in {currency}."), other=named, currency=currency)
            raise NoMoney(told)
        bare = bare.replace(mark, "", 1)
    return bare


def _plain(bare: str) -> str:
    """Return the digits with one point before the coins."""
    last = max(bare.rfind("."), bare.rfind(","))
    whole, coins = (bare[:last], bare[last + 1 :]) if last >= 0 else (bare, "")
    alone = last >= 0 and bare.count(bare[last]) == 1
    if last >= 0 and not (alone and len(coins) <= MOST_COINS):
        whole, coins = bare, ""  # it parts thousands
    whole = whole or "0"
    marks = {char for char in whole if not char.isdecimal()}
    is_whole = GROUPED.fullmatch(whole) and len(marks) <= 1 and (whole[0] != "0" or whole.isdecimal())
    if not (any(map(str.isdecimal, bare)) and is_whole and (coins or "0").isdecimal()):
        raise NoMoney(say(later("We cannot read that as a sum. Write it like 1,200.00.")))
    return f"{re.sub(r'[^0-9]', '', _latin(whole))}.{_latin(coins) or '0'}"


def _latin(digits: str) -> str:
    """Write the digits of any script as ours."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in digits)
