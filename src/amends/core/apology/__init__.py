"""Own it: what a draft to unhappy people says and leaves unsaid (docs/method.md rule 5).

A precise phrase finder and questions: no total score, no verdict. Many faults have no wording to find, so a draft
without a mark is not thereby a good one.
"""

from __future__ import annotations

from amends.core.apology.draft import LONGEST, Checked, TooLongError, check
from amends.core.apology.firm import FirmPhrase
from amends.core.apology.hints import Hint
from amends.core.apology.openness import Openness
from amends.core.apology.rules import Fault, Part, Rule
from amends.core.apology.stance import Situation
from amends.core.case import Kind

__all__ = [
    "LONGEST", "Checked", "Fault", "FirmPhrase", "Hint", "Kind", "Openness", "Part", "Rule", "Situation",
    "TooLongError", "check",
]  # fmt: skip
