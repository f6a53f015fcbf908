"""What we said we would do is promised, kept or dropped; what we agreed with a client is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.case_team import take_in
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import back_to_weekly
from amends.desk.actions.health import touch_health
from amends.desk.models import AgreedItem, PlanAction, Promise, PromiseState
from amends.desk.queries.find import searchable
from amends.desk.queries.firm import the_day
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Client, Person, User

KEPT = ("what", "due_at", "person_id", "promised_by_id", "case_id", "state")
SETTLED = ("state", "settled_at")


@transaction.atomic
def make_promise(
    client: Client,
    what: str,
    *,
    due_at: datetime,
    by: User | None,
    now: datetime,
    person: Person | None = None,
    promised_by: User | None = None,
    case: Case | None = None,
) -> Promise:
    """Promise a client something by a moment; `promised_by` is who answers for it, without it who writes it down."""
    require(by, Power.WORK)
    what = " ".join(what.split())
    if not what:
        raise Refused(_("Say what was promised."))
    promise = Promise.objects.create(
        client=client,
        person=person,
        promised_by=promised_by or by,
        case=case,
        what=what,
        made_at=now,
        due_at=due_at,
        search=searchable(what),
    )
    record("make_promise", promise, by=by, now=now, after=values_of(promise, KEPT))
    if case:
        take_in(case, promise.promised_by, by=by, now=now)
    touch_health([client.pk], now=now)
    return promise


def keep_promise(promise: Promise, *, by: User | None, now: datetime) -> Promise:
    """Say that a promise was kept; a late one too, and it stays on record that it was late.

    The action of a plan that it is the promise of is done with it.
    """
    with transaction.atomic():
        settled = _settle(promise, PromiseState.KEPT, by=by, now=now)
        for action in PlanAction.objects.filter(promise=promise, done_at=None):
            action.done_at = now
            action.save(update_fields=["done_at"])
            record("finish_plan_action", action, by=by, now=now, after=values_of(action, ("what", "done_at")))
    return settled


def drop_promise(promise: Promise, *, by: User | None, now: datetime) -> Promise:
    """Say that a promise is no longer needed: the client released us. It counts neither as kept nor as broken."""
    return _settle(promise, PromiseState.DROPPED, by=by, now=now)


def break_promise(promise: Promise, *, by: User | None, now: datetime) -> Promise:
    """Say that a promise was not kept and will not be: the client's health takes it as broken."""
    return _settle(promise, PromiseState.BROKEN, by=by, now=now)


@transaction.atomic
def _settle(promise: Promise, state: PromiseState, *, by: User | None, now: datetime) -> Promise:
    require(by, Power.WORK)
    is_ours = Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN).update(state=state, settled_at=now)
    before = values_of(promise, SETTLED)
    promise.refresh_from_db(fields=SETTLED)
    if not is_ours:
        raise Refused(_("This promise was settled already: %(how)s.") % {"how": promise.get_state_display().lower()})
    verb = {PromiseState.KEPT: "keep_promise", PromiseState.DROPPED: "drop_promise"}.get(state, "break_promise")
    record(verb, promise, by=by, now=now, before=before, after=values_of(promise, SETTLED))
    if state is PromiseState.BROKEN or (state is PromiseState.KEPT and _is_late(promise, now)):
        back_to_weekly(promise.client, by=by, now=now)
    touch_health([promise.client_id], now=now)
    return promise


def _is_late(promise: Promise, now: datetime) -> bool:
    """Whether the day by which it was promised is over; its last hours are still that day."""
    return promise.due_at < now and the_day(promise.due_at) < the_day(now)


@transaction.atomic
def agree_item(
    client: Client, what: str, *, by: User | None, now: datetime, how_kept: str = "", is_kept: bool | None = None
) -> AgreedItem:
    """Write down one line of what was agreed with a client, after the lines that are there."""
    require(by, Power.WORK)
    last = AgreedItem.objects.filter(client=client).last()
    position = last.position + 1 if last else 0
    item = AgreedItem.objects.create(client=client, what=what, how_kept=how_kept, is_kept=is_kept, position=position)
    record("agree_item", item, by=by, now=now, after=values_of(item, ("what", "how_kept", "is_kept")))
    return item
