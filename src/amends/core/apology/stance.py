"""What may be said, by kind of failure and by what is on record (docs/method.md rule 5, stance)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.core.apology.rules import Rule
from amends.core.case import Kind
from amends.core.wording import later, say

LONG_FROM = 4  # of 5: from this severity at least LEAST_WORDS are asked for (judgement; Fehr & Gelfand 2010)
LEAST_WORDS = 60
AMBER_AFTER, RED_AFTER = 24, 72  # hours since the failure was known (judgement)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the failure that the draft answers; what is not known sets no limit.

    `is_on_record`: the facts stand in the case's log of facts. `severity` is 1 to 5; `hours_known` since it was known.
    """

    kind: Kind | None = None
    is_on_record: bool = True
    severity: int | None = None
    is_process: bool = False
    hours_known: float | None = None


_ADVICE = {
    Kind.ABILITY: later("Take the responsibility whole: it is yours, not the circumstances'."),
    Kind.HONESTY_TRUE: later(
        "Tell all of it, give back what was gained, and let somebody from outside check. "
        "Trust hurt by deceit seldom heals fully: say so to each other, not to them."
    ),
    Kind.HONESTY_UNTRUE: later(
        "Regret what they went through, state the facts with evidence, and do not accept the charge."
    ),
    Kind.UNCLEAR: later("Own what it did to them, and promise the facts by a day."),
}


def limits_of(situation: Situation) -> frozenset[str]:
    """Return the limits as names of sections: never deny what is true, admit no facts before they are on record."""
    found = set()
    if situation.kind is Kind.HONESTY_TRUE:
        found.add(Rule.DENIAL.value)
    if not situation.is_on_record or situation.kind in {Kind.HONESTY_UNTRUE, Kind.UNCLEAR}:
        found.add(Rule.ADMISSION.value)
    return frozenset(found)


def notes_of(situation: Situation, number_of_words: int) -> tuple[str, ...]:
    """Return what to know before sending: the stance, the length that a grave failure asks for, how late it is."""
    notes = [say(_ADVICE[situation.kind])] if situation.kind else []
    if situation.severity is not None and situation.severity >= LONG_FROM and number_of_words < LEAST_WORDS:
        notes.append(
            say(
                later("For something this grave it is short: {count} words, where at least {least} do it justice."),
                count=number_of_words,
                least=LEAST_WORDS,
            )
        )
    if situation.hours_known is not None and situation.hours_known > AMBER_AFTER:
        late = later("They have waited more than three days. Call before you write.")
        notes.append(say(late if situation.hours_known > RED_AFTER else later("They have waited more than a day.")))
    return tuple(notes)
