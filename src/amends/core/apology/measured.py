"""What was measured of this check, for whoever reads its marks: one place for the figures (docs/benchmarks-tone.md).

Counted on real public apologies in which people had marked the faults, and on drafts that were written last, at the
first look; `tests/core/apology/test_measured.py` compares these figures with the page.
"""

from __future__ import annotations

from amends.core.wording import later, say

LABELLED, FOUND = 31, 21  # faults that people marked in the real texts, and how many of them are found
LABELLED_LAST, FOUND_LAST = 23, 11  # in drafts that nothing had been adapted to, at the first look
_SENTENCE = later(
    "Of {labelled} faults that people marked in real apologies, this finds {found}; of {labelled_last} in drafts that "
    "it had never met, it found {found_last}. No mark does not mean that all is well."
)


def measured() -> str:
    """Say how much of what is wrong is found."""
    told = {"labelled": LABELLED, "found": FOUND, "labelled_last": LABELLED_LAST, "found_last": FOUND_LAST}
    return say(_SENTENCE, **told)
