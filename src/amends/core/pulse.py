"""What somebody is asked about working with us, and what an answer means (docs/method.md rule 8).

One answer is noise. A low one is heard at once; else only a fall or a rise of two points counts, or two moves in one
direction, of the same person: people are compared with themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from amends.core.case import Severity
from amends.core.followup import LOW
from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BEST, WORST = 5, 1
A_JUMP = 2  # points between two answers of one person: docs/method.md rule 8
STATEMENTS = {  # of five each, docs/method.md rule 8
    "does": later("You do what you say you will"),
    "interests": later("You act with our interests in mind"),
    "straight": later("You tell us straight when something goes wrong"),
}
AGREED = {  # how far they agree with a statement; the words are a judgement, the five steps docs/method.md rule 8
    1: later("Not at all"),
    2: later("Rather not"),
    3: later("Partly"),
    4: later("Mostly"),
    5: later("Fully"),
}
NEXT_ORDER = later("Would you give us the next order?")  # docs/method.md rule 8
HANDLING = later("How did we handle what went wrong?")
HANDLED = {1: later("Badly"), 2: later("Not well"), 3: later("So-so"), 4: later("Well"), 5: later("Very well")}


class Order(StrEnum):
    """Whether they would give us the next order; none of them: not asked."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


ORDER_WORDS = {Order.YES: later("Yes"), Order.UNSURE: later("Unsure"), Order.NO: later("No")}
WORTH = {Order.YES: BEST, Order.UNSURE: 3, Order.NO: WORST}  # as a figure beside the statements (judgement)


class Reaction(StrEnum):
    """What an answer calls for."""

    NONE = ""
    LOW = "low"  # two of five or less, or no next order: mend it
    FELL = "fell"  # asked again within a week
    ROSE = "rose"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said, each of it None or empty where it was not asked or not answered."""

    feeling: int | None = None
    statements: Mapping[str, int | None] | None = None
    next_order: str = ""


def figure_of(answer: Answer) -> int | None:
    """Return an answer as one figure of five: how they feel, else what the four questions come to; None: neither.

    The four count alike. A half goes to the worse side: who is in doubt is asked again, not overlooked (judgement).
    """
    if answer.feeling is not None:
        return answer.feeling
    told = [value for value in (answer.statements or {}).values() if value is not None]
    if answer.next_order:
        told.append(WORTH[Order(answer.next_order)])
    return ceil(sum(told) / len(told) - 1 / 2) if told else None


def is_low(answer: Answer) -> bool:
    """Whether an answer is heard at once: two of five or less, or they would not give us the next order."""
    figure = figure_of(answer)
    return answer.next_order == Order.NO or (figure is not None and figure <= LOW)


def severity_of(answer: Answer) -> Severity:
    """Return how bad it feels to somebody whose answer is low."""
    leaves = answer.next_order == Order.NO or figure_of(answer) == WORST
    return Severity.READY_TO_LEAVE if leaves else Severity.LET_DOWN


def move_of(figures: Sequence[int]) -> Reaction:
    """Return where somebody's answers went, in order of time: two points at once, or two moves in one direction.

    Who says the same again has not moved: it neither counts, nor does it undo the move before it (judgement).
    """
    steps = [after - before for before, after in pairwise(figures)]
    if not steps or not steps[-1]:
        return Reaction.NONE
    moves = [step for step in steps if step][-2:]
    if abs(moves[-1]) >= A_JUMP or (len(moves) > 1 and moves[0] * moves[1] > 0):
        return Reaction.FELL if moves[-1] < 0 else Reaction.ROSE
    return Reaction.NONE


def reaction_to(answer: Answer, before: Sequence[int]) -> Reaction:
    """Return what an answer calls for; `before` are the figures of the same person, in order of time."""
    if is_low(answer):
        return Reaction.LOW
    figure = figure_of(answer)
    return Reaction.NONE if figure is None else move_of([*before, figure])
