"""How a relationship stands: its signals weighed, capped by family, added up, and said as a chance.

docs/method.md rule 1: points are additive and 10 of them double the odds of losing the client in the coming quarter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.evidence import Family
from amends.core.history import look_back
from amends.core.signals import find_all
from amends.core.wording import later, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from amends.core.dismissal import Finding
    from amends.core.evidence import Signal
    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

BASE_RATE = 0.092  # lost in a quarter, from 32 % a year (ClearlyRated 2018): docs/method.md rule 1
DOUBLING = 10  # points that double the odds, docs/method.md rule 1
CAPS = {  # docs/method.md rule 1; credits have none
    Family.LANGUAGE: 26,
    Family.OURS: 16,
    Family.QUIET: 18,
    Family.PEOPLE: 14,
    Family.BUSINESS: 20,
}
MOOD_CAP = 8  # the learned judgement alone: as much as one complaint, below every alarm ("sentiment alone never …")
ENOUGH_MESSAGES = 20  # judgement: fewer say too little about what is usual
NEVER_SAID = 0.01  # below, "about 1 in N" would claim more than is known
IN_TEN = 0.175  # from here on the chance is said in tenths: 1 in 5 is 2 in 10


class State(StrEnum):
    """How it stands, in a word (docs/method.md rule 1)."""

    STEADY = later("Steady")
    UNSETTLED = later("Unsettled")
    STRAINED = later("Strained")
    AT_RISK = later("At risk")
    MENDED = later("Mended")  # for 90 days after a recovery that held; mail alone never says it
    NOT_ENOUGH = later("Not enough yet")


MENDED_DAYS = 90  # days after a recovery that held, docs/method.md rule 1
LEVELS = ((35, State.AT_RISK), (20, State.STRAINED), (10, State.UNSETTLED))
ALARM = LEVELS[-1][0]  # points at which a relationship is no longer steady
NO_FINDINGS: frozenset[Finding] = frozenset()
AS_SHIPPED: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Health:
    """How one relationship stands at one moment.

    `signals` are the lines of its account, most harm first, each with the points that count after the caps: they add
    up exactly to `points`. `chance` is the probability in 0..1 of losing the client in the coming quarter. `enough` is
    false below the minimum data. `messages` counts what people wrote.
    """

    points: int
    state: State
    chance: float
    signals: tuple[Signal, ...]
    messages: int
    enough: bool
    coverage: dict[str, bool]

    @property
    def number(self) -> int:
        """The number for sorting: 100, less the lines shown."""
        return max(0, 100 - self.points)


@dataclass(frozen=True, slots=True)
class Override:
    """A state that a person set by hand, why, and the last day on which it holds."""

    state: State
    reason: str
    until: date


def assess(
    relationship: Relationship,
    now: datetime,
    hours: BusinessHours,
    *,
    base_rate: float = BASE_RATE,
    dismissed: frozenset[Finding] = NO_FINDINGS,
    points: Mapping[str, int] = AS_SHIPPED,
) -> Health:
    """Return how a relationship stood at `now`; `base_rate` is the firm's share of clients lost in a quarter, in 0..1.

    With fewer than `ENOUGH_MESSAGES` the state is "Not enough yet", unless the evidence alone raises an alarm.
    `dismissed` are findings marked wrong, each the rule of a line and the id of its evidence. What was said is then not
    heard, and a record not counted; a line read from many messages (quiet, reply time …) is left out while at least
    half of its evidence was dismissed. `points` are the firm's own for some rules (`signals.POINTS` names them all); a
    rule in steps, or one that fades, is scaled by its highest, and one without points is left out.
    """
    history = look_back(relationship, now, dismissed)
    lines = capped(find_all(history, now, hours, points))
    total = sum(line.points for line in lines)
    messages = len(history.written)
    enough = messages >= ENOUGH_MESSAGES or total >= ALARM
    return Health(
        points=total,
        state=state_of(total) if enough else State.NOT_ENOUGH,
        chance=chance_of(total, base_rate),
        signals=lines,
        messages=messages,
        enough=enough,
        coverage=history.covered,
    )


def capped(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Return the signals with the points that count, most harm first: a family counts no more than its cap.

    The line with most points takes its share of the cap first; a line with nothing left stays, and says so. What
    stands on mood alone takes its share last, and all of it together counts `MOOD_CAP` at most.
    """
    left, mood_left = dict(CAPS), MOOD_CAP
    lines = []
    for signal in sorted(signals, key=lambda signal: (signal.mood_only, -signal.points)):
        points = min(signal.points, left.get(signal.family, signal.points))
        if signal.mood_only:
            points = min(points, mood_left)
            mood_left -= points
        if signal.family in left:
            left[signal.family] -= points
        lines.append(_line(signal, points))
    return tuple(sorted(lines, key=lambda line: -line.points))


def _line(signal: Signal, points: int) -> Signal:
    """Return a signal as it counts, saying so where the cap has taken from it."""
    if points == signal.points:
        return signal
    note = later("{reason} (counted in part)") if points else later("{reason} (counted already)")
    return replace(signal, points=points, summary=say(note, reason=signal.summary))


def state_of(points: int) -> State:
    """Return the word for so many points."""
    return next((state for least, state in LEVELS if points >= least), State.STEADY)


def state_for(points: int, mended_on: date | None, now: datetime) -> State:
    """Return the word for so many points at `now` (in the firm's zone) when a recovery that held ended on `mended_on`.

    Mended for `MENDED_DAYS`, because what was said before the repair still counts for a while; but a relationship at
    risk is never called mended.
    """
    state = state_of(points)
    is_fresh = mended_on is not None and timedelta() <= now.date() - mended_on < timedelta(days=MENDED_DAYS)
    return State.MENDED if is_fresh and state is not State.AT_RISK else state


def shown_state(
    health: Health, now: datetime, *, mended_on: date | None = None, override: Override | None = None
) -> State:
    """Return the state to show at `now` (in the firm's zone).

    A person's own word while it holds, else Mended after a recovery that held, else what the points say.
    """
    if override and now.date() <= override.until:
        return override.state
    state = state_for(health.points, mended_on, now)
    return state if health.enough or state is State.MENDED else State.NOT_ENOUGH


def chance_of(points: int, base_rate: float = BASE_RATE) -> float:
    """Return the probability of losing the client in the coming quarter: 10 points double the base rate's odds."""
    odds = base_rate / (1 - base_rate) * 2 ** (points / DOUBLING)
    return odds / (1 + odds)


def chance_in_words(chance: float) -> str:
    """Return a probability as it is said to a person: "about 4 in 10 would leave this quarter"."""
    if chance < NEVER_SAID:
        return say("fewer than 1 in 100 would leave this quarter")
    if chance < IN_TEN:
        return say("about 1 in {n} would leave this quarter", n=round(1 / chance))
    return say("about {n} in 10 would leave this quarter", n=min(9, round(10 * chance)))
