"""Promises that somebody kept in past weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.desk.models import Promise
from cast import at

if TYPE_CHECKING:
    from amends.desk.models import Client, User


def kept(client: Client, user: User, weeks: int, each: int) -> None:
    """Keep so many promises in each of the weeks before the one of `cast.NOW`."""
    for week in range(weeks):
        due = at("5 Mar 12:00") - timedelta(weeks=week)
        Promise.objects.bulk_create(
            Promise(client=client, promised_by=user, what="x", made_at=due, due_at=due, state="kept", settled_at=due)
            for _ in range(each)
        )
