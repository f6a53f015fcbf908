"""Scan a real Dovecot mailbox filled with the SpamAssassin ham and the Apache lists, and print the ten worst clients.

`python bench/server.py` needs Dovecot and the corpora in AMENDS_DATA. Prints what `amends scan` says, and what it took.
Options for `amends scan` may follow, such as `--as-of 2002-12-04`, the day of the newest of the ham.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from scan import HAM, ham

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from dovecot import PASSWORD, Dovecot, dovecot

LISTS = HAM.parent.parent / "mail_apache_lists" / "incubator-ponymail-unit-tests.tar.gz"
USER = "owner"


def list_mail() -> list[bytes]:
    """Return the messages of the Apache mboxes, one raw message each."""
    messages = []
    with tarfile.open(LISTS) as archive:
        for member in archive:
            if member.name.endswith(".mbox"):
                raw = archive.extractfile(member)
                text = raw.read() if raw else b""
                messages += [piece.partition(b"\n")[2] for piece in text.split(b"\nFrom ")]
    return messages


def fill(server: Dovecot) -> int:
    """Put every message into the server's mailbox and return how many there are."""
    server.deliver(USER, b"From: first@example.com\n\nMakes the folders.\n")
    place = server.home / "mail" / USER / "cur"
    owner = place.stat()
    messages = ham() + list_mail()
    for number, message in enumerate(messages):
        file = place / f"{number}.bench:2,"
        file.write_bytes(message)
        os.chown(file, owner.st_uid, owner.st_gid)
    return len(messages)


def main() -> None:
    """Fill a server and scan it."""
    with dovecot() as server:
        count = fill(server)
        start = time.perf_counter()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "amends", "scan", f"imaps://{USER}@localhost:{server.tls_port}/INBOX"),
                *("--ca-file", str(server.certificate), "--top", "10", *sys.argv[1:]),
            ],
            env={**os.environ, "AMENDS_IMAP_PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=False,
        )
        took = time.perf_counter() - start
        marked = len(list((server.home / "mail" / USER).rglob("*S")))
    print(done.stderr, done.stdout, sep="")
    print(f"{count:,} messages in the mailbox, {took:.1f} s, {marked} marked as read by us, status {done.returncode}")


if __name__ == "__main__":
    main()
