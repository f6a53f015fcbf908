"""The learned judgement: how likely it is that the writer of a message is unhappy with its reader.

A linear model over words and word pairs. It was distilled from larger language models that only read while it was
built (`bench/train_mood.py`); what it reaches, and on which texts, stands in `docs/benchmarks-hearing.md`.

The probability is calibrated for mail in which one client message in five is unhappy (`PRIOR`), a judgement default:
in a mailbox where fewer are, read it as too high.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PRIOR = 0.2  # the share of unhappy messages that the probability assumes: a judgement default
SHOWN = 5  # words: more than this explain nothing to a reader
WEAKEST_SHOWN = 0.05  # log-odds: smaller weights moved nothing

_MARKS = '"#$%&()*+,-./:;<=>@[\\]^_`{|}~“”‘–—…'
_PLAIN = str.maketrans("123456789’" + _MARKS, "000000000'" + " " * len(_MARKS))


@dataclass(frozen=True, slots=True)
class Judgement:
    """How unhappy a message sounds.

    `unhappy` is a calibrated probability in 0..1. `worst` is the index of the sentence that moved it most, -1 when
    there is none. `words` are the words and word pairs of that sentence with the largest weights in log-odds
    (positive: towards unhappy), strongest first, at most `SHOWN`.
    """

    unhappy: float
    worst: int
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned: whole-number weights of words and word pairs (times `step`, log-odds), and how to pool them."""

    weights: dict[str, int]
    step: float
    intercept: float
    damping: float  # words added to a passage's length, so that two words alone prove little
    passage: int  # words: shorter sentences are read together with those that follow
    worst_share: float  # of the worst passage in the pooled score; the rest is the mean of all
    length_cost: float  # log-odds taken off per natural logarithm of the number of passages
    slope: float  # calibration: log-odds of the answer per pooled log-odds …
    offset: float  # … and at zero


@cache
def model() -> Model:
    """Read the shipped model, once."""
    return read_model(files(__package__).joinpath("mood.bin").read_bytes())


def read_model(content: bytes) -> Model:
    """Read a model: a line of JSON, a line a word or pair, then their weights as 16-bit little-endian numbers."""
    header, _, rest = content.partition(b"\n")
    told = json.loads(header)
    count = told.pop("words")
    words = rest[: -2 * count].decode().split("\n")
    return Model(dict(zip(words, struct.unpack(f"<{count}h", rest[-2 * count :]), strict=True)), **told)


def words_of(sentence: str) -> list[str]:
    """Lower-case words, runs of digits (written as zeros), exclamation and question marks one by one, in order."""
    return sentence.lower().translate(_PLAIN).replace("!", " ! ").replace("?", " ? ").split()


def grams_of(words: Sequence[str]) -> set[str]:
    """Name the distinct words and pairs of neighbours."""
    return {*words, *map(" ".join, pairwise(words))}


def judge(sentences: Sequence[str]) -> Judgement:
    """Judge one message by its sentences, always pooled in the same way. Linear in the length of the text.

    A message without sentences is judged 0: silence is not a mood.
    """
    if not sentences:
        return Judgement(0.0, -1, ())
    learned = model()
    moved = [_moved(sentence, learned) for sentence in sentences]
    passages = passages_of(moved, learned)
    _, first, end = max(passages)
    worst = max(range(first, end), key=lambda place: moved[place][0])
    log_odds = learned.slope * pool([score for score, _, _ in passages], learned) + learned.offset
    return Judgement(1 / (1 + exp(-log_odds)), worst, _reasons(sentences[worst], learned))


def _moved(sentence: str, learned: Model) -> tuple[int, int]:
    """Add up a sentence's weights, and count its words; whole numbers, so the order of a set cannot change the sum."""
    words = words_of(sentence)
    return sum(filter(None, map(learned.weights.get, grams_of(words)))), len(words)


def passages_of(moved: Sequence[tuple[int, int]], learned: Model) -> list[tuple[float, int, int]]:
    """Score every shortest run of sentences that holds `passage` words: its log-odds, its first sentence, its end.

    `moved` holds the weight and the number of words of each sentence. A text with fewer words is one passage.
    """
    passages: list[tuple[float, int, int]] = []
    weight = words = end = 0
    for first, (first_weight, first_words) in enumerate(moved):
        while words < learned.passage and end < len(moved):
            weight, words, end = weight + moved[end][0], words + moved[end][1], end + 1
        if passages and words < learned.passage:
            break
        score = learned.intercept + learned.step * weight / sqrt(words + learned.damping)
        passages.append((score, first, end))
        weight, words = weight - first_weight, words - first_words
    return passages


def pool(scores: Sequence[float], learned: Model) -> float:
    """One score for the message: the worst passage and the mean, less what chance alone gives to a long text."""
    mean = sum(scores) / len(scores)
    share = learned.worst_share
    return share * max(scores) + (1 - share) * mean - learned.length_cost * log(len(scores))


def _reasons(sentence: str, learned: Model) -> tuple[tuple[str, float], ...]:
    """Name the words and pairs of the sentence that weigh most."""
    words = words_of(sentence)
    scale = learned.step / sqrt(len(words) + learned.damping)
    weighed = _weighed(grams_of(words), learned.weights, scale)
    return tuple(sorted(weighed, key=lambda pair: (-abs(pair[1]), pair[0]))[:SHOWN])


def _weighed(grams: Iterable[str], weights: dict[str, int], scale: float) -> list[tuple[str, float]]:
    found = ((gram, round(weights[gram] * scale, 2)) for gram in grams if gram in weights)
    return [(gram, weight) for gram, weight in found if abs(weight) >= WEAKEST_SHOWN]
