"""Small rows of a recovery are corrected and taken out; the record keeps what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from amends.desk.actions.event import record, values_of
from amends.desk.rules import Power, require

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from amends.desk.models import User

Row = TypeVar("Row", bound="Model")


@transaction.atomic
def correct(row: Row, verb: str, *, by: User | None, now: datetime, **fields: Any) -> Row:
    """Change fields of a row, and record what they were under `verb`; nothing is written where nothing changes."""
    require(by, Power.WORK)
    before = values_of(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    after = values_of(row, fields)
    changed = [name for name in fields if before[name] != after[name]]
    if changed:
        row.save(update_fields=changed)
        told = ({name: values[name] for name in changed} for values in (before, after))
        record(verb, row, by=by, now=now, before=next(told), after=next(told))
    return row


@transaction.atomic
def take_out(row: Model, verb: str, kept: tuple[str, ...], *, by: User | None, now: datetime) -> None:
    """Remove a row, and record under `verb` what it was: its fields named by `kept`."""
    require(by, Power.WORK)
    record(verb, row, by=by, now=now, before=values_of(row, kept))
    row.delete()
