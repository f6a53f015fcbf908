"""A row is taken by one worker at a time, for as long as its lease runs (docs/developer/worker.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, Mailbox, MailImport

LEASE = timedelta(minutes=1)  # judgement: what was killed waits so long; nothing here takes longer without renewing
CANDIDATES = 10  # rows asked for at once: when others were quicker with the first, the next is at hand


@dataclass(slots=True)
class Lease:
    """A row that is ours until a moment; the moment itself tells our lease from one that somebody took after us."""

    model: type[Client | Mailbox | MailImport]
    pk: int
    until: datetime

    def renew(self, now: datetime) -> bool:
        """Let the lease run on from `now`; return whether it was still ours."""
        until = now + LEASE
        if not self._ours().update(leased_until=until):
            return False
        self.until = until
        return True

    def give_back(self) -> None:
        """Let anybody take the row again, unless somebody has already."""
        self._ours().update(leased_until=None)

    def _ours(self) -> QuerySet[Any]:
        return self.model.objects.filter(pk=self.pk, leased_until=self.until)


def claim(due: QuerySet[Any], *, now: datetime, is_due_again: str = "") -> Lease | None:
    """Take the first row of `due` that nobody works on; None when there is none.

    Each row is taken by one conditional update, so that of several workers exactly one gets it, on both databases.
    `is_due_again` names a column that tells when the row is due: it is set to the end of the lease.
    """
    free = due.filter(Q(leased_until=None) | Q(leased_until__lt=now))
    until = now + LEASE
    taken = {name: until for name in ("leased_until", is_due_again) if name}
    while wanted := list(free.values_list("pk", flat=True)[:CANDIDATES]):
        for pk in wanted:
            if free.order_by().filter(pk=pk).update(**taken):
                return Lease(due.model, pk, until)
    return None
