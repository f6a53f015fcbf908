"""How a recovery stands to being mended: what its six conditions are measured by (docs/method.md rule 8)."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from amends.core.case import UNDER_WAY
from amends.core.followup import Place, after_shaken, is_shaken, next_check_in
from amends.core.mended import Record, mended_of, orders_of
from amends.core.signals.orders import NORM_WEEKS, WEEK
from amends.core.staffing import Fact, FactKind
from amends.desk.models import Case, FollowUp, Promise, PromiseState, StaffingFact
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.promise_kept import ENDED, fell_due, kept_in_order
from amends.desk.queries.pulse import felt_since

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from amends.core.mended import Checked
    from amends.desk.models import Client


def mending_of(case: Case, now: datetime) -> list[Checked]:
    """Return the six conditions of a recovery, each with what is still missing: eight queries."""
    return mended_of(record_of(case, now), now, hours_of(the_firm()))


def record_of(case: Case, now: datetime) -> Record:
    """Return what happened since the client was hurt."""
    hurt_at = case.known_at or case.opened_at
    pulses, last_of_each = felt_since(case.client_id, hurt_at)
    plan = list(case.plan.values_list("done_at", flat=True))
    return Record(
        failed_at=failed_at(case),
        actions=len(plan),
        actions_open=sum(done is None for done in plan),
        promises_open=case.promises.filter(state=PromiseState.OPEN).count(),
        kept=_kept(case, now),
        pulses=pulses,
        last_of_each=last_of_each,
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
    rows = Promise.objects.filter(settled | overdue, client=client).values_list(*ENDED)
    return not all(kept_in_order(rows))


def last_asked_at(followup: FollowUp) -> datetime:
    """Return when the client was asked before a check-in, or else when its recovery was fixed or opened."""
    done = FollowUp.objects.filter(client=followup.client_id, case=followup.case_id).exclude(done_at=None)
    last = done.order_by("-done_at").values_list("done_at", flat=True).first()
    case = followup.case
    begun = (case.fixed_at or case.opened_at) if case else followup.client.created_at
    return last or begun


def next_after(followup: FollowUp, now: datetime, feeling: int | None = None) -> Place | None:
    """Return the check-in after one that takes place today: weekly again where a promise was missed, or they feel low.

    None after the last of its row, unless its recovery is still under way: who is followed has a next day.
    """
    hours = hours_of(the_firm())
    today = now.astimezone(hours.zone).date()
    if is_shaken(feeling, has_missed=has_missed(followup.client, last_asked_at(followup), now)):
        return after_shaken(today, hours, followup.of)
    coming = Place(followup.number, followup.due_on, followup.of)
    return next_check_in(coming, today, hours, is_followed=is_followed(followup))


def is_followed(followup: FollowUp) -> bool:
    """Whether the recovery that a check-in belongs to is under way: then there is always a next day."""
    return followup.case is not None and followup.case.status in UNDER_WAY


def overdue_since_asked(rows: QuerySet[FollowUp], now: datetime) -> QuerySet[FollowUp]:
    """Return those of some check-ins before which an open promise to the client passed its day unnoticed."""
    hours = hours_of(the_firm())
    today = datetime.combine(now.astimezone(hours.zone).date(), time(), hours.zone)
    asked = FollowUp.objects.filter(client=OuterRef("client"), case=OuterRef("case")).exclude(done_at=None)
    last = Subquery(asked.order_by("-done_at").values("done_at")[:1])
    begun = Coalesce(last, F("case__fixed_at"), F("case__opened_at"))
    due_after = Promise.objects.filter(
        client=OuterRef("client"), state=PromiseState.OPEN, due_at__lt=today, due_at__gte=OuterRef("begun")
    )
    return rows.annotate(begun=begun).filter(Exists(due_after))


def _kept(case: Case, now: datetime) -> list[bool]:
    """Return of each promise to the client that fell due since, whether it was kept on its day, in order."""
    rows = Promise.objects.filter(fell_due(now), client=case.client_id, made_at__gte=case.known_at or case.opened_at)
    return kept_in_order(rows.values_list(*ENDED))


def _orders(client: Client, hurt_at: datetime) -> list[Fact]:
    since = hurt_at - NORM_WEEKS * WEEK
    rows = StaffingFact.objects.filter(client=client, kind=FactKind.ORDER, at__gte=since)
    return [Fact(FactKind.ORDER, at, count=count) for at, count in rows.values_list("at", "count")]
