"""A mailbox that lets us in by a token: a real server asks a real token service about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amends.sources import SourceError
from amends.sources.watch import Account, SignInError, session
from dovecot import PASSWORD, Dovecot
from scripted import Script, playing
from token_server import TokenServer, server, tokens

__all__ = ["server", "tokens"]
TOKEN = "ya29.fine-token"  # noqa: S105  (of a server that lives for one test)


@pytest.fixture
def account(server: Dovecot, tokens: TokenServer) -> Account:
    tokens.users = {TOKEN: "dana"}
    tokens.is_down = False
    ca_file = str(server.certificate)
    return Account("localhost", "dana", "", port=server.tls_port, ca_file=ca_file, token=TOKEN)


@pytest.mark.dovecot
def test_a_token_opens_the_mailbox_it_is_for(server: Dovecot, account: Account) -> None:
    server.deliver("dana", b"From: erin@brightwater.example\nMessage-ID: <1@x>\n\nHello\n")
    with session(account) as mailbox:
        assert mailbox.look("INBOX").exists == 1
    with session(replace(account, token="", password=PASSWORD)) as mailbox:
        assert mailbox.look("INBOX").exists == 1


@pytest.mark.dovecot
def test_a_token_that_was_taken_back_is_told_apart_from_a_wrong_password(account: Account, tokens: TokenServer) -> None:
    tokens.users.clear()
    with pytest.raises(SignInError) as refused, session(account):
        pass
    assert (refused.value.permanent, refused.value.is_token) == (True, True)
    assert refused.value.message == (
        f"{account.place} refused the permission to read the mailbox of dana: it was taken back, has run out, or IMAP "
        "is switched off for this mailbox; check that, then connect the mailbox again."
    )
    with pytest.raises(SignInError) as refused, session(replace(account, token="", password="wrong")):  # noqa: S106  (not the real one)
        pass
    assert (refused.value.permanent, refused.value.is_token) == (True, False)
    assert " refused the user dana or the password; " in refused.value.message


@pytest.mark.dovecot
def test_a_token_opens_no_other_mailbox(account: Account) -> None:
    with pytest.raises(SignInError), session(replace(account, user="erin")):
        pass


@pytest.mark.dovecot
def test_a_token_service_that_is_down_is_no_reason_to_give_up(account: Account, tokens: TokenServer) -> None:
    tokens.is_down = True
    with pytest.raises(SourceError) as refused, session(replace(account, token=f"{TOKEN}-unknown-yet")):
        pass
    assert not refused.value.permanent
    assert refused.value.message.startswith(f"{account.place} does not let dana in at the moment ([UNAVAILABLE] ")


CAN = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"}
WHY = b"+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n"  # as Gmail gives a reason, and waits for an answer


def test_a_refusal_that_comes_as_a_question_is_left_unanswered() -> None:
    script = Script(CAN | {b"AUTHENTICATE": b"+ \r\n" + WHY + b"%s NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"})
    with playing(script, password="", token=TOKEN) as account, pytest.raises(SignInError), session(account):
        pass
    assert script.heard[2:4] == [b"dXNlcj1kYW5hAWF1dGg9QmVhcmVyIHlhMjkuZmluZS10b2tlbgEB", b""]


def test_a_server_that_takes_no_tokens() -> None:
    with playing(Script(), password="", token=TOKEN) as account:
        with pytest.raises(SourceError) as refused, session(account):
            pass
        assert refused.value.message == (
            f"{account.place} takes no tokens (it lacks AUTH=XOAUTH2); sign in with a password."
        )


@pytest.mark.parametrize(
    "words",
    [
        b"[UNAVAILABLE] Temporary authentication failure",
        b"[ALERT] Too many simultaneous connections. (Failure)",
        b"User is authenticated but not connected.",
    ],
)
def test_a_server_that_lets_nobody_in_for_the_moment(words: bytes) -> None:
    refused = b"%s NO " + words + b"\r\n"
    with playing(Script({b"LOGIN": refused})) as account, pytest.raises(SourceError) as caught, session(account):
        pass
    assert not caught.value.permanent
    assert caught.value.message == (
        f"{account.place} does not let dana in at the moment ({words.decode()}); try again later."
    )


def test_a_token_is_never_shown_nor_sent_with_a_line_break() -> None:
    account = Account("imap.example", "dana", "", token=f"{TOKEN}\r\n")
    assert "ya29" not in repr(account)
    with pytest.raises(SourceError) as refused, session(account):
        pass
    assert refused.value.message == (
        "The token holds a line break or another control character; check how it was entered."
    )
    script = Script(CAN | {b"AUTHENTICATE": b"+ \r\n%s NO [UNAVAILABLE] ya29.fine-token\r\n"})
    with playing(script, password="", token=TOKEN) as account, pytest.raises(SourceError) as refused, session(account):
        pass
    assert "at the moment ([UNAVAILABLE] …)" in refused.value.message
