"""Words as they are compared: without case, accents, punctuation and padding."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST = 500
"""No heading or name to compare is longer; the rest is not looked at."""

LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "corp", "corporation", "co", "company", "plc"}
    | {"gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty"}
)
"""Endings that one list writes and another leaves out."""


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return the letters and digits alone, lower case, without accents: "ts2__Account__c" -> "ts2accountc"."""
    return "".join(c for c in _plain(text) if c.isalnum())


@lru_cache(maxsize=4096)
def folded_words(text: str) -> str:
    """Return the words of a text, lower case and without accents, with one space between them."""
    return " ".join("".join(c if c.isalnum() else " " for c in _plain(text)).split())


def name_key(name: str) -> str:
    """Return the form in which two spellings of a firm's name agree: "Brightwater, Inc." -> "brightwater".

    Legal forms at the end are left out; a name that is nothing else is kept whole.
    """
    words = folded_words(name.replace(".", "").replace("'", "").replace("’", "")).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text[:LONGEST].replace("\ufeff", "").casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
