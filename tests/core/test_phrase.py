"""Phrase lists shipped with the package."""

from amends.core.phrase import phrases, words


def test_a_section_holds_its_phrases_in_order() -> None:
    assert phrases("quotes")["says in the middle"] == ("schrieb", "schreef", "skrev", "skreiv")


def test_words_of_several_lines_are_one_set() -> None:
    assert words("abbreviations", "month follows") >= {"jan", "mär", "dez"}
