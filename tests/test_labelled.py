"""The hand-labelled client sentences are whole, and their halves do not touch (tests/labelled/README.md)."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import TypedDict

import pytest

from amends.core.language import Rule

FOLDER = Path(__file__).parent / "labelled"
HALVES = ("dev", "test")
LABELS = {str(rule) for rule in Rule} - {str(Rule.UNHAPPY)}
KINDS = {
    "billing",
    "chasing",
    "complaining",
    "escalating",
    "handover",
    "hard negative",
    "leaving",
    "neutral",
    "praising",
    "remedy",
    "thanking",
}
LANGUAGES = {"de", "en", "es", "fr", "it", "nl", "pt"}
FEWEST_POSITIVES = 30  # of each label in both halves together
NEAR_DOUBLE = 0.4  # share of words in common; the closest pair has 0.32
LABELS_APART = 5  # a label's counts in the halves may differ by so many


class Sentence(TypedDict):
    """One line of a file."""

    id: str
    text: str
    labels: list[str]
    unhappy: bool
    kind: str
    language: str


@cache
def sentences(half: str) -> list[Sentence]:
    lines = (FOLDER / f"client_sentences_{half}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def both_halves() -> list[Sentence]:
    return [sentence for half in HALVES for sentence in sentences(half)]


def counted(half: str) -> dict[str, int]:
    found = sentences(half)
    return {
        "all": len(found),
        "unhappy": sum(sentence["unhappy"] for sentence in found),
        "no label": sum(not sentence["labels"] for sentence in found),
        **{label: sum(label in sentence["labels"] for sentence in found) for label in LABELS},
        "not in English": sum(sentence["language"] != "en" for sentence in found),
    }


def stated(half: str) -> dict[str, int]:
    table = (FOLDER / "README.md").read_text("utf-8").partition("## Counts")[2]
    column = HALVES.index(half)
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) \|$", table, re.MULTILINE)
    return {name: int(counts[column]) for name, *counts in rows}


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def shared_words(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def test_every_line_has_the_same_fields() -> None:
    assert {tuple(sentence) for sentence in both_halves()} == {tuple(Sentence.__annotations__)}


@pytest.mark.parametrize("half", HALVES)
def test_ids_count_up_from_one_in_each_half(half: str) -> None:
    found = sentences(half)
    assert [sentence["id"] for sentence in found] == [f"{half}-{number:03}" for number in range(1, len(found) + 1)]


def test_labels_kinds_and_languages_are_the_known_ones() -> None:
    found = both_halves()
    assert {label for sentence in found for label in sentence["labels"]} == LABELS
    assert {sentence["kind"] for sentence in found} == KINDS
    assert {sentence["language"] for sentence in found} == LANGUAGES


def test_no_label_stands_twice_on_a_sentence() -> None:
    assert [s["id"] for s in both_halves() if len(s["labels"]) != len(set(s["labels"]))] == []


def test_unhappy_is_yes_or_no() -> None:
    assert {type(sentence["unhappy"]) for sentence in both_halves()} == {bool}


def test_every_complaint_is_unhappy() -> None:
    assert [s["id"] for s in both_halves() if "complaint" in s["labels"] and not s["unhappy"]] == []


def test_texts_are_trimmed_and_none_comes_twice() -> None:
    texts = [sentence["text"] for sentence in both_halves()]
    assert [text for text in texts if text != text.strip() or not text] == []
    assert len(set(texts)) == len(texts)


def test_no_sentence_has_a_near_double_in_the_other_half() -> None:
    dev, test = ({s["id"]: words(s["text"]) for s in sentences(half)} for half in HALVES)
    pairs = product(dev.items(), test.items())
    assert [(one, other) for (one, a), (other, b) in pairs if shared_words(a, b) >= NEAR_DOUBLE] == []


@pytest.mark.parametrize("half", HALVES)
def test_counts_are_what_the_page_states(half: str) -> None:
    assert counted(half) == stated(half)


def test_every_label_has_enough_positives_spread_evenly() -> None:
    dev, test = counted("dev"), counted("test")
    assert [label for label in LABELS if dev[label] + test[label] < FEWEST_POSITIVES] == []
    assert [label for label in LABELS if abs(dev[label] - test[label]) > LABELS_APART] == []
