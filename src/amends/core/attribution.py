"""The sentence with which a mail program introduces a quote: "On <date>, <name> wrote:" in many languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from amends.core.marks import next_text
from amends.core.phrase import phrases

LINES = 4  # over which programs wrap such a sentence
LONGEST_LINE = 300  # characters
_TAIL_VERBS = phrases("quotes")["says at the end"]
_MIDDLE_VERB = re.compile(
    rf"\b(?:{'|'.join(phrases('quotes')['says in the middle'])})\b(?! (?:ich|ik|jeg|jag|er|sie)\b)"
)
_STARTS = "|".join(sorted(set(phrases("quotes")["begins with"]), key=len, reverse=True))
_WORD = re.compile(rf"[-*_\s\"'(\[]{{0,12}}(?:(?:{_STARTS})\b[ :\w]|在|于|於)")
_DATE = re.compile(r"[-*_\s\"'(\[]{0,12}(?:\w{1,12}[.,]{0,2}+ \d|\d{1,4}[-./:年. ])")
_TIME = re.compile(r"\b\d{1,2}(?:[:.h]\d\d|[:.]\d\d[:.]\d\d| ?(?:am|pm|AM|PM|Uhr)\b|\s?[時点时])")
_ADDRESS = re.compile(r"[\w.+'-]@\w|mailto:|&lt;|@")
_ASKED = (
    " i wrote",
    " we wrote",
    " i said",
    " we said",
    " he said",
    " she said",
    " they said",
    " you said",
    " you wrote",
    " who wrote",
)
_NAMED = re.compile(r"[^\W\d_][^\n]{0,120}?(?:<|\(|\[|&lt;)?[\w.+'-]{1,64}@[\w.-]{1,64}")
_CLOSING = (">", ")", "]", "&gt")  # the address comes last, in brackets
_QUOTATION_MARKS = "\"'\u201c\u201e\u00ab\u2018\u201a"
_NAME_WITHIN = 4  # words at the end of the sentence, the verb among them
_SENTENCE_ENDS = (".", "!", "?")


class Attribution(NamedTuple):
    """Where the sentence begins, and whether it is believed without a marked line below it."""

    first: int
    certain: bool


def attribution(lines: list[str], at: int) -> Attribution | None:
    """Recognise the sentence that ends with the line at `at`; it may have begun up to three lines above."""
    if len(lines[at]) > LONGEST_LINE:
        return None
    tail = lines[at].rstrip(" :\uff1a*_-").lower()
    says = tail.endswith(_TAIL_VERBS) or tail.partition(" (")[0].endswith(_TAIL_VERBS)
    first = _beginning(lines, at)
    if first is not None:
        sentence = " ".join(lines[first : at + 1]).rstrip(" :\uff1a*_-")
        if says or _MIDDLE_VERB.search(sentence) or _ADDRESS.search(sentence) or _TIME.search(sentence):
            certain = _is_programmed(sentence, tail, says=says) and not _cites(lines, at, sentence)
            return Attribution(first, certain)
    if says or "@" in lines[at]:
        is_named = says and not f" {tail}".endswith(_ASKED) and _NAMED.match(lines[at]) is not None
        return Attribution(at, certain=is_named)
    return None


def _beginning(lines: list[str], at: int) -> int | None:
    """Index of the line where the sentence begins: the nearest that opens with such a word, else with a date."""
    dated = None
    for first in range(at, max(-1, at - LINES), -1):
        line = lines[first]
        if not line or (line[0] == ">" and first < at) or len(line) > LONGEST_LINE:
            break
        if first < at and line.endswith(_SENTENCE_ENDS) and not line.lower().endswith("m."):
            break
        if _WORD.match(line):
            return first
        if _DATE.match(line):
            dated = first
    return dated


def _is_programmed(sentence: str, tail: str, *, says: bool) -> bool:
    """Whether a program made the sentence: it names the time or the address of a writer, a person seldom does."""
    has_time = _TIME.search(sentence) is not None
    has_address = _ADDRESS.search(sentence) is not None
    if f" {tail}".endswith(_ASKED) or not any(character.isdigit() for character in sentence):
        return False
    if says:
        return has_address or (has_time and _has_name(sentence))
    if _MIDDLE_VERB.search(sentence):
        return has_time or has_address
    return has_time and has_address and tail.endswith(_CLOSING)


def _has_name(sentence: str) -> bool:
    """Whether a name stands before the verb: "your colleague wrote" is a person's sentence."""
    before = sentence.split()[-_NAME_WITHIN:-1]
    return any(word.lstrip(_QUOTATION_MARKS)[:1].isupper() for word in before if word.rstrip(",") not in {"AM", "PM"})


def _cites(lines: list[str], at: int, sentence: str) -> bool:
    """Whether a citation in quotation marks follows, which a person set there."""
    following = next_text(lines, at + 1)
    return "@" not in sentence and following < len(lines) and lines[following][0] in _QUOTATION_MARKS
