"""A signal and the proof it stands on: the sentence, its date and its message, or the counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.wording import later

if TYPE_CHECKING:
    from datetime import datetime


class Family(StrEnum):
    """Signals of one family share a cap, so that one angry thread cannot count five times (docs/method.md rule 1)."""

    LANGUAGE = later("language")
    OURS = later("ours")
    QUIET = later("quiet")
    PEOPLE = later("people")
    BUSINESS = later("business")
    ASKED = later("asked")  # what they answered when they were asked; has no cap
    FAILURE = later("failure")  # a failure of ours that somebody verified; has no cap
    CREDIT = later("credit")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One message, or one recorded fact, behind a signal.

    `message_id` names the message, or the record where it is none. `quote` is the client's sentence, or empty where the
    counts are the evidence; of a recorded fact `counts` tells them: "6 of 14".
    """

    message_id: str
    at: datetime
    quote: str = ""
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of a relationship's account: whole points (10 double the odds of losing the client), and why."""

    rule: str
    family: Family
    points: int
    summary: str
    evidence: tuple[Evidence, ...] = ()
    mood_only: bool = False  # stands on the learned judgement alone; mood alone never raises an alarm

    @property
    def findings(self) -> tuple[tuple[str, str], ...]:
        """What to dismiss so that the whole line goes: its rule with the id of each evidence, or with "" for none."""
        return tuple((self.rule, piece.message_id) for piece in self.evidence) or ((self.rule, ""),)
