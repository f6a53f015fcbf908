"""Numbers of rows as they come from outside: anybody may send anything."""

from __future__ import annotations

MOST_DIGITS = 18  # a row's number is a signed 64-bit integer: every number of 18 digits is one
NOBODY = 0  # no row has it


def id_in(told: str | None) -> int:
    """Return the number of a row that a request names; `NOBODY` for whatever is none."""
    given = told or ""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS else NOBODY
