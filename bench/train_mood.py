"""Rebuild the shipped judgement `src/amends/core/mood.bin`, byte for byte.

    pip install -r bench/requirements-train.txt
    AMENDS_DATA=… python bench/train_mood.py            # from the kept verdicts of the teachers: five minutes
    AMENDS_DATA=… python bench/train_mood.py --teach    # everything from scratch: a quarter of an hour on one core

The model is the mean of two linear models of words and word pairs: a ridge regression of the teachers' verdicts
(`mood_teach.py`), which is good on texts unlike any it learned from, and a logistic regression of verdicts and labels
together, which is good on what firms write. Sums are exact (`math.fsum`) and no linear-algebra library is used, so that
every machine finds the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import struct
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

from amends.core import mood
from mood_texts import HERE, OWN, STRANGERS, Text, own_lines, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHIPPED = HERE.parent / "src" / "amends" / "core" / "mood.bin"
VERDICTS = OWN / "verdicts.bin"
STEPS_PER_LOG_ODDS = 16  # as in mood_teach.py, which needs libraries that this script can do without

DAMPING = 6.0  # words: keeps "Rubbish" alone from weighing more than a whole sentence about rubbish
RIDGE = 0.3
LABEL = 1.0  # log-odds that a forum text's own label adds to the verdict, so that people have a say beside the teachers
ORDINARY = -3.0  # log-odds: list mail and mail that merely asks is never taught as unhappier than this
KNEE, BELOW_KNEE = -1.5, 0.5  # differences among texts that nobody would call unhappy matter less
WEIGHT = {"line": 2.0, "mail": 3.0, "intent": 2.0}  # of a text in the regression, by kind; all others 1
SPREAD = 0.3  # C of the logistic regression
LABELLED = 0.5  # share of a text's label in what the logistic regression learns; the rest is the verdict
LOGISTIC = 0.5  # weight of the logistic regression beside the ridge regression
NEWTON = 8  # steps of the logistic regression
SEEN = 2  # texts that must hold a word or pair
KEPT = 36_000  # words and pairs that are shipped
LARGEST = 32_000  # of the 16-bit weights
ROUNDS, NOTHING_LEFT = 60, 1e-10  # of the conjugate gradient; squared rest at which it is done
PASSAGE = 20  # words: best with 30 on the dev half of the labelled client sentences, and 30 buries more
WORST_SHARE, LENGTH_COST = 0.9, 0.4  # the pooling; a lower cost hears more that is buried and raises false alarms
HELD_OUT = 5  # every fifth own line calibrates


@dataclass(frozen=True, slots=True)
class Student:
    """A fitted model: the weight of every word and pair that it knows, and the score of a text without any."""

    weights: dict[str, float]
    intercept: float


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from, text by text.

    Words and pairs, the length in words, the log-odds that the ridge regression learns and its weights, the chance that
    the logistic regression learns and its weights.
    """

    grams: list[set[str]]
    lengths: list[int]
    target: Any
    weight: Any
    chance: Any
    trust: Any


def main() -> None:
    """Rebuild the model and say whether it is the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teach", action="store_true", help="let the teachers read all texts again")
    parser.add_argument("--verdicts", type=Path, default=VERDICTS, help="where the teachers' verdicts are kept")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the model is written")
    told = parser.parse_args()
    read = texts()
    if told.teach:
        from mood_teach import verdicts  # noqa: PLC0415 - loads torch, which only --teach needs

        told.verdicts.write_bytes(fingerprint(read) + verdicts(read))
    before = told.out.read_bytes() if told.out.exists() else b""
    content = build(read, kept_verdicts(told.verdicts, read))
    told.out.write_bytes(content)
    print(f"{told.out}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    print("the same as before" if content == before else "differs from what was there before")


def fingerprint(read: Sequence[Text]) -> bytes:
    """Return 32 bytes that change with any training text, so that verdicts never meet other texts."""
    return hashlib.sha256("\n\n".join(text.text for text in read).encode()).digest()


def kept_verdicts(path: Path, read: Sequence[Text]) -> Any:
    """Read the teachers' log-odds, one for every text."""
    content = path.read_bytes()
    if content[:32] != fingerprint(read):
        raise SystemExit(f"{path} belongs to other texts: run again with --teach")
    return np.frombuffer(content[32:], np.int8).astype(np.float64) / STEPS_PER_LOG_ODDS


def build(read: Sequence[Text], verdicts: Any) -> bytes:
    """Fit, prune, calibrate and write down."""
    kept_out = set(held_out("complaints.txt")) | set(held_out("ordinary.txt"))
    is_kept = [text.text not in kept_out for text in read]
    rehearsed = [text for text, kept in zip(read, is_kept, strict=True) if kept]
    slope, offset = calibrate(pruned(lessons_of(rehearsed, verdicts[is_kept])))
    return written(pruned(lessons_of(read, verdicts)), slope, offset)


def lessons_of(read: Sequence[Text], verdicts: Any) -> Lessons:
    """Turn texts and verdicts into what both regressions learn."""
    words = [mood.words_of(text.text) for text in read]
    beliefs = [1 / (1 + math.exp(-verdict)) for verdict in verdicts.tolist()]
    return Lessons(
        [mood.grams_of(found) for found in words],
        [len(found) for found in words],
        targets(read, verdicts),
        np.array([WEIGHT.get(text.kind, 1.0) for text in read]),
        np.array(
            [LABELLED * text.target + (1 - LABELLED) * belief for text, belief in zip(read, beliefs, strict=True)]
        ),
        np.array([text.weight for text in read]),
    )


def targets(read: Sequence[Text], verdicts: Any) -> Any:
    """Say what the student is to learn of each text: the verdict, corrected by what people said about the text."""
    labels = [text.target / STRANGERS for text in read if text.kind == "forum"]
    usual = math.fsum(labels) / len(labels)
    told = [_corrected(text, float(verdict), usual) for text, verdict in zip(read, verdicts, strict=True)]
    return np.array([one if one > KNEE else KNEE + BELOW_KNEE * (one - KNEE) for one in told])


def _corrected(text: Text, verdict: float, usual: float) -> float:
    if text.kind == "forum":
        return verdict + LABEL * (text.target / STRANGERS - usual)
    return min(verdict, ORDINARY) if text.kind in {"mail", "intent"} else verdict


def held_out(name: str) -> list[str]:
    """Every fifth of our own lines, which the rehearsal never sees."""
    return own_lines(name)[::HELD_OUT]


def pruned(lessons: Lessons) -> Student:
    """Fit on all words and pairs, keep those that move most texts furthest, and fit these again."""
    count = Counter(gram for grams in lessons.grams for gram in grams)
    known = sorted(gram for gram, times in count.items() if times >= SEEN)
    everything = fit(lessons, known, count)
    strength = {gram: abs(weight) * math.sqrt(count[gram]) for gram, weight in everything.weights.items()}
    strongest = sorted(known, key=lambda gram: (-strength[gram], gram))[:KEPT]
    return fit(lessons, sorted(strongest), count)


def fit(lessons: Lessons, known: Sequence[str], count: Counter[str]) -> Student:
    """Fit both regressions on the presence of words and pairs, damped by the text's length, and take their mean."""
    present = presence(lessons, known)
    rarity = np.array([1 + math.log((1 + len(lessons.grams)) / (1 + count[gram])) for gram in known] + [1.0])
    smooth, smooth_start = ridge(present, lessons)
    sharp = logistic_regression(hstack([present, np.ones((len(lessons.grams), 1))]).tocsr() @ diags(rarity), lessons)
    sharp *= rarity
    mean = (smooth + LOGISTIC * sharp[:-1]) / (1 + LOGISTIC)
    start = (smooth_start + LOGISTIC * float(sharp[-1])) / (1 + LOGISTIC)
    return Student(dict(zip(known, mean.tolist(), strict=True)), start)


def presence(lessons: Lessons, known: Sequence[str]) -> Any:
    """One row a text, one column a word or pair: zero, or the damped share of the text that it is."""
    place = {gram: number for number, gram in enumerate(known)}
    columns = [sorted(place[gram] for gram in grams if gram in place) for grams in lessons.grams]
    starts = np.cumsum([0, *map(len, columns)])
    scale = np.repeat([1 / math.sqrt(length + DAMPING) for length in lessons.lengths], list(map(len, columns)))
    flat = np.array([one for row in columns for one in row], np.int32)
    return csr_matrix((scale, flat, starts), shape=(len(columns), len(known)))


def ridge(present: Any, lessons: Lessons) -> tuple[Any, float]:
    """Ridge regression of the target: weights and intercept."""
    weight, turned = lessons.weight, present.T.tocsr()
    intercept = math.fsum(weight * lessons.target) / math.fsum(weight)
    solved = conjugate_gradient(
        lambda weights: turned @ (weight * (present @ weights)) + RIDGE * weights,
        turned @ (weight * (lessons.target - intercept)),
    )
    return solved, intercept


def logistic_regression(present: Any, lessons: Lessons) -> Any:
    """Logistic regression of the chance by Newton's method; the last weight is that of the column of ones."""
    turned = present.T.tocsr()
    weights = np.zeros(present.shape[1])
    for _ in range(NEWTON):
        told = np.array([1 / (1 + math.exp(-score)) for score in (present @ weights).tolist()])
        bend = lessons.trust * told * (1 - told)
        rest = turned @ (lessons.trust * (lessons.chance - told)) - weights / SPREAD
        weights = weights + conjugate_gradient(partial(_bent, present, turned, bend), rest)
    return weights


def _bent(present: Any, turned: Any, bend: Any, step: Any) -> Any:
    """Return what the curvature of the logistic regression makes of a step."""
    return turned @ (bend * (present @ step)) + step / SPREAD


def conjugate_gradient(times: Callable[[Any], Any], right: Any) -> Any:
    """Solve `times(x) = right`; the sums are exact, so the answer does not depend on the machine."""
    solved, rest = np.zeros_like(right), right.copy()
    direction, size = rest.copy(), math.fsum(rest * rest)
    for _ in range(ROUNDS):
        if size < NOTHING_LEFT:
            break
        moved = times(direction)
        step = size / math.fsum(direction * moved)
        solved, rest = solved + step * direction, rest - step * moved
        smaller = math.fsum(rest * rest)
        direction, size = rest + (smaller / size) * direction, smaller
    return solved


def calibrate(student: Student) -> tuple[float, float]:
    """Slope and offset that turn a pooled score into log-odds, on own lines that the student never saw."""
    learned = shipped(student, 1.0, 0.0)
    unhappy = [pooled_score(line, learned) for line in held_out("complaints.txt")]
    ordinary = [pooled_score(line, learned) for line in held_out("ordinary.txt")]
    weighed = [(score, 1.0, mood.PRIOR / len(unhappy)) for score in unhappy]
    weighed += [(score, 0.0, (1 - mood.PRIOR) / len(ordinary)) for score in ordinary]
    return logistic(weighed)


def pooled_score(line: str, learned: mood.Model) -> float:
    """One text as one sentence."""
    words = mood.words_of(line)
    moved = sum(learned.weights.get(gram, 0) for gram in mood.grams_of(words))
    [(score, _, _)] = mood.passages_of([(moved, len(words))], learned)
    return mood.pool([score], learned)


def logistic(weighed: Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """Fit slope and offset of a logistic curve to (score, truth, weight) by Newton's method."""
    points = list(weighed)
    slope, offset = 1.0, 0.0
    for _ in range(30):
        chances = [1 / (1 + math.exp(-slope * score - offset)) for score, _, _ in points]
        told = list(zip(points, chances, strict=True))
        down = [math.fsum(w * (p - y) * s**n for (s, y, w), p in told) for n in (1, 0)]
        two, one, none = (math.fsum(w * p * (1 - p) * s**n for (s, _, w), p in told) for n in (2, 1, 0))
        area = two * none - one * one
        slope -= (none * down[0] - one * down[1]) / area
        offset -= (two * down[1] - one * down[0]) / area
    return slope, offset


def shipped(student: Student, slope: float, offset: float) -> mood.Model:
    """Round the student's weights to 16 bits."""
    return mood.read_model(written(student, slope, offset))


def written(student: Student, slope: float, offset: float) -> bytes:
    """Write the model in the format of `mood.read_model`; words that rounding silences are left out."""
    step = float(f"{max(map(abs, student.weights.values())) / LARGEST:.6g}")
    rounded = {gram: round(weight / step) for gram, weight in sorted(student.weights.items())}
    rounded = {gram: weight for gram, weight in rounded.items() if weight}
    header = {
        "words": len(rounded),
        "step": step,
        "intercept": round(student.intercept, 4),
        "damping": DAMPING,
        "passage": PASSAGE,
        "worst_share": WORST_SHARE,
        "length_cost": LENGTH_COST,
        "slope": round(slope, 4),
        "offset": round(offset, 4),
    }
    lines = "\n".join([json.dumps(header), *rounded])
    return lines.encode() + struct.pack(f"<{len(rounded)}h", *rounded.values())


if __name__ == "__main__":
    main()
