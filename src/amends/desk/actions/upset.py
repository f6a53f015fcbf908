"""A client is upset: from the phone put down to a recovery that is open, in one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from amends.core.case import UNDER_WAY
from amends.desk.actions.case import hear_again, open_case
from amends.desk.actions.client import add_client
from amends.desk.models import Case, Client

if TYPE_CHECKING:
    from datetime import datetime

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
) -> Case:
    """Take down that somebody is upset and return their recovery: the one under way, else a new one.

    A name in place of a client is a new client, looked after by who took the call.
    """
    client = whom if isinstance(whom, Client) else add_client(whom, by=by, now=now, looked_after_by=by)
    about = Q(person=person) | Q(person=None) if person else Q()
    case = Case.objects.filter(about, client=client, status__in=UNDER_WAY).order_by("-opened_at").first()
    if case:
        return hear_again(case, by=by, now=now, words=words, severity=severity, call_back_by=call_back_by)
    return open_case(client, by=by, now=now, words=words, severity=severity, person=person, call_back_by=call_back_by)
