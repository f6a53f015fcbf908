"""The client pays later than they used to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import quantile
from amends.core.staffing import FactKind
from amends.core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

POINTS = 6  # docs/method.md rule 1
LATER_DAYS = 10  # than their own median, docs/method.md rule 1
RECENT = timedelta(days=60)  # judgement: two months of invoices
NORM = timedelta(weeks=52)  # judgement: their own year before
LEAST_RECENT = 2  # judgement: one late payment is a mislaid invoice
LEAST_EARLIER = 6  # judgement: half a year of monthly invoices
MEDIAN = 0.5  # the share that the middle value does not exceed


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when the median payment of the last `RECENT` came `LATER_DAYS` or more after their usual one.

    Counted from each invoice to its payment; the evidence is the recent payments, the newest first.
    """
    del hours  # payments are counted in days on the calendar
    history = look_back(relationship, now)
    paid = [
        (fact, fact.days)
        for fact in history.recorded(FactKind.PAYMENT, "late payment", now - RECENT - NORM)
        if fact.days is not None
    ]
    recent = [(fact, days) for fact, days in paid if fact.at >= now - RECENT]
    earlier = paid[len(recent) :]
    if len(recent) < LEAST_RECENT or len(earlier) < LEAST_EARLIER:
        return
    latest, usual = (quantile([days for _, days in payments], MEDIAN) for payments in (recent, earlier))
    if latest - usual >= LATER_DAYS:
        yield Signal(
            "late payment",
            Family.BUSINESS,
            POINTS,
            counted(
                latest, "Pays after {n} day; it was {usual}", "Pays after {n} days; it was {usual}", usual=str(usual)
            ),
            tuple(
                Evidence(fact.id, fact.at, fact.words, counted(days, "after {n} day", "after {n} days"))
                for fact, days in recent
            ),
        )
