"""A message's header: the few fields the method reads, and their parameters, in one quick pass."""

from __future__ import annotations

import re

from amends.core.automated import HEADERS
from amends.sources.charset import decode, words

WANTED = HEADERS | {
    "from",
    "sender",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-gmail-labels",
    "x-mozilla-status",
}
KEYS: dict[str, str] = {}
"""The spellings of field names met so far, and their keys: nearly every line is then told by one look."""

MOST_SPELLINGS = 5_000
"""Spellings remembered."""

JOINED = frozenset({"to", "cc"})
"""Fields that some programs repeat although RFC 5322 allows one: their values are joined."""

MOST_HEADER_BYTES = 4_000_000
"""A longer header is cut: 10,000 recipients take about 500 kB."""

HEADER_LINE = re.compile(rb"(?:[!-9;-~]{1,200}[ \t]{0,20}:|[ \t])")
PARAMETER = re.compile(r";\s{0,100}([\w!#$%&'*+.^`|~-]{1,60})\s{0,20}=\s{0,20}(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]*))")
LONGEST_PARAMETERS = 20_000
"""Characters of a Content-Type that are looked at."""

LAST_RUN = re.compile(r"\*(\d{0,3})\*?$")


def split_header(raw: bytes) -> tuple[dict[str, str], int]:
    """Read the wanted fields of a header (names in lower case, values unfolded) and where the body starts.

    The first of repeated fields counts (the topmost Received is the newest). A line that cannot belong to a header
    starts the body, as in mail without the empty line.
    """
    end, start = _header_end(raw)
    fields, is_whole = _fields(_header_text(raw[: min(end, MOST_HEADER_BYTES)]))
    return (fields, start) if is_whole else _split_broken_header(raw)


def _fields(text: str) -> tuple[dict[str, str], bool]:
    """Read the wanted fields of unfolded lines; false where a line is no field."""
    fields: dict[str, str] = {}
    is_whole = True
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        key = KEYS.get(name)
        if key is None:
            key = _key(name)
        if key:
            if key not in fields:
                fields[key] = value.strip()
            elif key in JOINED:
                fields[key] += ", " + value.strip()
        elif not colon and line:
            is_whole = False
    return fields, is_whole


def _key(name: str) -> str:
    """Give a field's name in lower case when it is wanted, else nothing; remember the spelling."""
    plain = name.strip().lower()
    key = plain if plain in WANTED else ""
    if len(KEYS) < MOST_SPELLINGS:
        KEYS[name] = key
    return key


def _header_end(raw: bytes) -> tuple[int, int]:
    """Find the empty line: where the header ends and where the body starts."""
    if raw[:1] in {b"\n", b"\r"}:
        return 0, 2 if raw.startswith(b"\r\n") else 1
    end = raw.find(b"\n\n")
    until = end if end >= 0 else len(raw)
    if raw.find(b"\r", 0, until) >= 0:
        other = raw.find(b"\n\r\n", 0, until)
        if other >= 0:
            return other, other + 3
    return (end, end + 2) if end >= 0 else (until, until)


def _header_text(block: bytes) -> str:
    """Decode a header block and put folded lines together."""
    text = block.decode("ascii") if block.isascii() else decode(block)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n\t", " ").replace("\n ", " ")


def _split_broken_header(raw: bytes) -> tuple[dict[str, str], int]:
    """Read a header that runs into its body without an empty line (or starts with mbox separators)."""
    position = 0
    kept = []
    for line in raw[:MOST_HEADER_BYTES].split(b"\n"):
        if not HEADER_LINE.match(line) and not line.startswith((b"From ", b">From ")):
            break
        if HEADER_LINE.match(line):
            kept.append(line)
        position += len(line) + 1
    if not kept:
        return {}, min(position, len(raw))
    position = min(position, len(raw))
    blank = raw[position : position + 2]
    start = position + (2 if blank == b"\r\n" else 1 if blank[:1] == b"\n" else 0)
    return _fields(_header_text(b"\n".join(kept)))[0], start


def parameters(value: str) -> dict[str, str]:
    """Read the parameters of a Content-Type or Content-Disposition (RFC 2045, continuations of RFC 2231)."""
    if ";" not in value:
        return {}
    found: dict[str, str] = {}
    for match in PARAMETER.finditer(value[:LONGEST_PARAMETERS]):
        text = match[2] if match[2] is not None else match[3]
        key = match[1].lower()
        if "*" in key:
            key = LAST_RUN.sub("", key)
            found[key] = found.get(key, "") + text
        else:
            found.setdefault(key, text)
    return found


def unstructured(value: str) -> str:
    """Give a header value as people read it: words decoded, white space made single."""
    return " ".join(words(value).split())
