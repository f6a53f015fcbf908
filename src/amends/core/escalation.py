"""Somebody waits longer than agreed: whom of the firm to tell, and when (docs/method.md rule 1).

Three levels, each at its own working hours after the answer was due: who looks after the client, who manages it, the
owners. Who is away is not told, but who covers for them; where nobody does, the next level is told at once. Nobody is
told twice of one wait, and nobody outside working hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from amends.core.hours import BusinessHours

CARER_HOURS = 0  # working hours after the answer was due: who looks after them (judgement)
MANAGER_HOURS = 4  # who manages them: half a working day is left to put it right (judgement)
OWNER_HOURS = 8  # the owners: a whole working day (judgement)
HOURS = (CARER_HOURS, MANAGER_HOURS, OWNER_HOURS)
TOLD_WITHIN = 8  # working hours: what is longer ago stands in the morning mail and on Today (judgement)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the firm. `can_answer`: their account is open, and they may see this client and answer it."""

    key: int
    can_answer: bool = True
    away_until: date | None = None  # the last day away
    covered_by: int | None = None  # while away

    def is_away(self, day: date) -> bool:
        """Whether they are away on a day."""
        return self.away_until is not None and self.away_until >= day


class Telling(NamedTuple):
    """Somebody to be told. `level` counts from 1; `instead_of` is who is away, where they cover for them."""

    level: int
    key: int
    at: datetime
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom a wait climbs to: the keys of each level, who they are, and after how many working hours it is theirs."""

    levels: Sequence[Sequence[int]]
    colleagues: Mapping[int, Colleague]
    hours: BusinessHours
    level_hours: Sequence[float] = HOURS


def moments(due_at: datetime, level_hours: Sequence[float], hours: BusinessHours) -> list[datetime]:
    """Return when each level is to be told, in UTC: in working hours, moved to the next opening where it is not."""
    return [hours.next_open(hours.add(due_at, after * HOUR)) for after in level_hours]


def to_tell(due_at: datetime, now: datetime, ladder: Ladder, told: Collection[int] = ()) -> list[Telling]:
    """Return who is to be told at `now` that an answer is late, without those who were `told` before.

    Nothing outside working hours. A level whose moment passed more than `TOLD_WITHIN` ago is left out.
    """
    hours = ladder.hours
    if not hours.is_open(now):
        return []
    known, found = set(told), []
    for level, at in enumerate(moments(due_at, ladder.level_hours, hours), start=1):
        if at > now:
            break
        if hours.between(at, now) <= TOLD_WITHIN * HOUR:
            fresh = [one for one in _of_level(level, now, ladder) if one.key not in known]
            known.update(one.key for one in fresh)
            found += fresh
    return found


def escalation(due_at: datetime, ladder: Ladder) -> list[Telling]:
    """Return everybody who is told while an answer stays out, in order of time."""
    found: list[Telling] = []
    for at in sorted(set(moments(due_at, ladder.level_hours, ladder.hours))):
        found += to_tell(due_at, at, ladder, {one.key for one in found})
    return found


def _of_level(level: int, now: datetime, ladder: Ladder) -> list[Telling]:
    """Return who is there to be told for a level, each once: its own, who covers for them, else the next level."""
    day = now.astimezone(ladder.hours.zone).date()
    for keys in ladder.levels[level - 1 :]:
        there: dict[int, Telling] = {}
        for key in keys:
            stands = stands_in(key, day, ladder.colleagues)
            if stands is not None and (stands == key or stands not in there):
                there[stands] = Telling(level, stands, now, None if stands == key else key)
        if there:
            return list(there.values())
    return []


def stands_in(key: int, day: date, colleagues: Mapping[int, Colleague]) -> int | None:
    """Return who is told in somebody's place on a day: themselves, or the first who covers and is there.

    Nobody covers for whose account is closed, or who does not see the client.
    """
    chain = list(_covering(key, colleagues))
    if not chain or not chain[0].can_answer:
        return None
    return next((one.key for one in chain if one.can_answer and not one.is_away(day)), None)


def _covering(key: int, colleagues: Mapping[int, Colleague]) -> Iterator[Colleague]:
    """Yield somebody, who covers for them, who covers for those, and so on; nobody twice."""
    seen: set[int] = set()
    at: int | None = key
    while at is not None and at not in seen and at in colleagues:
        seen.add(at)
        yield colleagues[at]
        at = colleagues[at].covered_by
