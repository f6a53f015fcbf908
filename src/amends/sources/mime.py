"""The text of a message's body: the parts a person wrote, transfer-decoded, attachments never touched."""

from __future__ import annotations

import re
from binascii import a2b_qp
from binascii import a2b_uu as uu_line
from dataclasses import dataclass, field

from amends.core.message import DECLINED
from amends.sources.charset import base64, decode
from amends.sources.headers import parameters, split_header
from amends.sources.hypertext import text_of_html

MOST_TEXT = 200_000
"""Characters of body text kept; nobody writes more by hand, and memory stays flat."""

MOST_HTML_BYTES = 1_000_000
"""Bytes of HTML looked at: markup weighs several times its text."""

MOST_DEPTH = 20
"""Parts nested deeper are not looked at; real mail nests up to about eight deep."""

MOST_PARTS = 500
"""Parts of one message looked at."""

MOST_CALENDAR = 200_000
"""Characters of a calendar kept: a meeting of hundreds of people takes less."""

PLAIN, HTML, ENRICHED = "plain", "html", "enriched"
TEXT_TYPES = {
    "": PLAIN,
    "text": PLAIN,
    "text/plain": PLAIN,
    "plain/text": PLAIN,
    "text/html": HTML,
    "text/enriched": ENRICHED,
    "text/richtext": ENRICHED,
    "application/xhtml+xml": HTML,
}
METHOD_LINE = re.compile(r"^METHOD:([A-Za-z]{1,20})", re.MULTILINE)
DECLINES = re.compile(r"^ATTENDEE[^:]{0,2000};PARTSTAT=DECLINED", re.MULTILINE | re.IGNORECASE)
ENRICHED_TAG = re.compile(r"<(/?)([A-Za-z-]{1,40})>")
ALTERNATIVE = "multipart/alternative"


@dataclass(slots=True)
class Found:
    """What the walk over the parts has met so far: texts as (kind, text), and the first calendar with its method."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    calendar_method: str = ""
    calendar: str = ""
    parts: int = 0


def body_of(fields: dict[str, str], raw: bytes, start: int = 0) -> tuple[str, str, str]:
    """Read the text of a message from its header fields and `raw[start:]`; also a calendar part's method and text.

    The method is `core.message.DECLINED` for an answer that says no. Plain text is preferred to HTML where a message
    offers both; texts that follow each other are joined. At most `MOST_TEXT` characters are returned; nothing is ever
    raised for what a message contains.
    """
    content_type = fields.get("content-type", "")
    if not content_type or content_type[:10].lower() == "text/plain":
        return _leaf_text(PLAIN, fields, raw[start : start + MOST_TEXT * 4])[:MOST_TEXT], "", ""
    found = Found()
    _walk(fields, raw[start:], found, 0)
    kept = [text for _, text in found.texts if text.strip()]
    return "\n".join(kept)[:MOST_TEXT], found.calendar_method, found.calendar


def _walk(fields: dict[str, str], raw: bytes, found: Found, depth: int) -> None:
    """Collect the texts of one part and of those inside it."""
    found.parts += 1
    content_type = fields.get("content-type", "")
    media, _, _ = content_type.partition(";")
    media = media.strip().lower()
    if media.startswith("multipart/"):
        _walk_multipart(media, parameters(content_type).get("boundary", ""), raw, found, depth)
    elif media in {"text/calendar", "application/ics"}:
        if not found.calendar_method:
            found.calendar = _calendar_text(content_type, fields, raw)
            found.calendar_method = _calendar_method(content_type, found.calendar)
    elif media in TEXT_TYPES and not (depth and _is_attachment(fields, content_type)):
        kind = TEXT_TYPES[media]
        found.texts.append((kind, _leaf_text(kind, fields, raw)))
    elif "/" not in media:
        found.texts.append((PLAIN, _leaf_text(PLAIN, fields, raw)))


def _walk_multipart(media: str, boundary: str, raw: bytes, found: Found, depth: int) -> None:
    """Collect the texts of a multipart; of alternatives only the one that people are meant to read."""
    pieces = _pieces(raw, boundary) if boundary and depth < MOST_DEPTH else []
    if not pieces:
        if depth < MOST_DEPTH:
            found.texts.append((PLAIN, _leaf_text(PLAIN, {}, raw)))
        return
    before = len(found.texts)
    for begin, end in pieces:
        if found.parts >= MOST_PARTS:
            break
        piece = raw[begin:end]
        fields, start = split_header(piece)
        _walk(fields, piece[start:], found, depth + 1)
        if media in {"multipart/report", "multipart/signed", "multipart/appledouble"}:
            break  # what follows is the report for machines, the signature, the other fork
    if media == ALTERNATIVE:
        found.texts[before:] = _best(found.texts[before:])


def _best(texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choose among alternatives: the plain text unless it is empty, else the HTML."""
    filled = [each for each in texts if each[1].strip()]
    plain = [each for each in filled if each[0] == PLAIN]
    return plain or filled[:1]


def _pieces(raw: bytes, boundary: str) -> list[tuple[int, int]]:
    """Find the parts between the boundary lines of a multipart: where each begins and ends."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    pieces: list[tuple[int, int]] = []
    begin = -1
    at = 0 if raw.startswith(mark) else raw.find(b"\n" + mark) + 1 or -1
    while at >= 0 and len(pieces) < MOST_PARTS:
        tail = raw[at + len(mark) : at + len(mark) + 2]
        is_last = tail == b"--"
        if is_last or not tail or tail[:1] in b"\r\n \t":
            if begin >= 0:
                pieces.append((begin, max(begin, at - 1)))
            line_end = raw.find(b"\n", at)
            begin = -1 if is_last else line_end + 1 if line_end >= 0 else len(raw)
            if is_last:
                return pieces
        at = raw.find(b"\n" + mark, at) + 1 or -1
    if begin >= 0:
        pieces.append((begin, len(raw)))
    return pieces


def _is_attachment(fields: dict[str, str], content_type: str) -> bool:
    """Tell a text file that was attached from text that was written."""
    disposition = fields.get("content-disposition", "")
    if disposition[:10].lower() == "attachment":
        return True
    return "filename" in disposition.lower() or "name" in parameters(content_type)


def _leaf_text(kind: str, fields: dict[str, str], raw: bytes) -> str:
    """Decode one text part and bring it to plain text with LF line ends."""
    most = MOST_HTML_BYTES if kind == HTML else MOST_TEXT * 4
    content = _transfer_decoded(fields.get("content-transfer-encoding", ""), raw[: most * 3])[:most]
    content_type = fields.get("content-type", "")
    label = parameters(content_type).get("charset", "") if "charset" in content_type.lower() else ""
    text = decode(content, label)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    if kind == HTML:
        return text_of_html(text)
    return ENRICHED_TAG.sub("", text) if kind == ENRICHED else text


def _transfer_decoded(encoding: str, raw: bytes) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one is taken as none."""
    name = encoding[:40].strip().lower()
    if name == "quoted-printable":
        return a2b_qp(raw)
    if name == "base64":
        return base64(raw)
    return _uudecoded(raw) if name in {"x-uuencode", "uuencode", "x-uue", "uue"} else raw


def _uudecoded(raw: bytes) -> bytes:
    """Undo uuencoding; lines that are none are passed over."""
    out = []
    for line in raw.partition(b"\n")[2].split(b"\n"):
        if line.strip() == b"end":
            break
        try:
            out.append(uu_line(line))
        except ValueError:
            continue
    return b"".join(out)


def _calendar_text(content_type: str, fields: dict[str, str], raw: bytes) -> str:
    """Decode a calendar part, its folded lines made whole (RFC 5545, 3.1)."""
    content = _transfer_decoded(fields.get("content-transfer-encoding", ""), raw[: MOST_CALENDAR * 3])[:MOST_CALENDAR]
    text = decode(content, parameters(content_type).get("charset", "utf-8")).replace("\r\n", "\n")
    return text.replace("\n ", "").replace("\n\t", "")


def _calendar_method(content_type: str, text: str) -> str:
    """Read a calendar's method from its type, else from its METHOD line; a calendar without one publishes."""
    named = parameters(content_type).get("method", "")
    if not named:
        match = METHOD_LINE.search(text)
        named = match[1] if match else "PUBLISH"
    return DECLINED if named.upper() == "REPLY" and DECLINES.search(text) else named.upper()


def attached_mails(fields: dict[str, str], raw: bytes, start: int = 0) -> list[bytes]:
    """Return the mails that are attached to a message, as they travelled: parts of message/rfc822, and .eml files."""
    found: list[bytes] = []
    _collect_mails(fields, raw[start:], found, 0)
    return found


def _collect_mails(fields: dict[str, str], raw: bytes, found: list[bytes], depth: int) -> None:
    content_type = fields.get("content-type", "")
    media = content_type.partition(";")[0].strip().lower()
    if media.startswith("multipart/") and depth < MOST_DEPTH:
        boundary = parameters(content_type).get("boundary", "")
        for begin, end in _pieces(raw, boundary) if boundary else ():
            piece = raw[begin:end]
            inner, start = split_header(piece)
            _collect_mails(inner, piece[start:], found, depth + 1)
    elif depth and (media == "message/rfc822" or _is_eml(fields, content_type)) and len(found) < MOST_PARTS:
        found.append(_transfer_decoded(fields.get("content-transfer-encoding", ""), raw))


def _is_eml(fields: dict[str, str], content_type: str) -> bool:
    """Tell a mail that was attached as a file."""
    disposition = parameters(fields.get("content-disposition", ""))
    names = (parameters(content_type).get("name", ""), disposition.get("filename", ""))
    return any(name.lower().endswith(".eml") for name in names)
