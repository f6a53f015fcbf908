"""The generated mailbox and real ones, taken in as a new user would: what `amends scan` finds, the desk finds too."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from amends.cli.ledger import Ledger
from amends.cli.reading import Count, find_parts, read_here
from amends.core.thread import thread_numbers
from amends.desk.models import Client, Firm, ImportStatus, MailImport, Message
from amends.sources.sample import write_sample
from mailbag import brought_in, looked_through, mbox, read

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_DAY = datetime(2025, 10, 14, 20, tzinfo=UTC)


@pytest.fixture
def firm(db: None) -> Firm:
    del db
    return Firm.objects.create(pk=1, name="Alder & Quay", zone="America/New_York")


def threads_of_scan(path: Path) -> dict[str, set[frozenset[str]]]:
    """Return the conversations of each client as the scan has them, by Message-ID."""
    found = {}
    folder = path.parent / "ledger"
    folder.mkdir()
    with Ledger.create(folder) as ledger:
        count = Count()
        read_here(find_parts([str(path)], count), ledger, count, lambda _: None)
        ledger.close_entries()
        ledger.name_us(["alderquay.example"])
        for client, _ in ledger.clients(SAMPLE_DAY):
            numbers = thread_numbers(list(ledger.links_of(client, SAMPLE_DAY)))
            threads: dict[int, set[str]] = {}
            for note, number in zip(ledger.of_client(client, SAMPLE_DAY), numbers, strict=True):
                threads.setdefault(number, set()).add(note.id)
            found[client] = {frozenset(ids) for ids in threads.values()}
    return found


def threads_of_desk() -> dict[str, set[frozenset[str]]]:
    """Return the conversations of each client as the desk has them, by the client's domain."""
    found = {}
    for client in Client.objects.filter(messages__from_us=False, messages__automated="").distinct():
        threads: dict[int, set[str]] = {}
        for message_id, thread in client.messages.values_list("message_id", "thread"):
            threads.setdefault(thread, set()).add(message_id)
        keys = sorted(client.keys.values_list("key", flat=True), key=lambda key: "@" in key)
        found[keys[0]] = {frozenset(ids) for ids in threads.values()}
    return found


@pytest.mark.usefixtures("firm")
def test_the_sample_has_the_conversations_that_the_scan_sees(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    write_sample(path)
    mailing = looked_through(path.read_bytes(), now=SAMPLE_DAY)
    assert (mailing.status, mailing.us) == (ImportStatus.READY, ["alderquay.example"])
    read(mailing, us=mailing.us, now=SAMPLE_DAY)
    assert threads_of_desk() == threads_of_scan(path)


@pytest.mark.usefixtures("firm")
def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    write_sample(path)
    mails = path.read_bytes().split(b"\n\nFrom ")
    turned = b"\n\nFrom ".join([mails[0], *reversed(mails[1:])])
    read(looked_through(turned, now=SAMPLE_DAY), us=["alderquay.example"], now=SAMPLE_DAY)
    assert threads_of_desk() == threads_of_scan(path)


def unpacked(archive: Path, folder: Path) -> list[Path]:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return sorted(each for each in folder.rglob("*") if each.is_file() and each.stat().st_size < 2_000_000)


@pytest.mark.shared
@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("name", ["cpython_test_email", "grimoirelab-perceval", "james-mime4j", "mail", "rspamd"])
def test_every_hard_mail_is_taken_in(name: str, corpora: Path, tmp_path: Path) -> None:
    """No fixture breaks the import; what cannot be read is named, and the sums add up."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    states = set()
    for path in unpacked(corpora / "mail_parser_fixtures" / f"{name}.tar.gz", tmp_path):
        mailing = looked_through(path.read_bytes(), path.name, now=now)
        states.add(mailing.status)
        assert (mailing.status == ImportStatus.FAILED) == bool(mailing.problem), path
        if mailing.status == ImportStatus.READY:
            read(mailing, us=["example.com"], now=now)
            counted = mailing.kept + mailing.known + mailing.automated + mailing.internal
            assert mailing.read == mailing.total == counted + mailing.left_out + mailing.skipped, path
    assert states <= {ImportStatus.READY, ImportStatus.DONE, ImportStatus.FAILED}
    assert MailImport.objects.filter(status=ImportStatus.DONE, kept__gt=0).count() > 3


@pytest.mark.shared
@pytest.mark.usefixtures("firm")
def test_one_programmers_mailbox_is_taken_in(corpora: Path, tmp_path: Path) -> None:
    """4,397 mails of 2002, nearly all of them lists and newsletters: the folder uploaded as one mbox."""
    mails = unpacked(corpora / "mail_spamassassin_ham" / "ML_for_Hackers.tar.gz", tmp_path)
    raw = [path.read_bytes() for path in mails if "ham" in path.as_posix()]
    flat = [each.split(b"\n", 1)[1] if each.startswith(b"From ") else each for each in raw]
    mailing = brought_in(mbox(*flat), now=datetime(2002, 12, 5, tzinfo=UTC))
    assert (mailing.status, mailing.read) == (ImportStatus.DONE, mailing.total)
    assert mailing.automated > 3_000
    assert mailing.kept == Message.objects.values("key").distinct().count()
