"""Mailboxes in address fields: names and addresses, read in one linear pass whatever is written there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.message import Address
from amends.sources.charset import words

if TYPE_CHECKING:
    from collections.abc import Iterator

SIMPLE = re.compile(r"(?:\"?([^\"<>()@,:;\\]{0,200}?)\"?\s{0,20}<([^\s<>\"(),:;\\]{1,300})>|([^\s<>\"(),:;\\]{1,300}))")
"""The shapes nearly all mail has: `Name <address>`, `"Name" <address>`, `address`."""

PIECE = re.compile(r"\\.|<[^<>\"]*>|\([^()\"]*\)|[,;:]|[^\"<>(),;:\\]+|[\"<>()\\]", re.DOTALL)
COMMENT = re.compile(r"\([^()]*\)")
SPELT_AT = re.compile(r"^(\S{1,100}) at (\S{1,100}\.\S{1,100})$")
SHORT = 400
"""Values up to this length are remembered: the same people write again and again."""

MOST_ADDRESSES = 2_000
"""Of a message to more recipients the first ones are kept: nobody writes personally to thousands."""


def addresses(value: str) -> tuple[Address, ...]:
    """Read an address field; an unreadable one gives an Address without an address, an empty one nothing."""
    return _remembered(value) if len(value) <= SHORT else _addresses(value)


def first_address(value: str) -> Address:
    """Read the first mailbox of a field."""
    found = addresses(value)
    return found[0] if found else Address("")


@lru_cache(maxsize=8192)
def _remembered(value: str) -> tuple[Address, ...]:
    return _addresses(value)


def _addresses(value: str) -> tuple[Address, ...]:
    match = SIMPLE.fullmatch(value)
    if match:
        return (_address(match[1] or "", match[2] or match[3]),)
    found: list[Address] = []
    for name, address in _mailboxes(value):
        found.append(_address(name, address))
        if len(found) == MOST_ADDRESSES:
            break
    return tuple(found)


def _address(name: str, address: str) -> Address:
    """Make an Address: lower case, words decoded, a name that repeats the address left out."""
    shown = " ".join(words(name).split()).strip("\"' ") if name else ""
    plain = words(address).strip().lower()
    if "@" not in plain:
        return Address("", shown or address.strip())
    return Address(plain, "" if shown.lower() == plain else shown)


def _mailboxes(value: str) -> Iterator[tuple[str, str]]:
    """Split a field at its commas and groups; yield each mailbox's name and address, words still encoded."""
    if value.replace('\\"', "").count('"') % 2:
        value = value.replace('"', " ")  # a quote that never ends would swallow everybody after it
    said: list[str] = []
    comment = angle = ""
    is_quoted = False
    for piece in PIECE.findall(value + ","):
        first = piece[0]
        if piece == '"':
            is_quoted = not is_quoted
        elif is_quoted or first == "\\":
            said.append(piece[1:] if first == "\\" else piece)
        elif first == "<" and len(piece) > 1:
            angle = piece[1:-1]
        elif first == "(" and len(piece) > 1:
            comment = piece[1:-1]
        elif first in ",;":
            mailbox = _mailbox("".join(said), angle, comment)
            if mailbox:
                yield mailbox
            said, comment, angle = [], "", ""
        elif first == ":":
            said = []  # the name of a group: its members follow
        else:
            said.append(piece)


def _mailbox(said: str, angle: str, comment: str) -> tuple[str, str] | None:
    """Tell name from address in what stood between two commas; None when nothing stood there."""
    said = said.strip()
    if angle and ";" not in angle:  # `<undisclosed-recipients:;@where>` names nobody
        address = COMMENT.sub("", angle).rpartition(":")[2]  # a source route `<@relay:who@where>` keeps its end
        return said or comment, "".join(address.split())
    if not said:
        return None
    spelt = SPELT_AT.match(said)
    if spelt:
        return comment, f"{spelt[1]}@{spelt[2]}"
    if "@" not in said:
        return said, ""
    last = next(word for word in said.split() if "@" in word)
    return comment or said.replace(last, "").strip(), last
