"""The signals of docs/method.md rule 1: one file each, and the register that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.history import look_back
from amends.core.signals import (
    chaser,
    complaint,
    contacts,
    cooler,
    copied_in,
    dispute,
    exit_words,
    initiative,
    leaving,
    meetings,
    praise,
    promise,
    quiet,
    reply_time,
    unanswered,
)

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.evidence import Signal
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
    praise,
    contacts,
)


def find_all(relationship: Relationship, now: datetime, hours: BusinessHours) -> list[Signal]:
    """Return what every signal finds in a relationship as it stood at `now`, in the order of the register."""
    history = look_back(relationship, now)
    return [found for signal in SIGNALS for found in signal.find(history, now, hours)]
