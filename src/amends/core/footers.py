"""What servers, lists, programs and lawyers put under a message: disclaimers, footers of lists, PGP armour, cards."""

from __future__ import annotations

from functools import lru_cache

from amends.core.marks import FOOTER, OWN, is_rule, next_text
from amends.core.phrase import phrases

KEY = 5  # characters of a paragraph's beginning that are looked up before anything else
LONGEST_ARMOUR = 400  # lines
LONGEST_LIST_FOOTER = 16  # lines under a row of dashes
_LOOKED_AT = 200  # characters of a line in which a list is sought
_LONGEST_PARAGRAPH = 2500  # characters of a legal notice that are read
_LIST_PHRASE_WITHIN = 4  # lines with text under the row of dashes
_SHORTEST_NOTICE = 60  # characters; a person writes "this email is confidential" too
_ORNAMENT = "*_-=~# \t([<|\xa0\u2022"
_CERTAIN = phrases("footers")["certain"]
_LEGAL = phrases("footers")["legal"]
_LEGAL_PHRASES = phrases("footers")["legal phrases"]
_LIST = phrases("footers")["list"]
_KEYS = frozenset(phrase[:KEY] for phrase in (*_CERTAIN, *_LEGAL))
_ARMOUR = {"-----BEGIN PGP S": "-----END PGP S", "-----BEGIN PGP M": "-----END PGP M"} | {
    "-----BEGIN PGP P": "-----END PGP P",
    "BEGIN:VCARD": "END:VCARD",
}
_SIGNED = "-----BEGIN PGP SIGNED"
_ARMOUR_KEY = 16  # characters that tell one kind of armour from another


def mark_footers(lines: list[str], marks: bytearray) -> None:
    """Mark the paragraphs that no person wrote for this message."""
    is_first = True
    for at, line in enumerate(lines):
        if not line or marks[at] != OWN:
            is_first = True
            continue
        if line[0] in "-B" and (line[:_ARMOUR_KEY] in _ARMOUR or line == "BEGIN:VCARD"):
            _mark_armour(lines, marks, at)
        elif line == "__" or (line[0] in "_-=*~" and (is_rule(line) or (line[1:2] == line[0] and is_from_list(line)))):
            _mark_list_footer(lines, marks, at)
            is_first = True
        elif is_first:
            is_first = False
            if line.startswith("http") and "listinfo" in line and " " not in line:
                marks[at] = FOOTER
            elif line.lstrip(_ORNAMENT)[:KEY].lower() in _KEYS:
                _mark_notice(lines, marks, at)


def _mark_armour(lines: list[str], marks: bytearray, at: int) -> None:
    """Mark a block from its first line to its last; of a signed message only the lines above the text."""
    if lines[at].startswith(_SIGNED):
        end = at
        while end < len(lines) and lines[end] and end - at < LONGEST_LIST_FOOTER:
            end += 1
    else:
        closing = _ARMOUR[lines[at][:_ARMOUR_KEY]]
        furthest = min(len(lines), at + LONGEST_ARMOUR)
        end = next((index + 1 for index in range(at, furthest) if lines[index].startswith(closing)), furthest)
    _mark(marks, at, end)


def _mark_list_footer(lines: list[str], marks: bytearray, at: int) -> None:
    """Mark what a mailing list or a webmail service put under a row of dashes."""
    if lines[at + 1 : at + 2] == [lines[at]]:
        return
    index = at - 1
    for _ in range(_LIST_PHRASE_WITHIN + 1):
        index = next_text(lines, index + 1)
        if index >= len(lines) or marks[index] != OWN:
            return
        if is_from_list(lines[index]):
            break
    else:
        return
    end = index
    while end < len(lines) and marks[end] == OWN and end - at < LONGEST_LIST_FOOTER:
        end += 1
    if end < len(lines) and marks[end] == OWN and next_text(lines, end) < len(lines):
        end = _end_of_paragraph(lines, marks, index)
    _mark(marks, at, end)


def is_from_list(line: str) -> bool:
    """Whether the line names a mailing list or a webmail service."""
    return _names_list(line[:_LOOKED_AT])


@lru_cache(maxsize=1024)
def _names_list(line: str) -> bool:
    """Whether a phrase of lists occurs; remembered, because rows of dashes ask about the lines below them."""
    words = line.lower()
    return any(phrase in words for phrase in _LIST)


def _mark_notice(lines: list[str], marks: bytearray, at: int) -> None:
    """Mark a paragraph that reads like a legal notice or a footer, and the rows of dashes around it."""
    end = _end_of_paragraph(lines, marks, at)
    words = " ".join(lines[at:end])[:_LONGEST_PARAGRAPH].lower().replace("\u2019", "'").lstrip(_ORNAMENT)
    is_legal = len(words) >= _SHORTEST_NOTICE and words.startswith(_LEGAL)
    if words.startswith(_CERTAIN) or (is_legal and any(phrase in words for phrase in _LEGAL_PHRASES)):
        first = at
        while first and is_rule(lines[first - 1], shortest=0):
            first -= 1
        _mark(marks, first, end)


def _end_of_paragraph(lines: list[str], marks: bytearray, at: int) -> int:
    """Index past the last line of the paragraph."""
    while at < len(lines) and lines[at] and marks[at] == OWN:
        at += 1
    return at


def _mark(marks: bytearray, first: int, end: int) -> None:
    """Mark the lines from `first` to `end` (not included) that are still the writer's own."""
    for index in range(first, end):
        if marks[index] == OWN:
            marks[index] = FOOTER
