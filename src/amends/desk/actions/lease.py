"""A row is taken by one worker at a time, for as long as its lease runs (docs/developer/worker.md)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection
from django.db.models import Q

from amends.desk import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, MailImport

LEASE_SECONDS = 60  # judgement: what was killed waits so long; a client takes milliseconds, an import renews its own
LEASE = timedelta(seconds=LEASE_SECONDS)
RENEW_SECONDS = LEASE_SECONDS / 4  # three may fail before the lease runs out
CANDIDATES = 10  # rows looked at in one go, so that workers who ask at once do not all want the same


@dataclass(slots=True)
class Lease:
    """A row that is ours until a moment; the moment itself tells our lease from one that somebody took after us."""

    model: type[Client | MailImport]
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


def claim(due: QuerySet[Any], *, now: datetime) -> Lease | None:
    """Take the first row of `due` that nobody works on; None when there is none.

    Each row is taken by one conditional update, so that of several workers exactly one gets it, on both databases.
    """
    free = due.filter(Q(leased_until=None) | Q(leased_until__lt=now))
    until = now + LEASE
    for pk in free.values_list("pk", flat=True)[:CANDIDATES]:
        if free.order_by().filter(pk=pk).update(leased_until=until):
            return Lease(due.model, pk, until)
    return None


@contextmanager
def kept(lease: Lease, every: float = RENEW_SECONDS) -> Iterator[None]:
    """Renew a lease from a thread of its own while something long is done, and give it back at the end.

    When the work breaks or the process is killed, nobody gives it back: it runs out, and other work is done until then.
    """
    done = Event()
    renewing = Thread(target=_renew, args=(lease, done, every), name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()
    lease.give_back()


def _renew(lease: Lease, done: Event, every: float) -> None:
    try:
        while not done.wait(every):
            try:
                if not lease.renew(clock.now()):
                    return
            except OperationalError:  # somebody else writes for long: the next turn comes before the lease runs out
                continue
    finally:
        connection.close()
