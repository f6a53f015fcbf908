"""Openness is a hint with points; what opens and what closes counts up to three times."""

import pytest

from amends.core.apology import check, signs_of


@pytest.mark.parametrize(
    ("text", "points", "reads"),
    [
        ("We met at the site.", 0, "closed"),
        ("I understand.", 3, "neutral"),
        ("I understand, and you are right, perhaps.", 7, "open"),
        ("No. I disagree, because it is just wrong.", -5, "closed"),
        ("Not one, not two, not three, not four, not five of them.", -3, "closed"),
        ("", 0, "closed"),
    ],
)
def test_points_add_up(text: str, points: int, reads: str) -> None:
    openness = check(text).openness
    assert openness is not None
    assert (openness.points, openness.reads) == (points, reads)


def test_the_words_that_count_are_shown_where_they_stand() -> None:
    text = "I understand, and it’s  not just you. Not one, not two, not three. (Perhaps.)"
    signs = [(sign.kind, sign.weight, text[sign.start : sign.end]) for sign in signs_of(text, "en")]
    assert signs == [
        ("acknowledgement", 3, "I understand"),
        ("not", -1, "not"),
        ("just", -1, "just"),
        ("not", -1, "Not"),
        ("not", -1, "not"),
        ("hedge", 1, "Perhaps"),
    ]


def test_a_sign_that_stands_alone_moves_no_word() -> None:
    text = "I understand & we hear you. & I see."
    assert [text[sign.start : sign.end] for sign in signs_of(text, "en")] == []
