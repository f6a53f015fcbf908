"""What derails a talk is a hint, never a fault."""

from amends.core.apology import check


def test_a_direct_why_did_you_is_a_hint() -> None:
    text = "I read your mail. Why did you wait so long with it?"
    [hint] = check(text).hints
    assert text[hint.start : hint.end] == "Why did you wait so long with it?"
    assert hint.says == "This asks them to defend themselves. “Help me understand …” asks the same."


def test_three_sentences_that_open_with_you_are_a_habit() -> None:
    assert [hint.name for hint in check("You called. You wrote. Your note came.").hints] == ["you first"] * 3
    assert check("You called. You wrote. We saw it.").hints == ()


def test_a_sentence_that_only_begins_like_a_question_is_none() -> None:
    assert check("Why the shift was empty I do not know yet.").hints == ()
