"""What a person wrote now, and where its sentences begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from amends.core.footers import mark_footers
from amends.core.marks import OWN, SIGNATURE
from amends.core.phrase import words
from amends.core.quoting import mark_quotes
from amends.core.signature import mark_signatures

LONGEST_SENTENCE = 400  # characters; unpunctuated text is cut at a word edge so that every quote stays readable
SHORT_LINE = 45  # characters; a line shorter than this was ended by its writer, not wrapped by a mail program

# A mark followed by white space, a mark of Chinese or Japanese, or a line break that the writer made. It begins with
# one set of characters, which the engine looks for fast, and every repetition is bounded or possessive: linear.
_END = re.compile(
    "[.!?\u2026\n\u3002\uff01\uff1f](?:"
    "(?<!\n)[\"'\u2019\u201d\u201c\u00bb)\\]*_]{0,3}+()\\s++"
    "|(?<=[\u3002\uff01\uff1f])[\u201d\u300d\u300f\uff09]{0,2}+()"
    f"|(?<![^\n]{{{SHORT_LINE}}}\n)(?<=\n)\\s*+"
    "|(?<=\n)(?=[ \t\r]*+(?:\n|[-*+o\u2022\u00b7\u2013\u2014]\\s|[0-9a-zA-Z]{1,2}[.)]\\s))\\s*+)"
)
_NAME_FOLLOWS = words("abbreviations", "name follows")
_NUMBER_FOLLOWS = words("abbreviations", "number follows")
_MAY_END = words("abbreviations", "may end a sentence")
_MONTHS = words("abbreviations", "month follows")
_LONGEST_ABBREVIATION = 6  # characters, the full stop not included
_OWN_RUN = re.compile(re.escape(bytes([OWN])) + b"+")
_BETWEEN = "\n\n"  # an empty line, which no sentence crosses
_INVISIBLE = (
    " \t\r\n\f\v\xa0\u200b\u200e\u200f\u2060\ufeff"  # white space, and characters of no width that programs insert
)
_ITEM_NUMBER = 3  # characters; digits alone at the start of a sentence number an item of a list


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in `text`, without surrounding white space, in order.

    A single line break inside a paragraph does not end a sentence unless the line is short or the next one is an item
    of a list; an empty line always does. No span is longer than `LONGEST_SENTENCE`. Linear in the length of the text.
    """
    spans: list[tuple[int, int]] = []
    start = len(text) - len(text.lstrip())
    for match in _END.finditer(text, start):
        stop, following = match.span()
        end = match.end(match.lastindex) if match.lastindex else stop
        if text[stop] == "." and _goes_on(text, start, stop, following):
            continue
        if end - start <= LONGEST_SENTENCE and end > start and not text[end - 1].isspace():
            spans.append((start, end))
        else:
            _cut(spans, text, start, end)
        start = following
    _cut(spans, text, start, len(text))
    return spans


def _goes_on(text: str, start: int, stop: int, following: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation, a date or a pause, not to the end of a sentence."""
    word = text[max(start, stop - _LONGEST_ABBREVIATION - 1) : stop].rsplit(None, 1)[-1:]
    if not word or len(word[0]) > _LONGEST_ABBREVIATION:
        return False
    short = word[0].lstrip("(\"'[").lower()
    after = text[following : following + 1]
    if short.isdigit():
        is_item = stop - start <= _ITEM_NUMBER
        return is_item or after.islower() or text[following : following + 3].lower() in _MONTHS
    if short in _NUMBER_FOLLOWS:
        return after.isdigit()
    if short in _NAME_FOLLOWS:
        return True
    if len(short) == 1:
        return short.isalpha() and short != "i"
    return after.islower() and (short in _MAY_END or short[-1:] == ".")


def _cut(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Append the span without white space at its end, in slices of at most `LONGEST_SENTENCE` characters."""
    while end - start > LONGEST_SENTENCE:
        edge = text.rfind(" ", start + 1, start + LONGEST_SENTENCE + 1)
        edge = edge if edge > 0 else start + LONGEST_SENTENCE
        _cut(spans, text, start, edge)
        start = edge
        while start < end and text[start].isspace():
            start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))


@dataclass(frozen=True, slots=True)
class Written:
    """What the writer of one mail wrote, quoted history and the like removed.

    `text` joins the kept pieces with an empty line, so that no sentence crosses a removed block. `signature` is the
    removed signature block, line by line. `pieces` holds, ascending, where each piece begins: in `text` and in the
    original.
    """

    text: str
    signature: str = ""
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)

    def at(self, offset: int) -> int:
        """Where in the original text the character `text[offset]` stands."""
        begins, origin = self.pieces[bisect_right(self.pieces, offset, key=itemgetter(0)) - 1]
        return origin + offset - begins


def written_now(text: str) -> Written:
    """Keep what the writer wrote now; empty when nothing but quotes remains. Linear in the length of the text."""
    raw = text.split("\n")
    lines = [line.strip() for line in raw] if text.isascii() else [line.strip(_INVISIBLE) for line in raw]
    marks = bytearray(len(lines))
    mark_quotes(lines, marks)
    mark_footers(lines, marks)
    mark_signatures(lines, marks)
    if marks.count(OWN) == len(marks):
        return _joined(text, [(0, len(text))], "")
    signature = ""
    if SIGNATURE in marks:
        signature = "\n".join(line for line, mark in zip(lines, marks, strict=True) if mark == SIGNATURE)
    return _joined(text, _own_spans(raw, marks), signature.strip())


def _own_spans(raw: list[str], marks: bytearray) -> list[tuple[int, int]]:
    """Spans of the text that the writer's own lines cover."""
    starts = [0, *accumulate(map(len, raw))]
    return [
        (starts[run.start()] + run.start(), starts[run.end()] + run.end()) for run in _OWN_RUN.finditer(marks)
    ]  # a line break belongs to each line before


def _joined(text: str, spans: list[tuple[int, int]], signature: str) -> Written:
    """Join the kept spans of `text` as one text with its map."""
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    for start, end in spans:
        piece = text[start:end]
        part = piece.strip(_INVISIBLE)
        if part:
            pieces.append((length, start + len(piece) - len(piece.lstrip(_INVISIBLE))))
            parts.append(part)
            length += len(part) + len(_BETWEEN)
    return Written(_BETWEEN.join(parts), signature, tuple(pieces) or ((0, 0),))
