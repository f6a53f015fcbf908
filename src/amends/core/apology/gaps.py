"""What a better wording left for the writer to fill in: "(say what happened)" is not to reach anybody."""

from __future__ import annotations

import re
from functools import cache

from amends.core.apology.book import book
from amends.core.apology.tongue import CHECKED

_BRACKET = re.compile(r"\([^()]{1,60}\)")


def gaps_of(text: str) -> tuple[str, ...]:
    """Return the brackets of the better wordings that still stand in a text, each once; linear in its length."""
    known = _brackets()
    return tuple(dict.fromkeys(found for found in _BRACKET.findall(text) if found.lower() in known))


@cache
def _brackets() -> frozenset[str]:
    """Return every bracket that a better wording of any language has."""
    sections = [section for language in CHECKED for section in book(language).sections.values()]
    return frozenset(found.lower() for section in sections for found in _BRACKET.findall(section.better))
