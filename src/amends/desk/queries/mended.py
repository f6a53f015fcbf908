"""How a recovery stands to being mended: what its six conditions are measured by (docs/method.md rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from amends.core.followup import after_shaken, next_check_in
from amends.core.mended import Record, mended_of, orders_of
from amends.core.signals.orders import NORM_WEEKS, WEEK
from amends.core.staffing import Fact, FactKind
from amends.desk.models import Case, FollowUp, Promise, PromiseState, StaffingFact
from amends.desk.queries.firm import hours_of, the_firm

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.core.mended import Checked
    from amends.desk.models import Client

PROMISED = ("state", "settled_at", "due_at")


def mending_of(case: Case, now: datetime) -> list[Checked]:
    """Return the six conditions of a recovery, each with what is still missing: seven queries."""
    return mended_of(record_of(case, now), now, hours_of(the_firm()))


def record_of(case: Case, now: datetime) -> Record:
    """Return what happened since the client was hurt."""
    hurt_at = case.known_at or case.opened_at
    plan = list(case.plan.values_list("done_at", flat=True))
    return Record(
        failed_at=failed_at(case),
        actions=len(plan),
        actions_open=sum(done is None for done in plan),
        promises_open=case.promises.filter(state=PromiseState.OPEN).count(),
        kept=_kept(case, now),
        pulses=_pulses(case),
        orders=orders_of(_orders(case.client, hurt_at), hurt_at, now),
        orders_explained=case.orders_explained,
        agreed_at=case.agrees_it_is_mended_at,
    )


def failed_at(case: Case) -> datetime:
    """Return when the same failure came last: they were upset, a check-in said so, or it came as a case of its own."""
    slipped = case.followups.filter(holds=False).order_by("-done_at").values_list("done_at", flat=True).first()
    again = None
    if case.theme:
        same = Case.objects.filter(client=case.client_id, theme=case.theme, opened_at__gt=case.opened_at)
        again = same.order_by("-opened_at").values_list("opened_at", flat=True).first()
    return max(filter(None, (case.call_back_by or case.opened_at, slipped, again)))


def has_missed(client: Client, since: datetime, now: datetime) -> bool:
    """Whether a promise to a client was missed since a moment: broken, kept after its day, or past it."""
    settled = Q(state__in=[PromiseState.KEPT, PromiseState.BROKEN], settled_at__gte=since)
    overdue = Q(state=PromiseState.OPEN, due_at__gte=since, due_at__lt=now)
    rows = Promise.objects.filter(settled | overdue, client=client).values_list(*PROMISED)
    return any(state != PromiseState.KEPT or not _in_time(at or now, due_at) for state, at, due_at in rows)


def last_asked_at(followup: FollowUp) -> datetime:
    """Return when the client was asked before a check-in, or else when its recovery was fixed or opened."""
    done = FollowUp.objects.filter(client=followup.client_id, case=followup.case_id).exclude(done_at=None)
    last = done.order_by("-done_at").values_list("done_at", flat=True).first()
    case = followup.case
    begun = (case.fixed_at or case.opened_at) if case else followup.client.created_at
    return last or begun


def next_after(followup: FollowUp, now: datetime) -> date:
    """Return the day of the check-in after one that takes place today: weekly again where a promise was missed."""
    today = timezone.localdate(now)
    if has_missed(followup.client, last_asked_at(followup), now):
        return after_shaken(today)
    return next_check_in(followup.number, today)


def _kept(case: Case, now: datetime) -> list[bool]:
    """Return of each promise to the client that fell due since, whether it was kept on its day, in order."""
    fell_due = Q(state__in=[PromiseState.KEPT, PromiseState.BROKEN]) | Q(state=PromiseState.OPEN, due_at__lt=now)
    rows = Promise.objects.filter(fell_due, client=case.client_id, made_at__gte=case.known_at or case.opened_at)
    found = [(settled_at or due_at, state, due_at) for state, settled_at, due_at in rows.values_list(*PROMISED)]
    return [state == PromiseState.KEPT and _in_time(at, due_at) for at, state, due_at in sorted(found)]


def _in_time(at: datetime, due_at: datetime) -> bool:
    return timezone.localdate(at) <= timezone.localdate(due_at)


def _pulses(case: Case) -> list[int]:
    """Return how the client felt when asked since, in order: at check-ins, and where a pulse was written down."""
    since = case.known_at or case.opened_at
    asked = FollowUp.objects.filter(client=case.client_id, done_at__gte=since).exclude(feeling=None)
    facts = StaffingFact.objects.filter(client=case.client_id, kind=FactKind.PULSE, at__gte=since).exclude(value=None)
    found = [*asked.values_list("done_at", "feeling"), *facts.values_list("at", "value")]
    return [int(feeling) for _, feeling in sorted(found) if feeling is not None]


def _orders(client: Client, hurt_at: datetime) -> list[Fact]:
    since = hurt_at - NORM_WEEKS * WEEK
    rows = StaffingFact.objects.filter(client=client, kind=FactKind.ORDER, at__gte=since)
    return [Fact(FactKind.ORDER, at, count=count) for at, count in rows.values_list("at", "count")]
