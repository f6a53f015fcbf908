"""What a client's message says: findings with their spans, and how unhappy it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core import lexicon, mood
from amends.core.lexicon.courtesy import has_greeting, has_thanks, title_in
from amends.core.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UNHAPPY_FROM", "Finding", "Heard", "Rule", "has_greeting", "has_thanks", "hear", "title_in"]

# The probability from which the learned judgement is told as a finding of its own, where no phrase proves it.
UNHAPPY_FROM = 0.5
# The words of a complaint in a message that sounds this calm are most often about something else: a server, a film, the
# rain. They are told all the same where their sentence alone sounds clear. Chosen on the development half of the
# labelled sentences (1 of 74 complaints lost) and on ordinary mail (half of the false ones gone).
DOUBTED_BELOW = 0.08
CLEAR_FROM = 0.2


class Rule(StrEnum):
    """What a sentence can say (docs/method.md rule 2)."""

    UNHAPPY = "unhappy"  # the learned judgement alone, no phrase behind it
    COMPLAINT = "complaint"
    EXIT = "exit words"
    CHASER = "chaser"
    ESCALATION = "escalation"
    REMEDY = "remedy asked"
    LEAVING = "contact leaving"
    DISPUTE = "invoice disputed"
    PRAISE = "praise"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a text says, and where: `text[start:end] == quote` in the text that was heard."""

    rule: Rule
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in one text.

    `unhappy` is a calibrated probability in 0..1 that the writer is unhappy with us; `words` are the words or word
    pairs that moved it most, with their weight in log-odds (positive: towards unhappy); `worst` is the span of the
    sentence that moved it most, `(0, 0)` when the text is empty.
    """

    unhappy: float
    findings: tuple[Finding, ...]
    words: tuple[tuple[str, float], ...]
    worst: tuple[int, int]


def hear(text: str) -> Heard:
    """Hear what a client wrote: `text` holds their own words only (`text.written_now`).

    Findings are ordered by where they start, one for each rule and sentence, and quote the whole sentence. The cost is
    linear in the length of `text`.
    """
    spans = sentences(text)
    written = [text[start:end] for start, end in spans]
    judgement = mood.judge(written)
    worst = judgement.worst if written else -1
    findings = tuple(
        Finding(rule, *spans[index], written[index]) for index, rule in _said(written, worst, judgement.unhappy)
    )
    return Heard(judgement.unhappy, findings, judgement.words, spans[worst] if written else (0, 0))


def _is_clear(sentence: str) -> bool:
    return mood.judge([sentence]).unhappy >= CLEAR_FROM


def _said(written: list[str], worst: int, unhappy: float) -> Iterator[tuple[int, Rule]]:
    """Yield `(sentence, rule)` in order; the judgement speaks only where it is clear and no phrase stands there."""
    found = [(index, Rule[name.upper()]) for index, name in lexicon.find(written)]
    if unhappy < DOUBTED_BELOW:
        found = [(index, rule) for index, rule in found if rule is not Rule.COMPLAINT or _is_clear(written[index])]
    if any(rule is Rule.COMPLAINT for _, rule in found):  # "Brilliant work. Only four hours late."
        found = [(index, rule) for index, rule in found if rule is not Rule.PRAISE]
    if unhappy >= UNHAPPY_FROM and worst >= 0 and all(index != worst for index, _ in found):
        found.append((worst, Rule.UNHAPPY))
    yield from sorted(found, key=lambda said: said[0])
