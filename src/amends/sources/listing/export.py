"""Text on its way into a spreadsheet: what would be taken for a formula is made plain text."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet compute a cell (OWASP, CSV Injection), and the wide forms that some treat alike."""


def neutralised(text: str) -> str:
    """Return a text as a cell of a CSV file may hold it: an apostrophe before what would be a formula.

    A plain number stays one, also below zero.
    """
    if not text.lstrip(" \u00a0").startswith(STARTS):
        return text
    return text if _is_number(text) else f"'{text}"


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdecimal() and text.isascii()
