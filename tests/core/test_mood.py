import json
import struct
from importlib.resources import files

import pytest

from amends.core import mood

UNHAPPY = [
    "I have been waiting three weeks and nobody calls me back.",
    "This is the third time that the invoice is wrong.",
    "Your staff were rude and I want my money back.",
    "Frankly, we are very disappointed with the people you sent.",
]
ORDINARY = [
    "Could you send me the price list?",
    "Please find attached the signed contract.",
    "Thank you so much, that was quick.",
    "No complaints from our side.",
    "Sorry for the late reply, I was on holiday.",
    "See you on Tuesday at ten.",
]


@pytest.mark.parametrize("sentence", UNHAPPY)
def test_a_complaint_is_more_likely_unhappy_than_not(sentence: str) -> None:
    assert mood.judge([sentence]).unhappy > 0.5


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_business_is_judged_below_one_in_five(sentence: str) -> None:
    assert mood.judge([sentence]).unhappy < mood.PRIOR


def test_a_complaint_in_a_long_mail_is_the_worst_sentence() -> None:
    mail = [*ORDINARY, UNHAPPY[1], *ORDINARY]
    judged = mood.judge(mail)
    assert judged.worst == len(ORDINARY)
    assert judged.unhappy > 2 * mood.judge([*ORDINARY, *ORDINARY]).unhappy


def test_silence_is_not_a_mood() -> None:
    assert mood.judge([]) == mood.Judgement(0.0, -1, ())


def test_the_words_that_moved_it_are_few_and_strongest_first() -> None:
    words = mood.judge([UNHAPPY[0]]).words
    assert len(words) == mood.SHOWN
    assert [abs(weight) for _, weight in words] == sorted((abs(weight) for _, weight in words), reverse=True)
    assert "nobody" in dict(words)


def test_words_are_lower_case_and_digits_zeros() -> None:
    said = "We’ve ASKED 3 times since 2024!! Where’s the café's answer (a/b)?"
    words = [
        "we've",
        "asked",
        "0",
        "times",
        "since",
        "0000",
        "!",
        "!",
        "where's",
        "the",
        "café's",
        "answer",
        "a",
        "b",
        "?",
    ]
    assert mood.words_of(said) == words


def test_grams_are_words_and_pairs_of_neighbours() -> None:
    assert mood.grams_of(["not", "good", "not"]) == {"not", "good", "not good", "good not"}


def learned(passage: int = 1, length_cost: float = 0.0) -> mood.Model:
    """A model that knows no words: what it weighs and how it pools."""
    return mood.Model({}, 1.0, 0.0, 1.0, passage, worst_share=0.75, length_cost=length_cost, slope=1.0, offset=0.0)


def test_pooling_counts_the_worst_and_the_mean_and_charges_for_length() -> None:
    assert mood.pool([2.0, -2.0], learned()) == 1.5
    assert mood.pool([2.0], learned(length_cost=1.0)) == 2.0
    assert mood.pool([2.0, -2.0], learned(length_cost=1.0)) < 1.5


def test_short_sentences_are_read_together_with_those_that_follow() -> None:
    moved = [(4, 3), (0, 0), (2, 5), (6, 8), (9, 1)]
    assert mood.passages_of(moved, learned(passage=8)) == [
        (2.0, 0, 3),
        (8 / 14**0.5, 1, 4),
        (8 / 14**0.5, 2, 4),
        (2.0, 3, 4),
    ]


def test_a_text_shorter_than_a_passage_is_one() -> None:
    assert mood.passages_of([(4, 2), (-1, 1)], learned(passage=8)) == [(1.5, 0, 2)]


def test_a_model_is_read_as_it_was_written() -> None:
    header = {"words": 2, "step": 0.5, "intercept": -1.0, "damping": 3.0, "passage": 9}
    header |= {"worst_share": 0.8, "length_cost": 0.2, "slope": 2.0, "offset": 0.1}
    content = json.dumps(header).encode() + b"\nlate\nnobody came" + struct.pack("<2h", 4, -300)
    assert mood.read_model(content) == mood.Model(
        {"late": 4, "nobody came": -300}, 0.5, -1.0, 3.0, 9, worst_share=0.8, length_cost=0.2, slope=2.0, offset=0.1
    )


def test_a_sentence_without_known_words_is_judged_and_explained_by_nothing() -> None:
    judged = mood.judge(["xqzzy wvvrt"])
    assert judged.worst == 0
    assert judged.words == ()


def test_the_shipped_model_is_small() -> None:
    assert len(files("amends.core").joinpath("mood.bin").read_bytes()) < 600_000


@pytest.mark.parametrize(
    "hostile", ["a'" * 500_000, "@" * 1_000_000, "https:" * 170_000, "! " * 500_000, "é0" * 500_000]
)
def test_a_megabyte_of_anything_is_judged(hostile: str) -> None:
    assert 0 <= mood.judge([hostile]).unhappy <= 1
