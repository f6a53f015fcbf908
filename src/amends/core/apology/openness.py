"""How open a text reads to somebody who sees it differently: a hint, never a gate (docs/method.md rule 2)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from amends.core.apology.book import count, counted_at, counted_lists
from amends.core.apology.finder import read
from amends.core.lexicon.fold import spaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.apology.book import Counted
    from amends.core.apology.finder import Reading

# Points for each, and how many of a kind count (docs/method.md rule 2: r = .36 with human ratings of 2,860 texts).
WEIGHTS = {
    "agreement": 3,
    "acknowledgement": 3,
    "hedge": 1,
    "own view": 1,
    "not": -1,
    "just": -1,
    "disagree": -1,
    "because": -1,
}
MOST = 3
CLOSED_BELOW, OPEN_FROM = 1, 5  # the lower and the upper quarter of those texts
_WORDS = ("closed", "neutral", "open")


@dataclass(frozen=True, slots=True)
class Openness:
    """The points, and how they read: "open", "neutral" or "closed"."""

    points: int
    reads: str


def openness_of(reading: Reading, language: str) -> Openness:
    """Count what opens and what closes a text; linear in its length."""
    lists = _lists(language)
    found = Counter(chain.from_iterable(count(words, lists) for words in reading.listed))
    points = sum(weight * min(MOST, found[kind]) for kind, weight in WEIGHTS.items())
    return Openness(points, _WORDS[bisect_right((CLOSED_BELOW, OPEN_FROM), points)])


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that open a text or close it, `text[start:end]`; `weight` is what they count."""

    kind: str
    weight: int
    start: int
    end: int


def signs_of(text: str, language: str) -> tuple[Sign, ...]:
    """Return the words that were counted, in the order of the text; linear in its length."""
    reading = read(text)
    found: Counter[str] = Counter()
    signs = []
    for kind, start, end in _places(reading, _lists(language)):
        found[kind] += 1
        if found[kind] <= MOST:
            signs.append(Sign(kind, WEIGHTS[kind], start, end))
    return tuple(signs)


def _places(reading: Reading, lists: Counted) -> Iterator[tuple[str, int, int]]:
    for number, words in enumerate(reading.listed):
        sentence = spaced(reading.folded[number])
        ends = [place for place, char in enumerate(sentence) if char == " "]
        if len(ends) != len(words) + 1:  # a sign that stands alone is a word of the sentence and none of the list
            continue
        for kind, first, last in counted_at(words, lists):
            yield kind, *reading.place_in(number, sentence, (ends[first] + 1, ends[last]))


@cache
def _lists(language: str) -> Counted:
    return counted_lists(language, "openness")
