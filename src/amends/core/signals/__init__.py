"""The signals of docs/method.md rule 1: one file each, and the register that lists them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from amends.core.history import look_back
from amends.core.signals import (
    chaser,
    complaint,
    contacts,
    cooler,
    copied_in,
    dispute,
    early_end,
    exit_words,
    failure,
    fall_off,
    feedback,
    initiative,
    leaving,
    meetings,
    new_order,
    no_show,
    orders,
    payment,
    praise,
    promise,
    quiet,
    rating,
    reply_time,
    survey,
    unanswered,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from amends.core.evidence import Signal
    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

SIGNALS = (
    exit_words,
    complaint,
    chaser,
    unanswered,
    promise,
    quiet,
    reply_time,
    initiative,
    cooler,
    copied_in,
    leaving,
    meetings,
    dispute,
    no_show,
    fall_off,
    early_end,
    rating,
    orders,
    feedback,
    payment,
    survey,
    failure,
    new_order,
    praise,
    contacts,
)


# The points of each rule as shipped: docs/method.md rule 1. Of a rule in steps, or that fades, the highest.
POINTS = {
    "exit words": exit_words.POINTS,
    "complaint": complaint.POINTS,
    "unhappy": complaint.POINTS,
    "chaser": chaser.POINTS,
    "unanswered": unanswered.STEPS[0][1],
    "promise": promise.POINTS,
    "silence": quiet.SILENCE_POINTS,
    "thread rate": quiet.DROP_POINTS,
    "reply time": reply_time.POINTS,
    "initiative": initiative.POINTS,
    "shorter and cooler": cooler.POINTS,
    "senior copied in": copied_in.SENIOR_POINTS,
    "boss copied in": copied_in.BOSS_POINTS,
    "contact leaving": leaving.POINTS,
    "meetings": meetings.POINTS,
    "invoice disputed": dispute.POINTS,
    "no-show": no_show.POINTS,
    "fall-off": fall_off.POINTS,
    "early end": early_end.POINTS,
    "low rating": rating.POINTS,
    "orders down": orders.POINTS,
    "late feedback": feedback.POINTS,
    "late payment": payment.POINTS,
    "low answer": survey.POINTS,
    "failure open": failure.OPEN_POINTS,
    "failure again": failure.AGAIN_POINTS,
    "new order": new_order.POINTS,
    "praise": praise.POINTS,
    "active contacts": contacts.POINTS,
}
STILL_WRONG = 0.5  # judgement: a line is the one marked wrong while at least half of its evidence is the same


def find_all(
    relationship: Relationship, now: datetime, hours: BusinessHours, points: Mapping[str, int] | None = None
) -> list[Signal]:
    """Return what every signal finds in a relationship as it stood at `now`, in the order of the register.

    `points` are the firm's own for some of the rules in `POINTS`. Findings that the history dismisses are left out.
    """
    history = look_back(relationship, now)
    found = (line for signal in SIGNALS for line in signal.find(history, now, hours))
    if history.dismissed:
        found = (line for line in found if not _is_wrong(line, history))
    return list(_weighed(found, points) if points else found)


def _is_wrong(line: Signal, history: History) -> bool:
    """Whether a person marked this line wrong, and it still stands on the same evidence."""
    marked = sum(history.is_wrong(rule, evidence_id) for rule, evidence_id in line.findings)
    return marked >= STILL_WRONG * len(line.findings)


def _weighed(found: Iterable[Signal], points: Mapping[str, int]) -> Iterator[Signal]:
    """Yield the lines with the firm's own points, without those that count nothing."""
    for line in found:
        own = round(line.points * points.get(line.rule, POINTS[line.rule]) / POINTS[line.rule])
        if own:
            yield replace(line, points=own)
