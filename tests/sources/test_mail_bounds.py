"""A mail server that never stops talking is hung up on."""

from __future__ import annotations

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
