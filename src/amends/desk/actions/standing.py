"""How a client stands, as rows: signals that keep their age, reply clocks, one row a day, and when to look again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from amends.core.signals.promise import GRACE
from amends.core.signals.unanswered import STEPS
from amends.core.waiting import due_at, waiting
from amends.desk.models import HealthDay, Signal, Waiting
from amends.desk.queries.firm import answer_hours_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, tzinfo

    from amends.core.evidence import Signal as Line
    from amends.core.health import Health, Override
    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.waiting import Waiting as Ask
    from amends.desk.models import Client
    from amends.desk.queries.firm import Standards
    from amends.desk.queries.relationship import Known

NIGHT = time(2)  # judgement: nobody works, and the day before is over everywhere in the firm
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
RECENT = timedelta(days=14)  # judgement: with its grace a promise this old has been judged already
LONGEST_SUMMARY = 300
LINE = ("family", "points", "summary", "evidence", "is_mood_only", "position")
WAIT = ("person_id", "quote", "asked_at", "due_at", "settled_at", "thread")
Identity = tuple[str, tuple[str, ...]]


def keep_signals(client: Client, lines: Sequence[Line], now: datetime) -> None:
    """Write the lines of a client's account; one that is found again keeps `found_at`, one that is gone is cleared.

    It is the same finding when rule and evidence are the same. Nothing is ever deleted.
    """
    open_rows: dict[Identity, list[Signal]] = {}
    for row in Signal.objects.filter(client=client, cleared_at=None):
        open_rows.setdefault(_identity(row.rule, row.evidence), []).append(row)
    fresh, changed = [], []
    for position, line in enumerate(lines):
        values = _values(line, position)
        same = open_rows.get(_identity(line.rule, values["evidence"]))
        if not same:
            fresh.append(Signal(client=client, rule=line.rule, found_at=now, **values))
        elif _changed(row := same.pop(), values):
            changed.append(row)
    if fresh:
        Signal.objects.bulk_create(fresh)
    if changed:
        Signal.objects.bulk_update(changed, LINE)
    if gone := [row.pk for rows in open_rows.values() for row in rows]:
        Signal.objects.filter(pk__in=gone).update(cleared_at=now)


def _identity(rule: str, evidence: Iterable[dict[str, str]]) -> Identity:
    return rule, tuple(sorted(piece["id"] for piece in evidence))


def _values(line: Line, position: int) -> dict[str, Any]:
    """Return the columns of a line."""
    return {
        "family": str(line.family),
        "points": line.points,
        "summary": line.summary[:LONGEST_SUMMARY],
        "evidence": [
            {"id": piece.message_id, "at": piece.at.isoformat(), "quote": piece.quote, "counts": piece.counts}
            for piece in line.evidence
        ],
        "is_mood_only": line.mood_only,
        "position": position,
    }


def _changed(row: Signal | Waiting, values: dict[str, Any]) -> bool:
    """Set the columns of a row, and return whether any of them was another."""
    is_changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            is_changed = True
    return is_changed


def keep_day(client: Client, on: date, health: Health, state: str) -> None:
    """Write how a client stood on a day, over what was written of that day before."""
    keep_days([day_row(client, on, health, state)])


def day_row(client: Client, on: date, health: Health, state: str) -> HealthDay:
    """Return the row of one day."""
    return HealthDay(client=client, on=on, points=health.points, state=state, is_enough=health.enough)


def keep_days(days: Sequence[HealthDay]) -> None:
    """Write rows of days, over what was written of the same days before."""
    HealthDay.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["client", "on"],
        update_fields=["points", "state", "is_enough"],
    )


def keep_waiting(client: Client, asks: Sequence[Ask], known: Known, standards: Standards, now: datetime) -> None:
    """Write the reply clocks: one for the oldest ask of each thread; who has had an answer waits no more.

    Who covers is kept. A clock that was stopped by mail alone runs again where the facts say so (a call was logged by
    mistake); one that a person stopped does not, because then the ask is marked as answered.
    """
    agreed = answer_hours_of(client, standards)
    wanted = {known.rows[ask.message.id].pk: _clock(ask, known, agreed, standards.hours) for ask in asks}
    rows = Waiting.objects.filter(Q(settled_at=None) | Q(message__in=list(wanted)), client=client)
    changed, over = [], []
    for row in rows:
        values = wanted.pop(row.message_id, None)
        if values is None:
            over.append(row.pk)
        elif _changed(row, values):
            changed.append(row)
    if over:
        Waiting.objects.filter(pk__in=over).update(settled_at=now)
    if changed:
        Waiting.objects.bulk_update(changed, WAIT)
    if wanted:
        Waiting.objects.bulk_create(
            Waiting(client=client, message_id=message, **values) for message, values in wanted.items()
        )


def _clock(ask: Ask, known: Known, agreed: int, hours: BusinessHours) -> dict[str, Any]:
    """Return the columns of a reply clock that runs."""
    return {
        "person_id": known.rows[ask.message.id].person,
        "quote": ask.quote,
        "asked_at": ask.asked_at,
        "due_at": due_at(ask.asked_at, agreed, hours),
        "settled_at": None,
        "thread": ask.message.thread,
    }


def next_change(history: History, override: Override | None, standards: Standards, now: datetime) -> datetime:
    """Return the next moment at which a client's state may change by itself, at the latest tonight's run.

    A wait is a day longer, or passes a step of its points; a promise passes its day and its grace; a state set by hand
    ends. What fades does so by the night.
    """
    night = next_night(now, standards.hours.zone)
    moments = [night, *_steps(history, now, night, standards.hours), *_deadlines(history, now, standards.hours)]
    if override:
        moments.append(_midnight_after(override.until, standards.hours.zone))
    return min(moment for moment in moments if moment > now)


def next_night(now: datetime, zone: tzinfo) -> datetime:
    """Return the next moment, in UTC, at which every client is looked at: the firm's local `NIGHT`."""
    today = now.astimezone(zone).date()
    tonight = datetime.combine(today, NIGHT, zone).astimezone(UTC)
    return tonight if tonight > now else datetime.combine(today + DAY, NIGHT, zone).astimezone(UTC)


def _midnight_after(on: date, zone: tzinfo) -> datetime:
    return datetime.combine(on + DAY, time(), zone).astimezone(UTC)


def _steps(history: History, now: datetime, night: datetime, hours: BusinessHours) -> Iterator[datetime]:
    """Yield when the longest wait is a day longer, and when it passes the next step of its points before the night."""
    asks = waiting(history, now)
    if not asks:
        return
    since = asks[0].asked_at
    waited, by_night = hours.days_between(since, now), hours.days_between(since, night)
    yield since + ((now - since) // DAY + 1) * DAY
    for days, _ in STEPS:
        if waited <= days < by_night:
            yield _when_passed(since, days, now, night, hours)


def _when_passed(since: datetime, days: int, early: datetime, late: datetime, hours: BusinessHours) -> datetime:
    """Return, to the minute, when more than so many business days have passed; it is between `early` and `late`."""
    while late - early > MINUTE:
        middle = early + (late - early) / 2
        if hours.days_between(since, middle) > days:
            late = middle
        else:
            early = middle
    return late


def _deadlines(history: History, now: datetime, hours: BusinessHours) -> Iterator[datetime]:
    """Yield when promises that are not due yet, or still have their grace, seem broken."""
    written = (message.promised_by for message in history.written if message.promised_by and message.from_us)
    recorded = (promise.by for promise in history.promises if not (promise.kept_at or promise.broken_at))
    for by in (*written, *recorded):
        if by > now - RECENT:
            yield by + MINUTE
            yield hours.add(by, GRACE) + MINUTE
