"""Reads the phrases of one language: sections, what takes a phrase back, and the words that must be there at all.

A section opens with `[name]`. `@ gate …` says what must hold for it, `> words` what one could write instead (both at
most once), every other line is a phrase as `core.lexicon.phrase` reads it. "- " opens a phrase that takes back what it
touches, "-- " one that takes the section back in its whole sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, reduce
from importlib.resources import files
from operator import or_
from typing import TYPE_CHECKING

from amends.core.lexicon.fold import plain
from amends.core.lexicon.lists import NEVER, NOT, SAY, read_slots
from amends.core.lexicon.phrase import MOST_NEEDS, Part, compile_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SAY, _TOUCHED, _SENTENCE = SAY, NOT, NEVER
_MARKS = (("-- ", _SENTENCE), ("- ", _TOUCHED))


@dataclass(slots=True)
class Line:
    """One phrase; its expression is compiled when it is first needed. A word of each set of `needs` is in every hit."""

    section: str
    regex: str
    needs: tuple[frozenset[str], ...]
    compiled: re.Pattern[str] | None = None

    def spans(self, sentence: str) -> list[tuple[int, int]]:
        """Return where it stands in a folded sentence, the first word's start to the last one's end."""
        if self.compiled is None:
            self.compiled = re.compile(self.regex)
        return [(match.start() + 1, match.end()) for match in self.compiled.finditer(sentence)]


@dataclass(frozen=True, slots=True)
class Section:
    """What one section holds beside its phrases."""

    gates: frozenset[str]
    better: str
    touched: list[Line] = field(default_factory=list)
    sentence: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Book:
    """All sections by name, and the phrases that say something.

    `bits` holds for each word one number of MOST_NEEDS blocks of `len(lines)` bits: a bit of block n is set where the
    word is in the n-th set of words that the phrase needs. `always` has the bits of blocks that a phrase leaves out.
    """

    sections: dict[str, Section]
    lines: tuple[Line, ...]
    bits: dict[str, int]
    always: int

    def near(self, words: Iterable[str]) -> Iterator[Line]:
        """Yield the phrases all of whose needs are met by the words."""
        met = reduce(or_, filter(None, map(self.bits.get, words)), self.always)
        size = len(self.lines)
        near = met & ((1 << size) - 1)
        for block in range(1, MOST_NEEDS):
            near &= met >> block * size
        while near:
            lowest = near & -near
            yield self.lines[lowest.bit_length() - 1]
            near ^= lowest


@cache
def book(language: str) -> Book:
    """Read the lists of a language (two letters), once."""
    slots = read_slots(_lines(language, "slots"))
    sections: dict[str, Section] = {}
    saying: list[Line] = []
    for name, gates, better, phrases in _sections(language):
        section = sections[name] = Section(gates, better)
        lists = {_SAY: saying, _TOUCHED: section.touched, _SENTENCE: section.sentence}
        for phrase in phrases:
            kind, line = _line(name, phrase, slots)
            lists[kind].append(line)
    return Book(sections, tuple(saying), *_bits(saying))


def _bits(lines: list[Line]) -> tuple[dict[str, int], int]:
    """Return the bits of each word, and those of the needs that phrases do not have (see Book)."""
    bits: dict[str, int] = {}
    always = 0
    for place, line in enumerate(lines):
        for block in range(MOST_NEEDS):
            bit = 1 << block * len(lines) + place
            if block >= len(line.needs):
                always |= bit
            for word in line.needs[block] if block < len(line.needs) else ():
                bits[word] = bits.get(word, 0) | bit
    return bits, always


def _line(section: str, phrase: str, slots: dict[str, Part]) -> tuple[str, Line]:
    kind = _SAY
    for mark, its_kind in _MARKS:
        if phrase.startswith(mark):
            phrase, kind = phrase.removeprefix(mark), its_kind
            break
    compiled = compile_phrase(plain(phrase), slots)
    return kind, Line(section, compiled.regex, compiled.needs)


def _sections(language: str) -> list[tuple[str, frozenset[str], str, list[str]]]:
    """Return each section: its name, its gates, the better wording, its phrases."""
    found: list[tuple[str, frozenset[str], str, list[str]]] = []
    for line in _lines(language, "faults") + _lines(language, "parts") + _lines(language, "stance"):
        if line.startswith("[") and line.endswith("]") and re.fullmatch(r"\[[a-z_.]+\]", line):
            found.append((line[1:-1], frozenset(), "", []))
        elif line.startswith("@ "):
            found[-1] = (found[-1][0], frozenset(line[2:].split()), *found[-1][2:])
        elif line.startswith("> "):
            found[-1] = (*found[-1][:2], line[2:], found[-1][3])
        else:
            found[-1][3].append(line)
    return found


def _lines(language: str, name: str) -> list[str]:
    """Return the lines of a file: no comments, and one that begins with a space goes on with the last."""
    found: list[str] = []
    path = files("amends.core.apology") / "phrases" / language / f"{name}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(" ") and found:
            found[-1] += " " * (not found[-1].endswith("|")) + line.strip()
        elif line.strip() and not line.startswith("#"):
            found.append(line.rstrip())
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Lists of plain phrases that are counted: those of one word, and the others by their first word."""

    single: dict[str, str]
    longer: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    first: frozenset[str]


def counted_lists(language: str, name: str) -> Counted:
    """Read the file `name`: sections of folded phrases, "|" between them; the longest of a kind leads."""
    single: dict[str, str] = {}
    longer: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    section = ""
    for line in _lines(language, name):
        if line.startswith("["):
            section = line.strip("[]")
            continue
        for phrase in filter(None, map(str.split, line.split("|"))):
            if len(phrase) == 1:
                single[phrase[0]] = section
            else:
                longer.setdefault(phrase[0], []).append((section, tuple(phrase[1:])))
    by_length = {first: tuple(sorted(rest, key=lambda each: -len(each[1]))) for first, rest in longer.items()}
    return Counted(single, by_length, frozenset([*single, *longer]))


def count(words: list[str], lists: Counted) -> Iterator[str]:
    """Yield the section of each phrase in the words of a sentence; what it is made of counts once."""
    return (section for section, _, _ in counted_at(words, lists))


def counted_at(words: list[str], lists: Counted) -> Iterator[tuple[str, int, int]]:
    """Do as `count`, with the number of the phrase's first word and that of the word after it."""
    done = 0
    for place, word in enumerate(words):
        if word not in lists.first or place < done:
            continue
        for section, rest in lists.longer.get(word, ()):
            if tuple(words[place + 1 : place + 1 + len(rest)]) == rest:
                done = place + 1 + len(rest)
                yield section, place, done
                break
        else:
            if word in lists.single:
                yield lists.single[word], place, place + 1
