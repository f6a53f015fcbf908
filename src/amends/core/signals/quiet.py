"""The client has gone quiet: silent beyond their own habit, or far fewer threads than they used to begin."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back
from amends.core.norm import at_most, quantile
from amends.core.wording import counted, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

SILENCE_POINTS = 12  # docs/method.md rule 1
DROP_POINTS = 10  # docs/method.md rule 1
RECENT = timedelta(weeks=4)  # docs/method.md rule 1
NORM = timedelta(weeks=12)  # docs/method.md rule 1
LEAST_THREADS = 7  # in those 12 weeks, docs/method.md rule 1
LONGEST_USUAL = 0.95  # of their own gaps, docs/method.md rule 1
HABIT = timedelta(weeks=52)  # judgement: their gaps of a year, a season of holidays included
LEAST_KNOWN = timedelta(weeks=8)  # judgement: a few busy weeks are a project, not a habit
ENOUGH_GAPS = 20  # with fewer the longest of them stands for 95 %, and the next one is longer too often
RANDOM_LONGEST = 3  # times their mean: 95 % of the gaps of random arrivals are shorter (-ln .05 = 3.0)
FLOOR = timedelta(days=14)  # no shorter silence counts: judgement
HALF = 0.5  # judgement: fewer than half as many threads is a drop
CHANCE = 0.05  # judgement: a drop that chance brings more often is none (docs/method.md allows 6 % false alarms)


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield the silence, else the drop: whoever wrote nothing for four weeks is measured by their own gaps alone.

    Counts threads in which the client wrote, never messages. Nothing below `LEAST_THREADS` in the 12 weeks before. A
    call, visit or meeting breaks a silence, and is a conversation of the last weeks; their habit is read from mail
    alone, so that a firm which begins to log its calls raises no alarm by it.
    """
    del hours  # a silence is counted on the calendar: weekends are in their own gaps as well
    history = look_back(relationship, now)
    if not history.inbound:
        return
    is_silent = history.inbound[-1].at < now - RECENT
    signal = _silence(history, now) or (None if is_silent else _drop(history, now))
    if signal:
        yield signal


def _silence(history: History, now: datetime) -> Signal | None:
    last = history.inbound[-1]
    before = history.contacts[bisect_left(history.contacts, last.at - HABIT) :]
    if len(before) - bisect_left(before, last.at - NORM) < LEAST_THREADS or last.at - before[0] < LEAST_KNOWN:
        return None
    gaps = [later - earlier for earlier, later in pairwise(before)]
    silence = now - max([last.at, *(talk.at for talk in history.talks[-1:])])
    if silence <= max(FLOOR, _longest_usual(gaps)):
        return None
    usual = max(1, round(quantile(gaps, HALF) / timedelta(days=1)))
    habit = counted(usual, "they usually write every day", "they usually write every {n} days")
    one, many = plural("Nothing from them for {n} day; {habit}", "Nothing from them for {n} days; {habit}")
    summary = counted(silence.days, one, many, habit=habit)
    return Signal("silence", Family.QUIET, SILENCE_POINTS, summary, (Evidence(last.id, last.at),))


def _longest_usual(gaps: list[timedelta]) -> timedelta:
    """Return the gap that 95 % of theirs do not exceed; where a few do not show it, at least that of random mail."""
    longest: timedelta = quantile(gaps, LONGEST_USUAL)
    if len(gaps) < ENOUGH_GAPS:
        return max(longest, RANDOM_LONGEST * (sum(gaps, timedelta()) / len(gaps)))
    return longest


def _drop(history: History, now: datetime) -> Signal | None:
    contacts = history.contacts
    in_mail = len(contacts) - bisect_left(contacts, now - RECENT)
    recent = in_mail + sum(talk.at >= now - RECENT for talk in history.talks)
    before = len(contacts) - in_mail - bisect_left(contacts, now - RECENT - NORM)
    usual = before * (RECENT / NORM)
    is_known = before >= LEAST_THREADS and contacts[0] <= now - RECENT - LEAST_KNOWN
    if not is_known or recent >= HALF * usual:
        return None
    if at_most(recent, recent + before, RECENT / (RECENT + NORM)) > CHANCE:
        return None
    last = history.inbound[-1]
    summary = counted(
        recent,
        "{n} conversation in 4 weeks; they usually have {usual}",
        "{n} conversations in 4 weeks; they usually have {usual}",
        usual=str(round(usual)),
    )
    return Signal("thread rate", Family.QUIET, DROP_POINTS, summary, (Evidence(last.id, last.at),))
