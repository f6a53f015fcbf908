"""Puts a better wording in the place of a fault, or takes the words out where that is better.

A fault is often half a clause: what is taken out is the clause, as long as nothing good stands in it, so that no ruin
of a sentence is left.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amends.core.apology.rules import Part, Rule
from amends.core.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.core.apology.finder import Span
    from amends.core.apology.parts import Parts
    from amends.core.apology.rules import Fault

_CUT = ("(leave it out", "(take it out", "(stop after")  # how a better wording says that none is better
_JOIN = r"(?:and|but|so|although|though|while|whilst|because|yet|however)"
_BOUND = re.compile(rf"[,;:\u2013\u2014]\s+|\s+(?={_JOIN}\s)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:\s*[,;:\u2013\u2014-]|(?:^|\s+)(?:{_JOIN}|that))+\s*$", re.IGNORECASE)
_AFTER = re.compile(rf"^(?:[\s,;:\u2013\u2014-]+|{_JOIN}\b)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_GREETING = re.compile(r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,\n]{0,60}[,\n]\s*", re.IGNORECASE)
# With which words a clause begins that can stand alone.
_SUBJECT = re.compile(
    r"(?:i|we|you|he|she|they|it|there|this|that|these|those|the|a|an|my|our|your|his|her|their|nobody|everybody|"
    r"everyone|please|from|on|by|at)\b|[A-Z0-9]",
)
_PRONOUN = re.compile(r"(?:i|we|he|she|they|it|this|that)\b", re.IGNORECASE)
_SMALL = re.compile(
    r"(?P<first>an?|the|this|that)\s+(?:very |rather |fairly )?"
    r"(?:small|minor|slight|trivial|little|tiny|honest|simple|innocent|brief)\s+(?P<thing>\w+)",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"[,;]?\s+(?:but|however|although|though|yet|albeit|that said|having said that|then again|mind you|in fairness)\b",
    re.IGNORECASE,
)
_CONCEDES = re.compile(r"(?:while|whilst|although|though|even though|much as)\s+", re.IGNORECASE)
_SORRY_FIRST = re.compile(r"sorry|apolog(?:y|ies)", re.IGNORECASE)
_SAYS_WHO = re.compile(r"\b(we|i)(?:\s+\w+ly)?\s+$", re.IGNORECASE)
_OF = re.compile(r"\b(?:for|about|of|over|by|regret)\s+$", re.IGNORECASE)
_DANGLING = re.compile(r"\b(?:that\s+)?(?:this|the|these|those|an?|some|any)\s+$", re.IGNORECASE)
_THAT = re.compile(r"\s+that\s+")
_WEIGHTY = frozenset({Part.RESPONSIBILITY, Part.REPAIR, Part.REGRET})  # judgement
# Their better wording is a whole clause.
_WHOLE = frozenset({Rule.AGENTLESS, Rule.BLAME_THIRD, Rule.DEFENSIVE, Rule.OVER_PROMISE})


def weighty(parts: Parts) -> list[Span]:
    """Return where the parts stand that no better wording takes along."""
    return [span for part, spans in parts.items() if part in _WEIGHTY for span in spans]


def is_cut(better: str) -> bool:
    """Whether the words are better left out."""
    return not better or better.startswith(_CUT)


def with_better(text: str, fault: Fault, good: Iterable[Span] = ()) -> str:
    """Return the text with the better wording in place of the fault; brackets in it are for the writer to fill in.

    `good` are the spans of what an apology needs (`weighty`): no clause that holds one goes with the fault.
    """
    start, end = _sentence_around(text, fault)
    if fault.rule is Rule.APOLOGY_BUT:
        return _stopped(text, fault, (start, end))
    clause = _clause(text, fault, (start, end))
    kept = [span for span in good if not (fault.start < span[1] and span[0] < fault.end)]
    is_free = not any(span[0] < clause[1] and clause[0] < span[1] for span in kept)
    if is_cut(fault.better):
        return _without(text, fault, clause, is_free=is_free)
    if (fault.rule in _WHOLE and is_free) or fault.better.startswith("("):
        return _in_place(text, clause, fault.better)
    return _worded(text, fault, start)


def _sentence_around(text: str, fault: Fault) -> Span:
    """Return the sentences that the fault touches, as one span, without a greeting before them."""
    touched = [span for span in sentences(text) if span[0] < fault.end and fault.start < span[1]]
    start, end = (min(touched[0][0], fault.start), max(touched[-1][1], fault.end)) if touched else (0, len(text))
    greeting = _GREETING.match(text, start)
    return (greeting.end() if greeting and greeting.end() <= fault.start else start), end


def _clause(text: str, fault: Fault, sentence: Span) -> Span:
    """Return the clause around a fault: from the last bound before it to the first one behind it."""
    start, end = sentence
    bounds = list(_BOUND.finditer(text, start, end))
    first = max((bound.end() for bound in bounds if bound.end() <= fault.start), default=start)
    stop = end - (len(text[start:end]) - len(text[start:end].rstrip(" \n.!?")))
    last = min((bound.start() for bound in bounds if bound.start() >= fault.end), default=max(stop, fault.end))
    return first, last


def _without(text: str, fault: Fault, clause: Span, *, is_free: bool) -> str:
    """Take a fault out: the least that leaves a sentence whole."""
    small = _SMALL.search(text, fault.start, fault.end)
    if fault.rule is Rule.MINIMISE and small:
        thing = small["thing"]
        article = "an" if small["first"].lower() == "a" and thing[:1] in "aeiou" else small["first"]
        return f"{text[: small.start()]}{article} {thing}{text[small.end() :]}"
    lead = _THAT.match(text, fault.end)  # "rest assured that": what follows stands alone
    is_opening = lead and not _WORD.search(text[clause[0] : fault.start]) and _SUBJECT.match(text, lead.end())
    if is_opening or not is_free:
        return _joined(text, fault.start, lead.end() if lead else fault.end)
    return _joined(text, *clause)


def _joined(text: str, start: int, end: int) -> str:
    """Return the text without a span, its sentence mended: conjunctions, a subject that was shared, the capital."""
    around = [span for span in sentences(text) if span[0] <= start and end <= span[1]]
    first, last = around[0] if around else (start, end)
    greeting = _GREETING.match(text, first)
    head = greeting[0] if greeting and greeting.end() <= start else ""
    before, gone, after = text[first + len(head) : start], text[start:end], text[end:last]
    was_joined = re.match(rf"\s*,?\s*{_JOIN}\s", after, re.IGNORECASE)
    after = _AFTER.sub("", after)
    before = _BEFORE.sub("", before)
    if not _WORD.search(before + after):
        tail = text[last:].lstrip(" ")
        return (text[:first] + head).rstrip(" ") + tail if tail[:1] in {"", "\n"} else text[:first] + head + tail
    subject = _PRONOUN.match(gone)
    if not _WORD.search(before) and was_joined and subject and not _SUBJECT.match(after):
        after = f"{subject[0]} {after}"
    if not _WORD.search(before):
        return text[:first] + head + before + after[:1].upper() + after[1:] + text[last:]
    gap = " " if after and after[0] not in ".!?" else ""
    return text[:first] + head + before.rstrip() + gap + after + text[last:]


def _in_place(text: str, span: Span, better: str) -> str:
    """Put a whole clause in the place of another."""
    start, end = span
    opens = not _WORD.search(text[max(0, start - 2) : start]) and (
        start == 0 or text[:start].rstrip(" ")[-1:] in ".!?\n"
    )
    joined = re.match(rf"{_JOIN}\s+", text[start:end], re.IGNORECASE)
    first = better[:2] if better.startswith("I ") else better[:2].lower()
    better = (joined[0] if joined else "") + first + better[2:]
    if text[start:end][:1].isupper() or opens:
        better = better[:1].upper() + better[1:]
    return text[:start] + better + text[end:]


def _stopped(text: str, fault: Fault, sentence: Span) -> str:
    """End the sentence after the sorry: without the "but", or without the "while" and all that follows it."""
    start, end = sentence
    said = text[start:end]
    mark = said[len(said.rstrip(" \n")) - 1 :].strip() if said.rstrip()[-1:] in ".!?" else "."
    opening = _CONCEDES.match(text, fault.start)
    if opening:
        comma = text.find(",", opening.end(), end)
        kept = text[opening.end() : comma if comma > 0 else fault.end].rstrip()
        is_first = text[: fault.start].rstrip(" ")[-1:] in {"", ".", "!", "?", "\n"}
        return text[: fault.start] + (kept[:1].upper() if is_first else kept[:1]) + kept[1:] + mark[:1] + text[end:]
    turn = _TURN.search(text, fault.start, fault.end)
    return text[: turn.start() if turn else fault.end] + mark[:1] + text[end:]


def _worded(text: str, fault: Fault, start: int) -> str:
    """Put the better wording in the place of the words of the fault, so that the sentence around it holds."""
    better, quote, before = fault.better, text[fault.start : fault.end], text[start : fault.start]
    said = _SORRY_FIRST.match(quote)
    if better.lower().startswith("sorry") and said and said[0].lower() != "sorry":
        better = said[0] + better[len("sorry") :]
    elif better.lower().startswith("sorry") and not said:
        who = _SAYS_WHO.search(before)
        if who:
            better = f"{'am' if who[1].lower() == 'i' else 'are'} {better[:1].lower()}{better[1:]}"
        elif _WORD.search(before) and not before.rstrip().endswith((",", ";", ":")):
            lead = text[:start] + ("We are " if not text[:start].rstrip(" ").endswith(",") else "we are ")
            return lead + better[:1].lower() + better[1:] + text[fault.end :]
    lead = text[: fault.start]
    if better.startswith(("we …", "I …")):
        lead = _DANGLING.sub("", lead)
        better = f"what {better}" if _OF.search(lead[start:]) else better
    return lead + better + text[fault.end :]
