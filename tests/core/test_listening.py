"""What a client wrote already answers what they would be asked: word for word, or not at all."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.language import Rule, hear
from amends.core.listening import LONGEST_PASSAGE, Question, Suggestion, Told, is_from, suggest
from amends.core.phrase import phrases
from conversation import at

SUNDAY = (
    "You billed eleven hours for Kyle, who left in August. I told you. You fixed it, and the next one had him again."
)
FINANCE = "My finance team holds every invoice of yours now. I look like I picked the wrong agency."
HARD = {Rule.COMPLAINT, Rule.DISPUTE, Rule.REMEDY}


def told(text: str, when: str = "10 Mar 09:00", number: str = "m1") -> Told:
    return Told(number, at(when), text, tuple(one.quote for one in hear(text).findings if one.rule in HARD))


def words(*texts: Told, kept: tuple[str, ...] = ()) -> dict[Question, str]:
    return {question: found.words for question, found in suggest(texts, kept=kept).items()}


def test_each_question_has_its_own_list() -> None:
    assert set(phrases("listening")) == set(Question)
    listed = [cue for cues in phrases("listening").values() for cue in cues]
    assert sorted(set(listed)) == sorted(listed)
    assert all(cue == cue.lower() for cue in listed)


def test_what_they_wrote_answers_what_they_would_be_asked() -> None:
    monday = told(
        f"Priya,\n\nI have heard nothing about Kyle. Any update? {FINANCE}\n\nHoward is copied.\n\nMarcus",
        "3 Mar 08:00",
    )
    sunday = told(f"{SUNDAY}\n\nMarcus", "9 Mar 06:09", "m2")
    found = suggest([monday, sunday])
    assert list(found.values()) == [
        Suggestion(Question.HAPPENED, SUNDAY, "m2", at("9 Mar 06:09")),
        Suggestion(Question.COST, FINANCE, "m1", at("3 Mar 08:00")),
    ]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Nobody came on site this morning and nobody called.", Question.HAPPENED),
        ("The third invoice in a row is wrong.", Question.HAPPENED),
        ("We had to pay the night crew overtime.", Question.COST),
        ("The line stood still until noon.", Question.COST),
        ("You should have called me before the shift.", Question.EXPECTED),
        ("We agreed on two hours for a replacement.", Question.EXPECTED),
        ("By the way, the badges are never returned.", Question.ELSE),
    ],
)
def test_a_sentence_answers_one_question(text: str, question: Question) -> None:
    assert words(told(text)) == {question: text}


@pytest.mark.parametrize(
    "text", ["", "Thanks!", "Any update?", "Why was it billed again?", "See you on Monday at nine."]
)
def test_where_nothing_answers_nothing_is_filled_in(text: str) -> None:
    assert words(told(text)) == {}


def test_of_equal_answers_the_newer_one_counts() -> None:
    old = told("Your people did not show.", "3 Mar 09:00", "old")
    new = told("Your people did not arrive.", "5 Mar 09:00", "new")
    for order in ([old, new], [new, old]):
        assert suggest(order)[Question.HAPPENED].id == "new"


def test_what_is_known_already_is_not_said_again() -> None:
    assert words(told(SUNDAY), kept=(f"“{SUNDAY.upper()}”",)) == {}
    assert words(told(SUNDAY), kept=("", "Something else")) == {Question.HAPPENED: SUNDAY}


def test_a_passage_ends_with_its_paragraph_and_at_three_lines() -> None:
    assert words(told("Hello Priya.\n\nNobody came and nobody called.\n\nI am in the office today.")) == {
        Question.HAPPENED: "Nobody came and nobody called."
    }
    before = "I walked through the whole hall with the foreman at six in the morning. " * 4
    [found] = words(told(f"{before}Nobody came and nobody called. {before}")).values()
    assert "Nobody came and nobody called." in found
    assert len(found) <= LONGEST_PASSAGE


def test_line_breaks_of_a_mail_program_do_not_show() -> None:
    wrapped = "Nobody came this morning to any of the three halls and\nnobody called before nine."
    [found] = words(told(wrapped)).values()
    assert found == wrapped.replace("\n", " ")
    assert is_from(found, wrapped)


def test_words_are_from_a_text_or_they_are_not() -> None:
    assert is_from("nobody  called", "and nobody\ncalled before nine")
    assert not is_from("nobody rang", "and nobody called")
    assert not is_from(" ", "anything")


SENTENCES = st.sampled_from(
    [
        *SUNDAY.split(". "),
        *FINANCE.split(". "),
        "By the way, hello to all.",
        "Why?",
        "Yes.",
        "\n\n",
        "I need you to call.",
    ]
)


@given(st.lists(st.lists(SENTENCES, max_size=8), max_size=4))
def test_nothing_is_ever_invented(letters: list[list[str]]) -> None:
    texts = [Told(str(number), at("3 Mar 09:00"), " ".join(letter)) for number, letter in enumerate(letters)]
    for question, found in suggest(texts).items():
        assert found.question is question
        assert is_from(found.words, texts[int(found.id)].text)


def test_a_long_mail_is_read_in_time() -> None:
    began = perf_counter()
    suggest([Told("m", at("3 Mar 09:00"), "nobody came and nobody called " * 200_000)])
    assert perf_counter() - began < 1
