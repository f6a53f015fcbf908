"""A mail server that never stops talking is hung up on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from amends.sources import SourceError, mail_bounds
from amends.sources.watch import FolderError, session
from scripted import Script, playing

ENDLESS = b"* OK still here\r\n" * 50


def why(answers: dict[bytes, bytes]) -> str:
    with playing(Script(answers)) as account:
        with pytest.raises(SourceError) as broken, session(account) as mailbox:
            mailbox.folders()
        assert not broken.value.permanent
        return broken.value.message.removeprefix(f"{account.place} cannot be reached as a mail server ")


@pytest.mark.parametrize(
    ("bound", "most", "answer", "reason"),
    [
        ("MOST_BYTES", 64_000_000, b'* LIST () "/" {4294967296}\r\nx', "it announced 4294967296 bytes in one answer"),
        ("MOST_LINES", 20, ENDLESS, "its answer has no end"),
        ("MOST_BYTES", 400, ENDLESS, "its answer has no end"),
        ("MOST_LINE", 50, b"* OK " + b"x" * 20_000 + b"\r\n", "a line of its answer has no end"),
        ("MOST_SECONDS", -1.0, ENDLESS, "its answer took longer than -0 minutes"),
    ],
)
def test_an_answer_without_an_end(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: float, answer: bytes, reason: str
) -> None:
    monkeypatch.setattr(mail_bounds, bound, most)
    assert why({b"LIST": answer}) == f"({reason}); check name, port and connection."


@dataclass
class Dripping(Script):
    """A server that lets the time of a whole sign-in go by while it answers the word, and never falls silent."""

    word: bytes = b""
    past: float = 0.0

    def answer(self, line: bytes) -> bytes:
        if self.word in line:
            self.past += mail_bounds.SIGN_IN_SECONDS + 1
        return super().answer(line)


TOO_SLOW = "took longer than 2 minutes to let dana in; it is overloaded, or no mail server. Try again later."


@pytest.mark.parametrize(
    ("word", "security"), [(b"CAPABILITY", "none"), (b"STARTTLS", "starttls"), (b"LOGIN", "none"), (b"PLAIN", "none")]
)
def test_the_sign_in_has_an_end_as_a_whole(monkeypatch: pytest.MonkeyPatch, word: bytes, security: str) -> None:
    script = Dripping({b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n"}, word=word)
    monkeypatch.setattr(mail_bounds, "monotonic", lambda: script.past)
    password = "größer" if word == b"PLAIN" else "secret"
    with playing(script, security=security, password=password) as account:
        with pytest.raises(SourceError) as slow, session(account):
            pass
        assert (slow.value.message, slow.value.permanent) == (f"{account.place} {TOO_SLOW}", False)


def test_a_greeting_that_drips_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_bounds, "SIGN_IN_SECONDS", -1.0)
    with playing(Script()) as account, pytest.raises(SourceError) as slow, session(account):
        pass
    assert not slow.value.permanent


def test_who_is_let_in_has_the_time_of_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Dripping(word=b"LIST")
    monkeypatch.setattr(mail_bounds, "monotonic", lambda: script.past)
    with playing(script) as account, session(account) as mailbox:
        assert [folder.name for folder in mailbox.folders()] == ["INBOX"]


def test_numbers_that_are_none_of_imap_are_not_believed() -> None:
    big = b"9" * 23
    answers = {b"EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY %b]\r\n* OK [UIDNEXT 4]\r\n" % big}
    with playing(Script(answers)) as account, session(account) as mailbox, pytest.raises(FolderError):
        mailbox.look("INBOX")
    answers = {
        b"EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 9]\r\n",
        b"SEARCH": b"* SEARCH 0 -5 2 %b abc 2 7\r\n" % big,
    }
    with playing(Script(answers)) as account, session(account) as mailbox:
        assert mailbox.uids("INBOX", 1, 8) == [2, 7]
