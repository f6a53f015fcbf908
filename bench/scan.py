"""How fast and how large a scan is, beside what the standard library takes only to parse the same mail.

`python bench/scan.py` prints Markdown; `--large` adds the run over 440,000 messages, `--peers` notmuch and mu.
The mail is the SpamAssassin ham corpus in AMENDS_DATA, repeated with a Message-ID of its own for every copy (so that
nothing is saved by knowing a message already); `--as-is` repeats it unchanged.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HAM = Path(os.environ.get("AMENDS_DATA", "../shared/data")) / "mail_spamassassin_ham" / "ML_for_Hackers.tar.gz"
MESSAGE_ID = re.compile(rb"^(message-id:\s*<)", re.IGNORECASE | re.MULTILINE)
FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
SEPARATOR = b"From bench@example.com Mon Sep 30 09:00:00 2002\n"
PARSE_ONLY = "import mailbox, sys\nprint(sum(1 for _ in mailbox.mbox(sys.argv[1])))"
ONE_MAIL = (
    b"From: Dana <dana@brightwater.example>\nTo: priya@alderquay.example\n"
    b"Date: Fri, 3 Oct 2025 07:12:00 -0400\n\nNobody came.\n"
)


@dataclass(frozen=True)
class Ran:
    """What one command took: seconds of wall time and the largest memory of any of its processes, in MB."""

    seconds: float
    peak_mb: float


def ham() -> list[bytes]:
    """Return the corpus, one raw message each, without an mbox line of its own."""
    with tarfile.open(HAM) as archive:
        files = sorted((member for member in archive if member.isfile()), key=lambda member: member.name)
        raw = [archive.extractfile(member).read() for member in files if "ham" in member.name]  # type: ignore[union-attr]  # they are files
    messages = [message.split(b"\n", 1)[1] if message.startswith(b"From ") else message for message in raw]
    return [message for message in messages if b"\n\n" in message]


def copies(messages: list[bytes], count: int, *, as_is: bool) -> Iterator[bytes]:
    """Yield `count` messages: the corpus again and again, each round with Message-IDs of its own."""
    for number in range(count):
        message, turn = messages[number % len(messages)], number // len(messages)
        yield message if as_is or not turn else MESSAGE_ID.sub(b"\\g<1>%d." % turn, message, count=1)


def write_mbox(path: Path, messages: Iterator[bytes]) -> None:
    """Write an mbox with `>From ` quoting."""
    with path.open("wb") as out:
        for message in messages:
            out.write(SEPARATOR + FROM_LINE.sub(rb">\1", message).rstrip(b"\n") + b"\n\n")


def run(*command: str) -> Ran:
    """Run a command to its end; exit status 1 only says that some messages were skipped."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Ran(time.perf_counter() - start, used.ru_maxrss / 1024)


def scan(path: Path, *options: str) -> Ran:
    """Scan a path with the command as a user has it."""
    return run(sys.executable, "-m", "amends", "scan", str(path), "--format", "json", *options)


def start_up(folder: Path) -> None:
    """Print how long the command takes to start, best of five."""
    mail = folder / "one.eml"
    mail.write_bytes(ONE_MAIL)
    for words in (("--help",), ("scan", str(mail))):
        best = min(run(sys.executable, "-m", "amends", *words).seconds for _ in range(5))
        print(f"| `amends {words[0]}`{' of one mail' if len(words) > 1 else ''} | {best:.2f} s |")


def peers(folder: Path, messages: list[bytes]) -> None:
    """Print how long notmuch and mu take to index the same Maildir."""
    for part in ("cur", "new", "tmp"):
        (folder / "Maildir" / part).mkdir(parents=True)
    for number, message in enumerate(messages):
        (folder / "Maildir" / "cur" / f"{number}.bench:2,S").write_bytes(message)
    maildir = str(folder / "Maildir")
    config = folder / "notmuch-config"
    config.write_text(f"[database]\npath={maildir}\n[user]\nname=Bench\nprimary_email=bench@example.com\n")
    print(f"| `amends scan` | {scan(folder / 'Maildir').seconds:.1f} s |")
    if shutil.which("notmuch"):
        print(f"| `notmuch new` | {run('notmuch', f'--config={config}', 'new', '--quiet').seconds:.1f} s |")
    if shutil.which("mu"):
        home = str(folder / "mu")
        run("mu", "init", f"--muhome={home}", f"--maildir={maildir}", "--quiet")
        print(f"| `mu index` | {run('mu', 'index', f'--muhome={home}', '--quiet').seconds:.1f} s |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="add 440,000 messages")
    parser.add_argument("--peers", action="store_true", help="add notmuch and mu")
    parser.add_argument("--as-is", action="store_true", help="repeat the corpus unchanged")
    parser.add_argument("--messages", type=int, default=44_000)
    asked = parser.parse_args()
    messages = ham()
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        folder = Path(name)
        path = folder / "ham.mbox"
        write_mbox(path, copies(messages, asked.messages, as_is=asked.as_is))
        parse = run(sys.executable, "-c", PARSE_ONLY, str(path))
        one, two = scan(path), scan(path, "--jobs", "2")
        size = path.stat().st_size / 1e6
        print(f"| {asked.messages:,} messages, {size:.0f} MB | seconds | ratio | peak MB |\n|---|---|---|---|")
        print(f"| standard library, parse only | {parse.seconds:.1f} | 1 | {parse.peak_mb:.0f} |")
        print(
            f"| `amends scan` | {one.seconds:.1f} | {one.seconds / parse.seconds:.2f} of parsing | {one.peak_mb:.0f} |"
        )
        faster = one.seconds / two.seconds
        print(f"| `amends scan --jobs 2` | {two.seconds:.1f} | {faster:.2f} times faster | {two.peak_mb:.0f} |")
        print("\n| messages | ms a message | peak MB |\n|---|---|---|")
        for count in (4_400, 44_000, *((440_000,) if asked.large else ())):
            write_mbox(path, copies(messages, count, as_is=asked.as_is))
            ran = scan(path)
            print(f"| {count:,} | {ran.seconds / count * 1000:.3f} | {ran.peak_mb:.0f} |")
        print("\n| start | best of five |\n|---|---|")
        start_up(folder)
        if asked.peers:
            print(f"\n| {len(messages):,} messages in one Maildir | |\n|---|---|")
            peers(folder, messages)


if __name__ == "__main__":
    main()
