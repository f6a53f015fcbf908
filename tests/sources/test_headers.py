"""The wanted fields of a header, however it is written."""

from __future__ import annotations

import pytest

from amends.sources.headers import parameters, split_header, unstructured


def test_fields_are_unfolded_and_the_body_follows_the_empty_line() -> None:
    raw = b"From: Dana\n <dana@brightwater.example>\nSUBJECT:Night\n\tshift\n\nHello"
    fields, start = split_header(raw)
    assert fields == {"from": "Dana <dana@brightwater.example>", "subject": "Night shift"}
    assert raw[start:] == b"Hello"


def test_the_first_received_field_is_the_newest_and_counts() -> None:
    fields, _ = split_header(b"Received: by b; newest\nReceived: by a; oldest\n\n")
    assert fields == {"received": "by b; newest"}


def test_repeated_recipients_are_joined() -> None:
    fields, _ = split_header(b"To: a@x.example\nTo: b@x.example\nCc: c@x.example\n\n")
    assert fields == {"to": "a@x.example, b@x.example", "cc": "c@x.example"}


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"From: a\r\nTo: b\r\n\r\nHello", b"Hello"),
        (b"From: a\n\r\nHello", b"Hello"),
        (b"From: a\r\r\nTo: b\r\r\n\r\nHello", b"Hello"),
        (b"From: a\nHello, no empty line before me.\n\nBye", b"Hello, no empty line before me.\n\nBye"),
        (b"From x@y Mon Jan 1 00:00:00 2024\nFrom: a\n\nHello", b"Hello"),
        (b"\nHello", b"Hello"),
        (b"\r\nHello", b"Hello"),
        (b"From: a", b""),
        (b"From: a\n", b""),
        (b"", b""),
    ],
)
def test_where_the_body_starts(raw: bytes, body: bytes) -> None:
    _, start = split_header(raw)
    assert raw[start:] == body


def test_a_mail_that_begins_with_text_has_no_header() -> None:
    assert split_header(b"Dear Sirs,\nnobody came.") == ({}, 0)


def test_old_spellings_with_a_space_before_the_colon() -> None:
    assert split_header(b"Subject : Night shift\n\n")[0] == {"subject": "Night shift"}


def test_header_bytes_that_are_no_ascii_are_read_as_utf_8_or_as_windows_text() -> None:
    assert split_header("Subject: für\n\n".encode())[0] == {"subject": "für"}
    assert split_header("Subject: für\n\n".encode("cp1252"))[0] == {"subject": "für"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('text/plain; charset="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
        ("multipart/mixed;boundary=a=b_c", {"boundary": "a=b_c"}),
        ('multipart/mixed; boundary="a b; c\\"d"', {"boundary": 'a b; c\\"d'}),
        ("a/b; name*0=ab; name*1*=cd", {"name": "abcd"}),
        ("a/b; CHARSET = Latin1", {"charset": "Latin1"}),
        ("text/plain", {}),
    ],
)
def test_parameters(value: str, found: dict[str, str]) -> None:
    assert parameters(value) == found


def test_a_subject_is_shown_as_people_read_it() -> None:
    assert unstructured("Re:   =?utf-8?Q?caf=C3=A9?=\t now ") == "Re: café now"


@pytest.mark.parametrize("hostile", [b";a=" * 330_000, b'; a="' + b"\\" * 1_000_000, b"; " * 500_000, b'";' * 500_000])
def test_hostile_parameters_take_no_longer_than_others(hostile: bytes) -> None:
    parameters(hostile.decode())
    fields, _ = split_header(b"Content-Type: a/b" + hostile + b"\n\n")
    assert len(fields) == 1


def test_a_header_of_a_million_lines_is_read() -> None:
    fields, start = split_header(b"X: y\n" * 300_000 + b"Subject: end\n\nbody")
    assert fields == {"subject": "end"}
    assert start == 1_500_014
