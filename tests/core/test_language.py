"""What a whole mail says: findings with the sentence they stand in, and how unhappy it sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.language import UNHAPPY_FROM, Finding, Heard, Rule, hear
from amends.core.lexicon import RULES

MAIL = """Hi Tom,

Any update on my mail of Monday? We are very disappointed
with the two temps.

Regards
Anna"""


def test_each_finding_quotes_the_whole_sentence_and_says_where_it_stands() -> None:
    chaser, complaint = hear(MAIL).findings
    assert chaser == Finding(Rule.CHASER, 9, 41, "Any update on my mail of Monday?")
    assert complaint == Finding(Rule.COMPLAINT, 42, 86, "We are very disappointed\nwith the two temps.")
    assert MAIL[complaint.start : complaint.end] == complaint.quote


def test_an_empty_text_says_nothing() -> None:
    heard = hear("")
    assert (heard.findings, heard.words, heard.worst) == ((), (), (0, 0))


def test_every_list_of_phrases_is_a_rule() -> None:
    assert {Rule[name.upper()] for name in RULES} == set(Rule) - {Rule.UNHAPPY}


def test_the_worst_sentence_is_pointed_at() -> None:
    start, end = hear(MAIL).worst
    assert MAIL[start:end] == "We are very disappointed\nwith the two temps."


def test_unhappiness_that_no_phrase_proves_is_a_finding_of_its_own() -> None:
    text = "Honestly I hate how horrible and awful every single one of these people has been, so angry."
    heard = hear(text)
    assert heard.unhappy >= UNHAPPY_FROM
    assert heard.findings == (Finding(Rule.UNHAPPY, 0, len(text), text),)
    assert heard.words


def test_a_phrase_in_the_worst_sentence_speaks_instead_of_the_judgement() -> None:
    assert Rule.UNHAPPY not in [finding.rule for finding in hear(MAIL).findings]


def test_praise_beside_a_complaint_is_not_taken_at_its_word() -> None:
    said = hear("Fantastic service as always. Your driver was two hours late again, which is unacceptable.").findings
    assert [finding.rule for finding in said] == [Rule.COMPLAINT]


def test_an_ordinary_mail_is_calm() -> None:
    heard = hear("Please send two drivers to the Leeds site on Monday. The gate code is on the order.")
    assert heard.findings == ()
    assert heard.unhappy < UNHAPPY_FROM


def well_placed(text: str, heard: Heard) -> bool:
    placed = all(text[each.start : each.end] == each.quote != "" for each in heard.findings)
    return placed and list(heard.findings) == sorted(heard.findings, key=lambda each: each.start)


@given(st.text())
def test_any_text_is_heard_without_an_error_and_every_quote_is_where_it_says(text: str) -> None:
    heard = hear(text)
    assert well_placed(text, heard)
    assert 0 <= heard.unhappy <= 1


@given(
    st.lists(
        st.sampled_from(
            ["Still nobody came", "any update", "invoice is wrong", ". ", "? ", "\n", "\n\n", " thanks for "]
        )
    )
)
def test_any_order_of_findings_is_told_in_the_order_of_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    heard = hear(text)
    assert well_placed(text, heard)
    assert len({(each.rule, each.start) for each in heard.findings}) == len(heard.findings)


@pytest.mark.parametrize(
    ("piece", "size"),
    [("a", 1_000_000), ("!", 1_000_000), ("we are unhappy. ", 100_000), ("again nobody\n\n", 100_000)],
)
def test_a_hostile_text_is_heard_in_one_pass(piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    assert well_placed(text, hear(text))
