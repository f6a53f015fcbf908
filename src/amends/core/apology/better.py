"""Puts a better wording in the place of a fault, or takes the words out where that is better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amends.core.text import sentences

if TYPE_CHECKING:
    from amends.core.apology.rules import Fault

_CUT = ("(leave it out", "(take it out", "(stop after")  # how a better wording says that none is better
_FEW = 2  # words that make no sentence of their own once the rest is gone (judgement)
_BEFORE = re.compile(r"(?:\s*[,;:\u2013\u2014-]|\s+(?:but|and|or|so))+\s*$")
_AFTER = re.compile(r"^(?:[\s,;:\u2013\u2014-]+|(?:and|but|or|so)\b)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_GREETING = re.compile(r"(?:hi|hello|dear|good (?:morning|afternoon|evening))\b", re.IGNORECASE)


def is_cut(better: str) -> bool:
    """Whether the words are better left out."""
    return not better or better.startswith(_CUT)


def with_better(text: str, fault: Fault) -> str:
    """Return the text with the better wording in place of the fault; brackets in it are for the writer to fill in.

    Where the words are better left out and next to nothing of their sentence would stay, all of it goes.
    """
    if not is_cut(fault.better):
        return text[: fault.start] + fault.better + text[fault.end :]
    start, end = _sentence_around(text, fault)
    before, after = text[start : fault.start], text[fault.end : end]
    if not _GREETING.match(before) and len(_WORD.findall(before + after)) <= _FEW:
        return _joined(text[:start], text[end:])
    before, after = _BEFORE.sub("", before), _AFTER.sub("", after)
    if not _WORD.search(before):
        return text[:start] + before + after[:1].upper() + after[1:] + text[end:]
    gap = " " if after and after[0] not in ".!?" else ""
    return text[:start] + before.rstrip() + gap + after + text[end:]


def _sentence_around(text: str, fault: Fault) -> tuple[int, int]:
    """Return the sentences that the fault touches, as one span."""
    touched = [span for span in sentences(text) if span[0] < fault.end and fault.start < span[1]]
    return (min(touched[0][0], fault.start), max(touched[-1][1], fault.end)) if touched else (fault.start, fault.end)


def _joined(before: str, after: str) -> str:
    """Return two pieces of a text with one space where both had one."""
    after = after.lstrip(" ")
    if not after or after[0] == "\n":
        return before.rstrip(" ") + after
    return before + after
