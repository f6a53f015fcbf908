"""What runs in the processes of an own desk (tests/nursery.py) that takes lists in: workers, started and killed."""

from __future__ import annotations

import os
import random
import signal
import time
from threading import Event as Stop
from typing import Any

from django.db.models import Count

from amends.desk import clock, tasks
from amends.desk.actions import list_read
from amends.desk.actions.lease import LEASE
from amends.desk.actions.listing import take_in_list, undo_list
from amends.desk.models import (
    ONLY_FIRM,
    Client,
    ClientKey,
    Event,
    Firm,
    Known,
    ListImport,
    ListRow,
    ListStatus,
    Person,
    PersonAddress,
    StaffingFact,
)
from amends.desk.queries import undo
from cast import NOW
from listbag import checked
from nursed import finish, fork_worker, living_on

SHORTEST_LIFE, LONGEST_LIFE = 0.05, 0.6  # seconds until a worker is killed
SMALL = 10  # rows in a batch, so that there are many to be cut off in


def give(people: str, placements: str) -> None:
    """Found the firm, and check two lists: one that makes clients and people, one that makes facts."""
    Firm.objects.get_or_create(pk=ONLY_FIRM, defaults={"name": "Alder & Quay", "addresses": ["alder.example"]})
    for text, kind in ((people, "people"), (placements, "placements")):
        take_in_list(checked(text, kind, source="ATS"), by=None, now=NOW)


def kill(times: int, seed: int) -> dict[str, Any]:
    """Start and kill so many workers; then let one work to the end, and tell what there is."""
    list_read.BATCH = undo.SLICE = SMALL
    lot, read, held = random.Random(seed), [], 0
    offset = NOW + (ListImport.objects.filter(status=ListStatus.UNDOING).count() > 0) * 1000 * LEASE
    for number in range(times):
        with living_on(offset + number * 1.1 * LEASE):
            worker = fork_worker(lambda: tasks.run(Stop()))
            time.sleep(lot.uniform(SHORTEST_LIFE, LONGEST_LIFE))
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            held += ListImport.objects.filter(leased_until__gt=clock.now()).count()
        read.append(sum(ListImport.objects.values_list("read", flat=True)))
    with living_on(offset + times * 1.1 * LEASE):
        finish()
    return {"read": read, "held": held, **standing()}


def take_back() -> None:
    """Begin to undo both lists, the later first."""
    for listing in ListImport.objects.order_by("-pk"):
        undo_list(listing, by=None, now=NOW)


def standing() -> dict[str, Any]:
    """Tell what there is, in counts that show what is missing or double."""
    names = Person.objects.values("client", "name").annotate(n=Count("pk")).filter(n__gt=1)
    rows = ListImport.objects.order_by("pk")
    return {
        "status": list(rows.values_list("status", flat=True)),
        "counts": [list(row) for row in rows.values_list("read", "added", "changed", "same", "removed", "refused")],
        "rows": [ListRow.objects.filter(listing=listing).count() for listing in rows],
        "clients": Client.objects.count(),
        "keys": ClientKey.objects.count(),
        "people": Person.objects.count(),
        "double": names.count(),
        "addresses": PersonAddress.objects.count(),
        "facts": StaffingFact.objects.count(),
        "known": Known.objects.count(),
        "leased": rows.exclude(leased_until=None).count(),
        "events": Event.objects.filter(verb__in=("finish_list", "finish_undo", "fail_list")).count(),
    }
