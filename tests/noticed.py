"""What runs in the processes of an own desk (tests/nursery.py) about notices: workers that tell, and are killed.

Half of the owners hear by mail, half by a service of this machine; all of them are to be told of one wait.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from threading import Event as Stop
from typing import TYPE_CHECKING, Any

from django.conf import settings

from amends.desk import tasks
from amends.desk.models import ONLY_FIRM, Firm, LetterKind, Notice, NoticeChoice, Outgoing, Role, User, Waiting, Way
from amends.desk.seal import seal
from cast import JOINED, NOW, a_client
from hooked import hook
from nursed import finish, fork_worker, living_on

if TYPE_CHECKING:
    from hooked import Hook

LONGEST_LIFE = 0.25  # seconds until a worker is killed
NOWHERE = 9  # a port at which no mail server answers


def told_by_killed_workers(owners: int, times: int, seed: int) -> dict[str, Any]:
    """Let so many workers tell the owners that somebody waits, each killed at a moment drawn by lot, then one more."""
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", NOWHERE, False
    lot = random.Random(seed)
    with hook() as service:
        service.seconds = 0.05
        _lay(owners, service)
        for number in range(times):
            with living_on(NOW + timedelta(seconds=number)):
                worker = fork_worker(lambda: tasks.run(Stop()))
                time.sleep(lot.uniform(0, LONGEST_LIFE))
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)
        with living_on(NOW + timedelta(seconds=times)):
            finish()
        return _standing(service)


def _lay(owners: int, service: Hook) -> None:
    """Found the firm, its owners, and one client that waits since now for longer than agreed."""
    Firm.objects.create(pk=ONLY_FIRM, name="Alder & Quay", addresses=["alder.example"])
    for number in range(owners):
        owner = User.objects.create(
            email=f"o{number}@alder.example", name=f"O{number}", role=Role.OWNER, joined_at=JOINED
        )
        if number % 2:
            told = {"address": f"{service.address}/{number}", "service": "JSON"}
            NoticeChoice.objects.create(user=owner, kind=LetterKind.LATE, way=Way.OTHER, secret=seal(json.dumps(told)))
    client = a_client("10 Mar 08:00 us: Hello.", "10 Mar 08:30 gary: Does anyone there read these?", name="North")
    message = client.messages.get(from_us=False)
    Waiting.objects.create(
        client=client, person=message.person, message=message, thread=message.thread, quote=message.text,
        asked_at=message.at, due_at=NOW,
    )  # fmt: skip


def _standing(service: Hook) -> dict[str, Any]:
    """Tell how often each owner was told, and how many services were cut off."""
    by_service = Notice.objects.filter(way=Way.OTHER)
    return {
        "told": sorted(Counter(Notice.objects.values_list("user__name", flat=True)).values()),
        "letters": sorted(Counter(Outgoing.objects.values_list("to", flat=True)).values()),
        "most": max(Counter(service.paths).values()),
        "sent": len(service.paths),
        "arrived": by_service.filter(told_at__isnull=False).count(),
        "unknown": by_service.filter(sending_at__isnull=False, told_at=None, problem="").count(),
        "left": by_service.filter(sending_at=None).count(),
    }
