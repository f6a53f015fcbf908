"""In which language a draft is written: only those with lists are checked, the others are said to be unchecked."""

from __future__ import annotations

import re
from functools import cache

from amends.core.apology.book import book
from amends.core.phrase import words

CHECKED = ("en",)  # languages with a folder in `phrases`
OTHERS = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv")
ENOUGH = 0.1  # the least share of its known words that shows a language (judgement)
CLEAR = 0.5  # the share above which no other language is looked at (judgement)
_READ = 4000  # characters that are looked at
_ADDRESS = re.compile(r"\S{0,200}(?:://|@|www\.)\S{0,2000}")
_WORD = re.compile(r"[^\W\d_]+")


def tongue_of(text: str) -> str:
    """Return the two letters of the language, "" where none shows; a text without a word is taken for English."""
    found = [word.lower() for word in _WORD.findall(_ADDRESS.sub(" ", text[:_READ]))]
    if not found:
        return CHECKED[0]
    known_words = _known_words()
    if sum(map(known_words[CHECKED[0]].__contains__, found)) > CLEAR * len(found):
        return CHECKED[0]
    hits = {language: sum(map(known.__contains__, found)) for language, known in known_words.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= ENOUGH * len(found) else ""


@cache
def _known_words() -> dict[str, frozenset[str]]:
    """Return the small words of each language, and those of its lists where it has some; on a tie the first wins."""
    small = {language: words("tongues", language) for language in (*CHECKED, *OTHERS)}
    return {
        language: known | frozenset(book(language).bits) if language in CHECKED else known
        for language, known in small.items()
    }
