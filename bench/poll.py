"""Two hundred mailboxes and one worker: how long a round takes, and whether clients have their turn meanwhile.

`python bench/poll.py` prints Markdown. Needs Dovecot: one server with `--accounts` users, each with an inbox, sent mail
and two more folders. The way there and back takes `--milliseconds`, by a proxy of this file's own, because a server
beside the desk tells nothing. Mail comes in all the time, and clients are due all the time (`--clients`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

if TYPE_CHECKING:
    from dovecot import Dovecot

FOLDERS = ("", "Versendet", "Clients", "Old")
MAILS_EACH = 5  # in each folder at the beginning
DUE_A_SECOND = 2  # clients: as many as write to a firm with 200 mailboxes on a busy morning (judgement)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Pass on what one side says, so much later."""
    loop = asyncio.get_running_loop()
    while chunk := await reader.read(65_536):
        loop.call_later(seconds, writer.write, chunk)
    loop.call_later(seconds, writer.close)


async def _serve(port: int, target: int, seconds: float) -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * seconds)  # the handshake of TCP
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(_pass(reader, other_writer, seconds), _pass(other_reader, writer, seconds))

    async with await asyncio.start_server(meet, "127.0.0.1", port) as server:
        await server.serve_forever()


def proxy(port: int, target: int, seconds: float) -> None:
    """Lengthen the way to a port; in a process of its own, so that it takes nothing from the worker."""
    asyncio.run(_serve(port, target, seconds))


def prepare() -> None:
    """Set the desk up in a home of its own."""
    os.environ["AMENDS_HOME"] = tempfile.mkdtemp(prefix="amends-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.settings"
    import django  # noqa: PLC0415  (after the environment it reads is set)
    from django.core.management import call_command  # noqa: PLC0415  (the same)

    django.setup()
    call_command("migrate", verbosity=0)


def fill(server: Dovecot, accounts: int, port: int) -> None:
    """Give every user mail, and connect their mailboxes without signing in."""
    from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.account import sealed_password  # noqa: PLC0415  (the same)
    from amends.desk.models import Firm, Mailbox  # noqa: PLC0415  (the same)
    from dovecot import PASSWORD  # noqa: PLC0415  (beside the tests)
    from mailbag import mail  # noqa: PLC0415  (needs Django set up)

    now = clock.now()
    Firm.objects.create(pk=1, name="Bench", addresses=["alder.example"])
    for number in range(accounts):
        for folder in FOLDERS:
            for each in range(MAILS_EACH):
                raw = mail(f"Mail {each}", id=f"{number}-{folder}-{each}", at=now - timedelta(days=each + 1))
                server.deliver(f"user{number}", raw, folder=folder)
        Mailbox.objects.create(
            address=f"user{number}@alder.example",
            host="localhost",
            port=port,
            login=f"user{number}",
            secret=sealed_password(PASSWORD),
            added_at=now,
            poll_due_at=now,
        )


def keep_busy(server: Dovecot, accounts: int, clients: int, stop: Event) -> None:
    """Let mail come in, and clients be due, all the time."""
    from django.db import OperationalError, connection  # noqa: PLC0415  (needs Django set up)

    from amends.desk import clock  # noqa: PLC0415  (the same)
    from amends.desk.models import Client  # noqa: PLC0415  (the same)
    from mailbag import mail  # noqa: PLC0415  (the same)

    lot, number = random.Random(1), 0
    while not stop.wait(1):
        user, number = lot.randrange(accounts), number + 1
        server.deliver(f"user{user}", mail(f"New {number}", id=f"new-{number}", at=clock.now()))
        due = lot.sample(range(clients), DUE_A_SECOND)
        try:
            Client.objects.filter(name__in=[f"N{each}" for each in due], leased_until=None).update(
                assess_due_at=clock.now()
            )
        except OperationalError:
            continue
    connection.close()


def measure(seconds: float) -> dict[str, Any]:
    """Let one worker work for a while, and look on: when each mailbox was read, and how long clients were due."""
    from amends.desk import clock, tasks  # noqa: PLC0415  (needs Django set up)
    from amends.desk.models import Client, Mailbox  # noqa: PLC0415  (the same)

    worker, begun = tasks.Worker(), time.monotonic()
    read: dict[int, list[float]] = {}
    late: list[float] = []
    before = dict(Mailbox.objects.values_list("pk", "read_at"))
    while time.monotonic() - begun < seconds:
        now = clock.now()
        oldest = Client.objects.filter(assess_due_at__lte=now).order_by("assess_due_at").first()
        if oldest and oldest.assess_due_at:
            late.append((now - oldest.assess_due_at).total_seconds())
        if not worker.work_once(now):
            time.sleep(0.05)
        for pk, read_at in Mailbox.objects.values_list("pk", "read_at"):
            if read_at != before[pk]:
                before[pk] = read_at
                read.setdefault(pk, []).append(time.monotonic() - begun)
    gaps = [after - first for times in read.values() for first, after in pairwise(times)]
    return {
        "polls": sum(map(len, read.values())),
        "mailboxes": len(read),
        "gap": max(gaps, default=0.0),
        "usual gap": median(gaps) if gaps else 0.0,
        "late": max(late, default=0.0),
        "assessed": Client.objects.filter(assessed_at__isnull=False).count(),
        "problems": Mailbox.objects.exclude(problem="").count(),
    }


def rounds(asked: argparse.Namespace, server: Dovecot) -> None:
    """Read all mailboxes for the first time, then poll them for a while; print a row for each."""
    from django.conf import settings  # noqa: PLC0415  (needs Django set up)

    from amends.desk import clock, tasks  # noqa: PLC0415  (the same)
    from amends.desk.models import Mailbox, Message  # noqa: PLC0415  (the same)
    from cast import WAITS, a_client  # noqa: PLC0415  (the same)

    settings.MAIL_CERTIFICATES = str(server.certificate)
    settings.POLL_EVERY = timedelta(seconds=asked.every)
    for number in range(asked.clients):
        a_client(*WAITS, name=f"N{number}", assess_due_at=clock.now())
    begun, worker = time.monotonic(), tasks.Worker()
    while Mailbox.objects.filter(first_read_at=None).exists():
        tasks.read_mailbox(worker, clock.now())
    first = time.monotonic() - begun
    kept = Message.objects.count()
    stop = Event()
    busy = Thread(target=keep_busy, args=(server, asked.accounts, asked.clients, stop))
    busy.start()
    told = measure(asked.seconds)
    stop.set()
    busy.join()
    rate = told["polls"] / asked.seconds
    print("| accounts | way | first reading of all | polls a second | a round of all | longest gap | client due for |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    print(
        f"| {asked.accounts} | {asked.milliseconds} ms | {first:.0f} s | {rate:.1f} |"
        f" **{asked.accounts / rate:.0f} s** | {told['gap']:.0f} s | at most {told['late']:.1f} s |"
    )
    came = Message.objects.count() - kept
    print(f"\n{told}, and {came} mails came in and were kept meanwhile.")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--milliseconds", type=int, default=40)
    parser.add_argument("--every", type=int, default=120, help="seconds between two polls of a mailbox")
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    prepare()
    from dovecot import dovecot, free_port  # noqa: PLC0415  (beside the tests)

    with dovecot() as server:
        port = free_port()
        way = get_context("spawn").Process(
            target=proxy, args=(port, server.tls_port, asked.milliseconds / 2000), daemon=True
        )
        way.start()
        time.sleep(1)
        fill(server, asked.accounts, port)
        rounds(asked, server)
        way.terminate()


if __name__ == "__main__":
    main()
