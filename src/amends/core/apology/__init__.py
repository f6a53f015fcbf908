"""Own it: what a draft to unhappy people says and leaves unsaid (docs/method.md rule 5).

A precise phrase finder and questions: no total score, no verdict. Many faults have no wording to find, so a draft
without a mark is not thereby a good one.
"""

from __future__ import annotations

from amends.core.apology.better import is_cut, weighty, with_better
from amends.core.apology.draft import LONGEST, Checked, TooLongError, check
from amends.core.apology.firm import FirmPhrase
from amends.core.apology.gaps import gaps_of
from amends.core.apology.hints import Hint
from amends.core.apology.measured import measured
from amends.core.apology.openness import Openness, Sign, signs_of
from amends.core.apology.rules import QUESTIONS, Fault, Part, Rule
from amends.core.apology.stance import AMBER_AFTER, RED_AFTER, Situation, notes_of
from amends.core.apology.way import Way, asks_for_a_reason
from amends.core.case import Kind

__all__ = [
    "AMBER_AFTER", "LONGEST", "QUESTIONS", "RED_AFTER", "Checked", "Fault", "FirmPhrase", "Hint", "Kind", "Openness",
    "Part", "Rule", "Sign", "Situation", "TooLongError", "Way", "asks_for_a_reason", "check", "gaps_of", "is_cut",
    "measured", "notes_of", "signs_of", "weighty", "with_better",
]  # fmt: skip
