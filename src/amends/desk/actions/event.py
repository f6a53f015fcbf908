"""The record of every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from amends.desk.models import Case, Client, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import Model

    from amends.desk.models import Person, User


def record(
    verb: str,
    thing: Model,
    *,
    by: User | None,
    now: datetime,
    person: Person | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Write down one change of `thing`; `by` is None for the worker, and for a client (`person`) on their page.

    Raises RuntimeError outside of a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} was recorded outside of the transaction that makes the change.")
    return Event.objects.create(
        verb=verb,
        thing=type(thing).__name__.lower(),
        thing_id=thing.pk,
        client_id=_client_of(thing),
        case_id=thing.pk if isinstance(thing, Case) else getattr(thing, "case_id", None),
        by=by,
        person=person,
        at=now,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def _client_of(thing: Model) -> int | None:
    if isinstance(thing, Client):
        return thing.pk
    if hasattr(thing, "client_id"):
        return cast("int | None", thing.client_id)
    case: Case | None = getattr(thing, "case", None)  # what hangs on a recovery alone
    return case.client_id if case else None


def values_of(thing: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return some fields of a row as they are kept, for the `before` and `after` of an event."""
    return {name: thing.serializable_value(name) for name in names}
