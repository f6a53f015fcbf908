"""A client is upset: from the phone put down to a recovery that is open, in one change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from django.db import transaction

from amends.core.case import UNDER_WAY
from amends.desk.actions.case import hear_again, open_case
from amends.desk.actions.client import add_client
from amends.desk.models import Case, Client
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.actions.case import From
    from amends.desk.models import Person, User


@transaction.atomic
def take_complaint(
    whom: Client | str,
    *,
    by: User,
    now: datetime,
    words: str,
    severity: int,
    person: Person | None = None,
    call_back_by: datetime | None = None,
    is_another: bool = False,
    **origin: Unpack[From],
) -> Case:
    """Take down that somebody is upset and return their recovery: the one under way there, else a new one.

    With `is_another` it is another matter, and a new recovery whatever is under way. A name in place of a client is a
    new client, looked after by who took the call.
    """
    client = whom if isinstance(whom, Client) else add_client(whom, by=by, now=now, looked_after_by=by)
    case = None if is_another else _under_way(client, person, by)
    if case is None:
        told = {"words": words, "severity": severity, "person": person, "call_back_by": call_back_by}
        return open_case(client, by=by, now=now, **told, **origin)  # type: ignore[arg-type]  # as they came
    return hear_again(case, by=by, now=now, words=words, severity=severity, person=person, call_back_by=call_back_by)


def _under_way(client: Client, person: Person | None, by: User) -> Case | None:
    """Return the recovery under way at a client that `by` sees: the person's own, else the last that was opened."""
    seen = Case.objects.filter(of_seen_case(by, "pk"), client=client, status__in=UNDER_WAY)
    cases = list(seen.order_by("-opened_at", "-pk"))
    own = [case for case in cases if person and case.person_id == person.pk]
    return next(iter([*own, *cases]), None)
