"""What a mail looks like on its way: nothing that somebody outside wrote becomes more than the words it is."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.envelope import mail_of, one_line, our_address, our_domain
from amends.desk.models import LetterKind, Outgoing, User
from cast import NOW
from postbox import unflowed

if TYPE_CHECKING:
    from email.message import EmailMessage

    from pytest_django import Settings

OURS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Transfer-Encoding", "Content-Type"]
LONGEST = 78  # characters of a line, RFC 5322, 2.1.1


@pytest.fixture(autouse=True)
def ours(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Alder Desk <desk@alder.example>"


def a_mail(name: str = "Bob Reed", **fields: Any) -> tuple[EmailMessage, bytes]:
    """Return a letter of somebody's, read as a mail program reads it, and its bytes."""
    told = {"kind": LetterKind.CLIENT, "to": "gary@north.example", "subject": "Two people", "text": "They come.\n"}
    told |= {"reply_to": "bob@alder.example", "message_id": f"{'a' * 32}@alder.example"}
    raw = mail_of(Outgoing(**told | fields, by=User(name=name)), now=NOW)
    return message_from_bytes(raw, policy=policy.default), raw


HOSTILE = [
    "=?utf-8?q?a=0D=0ABcc:_all@x.example?=",
    "=?utf-8?b?DQpCY2M6IGFsbEB4LmV4YW1wbGU=?=",
    "a\r\nBcc: all@x.example",
    "a\rBcc: all@x.example\u2028Bcc: all@x.example",
    "=?utf-8?q?=00=0b?=",
    '"Gary" <all@x.example>, b',
    'a\\" <all@x.example>',
    "a, b; Group: c@x.example;",
    "Half a sign: \ud83d",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_subject_adds_a_field(words: str) -> None:
    mail, raw = a_mail(subject=words)
    assert [name for name in mail if name != "MIME-Version"] == OURS
    assert (mail["Subject"], mail["To"].addresses[0].addr_spec) == (one_line(words), "gary@north.example")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None


@pytest.mark.parametrize("words", HOSTILE)
def test_no_name_adds_a_field_or_an_address(words: str) -> None:
    mail, _raw = a_mail(name=words)
    assert [name for name in mail if name != "MIME-Version"] == OURS
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (one_line(words), "desk@alder.example")


@pytest.mark.parametrize("words", ["ü" * 150, "漢" * 150, "Zoë, Dr. (Ärztin) " * 10, "x" * 190, "word " * 30])
def test_long_names_and_subjects_in_any_writing_stay_within_their_lines(words: str) -> None:
    _mail, raw = a_mail(name=words, subject=words)
    head = raw.split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= LONGEST
    folded = dict(re.findall(r"^(From|Subject): ([^\r]*(?:\r\n [^\r]*)*)", head.decode(), re.MULTILINE))
    told = {name: str(make_header(decode_header(value))) for name, value in folded.items()}
    assert " ".join(told["Subject"].split()) == one_line(words)
    assert " ".join(told["From"].split()) == f"{one_line(words)} <desk@alder.example>"


def test_signs_that_a_language_needs_stay() -> None:
    words = "10\u00a0000\u202f€ à\u202f9\u00a0h, नमस्\u200dते, क्\u200cष, 👩\u200d💻\n"
    mail, _raw = a_mail(text=words, subject="क्\u200cष")
    assert (unflowed(mail.get_content()), mail["Subject"]) == (words, "क्\u200cष")


def test_odd_line_ends_are_line_ends_and_signs_that_act_are_left_out() -> None:
    mail, raw = a_mail(text="a\rb\x85c\u2028d\x0be\x0cf\x00g\x1b[2Jh\ud83d\r\n.\r\nMAIL FROM:<x@x.example>\r\n")
    assert mail.get_content().replace("\r\n", "\n") == "a\nb\nc\nd\ne\nfg[2Jh\n.\nMAIL FROM:<x@x.example>\n"
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None


def test_addresses_of_other_alphabets_travel_as_every_server_takes_them(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Büro <desk@bücher.example>"
    mail, _raw = a_mail(kind=LetterKind.TEST, reply_to="bob@bücher.example")
    assert str(mail["From"]) == "Büro <desk@xn--bcher-kva.example>"
    assert mail["Reply-To"] == "bob@xn--bcher-kva.example"
    assert (our_address(), our_domain()) == ("desk@xn--bcher-kva.example", "xn--bcher-kva.example")


def test_a_mail_without_an_identity_is_given_one_by_the_server() -> None:
    mail, _raw = a_mail(message_id=None)
    assert mail["Message-ID"] is None
