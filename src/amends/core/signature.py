"""Where a message ends and its signature begins.

A signature follows a delimiter ("-- "), a goodbye ("Best regards") or nothing at all. What comes after it is taken only
as long as it looks like one: short lines, names, titles, numbers, addresses. A sentence written below stays.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from amends.core.footers import is_from_list
from amends.core.marks import FOOTER, OWN, QUOTE, SIGNATURE, is_rule, next_text
from amends.core.phrase import phrases

LONGEST_GOODBYE = 60  # characters
LONGEST_NAME = 5  # words after a goodbye on the same line, or in the line below it
LONGEST_LINE = 7  # words in a line of a signature that holds no number, address or title
LONGEST_AFTER_DELIMITER = 25  # lines with text; longer is text
LONGEST_SENT_FROM = 100  # characters
LONGEST_BLOCK = 40  # lines of a signature, empty ones included
LONGEST_CARD = 9  # lines of a signature that follows neither delimiter nor goodbye
_LOOKED_AT = 200  # characters of a line in which numbers, addresses and titles are sought
_SHORT_SENTENCE = 3  # words; more with a full stop are a sentence
_LONGEST_NOTE = 10  # words of "Sent from my …"
_KEY, _SHORT_KEY = 3, 2  # characters of a line's beginning that are looked up before anything else
_GOODBYE = frozenset(phrases("signatures")["goodbye"])
_THANKS = frozenset(phrases("signatures")["thanks"])
_LONG_GOODBYE = tuple(phrase for phrase in _GOODBYE if " " in phrase)
_SENT_FROM = phrases("signatures")["sent from"]
_POSTSCRIPT = phrases("signatures")["postscript"]
_KEYS = frozenset(phrase[:_SHORT_KEY] for phrase in _GOODBYE | _THANKS)
_SENT_KEYS = frozenset(phrase[:_KEY] for phrase in _SENT_FROM)
_DEVICE = re.compile(rf"(?:\b|(?<=_))(?:{'|'.join(map(re.escape, phrases('signatures')['devices']))})", re.IGNORECASE)
_DELIMITERS = frozenset(
    {"--", "- --", "\u2014", "\u2013", "\u2014\u2014", "\u2013\u2013", "__", "---", "-- -", "--=20"}
)
_TITLES = frozenset(phrases("signatures")["titles"])
_RULES = "-\u2014\u2013_="
_DIGITS = re.compile(r"\d[\d ().\-/]{6,24}")
_WORDS = re.compile(r"\w[\w.]*")
_ITEM = re.compile(r"[-*+\u2022\u00b7] |\d{1,2}[.)] |\[\d")
_DASHED_NAME = re.compile(r"[-\u2013\u2014~/]{1,2} ?[A-Z][\w.]{0,20}(?: [A-Z][\w.]{0,20}){0,2}")
_END_ORNAMENT = re.compile(r"[\W_]++$")


def mark_signatures(lines: list[str], marks: bytearray) -> None:
    """Mark the signatures in the writer's own lines, and notes such as "Sent from my phone"."""
    start = 0
    while start < len(lines):
        if marks[start] == QUOTE or not lines[start]:
            start += 1
            continue
        stop = start
        while stop < len(lines) and marks[stop] != QUOTE:
            stop += 1
        _mark_run(lines, marks, start, stop)
        start = stop


def _mark_run(lines: list[str], marks: bytearray, start: int, stop: int) -> None:
    """Look for the signature in the writer's own lines from `start` to `stop`."""
    at = start
    while at < stop:
        line = lines[at]
        end = 0
        if line and marks[at] == OWN:
            key = line[:_KEY].lower() if line[0] not in "*_" else line[1 : _KEY + 1].lower()
            if line[0] in _RULES and _is_row(line):
                end = _after_delimiter(lines, at, stop)
            elif key in _SENT_KEYS and len(line) <= LONGEST_SENT_FROM and is_sent_from(line):
                marks[at] = FOOTER
            elif key[:_SHORT_KEY] in _KEYS and len(line) <= LONGEST_GOODBYE:
                end = _after_goodbye(lines, at, stop)
        if end:
            is_said = line[0] not in _RULES and _is_thanks(line)
            _mark(lines, marks, at + 1 if is_said else at, end)
            at = end
        else:
            at += 1
    _mark_card(lines, marks, start, stop)


def is_sent_from(line: str) -> bool:
    """Whether the line is the note of a phone or a program, not a sentence that begins like one."""
    words = line.strip("*_-<>[] .").lower()
    is_short = "http" in line or (len(words.split()) <= _LONGEST_NOTE and ", " not in line)
    return is_short and words.startswith(_SENT_FROM) and line[-1] not in "!?," and bool(_DEVICE.search(line))


def _after_delimiter(lines: list[str], at: int, stop: int) -> int:
    """Index past the signature under a delimiter or a row of dashes; 0 when none follows."""
    first = next_text(lines, at + 1)
    if first >= stop:
        return stop
    if lines[first] == lines[at] or _is_longer(lines, first, stop, LONGEST_AFTER_DELIMITER):
        return 0
    if lines[at] in _DELIMITERS:
        return next((index for index in range(first, stop) if lines[index] and _is_postscript(lines[index])), stop)
    if is_rule(lines[first], shortest=0):
        return 0
    end = _end_of_block(lines, first, stop)
    has_evidence = any(lines[index] and _look(lines[index]) >= _Look.TITLE for index in range(first, end))
    return end if has_evidence and next_text(lines, end) >= stop else 0


def _is_longer(lines: list[str], first: int, stop: int, limit: int) -> bool:
    """Whether more than `limit` lines with text stand between `first` and `stop`."""
    texts = 0
    for index in range(first, stop):
        texts += bool(lines[index])
        if texts > limit:
            return True
    return False


def _after_goodbye(lines: list[str], at: int, stop: int) -> int:
    """Index past the signature under a goodbye; 0 when the line is none or something else follows."""
    if not _is_goodbye(lines[at]):
        return 0
    first = next_text(lines, at + 1)
    if first >= stop:
        return 0 if _is_thanks(lines[at]) else at + 1
    if lines[first] == lines[at]:
        return 0
    end = _end_of_block(lines, first, stop)
    if _is_thanks(lines[at]):
        closes = next_text(lines, end) >= stop or _has_number(lines, first, end)
        return end if closes else 0
    return max(end, at + 1)


def _has_number(lines: list[str], first: int, end: int) -> bool:
    """Whether one of the lines holds a telephone number, a mail address or a page."""
    return any(lines[index] and _look(lines[index]) == _Look.NUMBER for index in range(first, end))


def _is_goodbye(line: str) -> bool:
    """Whether the line says goodbye or thanks and nothing more than a name."""
    words = _END_ORNAMENT.sub("", line.lower().strip("*_ "))
    if words in _GOODBYE or words in _THANKS:
        return True
    said, comma, name = line.lower().partition(",")
    if comma and said.strip() in _GOODBYE | _THANKS:
        return _is_name(name.strip())
    return words.startswith(_LONG_GOODBYE) and len(words.split()) <= LONGEST_NAME + 2 and line[-1] not in ".?:"


def _is_thanks(line: str) -> bool:
    """Whether the line thanks: it stays, because it is said to the reader."""
    return _END_ORNAMENT.sub("", line.lower().partition(",")[0].strip("*_ ")) in _THANKS


def _is_name(line: str) -> bool:
    """Whether the line may be a person's or a firm's name."""
    return len(line.split()) <= LONGEST_NAME and line[-1:] not in {"?", ":", "!"} and not _ITEM.match(line)


def _is_postscript(line: str) -> bool:
    """Whether the line begins a postscript, which the writer wants read."""
    head = line[:12].lower().replace(" ", "")
    return head.startswith(_POSTSCRIPT) and not head.rstrip(".:,")[2:3].isalpha()


class _Look(IntEnum):
    """What a line below a goodbye looks like."""

    TEXT = 0
    SHORT = 1  # fits into a signature, and anywhere else
    TITLE = 2  # a job title, a firm or an address
    NUMBER = 3  # a telephone number, a mail address or a page


def _look(line: str) -> _Look:
    """Tell what the line looks like."""
    return _look_of(line[:_LOOKED_AT])


@lru_cache(maxsize=1024)
def _look_of(line: str) -> _Look:
    """Tell what the beginning of a line looks like; remembered, because a mail may be asked about a line many times."""
    if _is_row(line):
        return _Look.SHORT
    if _is_postscript(line) or _ITEM.match(line):
        return _Look.TEXT
    length = len(line.split())
    if "@" in line or "www." in line or "://" in line or _DIGITS.search(line):
        return _Look.NUMBER if length <= 3 * LONGEST_LINE else _Look.TEXT
    is_title = not _TITLES.isdisjoint(_WORDS.findall(line.lower()))
    if line[-1] in ".!?:" and length > (LONGEST_NAME if is_title else _SHORT_SENTENCE):
        return _Look.TEXT
    if is_title:
        return _Look.TITLE
    return _Look.SHORT if length <= LONGEST_LINE else _Look.TEXT


def _end_of_block(lines: list[str], first: int, stop: int) -> int:
    """Index past the last line that belongs to the signature beginning at `first`; `first` when none does.

    The first paragraph begins with a name; a later one belongs to it only up to the last line with a number, an
    address or a title.
    """
    if not _is_name(lines[first]) and _look(lines[first]) < _Look.NUMBER:
        return first
    end = first
    is_first = True
    for at in range(first, min(stop, first + LONGEST_BLOCK)):
        line = lines[at]
        if not line:
            is_first = False
        elif (look := _look(line)) == _Look.TEXT:
            break
        elif is_first or look > _Look.SHORT:
            end = at + 1
    return end


def _mark_card(lines: list[str], marks: bytearray, start: int, stop: int) -> None:
    """Mark a signature without delimiter or goodbye: a last paragraph of short lines with a number or an address."""
    end = stop
    while end > start and (not lines[end - 1] or marks[end - 1] != OWN):
        end -= 1
    if end == start:
        return
    if _DASHED_NAME.fullmatch(lines[end - 1]):
        _mark(lines, marks, end - 1, end)
        return
    first = end
    numbers = 0
    while first > start and lines[first - 1] and marks[first - 1] == OWN and end - first <= LONGEST_CARD:
        first -= 1
        look = _look(lines[first])
        if look == _Look.TEXT:
            return
        numbers += look == _Look.NUMBER
    follows_text = first > start and not lines[first - 1] and end - first <= LONGEST_CARD
    if numbers and end - first > 1 and follows_text and not _introduced(lines, first):
        _mark(lines, marks, first, end)


def _introduced(lines: list[str], first: int) -> bool:
    """Whether the text above announces the lines, as in "My new address:"."""
    above = first - 1
    while above > 0 and not lines[above]:
        above -= 1
    return lines[above].endswith(":")


def _mark(lines: list[str], marks: bytearray, first: int, end: int) -> None:
    """Mark the lines as signature; rows of dashes and the footer of a mailing list are nobody's."""
    own_until = next((index for index in range(first, end) if is_from_list(lines[index])), end)
    while first < own_until < end and not _is_row(lines[own_until]):
        own_until -= 1
    for index in range(first, end):
        if marks[index] == OWN:
            marks[index] = FOOTER if index >= own_until or _is_row(lines[index]) else SIGNATURE


def _is_row(line: str) -> bool:
    """Whether the line is a delimiter or a row of dashes."""
    return line in _DELIMITERS or is_rule(line)
