"""Blocks of headers above a quoted message."""

import pytest

from amends.core.headers import header_block, label_of

NORA = "From: Nora <nora@alderquay.example>"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("From: Nora", "from"),
        ("*Von:* Nora", "from"),
        ("Envoyé le : mardi", "date"),
        ("\u5bc4\u4ef6\u8005\uff1aNora", "from"),
        ("Betreff:", "subject"),
        ("Remark: none", ""),
        (": none", ""),
        ("nothing here", ""),
    ],
)
def test_a_label_is_known_in_many_languages(line: str, label: str) -> None:
    assert label_of(line) == label


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([NORA, "Sent: Tuesday", "To: Gary", "", "Hello"], (0, 3)),
        ([NORA, "Subject: Site 4"], (0, 2)),
        (["From: Nora", "Subject: Site 4"], None),
        (["From: Nora", "Sent: Tuesday", "To: Gary"], None),
        (["From: Nora", "Sent: Tuesday", "To: Gary", "Subject: Site 4"], (0, 4)),
        ([NORA, "", "Sent: Tuesday", "", "To: Gary", "", "Hello"], (0, 5)),
        ([NORA, "To: Gary <gary@north.example>,", "a@b.example,", "c@d.example", "Subject: Site 4"], (0, 5)),
        ([NORA, "one", "two", "three", "four", "Sent: Tuesday", "To: Gary"], None),
        (["To", "Gary", "cc", "", "Subject", "Site 4"], (0, 5)),
        ([NORA, "Subject: Site 4", "> We will come."], (0, 2)),
        (["To", "the point"], None),
        (["Nora/AQ@AQ", "3/3/2026 9:40", "", "To: Gary", "cc: Bob", "Subject: Site 4"], (0, 6)),
        (["Hello Gary", "To: Gary", "cc: Bob", "Subject: Site 4"], (1, 4)),
        (["From: Nora <n@a.example> Sent: Tuesday To: Gary Subject: Site"], (0, 1)),
        (["From:: x"], None),
        ([NORA, NORA], None),
        ([], None),
    ],
)
def test_three_headers_make_a_block_and_two_words_do_not(lines: list[str], expected: tuple[int, int] | None) -> None:
    first = next((index for index, line in enumerate(lines) if line.startswith(("From", "To"))), 0)
    assert header_block(lines, first) == expected


def test_after_a_separator_two_headers_are_enough() -> None:
    assert header_block(["From: Nora", "Sent: Tuesday", "@"], 0, after_separator=True) == (0, 3)
    assert header_block(["Sent: Tuesday", "a@b.example"], 0, after_separator=True) is None
