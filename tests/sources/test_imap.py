"""Mail on a real server is read, and left exactly as it was."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from imaplib import IMAP4
from typing import TYPE_CHECKING

import pytest

from amends.core.message import Mail
from amends.sources import Skipped, SourceError, mail_fetch, mail_server
from amends.sources.folders import LEFT_OUT_REASON
from amends.sources.imap import Account, read_imap
from dovecot import PASSWORD, Dovecot, free_port, make_certificate, server
from scripted import Script, playing

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["server"]


def letter(number: int, body: str = "Nobody came.") -> bytes:
    return f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\n{body}\n".encode()


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
    monkeypatch.setattr(mail_fetch, "BATCH_MESSAGES", 10)
    monkeypatch.setattr(mail_fetch, "FIRST_BYTES", 5_000)
    monkeypatch.setattr(mail_fetch, "BATCH_BYTES", 30_000)
    monkeypatch.setattr(mail_fetch, "MOST_BYTES", 20_000)
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
        assert "for the desk in the setting AMENDS_MAIL_CERTIFICATES, then start it again" in refused.value.message


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


def fetched(uid: int, *, arrived: bytes = b"") -> bytes:
    """A FETCH answer with one message, its number behind it as some servers have it."""
    raw = letter(uid)
    return b"* 1 FETCH (%sBODY[]<0> {%d}\r\n%s UID %d)\r\n" % (arrived, len(raw), raw, uid)


def refusal(account: Account) -> SourceError:
    with pytest.raises(SourceError) as refused:
        list(read_imap(account))
    return refused.value


def test_a_connection_that_breaks_leaves_what_was_read() -> None:
    found: list[Mail | Skipped] = []
    with playing(Script({b"BODY.PEEK": fetched(1)}, commands=6), timeout_seconds=5) as account:
        with pytest.raises(SourceError) as broken:
            found.extend(read_imap(account))
        place = account.place
    assert not broken.value.permanent
    assert broken.value.message.startswith(f"{place} broke off in folder INBOX after 1 messages (")


REFUSED = "the server did not hand it over ([SERVERBUG] Try later); open it in your mail program, then scan again"
WITHHELD = "the server did not hand it over; open it in your mail program, then scan again"


@pytest.mark.parametrize(
    ("answers", "read", "why"),
    [
        ({b"BODY.PEEK": b"%s NO [SERVERBUG] Try later\r\n"}, [], REFUSED),
        ({b"BODY.PEEK": b"%s BAD [SERVERBUG] Try later\r\n"}, [], REFUSED),
        ({b"BODY.PEEK": b""}, [], WITHHELD),
        ({b"BODY.PEEK": fetched(2) + fetched(9)}, ["2@x"], WITHHELD),
        ({b"BODY.PEEK": fetched(2) + b"%s NO [SERVERBUG] Try later\r\n"}, ["2@x"], REFUSED),
        ({b" 1,2,3 (UID I": b"%s NO broken\r\n", b"BODY.PEEK": fetched(3)}, ["3@x"], WITHHELD),
    ],
)
def test_messages_that_the_server_withholds_are_named(answers: dict[bytes, bytes], read: list[str], why: str) -> None:
    with playing(Script(answers)) as account:
        found = list(read_imap(account))
        place = account.place
    assert ids(found) == read
    missing = [number for number in (1, 2, 3) if f"{number}@x" not in read]
    skipped = [each for each in found if isinstance(each, Skipped)]
    assert [each.where for each in skipped] == [f"{place} INBOX, message {number}" for number in missing]
    assert [each.why for each in skipped] == [why] * len(missing)


def test_a_failed_batch_is_asked_for_one_by_one() -> None:
    single = {b"FETCH %d (UID I" % number: fetched(number) for number in (1, 2, 3)}
    with playing(Script({b" 1,2,3 (UID I": b"%s NO too much\r\n", **single})) as account:
        assert ids(list(read_imap(account))) == ["1@x", "2@x", "3@x"]


@pytest.mark.parametrize("status", [b"NO", b"BAD"])
def test_a_folder_that_may_not_be_opened_is_named_and_the_others_are_read(status: bytes) -> None:
    answers = {
        b"LIST": b'* LIST () "/" "Board"\r\n* LIST () "/" "INBOX"\r\n',
        b"EXAMINE Board": b"%s " + status + b" [NOPERM] Access denied\r\n",
        b'EXAMINE "Board"': b"%s " + status + b" [NOPERM] Access denied\r\n",
        b"SEARCH": b"* SEARCH 1\r\n",
        b"BODY.PEEK": fetched(1),
    }
    with playing(Script(answers)) as account:
        found = list(read_imap(account))
        place = account.place
    assert ids(found) == ["1@x"]
    why = "the server does not let this folder be read ([NOPERM] Access denied); check your rights to it"
    assert found[0] == Skipped(f"{place} Board", why)


def test_a_connection_that_breaks_in_opening_a_folder() -> None:
    with playing(Script(commands=3), timeout_seconds=5) as account:
        assert " broke off in folder INBOX after 0 messages (" in refusal(account).message


def test_an_account_without_folders() -> None:
    with playing(Script({b"LIST": b""})) as account:
        assert refusal(account).message == (
            f"{account.place} lists no folders for the user dana; ask who runs it for access."
        )


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (b"220 mail.example ESMTP\r\n", "What answers at {} is no IMAP server; check name, port and encryption."),
        (b"* \xff\xff\r\n", "What answers at {} is no IMAP server; check name, port and encryption."),
        (b"* NO thanks\r\n", "What answers at {} is no IMAP server; check name, port and encryption."),
        (b"* BYE Too many\r\n", "{} turned the connection away (Too many); try again later."),
        (b"", "{} cannot be reached as a mail server (socket error: EOF); check name, port and connection."),
    ],
)
def test_what_answers_is_no_mail_server(greeting: bytes, words: str) -> None:
    with playing(Script(greeting=greeting, commands=0)) as account:
        assert refusal(account).message == words.format(account.place)


@pytest.mark.parametrize("host", ["x" * 64 + ".example", "mail..example", "é" * 64])
def test_a_name_that_no_server_can_have(host: str) -> None:
    assert refusal(Account(host, "dana", "secret")).message == (
        f"{host} cannot be the name of a server; check how it is spelt."
    )


@pytest.mark.parametrize(
    ("account", "what"),
    [
        (Account("mail.example", "dana", "se\rcret"), "password"),
        (Account("mail.example", "dana", "secret\n"), "password"),
        (Account("mail.example", "da\r\nna", "secret"), "user"),
        (Account("mail\0.example", "dana", "secret"), "server's name"),
    ],
)
def test_what_would_be_a_command_of_its_own_is_not_sent(account: Account, what: str) -> None:
    assert refusal(account).message == (
        f"The {what} holds a line break or another control character; check how it was entered."
    )


def test_encryption_that_starts_later_on_the_port_where_it_starts_at_once() -> None:
    account = Account("localhost", "dana", "secret", port=993, security="starttls")
    assert refusal(account).message == "Port 993 encrypts from the start; write imaps:// or name another port."


ACCENTED = "sécret"


def test_a_password_with_accents_is_sent_in_utf_8() -> None:
    script = Script({b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", b"AUTHENTICATE": b"+ \r\n%s OK in\r\n"})
    script.answers |= {b"BODY.PEEK": fetched(1), b"SEARCH": b"* SEARCH 1\r\n"}
    with playing(script, password=ACCENTED) as account:
        assert ids(list(read_imap(account))) == ["1@x"]
    assert b64encode(f"\0dana\0{ACCENTED}".encode()) in script.heard


def test_a_server_that_takes_no_accents() -> None:
    with playing(Script(), password=ACCENTED) as account:
        assert refusal(account).message == (
            f"{account.place} takes only the letters of ASCII in a user and a password (it lacks AUTH=PLAIN); "
            "choose a password, or an app password, without accents."
        )


@pytest.mark.parametrize("status", [b"NO", b"BAD"])
@pytest.mark.parametrize("password", ["secret", "sécret"])
def test_a_refused_password_is_not_repeated(status: bytes, password: str) -> None:
    refused = b"%s " + status + b" no to secret\r\n"
    script = Script(
        {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", b"LOGIN": refused, b"AUTHENTICATE": refused}
    )
    with playing(script, password=password) as account:
        assert refusal(account).message == (
            f"{account.place} refused the user dana or the password; check both "
            "(many providers want an app password for mail programs)."
        )


def test_a_server_that_repeats_the_password_is_not_quoted_on_it() -> None:
    with playing(Script({b"LOGIN": b"* BYE dana secret\r\n"})) as account:
        assert refusal(account).message == (
            f"{account.place} cannot be reached as a mail server (dana …); check name, port and connection."
        )


@pytest.mark.parametrize("piece", [b"UID ", b'INTERNALDATE " 1-', b"RFC822.SIZE 1", b"\0"])
def test_a_server_that_says_a_million_odd_bytes(piece: bytes) -> None:
    odd = piece * (1_000_000 // len(piece))
    assert (mail_fetch._number(mail_fetch.UID, odd), mail_fetch._arrived(odd)) == (0, "")
    assert mail_fetch._number(mail_fetch.SIZE, odd) == (piece[:3] == b"RFC")
    words = mail_server.said(IMAP4.error(odd.decode()), Account("mail.example", "dana", "secret"))
    assert len(words) <= mail_server.MOST_WORDS


def test_mail_without_a_date_is_as_old_as_the_server_says() -> None:
    arrived = b'INTERNALDATE " 3-Mar-2026 10:00:00 +0100" '
    with playing(Script({b"BODY.PEEK": fetched(1, arrived=arrived) + fetched(2) + fetched(3)})) as account:
        found = [mail.at for mail in read_imap(account) if isinstance(mail, Mail)]
    assert found == [datetime(2026, 3, 3, 9, 0, tzinfo=UTC), None, None]


def test_gmail_is_read_in_all_mail_and_sent() -> None:
    lines = (
        rb'* LIST () "/" "INBOX"',
        rb'* LIST (\Noselect) "/" "[Gmail]"',
        rb'* LIST (\All) "/" "[Gmail]/All Mail"',
        rb'* LIST (\Sent) "/" "[Gmail]/Sent Mail"',
        rb'* LIST (\Junk) "/" "[Gmail]/Spam"',
    )
    with playing(Script({b"LIST": b"\r\n".join((*lines, b"")), b"SEARCH": b"* SEARCH\r\n"})) as account:
        assert [each.where for each in read_imap(account) if isinstance(each, Skipped)] == [
            f"{account.place} [Gmail]/Spam"
        ]


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(Account("imap.example", "dana", "secret"))


def test_a_server_that_hangs_up_before_it_encrypts() -> None:
    with playing(Script(greeting=b"", commands=0), security="tls") as account:
        refused = refusal(account)
    assert not refused.permanent  # it may be starting: the way to it is right
    assert refused.message.startswith(f"{account.place} cannot be reached as a mail server (")
