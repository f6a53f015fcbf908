"""The text that a person wrote, out of any MIME structure."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.core.message import DECLINED
from amends.sources.headers import split_header
from amends.sources.mime import MOST_PARTS, MOST_TEXT, body_of


def body(raw: bytes) -> str:
    return read(raw)[0]


def read(raw: bytes) -> tuple[str, str, str]:
    fields, start = split_header(raw)
    return body_of(fields, raw, start)


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    inner = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\npreamble\n{inner}--{boundary}--\nepilogue\n'


PLAIN = "Content-Type: text/plain\n\nNobody came."
HTML = "Content-Type: text/html\n\n<p>Nobody <b>came</b>.</p>"
EMPTY = "Content-Type: text/plain\n\n \n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\nHello\r\nthere", "Hello\nthere"),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\nf\xfcr", "für"),
        (b"Content-Transfer-Encoding: quoted-printable\n\nf=C3=BCr =\nSie", "für Sie"),
        (b"Content-Transfer-Encoding: BASE64\n\nZsO8\ncg==\n", "für"),
        (b"Content-Transfer-Encoding: base64\n\nZsO8*cg\n", "für"),
        (b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n%2&5L;&\\\n \nend\n", "Hello"),
        (b"Content-Transfer-Encoding: nonsense\n\nHello", "Hello"),
        (b"Content-Type: text\n\nHello", "Hello"),
        (b"Content-Type: nonsense\n\nHello", "Hello"),
        (b"Content-Type: text/enriched\n\n<bold>Hello</bold> there", "Hello there"),
        (b"Content-Type: text/html\n\n<p>Hello<br>there</p>", "Hello\nthere"),
        (b"Content-Type: application/pdf\n\n%PDF", ""),
        (b"Content-Type: message/rfc822\n\nFrom: a\n\nforwarded", ""),
        (b"Content-Type: multipart/mixed\n\nno boundary", "no boundary"),
        (b"Content-Type: multipart/mixed; boundary=x\n\nno part", "no part"),
        (b"Content-Type: text/plain\n\nnul\0l\rold Mac", "null\nold Mac"),
        (b"Content-Type: text/plain; name=note.txt\n\nHello", "Hello"),
    ],
)
def test_single_parts(raw: bytes, text: str) -> None:
    assert body(raw) == text


@pytest.mark.parametrize(
    ("kind", "parts", "text"),
    [
        ("alternative", (PLAIN, HTML), "Nobody came."),
        ("alternative", (EMPTY, HTML), "Nobody came."),
        ("alternative", (HTML,), "Nobody came."),
        ("mixed", (PLAIN, "Content-Type: image/png\n\nx", "\nA list's footer."), "Nobody came.\nA list's footer."),
        ("mixed", (PLAIN, "Content-Type: text/plain\nContent-Disposition: attachment\n\nx"), "Nobody came."),
        ("mixed", (PLAIN, 'Content-Type: text/plain; name="log.txt"\n\nx'), "Nobody came."),
        ("mixed", (PLAIN, 'Content-Type: text/plain\nContent-Disposition: inline; filename="a"\n\nx'), "Nobody came."),
        ("mixed", (PLAIN, "Content-Type: message/rfc822\n\nFrom: a\n\nforwarded"), "Nobody came."),
        ("signed", (PLAIN, "Content-Type: application/pgp-signature\n\nx"), "Nobody came."),
        ("report", (PLAIN, "Content-Type: message/delivery-status\n\nx", PLAIN), "Nobody came."),
        ("mixed", (multipart("alternative", PLAIN, HTML, boundary="b2"), PLAIN), "Nobody came.\nNobody came."),
        ("related", (multipart("alternative", EMPTY, HTML, boundary="bb"), PLAIN), "Nobody came.\nNobody came."),
        ("mixed", (), "preamble\n--b--\nepilogue\n"),
    ],
)
def test_multiparts(kind: str, parts: tuple[str, ...], text: str) -> None:
    assert body(multipart(kind, *parts).encode()) == text


def test_a_multipart_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    raw = multipart("mixed", PLAIN, "Content-Type: text/plain\n\nSecond.").encode()
    assert body(raw.partition(b"ond.")[0]) == "Nobody came.\nSec"
    assert body(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b") == "One"


@pytest.mark.parametrize(
    ("part", "method"),
    [
        ("Content-Type: text/calendar; method=request\n\nBEGIN:VCALENDAR", "REQUEST"),
        ("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n", "CANCEL"),
        ("Content-Type: application/ics\nContent-Transfer-Encoding: base64\n\nTUVUSE9EOlJFUExZCg==", "REPLY"),
        ("Content-Type: text/calendar\n\nBEGIN:VCALENDAR", "PUBLISH"),
        (
            (
                "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nATTENDEE;CN=Gary\n"
                " Reed;PARTSTAT=DECLINED:mailto:gary@north.example\n"
            ),
            DECLINED,
        ),
        (
            (
                "Content-Type: text/calendar; method=REPLY\n\nATTENDEE;PARTSTAT=ACCEPTED:mailto:gary@north.example\n"
                "COMMENT:Not ;PARTSTAT=DECLINED"
            ),
            "REPLY",
        ),
    ],
)
def test_the_method_of_a_calendar(part: str, method: str) -> None:
    assert read(multipart("mixed", PLAIN, part).encode())[:2] == ("Nobody came.", method)


def test_a_calendar_comes_with_its_lines_made_whole() -> None:
    part = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\r\nSUMMARY:A long\r\n  review\r\n"
    assert read(multipart("mixed", PLAIN, part).encode()) == (
        "Nobody came.",
        "REQUEST",
        "BEGIN:VCALENDAR\nSUMMARY:A long review\n",
    )


def test_only_so_much_text_is_kept() -> None:
    assert len(body(b"\n" + b"x" * 5_000_000)) == MOST_TEXT
    assert len(body(b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"x" * 5_000_000))) == MOST_TEXT
    assert len(body(b"Content-Type: text/html\n\n<p>" + b"x" * 5_000_000)) == MOST_TEXT


def test_five_hundred_nested_parts_cost_nothing_and_hide_nothing_above_them() -> None:
    nested = PLAIN
    for depth in range(500):
        nested = multipart("mixed", "Content-Type: text/plain\n\nx", nested, boundary=f"deep{depth}-")
    assert body(nested.encode()) == "\n".join("x" * 20)


def test_a_hundred_thousand_parts_are_read_up_to_a_limit() -> None:
    many = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 100_000
    assert body(many.encode()).count("x") == MOST_PARTS - 1


@settings(max_examples=40)
@given(
    st.lists(st.text(alphabet="abc äöü€\n-=.", max_size=80), min_size=1, max_size=4),
    st.sampled_from(["utf-8", "iso-8859-15"]),
)
def test_what_the_standard_library_writes_is_read_back(texts: list[str], charset: str) -> None:
    message = EmailMessage()
    message.set_content(texts[0], charset=charset)
    for text in texts[1:]:
        message.add_attachment(text, disposition="inline", charset=charset)
    assert body(bytes(message)).split() == " ".join(texts).split()


@given(st.binary(max_size=300))
def test_no_message_ever_raises(noise: bytes) -> None:
    for kind in (b"text/html", b"multipart/mixed; boundary=b", b"text/calendar"):
        for encoding in (b"base64", b"quoted-printable", b"uuencode"):
            raw = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n--b\n" + noise
            assert isinstance(body(raw), str)
