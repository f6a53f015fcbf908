"""What a number in a workbook is shown as: a day, a share of a hundred, or itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.sources.listing.days import EXCEL_START, from_serial
from amends.sources.listing.package import elements

if TYPE_CHECKING:
    from zipfile import ZipFile

PLAIN, DAY, PERCENT = "", "day", "%"
DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
PERCENT_FORMATS = frozenset({9, 10})
"""Numbers of formats that every workbook knows (ECMA-376 part 1, 18.8.30)."""

SAID = re.compile(r'"[^"]{0,255}"|\[[^\]]{0,255}\]|\\.|_.|\*.')
"""What a format says or pads with, and its colours and conditions: no letter in it stands for a day."""

ELAPSED = re.compile(r"\[(?:h{1,2}|m{1,2}|s{1,2})\]", re.IGNORECASE)
DAY_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
MOST_EXACT = 1e15
"""Whole numbers above lose digits in a spreadsheet."""

LAST_SERIAL = 2_958_465
"""9999-12-31, the last day that Excel knows."""


def formats_of(package: ZipFile, part: str) -> list[str]:
    """Return how each style of a workbook shows a number: PLAIN, DAY or PERCENT, by the style's number."""
    codes: dict[str, str] = {}
    kinds: list[str] = []
    is_cell = False
    for name, said in elements(package, part):
        if name == "numFmt":
            codes[said.get("numFmtId", "")] = said.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_cell = name == "cellXfs"
        elif name == "xf" and is_cell:
            kinds.append(_kind(said.get("numFmtId", "0"), codes))
    return kinds


def _kind(number: str, codes: dict[str, str]) -> str:
    code = codes.get(number)
    if code is None:
        known = int(number) if number.isdecimal() and len(number) < 6 else 0  # noqa: PLR2004  (no format has more digits)
        return DAY if known in DAY_FORMATS else PERCENT if known in PERCENT_FORMATS else PLAIN
    if ELAPSED.search(code):
        return PLAIN  # a length of time
    shown = SAID.sub("", code.partition(";")[0])
    return PERCENT if "%" in shown else DAY if DAY_LETTERS.search(shown) else PLAIN


def text_of(raw: str, kind: str, *, is_1904: bool) -> str:
    """Return a number as text: a day as 2026-03-31, with its hour where it has one; a share as 20%."""
    if not kind and raw.isdecimal():
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    if kind is DAY and 0 <= number <= LAST_SERIAL:
        return _day(number, is_1904=is_1904)
    return f"{_plain(number * 100)}%" if kind is PERCENT else _plain(number)


def _day(number: float, *, is_1904: bool) -> str:
    if number < 1:  # an hour alone
        return (EXCEL_START + timedelta(days=number)).time().isoformat("seconds")
    return from_serial(number, is_1904=is_1904).isoformat()


def _plain(number: float) -> str:
    """Return the shortest text for a number: no dust of binary fractions, no exponent where none is needed."""
    number = float(f"{number:.15g}")
    return str(int(number)) if number.is_integer() and abs(number) < MOST_EXACT else repr(number)
