"""A value of a column, by its type: what was written becomes what it means, or a sentence says what to do."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.client import client_of
from amends.core.wording import say
from amends.sources.hypertext import text_of_html
from amends.sources.listing.amounts import count_of, days_of, money_of, number_of
from amends.sources.listing.days import day_of, moment_of
from amends.sources.listing.field import ValueType
from amends.sources.listing.problem import UnreadableError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from amends.sources.listing.options import Options

Value = str | int | Decimal | date | datetime | bool | tuple[str, ...]
"""What a field may become; None stands for nothing written."""

NOTHING = frozenset(
    {"", "-", "--", "–", "—", "n/a", "na", "#n/a", "null", "none", "nil", "nan", "(none)", "(null)", "?"}
)
"""What programs write where nothing is; in a text these words stay."""

YES = frozenset(
    {"true", "t", "yes", "y", "1", "x", "on", "checked", "ja", "j", "oui", "o", "si", "s", "sí", "wahr", "vrai"}
    | {"\u2713", "\u2714", "\u2611"}  # ticks
)
NO = frozenset({"false", "f", "no", "n", "0", "off", "unchecked", "nein", "non", "falsch", "faux", "\u2610", "\u2717"})

LONGEST_TEXT = 300
"""Characters of a line that a column of ours holds (`desk.models.Touch.summary`)."""

LONGEST_ID = 90
"""Characters of an id; what is made of it still fits in `desk.models.StaffingFact.external_id`."""

LONGEST_NOTE = 100_000
"""Characters of a note; a longer one is cut."""

MOST_ADDRESSES = 20
"""Addresses in one value; more are a list of everybody."""

ADDRESS = re.compile(r"[^\s<>;,:\"'()\[\]@|]{1,64}@[^\s<>;,:\"'()\[\]@|]{1,190}")
HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}://)?(?:[^\s/@]{0,100}@)?((?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62})\.?(?:[:/?#].*)?",
    re.DOTALL,
)
TAG = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>|&[a-zA-Z#0-9]{2,8};")
SHORTENED = re.compile(r"\d[.,]\d{1,12}[eE]\+\d{2}")
WHOLE = re.compile(r"(-?\d{1,20})\.0{1,3}")

SALESFORCE = frozenset({"salesforce", "jobscience"})
SHORT_ID = re.compile(r"[A-Za-z0-9]{15}")
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def read_value(of: ValueType, raw: str, options: Options) -> Value | None:
    """Return what a value means, None when nothing is written; raise UnreadableError with a sentence."""
    text = raw.replace("\x00", "").strip() if "\x00" in raw else raw.strip()
    if not text or (of not in TEXTUAL and text.lower() in NOTHING):
        return None
    return READERS[of](text, options)


@lru_cache(maxsize=1024)
def yes_or_no(text: str) -> bool:
    """Return a yes or a no in any of its spellings; raise UnreadableError when it is neither."""
    word = text.strip().lower().removesuffix(".0")
    if word in YES:
        return True
    if word in NO:
        return False
    raise UnreadableError(say("“{value}” is neither yes nor no; write yes or no.", value=shown(text)))


def id_of(text: str, options: Options) -> str:
    """Return an id as it is compared: Salesforce's short ones in their long form, numbers without ".0"."""
    if len(text) > LONGEST_ID:
        raise UnreadableError(say("“{value}” is too long to be an ID; check the column.", value=shown(text)))
    if options.preset in SALESFORCE and SHORT_ID.fullmatch(text):
        return long_id(text)
    if SHORTENED.fullmatch(text):
        raise UnreadableError(
            say("“{value}” was shortened by a spreadsheet; format the column as text and export again.", value=text)
        )
    match = WHOLE.fullmatch(text)
    return match[1] if match else text


def long_id(short: str) -> str:
    """Return the 18 characters of a Salesforce id of 15: three more say which letters are capitals."""
    ends = (
        sum(1 << place for place, letter in enumerate(short[start : start + 5]) if "A" <= letter <= "Z")
        for start in (0, 5, 10)
    )
    return short + "".join(ID_LETTERS[number] for number in ends)


def emails_of(text: str) -> tuple[str, ...]:
    """Return the addresses in a value, lower case, each once; raise UnreadableError when there is none."""
    found = (address.lower().rstrip(".") for address in ADDRESS.findall(text.removeprefix("mailto:")))
    addresses = tuple(dict.fromkeys(address for address in found if "." in address.partition("@")[2]))
    if not addresses:
        raise UnreadableError(say("“{value}” is no email address; write it like name@company.com.", value=shown(text)))
    return addresses[:MOST_ADDRESSES]


def domains_of(text: str) -> tuple[str, ...]:
    """Return the registrable domains of websites and addresses, without those of free mail.

    A value that names no domain ("see brochure") gives none: nobody's row is refused for its website.
    """
    hosts = (HOST.fullmatch(piece) for piece in re.split(r"[\s;,]+", text.lower()) if piece)
    keys = (client_of(f"x@{host[1].removeprefix('www.')}") for host in hosts if host)
    return tuple(dict.fromkeys(key for key in keys if key and "@" not in key))


def texts_of(text: str) -> tuple[str, ...]:
    """Return the values between semicolons, as multi-picklists write them."""
    return tuple(dict.fromkeys(filter(None, (" ".join(piece.split()) for piece in text.split(";")))))


def note_of(text: str) -> str:
    """Return a note as it is read: HTML taken off, what is too long cut."""
    plain = text_of_html(text) if TAG.search(text) else text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.strip()[:LONGEST_NOTE]


def _line(text: str, _: Options) -> str:
    plain = text_of_html(text) if TAG.search(text) else text
    return " ".join(plain.split())[:LONGEST_TEXT]


def _note(text: str, _: Options) -> str:
    return note_of(text)


def _money(text: str, options: Options) -> Decimal:
    return money_of(text, decimal_comma=options.decimal_comma)


def _number(text: str, options: Options) -> Decimal:
    return number_of(text, decimal_comma=options.decimal_comma)


def _count(text: str, options: Options) -> int:
    return count_of(text, decimal_comma=options.decimal_comma)


def _days(text: str, _: Options) -> int:
    return days_of(text)


def _yes_no(text: str, _: Options) -> bool:
    return yes_or_no(text)


def _emails(text: str, _: Options) -> tuple[str, ...]:
    return emails_of(text)


def _domains(text: str, _: Options) -> tuple[str, ...]:
    return domains_of(text)


def _texts(text: str, _: Options) -> tuple[str, ...]:
    return texts_of(text)


TEXTUAL = frozenset({ValueType.NOTE, ValueType.TEXTS})
READERS: Mapping[ValueType, Callable[[str, Options], Value | None]] = {
    ValueType.ID: id_of,
    ValueType.TEXT: _line,
    ValueType.NOTE: _note,
    ValueType.DAY: day_of,
    ValueType.MOMENT: moment_of,
    ValueType.MONEY: _money,
    ValueType.NUMBER: _number,
    ValueType.COUNT: _count,
    ValueType.DAYS: _days,
    ValueType.YES_NO: _yes_no,
    ValueType.EMAILS: _emails,
    ValueType.DOMAINS: _domains,
    ValueType.TEXTS: _texts,
}
