"""Companies found in the mail become clients, or are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from amends.desk.actions.client import change_client, confirm_clients, decline_clients
from amends.desk.models import Client, Standing
from amends.desk.queries.intake import who_writes_most
from amends.desk.rules import Power, require

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from amends.desk.models import Branch, User


@transaction.atomic
def confirm_found(
    shown: Collection[int],
    ticked: Collection[int],
    *,
    by: User,
    now: datetime,
    looked_after_by: User | None = None,
    branch: Branch | None = None,
) -> int:
    """Take the ticked of the companies that were shown as clients, the others as none; return how many clients.

    Nobody given to look after them, it is for each whoever writes to them most. Only what nobody decided meanwhile
    is touched.
    """
    require(by, Power.MANAGE)
    undecided = list(Client.objects.select_for_update().filter(pk__in=shown, standing=Standing.FOUND))
    clients = [client for client in undecided if client.pk in ticked]
    most = {} if looked_after_by else who_writes_most([client.pk for client in clients])
    for client in clients:
        who = looked_after_by or most.get(client.pk)
        change_client(client, by=by, now=now, looked_after_by=who, branch=branch or (who.branch if who else None))
    confirm_clients(clients, by=by, now=now)
    decline_clients([client for client in undecided if client.pk not in ticked], by=by, now=now)
    return len(clients)
