"""The block of headers that Outlook, Lotus Notes and others put above a message they quote or forward."""

from __future__ import annotations

import re
from functools import lru_cache

from amends.core.phrase import phrases

LINES = 16  # a block with long lists of recipients is recognised within so many lines
WRAPPED = 3  # lines in a row that may belong to the header above them
ENOUGH = 3  # different headers; people list one or two such words in their own text
_LONGEST_LABEL = 26  # characters
_LONGEST_LINE = 2000  # characters looked at in a block written on one line
_LABELS: dict[str, str] = {
    label: kind for kind in ("cc", "subject", "to", "date", "from") for label in phrases("quotes")[kind]
}
BARE_LABELS = frozenset(
    shown for label, kind in _LABELS.items() if kind in {"from", "to"} for shown in (label, label.capitalize())
)
LONGEST_BARE_LABEL = max(map(len, BARE_LABELS))
_DATED = re.compile(r"\d{1,2}[:.]\d\d|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_LOTUS_ABOVE = re.compile(r"/[^\n]{0,80}@|@[^\n]{0,80}/|<[^<>\s]{1,80}@|please respond to|sent by", re.IGNORECASE)
_LONGEST_DATE, _LONGEST_NAME = 60, 200  # characters
_SHOWN_ABOVE = 3  # lines of name, date and reply address that Lotus Notes writes above the block


def header_block(lines: list[str], at: int, *, after_separator: bool = False) -> tuple[int, int] | None:
    """First line and end (not included) of the block of headers that begins at `at`, or None.

    It takes three different headers, one of them a subject or with a mail address in the block; after a separator such
    as "Original Message" any two do.
    """
    if at >= len(lines) or lines[at + 1 : at + 2] == [lines[at]]:
        return None
    label = label_of(lines[at])
    is_bare = not label and lines[at] in BARE_LABELS
    if not label and not is_bare:
        return None
    kinds, end, has_address = _read(lines, at, is_bare=is_bare)
    enough = len(kinds - {"cc"}) >= ENOUGH or kinds >= {"to", "subject", "cc"}
    if after_separator:
        enough = len(kinds) > 1 or "from" in kinds
    elif is_bare:
        enough = enough and "subject" in kinds
    elif kinds in ({"from", "subject"}, {"from", "date"}):
        enough = has_address and label == "from"
    if not enough or not (has_address or "subject" in kinds):
        return None
    return _with_name_above(lines, at, is_bare=is_bare or "from" not in kinds), end


def label_of(line: str) -> str:
    """Which header the line begins with: from, date, to, cc, subject or none of them."""
    return _label_in(line[:_LONGEST_LABEL])


@lru_cache(maxsize=1024)
def _label_in(line: str) -> str:
    """Find the header in the beginning of a line; remembered, because several blocks may ask about the same line."""
    colon = line.find(":")
    if colon < 0:
        colon = line.find("\uff1a")
    return _LABELS.get(line[:colon].strip(" *_\t\xa0").lower(), "") if colon > 0 else ""


def _read(lines: list[str], at: int, *, is_bare: bool) -> tuple[set[str], int, bool]:
    """Kinds of header in the block, the index past it, and whether it holds a mail address."""
    kinds: set[str] = set()
    end, missed, has_address = at, 0, False
    for index in range(at, min(len(lines), at + LINES)):
        line = lines[index]
        found = _kinds_on(line, is_bare=is_bare) if line else ()
        if found:
            kinds.update(found)
            end, missed = index + 1, 0
        elif line:
            missed += "@" not in line
            if missed > WRAPPED or line[0] == ">" or (not is_bare and not lines[index - 1]):
                break
            end = end if is_bare else index + 1
        has_address = has_address or "@" in line
    return kinds, end, has_address


def _kinds_on(line: str, *, is_bare: bool) -> frozenset[str]:
    """Kinds of header on one line; some programs write the whole block on a single one."""
    first = label_of(line)
    if not first:
        return frozenset({_LABELS[line.lower()]}) if is_bare and line.lower() in _LABELS else frozenset()
    kinds = {first}
    if line.count(":", 0, _LONGEST_LINE) > 1:
        for part in line[:_LONGEST_LINE].split(":")[1:-1]:
            words = part.rsplit(None, 2)
            kinds.add(_LABELS.get(words[-1].strip("*").lower(), first) if words else first)
    return frozenset(kinds)


def _with_name_above(lines: list[str], at: int, *, is_bare: bool) -> int:
    """Where the name and the date above a block without a sender begin."""
    first = at
    if is_bare:
        for index in range(at - 1, max(-1, at - 2 * _SHOWN_ABOVE), -1):
            line = lines[index]
            is_date = len(line) < _LONGEST_DATE and _DATED.search(line) is not None
            if line and not is_date and not _LOTUS_ABOVE.search(line[:_LONGEST_NAME]):
                break
            if line:
                first = index
    return first
