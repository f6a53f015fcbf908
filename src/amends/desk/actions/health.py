"""A client is assessed, and people correct what the desk made of it.

Assessing writes what pages read: the open `Signal` rows, the day's `HealthDay`, the reply clocks (`Waiting`), and the
computed columns of `Client`. It may be done at any time and any number of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from amends.core.health import Override as Word
from amends.core.health import State, assess, shown_state
from amends.core.history import look_back
from amends.core.waiting import waiting
from amends.desk.actions.event import record, values_of
from amends.desk.actions.past import draw_history
from amends.desk.actions.standing import keep_day, keep_signals, keep_waiting, next_change
from amends.desk.models import Client, Dismissal, Override, Signal, Standing
from amends.desk.queries.firm import standards_of, the_firm
from amends.desk.queries.relationship import known_of
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from amends.core.health import Health
    from amends.core.history import History
    from amends.desk.actions.lease import Lease
    from amends.desk.models import User
    from amends.desk.queries.firm import Standards
    from amends.desk.queries.relationship import Known

__all__ = [
    "assess_client", "assess_leased", "dismiss_signal", "draw_history", "end_mended", "end_override", "mark_mended",
    "override_of", "override_state", "touch_health", "undo_dismissal",
]  # fmt: skip
MOST_OVERRIDE_DAYS = 90  # judgement: as long as Mended; then somebody looks again
SAYABLE = tuple(state for state in State if state is not State.NOT_ENOUGH)  # what a person may say of a client
AT_A_TIME = 1_000  # rows in one statement, within what either database takes
TOLD = ("state", "points", "why")
LONGEST_WHY = 300
COMPUTED = (
    "state", "computed_state", "points", "is_enough", "messages_count", "why", "last_spoke_at", "state_changed_at",
    "assessed_at", "assess_due_at",
)  # fmt: skip


@transaction.atomic
def touch_health(client_ids: Iterable[int], *, now: datetime, is_redrawn: bool = False) -> None:
    """Say that something about clients changed: they are due at once, and never later than they were.

    `is_redrawn` where the past changed (older mail came in): their past weeks are drawn again.
    """
    asked = sorted(set(client_ids))
    for start in range(0, len(asked), AT_A_TIME):
        some = Client.objects.filter(pk__in=asked[start : start + AT_A_TIME])
        if is_redrawn:
            some.filter(drawn_until__isnull=False).update(drawn_until=None)
        late = some.filter(Q(assess_due_at=None) | Q(assess_due_at__gt=now)).order_by("pk")
        # Locked in the order of their keys, so that two who touch the same clients cannot wait for each other.
        if keys := list(late.select_for_update().values_list("pk", flat=True)):
            Client.objects.filter(pk__in=keys).update(assess_due_at=now)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was made of a client at a moment, before it is kept."""

    now: datetime
    standards: Standards
    known: Known
    history: History
    health: Health


@transaction.atomic
def assess_client(client: Client, *, now: datetime, standards: Standards | None = None) -> Health:
    """Assess a client as it stands at `now`, and keep the result: signals, the day's health, waits, and its columns.

    The client's row is locked meanwhile, so that a worker and a page do not both count. Raises Client.DoesNotExist when
    it has been deleted. `client` has the new values afterwards.
    """
    row = Client.objects.select_for_update().get(pk=client.pk)
    measured = _measure(row, now, standards or standards_of(the_firm()))
    _keep(row, measured)
    for name in COMPUTED:
        setattr(client, name, getattr(row, name))
    return measured.health


def assess_leased(lease: Lease, *, now: datetime) -> bool:
    """Assess the client of a lease, give the lease back, and return whether the result was kept.

    Reading and computing hold up nobody; only what came of it is written in a transaction. The lease was taken with
    `assess_due_at` at its end: who touches or assesses the client meanwhile moves that, and this result is dropped.
    """
    row = Client.objects.filter(pk=lease.pk).first()
    if row is None:
        return False
    measured = _measure(row, now, standards_of(the_firm()))
    with transaction.atomic():
        untouched = Client.objects.select_for_update().filter(pk=lease.pk, assess_due_at=lease.until).first()
        if untouched:
            _keep(untouched, measured)
        lease.give_back()
    return untouched is not None


def _measure(row: Client, now: datetime, standards: Standards) -> Measured:
    """Read what is known of a client, and assess it."""
    known = known_of(row, now)
    history = look_back(known.relationship, now, known.dismissed)
    health = assess(
        history,
        now,
        standards.hours,
        base_rate=standards.base_rate,
        dismissed=known.dismissed,
        points=standards.points,
    )
    return Measured(now, standards, known, history, health)


def _keep(row: Client, measured: Measured) -> None:
    """Write what was made of a client."""
    now, standards, health = measured.now, measured.standards, measured.health
    keep_signals(row, health.signals, now)
    waits = waiting(measured.history, now) if row.standing == Standing.CLIENT else []
    keep_waiting(row, waits, measured.known, standards, now)
    _keep_columns(row, health, measured.history, standards, now)
    keep_day(row, standards.day_of(now), health, row.computed_state)


def _keep_columns(row: Client, health: Health, history: History, standards: Standards, now: datetime) -> None:
    """Write what is computed of a client; an event tells of it only where its state changed."""
    before, was_assessed = values_of(row, TOLD), row.assessed_at is not None
    local = now.astimezone(standards.hours.zone)
    override = override_of(row, local.date())
    row.computed_state = shown_state(health, local, mended_on=row.mended_on)
    row.state = shown_state(health, local, mended_on=row.mended_on, override=override)
    row.points, row.is_enough, row.messages_count = health.points, health.enough, health.messages
    row.why = next((line.summary for line in health.signals if line.points > 0), "")[:LONGEST_WHY]
    row.last_spoke_at = _last_spoke(row, history)
    row.assessed_at = now
    row.assess_due_at = next_change(history, override, standards, now) if row.standing == Standing.CLIENT else None
    if was_assessed and row.state != before["state"]:
        row.state_changed_at = now
        record("assess_client", row, by=None, now=now, before=before, after=values_of(row, TOLD))
    row.save(update_fields=COMPUTED)


def _last_spoke(row: Client, history: History) -> datetime | None:
    """Return when the last message was written or the last talk held, by either side; None where nothing is known."""
    written = [message.at for message in history.written[-1:]] + [talk.at for talk in history.talks[-1:]]
    if not written:  # not in the year that is looked at
        rows = row.messages.filter(automated="", at__lte=history.now).order_by("-at")
        return rows.values_list("at", flat=True).first()
    return max(written)


def override_of(client: Client, on: date) -> Word | None:
    """Return the state that a person set by hand and that holds on a day."""
    held = Override.objects.filter(client=client, ended_at=None, until__gte=on).order_by("at", "pk").last()
    return Word(State(held.state), held.reason, held.until) if held else None


@transaction.atomic
def dismiss_signal(signal: Signal, reason: str, *, by: User | None, now: datetime) -> Dismissal:
    """Take a finding out for good, because it is wrong: each piece of its evidence no longer says this.

    The client is assessed at once, so that the page shows the new sum. Who says so twice is not heard twice. Refused
    without a reason.
    """
    require(by, Power.WORK)
    if not reason.strip():
        raise Refused(_("Say in a few words why this is wrong. Nothing was changed."))
    client = Client.objects.select_for_update().get(pk=signal.client_id)
    wrong = Dismissal.objects.filter(client=client, rule=signal.rule, undone_at=None)
    ids = [piece["id"] for piece in signal.evidence] or [""]
    known = {one.evidence_id: one for one in wrong.filter(evidence_id__in=ids)}
    if len(known) == len(set(ids)):
        return known[ids[0]]
    shared = {"client": client, "rule": signal.rule, "summary": signal.summary, "by": by, "at": now}
    fresh = Dismissal.objects.bulk_create(
        Dismissal(**shared, evidence_id=evidence_id, reason=reason.strip())
        for evidence_id in dict.fromkeys(ids)
        if evidence_id not in known
    )
    told = {"rule": signal.rule, "summary": signal.summary, "points": signal.points, "evidence": ids}
    record("dismiss_signal", signal, by=by, now=now, before=told, after={"reason": reason.strip()})
    touch_health([client.pk], now=now, is_redrawn=True)  # it never counted
    assess_client(client, now=now)
    return fresh[0]


@transaction.atomic
def undo_dismissal(dismissal: Dismissal, *, by: User | None, now: datetime) -> None:
    """Let a finding count again, with all of the evidence that was taken out together with it."""
    require(by, Power.WORK)
    client = Client.objects.select_for_update().get(pk=dismissal.client_id)
    together = Dismissal.objects.filter(client=client, rule=dismissal.rule, at=dismissal.at, undone_at=None)
    if together.update(undone_at=now):
        told = {"rule": dismissal.rule, "summary": dismissal.summary, "reason": dismissal.reason}
        record("undo_dismissal", dismissal, by=by, now=now, before=told, after={"undone_at": now})
        touch_health([client.pk], now=now, is_redrawn=True)
        assess_client(client, now=now)
    dismissal.undone_at = dismissal.undone_at or now


@transaction.atomic
def override_state(client: Client, state: str, reason: str, until: date, *, by: User | None, now: datetime) -> Override:
    """Set a client's state by hand, why, and until when; what was set before ends.

    Refused without a reason, for a word that is no state, and for a day that is past or more than
    `MOST_OVERRIDE_DAYS` away.
    """
    require(by, Power.WORK)
    standards = standards_of(the_firm())
    today = standards.day_of(now)
    if state not in SAYABLE:
        raise Refused(_("Choose how they stand: Steady, Unsettled, Strained, At risk or Mended."))
    if not reason.strip():
        raise Refused(_("Say in a few words why, so that your colleagues understand it next week."))
    if not today <= until <= today + timedelta(days=MOST_OVERRIDE_DAYS):
        raise Refused(_("Choose a last day from today on, at most %(days)d days away.") % {"days": MOST_OVERRIDE_DAYS})
    row = Client.objects.select_for_update().get(pk=client.pk)
    Override.objects.filter(client=row, ended_at=None).update(ended_at=now)
    override = Override.objects.create(client=row, state=state, reason=reason.strip(), by=by, at=now, until=until)
    told = {"state": state, "reason": override.reason, "until": until}
    record("override_state", override, by=by, now=now, before={"state": row.state}, after=told)
    assess_client(client, now=now, standards=standards)
    return override


@transaction.atomic
def end_override(override: Override, *, by: User | None, now: datetime) -> None:
    """Let the desk say again how a client stands. Nothing happens where it does already."""
    require(by, Power.WORK)
    client = Client.objects.select_for_update().get(pk=override.client_id)
    if Override.objects.filter(pk=override.pk, ended_at=None).update(ended_at=now):
        told = {"state": override.state, "reason": override.reason, "until": override.until}
        record("end_override", override, by=by, now=now, before=told, after={"ended_at": now})
        assess_client(client, now=now)
    override.ended_at = override.ended_at or now


@transaction.atomic
def mark_mended(client: Client, on: date, *, by: User | None, now: datetime) -> None:
    """Say that a recovery held, since a day: the client is Mended for a while (docs/method.md rule 1).

    Refused for a day to come.
    """
    require(by, Power.WORK)
    standards = standards_of(the_firm())
    if on > standards.day_of(now):
        raise Refused(_("That day is still to come."))
    row = Client.objects.select_for_update().get(pk=client.pk)
    before = row.mended_on
    if before != on:
        row.mended_on = client.mended_on = on
        row.save(update_fields=["mended_on"])
        record("mark_mended", row, by=by, now=now, before={"mended_on": before}, after={"mended_on": on})
        assess_client(client, now=now, standards=standards)


@transaction.atomic
def end_mended(client: Client, *, by: User | None, now: datetime) -> None:
    """Say that a repair did not hold: the client is not Mended any more, and its own lines speak again at once."""
    require(by, Power.WORK)
    row = Client.objects.select_for_update().get(pk=client.pk)
    before = row.mended_on
    if before is None:
        return
    row.mended_on = client.mended_on = None
    row.save(update_fields=["mended_on"])
    record("end_mended", row, by=by, now=now, before={"mended_on": before}, after={"mended_on": None})
    touch_health([row.pk], now=now, is_redrawn=True)
    assess_client(client, now=now)
