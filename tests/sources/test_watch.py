"""A mailbox on a real server is watched, and left exactly as it was."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from imap_tools import MailBoxUnencrypted

from amends.core.message import Mail
from amends.sources import Skipped, SourceError, mail_fetch
from amends.sources.folders import LEFT_OUT_REASON
from amends.sources.watch import Account, FolderError, Look, session
from dovecot import PASSWORD, Dovecot, server
from wire import wire

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["server"]
pytestmark = pytest.mark.dovecot


def letter(number: int, body: str = "Nobody came.") -> bytes:
    return f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\n{body}\n".encode()


def account(server: Dovecot, user: str) -> Account:
    return Account("localhost", user, PASSWORD, port=server.tls_port, ca_file=str(server.certificate))


@contextmanager
def colleague(server: Dovecot, user: str) -> Iterator[MailBoxUnencrypted]:
    """Somebody else at the same mailbox, who may change it."""
    with MailBoxUnencrypted("localhost", server.plain_port).login(user, PASSWORD) as box:
        yield box


def ids(fetched: list[tuple[int, Mail | Skipped]]) -> list[tuple[int, str]]:
    return [(uid, mail.id if isinstance(mail, Mail) else mail.why) for uid, mail in fetched]


def test_mail_is_read_newest_first_and_the_mailbox_stays_as_it_was(server: Dovecot) -> None:
    for number in (1, 2, 3):
        server.deliver("erin", letter(number))
    server.deliver("erin", letter(4), folder="Versendet")
    server.deliver("erin", letter(5), folder="Trash")
    before = server.snapshot("erin")
    with colleague(server, "erin") as box:
        box.flag(["2"], "\\Flagged", value=True)  # and so the server has numbered the messages
    flagged = server.snapshot("erin")
    with session(account(server, "erin")) as mailbox:
        folders = mailbox.folders()
        look = mailbox.look("INBOX")
        fetched = list(mailbox.fetch("INBOX", reversed(mailbox.uids("INBOX", 1, look.uid_next - 1))))
        sent = [mail for _, mail in mailbox.fetch("Versendet", mailbox.uids("Versendet", 1, 9))]
    assert [(folder.name, folder.is_sent, folder.left_out) for folder in folders] == [
        ("Versendet", True, ""),
        ("Trash", False, LEFT_OUT_REASON),
        ("INBOX", False, ""),
    ]
    assert (look.uid_next, look.exists) == (4, 3)
    assert sorted(ids(fetched)) != ids(fetched) == sorted(ids(fetched), reverse=True)
    assert {uid for uid, _ in fetched} == {1, 2, 3}
    assert [mail.is_sent for mail in sent if isinstance(mail, Mail)] == [True]
    assert sorted(before.values()) == sorted(flagged.values())
    assert server.snapshot("erin") == flagged


def test_a_poll_that_finds_nothing_new_takes_one_round_trip_for_each_folder(server: Dovecot) -> None:
    server.deliver("frank", letter(1))
    server.deliver("frank", letter(2), folder="Clients")
    with wire(server.plain_port) as line:
        frank = replace(account(server, "frank"), port=line.port, security="none")
        with session(frank) as mailbox:
            names = [folder.name for folder in mailbox.folders() if not folder.left_out]
            before = line.trips
            looks = [mailbox.look(name) for name in names]
            assert line.trips - before == len(names) == 3
        with session(frank) as mailbox:
            before = line.trips
            assert [mailbox.look(name) for name in names] == looks
    assert line.trips - before == len(names) + 2  # the list of folders, and goodbye
    with wire(server.plain_port) as line, session(replace(frank, port=line.port)) as mailbox:
        mailbox.look("INBOX")
    assert line.trips == 5  # with the way in and out: what it can, who we are, the folders, the look, goodbye


def test_new_mail_is_what_has_a_higher_number(server: Dovecot) -> None:
    server.deliver("grace", letter(1))
    with session(account(server, "grace")) as mailbox:
        known = mailbox.look("INBOX").uid_next - 1
        assert mailbox.uids("INBOX", known + 1, known + 100) == []
        server.deliver("grace", letter(2))
        now = mailbox.look("INBOX")
        assert ids(list(mailbox.fetch("INBOX", mailbox.uids("INBOX", known + 1, now.uid_next)))) == [(2, "2@x")]


@pytest.mark.parametrize(
    "name",
    [
        "R&D",
        "Angebote/Größe & Maß",
        'say "hi"',
        "back\\slash",
        "😀 joy",
        "日本",
        "100 %*",
        "{5}",
        "&Jjo-",
        "a  b ",
        "NIL",
    ],
)
def test_a_folder_with_an_odd_name(server: Dovecot, name: str) -> None:
    with colleague(server, "heidi") as box:
        box.folder.create(name)
        box.append(letter(1), name)
        with session(account(server, "heidi")) as mailbox:
            assert name in [folder.name for folder in mailbox.folders()]
            assert mailbox.look(name).exists == 1
            assert ids(list(mailbox.fetch(name, [1]))) == [(1, "1@x")]
        box.folder.delete(name)


def test_a_name_that_means_another_after_a_change_of_the_folders(server: Dovecot) -> None:
    with colleague(server, "ivan") as box, session(account(server, "ivan")) as mailbox:
        box.folder.create("Clients")
        assert mailbox.look("Clients").exists == 0
        box.folder.rename("Clients", "Customers")
        with pytest.raises(FolderError, match="does not let the folder Clients be read") as refused:
            mailbox.look("Clients")
        assert not refused.value.permanent
        assert mailbox.look("Customers").exists == 0
        with pytest.raises(FolderError) as refused:
            mailbox.look("Nowhere")
        place = f"localhost:{server.tls_port}"
        assert refused.value.message == f"{place} has no folder Nowhere any more; it was renamed or deleted."


def test_a_folder_that_was_made_anew_is_told_by_its_uidvalidity(server: Dovecot) -> None:
    with colleague(server, "judy") as box, session(account(server, "judy")) as mailbox:
        box.folder.create("Clients")
        box.append(letter(1), "Clients")
        before = mailbox.look("Clients")
        mailbox.look("INBOX")
        box.folder.delete("Clients")
        box.folder.create("Clients")
        box.append(letter(2), "Clients")
        with pytest.raises(FolderError) as refused:
            list(mailbox.fetch("Clients", [1]))
        place = f"localhost:{server.tls_port}"
        assert refused.value.message == f"{place} made the folder Clients anew while it was read; it is read anew."
        now = mailbox.look("Clients")
        assert now.uid_validity != before.uid_validity
        assert ids(list(mailbox.fetch("Clients", [1]))) == [(1, "2@x")]


GONE = "it was moved or deleted while the folder was read; where it went, it is read there"


def test_mail_that_is_moved_or_deleted_while_it_is_read_is_found_where_it_went(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_fetch, "BATCH_MESSAGES", 2)
    for number in range(1, 7):
        server.deliver("kim", letter(number))
    with colleague(server, "kim") as box, session(account(server, "kim")) as mailbox:
        box.folder.create("Clients")
        uids = mailbox.uids("INBOX", 1, 100)
        clients = mailbox.look("Clients")
        reading = mailbox.fetch("INBOX", uids)
        fetched = [next(reading)]
        box.folder.set("INBOX")
        box.move(["4"], "Clients")
        box.delete(["6"])
        fetched += reading
        moved = list(mailbox.fetch("Clients", mailbox.uids("Clients", clients.uid_next, 100)))
    all_ids = dict(ids(fetched))
    assert list(all_ids) == [1, 2, 3, 4, 5, 6]
    assert (all_ids[4], all_ids[6]) == (GONE, GONE)
    assert [mail.is_on_purpose for _, mail in fetched if isinstance(mail, Skipped)] == [True, True]
    assert len({*all_ids.values(), *(each for _, each in ids(moved))} - {GONE}) == 5


def test_a_connection_that_is_cut_while_a_message_comes_keeps_what_was_read(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_fetch, "BATCH_MESSAGES", 4)
    for number in range(12):
        server.deliver("leo", letter(number, "word " * 2_000))
    read: list[int] = []
    with wire(server.plain_port) as line:
        leo = replace(account(server, "leo"), port=line.port, security="none")
        line.cut_after = 70_000
        with pytest.raises(SourceError) as broken, session(leo) as mailbox:
            read.extend(uid for uid, _ in mailbox.fetch("INBOX", range(1, 13)))
        assert not broken.value.permanent
        assert broken.value.message.startswith(f"localhost:{line.port} broke off in folder INBOX after 4 messages (")
        assert broken.value.message.endswith("); what was read is kept, the rest is read at the next try.")
        line.cut_after = None
        with session(leo) as mailbox:
            read.extend(uid for uid, _ in mailbox.fetch("INBOX", range(len(read) + 1, 13)))
    assert read == list(range(1, 13))


def test_what_the_reader_itself_does_wrong_is_not_put_down_to_the_server(server: Dovecot) -> None:
    with pytest.raises(OSError, match="disk full"), session(account(server, "leo")):
        raise OSError("disk full")


def test_large_messages_are_read_in_order_and_cut_at_the_most_that_is_held(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_fetch, "FIRST_BYTES", 1_000)
    monkeypatch.setattr(mail_fetch, "BATCH_BYTES", 12_000)
    monkeypatch.setattr(mail_fetch, "MOST_BYTES", 10_000)
    letters = [letter(size, "x" * size) for size in (10, 9_000, 500, 3_000, 40_000, 2_000, 8_500, 20)]
    for raw in letters:
        server.deliver("mia", raw)
    with session(account(server, "mia")) as mailbox:
        fetched = list(mailbox.fetch("INBOX", [8, 7, 6, 5, 4, 3, 2, 1]))
    assert [uid for uid, _ in fetched] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert sorted(mail.size for _, mail in fetched if isinstance(mail, Mail)) == sorted(
        min(len(raw.replace(b"\n", b"\r\n")), 10_000) for raw in letters
    )


def test_a_mailbox_of_fifty_thousand_messages(server: Dovecot) -> None:
    server.fill("nina", letter(1), 50_000)
    started = monotonic()
    with wire(server.plain_port) as line:
        nina = replace(account(server, "nina"), port=line.port, security="none")
        with session(nina) as mailbox:
            look = mailbox.look("INBOX")
            uids = mailbox.uids("INBOX", 1, look.uid_next - 1)
            newest = list(mailbox.fetch("INBOX", uids[:-301:-1]))
        trips = line.trips
        with session(nina) as mailbox:
            assert mailbox.look("INBOX") == look
            assert mailbox.uids("INBOX", look.uid_next, look.uid_next + 100) == []
    assert (look.exists, len(uids), len(newest)) == (50_000, 50_000, 300)
    assert trips == 5 + 1 + 3  # the search, and three times a hundred messages
    assert line.trips - trips == 6
    assert monotonic() - started < 30


def test_word_comes_when_mail_comes(server: Dovecot) -> None:
    server.deliver("otto", letter(1))
    with session(account(server, "otto")) as mailbox:
        assert mailbox.has_idle
        look = mailbox.look("INBOX")
        assert not mailbox.wait("INBOX", 0.2)
        postman = threading.Timer(0.3, server.deliver, ("otto", letter(2)))
        postman.start()
        started = monotonic()
        assert mailbox.wait("INBOX", 30)
        assert monotonic() - started < 15
        postman.join()
        assert mailbox.look("INBOX") == Look(look.uid_validity, look.uid_next + 1, 2, look.highest_modseq)
        server.deliver("otto", letter(3))
        started = monotonic()
        assert mailbox.wait("INBOX", 30)  # it came between the look and the wait
        assert monotonic() - started < 15
        assert mailbox.wait("INBOX", 30)  # and stays to be found until somebody looks
        assert ids(list(mailbox.fetch("INBOX", [3]))) == [(3, "3@x")]
