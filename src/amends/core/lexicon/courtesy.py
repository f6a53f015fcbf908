"""Greeting, thanks and the writer's title: the small courtesies whose absence or change a signal counts."""

from __future__ import annotations

import re
from functools import cache

from amends.core.lexicon.fold import fold, spaced
from amends.core.lexicon.lists import entries

_OPENING = 120  # characters within which a mail greets
_LONGEST_SIGNATURE = 4000  # characters of a signature that are read
_LONGEST_TITLE = 70  # characters; a longer line is a sentence, not a title
_SHORTEST_TITLE = 3  # characters, as in CEO
_MOST_WORDS = 8
_PARTS = re.compile(r" ?[|·•;]+ ?|, ?| [-\u2013\u2014] | @ ")
_NO_TITLE = re.compile(
    r"[@\d]|www\.|https?:|[.!?:]$|\b(?:GmbH|AG|KG|Ltd|Limited|Inc|LLC|LLP|PLC|B\.?V|N\.?V|S\.?A|S\.?R\.?L|Group)\b"
)


def has_greeting(text: str) -> bool:
    """Tell whether the text opens with a greeting ("Hi Anna", "Sehr geehrte Frau Brandl")."""
    opening = text.lstrip()[:_OPENING].partition("\n")[0]
    return _listed_words("greetings.txt", "^ ").search(spaced(fold([opening])[0])) is not None


def has_thanks(text: str) -> bool:
    """Tell whether the text thanks anywhere, a closing "thanks" included."""
    return _listed_words("gratitude.txt", " ").search(spaced(fold([text])[0])) is not None


def title_in(signature: str) -> str:
    """Return the job title in a signature block ("Head of Procurement"), as it is written, or an empty string."""
    for line in signature[:_LONGEST_SIGNATURE].splitlines():
        for part in _PARTS.split(line.strip(" \t*_>")):
            title = part.strip()
            if _is_title(title):
                return title
    return ""


def _is_title(part: str) -> bool:
    if not _SHORTEST_TITLE <= len(part) <= _LONGEST_TITLE or len(part.split()) > _MOST_WORDS or _NO_TITLE.search(part):
        return False
    return part[0].isupper() and _listed_words("titles.txt", " ").search(spaced(fold([part])[0])) is not None


@cache
def _listed_words(name: str, start: str) -> re.Pattern[str]:
    return re.compile(start + "(?:" + "|".join(map(re.escape, entries(name))) + r")(?!\w)")
