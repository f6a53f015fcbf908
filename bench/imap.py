"""How long the first reading of a mailbox on a server takes, beside what mbsync takes to copy it.

`python bench/imap.py` needs Dovecot and mbsync (Debian's isync) and prints Markdown. The mail is the sample firm's, as
many `--messages` as wanted, or with `--ham` the SpamAssassin ham in AMENDS_DATA repeated with Message-IDs of its own.
Every run reads a copy of its own, of which the server has read and indexed nothing; all of them over TLS, in the same
run. "Heard" is everything the desk does before it writes: mail taken apart, quotes taken off, the client heard. "Kept"
is the desk itself: a connected mailbox, read by a worker on SQLite until its first reading is done. CPU is that of the
reading processes, without the server's: on a busy machine it says more than the time that passed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from amends.desk.actions.reading import Batch, Job, take
from amends.sources.mail_server import Account
from amends.sources.sample import write_sample
from amends.sources.watch import session
from scan import copies, ham

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from dovecot import PASSWORD, Dovecot, dovecot, mail_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEP = 100
"""Messages asked for at once, as the desk does."""

US = {"sample": frozenset({"alderquay.example"}), "ham": frozenset({"example.com"})}
MBSYNC = """
FSync {fsync}

IMAPAccount server
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {certificate}

IMAPStore far
Account server

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel copy
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""


def messages_of(kind: str, count: int) -> Iterator[bytes]:
    """Yield so many messages, each with a Message-ID of its own."""
    if kind == "ham":
        yield from copies(ham(), count, as_is=False)
        return
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        path = Path(name) / "sample.mbox"
        write_sample(path, messages=count)
        for piece in path.read_bytes().split(b"\n\nFrom "):
            yield piece.partition(b"\n")[2]


def fill(server: Dovecot, users: list[str], messages: Iterator[bytes]) -> tuple[int, int]:
    """Put the messages into the mailbox of every user, as the same files; return how many, and their bytes."""
    for user in users:
        server.deliver(user, b"From: first@example.com\n\nMakes the folders.\n").unlink()
    places = [server.home / "mail" / user / "cur" for user in users]
    number, size = 0, 0
    for number, message in enumerate(messages, 1):
        file = places[0] / f"{number}.bench:2,"
        file.write_bytes(message)
        os.chown(file, mail_owner().pw_uid, mail_owner().pw_gid)
        for place in places[1:]:
            os.link(file, place / file.name)
        size += len(message)
    return number, size


def read(account: Account, us: frozenset[str], part: int, parts: int, *, hears: bool) -> int:
    """Read one part of the inbox, newest first; return how many messages that were."""
    long_ago, far_ahead = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    eyes = Job((), "", us, heard_since=long_ago, latest=far_ahead, zone=UTC)
    batch, count = Batch(0), 0
    with session(account) as mailbox:
        uids = mailbox.uids("INBOX", 1, mailbox.look("INBOX").uid_next)
        steps = [uids[max(end - STEP, 0) : end] for end in range(len(uids), 0, -STEP)]
        for step in steps[part::parts]:
            for _, mail in mailbox.fetch("INBOX", step):
                count += 1
                if hears:
                    take(batch, mail, eyes)
            batch = Batch(0)
    return count


def read_by(processes: int, account: Account, us: frozenset[str]) -> int:
    """Read and hear the inbox with so many processes, started as the desk starts them."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = [(account, us, part, processes) for part in range(processes)]
        return sum(pool.starmap(read_and_hear, parts))


def read_and_hear(account: Account, us: frozenset[str], part: int, parts: int) -> int:
    """Do the work of one process."""
    return read(account, us, part, parts, hears=True)


def keep(account: Account, us: frozenset[str]) -> int:
    """Let a desk of its own read the inbox, in a process as `amends worker` is one; return how many mails it met."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as home:
        certificate = {"AMENDS_MAIL_CERTIFICATES": str(account.ca_file)}
        environment = {**os.environ, **certificate, "AMENDS_HOME": home, "DJANGO_SETTINGS_MODULE": "amends.settings"}
        told = [sys.executable, __file__, "--kept", account.user, str(account.port), *us]
        return int(subprocess.run(told, check=True, env=environment, capture_output=True, text=True).stdout)


def keep_all(login: str, port: int, us: list[str]) -> int:
    """Read a connected mailbox to the end of its first reading."""
    import django  # noqa: PLC0415  (only this process needs it)
    from django.core.management import call_command  # noqa: PLC0415  (the same)

    django.setup()
    call_command("migrate", verbosity=0)
    from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.account import sealed_password  # noqa: PLC0415  (the same)
    from amends.desk.actions.polling import poll_mailbox  # noqa: PLC0415  (the same)
    from amends.desk.models import Firm, Mailbox  # noqa: PLC0415  (the same)

    now = clock.now()
    Firm.objects.create(pk=1, name="Bench", addresses=us)
    secret = sealed_password(PASSWORD)
    row = {"host": "localhost", "port": port, "login": login, "secret": secret, "added_at": now, "poll_due_at": now}
    mailbox = Mailbox.objects.create(address=f"bench@{us[0]}", **row)
    while mailbox.first_read_at is None and not mailbox.problem:
        poll_mailbox(mailbox, now=clock.now())
        mailbox.refresh_from_db()
    if mailbox.problem:
        sys.exit(mailbox.problem)
    return mailbox.read


def mbsync(account: Account, *, fsync: str) -> int:
    """Copy the inbox with mbsync; return how many messages arrived."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        settings = {"user": account.user, "port": account.port, "certificate": account.ca_file, "fsync": fsync}
        file = Path(name) / "mbsyncrc"
        file.write_text(MBSYNC.format(folder=name, password=PASSWORD, **settings), encoding="utf-8")
        subprocess.run(["mbsync", "-q", "-c", str(file), "copy"], check=True)
        return sum(1 for _ in (Path(name) / "INBOX").rglob("*,*"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=44_000)
    parser.add_argument("--ham", action="store_true")
    parser.add_argument("--kept", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.kept:
        print(keep_all(asked.kept[0], int(asked.kept[1]), asked.kept[2:]))
        return
    if not shutil.which("mbsync"):
        sys.exit("mbsync is not installed (apt-get install isync)")
    kind = "ham" if asked.ham else "sample"
    runs: dict[str, Callable[[Account], int]] = {
        "mbsync": lambda account: mbsync(account, fsync="yes"),
        "fetched and taken apart": lambda account: read(account, US[kind], 0, 1, hears=False),
        "… and heard": lambda account: read(account, US[kind], 0, 1, hears=True),
        "… by two processes": lambda account: read_by(2, account, US[kind]),
        "… and kept by the desk": lambda account: keep(account, US[kind]),
        "mbsync, `FSync no`": lambda account: mbsync(account, fsync="no"),
    }
    with dovecot() as server:
        users = [f"user{number}" for number in range(len(runs))]
        count, size = fill(server, users, messages_of(kind, asked.messages))
        print(f"| {count:,} messages, {size / 1e6:.0f} MB | seconds | CPU | messages a second | of mbsync |")
        print("|---|--:|--:|--:|--:|")
        bar = 0.0
        for user, (name, run) in zip(users, runs.items(), strict=True):
            account = Account("localhost", user, PASSWORD, port=server.tls_port, ca_file=str(server.certificate))
            start, before = time.perf_counter(), sum(os.times()[:4])
            done = run(account)
            took, used = time.perf_counter() - start, sum(os.times()[:4]) - before
            bar = bar or took
            assert done == count, f"{name}: {done} of {count}"  # noqa: S101  (a bench that measured less is wrong)
            print(f"| {name} | {took:.1f} | {used:.1f} | {count / took:,.0f} | {took / bar:.2f} |", flush=True)


if __name__ == "__main__":
    main()
