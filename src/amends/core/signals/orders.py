"""The client orders far fewer people than they used to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import more
from amends.core.staffing import FactKind
from amends.core.wording import counted, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship
    from amends.core.staffing import Fact

POINTS = 12  # docs/method.md rule 1
WEEK = timedelta(weeks=1)
RECENT_WEEKS = 4  # judgement: as mail is compared
NORM_WEEKS = 12  # docs/method.md rule 1
LEAST_ORDERS = 7  # in those 12 weeks: judgement, as docs/method.md rule 1 asks of conversations
HALF = 0.5  # docs/method.md rule 1
FEWER = 0.75  # judgement: probability that an earlier week brought more, as docs/method.md rule 1 asks of replies


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when they ordered less than half their usual number of people, and most weeks were better.

    People are counted, by week, so that neither one large order nor a late one makes the norm. The evidence is the
    recent orders, the newest first, or the last one there was.
    """
    del hours  # orders are counted, not timed
    history = look_back(relationship, now)
    orders = history.recorded(FactKind.ORDER, "orders down", now - (RECENT_WEEKS + NORM_WEEKS) * WEEK)
    recent = [fact for fact in orders if fact.at >= now - RECENT_WEEKS * WEEK]
    earlier = orders[len(recent) :]
    if len(earlier) < LEAST_ORDERS:
        return
    before = by_week(earlier, now - RECENT_WEEKS * WEEK, NORM_WEEKS)
    lately = by_week(recent, now, RECENT_WEEKS)
    usual = sum(before) * RECENT_WEEKS / NORM_WEEKS
    if sum(lately) < HALF * usual and more(before, lately) >= FEWER:
        one, many = plural(
            "{n} person ordered in 4 weeks; usually {usual}", "{n} people ordered in 4 weeks; usually {usual}"
        )
        yield Signal(
            "orders down",
            Family.BUSINESS,
            POINTS,
            counted(sum(lately), one, many, usual=str(round(usual))),
            tuple(
                Evidence(fact.id, fact.at, fact.words, counted(fact.count, "{n} person", "{n} people"))
                for fact in recent or earlier[:1]
            ),
        )


def by_week(orders: Sequence[Fact], until: datetime, weeks: int) -> list[int]:
    """Return the people ordered in each of the weeks up to a moment, the last week first."""
    people = [0] * weeks
    for fact in orders:
        people[min(weeks - 1, (until - fact.at) // WEEK)] += fact.count
    return people
