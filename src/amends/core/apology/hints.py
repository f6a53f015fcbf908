"""Hints of style: what is known to derail a talk (Zhang et al. 2018, "Conversations Gone Awry"); never faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from amends.core.apology.book import count, counted_lists
from amends.core.wording import later, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.apology.book import Counted
    from amends.core.apology.finder import Reading

YOU_FIRST = "you first"
WHY_DID_YOU = "why did you"
_SAID = {
    YOU_FIRST: later("Several sentences open with “you”. Begin with what you did, or with what they told you."),
    WHY_DID_YOU: later("This asks them to defend themselves. “Help me understand …” asks the same."),
}
_READ = 6  # words at the start of a sentence
_FROM = 3  # sentences that open with "you" before it is a habit (judgement)


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint and the sentence it is about; `text[start:end]` is that sentence."""

    name: str
    start: int
    end: int
    says: str


def hints_of(reading: Reading, language: str) -> tuple[Hint, ...]:
    """Return the hints in the order of the text; linear in its length."""
    found = list(_found(reading, language))
    openings = [hint for hint in found if hint.name == YOU_FIRST]
    return tuple(hint for hint in found if hint.name != YOU_FIRST or len(openings) >= _FROM)


def _found(reading: Reading, language: str) -> Iterator[Hint]:
    lists = _lists(language)
    for words, span in zip(reading.listed, reading.spans, strict=True):
        if words and words[0] in lists.first:
            name = next(count(words[:_READ], lists), "")
            if name:
                yield Hint(name, *reading.place(*span), say(_SAID[name]))


@cache
def _lists(language: str) -> Counted:
    return counted_lists(language, "hints")
