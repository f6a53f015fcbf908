"""One raw message becomes one Mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.message import Address, Automated, Mail
from amends.sources.part import Skipped
from amends.sources.rfc822 import NOT_MAIL, mail_from

NIGHT_SHIFT = b"""Message-ID: <1@brightwater.example>
In-Reply-To: <0@alderquay.example>
References: <a@alderquay.example>
 <0@alderquay.example>
From: Dana Reed <Dana@brightwater.example>
To: Priya <priya@alderquay.example>
Cc: ops@brightwater.example
Date: Tue, 3 Mar 2026 09:00:00 +0100
Subject: =?utf-8?Q?Night_shift_=E2=80=93?= again
Delivered-To: priya@alderquay.example

Nobody came.
"""


def mail(raw: bytes, *, is_sent: bool = False) -> Mail:
    found = mail_from(raw, "a.eml", is_sent=is_sent)
    assert isinstance(found, Mail)
    return found


def test_every_field_of_a_mail() -> None:
    assert mail(NIGHT_SHIFT) == Mail(
        id="1@brightwater.example",
        where="a.eml",
        at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        sender=Address("dana@brightwater.example", "Dana Reed"),
        to=(Address("priya@alderquay.example", "Priya"),),
        cc=(Address("ops@brightwater.example"),),
        subject="Night shift – again",
        body="Nobody came.\n",
        in_reply_to="0@alderquay.example",
        references=("a@alderquay.example", "0@alderquay.example"),
        delivered_to="priya@alderquay.example",
        size=len(NIGHT_SHIFT),
    )


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        (b"<1@x.example>", "1@x.example"),
        (b"1@x.example", "1@x.example"),
        (b"<1@x.example> (added by the server)", "1@x.example"),
        (b"<only@one", "only@one"),
    ],
)
def test_the_message_id_is_the_identity(written: bytes, identity: str) -> None:
    assert mail(b"From: a@x.example\nMessage-ID: " + written + b"\n\n").id == identity


@pytest.mark.parametrize("written", [b"", b"Message-ID:\n", b"Message-ID: <>\n", b"Message-ID: none\n"])
def test_without_a_message_id_the_content_is_the_identity(written: bytes) -> None:
    inbox = mail(
        b"Received: by mx; Tue, 3 Mar 2026 09:00:00 +0000\nFrom: a@x.example\nSubject: Hi\n" + written + b"\nHello \r\n"
    )
    sent = mail(b"From:  a@x.example\nSubject: Hi\n\nHello\n", is_sent=True)
    other = mail(b"From: a@x.example\nSubject: Hi\n\nHello again\n")
    assert inbox.id == sent.id
    assert inbox.id.startswith("sha256:")
    assert other.id != inbox.id


def test_the_text_of_automated_mail_is_not_read() -> None:
    found = mail(b"From: a@x.example\nList-Id: <a.b>\n\nHello")
    assert (found.automated, found.body) == (Automated.LIST, "")


def test_an_invitation_is_a_calendar_notice_with_its_method() -> None:
    parts = b"--b\n\nJoin us\n--b\nContent-Type: text/calendar; method=REQUEST\n\n--b--"
    raw = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + parts
    found = mail(raw)
    assert (found.automated, found.calendar_method, found.body) == (Automated.CALENDAR, "REQUEST", "")
    listed = mail(b"List-Id: <a.b>\n" + raw)
    assert (listed.automated, listed.calendar_method) == (Automated.CALENDAR, "REQUEST")


def test_the_sender_field_stands_in_for_from() -> None:
    assert mail(b"From: Dana\nSender: office@x.example\n\n").sender == Address("office@x.example")
    assert mail(b"From: Dana\nSender: nobody\n\n").sender == Address("", "Dana")
    assert mail(b"Subject: Hi\n\n").sender == Address("")


@pytest.mark.parametrize("raw", [b"", b"\n\n\n", b"Dear Sirs,\n\nnobody came.", b"\0\1\2\3", b"X-Only: this\n\nbody"])
def test_what_has_no_field_of_a_mail_is_skipped(raw: bytes) -> None:
    assert mail_from(raw, "a.eml") == Skipped("a.eml", NOT_MAIL)


@pytest.mark.parametrize(
    ("labels", "is_sent"),
    [
        ("Inbox,Important", False),
        ("Sent", True),
        ("Gesendet,Wichtig", True),
        ("=?UTF-8?Q?Messages_envoy=C3=A9s?=", True),
    ],
)
def test_gmail_labels_tell_sent_mail(labels: str, is_sent: bool) -> None:  # noqa: FBT001  (a column of the table)
    assert mail(f"X-Gmail-Labels: {labels}\nFrom: a@x.example\n\n".encode()).is_sent is is_sent


@pytest.mark.parametrize("label", ["Spam", "Trash", "Chat", "Drafts", "Papierkorb", "Corbeille", "Lixeira"])
def test_gmail_labels_tell_what_is_left_out(label: str) -> None:
    found = mail_from(f"X-Gmail-Labels: {label},Opened\nFrom: a@x.example\n\n".encode(), "a.mbox, message 1")
    assert found == Skipped(
        "a.mbox, message 1",
        f"Gmail labels it {label}: deleted, unwanted and unsent mail is left out",
        is_on_purpose=True,
    )


def test_what_thunderbird_has_deleted_but_not_yet_compacted_away() -> None:
    found = mail_from(b"X-Mozilla-Status: 0009\nFrom: a@x.example\n\n", "Inbox, message 1")
    assert found == Skipped(
        "Inbox, message 1", "it was deleted in Thunderbird and waits to be compacted away", is_on_purpose=True
    )
    assert mail(b"X-Mozilla-Status: 0001\nFrom: a@x.example\n\n").id
    assert mail(b"X-Mozilla-Status: zzzz\nFrom: a@x.example\n\n").id


def test_a_list_address_is_no_mailbox_it_was_delivered_to() -> None:
    assert (
        mail(
            b"From: a@x.example\nDelivered-To: mailing list users@x.example\nX-Original-To: <Me@x.example>\n\n"
        ).delivered_to
        == "me@x.example"
    )


def test_mail_of_old_macs_ends_its_lines_with_carriage_returns() -> None:
    found = mail(b"From: a@x.example\rSubject: Hi\r\rHello\rthere")
    assert (found.subject, found.body) == ("Hi", "Hello\nthere")


@given(st.binary(max_size=400))
def test_no_bytes_ever_raise(noise: bytes) -> None:
    assert isinstance(mail_from(noise, "a.eml"), (Mail, Skipped))
    assert isinstance(mail_from(b"From: a@x.example\n" + noise, "a.eml"), Mail)


@given(st.binary(max_size=60), st.sampled_from(NIGHT_SHIFT.split(b"\n")))
def test_no_change_to_a_mail_ever_raises(noise: bytes, line: bytes) -> None:
    assert isinstance(mail_from(NIGHT_SHIFT.replace(line, line + noise), "a.eml"), (Mail, Skipped))


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("<roster@x.example>", "roster@x.example"),
        ('Message from "Dana" <dana@x.example> of "Fri, 3 Oct 2025" <roster@x.example>', "roster@x.example"),
        ("roster@x.example", "roster@x.example"),
        ("your mail of Friday", ""),
    ],
)
def test_the_answered_message_is_named_behind_its_writer(written: str, id_: str) -> None:
    assert mail(f"From: a@x.example\nIn-Reply-To: {written}\n\n".encode()).in_reply_to == id_
