"""Finds the phrases of every list in one pass over the text, and drops those that a guard takes back.

A phrase is tried only in a sentence that holds its words: each word knows, as bits of one number, the phrases that
need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from amends.core.lexicon.fold import fold, spaced, words_of
from amends.core.lexicon.guard import GUARDS
from amends.core.lexicon.lists import NEVER, NOT, RULES, SAY, compiled_lists
from amends.core.lexicon.phrase import MOST_NEEDS, rarest_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Span = tuple[int, int]
_MOST_SPANS = 40  # of one rule in one sentence that are weighed: no person writes more, and the cost stays linear


@dataclass(slots=True)
class _Phrase:
    """One phrase of one list; its expression is compiled when it is needed for the first time."""

    rule: str
    regex: str
    needs: tuple[frozenset[str], ...]
    compiled: re.Pattern[str] | None = None
    first: Callable[[str], re.Match[str] | None] = field(init=False)


@dataclass(slots=True)
class _Lexicon:
    """What says something, and what takes it back by rule and kind.

    `bits` holds for each word one number of MOST_NEEDS blocks of `len(phrases)` bits: a bit of block n is set where the
    word is in the n-th set of words that the phrase needs. `always` has the bits of blocks that a phrase leaves out.
    `literals` are the phrases that are mere lists of strings, `(rule, strings)` by the rarest word of those strings.
    """

    phrases: list[_Phrase]
    bits: dict[str, int]
    always: int
    literals: dict[str, list[tuple[str, tuple[str, ...]]]]
    guards: dict[str, tuple[str, ...]]
    taking_back: dict[tuple[str, str], list[_Phrase]]
    literal_words: frozenset[str] = field(init=False)
    first_block: int = field(init=False)
    shifts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.literal_words = frozenset(self.literals)
        self.first_block = (1 << len(self.phrases)) - 1
        self.shifts = tuple(block * len(self.phrases) for block in range(1, MOST_NEEDS))


def find(sentences: Sequence[str]) -> list[tuple[int, str]]:
    """Return `(index of the sentence, rule)` for everything said, in order; linear in the length of the sentences."""
    lexicon = _lexicon()
    folded = fold(sentences)
    found: list[tuple[int, str]] = []
    for index, (line, listed) in enumerate(zip(folded, words_of(folded), strict=True)):
        words = frozenset(listed)
        near = _near(words, lexicon)
        known = words & lexicon.literal_words
        if near or known:
            text = spaced(line)
            spans = _spans_by_rule(text, near, known, lexicon)
            found.extend((index, rule) for rule in spans if _stands(text, words, (rule, spans[rule]), lexicon))
    return found


def _spans_by_rule(text: str, near: int, known: frozenset[str], lexicon: _Lexicon) -> dict[str, list[_Span]]:
    """Return where the phrases of each rule stand in a sentence, in the order of RULES."""
    spans: dict[str, list[_Span]] = {}
    for phrase in _each(near, lexicon.phrases):
        found = _spans(phrase, text)
        if found:
            spans.setdefault(phrase.rule, []).extend(found)
    for word in known:
        for rule, strings in lexicon.literals[word]:
            for string in strings:
                if string in text:
                    spans.setdefault(rule, []).extend(_literal_spans(string, text))
    return {rule: spans[rule] for rule in RULES if spans.get(rule)} if spans else spans


def _near(words: frozenset[str], lexicon: _Lexicon) -> int:
    """Return the bits of the phrases all of whose needs are met by the words."""
    met = reduce(or_, filter(None, map(lexicon.bits.get, words)), lexicon.always)
    near = met & lexicon.first_block
    for shift in lexicon.shifts:
        near &= met >> shift
    return near


def _each(near: int, phrases: list[_Phrase]) -> Iterator[_Phrase]:
    """Yield the phrase of each bit that is set."""
    while near:
        lowest = near & -near
        yield phrases[lowest.bit_length() - 1]
        near ^= lowest


def _spans(phrase: _Phrase, text: str) -> list[_Span]:
    """Return where the phrase stands; one that has to open the sentence is only looked for there."""
    if phrase.compiled is None:
        phrase.compiled = re.compile(phrase.regex)
        phrase.first = phrase.compiled.match if phrase.regex.startswith("^") else phrase.compiled.search
    if phrase.first(text) is None:
        return []
    return [(match.start() + 1, match.end()) for match in phrase.compiled.finditer(text)]


def _literal_spans(string: str, text: str) -> list[_Span]:
    """Return where a string stands, the first time, if a word ends there."""
    start = text.index(string)
    end = start + len(string)
    return [] if text[end].isalnum() else [(start + 1, end)]


def _stands(text: str, words: frozenset[str], said: tuple[str, list[_Span]], lexicon: _Lexicon) -> bool:
    """Tell whether one of the spans is neither negated, nor supposed, nor taken back by a phrase of the list."""
    rule, spans = said
    guards = [GUARDS[name] for name in lexicon.guards[rule]]
    spans = [span for span in spans[:_MOST_SPANS] if not any(guard(text, span) for guard in guards)]
    if not spans or any(_against(lexicon.taking_back.get((rule, NEVER), ()), text, words)):
        return False
    taken_back = [span for found in _against(lexicon.taking_back.get((rule, NOT), ()), text, words) for span in found]
    return any(not _touches(span, taken_back) for span in spans)


def _against(phrases: Sequence[_Phrase], text: str, words: frozenset[str]) -> Iterator[list[_Span]]:
    """Yield where each phrase that takes back stands."""
    for phrase in phrases:
        for need in phrase.needs:
            if need.isdisjoint(words):
                break
        else:
            yield _spans(phrase, text)


def _touches(span: _Span, others: list[_Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


@cache
def _lexicon() -> _Lexicon:
    """Read the compiled lists once, when something is heard for the first time."""
    lists = compiled_lists()
    phrases: list[_Phrase] = []
    literals: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    taking_back: dict[tuple[str, str], list[_Phrase]] = {}
    for listed in lists.phrases:
        if listed.kind != SAY:
            phrase = _Phrase(listed.rule, listed.regex, listed.needs)
            taking_back.setdefault((listed.rule, listed.kind), []).append(phrase)
        elif listed.literals:
            for word, strings in _by_rarest_word(listed.literals).items():
                literals.setdefault(word, []).append((listed.rule, tuple(strings)))
        else:
            phrases.append(_Phrase(listed.rule, listed.regex, listed.needs))
    return _Lexicon(phrases, *_bits(phrases), literals, lists.guards, taking_back)


def _bits(phrases: list[_Phrase]) -> tuple[dict[str, int], int]:
    """Return the bits of each word, and those of the needs that phrases do not have (see _Lexicon)."""
    bits: dict[str, int] = {}
    always = 0
    for place, phrase in enumerate(phrases):
        for block in range(MOST_NEEDS):
            bit = 1 << block * len(phrases) + place
            if block >= len(phrase.needs):
                always |= bit
                continue
            for word in phrase.needs[block]:
                bits[word] = bits.get(word, 0) | bit
    return bits, always


def _by_rarest_word(literals: tuple[str, ...]) -> dict[str, list[str]]:
    """Part a list of strings by the rarest word of each."""
    behind: dict[str, list[str]] = {}
    for literal in literals:
        behind.setdefault(rarest_word(literal), []).append(f" {literal}")
    return behind
