"""What was measured of this check, for whoever reads its marks: one place for the figures (docs/benchmarks-tone.md).

Counted on real public apologies and mails in which people had marked the faults; `tests/core/apology/test_measured.py`
compares these figures with the page.
"""

from __future__ import annotations

from amends.core.wording import later, say

LABELLED, FOUND = 31, 21  # faults that people marked in the real texts, and how many of them are found
_SENTENCE = later(
    "Of {labelled} faults that people marked in real apologies, this finds {found}; those were known while it was "
    "written, so expect fewer. No mark does not mean that all is well."
)


def measured() -> str:
    """Say how much of what is wrong is found."""
    return say(_SENTENCE, labelled=LABELLED, found=FOUND)
