"""What a client wrote cannot command the terminal that shows it."""

from __future__ import annotations

import pytest

from amends.cli.plain import plain, shorten


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Nobody   came\n\ton site.", "Nobody came on site."),
        ("\x1b[31mred\x1b[0m alert", "red alert"),
        ("\x1b]0;new title\x07done", "]0;new titledone"),
        ("\x9b2Jcleared", "2Jcleared"),
        ("bell\x07 null\x00 delete\x7f", "bell null delete"),
        ("\u202egpj.exe\u2066x\u2069", "gpj.exex"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        ("Zoë, naïve café 日本 👍", "Zoë, naïve café 日本 👍"),
        ("", ""),
    ],
)
def test_plain_leaves_the_words_and_nothing_else(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize("hostile", ["\x1b[" * 500_000, "\x1b[" + "0" * 1_000_000, "\x1b[0;" * 250_000])
def test_a_megabyte_of_escape_sequences_is_no_trouble(hostile: str) -> None:
    assert "\x1b" not in plain(hostile)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Still nobody.", 20, "Still nobody."),
        ("Still nobody on the dock.", 16, "Still nobody on…"),
        ("Still nobody, ever.", 14, "Still nobody…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
    ],
)
def test_shorten_cuts_at_a_word(text: str, width: int, shown: str) -> None:
    assert shorten(text, width) == shown
