"""A letter is looked over before it goes out: its marks, and whether anybody has called. Never a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.core.apology import Part, TooLongError, check
from amends.desk.queries.tone import answered_by, firm_phrases, situation_of
from amends.web.tone_words import shown_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Outgoing, User
    from amends.web.tone_words import Shown

SORRY = frozenset({Part.REGRET, Part.RESPONSIBILITY})


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What there is to see in a letter: marks (None: `problem` says why none), and whether a call comes first."""

    shown: Shown | None
    problem: str = ""
    is_unsaid: bool = False
    case: Case | None = None


def looked_over(letter: Outgoing, user: User, now: datetime) -> LookedOver | None:
    """Look a letter to a client over, as what it answers asks for; None for any other mail."""
    answered = answered_by(letter, user)
    if answered is None or not letter.text:
        return None
    situation = situation_of(answered.case, now)
    try:
        checked = check(letter.text, answers_unhappy=answered.is_hard, situation=situation, firm=firm_phrases())
    except TooLongError as problem:
        return LookedOver(None, str(problem), case=answered.case)
    reader = letter.person.first_name if letter.person else ""
    is_sorry = not SORRY.isdisjoint(checked.parts) or any(not fault.rule.startswith("firm") for fault in checked.faults)
    shown = shown_of(letter.text, checked, reader=reader)
    return LookedOver(shown, is_unsaid=answered.is_unsaid and is_sorry, case=answered.case)
