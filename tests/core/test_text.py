"""What the writer wrote now, and its sentences."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.text import LONGEST_SENTENCE, Written, sentences, written_now

MEGABYTE = 1_000_000
LINES = st.sampled_from(
    [
        "",
        "> We will come.",
        ">> When?",
        "Nobody came.",
        "On Tue, 3 Mar 2026 at 09:40, Nora <nora@alderquay.example> wrote:",
        "Nora wrote:",
        "From: Nora <nora@alderquay.example>",
        "Sent: Tuesday",
        "To: Gary",
        "Subject: Site 4",
        "To",
        "-----Original Message-----",
        "----- End forwarded message -----",
        "-- ",
        "_____",
        "Best regards,",
        "Thanks,",
        "Gary North",
        "Tel. +44 113 496 0000",
        "P.S. Call me.",
        "Sent from my iPhone",
        "This e-mail and any attachments are confidential and intended for the intended recipient only.",
        "-----BEGIN PGP SIGNATURE-----",
        "BEGIN:VCARD",
        "| a",
        "NQ> b",
        "\u200b",
        "\r",
        "north mailing list",
    ]
)
MAILS = st.one_of(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=25).map("\n".join), st.text(max_size=200))
HOSTILE = [
    *(">", ">\n", "\n", " ", "-", "-\n", "--\n", "------\n", "_____\nx\n", "<", "@", "a@", "1", "1 ", "|\n", "To\n"),
    *("On ", "On 1 \n", "On 1 x\n y wrote\n", "On 1 Jan 10:00, x\n y wrote:\n", "y wrote:\n", "On Tue 3 x wrote "),
    *("From: ", "From: \n", "From: a@b\nx\n", "From:a:", "To: a@b\n", "Regards\n\n", "Regards\nJohn Smith\n\n"),
    *("Thanks\n", "Thanks,\nJohn\nthen we have some more words here, you see.\n", "PS\n", "Sent from my iPhone\n"),
    *("This e-mail\n", "This e-mail\n\n", "-----BEGIN PGP SIGNATURE-----\n", "BEGIN:VCARD\n", "NQ> \n", "- \n"),
    *(
        "-----Original Message-----\nx\n> \n",
        "x wrote:\n\n\n\n\n\n\n\n",
        "+1 234 567\n",
        "\u200e\n",
        ". ",
        "...",
        "No. ",
    ),
]


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_a_sentence_runs_on_over_a_soft_wrapped_line() -> None:
    assert told("We waited for Mr. Smith at the gate until 9.30 a.m. on\nMonday, e.g. an hour. Nobody came?! Why?") == [
        "We waited for Mr. Smith at the gate until 9.30 a.m. on\nMonday, e.g. an hour.",
        "Nobody came?!",
        "Why?",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        ("  nobody came  ", ["nobody came"]),
        ("Hi Nora,\nnobody came", ["Hi Nora,", "nobody came"]),
        ("One\n\n\nTwo", ["One", "Two"]),
        ("We need these people for the whole of next week:\n- nurses\n- drivers", 3),
        ("We need these people for the whole of next week:\n1. Nurses\n2. Drivers", 3),
        ("Order No. 5 is late. No. It is lost.", ["Order No. 5 is late.", "No.", "It is lost."]),
        ("See http://a.example/b.c?d=e. Then call.", ["See http://a.example/b.c?d=e.", "Then call."]),
        ("Mail gary@north.example. Now!", ["Mail gary@north.example.", "Now!"]),
        ("It costs 3.50 a day... or more. Yes", ["It costs 3.50 a day... or more.", "Yes"]),
        (
            "J. Smith of Acme Inc. was late. So was I. Sorry.",
            ["J. Smith of Acme Inc. was late.", "So was I.", "Sorry."],
        ),
        ("We left at 5 p.m. Nobody came.", ["We left at 5 p.m.", "Nobody came."]),
        ('He said "never." (Twice.) Then he left.', ['He said "never."', "(Twice.)", "Then he left."]),
        (
            "Wir kommen am 5. März um 9.30 Uhr, d.h. bald. Gut.",
            ["Wir kommen am 5. März um 9.30 Uhr, d.h. bald.", "Gut."],
        ),
        ("We left at 5. Nobody came.", ["We left at 5.", "Nobody came."]),
        ("没人来。为什么?请回电!", ["没人来。", "为什么?请回电!"]),
        ("Strasse Str. 5 and internationally. Yes", ["Strasse Str. 5 and internationally.", "Yes"]),
        ("one. two. . three", ["one.", "two.", ".", "three"]),
        ("Wait  \nfor us", ["Wait", "for us"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str] | int) -> None:
    found = told(text)
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_words_without_an_end_are_cut_at_a_word_edge() -> None:
    parts = told("word " * 200)
    assert [len(part) for part in parts] == [399, 399, 199]
    assert [len(part) for part in told("x" * 900)] == [LONGEST_SENTENCE, LONGEST_SENTENCE, 100]


def test_quoted_lines_go_and_answers_between_them_stay() -> None:
    original = "Yes.\n> Monday?\nThat suits us.\n-- \nGary"
    written = written_now(original)
    assert written.text == "Yes.\n\nThat suits us."
    assert written.signature == "Gary"
    assert original[written.at(6)] == "T"


def test_a_mail_without_anything_to_remove_stays_as_it_is() -> None:
    assert written_now("\ufeff Nobody came.\r\nCall me.\r\n") == Written("Nobody came.\r\nCall me.", "", ((0, 2),))


def test_no_sentence_crosses_a_removed_block() -> None:
    assert told(written_now("We waited\n> We will come.\nand waited").text) == ["We waited", "and waited"]


@given(MAILS)
def test_every_kept_character_can_be_found_in_the_original(mail: str) -> None:
    written = written_now(mail)
    starts = [begins for begins, _ in written.pieces]
    between = {start - back for start in starts[1:] for back in (1, 2)}
    own = [offset for offset in range(len(written.text)) if offset not in between]
    assert [mail[written.at(offset)] for offset in own] == [written.text[offset] for offset in own]
    assert all(written.text[offset] == "\n" for offset in between)


@given(MAILS)
def test_nothing_is_invented_when_the_kept_words_are_read_again(mail: str) -> None:
    once = written_now(mail).text
    assert set(written_now(once).text.split()) <= set(once.split())


@given(st.text(alphabet=st.sampled_from("ab.?! \n\t-1N\u3002\u201d"), max_size=900))
def test_sentences_cover_every_character_once(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(0 < end - start <= LONGEST_SENTENCE for start, end in spans)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_of_a_megabyte_is_read_to_its_end(unit: str) -> None:
    mail = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    assert len(written_now(mail).text) <= MEGABYTE
    assert all(0 < end - start <= LONGEST_SENTENCE for start, end in sentences(mail))
