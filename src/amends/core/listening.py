"""Listening: the questions that let a client tell it all, and which of their own words answer them already.

docs/method.md rule 4. What a client wrote is filled in so that they need not say it twice. It is a passage of their
own, word for word, and a suggestion until somebody keeps it; where no cue is found nothing is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from amends.core.phrase import phrases
from amends.core.text import sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

READ_CHARACTERS = 8_000  # of one message; judgement: what follows in a longer mail is pasted, not told
LONGEST_PASSAGE = 240  # characters; judgement: three lines under a question
ENOUGH_CUES = 3  # more of them make a sentence no better: then the newer one counts (judgement)
HURT_COUNTS = 2  # a sentence in which a complaint was heard tells what happened as well as two cues do (judgement)
FEWEST_WORDS = 3  # "Marcus", "Any update?": what is shorter tells nothing, and ends a passage (judgement)
EMPTY_LINE = 2  # line breaks: a new paragraph speaks of something else
QUESTION_MARKS = ("?", "\uff1f", "\u061f")


class Question(StrEnum):
    """What a client is asked, in this order."""

    HAPPENED = "happened"  # "Help me understand what happened …"
    COST = "cost"  # "From your perspective, what has that cost you?"
    EXPECTED = "expected"  # "What would you have expected us to do?"
    ELSE = "else"  # "Is there anything else, even something small?"


# What fits one of these is not taken for the story itself: the first that claims a sentence has it.
_CLAIMS = (Question.COST, Question.EXPECTED, Question.ELSE, Question.HAPPENED)
_NEEDED = {Question.HAPPENED: HURT_COUNTS}  # one cue alone ("again") tells no story; of the others one is enough


@dataclass(frozen=True, slots=True)
class Told:
    """Something a client wrote or said: `hurts` are its sentences in which a complaint was heard, if any."""

    id: str
    at: datetime
    text: str
    hurts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage of the client's own that answers a question: word for word, on one line, and where it is from."""

    question: Question
    words: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence, the place it has among those of its text, and what it may answer with how many cues."""

    told: Told
    place: int
    start: int
    end: int
    cues: dict[Question, int]

    @property
    def claim(self) -> Question | None:
        """What it answers: the first of `_CLAIMS` for which it has cues enough."""
        return next((each for each in _CLAIMS if self.cues[each] >= _NEEDED.get(each, 1)), None)


def suggest(told: Iterable[Told], *, kept: Collection[str] = ()) -> dict[Question, Suggestion]:
    """Return for each question the passage that answers it best, where there is one; `kept` is what is known already.

    The sentence with the most cues, of those the newest, with the sentences around it that belong to it. Linear in the
    length of the texts.
    """
    known = {_key(words) for words in kept}
    best: dict[Question, tuple[tuple[int, datetime], Suggestion]] = {}
    for one in told:
        own = list(_read(one))
        for sentence in own:
            question = sentence.claim
            if question is None:
                continue
            rank = (min(sentence.cues[question], ENOUGH_CUES), one.at)
            if question in best and best[question][0] >= rank:
                continue
            words = _passage(own, sentence.place, question)
            if not any(_key(words) in each or each in _key(words) for each in known if each):
                best[question] = (rank, Suggestion(question, words, one.id, one.at))
    return {question: best[question][1] for question in Question if question in best}


def is_from(words: str, text: str) -> bool:
    """Whether words stand in a text as they are, but for line breaks: then they are from there, word for word."""
    return bool(words.strip()) and " ".join(words.split()) in " ".join(text.split())


def _read(told: Told) -> Iterator[_Sentence]:
    text = told.text[:READ_CHARACTERS]
    for place, (start, end) in enumerate(sentences(text)):
        yield _Sentence(told, place, start, end, _cues(text[start:end], told.hurts))


def _cues(sentence: str, hurts: Collection[str]) -> dict[Question, int]:
    """Count what a sentence has for each question; a question of theirs, or a word or two, tells nothing."""
    plain = " ".join(sentence.split())
    if plain.endswith(QUESTION_MARKS) or len(plain.split()) < FEWEST_WORDS:
        return dict.fromkeys(Question, 0)
    bare = "".join(char if char.isalnum() or char == "'" else " " for char in _straight(plain))
    folded = f" {' '.join(bare.split())} "
    counted = {question: sum(cue in folded for cue in _phrases(question)) for question in Question}
    if any(plain in " ".join(hurt.split()) or " ".join(hurt.split()) in plain for hurt in hurts if hurt.strip()):
        counted[Question.HAPPENED] += HURT_COUNTS
    return counted


def _straight(text: str) -> str:
    return text.lower().replace("\u2019", "'")


@cache
def _phrases(question: Question) -> tuple[str, ...]:
    return tuple(f" {cue.replace('-', ' ')} " for cue in phrases("listening")[question])


def _passage(own: list[_Sentence], place: int, question: Question) -> str:
    """Return a sentence with those beside it that belong to the same answer, as the text has them."""
    first = last = place
    text = own[place].told.text
    while _follows(own, last + 1, question) and own[last + 1].end - own[first].start <= LONGEST_PASSAGE:
        last += 1
    while first and _follows(own, first, question) and _belongs(own[first - 1], question):
        if own[last].end - own[first - 1].start > LONGEST_PASSAGE:
            break
        first -= 1
    return " ".join(text[own[first].start : own[last].end].split())


def _follows(own: list[_Sentence], place: int, question: Question) -> bool:
    """Whether a sentence goes on with what the one before it says: in the same paragraph, and of the same answer."""
    if not 0 < place < len(own):
        return False
    between = own[place].told.text[own[place - 1].end : own[place].start]
    return between.count("\n") < EMPTY_LINE and _belongs(own[place], question)


def _belongs(each: _Sentence, question: Question) -> bool:
    """Whether a sentence may be part of an answer: it answers nothing else, asks nothing, and is a sentence at all."""
    plain = each.told.text[each.start : each.end].strip()
    is_said = len(plain.split()) >= FEWEST_WORDS and not plain.endswith(QUESTION_MARKS)
    return is_said and each.claim in {None, question}


def _key(words: str) -> str:
    return "".join(filter(str.isalnum, words.lower()))
