"""The client disputes an invoice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.language import Rule
from amends.core.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = 8  # docs/method.md rule 1
REMEMBERED = timedelta(days=90)  # judgement: a quarter later it was credited or paid


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when an invoice was disputed in the last `REMEMBERED`, the newest sentence first."""
    heard = look_back(relationship, now).heard({Rule.DISPUTE}, now - REMEMBERED)
    if not heard:
        return
    last = day(heard[0][0].at, now, hours)
    yield Signal(
        "invoice disputed",
        Family.BUSINESS,
        POINTS,
        counted(len(heard), "Disputed an invoice on {day}", "Disputed invoices {n} times, last on {day}", day=last),
        tuple(Evidence(message.id, message.at, quote) for message, quote in heard),
    )
