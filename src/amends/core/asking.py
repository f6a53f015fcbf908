"""Which sentence of a message waits for an answer? "Thanks, perfect" and "FYI" have none.

docs/method.md rule 1: the reply clock runs from the oldest unreplied message of the client, and a closing word starts
no clock. The sentence found is the evidence shown.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

import ahocorasick

from amends.core.phrase import phrases
from amends.core.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_CHARACTERS = 8_000  # judgement: what follows in a longer mail is pasted, not asked
QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
CLOSING = "\"'\u2019\u201d\u00bb)]!."  # may stand behind the question mark that ends a sentence


def asking_sentence(text: str) -> str:
    """Return the first sentence that waits for an answer, on one line, or "" when the text asks for nothing.

    `text` is what the writer wrote now, quotes and signature removed. Linear in its length.
    """
    text = text[:READ_CHARACTERS]
    folded = text.lower().replace("\u2019", "'")
    if len(folded) != len(text):  # one letter of a few scripts becomes two in lower case
        folded = text
    places = _places(folded)
    if not places:
        return ""
    spans = sentences(text)
    for number in sorted({max(0, bisect_right(spans, place, key=itemgetter(0)) - 1) for place in places}):
        start, end = spans[number]
        if _asks(folded[start:end]):
            return " ".join(text[start:end].split())
    return ""


def _places(folded: str) -> list[int]:
    """Return where a request begins or a question mark stands."""
    return [*_found(folded, "request"), *(place for mark in QUESTION_MARKS for place in _marked(folded, mark))]


def _marked(folded: str, mark: str) -> Iterator[int]:
    place = folded.find(mark)
    while place >= 0:
        yield place
        place = folded.find(mark, place + 1)


def _asks(sentence: str) -> bool:
    """Whether one sentence, in lower case, waits for an answer."""
    is_question = sentence.rstrip(CLOSING).endswith(QUESTION_MARKS)
    if is_question and not _found(sentence, "courtesy"):
        return True
    return bool(_found(sentence, "request")) and not _found(sentence, "offer")


def _found(folded: str, section: str) -> list[int]:
    """Return where phrases of a section begin that stand as whole words."""
    return [
        end - size + 1
        for end, size in _automaton(section).iter(folded)
        if not (folded[end + 1 : end + 2].isalnum() or folded[end - size : end - size + 1].isalnum())
    ]


@cache
def _automaton(section: str) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for phrase in phrases("asking")[section]:
        automaton.add_word(phrase, len(phrase))
    automaton.make_automaton()
    return automaton
