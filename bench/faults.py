"""What a kill -9 costs an import: the worker, and the server with the worker in it, are killed at random moments.

`python bench/faults.py` prints Markdown. A mailbox is uploaded; a process of the desk works on it and is killed after a
moment drawn by chance; another is started, and so on, until the import is done; then it begins anew, until so many
`--kills` were given. After each import every row is compared with those of an import that nobody disturbed. What the
bench does not wait for is the lease of the killed (one minute): it is taken off, as if the minute were over. On SQLite;
with `--postgres` on a PostgreSQL server that it starts.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import SAMPLE_DAY, empty, prepare

if TYPE_CHECKING:
    from amends.desk.models import MailImport

COMMANDS = (("worker",), ("serve", "--port", "8399"))
LONGEST_LIFE = 6.0  # seconds until a kill, from the start of the process
PATIENCE = 300.0  # seconds after which an undisturbed import is given up
COMPARED = {  # table -> what of its rows must be the same; numbers of rows and moments of writing differ by nature
    "Client": ("name", "standing", "search"),
    "ClientKey": ("key", "client__name"),
    "Person": ("name", "title", "client__name", "last_wrote_at", "search"),
    "PersonAddress": ("address", "person__name", "person__client__name"),
    "Message": (
        "client__name", "person__name", "key", "message_id", "at", "from_us", "sender", "sender_name", "to", "cc",
        "subject", "thread", "is_loose", "words", "text", "opening", "unhappy", "worst", "said", "asks", "has_greeting",
        "has_thanks", "promised", "promised_by", "calendar_method", "automated",
    ),
    "Reference": ("client__name", "key", "thread"),
    "ImportSkip": ("where", "why"),
    "MailImport": (
        "status", "total", "read", "kept", "known", "automated", "internal", "left_out", "skipped", "part", "within",
    ),
}  # fmt: skip


def rows() -> dict[str, list[str]]:
    """Return every row that is compared, as text, in order."""
    from amends.desk import models  # noqa: PLC0415  (needs Django set up)

    def of(name: str) -> Any:
        return getattr(models, name).objects.order_by().values_list(*COMPARED[name])

    return {name: sorted(map(repr, of(name))) for name in COMPARED}


def uploaded(mailbox: Path) -> MailImport:
    """Begin anew: an empty desk, and a mailbox just uploaded."""
    from amends.desk.actions.intake import receive_upload  # noqa: PLC0415  (needs Django set up)

    empty()
    copy = mailbox.with_name("upload.mbox")
    shutil.copy(mailbox, copy)
    return receive_upload("sample.mbox", copy, mailbox.stat().st_size, by=None, now=datetime.now(UTC))  # noqa: TID251  (a bench)


def go_on(mailing: MailImport) -> bool:
    """Press "Read it" when it is ready, and say whether the import is over."""
    from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.intake import begin_import  # noqa: PLC0415  (the same)

    mailing.refresh_from_db()
    if mailing.status == "ready":
        begin_import(mailing, by=None, now=clock.now(), us=mailing.us)
    if mailing.status in {"failed", "stopped"}:
        sys.exit(f"The import ended: {mailing.problem}")
    return mailing.status == "done"


def start(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a process of the desk, as a user does."""
    return subprocess.Popen(
        [sys.executable, "-m", "amends", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def undisturbed(mailbox: Path) -> dict[str, list[str]]:
    """Import a mailbox in peace; return its rows."""
    mailing = uploaded(mailbox)
    process = start(COMMANDS[0])
    until = time.monotonic() + PATIENCE
    while not go_on(mailing):
        if time.monotonic() > until:
            sys.exit("The undisturbed import did not end.")
        time.sleep(0.2)
    process.terminate()
    process.wait()
    return rows()


def disturbed(mailbox: Path, chance: random.Random, left: int) -> int:
    """Import a mailbox under kills, at most `left` of them; return how many there were."""
    from amends.desk.models import Client, MailImport  # noqa: PLC0415  (needs Django set up)

    mailing = uploaded(mailbox)
    kills = 0
    while not go_on(mailing):
        process = start(COMMANDS[kills % len(COMMANDS)])
        life = time.monotonic() + (chance.uniform(0, LONGEST_LIFE) if kills < left else PATIENCE)
        while time.monotonic() < life and not go_on(mailing):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += mailing.status != "done"
        MailImport.objects.update(leased_until=None)
        Client.objects.update(leased_until=None)
    return kills


def main() -> None:
    """Print how many kills there were and what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--messages", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    offset = int((SAMPLE_DAY - datetime.now(UTC)).total_seconds())  # noqa: TID251  (a bench)
    os.environ["AMENDS_CLOCK_OFFSET"] = str(offset)
    prepare(is_postgres=asked.postgres)
    from amends.sources.sample import write_sample  # noqa: PLC0415  (after the path is set)

    chance = random.Random(asked.seed)
    kills, imports, different = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        mailbox = Path(name) / "sample.mbox"
        write_sample(mailbox, messages=asked.messages)
        expected = undisturbed(mailbox)
        while kills < asked.kills:
            kills += disturbed(mailbox, chance, asked.kills - kills)
            imports += 1
            found = rows()
            wrong = {
                table: len(set(found[table]) ^ set(expected[table]))
                for table in found
                if found[table] != expected[table]
            }
            different += bool(wrong)
            print(f"{kills} kills, {imports} imports: {wrong or 'the same rows'}", file=sys.stderr, flush=True)
    messages = len(expected["Message"])
    print("| database | kills | imports | messages each | imports with other rows than the undisturbed one |")
    print("|---|--:|--:|--:|--:|")
    print(f"| {'PostgreSQL' if asked.postgres else 'SQLite'} | {kills} | {imports} | {messages:,} | {different} |")


if __name__ == "__main__":
    main()
