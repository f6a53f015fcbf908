"""A farewell: what is said, and what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.core.apology import check
from amends.core.parting import (
    HELLO_AFTER,
    LONGEST_NOTE,
    WIN_BACK_AFTER,
    Farewell,
    Missing,
    call_script,
    note_for,
    still_missing,
    voicemail_script,
)

SAID = {
    "call": " ".join(call_script("Gary", "Tom")),
    "voicemail": " ".join(voicemail_script("Gary", "Tom", "555 0119")),
    "voicemail without a number": " ".join(voicemail_script("Gary", "Tom")),
    "note": note_for("Gary"),
}


def test_the_note_begins_with_the_words_of_the_method() -> None:
    assert note_for("Gary") == (
        "Gary, I'm sorry for how this was handled. If there is anything I can do for you in the future, please call me."
    )
    assert len(note_for("Gary")) < LONGEST_NOTE


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_no_word_of_the_scripts_is_flagged_at_the_strictest(text: str) -> None:
    checked = check(text, answers_unhappy=True)
    assert (checked.is_checked, checked.faults) == (True, ())


def test_scripts_name_who_calls_whom_and_are_short() -> None:
    assert call_script("Gary", "Tom")[0].startswith("Gary, it is Tom.")
    assert voicemail_script("Gary", "Tom", "555 0119")[-1] == (
        "My number is 555 0119. All the best to you and your people."
    )
    assert voicemail_script("Gary", "Tom")[-1] == "All the best to you and your people."
    assert [len(script) for script in (call_script("Gary", "Tom"), voicemail_script("Gary", "Tom"))] == [5, 3]


def test_no_script_speaks_of_blame_or_of_a_discount() -> None:
    words = " ".join(SAID.values()).lower()
    assert [word for word in ("your fault", "you should", "discount", "offer you", "blame") if word in words] == []


def test_everything_is_missing_at_first() -> None:
    assert still_missing(Farewell()) == tuple(Missing)


def test_a_farewell_with_all_of_it_lacks_nothing() -> None:
    said = Farewell(
        is_called=True, is_note_sent=True, is_met=True, is_handed_over=True, is_owed_settled=True,
        has_hello=True, has_who_hears=True,
    )  # fmt: skip
    assert still_missing(said) == ()


def test_one_open_thing_keeps_the_hand_over_open() -> None:
    said = Farewell(
        is_called=True, is_note_sent=True, is_met=True, open_things=1, is_handed_over=True, is_owed_settled=True,
        has_hello=True, has_who_hears=True,
    )  # fmt: skip
    assert still_missing(said) == (Missing.HAND_OVER,)


def test_the_hello_comes_after_ninety_days_and_the_second_thought_after_half_a_year() -> None:
    assert timedelta(days=90) == HELLO_AFTER
    assert timedelta(days=180) == WIN_BACK_AFTER
