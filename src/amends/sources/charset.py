"""Bytes to text, whatever character set they claim: never an exception, at worst replacement characters."""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from codecs import lookup
from functools import lru_cache
from itertools import groupby

ALIASES = {
    # Windows programs label their own code page as the ISO one; the superset reads both (WHATWG Encoding Standard).
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
}
UNTRUSTED = frozenset(
    {"", "us-ascii", "ascii", "x-unknown", "unknown", "unknown-8bit", "8bit", "7bit", "default", "none"}
)
"""Labels that say nothing about bytes above 127: those are read as UTF-8 when they are, else as Windows text."""

NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
)
"""Codecs of Python that are no character set of mail: some raise, some run code-like escapes."""

ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]{1,100}(?==\?)")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str:
    """Name Python's codec for a charset label; empty when the label is unknown or says nothing."""
    name = label.strip(" \t\"'<>").lower()
    if name.startswith("cp-"):
        name = "cp" + name[3:]
    name = ALIASES.get(name, name)
    if name in UNTRUSTED or name in NOT_FOR_MAIL:
        return ""
    try:
        codec = lookup(name)
        b"a".decode(name, "replace")  # codecs that are no text, such as zlib, refuse this
    except (LookupError, ValueError):
        return ""
    return ALIASES.get(codec.name, codec.name)


def decode(raw: bytes, label: str = "") -> str:
    """Decode bytes by their charset label; an unknown label means UTF-8 if it fits, else Windows-1252."""
    if raw.isascii() and (not label or codec_of(label) in {"utf-8", "cp1252", ""}):
        return raw.decode("ascii")
    codec = codec_of(label)
    if codec:
        try:
            return raw.decode(codec, "replace")
        except (LookupError, ValueError):
            pass  # a codec that knows no replacement: read it as unlabelled text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def words(value: str) -> str:
    """Decode the RFC 2047 encoded words in a header value; a character split over two words is put together."""
    if "=?" not in value:
        return value
    text = BETWEEN_WORDS.sub(r"\1", value)
    out: list[str] = []
    end = 0
    pieces: list[tuple[str, bytes]] = []
    for match in ENCODED_WORD.finditer(text):
        if match.start() > end or not pieces:
            out.append(_joined(pieces))
            pieces = []
            out.append(text[end : match.start()])
        pieces.append((match[1].lower(), _word_bytes(match[2], match[3])))
        end = match.end()
    return "".join([*out, _joined(pieces), text[end:]])


def _joined(pieces: list[tuple[str, bytes]]) -> str:
    """Decode neighbouring encoded words, those of one charset as one piece."""
    return "".join(decode(b"".join(raw for _, raw in same), label) for label, same in groupby(pieces, lambda p: p[0]))


def _word_bytes(encoding: str, content: str) -> bytes:
    """Undo the B or Q encoding of one encoded word."""
    raw = content.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return a2b_qp(raw, header=True)
    return base64(raw)


def base64(raw: bytes) -> bytes:
    """Decode base64 as far as it goes: stray bytes are passed over, a missing end is padded."""
    try:
        return a2b_base64(raw)
    except BinasciiError:
        return _padded_base64(raw)


NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def _padded_base64(raw: bytes) -> bytes:
    """Decode base64 whose end is missing or which is broken by stray bytes."""
    letters = NOT_BASE64.sub(b"", raw)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return a2b_base64(letters + b"=" * (-len(letters) % 4))
