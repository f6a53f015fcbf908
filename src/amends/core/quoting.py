"""Where a mail quotes or forwards an earlier message.

Mail programs differ in the words, not in the kinds: marked lines, a sentence that names the writer, a block of headers,
a row of dashes with words in it. Each line is looked at once, with cheap looks at its first and last characters before
anything else; a block looks at most a few lines around itself. So the work is linear whatever the mail holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from amends.core.attribution import attribution
from amends.core.headers import BARE_LABELS, LONGEST_BARE_LABEL, header_block, label_of
from amends.core.marks import QUOTE, is_rule, next_text
from amends.core.phrase import phrases

ANSWER_WITHIN = 3  # lines with text between an introduction and the first marked line of what it introduces
WRAPPED_FROM = 60  # characters; a marked line at least this long may have been wrapped by a mail program
_MARKS = frozenset(">|»&\u203a")
_DASHES = frozenset("-_=*~")
_FORWARDED = frozenset(phrases("quotes")["forwarded"])
_SEPARATORS = frozenset(phrases("quotes")["separators"])
_GOING_ON = phrases("quotes")["separators that go on"]
_ENDING = phrases("quotes")["separators that end"]
_PROMPTS = frozenset({"sql", "ftp"})  # programs that greet with such a mark
_ODD_MARK = re.compile(r"[-=]{0,2}[\]>}]|[#%:!^}\]]")
_LONGEST_INITIALS = 4  # letters before the mark, as in "JM> "
_LONGEST_SEPARATOR = 120  # characters
_ENDS = (":", "\uff1a", "wrote", "wrote ----", ":*", ":_", ": *")


class Opening(NamedTuple):
    """The lines `first` to `end` (not included) introduce a quote.

    A `certain` one is believed even where no marked line follows; `reach` is how many lines with text may stand between
    it and the first marked one.
    """

    first: int
    end: int
    certain: bool
    reach: int = 1


@dataclass(slots=True)
class _Seen:
    """What the lines above have shown: where the writer's own words begin, and an unusual mark of quotation."""

    own_from: int = -1
    mark: str = ""


def mark_quotes(lines: list[str], marks: bytearray) -> None:
    """Mark the quoted lines of a mail; what the writer put between and below marked lines stays."""
    seen = _Seen()
    done = 0
    is_below_quote = False
    for at, line in enumerate(lines):
        if not line or at < done:
            is_below_quote = False
        elif _may_be_marked(line, seen.mark) and (is_marked(lines, at) or (seen.mark and line.startswith(seen.mark))):
            marks[at] = QUOTE
            is_below_quote = True
        elif is_below_quote or _may_open(line):
            done = _mark_opening(lines, at, marks, seen)
            is_below_quote = False
        elif seen.own_from < 0:
            seen.own_from = at


def _may_be_marked(line: str, odd_mark: str) -> bool:
    """Look cheaply whether the line may begin with a mark of quotation."""
    return line[0] in _MARKS or (">" in line and line.find(">", 1, _LONGEST_INITIALS + 1) > 0) or odd_mark != ""


def _may_open(line: str) -> bool:
    """Look cheaply whether the line may belong to the introduction of a quote."""
    return (
        line.endswith(_ENDS)
        or line[0] in _DASHES
        or (len(line) <= LONGEST_BARE_LABEL and line in BARE_LABELS)
        or ((":" in line or not line.isascii()) and label_of(line) != "")
    )


def is_marked(lines: list[str], at: int) -> bool:
    """Whether a mark of quotation opens the line; a rare kind counts only where a neighbour has it too."""
    line = lines[at]
    if line[:1] == ">":
        if line[-1] == ":" and at and _is_open(lines[at - 1]):
            return False
        return not line.startswith(">From ") or _neighbours(lines, at, ">")
    if line.startswith("&gt;"):
        return True
    if line[:1] in "|\u203a»":
        is_table = line[-1:] == "|" and len(line) > 1
        return not is_table and line[1:2] in {"", " ", ">", line[:1]} and _neighbours(lines, at, line[0])
    initials, mark, _ = line[: _LONGEST_INITIALS + 1].partition(">")
    is_initials = bool(mark) and initials.isalpha() and initials[0].isupper() and initials.lower() not in _PROMPTS
    return is_initials and _neighbours(lines, at, f"{initials}>")


def _is_open(line: str) -> bool:
    """Whether an address is opened on the line and closed on the next, where ">:" looks like a mark."""
    return line[:1] != ">" and line.rfind("<") > line.rfind(">")


def _neighbours(lines: list[str], at: int, mark: str) -> bool:
    """Whether the line before or after begins with the same mark."""
    return (at > 0 and lines[at - 1].startswith(mark)) or (at + 1 < len(lines) and lines[at + 1].startswith(mark))


def _mark_opening(lines: list[str], at: int, marks: bytearray, seen: _Seen) -> int:
    """Mark what the line at `at` introduces, if it does; the index of the next line to look at."""
    if at and marks[at - 1] == QUOTE and _is_wrapped(lines, at):
        marks[at] = QUOTE
        return at + 1
    opening = _opening(lines, at)
    stop = _end_of_quote(lines, opening, seen) if opening else 0
    if not opening or not stop:
        seen.own_from = at if seen.own_from < 0 else seen.own_from
        return at + 1
    first = _with_rules_above(lines, opening.first)
    marks[first:stop] = bytes([QUOTE]) * (stop - first)
    return stop


def _end_of_quote(lines: list[str], opening: Opening, seen: _Seen) -> int:
    """Index past what the opening introduces, or of its first marked line; 0 when it introduces nothing."""
    marked = _marked_within(lines, opening)
    if marked:
        return marked
    is_sentence = opening.reach == ANSWER_WITHIN
    if is_sentence:
        seen.mark = _odd_mark(lines, opening.end)
        if seen.mark:
            return next_text(lines, opening.end)
    if not opening.certain:
        return 0
    if is_sentence and not 0 <= seen.own_from < opening.first:
        return opening.end  # nothing is written above it, so the answer stands below: nothing of it may be lost
    return _resumes(lines, opening.end)


def _odd_mark(lines: list[str], at: int) -> str:
    """Read the unusual mark, such as "#" or "=>", with which two lines in a row begin; empty when there is none."""
    first = next_text(lines, at)
    if first + 1 >= len(lines):
        return ""
    mark = _ODD_MARK.match(lines[first])
    return mark[0] if mark and lines[first + 1].startswith(mark[0]) else ""


def _opening(lines: list[str], at: int) -> Opening | None:
    """Recognise the introduction that the line belongs to."""
    line = lines[at]
    is_end = line.endswith(_ENDS)
    is_forward = is_end and line.rstrip(" :\uff1a*_").lower() in _FORWARDED
    if is_forward or (line[0] in _DASHES and _is_separator(line)):
        return Opening(at, _past_headers(lines, at + 1), certain=True)
    found = attribution(lines, at) if is_end else None
    if found:
        return Opening(found.first, at + 1, found.certain, ANSWER_WITHIN)
    block = header_block(lines, at)
    return Opening(*block, certain=True) if block else None


def _is_separator(line: str) -> bool:
    """Whether the line is a row of dashes around words such as "Original Message"."""
    if len(line) > _LONGEST_SEPARATOR or line[1:2] not in _DASHES:
        return False
    words = line.strip("-_=*~<>: ").lower()
    return words in _SEPARATORS or words.startswith(_GOING_ON)


def _past_headers(lines: list[str], at: int) -> int:
    """Index past the block of headers that follows, or `at` itself."""
    block = header_block(lines, next_text(lines, at), after_separator=True)
    return block[1] if block else at


def _marked_within(lines: list[str], opening: Opening) -> int:
    """Index of the first marked line that the opening introduces; 0 when what follows is unmarked."""
    at = opening.end
    for _ in range(opening.reach):
        at = next_text(lines, at)
        if at == len(lines):
            return 0
        if is_marked(lines, at):
            return at
        at += 1
    return 0


def _resumes(lines: list[str], at: int) -> int:
    """Index of the line where the writer goes on after an unmarked quote: past its end mark, or the end of the mail."""
    for index in range(at, len(lines)):
        line = lines[index]
        if line[:1] in _DASHES and len(line) <= _LONGEST_SEPARATOR:
            words = line.strip("-_=*~ ").lower()
            if words.startswith(_ENDING):
                return index + 1
    return len(lines)


def _with_rules_above(lines: list[str], first: int) -> int:
    """Take the rows of dashes and the empty lines directly above into the quote."""
    while first and is_rule(lines[first - 1], shortest=0):
        first -= 1
    return first


def _is_wrapped(lines: list[str], at: int) -> bool:
    """Whether the line is the end of the marked line above, broken off by a mail program."""
    above = lines[at - 1]
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return (
        below[:1] == ">"
        and len(above) >= WRAPPED_FROM
        and above[-1] not in ".?!:"
        and not lines[at][0].isupper()
        and len(lines[at]) < len(above)
    )
