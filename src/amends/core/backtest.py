"""How the method would have done on a mailbox's past, beside the plainest rule there is: days since they last wrote.

docs/method.md rule 1. On the first of each month every client who is still in touch is assessed from what had been
written by then, and the quarter that follows tells whether they were lost. Mail shows a loss only as lasting silence:
**lost** means that nobody at the client writes anything in the whole quarter after the snapshot. A client who moved to
the phone looks the same, and one who keeps arguing about the last invoice does not look lost yet. Synthetic mail may
test this code; it never proves accuracy.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from statistics import fmean, median
from typing import TYPE_CHECKING

from amends.core.health import ALARM, BASE_RATE, ENOUGH_MESSAGES, LEVELS, State, assess, state_of
from amends.core.history import moment
from amends.core.hours import OFFICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from amends.core.hours import BusinessHours
    from amends.core.message import Relationship

QUARTER_DAYS = 91
TOP = (5, 10)  # judgement: as many clients as one can call in a morning, or in a day
LEAST_LOSSES = 10  # below, nothing is learnt from them: docs/method.md rule 1
TEN_CLIENTS = 10
SILENCE_BANDS = (7, 14, 28, 56)  # days; the baseline's chance is the loss rate seen in each band
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One client on one day, and what became of them: `silent_days` since they last wrote, on `last_at`."""

    client: str
    at: datetime
    points: int
    chance: float
    silent_days: float
    last_at: datetime
    is_lost: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How one rule did. An alarm is a snapshot at or above `threshold` (points, or days of silence).

    `precision` holds (k, share lost among the first k of each month). `caught` counts losses with an alarm before
    they were beyond doubt, `lead_days` the median time between that alarm and then (None when none was caught).
    `false_alarms` are per ten clients a month. `brier` is 0 for perfect forecasts, lower is better.
    """

    threshold: float
    precision: tuple[tuple[int, float], ...]
    caught: int
    lead_days: float | None
    false_alarms: float
    brier: float


@dataclass(frozen=True, slots=True)
class Band:
    """All snapshots in one state: how many, how many lost, and the mean chance that was given."""

    state: State
    snapshots: int
    lost: int
    chance: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """The whole account. `baseline` raises as many alarms as `ours`, so that both can be compared.

    `losses` counts silences that lasted, each once however many snapshots saw it. `enough` is false with fewer than
    `LEAST_LOSSES` of them: then the figures are an anecdote.
    """

    months: int
    clients: int
    snapshots: int
    losses: int
    ours: Score
    baseline: Score
    bands: tuple[Band, ...]
    enough: bool


def backtest(
    relationships: Iterable[Relationship],
    until: datetime,
    *,
    hours: BusinessHours = OFFICE,
    base_rate: float = BASE_RATE,
    horizon_days: int = QUARTER_DAYS,
) -> Backtest | None:
    """Return how the method and the baseline would have done by `until`, None when there is no snapshot to judge.

    Relationships are read once, one at a time. Snapshots end `horizon_days` before `until`, because only then is
    known what followed. A client counts while they have `ENOUGH_MESSAGES` and wrote within the horizon before.
    """
    horizon = timedelta(days=horizon_days)
    snapshots = [
        snapshot
        for relationship in relationships
        for snapshot in snapshots_of(relationship, until, hours=hours, base_rate=base_rate, horizon=horizon)
    ]
    if not snapshots:
        return None
    alarms = sum(snapshot.points >= ALARM for snapshot in snapshots)
    losses = len({(snapshot.client, snapshot.last_at) for snapshot in snapshots if snapshot.is_lost})
    return Backtest(
        months=len({snapshot.at for snapshot in snapshots}),
        clients=len({snapshot.client for snapshot in snapshots}),
        snapshots=len(snapshots),
        losses=losses,
        ours=_score(snapshots, attrgetter("points"), ALARM, attrgetter("chance"), horizon),
        baseline=_score(
            snapshots,
            attrgetter("silent_days"),
            _equal_alarms(snapshots, alarms),
            _chance_by_silence(snapshots),
            horizon,
        ),
        bands=tuple(_bands(snapshots)),
        enough=losses >= LEAST_LOSSES,
    )


def snapshots_of(
    relationship: Relationship, until: datetime, *, hours: BusinessHours, base_rate: float, horizon: timedelta
) -> Iterator[Snapshot]:
    """Yield the monthly snapshots of one client, each from what had been written by that day alone."""
    written = [message for message in relationship.messages if message.automated is None]
    heard = [message.at for message in written if not message.from_us]
    for at in _firsts_of_months(written[0].at if written else until, until - horizon, hours):
        known = bisect_right(heard, at)
        if not known or heard[known - 1] < at - horizon or bisect_right(written, at, key=moment) < ENOUGH_MESSAGES:
            continue
        health = assess(relationship.until(at), at, hours, base_rate=base_rate)
        yield Snapshot(
            client=relationship.client,
            at=at,
            points=health.points,
            chance=health.chance,
            silent_days=(at - heard[known - 1]) / timedelta(days=1),
            last_at=heard[known - 1],
            is_lost=bisect_right(heard, at + horizon) == known,
        )


def _firsts_of_months(start: datetime, end: datetime, hours: BusinessHours) -> Iterator[datetime]:
    """Yield midnight of the first of each month after `start` and up to `end`, in the firm's zone."""
    local = start.astimezone(hours.zone)
    month = local.year * MONTHS + local.month
    while True:
        first = date(month // MONTHS, month % MONTHS + 1, 1)
        at = datetime.combine(first, time(), hours.zone).astimezone(UTC)
        if at > end:
            return
        yield at
        month += 1


def _score(
    snapshots: Sequence[Snapshot],
    rank: Callable[[Snapshot], float],
    threshold: float,
    chance: Callable[[Snapshot], float],
    horizon: timedelta,
) -> Score:
    """Return how well a rank (higher is worse) and its chance foretold the losses."""
    false = sum(rank(snapshot) >= threshold and not snapshot.is_lost for snapshot in snapshots)
    leads = list(_leads(snapshots, lambda snapshot: rank(snapshot) >= threshold, horizon))
    return Score(
        threshold=threshold,
        precision=tuple((k, _precision(snapshots, rank, k)) for k in TOP),
        caught=len(leads),
        lead_days=median(leads) if leads else None,
        false_alarms=TEN_CLIENTS * false / len(snapshots),
        brier=fmean((chance(snapshot) - snapshot.is_lost) ** 2 for snapshot in snapshots),
    )


def _precision(snapshots: Sequence[Snapshot], rank: Callable[[Snapshot], float], k: int) -> float:
    """Return the share lost among the `k` worst of each month, all months together; ties go by the client's name."""
    worst = sorted(snapshots, key=lambda snapshot: (snapshot.at, -rank(snapshot), snapshot.client))
    first = [snapshot for _, month in groupby(worst, key=moment) for snapshot in list(month)[:k]]
    return sum(snapshot.is_lost for snapshot in first) / len(first)


def _leads(snapshots: Sequence[Snapshot], is_alarm: Callable[[Snapshot], bool], horizon: timedelta) -> Iterator[float]:
    """Yield for each caught loss the days from the first alarm of the unbroken run to the day it was beyond doubt."""
    ordered = sorted(snapshots, key=lambda snapshot: (snapshot.client, snapshot.at))
    for _, months in groupby(ordered, key=attrgetter("client")):
        since: datetime | None = None
        told: dict[datetime, datetime] = {}
        for snapshot in months:
            since = (since or snapshot.at) if is_alarm(snapshot) else None
            if snapshot.is_lost and since:
                told.setdefault(snapshot.last_at, since)
        for last_at, alarm_at in told.items():
            yield (last_at + horizon - alarm_at) / timedelta(days=1)


def _equal_alarms(snapshots: Sequence[Snapshot], alarms: int) -> float:
    """Return the silence in days that raises as many alarms; a day more than the longest where none was raised."""
    longest = sorted((snapshot.silent_days for snapshot in snapshots), reverse=True)
    return longest[alarms - 1] if alarms else longest[0] + 1


def _chance_by_silence(snapshots: Sequence[Snapshot]) -> Callable[[Snapshot], float]:
    """Return the baseline's chance: the loss rate of the same band of silence, seen afterwards, which flatters it."""

    def band(snapshot: Snapshot) -> int:
        return bisect_right(SILENCE_BANDS, snapshot.silent_days)

    seen = groupby(sorted(snapshots, key=band), key=band)
    rates = {number: fmean(snapshot.is_lost for snapshot in inside) for number, inside in seen}
    return lambda snapshot: rates[band(snapshot)]


def _bands(snapshots: Sequence[Snapshot]) -> Iterator[Band]:
    """Yield the states that were seen, worst first."""
    for state in (*(state for _, state in LEVELS), State.STEADY):
        inside = [snapshot for snapshot in snapshots if state_of(snapshot.points) is state]
        if inside:
            lost = sum(snapshot.is_lost for snapshot in inside)
            yield Band(state, len(inside), lost, fmean(snapshot.chance for snapshot in inside))
