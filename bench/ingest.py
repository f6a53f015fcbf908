"""How fast the desk takes a mailbox in: looked through, read, heard, kept, threaded, and every client in it assessed.

`python bench/ingest.py` prints Markdown, on SQLite; with `--postgres` on a PostgreSQL server that it starts, or on the
one of DATABASE_URL. The mail is the sample with so many `--messages`, and the SpamAssassin ham corpus in AMENDS_DATA
repeated with fresh Message-IDs. The ratio is to `amends scan --jobs 2` of the same file in the same run: the scan keeps
nothing. CPU seconds are those of all processes together: on a busy machine they say more than the time that passed.
`--profile` says where the writing process spends its time.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_DAY = datetime(2025, 10, 14, 20, tzinfo=UTC)
HAM_DAY = datetime(2002, 12, 5, tzinfo=UTC)


def prepare(*, is_postgres: bool) -> None:
    """Set the desk up in a home of its own, on a fresh database."""
    os.environ["AMENDS_HOME"] = tempfile.mkdtemp(prefix="amends-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.settings"
    if is_postgres and "DATABASE_URL" not in os.environ:
        sys.path.insert(0, str(ROOT / "tests"))
        from postgres import url_of_a_server  # noqa: PLC0415  (starts a server)

        os.environ["DATABASE_URL"] = url_of_a_server()
    import django  # noqa: PLC0415  (after the environment it reads is set)
    from django.core.management import call_command  # noqa: PLC0415  (the same)

    django.setup()
    call_command("migrate", verbosity=0)


def empty() -> None:
    """Begin with a firm and nothing else."""
    from django.core.management import call_command  # noqa: PLC0415  (needs Django set up)

    from amends.desk.models import Firm  # noqa: PLC0415  (the same)

    call_command("flush", verbosity=0, interactive=False)
    Firm.objects.create(pk=1, name="Bench", zone="America/New_York")


def take_in(path: Path, day: datetime, us: list[str]) -> tuple[dict[str, float], dict[str, int]]:
    """Take a mailbox in as the desk does, as if it were `day`; return seconds of each step, and the counts."""
    from amends.desk.actions.health import assess_client  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.intake import begin_import, receive_upload, work_on_import  # noqa: PLC0415  (the same)
    from amends.desk.actions.look import look_through  # noqa: PLC0415  (the same)
    from amends.desk.models import Client, Message  # noqa: PLC0415  (the same)

    start = time.perf_counter()

    def clock() -> datetime:
        return day + timedelta(seconds=time.perf_counter() - start)

    copy = path.with_name("upload.mbox")
    shutil.copy(path, copy)
    mailing = receive_upload(path.name, copy, path.stat().st_size, by=None, now=clock())
    steps = {"": clock()}
    look_through(mailing, now=clock(), clock=clock)
    steps["look through"] = clock()
    begin_import(mailing, by=None, now=clock(), us=us or mailing.us)
    while work_on_import(mailing, now=clock(), clock=clock):
        pass
    steps["read and keep"] = clock()
    for client in Client.objects.filter(assess_due_at__isnull=False):
        assess_client(client, now=clock())
    steps["assess"] = clock()
    moments = list(steps.values())
    seconds = {
        name: (after - before).total_seconds()
        for name, before, after in zip(list(steps)[1:], moments, moments[1:], strict=False)
    }
    told = {"read": mailing.read, "kept": Message.objects.count(), "clients": Client.objects.count()}
    assert mailing.status == "done", mailing.problem  # noqa: S101  (a bench that measured nothing is wrong)
    return seconds, told


def scan_seconds(path: Path) -> float:
    """Return how long `amends scan` takes over the same file, with two processes."""
    from scan import scan  # noqa: PLC0415  (beside this file)

    return scan(path, "--jobs", "2").seconds


def mailboxes(folder: Path, messages: int) -> list[tuple[str, Path, datetime, list[str]]]:
    """Write the mailboxes: name, file, the day it is, who we are in it."""
    from amends.sources.sample import write_sample  # noqa: PLC0415  (after the path is set)
    from scan import HAM, copies, ham, write_mbox  # noqa: PLC0415  (beside this file)

    sample = folder / "sample.mbox"
    write_sample(sample, messages=messages)
    found: list[tuple[str, Path, datetime, list[str]]] = [("sample", sample, SAMPLE_DAY, [])]
    if HAM.exists():
        path = folder / "ham.mbox"
        write_mbox(path, copies(ham(), messages, as_is=False))
        found.append(("SpamAssassin ham", path, HAM_DAY, ["example.com"]))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=22_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    prepare(is_postgres=asked.postgres)
    print(
        "| mailbox | messages | kept | clients | look | read and keep | assess | messages a second | CPU | of a scan |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        for title, path, day, us in mailboxes(Path(name), asked.messages):
            if asked.only and not title.startswith(asked.only):
                continue
            empty()
            profile = cProfile.Profile()
            before = sum(os.times()[:4])
            seconds, told = profile.runcall(take_in, path, day, us) if asked.profile else take_in(path, day, us)
            spent = sum(os.times()[:4]) - before
            whole = sum(seconds.values())
            steps = " | ".join(f"{each:.1f} s" for each in seconds.values())
            ratio = whole / scan_seconds(path)
            print(
                f"| {title} | {told['read']:,} | {told['kept']:,} | {told['clients']:,} | {steps} |"
                f" **{told['read'] / whole:,.0f}** | {spent:.1f} s | {ratio:.1f} |",
                flush=True,
            )
            if asked.profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
