"""Greetings, thanks and job titles, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.lexicon.courtesy import has_greeting, has_thanks, title_in


@pytest.mark.parametrize(
    "text",
    ["Hi Anna,\n\nany news?", "  Dear Mr Smith", "Sehr geehrte Frau Brandl,", "Olá Rui", "hello", "Good morning all"],
)
def test_a_mail_that_opens_with_a_greeting(text: str) -> None:
    assert has_greeting(text)


@pytest.mark.parametrize("text", ["", "Any news?", "Hiking on Friday?", "Anna, call me.", "The roster.\nHi Anna"])
def test_a_mail_that_comes_straight_to_the_point(text: str) -> None:
    assert not has_greeting(text)


@pytest.mark.parametrize("text", ["Thanks!", "Many thanks\nTom", "Please call. Cheers, Tom", "Merci d'avance", "danke"])
def test_even_a_closing_thanks_is_courtesy(text: str) -> None:
    assert has_thanks(text)


@pytest.mark.parametrize("text", ["", "Call me.", "Thanksgiving is on Thursday."])
def test_no_thanks(text: str) -> None:
    assert not has_thanks(text)


@pytest.mark.parametrize(
    ("signature", "title"),
    [
        ("Jane Smith\nOperations Director\nNorthgate Ltd", "Operations Director"),
        ("Jane Smith | Head of Procurement | Northgate", "Head of Procurement"),
        ("J. Okafor, General Counsel", "General Counsel"),
        ("Maria Brandl\nPersonalleiterin", "Personalleiterin"),
        ("--\nTom\nCEO", "CEO"),
        ("Claire Vasseur\nResponsable des achats", "Responsable des achats"),
        ("Jane Smith\nNorthgate Consultant Group\n12 Manager Road", ""),
        ("Jane Smith\nNorthgate Engineer GmbH", ""),
        ("Please ask our manager.", ""),
        ("the manager", ""),
        ("I am the manager of this house and like to write very long lines", ""),
        ("", ""),
    ],
)
def test_the_title_is_the_line_or_part_of_a_line_that_names_a_job(signature: str, title: str) -> None:
    assert title_in(signature) == title


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert title_in(text) in text
    assert has_greeting(text) in {True, False}
    assert has_thanks(text) in {True, False}


@pytest.mark.parametrize("piece", ["manager ", " - ", ",", "thank ", "\n", "| a "])
def test_a_hostile_megabyte_is_read_in_one_pass(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert not has_greeting(text)
    assert not has_thanks(text)
    assert title_in(text) == ""
