"""Calls, visits, meetings, voicemail and notes are logged, corrected and removed; staffing facts are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.actions.settling import call_back_with, settle_with, wait_again
from amends.desk.models import StaffingFact, Touch, TouchKind
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from amends.core.staffing import FactKind
    from amends.desk.models import Case, Client, Person, User

MEETING = frozenset({"person_id", "kind", "at"})  # what decides which waits a talk ended
CHANGEABLE = ("person_id", "kind", "at", "minutes", "summary", "detail", "words", "is_mending")
KEPT = ("client_id", "case_id", "by_id", *CHANGEABLE)
CORRECTED = ("at", "count", "of", "value", "days", "note", "words")
FACT = ("kind", "at", "count", "of", "value", "days", "note", "words", "source", "external_id")


class Told(TypedDict, total=False):
    """What can be told of a contact; without `at`, it was just now."""

    at: datetime | None
    person: Person | None
    minutes: int | None
    summary: str
    detail: str
    words: str
    case: Case | None
    is_mending: bool
    token: UUID | None


@transaction.atomic
def record_touch(client: Client, kind: str, *, by: User | None, now: datetime, **told: Unpack[Told]) -> Touch:
    """Log that we were in touch, `at` the latest now.

    A talk (call, visit, meeting) since a recovery was opened is its call-back, and the client's health is looked at
    again, which ends the waiting of whom we spoke with.
    """
    require(by, Power.WORK)
    at = told.get("at") or now
    if at > now:
        raise Refused(_("That is still to come. Log it when it has happened, or make it a promise."))
    touch = Touch.objects.create(client=client, kind=TouchKind(kind), by=by, added_at=now, **{**told, "at": at})
    call_back_with(touch)
    record("record_touch", touch, by=by, now=now, after=values_of(touch, KEPT))
    touch_health([client.pk], now=now, is_redrawn=_is_past(now, at))
    return touch


@transaction.atomic
def change_touch(touch: Touch, *, by: User | None, now: datetime, **fields: Any) -> Touch:
    """Correct what was logged: any of `CHANGEABLE`, and `person`. Nothing is written where nothing changes.

    Where it was with somebody else, at another time or no talk at all, what it had settled is settled anew.
    """
    require(by, Power.WORK)
    if fields.get("at") and fields["at"] > now:
        raise Refused(_("That is still to come. Log it when it has happened, or make it a promise."))
    before, was_at = values_of(touch, CHANGEABLE), touch.at
    for name, value in fields.items():
        if name not in {*CHANGEABLE, "person"}:
            raise TypeError(f"A touch has no {name} that may change.")
        setattr(touch, name, value)
    after = values_of(touch, CHANGEABLE)
    changed = [name for name in CHANGEABLE if before[name] != after[name]]
    if changed:
        touch.save(update_fields=changed)
        told = ({name: values[name] for name in changed} for values in (before, after))
        record("change_touch", touch, by=by, now=now, before=next(told), after=next(told))
        if not MEETING.isdisjoint(changed):
            wait_again(touch, was_at, by=by, now=now)
            call_back_with(touch)
            settle_with(touch, by=by, now=now)
        touch_health([touch.client_id], now=now, is_redrawn=_is_past(now, before["at"], touch.at))
    return touch


@transaction.atomic
def delete_touch(touch: Touch, *, by: User | None, now: datetime) -> None:
    """Remove what was logged; the record keeps what it was, and whoever waited for it waits again."""
    require(by, Power.WORK)
    record("delete_touch", touch, by=by, now=now, before=values_of(touch, KEPT))
    wait_again(touch, touch.at, by=by, now=now)
    client, at = touch.client_id, touch.at
    touch.delete()
    touch_health([client], now=now, is_redrawn=_is_past(now, at))


def _is_past(now: datetime, *moments: datetime) -> bool:
    """Whether any of some moments lies before today: then the line of the past weeks is another."""
    return any(timezone.localdate(at) < timezone.localdate(now) for at in moments)


@transaction.atomic
def change_fact(fact: StaffingFact, *, by: User | None, now: datetime, **fields: Any) -> StaffingFact:
    """Correct a fact of the trade: any field of it but its kind. Nothing is written where nothing changes."""
    require(by, Power.WORK)
    _refuse_to_come(fields.get("at"), now)
    before = values_of(fact, FACT)
    for name, value in fields.items():
        if name not in CORRECTED:
            raise TypeError(f"A fact has no {name} that may change.")
        setattr(fact, name, value)
    after = values_of(fact, FACT)
    changed = [name for name in FACT if before[name] != after[name]]
    if changed:
        fact.save(update_fields=changed)
        told = ({name: values[name] for name in changed} for values in (before, after))
        record("change_fact", fact, by=by, now=now, before=next(told), after=next(told))
        touch_health([fact.client_id], now=now, is_redrawn=_is_past(now, before["at"], fact.at))
    return fact


@transaction.atomic
def delete_fact(fact: StaffingFact, *, by: User | None, now: datetime) -> None:
    """Remove a fact of the trade; the record keeps what it was."""
    require(by, Power.WORK)
    record("delete_fact", fact, by=by, now=now, before=values_of(fact, FACT))
    client, at = fact.client_id, fact.at
    fact.delete()
    touch_health([client], now=now, is_redrawn=_is_past(now, at))


def _refuse_to_come(at: datetime | None, now: datetime) -> None:
    if at and at > now:
        raise Refused(_("That is still to come. Write it down when it has happened."))


@transaction.atomic
def record_fact(  # noqa: PLR0913  (keyword-only: the fields of a row)
    client: Client,
    kind: FactKind,
    *,
    by: User | None,
    now: datetime,
    at: datetime,
    count: int = 1,
    of: int = 0,
    value: Decimal | None = None,
    days: int | None = None,
    note: str = "",
    words: str = "",
    source: str = "",
    external_id: str = "",
) -> StaffingFact:
    """Write down a fact of the trade; `core.staffing.FactKind` says what its numbers mean.

    A fact with an `external_id` that the same source gave before is brought up to date instead: lists come again.
    """
    require(by, Power.WORK)
    _refuse_to_come(at, now)
    told = {"kind": str(kind), "at": at, "count": count, "of": of, "value": value, "days": days, "note": note}
    told |= {"words": words, "source": source, "external_id": external_id}
    known = StaffingFact.objects.filter(source=source, external_id=external_id).first() if external_id else None
    before = values_of(known, FACT) if known else {}
    clients = {client.pk, known.client_id if known else client.pk}
    moments = [at, known.at] if known else [at]
    fact = known or StaffingFact(added_at=now)
    fact.client = client
    for name, given in told.items():
        setattr(fact, name, given)
    fact.save()
    record("record_fact", fact, by=by, now=now, before=before, after=values_of(fact, FACT))
    touch_health(clients, now=now, is_redrawn=_is_past(now, *moments))
    return fact
