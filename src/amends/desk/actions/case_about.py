"""What a recovery is about is put down, corrected, and told to the client: that we know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.core.case import Severity
from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.models import Case
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Outgoing, User

ABOUT = (
    "person_id", "severity", "kind", "is_process", "theme", "is_verified", "known_at", "words", "remedy",
)  # fmt: skip
ACKNOWLEDGED = ("acknowledged_at",)


@transaction.atomic
def change_case(case: Case, *, by: User | None, now: datetime, **fields: Any) -> Case:
    """Correct what a recovery is about: any of `ABOUT`, and `person`. Nothing is written where nothing changes.

    Raises Refused for a severity beyond five, a failure known before it can be, and somebody of another client.
    """
    require(by, Power.WORK)
    _refuse_made_up(case, fields, now)
    before = values_of(case, ABOUT)
    for name, value in fields.items():
        if name not in {*ABOUT, "person"}:
            raise TypeError(f"A recovery has no {name} that may change here.")
        setattr(case, name, value)
    after = values_of(case, ABOUT)
    changed = [name for name in ABOUT if before[name] != after[name]]
    if changed:
        case.save(update_fields=[name.removesuffix("_id") for name in changed])
        told = ({name: values[name] for name in changed} for values in (before, after))
        record("change_case", case, by=by, now=now, before=next(told), after=next(told))
        touch_health([case.client_id], now=now, is_redrawn=True)
    return case


def _refuse_made_up(case: Case, fields: dict[str, Any], now: datetime) -> None:
    if fields.get("severity", case.severity) not in set(Severity):
        raise Refused(_("Choose how bad it feels, from one to five."))
    if (fields.get("known_at") or now) > now:
        raise Refused(_("That is still to come. Say since when you have known of it."))
    person = fields.get("person")
    if person is not None and person.client_id != case.client_id:
        raise Refused(_("%(name)s works elsewhere. Choose somebody of this client.") % {"name": person})


@transaction.atomic
def acknowledge_case(case: Case, *, by: User | None, now: datetime) -> Case:
    """Say that the client knows that we know, where no talk or letter of the desk's says so by itself.

    Raises Refused where that is known already, with who and when.
    """
    require(by, Power.WORK)
    if not Case.objects.filter(pk=case.pk, acknowledged_at=None).update(acknowledged_at=now):
        at = Case.objects.values_list("acknowledged_at", flat=True).get(pk=case.pk)
        when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
        raise Refused(_("They have known since %(when)s that we know.") % {"when": when})
    before = values_of(case, ACKNOWLEDGED)
    case.acknowledged_at = now
    record("acknowledge_case", case, by=by, now=now, before=before, after=values_of(case, ACKNOWLEDGED))
    return case


def acknowledge_with(letter: Outgoing, *, now: datetime) -> None:
    """Say that a letter of a recovery, which was sent, told the client that we know; in the transaction of its fate."""
    if letter.case_id:
        Case.objects.filter(pk=letter.case_id, acknowledged_at=None).update(acknowledged_at=now)
