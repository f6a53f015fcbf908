"""The client takes much longer to answer us than they used to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import more, quantile
from amends.core.wording import in_its_unit, is_short, say, span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 6  # docs/method.md rule 1
RECENT = timedelta(weeks=4)  # docs/method.md rule 1
NORM = timedelta(weeks=26)  # judgement: their own half year before
LEAST_RECENT = 6  # docs/method.md rule 1
LEAST_EARLIER = 15  # docs/method.md rule 1
RATIO = 2  # of the medians, docs/method.md rule 1
SLOWER = 0.75  # probability that a recent reply took longer, docs/method.md rule 1
MEDIAN = 0.5  # the share that the middle value does not exceed
STILL_QUICK = timedelta(hours=1)  # judgement: nobody drifts away who answers within the hour
ANOTHER_MATTER = timedelta(days=14)  # judgement: a message so much later in a thread answers nothing


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when the median doubled and most recent replies are slower; times are business hours.

    The replies shown are the recent ones, the slowest first. A reply outside of business hours to a message outside
    of them says nothing about speed and is left out.
    """
    earlier: list[timedelta] = []
    recent: list[tuple[timedelta, Message]] = []
    for ours, reply in look_back(relationship, now).replies:
        if reply.at < now - RECENT - NORM or reply.at - ours.at > ANOTHER_MATTER:
            continue
        took = hours.between(ours.at, reply.at)
        if took and reply.at < now - RECENT:
            earlier.append(took)
        elif took:
            recent.append((took, reply))
    if len(recent) < LEAST_RECENT or len(earlier) < LEAST_EARLIER:
        return
    times = [took for took, _ in recent]
    usual, latest = quantile(earlier, MEDIAN), quantile(times, MEDIAN)
    if latest < RATIO * usual or latest < STILL_QUICK or more(times, earlier) < SLOWER:
        return
    recent.sort(key=lambda pair: pair[0], reverse=True)
    evidence = tuple(Evidence(reply.id, reply.at) for _, reply in recent)
    yield Signal("reply time", Family.QUIET, POINTS, _summary(latest, usual), evidence)


def _summary(latest: timedelta, usual: timedelta) -> str:
    was = str(in_its_unit(usual)) if is_short(latest) == is_short(usual) else span(usual)
    times = int(latest / usual)
    if times > RATIO:
        return say("Reply time is {times} times what it was: {now}, was {was}", times=times, now=span(latest), was=was)
    return say("Reply time doubled: {now}, was {was}", now=span(latest), was=was)
