"""A firm's own phrases are found as they are written, and however they are contracted."""

from amends.core.apology import FirmPhrase, Rule, check

PHRASE = FirmPhrase("We're only human", why="Say what happened.", better="I forgot to ring you.")


def test_a_phrase_is_found_with_its_reason() -> None:
    text = "It was late. We are only human!"
    [fault] = check(text, answers_unhappy=False, firm=[PHRASE]).faults
    assert (fault.rule, fault.quote) == (Rule.FIRM, "We are only human")
    assert (fault.why, fault.better) == ("Say what happened.", "I forgot to ring you.")


def test_a_phrase_without_a_reason_has_the_usual_one() -> None:
    [fault] = check("This comes from the team and me", answers_unhappy=False, firm=[FirmPhrase("from the team")]).faults
    assert (fault.why, fault.better) == ("Your firm asks not to write this.", "")


def test_a_phrase_without_a_word_finds_nothing() -> None:
    assert check("See you there.", firm=[FirmPhrase("  ")]).faults == ()
