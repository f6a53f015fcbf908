"""What sentences say by phrases, in seven languages, and the look-alikes that must not be heard."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core import lexicon
from amends.core.lexicon.fold import fold, spaced, words_of
from amends.core.lexicon.lists import compiled_lists, compiled_text, entries_in, read_lists, read_slots
from amends.core.lexicon.phrase import PhraseError, compile_phrase, compile_slot


def said(sentence: str) -> list[str]:
    return [rule for _, rule in lexicon.find([sentence])]


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("We are very disappointed with the temps you sent.", ["complaint"]),
        ("We’re not at all happy with the service.", ["complaint"]),
        ("This is completely unacceptable.", ["complaint"]),
        ("This is the third time this month that nobody came.", ["complaint"]),
        ("Again nobody turned up this morning.", ["complaint"]),
        ("Your driver didnt turn up today.", ["complaint"]),
        ("You have let us down badly.", ["complaint"]),
        ("We hereby give you three months' notice.", ["exit"]),
        ("We are talking to other agencies.", ["exit"]),
        ("We have decided to terminate the contract.", ["exit"]),
        ("The contract is going out to tender in spring.", ["exit"]),
        ("We are reviewing our suppliers this quarter.", ["exit"]),
        ("Please send your final invoice.", ["exit"]),
        ("If this happens again, we will have to look elsewhere.", ["exit"]),
        ("Any update on this?", ["chaser"]),
        ("I am still waiting for your answer.", ["chaser"]),
        ("I am following up on my mail below.", ["chaser"]),
        ("I have not heard back from you.", ["chaser"]),
        ("I want to speak to your manager.", ["escalation"]),
        ("I shall pass this to our lawyers.", ["escalation"]),
        ("I am copying in our managing director.", ["escalation"]),
        ("We expect a full refund.", ["remedy"]),
        ("Please waive the cancellation fee.", ["remedy", "dispute"]),
        ("Please send a replacement for tomorrow's shift.", ["remedy"]),
        ("My last day here is Friday.", ["leaving"]),
        ("My successor will be Anna Price.", ["leaving"]),
        ("Tom will be your contact from now on.", ["leaving"]),
        ("Your invoice is wrong.", ["dispute"]),
        ("You have overcharged us.", ["dispute"]),
        ("We will not pay this invoice.", ["dispute"]),
        ("You have done an excellent job.", ["praise"]),
        ("We are very happy with the new receptionist.", ["praise"]),
        ("Thank you for sorting this out so quickly.", ["thanks"]),
    ],
)
def test_english_sentences_say_what_a_reader_hears(sentence: str, rules: list[str]) -> None:
    assert said(sentence) == rules


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("Wir sind sehr enttäuscht.", ["complaint"]),
        ("Wir kündigen den Rahmenvertrag zum Jahresende.", ["exit"]),
        ("Gibt es schon Neuigkeiten?", ["chaser"]),
        ("Nous sommes très déçus.", ["complaint"]),
        ("Nous souhaitons résilier notre contrat.", ["exit"]),
        ("Je vous relance au sujet du devis.", ["chaser"]),
        ("Estamos muy decepcionados.", ["complaint"]),
        ("¿Hay alguna novedad?", ["chaser"]),
        ("Muchas gracias por la ayuda.", ["thanks"]),
        ("Wij zijn zeer teleurgesteld.", ["complaint"]),
        ("Graag een creditnota.", ["remedy"]),
        ("Siamo molto delusi.", ["complaint"]),
        ("La fattura è errata.", ["dispute"]),
        ("Estamos muito desapontados.", ["complaint"]),
        ("Muito obrigado pela ajuda.", ["thanks"]),
    ],
)
def test_six_more_languages(sentence: str, rules: list[str]) -> None:
    assert said(sentence) == rules


@pytest.mark.parametrize(
    "sentence",
    [
        "Not one complaint has reached us.",
        "We are not disappointed.",
        "We have never been unhappy.",
        "Let me know if you are unhappy with the date.",
        "He filed a complaint in the district court.",
        "Please send me your complaints procedure policy.",
        "The chief complaint was back pain.",
        "What is your notice period?",
        "His notice period is four weeks.",
        "Please hang it on the notice board.",
        "We are not looking at other agencies.",
        "We have no plans to terminate the contract.",
        "We terminated the employee in March.",
        "Either party may terminate the agreement with 30 days notice.",
        "Attached is our final invoice for the project.",
        "She has a tender heart.",
        "We will let you know if there is any update.",
        "Please give him an update on the parking.",
        "Our legal team has signed the contract.",
        "We are looking for a legal counsel.",
        "Is the lunch free of charge?",
        "I am leaving the office now.",
        "We need a receptionist to cover maternity leave.",
        "Good communication is needed for this role.",
        "Thanks in advance.",
        "No, thank you.",
        "",
        "12",
        "Our landlord terminated the contract and we are very disappointed.",
        "The courier lost the parcel again and the invoice is wrong.",
    ],
)
def test_look_alikes_say_nothing(sentence: str) -> None:
    assert said(sentence) == []


def test_a_sentence_may_say_several_things_and_each_is_told_once() -> None:
    both = "We are disappointed, really disappointed, and want to speak to your director."
    assert lexicon.find(["Hello.", both]) == [(1, "complaint"), (1, "escalation")]


def test_soft_line_wraps_do_not_hide_a_phrase() -> None:
    assert said("I am still\nwaiting   for\r\nyour *answer*.") == ["chaser"]


def test_folding_writes_one_way_of_saying_it() -> None:
    folded = fold(["Don’t  worry—“it’s” done.", "Déçu, I cannot"])
    assert [spaced(line) for line in folded] == [" do not worry it is done. ", " decu, i can not "]


def test_words_are_parted_from_punctuation() -> None:
    assert words_of(fold(["The agencies’ notice, now!", "", "dont"])) == [
        ["the", "agencies", "notice", "now"],
        [],
        ["do", "not"],
    ]


def test_the_compiled_file_is_made_from_the_lists() -> None:
    shipped = files("amends.core.lexicon").joinpath("compiled.json").read_text(encoding="ascii")
    assert compiled_text(read_lists()) == shipped, "run python bench/build_lexicon.py"


def test_what_was_compiled_is_read_back() -> None:
    assert compiled_lists() == read_lists()


def test_a_phrase_has_words_options_gaps_and_slots() -> None:
    slots = {"we": compile_slot("we|i", {})}
    phrase = compile_phrase("<we> are [still] waiting ..2 (here|there)", slots)
    assert phrase.needs[0] == {"waiting"}
    assert phrase.literals == ()


def test_a_mere_list_of_strings_is_spelled_out() -> None:
    assert compile_phrase("(well|nicely) done", {}).literals == ("well done", "nicely done")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("(a|b", "bracket not closed"),
        ("a ) b", "unexpected )"),
        ("a ^ b", "unexpected ^"),
        ("<nobody> came", "no slot <nobody>"),
        ("..3 [now]", "no word to look for"),
    ],
)
def test_a_malformed_phrase_is_named(line: str, reason: str) -> None:
    with pytest.raises(PhraseError, match=reason.replace(")", r"\)").replace("^", r"\^")):
        compile_phrase(line, {})


def test_a_slot_without_a_meaning_is_named() -> None:
    with pytest.raises(PhraseError, match="a slot is written"):
        read_slots(["we"])


def test_an_entry_may_go_on_in_the_next_line_and_comments_are_left_out() -> None:
    assert entries_in("# English\n(Déçu|\n  unhappy) now  # sad\n\nlate\n") == ["(decu|unhappy) now", "late"]


@given(st.lists(st.text()))
def test_any_text_is_read_without_an_error(sentences: list[str]) -> None:
    assert all(0 <= index < len(sentences) and rule in lexicon.RULES for index, rule in lexicon.find(sentences))


@given(
    st.lists(
        st.sampled_from(["we", "are not", "no", "if", "still", "any update", "invoice is", "wrong", ",", ".", "?"])
    )
)
def test_any_order_of_the_words_of_phrases_is_read_without_an_error(words: list[str]) -> None:
    assert all(index == 0 for index, _ in lexicon.find([" ".join(words)]))


@pytest.mark.parametrize(
    "piece", ["still waiting for ", "we are not ", "a", " ", "invoice ", "if ", "again, ", "no no "]
)
def test_a_hostile_megabyte_is_read_in_one_pass(piece: str) -> None:
    found = lexicon.find([piece * (1_000_000 // len(piece))])

    assert {index for index, _ in found} <= {0}
    assert len(found) <= len(lexicon.RULES)
