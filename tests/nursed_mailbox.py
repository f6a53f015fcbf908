"""What runs in the processes of an own desk (tests/nursery.py) that reads mailboxes: workers, started and killed."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from threading import Event as Stop
from threading import Thread
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count

from amends.desk import clock, tasks, watches
from amends.desk.actions import fetching, polling
from amends.desk.actions.lease import LEASE
from amends.desk.actions.mailbox import connect_mailbox
from amends.desk.models import ONLY_FIRM, Event, Firm, Mailbox, MailFolder, Message, Reference
from cast import NOW
from dovecot import PASSWORD
from nursed import PATIENCE, finish, fork_worker, living_on

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_LIFE = 0.4  # seconds of reading until a worker is killed: most live shorter, a few for whole seconds
LONGEST_LIFE = 3.0
LONGEST_START = 10.0  # seconds until it begins to read, on a busy machine
SMALL = 7  # mails in a batch, so that there are many to be cut off in


def connect(port: int, certificate: str, users: list[str]) -> None:
    """Found the firm, and connect mailboxes."""
    settings.MAIL_CERTIFICATES = certificate
    Firm.objects.get_or_create(pk=ONLY_FIRM, defaults={"name": "Alder & Quay", "addresses": ["alder.example"]})
    for user in users:
        connect_mailbox(
            address=f"{user}@alder.example",
            provider="other",
            host="localhost",
            port=port,
            security="tls",
            login=user,
            password=PASSWORD,
            by=None,
            now=NOW,
        )


def kill(certificate: str, times: int, seed: int) -> dict[str, Any]:
    """Start and kill so many workers while mailboxes are read; then let one work to the end, and tell what there is."""
    settings.MAIL_CERTIFICATES, settings.READERS = certificate, 0
    for module, name in ((polling, "BATCH"), (fetching, "BATCH"), (fetching, "STEP")):
        setattr(module, name, SMALL)
    lot, read, held = random.Random(seed), [], 0
    for number in range(times):
        with living_on(NOW + number * 1.1 * LEASE):
            worker = fork_worker(lambda: tasks.run(Stop()))
            wait_for_reading()
            time.sleep(min(lot.expovariate(1 / USUAL_LIFE), LONGEST_LIFE))
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            held += Mailbox.objects.filter(leased_until__gt=clock.now()).count()
        read.append(sum(Mailbox.objects.values_list("read", flat=True)))
    with living_on(NOW + times * 1.1 * LEASE):
        finish()
    return {"read": read, "held": held, **standing()}


def watch(certificate: str) -> dict[str, Any]:
    """Read all mail, watch the mailbox until the server tells of more, and read that; say when it may come."""
    settings.MAIL_CERTIFICATES, settings.READERS = certificate, 0
    watches.LOOK_SECONDS, watches.WAIT_SECONDS, watches.CALM_SECONDS = 0.05, 1.0, 0.05
    finish()
    stop = Stop()
    watching = Thread(target=watches.run, args=(stop,))
    watching.start()
    sys.stdout.write("watched\n" if eventually(lambda: _only().watched_until is not None) else "not watched\n")
    sys.stdout.flush()
    is_due = eventually(lambda: (_only().poll_due_at or clock.now()) <= clock.now())
    stop.set()
    watching.join()
    finish()
    is_watched = not eventually(lambda: _only().watched_until is None)  # a watch lets go by itself, a little later
    return {"due": is_due, "read": _only().read, "watched": is_watched}


def _only() -> Mailbox:
    return Mailbox.objects.get()


def eventually(is_so: Callable[[], bool]) -> bool:
    """Wait for something, as long as a busy machine takes for it."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def wait_for_reading() -> None:
    """Return when a worker has taken a mailbox, or has nothing to read."""
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and not Mailbox.objects.filter(leased_until__gt=clock.now()).exists():
        time.sleep(0.01)


def standing() -> dict[str, Any]:
    """Tell what was kept, in counts that show what is missing or double."""
    double = Message.objects.values("client", "key").annotate(n=Count("pk")).filter(n__gt=1)
    parts = ("kept", "known", "automated", "internal", "left_out", "skipped", "private")
    return {
        "texts": sorted(Message.objects.values_list("text", flat=True)),
        "double": double.count(),
        "references": Reference.objects.count(),
        "counts": [sum(Mailbox.objects.values_list(name, flat=True)) for name in ("read", *parts)],
        "problems": sorted(set(Mailbox.objects.values_list("problem", flat=True))),
        "over": list(MailFolder.objects.filter(is_chosen=True).exclude(lowest=1).values_list("name", flat=True)),
        "leased": Mailbox.objects.exclude(leased_until=None).count(),
        "finished": Event.objects.filter(verb="finish_mailbox").count(),
        "failed": Event.objects.filter(verb="fail_mailbox").count(),
    }
