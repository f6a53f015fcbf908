"""Places are found again in texts that fold to fewer or more words than they show."""

from hypothesis import given
from hypothesis import strategies as st

from amends.core.apology import check
from amends.core.apology.finder import _places, read
from amends.core.lexicon.fold import spaced


def found(text: str) -> list[str]:
    return [fault.quote for fault in check(text).faults]


def test_contractions_curly_quotes_and_line_breaks_keep_their_place() -> None:
    assert found("We spoke of it here on Monday, and I’m sorry (truly) if you’re\nupset.") == [
        "sorry (truly) if you’re\nupset"
    ]


def test_marks_around_the_words_are_left_out() -> None:
    assert found('He said: "Rest assured!" and left.') == ["Rest assured"]


@given(st.text(alphabet=st.sampled_from(" \n'’‘“—-\u2010\u2011.,!?aeintwsİßé\u017f\u0301\u2028…&/cannotwell")))
def test_every_folded_word_has_its_place(text: str) -> None:
    reading = read(text)
    for number, span in enumerate(reading.spans):
        assert len(_places(reading.own.text, span)) == len(spaced(reading.folded[number]).split())
