"""What came back: reports on mail that did not arrive (RFC 3464, and older ones in plain words), automatic replies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amends.core.message import Automated, Report
from amends.sources.mime import body_of

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORTS = frozenset({Automated.BOUNCE, Automated.AUTO_REPLY})
MOST_BYTES = 200_000  # of a report that are read: the mail it brings back may be large; judgement
MOST_TEXT = 4_000  # characters of what an automatic reply says; judgement
MOST_SAID = 300  # characters of a server's words; judgement
MOST_IDS = 20  # Message-IDs looked for in what came back; judgement

ID = re.compile(rb"^[> \t]{0,9}Message-ID:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
FIELD = re.compile(  # of a part "message/delivery-status", its folded lines with it
    rb"^(Action|Status|Diagnostic-Code|Final-Recipient|Original-Recipient):[ \t]*"
    rb"([^\r\n]{0,500}(?:\r?\n[ \t]+[^\r\n]{1,500}){0,5})",
    re.IGNORECASE | re.MULTILINE,
)
DELIVERY_STATUS = re.compile(rb"^Content-Type:[ \t]*message/(?:global-)?delivery-status", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")  # RFC 3463, in a server's own words
REPLY = re.compile(r"(?<!\d)([45]\d\d)(?=[ -])(?![ -]\d)")  # RFC 5321: 550 …
IN_WORDS = (  # what older programs write instead of a number, in lower case
    ("5.1.1", re.compile(
        r"user unknown|unknown user|no such (?:user|mailbox|recipient|person)|does not exist"
        r"|(?:mailbox|recipient) (?:not found|unavailable|unknown)|unknown or (?:illegal|invalid)"
    )),
    ("5.2.2", re.compile(r"(?:mailbox|quota)[^.\n]{0,30}(?:full|exceeded)|over quota|out of storage")),
    ("5.1.2", re.compile(r"(?:host|domain) (?:unknown|not found)|name service error")),
)  # fmt: skip
FOR_NOW = re.compile(r"warning: message (?:still undelivered|delayed)|still (?:trying|being retried)|delayed \d")


def report_of(why: Automated, fields: Mapping[str, str], raw: bytes, start: int) -> Report:
    """Read what a report or an automatic reply (`REPORTS`) says; `raw[start:]` is its body."""
    body = raw[start : start + MOST_BYTES]
    text = body_of(dict(fields), raw[: start + MOST_BYTES], start)[0]
    if why is Automated.AUTO_REPLY:
        return Report(says=text[:MOST_TEXT])
    ids = tuple(dict.fromkeys(each.decode("utf-8", "replace") for each in ID.findall(body)))[:MOST_IDS]
    told = _told(body)
    words = " ".join((told.get("diagnostic-code", "").partition(";")[2] or _line_of(text)).split())[:MOST_SAID]
    status = told.get("status", "").split(" ")[0] or _status_in(words) or _status_in(text)
    action = told.get("action", "").lower() or (
        "delayed" if status[:1] == "4" or FOR_NOW.search(text.lower()) else "failed"
    )
    return Report(returned=ids, action=action, status=status, says=words)


def _told(body: bytes) -> dict[str, str]:
    """Return the fields of the part for machines: those of the first recipient; nothing where there is no such part."""
    mark = DELIVERY_STATUS.search(body)
    told: dict[str, str] = {}
    for name, value in FIELD.findall(body, mark.end()) if mark else ():
        told.setdefault(name.decode().lower(), " ".join(value.decode("utf-8", "replace").split()))
    return told


def _line_of(text: str) -> str:
    """Return the line of a report in plain words that says why: the one with a server's number, else nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if STATUS.search(line) or REPLY.search(line)), "")


def _status_in(text: str) -> str:
    """Return the kind of failure (RFC 3463) that words tell: by its number, else by what they say."""
    found = STATUS.search(text)
    if found:
        return found[1]
    for status, words in IN_WORDS:
        if words.search(text.lower()):
            return status
    number = REPLY.search(text)
    return f"{number[1][0]}.0.0" if number else ""
