"""The client asked and nobody answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.waiting import waiting
from amends.core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

STEPS = ((5, 10), (2, 6), (1, 3))  # more than so many business days, points: docs/method.md rule 1


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal for the longest wait, counted from the oldest message without an answer.

    Evidence is the sentence they wait on in each waiting thread, the longest wait first. The points go by business
    days, the summary by the days on the calendar, as the client counts them.
    """
    asks = waiting(relationship, now)
    if not asks:
        return
    since = asks[0].asked_at
    waited = hours.days_between(since, now)
    points = next((points for days, points in STEPS if waited > days), 0)
    if points:
        yield Signal(
            "unanswered",
            Family.OURS,
            points,
            counted((now - since).days, "No answer for {n} day", "No answer for {n} days"),
            tuple(Evidence(ask.message.id, ask.asked_at, ask.sentence) for ask in asks),
        )
