"""What a client's message says: findings with their spans, and how unhappy it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a sentence can say (METHOD.md rule 2)."""

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
