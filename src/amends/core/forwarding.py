"""The earlier message that a mail program wrote into the text of the mail that forwards it."""

from __future__ import annotations

import re
from typing import NamedTuple

from amends.core.headers import header_block, label_of
from amends.core.phrase import phrases

LONGEST_FIELD = 20_000  # characters of one printed header: some hundred recipients
INVISIBLE = " \t\r\f\v\xa0\u200b\u200e\u200f\u2060\ufeff"
AROUND = " *_\t\xa0"  # bold and the like, as text of HTML has it
_DASHES = "-_=~* "
_PEOPLE = frozenset({"from", "to", "cc"})
_ENDINGS = phrases("quotes")["separators that end"]
_MARK = re.compile(r">[ \t]?")


class Forwarded(NamedTuple):
    """What is printed of the earlier message; each header as it stands there, empty where there is none."""

    sender: str
    date: str
    to: str
    cc: str
    subject: str
    text: str


def forwarded_in(text: str) -> Forwarded | None:
    """Return the first earlier message in a text, with whatever stood below its headers; None where there is none.

    What the forwarder wrote above is not part of it. Linear in the length of the text.
    """
    raw = text.split("\n")
    lines = [line.strip(INVISIBLE) for line in raw]
    bare = [_unmarked(line) for line in lines]
    for at, line in enumerate(bare):
        if line and label_of(line) and (block := header_block(bare, at)):
            fields, end = _read(bare, at, block[1])
            is_marked = lines[at].startswith(">")
            below = [_MARK.sub("", each.lstrip(INVISIBLE), count=1) if is_marked else each for each in raw[end:]]
            sender, date, to, cc, subject = (fields.get(name, "") for name in ("from", "date", "to", "cc", "subject"))
            return Forwarded(sender, date, to, cc, subject, "\n".join(_until_its_end(below)).strip("\n"))
    return None


def _unmarked(line: str) -> str:
    """Return a line without one mark of quotation: Apple Mail sets it before all that it forwards as plain text."""
    return _MARK.sub("", line, count=1).strip(INVISIBLE) if line.startswith(">") else line


def _read(lines: list[str], at: int, end: int) -> tuple[dict[str, str], int]:
    """Read the printed headers between two lines, and where they end: what may be text already is no header."""
    fields: dict[str, str] = {}
    kind, past = "", at
    last = max(index for index in range(at, end) if label_of(lines[index]))
    for index in range(at, end):
        line = lines[index]
        found = label_of(line)
        if found:
            kind = "" if found in fields else found
            line = line[min(place for place in (line.find(":"), line.find("\uff1a")) if place > 0) + 1 :]
        elif index > last and not _goes_on(kind, fields.get(kind, ""), line):
            break
        if kind:
            fields[kind] = f"{fields.get(kind, '')} {line.strip(AROUND)}".strip()[:LONGEST_FIELD]
        past = index + 1
    return fields, past


def _goes_on(kind: str, value: str, line: str) -> bool:
    """Whether a line without a label belongs to the header above it: a value below its label, a list of people."""
    if not value:
        return bool(kind)
    return kind in _PEOPLE and "@" in line and (value.endswith((",", ";")) or "@" not in value)


def _until_its_end(lines: list[str]) -> list[str]:
    """Return the lines before the row of dashes with which some programs end what they forward."""
    for at, line in enumerate(lines):
        if line[:1] in _DASHES and line.strip(_DASHES).lower().startswith(_ENDINGS):
            return lines[:at]
    return lines
