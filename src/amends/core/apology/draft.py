"""Checks one draft: faults, parts, openness, hints and questions; no score, no verdict (docs/method.md rule 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amends.core.apology.book import book
from amends.core.apology.faults import faults_of, holds_of
from amends.core.apology.finder import read
from amends.core.apology.firm import firm_faults
from amends.core.apology.hints import hints_of
from amends.core.apology.openness import openness_of
from amends.core.apology.parts import asked_for, parts_of
from amends.core.apology.rules import BEFORE_SENDING, QUESTIONS, Part
from amends.core.apology.stance import Situation, limits_of, notes_of
from amends.core.apology.tongue import CHECKED, tongue_of
from amends.core.wording import later, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.core.apology.firm import FirmPhrase
    from amends.core.apology.hints import Hint
    from amends.core.apology.openness import Openness
    from amends.core.apology.parts import Parts
    from amends.core.apology.rules import Fault

LONGEST = 20_480  # characters of a draft (docs/method.md rule 5: 20 kB)
OPENS_WITHIN = 3  # sentences in which a draft "opens as an apology" (judgement)
UNCHECKED = later("This is not checked: it does not seem to be English, the only language that is known so far.")
_NOTHING_KNOWN = Situation()


class TooLongError(ValueError):
    """The draft is longer than LONGEST; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one draft; every place is one of the text as it was given.

    `language` is that of the draft, "" where it is not known. Where `is_checked` is false nothing was looked at, and
    `notes` says so. `openness` is None there.
    """

    language: str
    is_checked: bool
    parts: Parts = field(default_factory=dict)
    asked: tuple[Part, ...] = ()
    faults: tuple[Fault, ...] = ()
    openness: Openness | None = None
    hints: tuple[Hint, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask oneself before sending: what was not found, and what no wording shows."""
        return (*(say(QUESTIONS[part]) for part in self.asked), *map(say, BEFORE_SENDING))


def check(
    text: str, *, answers_unhappy: bool = True, situation: Situation = _NOTHING_KNOWN, firm: Sequence[FirmPhrase] = ()
) -> Checked:
    """Check the writer's own words in a draft; raises TooLongError. Linear in the length of `text`.

    Faults are looked for where the draft `answers_unhappy` people, or opens as an apology; a firm's own phrases always.
    """
    if len(text) > LONGEST:
        raise TooLongError(
            say(
                later("The draft has {count} characters; {most} are checked at most. Check it in pieces."),
                count=f"{len(text):,}",
                most=f"{LONGEST:,}",
            )
        )
    reading = read(text)
    language = tongue_of(reading.own.text)
    if language not in CHECKED:
        return Checked(language, is_checked=False, notes=(say(UNCHECKED),))
    found = reading.found(language)
    parts = parts_of(found)
    asked = asked_for(parts, is_process=situation.is_process)
    faults = list(firm_faults(reading, firm))
    holds = holds_of(reading, found, parts)
    if answers_unhappy or any(number < OPENS_WITHIN for number in holds.apologetic):
        others = faults_of(reading, found, book(language), holds=holds, limits=limits_of(situation))
        faults += [one for one in others if not any(one.start < own.end and own.start < one.end for own in faults)]
    return Checked(
        language,
        is_checked=True,
        parts=parts,
        asked=asked,
        faults=tuple(sorted(faults, key=lambda fault: (fault.start, fault.end))),
        openness=openness_of(reading, language),
        hints=hints_of(reading, language),
        notes=notes_of(situation, len(reading.own.text.split())),
    )
