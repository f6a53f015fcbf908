"""What runs in the processes of an own desk (tests/nursery.py): real workers, started, killed and held up.

A fork is as real a process as any, and alive at once: dozens can be killed in a few seconds.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from threading import Event as Stop
from threading import Thread
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import Count

from amends.desk import clock, tasks
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.lease import LEASE
from amends.desk.actions.letter import seal_of, send_letter, write_letter
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import (
    ONLY_FIRM,
    Client,
    Event,
    Firm,
    HealthDay,
    LetterKind,
    Message,
    Outgoing,
    Role,
    Signal,
    User,
    Waiting,
)
from cast import NOW, WAITS, a_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_LIFE = 0.25  # seconds until a worker is killed
PIECES = 5  # of work that fit into the longest life
PATIENCE = 120  # seconds for all that is due to be done, on a machine with much else to do


def main() -> None:
    """Call the function that is asked for, and print what it returns."""
    task, given = sys.argv[1:]
    module, _, name = task.rpartition(".")
    known = vars(import_module(module)) if module else globals()
    sys.stdout.write(json.dumps(known[name](*json.loads(given))) + "\n")


def migrate() -> None:

    call_command("migrate", verbosity=0)


def fill(count: int, first: int = 0) -> None:
    """Found the firm, and keep clients that wait for an answer, all of them due."""

    Firm.objects.get_or_create(pk=ONLY_FIRM, defaults={"name": "Alder & Quay", "addresses": ["alder.example"]})
    for number in range(first, first + count):
        a_client(*WAITS, name=f"N{number}", assess_due_at=NOW)


def lay_mail() -> None:
    """Lay a mail in the outbox."""
    Outgoing.objects.create(to="bob@alder.example", subject="Welcome", text="Come in.", added_at=NOW)


def deliver() -> list[tuple[bool, bool, bool]]:
    """Deliver all mail, and tell what became of each: whether it was begun, sent, refused."""
    while deliver_next(now=NOW):
        continue
    rows = Outgoing.objects.values_list("sending_at", "sent_at", "failed_at")
    return [(begun is not None, sent is not None, failed is not None) for begun, sent, failed in rows]


def lay_letters(count: int, first: int = 0) -> None:
    """Queue notices, and letters to a client that somebody has read, by turns."""
    north = Client.objects.first() or a_client(*WAITS)
    bob = User.objects.first() or User.objects.create(email="bob@alder.example", name="Bob Reed", role=Role.OWNER)
    for number in range(first, first + count):
        if number % 2:
            queue_letter(LetterKind.TEST, bob.email, f"Notice {number}", "Read this.", now=NOW, user=bob)
        else:
            letter = write_letter(north, "gary@n0.example", f"Letter {number}", "Hello Gary.", by=bob, now=NOW)
            send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def kill_sending(
    times: int, seed: int, each: int, *, lay: Callable[[int, int], None] = lay_letters
) -> dict[str, list[str]]:
    """Start and kill so many workers while there is mail to send; let one work to the end; tell every mail's fate."""
    lot = random.Random(seed)
    for number in range(times):
        lay(each, number * each)
        with living_on(NOW):
            worker = fork_worker(lambda: tasks.run(Stop()))
            time.sleep(lot.uniform(0, 2 * LONGEST_LIFE))
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
    with living_on(NOW):
        finish()
    return fates_of_letters()


def fates_of_letters() -> dict[str, list[str]]:
    """Return the Message-IDs of all mail by what became of it, and of what stands in the client's history."""
    rows = Outgoing.objects.order_by("pk")
    begun = rows.filter(sending_at__isnull=False, sent_at=None, failed_at=None)
    return {
        "all": [row.message_id or "" for row in rows],
        "sent": [row.message_id or "" for row in rows.filter(sent_at__isnull=False)],
        "sent to clients": [row.message_id or "" for row in rows.filter(sent_at__isnull=False, kind="client")],
        "unknown": [row.message_id or "" for row in begun],
        "kept": list(Message.objects.filter(subject__startswith="Letter").values_list("message_id", flat=True)),
    }


def fork_worker(work: Callable[[], object]) -> int:
    """Start a process that works, and return its number."""

    connections.close_all()  # what is open must not be shared
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


@contextmanager
def living_on(moment: Any) -> Iterator[None]:
    """Set the desk's clock to a moment, from which it runs on."""

    before = settings.CLOCK_OFFSET
    settings.CLOCK_OFFSET += moment - clock.now()
    yield
    settings.CLOCK_OFFSET = before


def kill(times: int, seed: int) -> dict[str, Any]:
    """Start and kill so many workers, one after the other, at moments drawn by lot; then let one work to the end.

    Each comes a lease later than the one before, so that it finds again what was left.
    """

    lot, left, held, life = random.Random(seed), [], 0, _a_life()
    for number in range(times):
        with living_on(NOW + number * 1.1 * LEASE):
            worker = fork_worker(lambda: tasks.run(Stop()))
            time.sleep(lot.uniform(0, life))
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            held += Client.objects.filter(leased_until__gt=clock.now()).count()
        left.append(Client.objects.filter(assessed_at=None).count())
    with living_on(NOW + times * 1.1 * LEASE):
        finish()
    return {"left": left, "held": held, **standing()}


def _a_life() -> float:
    """Return in how many seconds a worker gets something done on this machine, however slow it is."""
    with living_on(NOW):
        tasks.Worker().work_once(clock.now())  # the first piece of work makes ready what all others use
        began = time.monotonic()
        tasks.Worker().work_once(clock.now())
    return max(LONGEST_LIFE, PIECES * (time.monotonic() - began))


def finish() -> None:
    """Do everything that is due, here."""

    until = time.monotonic() + PATIENCE
    while tasks.Worker().work_once(clock.now()) and time.monotonic() < until:
        continue


def standing() -> dict[str, Any]:
    """Tell how all clients stand, in counts that show what is missing or double."""

    def most(rows: Any, *names: str) -> list[int]:
        return sorted(set(rows.values_list(*names).annotate(n=Count("pk")).values_list("n", flat=True)))

    return {
        "unassessed": Client.objects.filter(assessed_at=None).count(),
        "undrawn": Client.objects.filter(drawn_until=None).count(),
        "points": sorted(set(Client.objects.values_list("points", flat=True))),
        "leased": Client.objects.exclude(leased_until=None).count(),
        "signals": most(Signal.objects.filter(cleared_at=None), "client", "rule"),
        "cleared": Signal.objects.exclude(cleared_at=None).count(),
        "waiting": most(Waiting.objects.filter(settled_at=None), "client"),
        "days": most(HealthDay.objects.all(), "client"),
        "events": Event.objects.count(),
    }


def share(workers: int) -> list[int]:
    """Let several workers do what is due at the same time, and return how many clients each of them assessed."""

    def work(pipe: int) -> None:
        done = 0
        while tasks.assess_due(tasks.Worker(), clock.now()):
            done += 1
        os.write(pipe, done.to_bytes(4, "big"))

    reading, writing = os.pipe()
    with living_on(NOW):
        numbers = [fork_worker(lambda: work(writing)) for _ in range(workers)]
        for number in numbers:
            os.waitpid(number, 0)
    told = os.read(reading, 4 * workers)
    return [int.from_bytes(told[place : place + 4], "big") for place in range(0, len(told), 4)]


def held_up(trouble: str) -> dict[str, Any]:
    """Let a worker run while the database does not take what it writes; the trouble ends, and then all gets done.

    A working thread is beside the one that makes the trouble and ends it.
    """

    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]  # all of it is one line
    logging.getLogger("amends.desk.tasks").addHandler(listener)
    stop = Stop()
    worker = Thread(target=tasks.run, args=(stop,), daemon=True)
    with living_on(NOW), TROUBLES[trouble]():
        worker.start()
        _wait_until(lambda: bool(said))
    with living_on(NOW + 1.1 * LEASE):  # what was under way is found again
        _wait_until(lambda: not Client.objects.filter(assessed_at=None).exists())
        stop.set()
        worker.join()
    return {"said": said[0], **standing()}


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def _locked() -> Iterator[None]:
    """Hold SQLite's one lock for writing, which nobody waits for longer than a moment."""

    settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.05
    with transaction.atomic():
        connection.ensure_connection()
        yield


@contextmanager
def _full() -> Iterator[None]:
    """Let the database grow no further, as on a full disk."""

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    options = settings.DATABASES["default"]["OPTIONS"]
    usual, options["init_command"] = (
        options["init_command"],
        f"{options['init_command']}; PRAGMA max_page_count={pages}",
    )
    yield
    options["init_command"] = usual


@contextmanager
def _cut_off() -> Iterator[None]:
    """Let the server end the connections of everybody else, again and again."""

    stop = Stop()

    def cut() -> None:
        while not stop.wait(0.02):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        connection.close()

    cutting = Thread(target=cut, daemon=True)
    cutting.start()
    yield
    stop.set()
    cutting.join()


@contextmanager
def _broken() -> Iterator[None]:
    """Keep a row that breaks the rules, and mend it at the end."""
    broken = Message.objects.order_by("pk")[:1].get()
    Message.objects.filter(pk=broken.pk).update(said=["no pair"])
    yield
    Message.objects.filter(pk=broken.pk).update(said=broken.said)


TROUBLES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "locked": _locked,
    "full": _full,
    "cut off": _cut_off,
    "broken": _broken,
}
