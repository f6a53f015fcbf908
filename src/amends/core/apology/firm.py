"""The phrases a firm has asked its people not to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.apology.rules import WHY, Fault, Rule
from amends.core.lexicon.fold import fold, spaced
from amends.core.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from amends.core.apology.finder import Reading


@dataclass(frozen=True, slots=True)
class FirmPhrase:
    """Words as they are written, whatever their case and contractions; why not, and what to write instead."""

    words: str
    why: str = ""
    better: str = ""


def firm_faults(reading: Reading, phrases: Sequence[FirmPhrase]) -> Iterator[Fault]:
    """Yield where one of the phrases stands; linear in the length of the text for each phrase."""
    sought = [(_pattern(phrase.words), phrase) for phrase in phrases]
    for number, folded in enumerate(reading.folded):
        sentence = spaced(folded) if sought else ""
        for pattern, phrase in sought:
            for match in pattern.finditer(sentence) if pattern else ():
                start, end = reading.place_in(number, sentence, (match.start() + 1, match.end()))
                why = phrase.why or say(WHY[Rule.FIRM.value])
                yield Fault(Rule.FIRM, start, end, reading.text[start:end], why, phrase.better)


@lru_cache(maxsize=1000)
def _pattern(words: str) -> re.Pattern[str] | None:
    found = spaced(fold([words])[0]).split()
    return re.compile(" " + "[.,:;!?]* ".join(map(re.escape, found)) + r"(?!\w)") if found else None
