"""Bounces, automatic replies and answers find the letters they belong to, whatever way they come in."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.bounce import match_replies
from amends.desk.actions.health import assess_client
from amends.desk.actions.intake import CLOCK_TOLERANCE
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.outgoing import queue_letter
from amends.desk.actions.reading import Batch, Job, take
from amends.desk.models import Event, LetterKind, Message, Outgoing, Waiting
from amends.sources.rfc822 import mail_from
from cast import NOW, WAITS, a_client, person_at

if TYPE_CHECKING:
    from amends.desk.models import Client, User

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
DATE = "Date: Mon, 10 Mar 2025 12:05:00 +0000"
DSN = """From: Mail Delivery System <MAILER-DAEMON@alder.example>
To: desk@alder.example
Subject: Undelivered Mail Returned to Sender
{date}
Message-ID: <dsn1@alder.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.alder.example

Final-Recipient: rfc822; gary@north.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--B
Content-Type: text/rfc822-headers

From: Bob Reed <desk@alder.example>
To: gary@north.example
Subject: Two people
Message-ID: <{id}>
In-Reply-To: <m2@north.example>

--B--
"""
QMAIL = """From: MAILER-DAEMON@north.example
To: desk@alder.example
Subject: failure notice
{date}
Message-ID: <q1@north.example>

Hi. This is the qmail-send program at north.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<gary@north.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <desk@alder.example>
From: Bob Reed <desk@alder.example>
Message-ID: <{id}>
Subject: Two people

Hello Gary.
"""
AWAY = """From: Gary <gary@north.example>
To: desk@alder.example
Subject: Automatic reply: Two people
{date}
Message-ID: <away1@north.example>
In-Reply-To: <{id}>
Auto-Submitted: auto-replied

I am out of the office until Monday, March 17, 2025 and will read this then.
"""
ANSWER = """From: Gary <gary@north.example>
To: Bob Reed <bob@alder.example>
Subject: Re: Two people
{date}
Message-ID: <answer1@north.example>
In-Reply-To: <other@north.example>
References: <{id}> <other@north.example>

Thank you, that helps.
"""


def a_letter(client: Client, bob: User, **fields: object) -> Outgoing:
    letter = queue_letter(
        LetterKind.CLIENT,
        "gary@north.example",
        "Two people",
        "Hello Gary, they come on Friday.\n",
        now=NOW,
        client=client,
        person=person_at(client, "gary@north.example"),
        by=bob,
        reply_to="bob@alder.example",
        read_at=NOW,
    )
    Outgoing.objects.filter(pk=letter.pk).update(**{"sending_at": NOW, "sent_at": NOW} | fields)
    letter.refresh_from_db()
    return letter


def comes_in(text: str) -> int:
    """Take a mail in as every way in does; return how many of our letters it was about."""
    job = Job((), "", frozenset({"alder.example"}), NOW - timedelta(days=100), NOW + CLOCK_TOLERANCE, UTC)
    batch = Batch(part=0)
    take(batch, mail_from(text.encode(), "a mail"), job)
    keep_messages(batch.letters, now=LATER)
    return match_replies(batch.returns, now=LATER)


@pytest.mark.parametrize(
    ("status", "said", "problem"),
    [
        ("5.1.1", "550 5.1.1 User unknown", "no such mailbox (550 5.1.1 User unknown)"),
        ("5.2.2", "552 5.2.2 Over quota", "the mailbox is full (552 5.2.2 Over quota)"),
        ("5.7.1", "554 Spam", "their mail server does not want it (554 Spam)"),
        ("4.4.7", "Connection timed out", "their mail server could not be reached (Connection timed out)"),
        ("5.0.0", "550 No", "their mail server refused it (550 No)"),
    ],
)
def test_a_report_says_why_a_letter_came_back(bob: User, status: str, said: str, problem: str) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    assert comes_in(DSN.format(date=DATE, action="failed", status=status, said=said, id=letter.message_id)) == 1
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.problem) == (LATER, problem)
    [event] = Event.objects.filter(verb="hear_of_letter")
    assert (event.thing_id, event.client_id) == (letter.pk, letter.client_id)
    assert event.after == {"bounced_at": "2025-03-10T12:05:00Z"}


def test_a_report_in_plain_words_is_understood(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    assert comes_in(QMAIL.format(date=DATE, id=letter.message_id)) == 1
    letter.refresh_from_db()
    assert letter.problem == "no such mailbox (Sorry, no mailbox here by that name. (#5.1.1))"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_that_nothing_is_lost_yet_changes_nothing(bob: User, action: str) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    comes_in(DSN.format(date=DATE, action=action, status="4.4.1", said="later", id=letter.message_id))
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.problem) == (None, "")


def test_a_letter_that_came_back_answers_nobody(bob: User) -> None:
    client = a_client(*WAITS)
    assess_client(client, now=NOW)
    letter = a_letter(client, bob, sent_at=None)  # its fate was unknown: the report tells that it was sent
    comes_in(DSN.format(date=DATE, action="failed", status="5.1.1", said="550", id=letter.message_id))
    assert Message.objects.get(message_id=letter.message_id).automated == "bounce"
    assess_client(client, now=LATER)
    assert [wait.settled_at for wait in Waiting.objects.all()] == [None]


def test_an_automatic_reply_says_until_when_they_are_away(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    assert comes_in(AWAY.format(date=DATE, id=letter.message_id)) == 1
    letter.refresh_from_db()
    assert (letter.auto_replied_at, letter.away_until, letter.replied_at) == (LATER, date(2025, 3, 17), None)


def test_an_answer_is_matched_through_the_conversation(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    assert comes_in(ANSWER.format(date=DATE, id=letter.message_id)) == 1
    letter.refresh_from_db()
    assert (letter.replied_at, letter.auto_replied_at, letter.bounced_at) == (LATER, None, None)


def test_an_answer_tells_that_a_letter_arrived_whose_fate_was_unknown(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob, sent_at=None, problem="The connection broke")
    comes_in(ANSWER.format(date=DATE, id=letter.message_id))
    letter.refresh_from_db()
    assert (letter.sent_at, letter.problem) == (NOW, "")
    assert Message.objects.get(message_id=letter.message_id).text == "Hello Gary, they come on Friday."


def test_what_came_of_a_letter_ends_its_second_sending(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob, sent_at=None, sending_at=None)  # a person said: send it again
    comes_in(ANSWER.format(date=DATE, id=letter.message_id))
    letter.refresh_from_db()
    assert (letter.sending_at, letter.sent_at, letter.replied_at) == (LATER, LATER, LATER)
    assert Message.objects.get(message_id=letter.message_id).text == "Hello Gary, they come on Friday."


def test_the_same_mail_read_twice_changes_nothing(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    for _ in range(2):
        comes_in(DSN.format(date=DATE, action="failed", status="5.1.1", said="550", id=letter.message_id))
    assert Event.objects.filter(verb="hear_of_letter").count() == 1


def test_a_notice_that_came_back_is_told_too(bob: User) -> None:
    notice = queue_letter(LetterKind.INVITATION, "jo@x.example", "Come in", "A link", now=NOW, user=bob)
    Outgoing.objects.filter(pk=notice.pk).update(sending_at=NOW, sent_at=NOW, text="")
    comes_in(DSN.format(date=DATE, action="failed", status="5.1.1", said="550", id=notice.message_id))
    notice.refresh_from_db()
    assert notice.problem == "no such mailbox (550)"


def test_what_names_no_letter_of_ours_changes_nothing(bob: User) -> None:
    letter = a_letter(a_client(*WAITS), bob)
    other = f"{'0' * 32}@alder.example"
    assert comes_in(DSN.format(date=DATE, action="failed", status="5.1.1", said="550", id=other)) == 0
    ours = ANSWER.format(date=DATE, id=letter.message_id).replace("gary@north.example", "mona@alder.example")
    assert comes_in(ours) == 0
    future = ANSWER.format(date="Date: Mon, 10 Mar 2031 12:05:00 +0000", id=letter.message_id)
    assert comes_in(future) == 0
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.replied_at) == (None, None)
