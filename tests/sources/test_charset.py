"""Any bytes become text, under any label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.sources.charset import base64, codec_of, decode, words


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"\x93quoted\x94 \x80 5", "iso-8859-1", "“quoted” € 5"),  # Windows text under the ISO label
        (b"caf\xc3\xa9", "", "café"),
        (b"caf\xe9", "", "café"),
        (b"caf\xc3\xa9", "us-ascii", "café"),
        (b"caf\xe9", "x-unknown", "café"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("שלום".encode("iso-8859-8"), "iso-8859-8-i", "שלום"),
        ("é".encode("cp850"), "cp-850", "é"),
        ("日本".encode("iso-2022-jp"), "ISO-2022-JP", "日本"),
        ("日本".encode("cp932"), "x-sjis", "日本"),
        (b"Hi Mom -+Jjo--!", "utf-7", "Hi Mom -☺-!"),
        (b"Hi +Jjo-", '"UTF-7"', "Hi ☺"),
        (b"caf\xe9", "utf-8", "caf\ufffd"),
        (b"plain", "undefined", "plain"),
        (b"caf\xe9 \\x41", "unicode_escape", "café \\x41"),
        (b"caf\xe9", "base64", "café"),
        (b"caf\xe9", "idna", "café"),
        (b"caf\xe9", "no\0such", "café"),
    ],
)
def test_labels_as_mail_writes_them(raw: bytes, label: str, text: str) -> None:
    assert decode(raw, label) == text


@pytest.mark.parametrize("label", ["", "us-ascii", "punycode", "raw-unicode-escape", "hex", "rot13", "no such", "zlib"])
def test_labels_that_name_no_character_set(label: str) -> None:
    assert codec_of(label) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?= au lait", "café au lait"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?B?4oI=?=\t=?utf-8?B?rA==?=", "€"),  # one character over two words
        ("Re: =?iso-8859-1?Q?f=FCr_Sie?= (neu)", "Re: für Sie (neu)"),
        ("=?iso-8859-1*de?Q?f=FCr?=", "für"),
        ("=?utf-8?B?Y2Fmw6k?=", "café"),  # the padding is missing
        ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
        ("=?big5?B?pKSk5Q==?= =?utf-8?Q?!?=", "中文!"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert words(value) == text


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"SGVsbG8=", b"Hello"),
        (b"SGVs\r\nbG8", b"Hello"),
        (b"SGV*sb!G8=", b"Hello"),
        (b"SGVsbG8x0", b"Hello1"),
        (b"", b""),
    ],
)
def test_base64_goes_as_far_as_it_can(raw: bytes, content: bytes) -> None:
    assert base64(raw) == content


@given(st.binary(max_size=200), st.text(max_size=30))
def test_no_bytes_and_no_label_ever_raise(raw: bytes, label: str) -> None:
    assert isinstance(decode(raw, label), str)
    assert isinstance(base64(raw), bytes)


@given(st.text(max_size=200))
def test_no_header_value_ever_raises(value: str) -> None:
    assert isinstance(words(f"=?{value}?=" + value), str)


@pytest.mark.parametrize(
    "hostile", ["=?" * 500_000, "=?a?q?" * 160_000, "?= " * 330_000, "=?a*" * 250_000, " " * 1_000_000]
)
def test_hostile_header_values_take_no_longer_than_others(hostile: str) -> None:
    assert len(words("=?" + hostile)) <= len(hostile) + 2
