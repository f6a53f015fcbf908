"""A page's mail goes out by a real mail server, and what the client says comes back through a real Dovecot.

Nothing is played here but the client: she reads her mail by IMAP, follows the link in it, answers, and writes back.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client as Browser

from amends.desk import clock
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.actions.letter import resend_letter, seal_of, send_letter, write_letter
from amends.desk.models import Event, Message, Outgoing, PageLink
from amends.desk.queries.outbox import Tab, counts_of, letters_back
from amends.desk.queries.user import hash_of
from cast import NOW, browser_of
from client_pages import DanasPage, danas_page
from dovecot import PASSWORD
from mailbag import mail
from postbox import Postbox, a_postbox, unflowed
from posted import connected, polled, server, trusted
from shown import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from pytest_django import Settings

    from amends.desk.models import Mailbox, User
    from dovecot import Dovecot

__all__ = ["server", "trusted"]
pytestmark = [pytest.mark.dovecot, pytest.mark.usefixtures("firm", "trusted")]
DANA = "dana@north.example"
HERS = "I found out at five in the morning, from an empty dock."
TEXT = f"Dana,\n\nyou told us what it cost you. This is what we heard, and what we will do:\n\n{PAGE_MARK}\n\nBob"
BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@alder.example>
To: mona@alder.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 10 Mar 2025 12:20:00 +0000
Message-ID: <dsn1@alder.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.alder.example

Final-Recipient: rfc822; dana@north.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--B
Content-Type: text/rfc822-headers

From: Bob Reed <desk@alder.example>
To: dana@north.example
Message-ID: <{id}>

--B--
"""


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    settings.CLOCK_OFFSET = timedelta()
    settings.CLOCK_OFFSET = NOW - clock.now()
    yield from a_postbox(settings)


def after(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


def known_by_mail(server: Dovecot, user: str, dana: DanasPage, lead: User) -> Mailbox:
    """Let her complaint come in by mail: the recovery that somebody leads is about it."""
    server.deliver(user, mail(HERS, sender=f"Dana Whitlock <{DANA}>", subject="An empty dock", id=f"hers-{user}"))
    mailbox = polled(connected(server, user))
    dana.case.message, dana.case.lead = Message.objects.get(message_id=f"hers-{user}@test"), lead
    dana.case.save()
    return mailbox


def carried(server: Dovecot, user: str, postbox: Postbox) -> EmailMessage:
    """Carry what went out to her mailbox, and read it there as her mail program does."""
    server.deliver(user, postbox.letters[-1].encode())
    told = ssl.create_default_context(cafile=str(server.certificate))
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=told) as box:
        box.login(user, PASSWORD)
        box.select("INBOX")
        [found] = box.search(None, "ALL")[1]
        raw = box.fetch(found.split()[-1].decode(), "(RFC822)")[1][0]
    assert isinstance(raw, tuple)
    return message_from_bytes(raw[1], policy=policy.default)


def link_in(letter: EmailMessage) -> str:
    [path] = re.findall(r"^http://127\.0\.0\.1:\d+(/c/[\w-]{43})$", unflowed(letter.get_content()), re.MULTILINE)
    return str(path)


def sent(dana: DanasPage, bob: User) -> Outgoing:
    told: dict[str, Any] = {"by": bob, "now": NOW, "page": dana.page}
    letter = write_letter(dana.case.client, DANA, "Re: An empty dock", TEXT, **told)
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    assert deliver_next(now=after(1)) is True
    return letter


def everything_kept() -> str:
    models = apps.get_app_config("desk").get_models()
    return "".join(serializers.serialize("json", model._default_manager.all()) for model in models)


def test_a_page_goes_out_by_mail_is_answered_and_the_reply_lands_where_it_belongs(
    server: Dovecot, postbox: Postbox, bob: User, alice: User, mona: User
) -> None:
    dana = danas_page(bob, alice)
    mailbox = known_by_mail(server, "mona", dana, mona)
    letter = sent(dana, bob)

    got = carried(server, "dana", postbox)
    assert (got["In-Reply-To"], str(got["Reply-To"]), got["To"].addresses[0].addr_spec) == (
        "<hers-mona@test>", "mona@alder.example", DANA,
    )  # fmt: skip

    hers = DanasPage(dana.page, dana.case, link_in(got).removeprefix("/c/"), Browser())
    assert PageLink.objects.get(token_hash=hash_of(hers.token)).by is None
    answer = hers.send({f"line-{hers.line(0).pk}": "yes", f"action-{hers.action(0).pk}": "agree"})
    assert answer.status_code == 302
    assert (hers.line(0).is_right, hers.action(0).answer) == (True, "agreed")

    server.deliver("mona", postbox.letters[-1].encode(), folder="Versendet")  # as some servers file what they send
    reply = mail(
        f"Thank you. It opens on my phone at http://127.0.0.1:8321{link_in(got)} now.\n\nDana",
        sender=f"Dana Whitlock <{DANA}>",
        to=str(got["Reply-To"]),
        subject=f"Re: {got['Subject']}",
        at=after(9),
        id="reply",
        In_Reply_To=str(got["Message-ID"]),
        References=f"{got['References']} {got['Message-ID']}",
    )
    server.deliver("mona", reply)
    polled(mailbox, now=after(10))

    written = Message.objects.get(message_id="reply@test")
    [ours] = Message.objects.filter(message_id=letter.message_id)
    assert {written.thread, ours.thread} == {dana.case.message.thread}  # type: ignore[union-attr]  # it has one
    assert (written.client, written.person) == (dana.case.client, dana.page.person)
    letter.refresh_from_db()
    assert (letter.replied_at, letter.bounced_at, letter.case) == (after(9), None, dana.case)
    assert Event.objects.get(verb="hear_of_letter").case_id == dana.case.pk
    history = text_of(browser_of(mona), f"/recoveries/{dana.case.pk}/history")
    assert "Heard what became of a letter" in history
    assert (
        "Letters 1 Re: An empty dock Dana Whitlock · Sent Monday, Mar 10, 12:01 pm. Answered Monday, Mar 10" in history
    )
    assert hers.token not in everything_kept()


def test_what_comes_back_is_told_to_who_leads(
    server: Dovecot, postbox: Postbox, bob: User, alice: User, mona: User, vera: User
) -> None:
    dana = danas_page(bob, alice)
    mailbox = known_by_mail(server, "back", dana, mona)
    letter = sent(dana, bob)
    server.deliver("back", BOUNCE.format(id=letter.message_id).encode())
    polled(mailbox, now=after(30))
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.problem) == (after(20), "no such mailbox (550 5.1.1 No such user)")
    assert [list(letters_back(user, after(30))) for user in (bob, mona)] == [[letter], [letter]]
    assert Event.objects.get(verb="hear_of_letter").case_id == dana.case.pk
    assert len(postbox.letters) == 1
    history = f"/recoveries/{dana.case.pk}/history"
    assert "· It came back Monday, Mar 10, 12:20 pm. no such mailbox" in text_of(browser_of(mona), history)
    assert "Letters" not in text_of(browser_of(vera), history)


def test_a_cut_connection_leaves_a_page_in_doubt_until_she_answers(
    server: Dovecot, postbox: Postbox, bob: User, alice: User, mona: User
) -> None:
    dana = danas_page(bob, alice)
    mailbox = known_by_mail(server, "doubt", dana, mona)
    postbox.answer = "hang up"
    letter = sent(dana, bob)
    assert (deliver_next(now=after(20)), counts_of(bob, after(20))[Tab.UNKNOWN]) == (False, 1)
    got = carried(server, "dana-doubt", postbox)
    assert Browser().get(link_in(got)).status_code == 200  # it did arrive
    reply = mail("It did.", sender=DANA, at=after(21), id="did", In_Reply_To=str(got["Message-ID"]))
    server.deliver("doubt", reply)
    polled(mailbox, now=after(22))
    letter.refresh_from_db()
    assert (letter.sent_at, letter.replied_at) == (after(1), after(21))
    assert counts_of(bob, after(22))[Tab.UNKNOWN] == 0


def test_a_person_sends_a_page_in_doubt_again_as_the_same_mail(
    server: Dovecot, postbox: Postbox, bob: User, alice: User, mona: User
) -> None:
    dana = danas_page(bob, alice)
    known_by_mail(server, "again", dana, mona)
    postbox.answer = "hang up"
    letter = sent(dana, bob)
    first = carried(server, "dana-again", postbox)
    postbox.answer = "250 Thanks"
    resend_letter(letter, by=mona, now=after(20))
    deliver_next(now=after(21))
    second = carried(server, "dana-again", postbox)
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter.message_id}>"
    assert link_in(first) != link_in(second)
    assert [Browser().get(link_in(one)).status_code for one in (first, second)] == [200, 200]
    assert Message.objects.filter(message_id=letter.message_id).count() == 1
