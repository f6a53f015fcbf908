"""Mail on a real server is read, and left exactly as it was."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from imap_tools import FolderInfo

from amends.core.message import Mail
from amends.sources import Skipped, SourceError, imap
from amends.sources.folders import LEFT_OUT_REASON
from amends.sources.imap import Account, read_imap
from dovecot import PASSWORD, Dovecot, dovecot, free_port, is_installed, make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def letter(number: int, body: str = "Nobody came.") -> bytes:
    return f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\n{body}\n".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd)")
    with dovecot() as running:
        yield running


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account("localhost", "dana", PASSWORD, port=server.tls_port, ca_file=str(server.certificate))


def ids(found: list[Mail | Skipped]) -> list[str]:
    return [mail.id + " →" * mail.is_sent for mail in found if isinstance(mail, Mail)]


@pytest.mark.dovecot
def test_every_folder_is_read_and_nothing_is_marked(server: Dovecot, account: Account) -> None:
    files = [
        server.deliver("erin", letter(1)),
        server.deliver("erin", letter(2)),
        server.deliver("erin", letter(3), folder="Versendet"),
        server.deliver("erin", letter(4), folder="Clients"),
        server.deliver("erin", letter(5), folder="Trash"),
    ]
    found = list(read_imap(replace(account, user="erin")))
    assert sorted(ids(found)) == ["1@x", "2@x", "3@x →", "4@x"]
    assert [each for each in found if isinstance(each, Skipped)] == [
        Skipped(f"localhost:{server.tls_port} Trash", LEFT_OUT_REASON, is_on_purpose=True)
    ]
    assert found[0].where == f"localhost:{server.tls_port} Versendet, message 1"
    assert [file.exists() for file in files] == [True] * 5  # still in `new`: nobody has seen them


@pytest.mark.dovecot
def test_only_the_folders_named_are_read(server: Dovecot, account: Account) -> None:
    server.deliver("frank", letter(1))
    server.deliver("frank", letter(2), folder="Trash")
    frank = replace(account, user="frank")
    assert ids(list(read_imap(replace(frank, folders=("trash",))))) == ["2@x"]
    with pytest.raises(SourceError) as refused:
        list(read_imap(replace(frank, folders=("Nowhere",))))
    assert (
        refused.value.message == f"localhost:{server.tls_port} has no folder Nowhere; it has INBOX, Trash, Versendet."
    )


@pytest.mark.dovecot
def test_only_mail_that_came_since_a_day_is_read(server: Dovecot, account: Account) -> None:
    server.deliver("grace", letter(1))
    grace = replace(account, user="grace")
    assert ids(list(read_imap(grace, since=date(2020, 1, 1)))) == ["1@x"]
    assert ids(list(read_imap(grace, since=date(2199, 1, 1)))) == []


@pytest.mark.dovecot
def test_many_and_large_messages_come_in_batches(
    server: Dovecot, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BATCH_MESSAGES", 10)
    monkeypatch.setattr(imap, "BATCH_BYTES", 30_000)
    monkeypatch.setattr(imap, "MOST_BYTES", 20_000)
    for number in range(25):
        server.deliver("heidi", letter(number, "x" * number * 1_000))
    found = [mail for mail in read_imap(replace(account, user="heidi")) if isinstance(mail, Mail)]
    assert sorted(ids(list(found))) == sorted(f"{number}@x" for number in range(25))
    assert max(mail.size for mail in found) == 20_000


@pytest.mark.dovecot
def test_encryption_can_start_later_or_not_at_all(server: Dovecot, account: Account) -> None:
    server.deliver("ivan", letter(1))
    ivan = replace(account, user="ivan", port=server.plain_port)
    assert ids(list(read_imap(replace(ivan, security="starttls")))) == ["1@x"]
    assert ids(list(read_imap(replace(ivan, security="none")))) == ["1@x"]


@pytest.mark.dovecot
def test_a_refused_password(server: Dovecot, account: Account) -> None:
    with pytest.raises(SourceError) as refused:
        list(read_imap(replace(account, password=PASSWORD.upper())))
    assert refused.value.permanent
    assert refused.value.message == (
        f"localhost:{server.tls_port} refused the user dana or the password; check both "
        "(many providers want an app password for mail programs)."
    )


@pytest.mark.dovecot
def test_a_certificate_that_nobody_vouches_for(server: Dovecot, account: Account, tmp_path: Path) -> None:
    for trusted in (None, str(make_certificate(tmp_path, "localhost"))):
        with pytest.raises(SourceError) as refused:
            list(read_imap(replace(account, ca_file=trusted)))
        assert refused.value.permanent
        assert refused.value.message.startswith(
            f"localhost:{server.tls_port} offers a certificate that is not trusted ("
        )


@pytest.mark.dovecot
def test_a_port_that_speaks_without_encryption(server: Dovecot, account: Account) -> None:
    with pytest.raises(SourceError, match="does not speak tls"):
        list(read_imap(replace(account, port=server.plain_port)))


def test_a_file_of_certificates_that_does_not_exist() -> None:
    with pytest.raises(SourceError) as refused:
        list(read_imap(Account("localhost", "dana", "x", ca_file="/nowhere/ca.pem")))
    assert refused.value.message == "The file of certificates /nowhere/ca.pem does not exist; check its path."


def test_a_server_that_is_not_there() -> None:
    port = free_port()
    with pytest.raises(SourceError) as refused:
        list(read_imap(Account("localhost", "dana", "x", port=port, security="none")))
    assert not refused.value.permanent
    assert refused.value.message == (
        f"localhost:{port} cannot be reached as a mail server (Connection refused); check name, port and connection."
    )


GREETING = b"* OK ready\r\n"
LISTED = b'* LIST () "/" "INBOX"\r\n'
ONE = b"* 1 FETCH (BODY[]<0> {61}\r\n" + letter(1)[:61] + b" UID 7)\r\n"
ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"LIST": LISTED,
    b"EXAMINE": b"* 2 EXISTS\r\n",
    b"SEARCH": b"* SEARCH " + b" ".join(b"%d" % number for number in range(1, 151)) + b"\r\n",
    b"RFC822.SIZE": b"",
    b"BODY.PEEK": ONE,
}


def play_server(listener: socket.socket, hang_up_after: int) -> None:
    """Answer like a mail server with too few words, and hang up after so many commands."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as stream:
        stream.write(GREETING)
        stream.flush()
        for _ in range(hang_up_after):
            line = stream.readline()
            stream.write(b"".join(answer for word, answer in ANSWERS.items() if word in line))
            stream.write(line.split(b" ")[0] + b" OK done\r\n")
            stream.flush()


def test_a_connection_that_breaks_leaves_what_was_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=play_server, args=(listener, 7))
        thread.start()
        port = listener.getsockname()[1]
        found: list[Mail | Skipped] = []
        with pytest.raises(SourceError) as broken:
            found.extend(read_imap(Account("127.0.0.1", "dana", "x", port=port, security="none", timeout_seconds=5)))
        thread.join()
    assert not broken.value.permanent
    assert broken.value.message.startswith(f"127.0.0.1:{port} broke off in folder INBOX after 1 messages (")


def test_gmail_is_read_in_all_mail_and_sent() -> None:
    listed = [
        FolderInfo("INBOX", "/", ()),
        FolderInfo("[Gmail]", "/", ("\\Noselect",)),
        FolderInfo("[Gmail]/All Mail", "/", ("\\All",)),
        FolderInfo("[Gmail]/Sent Mail", "/", ("\\Sent",)),
        FolderInfo("[Gmail]/Spam", "/", ("\\Junk",)),
    ]
    chosen = list(imap._chosen(Account("imap.gmail.com", "dana", "x"), listed))
    assert [each.where if isinstance(each, Skipped) else each.name for each in chosen] == [
        "[Gmail]/Sent Mail",
        "[Gmail]/All Mail",
        "imap.gmail.com:993 [Gmail]/Spam",
    ]


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(Account("imap.example", "dana", "secret"))
