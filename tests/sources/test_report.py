"""Reports on mail that did not arrive, as servers of many kinds write them."""

from __future__ import annotations

import pytest

from amends.core.message import Automated, Mail, Report
from amends.sources.rfc822 import mail_from

ID = "a" * 32 + "@alder.example"
HEAD = (
    "From: MAILER-DAEMON@x.example\nSubject: failure notice\nDate: Mon, 10 Mar 2025 12:05:00 +0000\nMessage-ID: <r@x>\n"
)
COPY = f"\n--- The message follows ---\nReceived: from a\nMessage-ID:\n <{ID}>\nSubject: Hello\n"


def report_in(text: str) -> Report | None:
    mail = mail_from(text.encode(), "a report")
    assert isinstance(mail, Mail)
    return mail.report


@pytest.mark.parametrize(
    ("words", "action", "status", "says"),
    [
        ("<g@x.example>: host mx.x.example said: 550 5.1.1 No such user", "failed", "5.1.1",
         "<g@x.example>: host mx.x.example said: 550 5.1.1 No such user"),
        ("550 unknown user", "failed", "5.1.1", "550 unknown user"),
        ("The mailbox is full.", "failed", "5.2.2", ""),
        ("Host unknown", "failed", "5.1.2", ""),
        ("554 rejected", "failed", "5.0.0", "554 rejected"),
        ("It failed.", "failed", "", ""),
        ("Warning: message still undelivered after 4 hours. Will keep trying.", "delayed", "", ""),
        ("The server said 451 4.4.1 try later", "delayed", "4.4.1", "The server said 451 4.4.1 try later"),
    ],
)  # fmt: skip
def test_plain_words_are_understood(words: str, action: str, status: str, says: str) -> None:
    assert report_in(f"{HEAD}\n{words}\n{COPY}") == Report((ID,), action, status, says)


def test_the_part_for_machines_counts_before_the_words() -> None:
    text = (
        f'{HEAD}Content-Type: multipart/report; boundary="B"\n\n--B\n\nHello, something did not arrive.\n--B\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: rfc822; g@x.example\n"
        "Action: Failed\nStatus: 5.2.2 (mailbox full)\nDiagnostic-Code: smtp; 552 5.2.2\n   over quota\n\n--B\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: <{ID}>\n\nHello\n--B--\n"
    )
    assert report_in(text) == Report((ID,), "failed", "5.2.2", "552 5.2.2 over quota")


def test_an_automatic_reply_keeps_its_words() -> None:
    text = "From: g@x.example\nSubject: Automatic reply: Hello\nMessage-ID: <o@x>\n\nI am away until Monday.\n"
    assert report_in(text) == Report(says="I am away until Monday.\n")


def test_what_people_write_is_no_report() -> None:
    mail = mail_from(b"From: g@x.example\nSubject: Re: Hello\nMessage-ID: <p@x>\n\n550 people came.\n", "a mail")
    assert isinstance(mail, Mail)
    assert (mail.automated, mail.report) == (None, None)


def test_a_large_report_is_read_at_its_beginning() -> None:
    mail = mail_from(f"{HEAD}\n550 5.1.1 no\n{'x' * 300_000}\n{COPY}".encode(), "a report")
    assert isinstance(mail, Mail)
    assert (mail.automated, mail.report) == (Automated.BOUNCE, Report((), "failed", "5.1.1", "550 5.1.1 no"))
