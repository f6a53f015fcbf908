"""A signal and the proof it stands on: the sentence, its date and its message, or the counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Family(StrEnum):
    """Signals of one family share a cap, so that one angry thread cannot count five times (docs/method.md rule 1)."""

    LANGUAGE = "language"
    OURS = "ours"
    QUIET = "quiet"
    PEOPLE = "people"
    BUSINESS = "business"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One message behind a signal; `quote` is the client's sentence, or empty where the counts are the evidence."""

    message_id: str
    at: datetime
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of a relationship's account: whole points (10 double the odds of losing the client), and why."""

    rule: str
    family: Family
    points: int
    summary: str
    evidence: tuple[Evidence, ...] = ()
    mood_only: bool = False  # stands on the learned judgement alone; mood alone never raises an alarm
