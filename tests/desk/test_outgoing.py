"""The desk's own mail reaches a real mail server, each at most once."""

from __future__ import annotations

import logging
import re
import socket
import ssl
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPNotSupportedError
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from amends.desk import tasks
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.outgoing import queue_letter
from amends.desk.actions.post import UnreachableError, why_not
from amends.desk.models import LetterKind, Outgoing
from amends.desk.queries.outbox import Held, held
from amends.desk.tasks import Worker
from cast import NOW
from nursery import OwnDesk
from postbox import Postbox, a_postbox, free_port, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from amends.desk.models import Firm, User

PATIENCE = 60  # seconds for a process to start and send
pytestmark = pytest.mark.django_db
UNTRUSTED = (
    "its certificate is not trusted (('self-signed certificate',)). Name the server in AMENDS_SMTP_URL as its"
    " certificate does, or name the file of the authority that signed it in AMENDS_MAIL_CERTIFICATES, then start the"
    " desk again"
)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    yield from a_postbox(settings)


def a_mail(subject: str = "Welcome", minutes: int = 0, **fields: Any) -> Outgoing:
    return Outgoing.objects.create(
        to="bob@alder.example", subject=subject, text="Come in.\n", added_at=NOW + timedelta(minutes=minutes), **fields
    )


def fates() -> list[tuple[str, Any, Any, Any]]:
    rows = Outgoing.objects.order_by("pk")
    return [(row.subject, row.sending_at, row.sent_at, row.failed_at) for row in rows]


def test_mail_is_delivered_in_order_and_once(postbox: Postbox) -> None:
    a_mail("Second", 5), a_mail("First\nBcc: all@x.example", 1)
    assert [deliver_next(now=NOW) for _ in range(3)] == [True, True, False]
    assert [letter.split("\r\n\r\n")[1] for letter in postbox.letters] == ["Come in.\r\n"] * 2
    first, second = (dict(line.split(": ", 1) for line in letter.split("\r\n")[:8] if ": " in line)
                     for letter in postbox.letters)  # fmt: skip
    assert (first["Subject"], first["From"], first["To"]) == (
        "First Bcc: all@x.example",
        "desk@alder.example",
        "bob@alder.example",
    )
    assert second["Subject"] == "Second"
    assert fates() == [("Second", NOW, NOW, None), ("First\nBcc: all@x.example", NOW, NOW, None)]


def test_mail_whose_fate_is_unknown_is_not_sent_again(postbox: Postbox) -> None:
    a_mail(sending_at=NOW)
    assert deliver_next(now=NOW + timedelta(days=1)) is False
    assert postbox.letters == []


def test_mail_that_is_refused_says_why(postbox: Postbox) -> None:
    postbox.answer = "550 No such colleague"
    a_mail()
    assert deliver_next(now=NOW) is True
    row = Outgoing.objects.get()
    assert (row.sending_at, row.sent_at, row.failed_at) == (NOW, None, NOW)
    assert row.problem == "The mail server refused it: 550 No such colleague"


def test_mail_that_is_cut_off_may_have_arrived_and_says_so(postbox: Postbox) -> None:
    postbox.answer = "hang up"
    a_mail()
    assert deliver_next(now=NOW) is True
    row = Outgoing.objects.get()
    assert (row.sending_at, row.sent_at, row.failed_at) == (NOW, None, None)
    assert row.problem.startswith("The connection broke while it was sent; it may have arrived, or not. (")
    assert deliver_next(now=NOW) is False
    assert len(postbox.letters) == 1


def test_who_is_killed_while_sending_leaves_a_mail_that_is_not_sent_again(postbox: Postbox, tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.environment["AMENDS_SMTP_URL"] = f"smtp://127.0.0.1:{django_settings.EMAIL_PORT}"
    desk.run("lay_mail")
    postbox.seconds = 5
    with desk.start("deliver") as sending:
        assert postbox.has_one.wait(PATIENCE)
        sending.kill()
    assert desk.run("deliver") == [[True, False, False]]
    assert len(postbox.letters) == 1


def test_two_who_take_the_same_mail_send_it_once(postbox: Postbox) -> None:
    a_mail()
    taken, others = NOW - timedelta(seconds=1), [1]

    def first_comes_another(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and others:
            others.pop()
            Outgoing.objects.update(sending_at=taken)
        return execute(sql, *rest)

    with connection.execute_wrapper(first_comes_another):
        assert deliver_next(now=NOW) is True
    assert (postbox.letters, fates()) == ([], [("Welcome", taken, None, None)])


def test_a_server_that_is_away_is_asked_again_later(settings: Settings, caplog: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    a_mail()
    place = f"127.0.0.1:{settings.EMAIL_PORT}"
    sentence = (
        f"The mail server {place} takes no mail: nothing answers there (Connection refused). Mail waits until it does."
    )
    with pytest.raises(UnreachableError) as raised:
        deliver_next(now=NOW)
    assert str(raised.value) == sentence
    worker = Worker()
    with caplog.at_level(logging.WARNING):
        assert worker.work_once(NOW) is False
        assert worker.work_once(NOW) is False
    assert [record.getMessage() for record in caplog.records] == [sentence]
    assert worker.rests["deliver_mail"] == NOW + tasks.MAIL_REST
    assert fates() == [("Welcome", None, None, None)]


def test_the_worker_delivers(postbox: Postbox) -> None:
    a_mail()
    assert Worker().work_once(NOW) is True
    assert (len(postbox.letters), fates()) == (1, [("Welcome", NOW, NOW, None)])


def test_without_a_mail_server_mail_waits(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    a_mail()
    assert deliver_next(now=NOW) is False
    assert fates() == [("Welcome", None, None, None)]


def the_letter() -> Outgoing:
    return Outgoing.objects.get()


def test_a_server_that_says_not_now_is_asked_again_less_and_less_often(postbox: Postbox) -> None:
    postbox.on_rcpt = "450 4.2.0 Greylisted"
    a_mail()
    at, rests = NOW, []
    for _ in range(9):
        assert deliver_next(now=at) is True
        assert deliver_next(now=at) is False
        due_at = the_letter().due_at or NOW
        rests.append(due_at - at)
        at = due_at
    assert [rest.total_seconds() / 60 for rest in rests] == [1, 5, 15, 30, 60, 120, 240, 240, 240]
    assert (the_letter().tries, the_letter().problem) == (9, "The mail server refused it: 450 4.2.0 Greylisted")
    postbox.on_rcpt = ""
    deliver_next(now=at)
    assert (the_letter().sent_at, the_letter().problem, len(postbox.letters)) == (at, "", 1)


def test_after_four_days_of_not_now_it_is_given_up(postbox: Postbox) -> None:
    postbox.answer = "451 Later"
    a_mail()
    at = NOW
    while the_letter().failed_at is None:
        deliver_next(now=at)
        at = the_letter().due_at or at
    assert (the_letter().tries, (at - NOW).days) == (30, 4)
    assert (the_letter().problem, deliver_next(now=at + timedelta(days=9))) == (
        "The mail server refused it: 451 Later",
        False,
    )


def test_a_connection_that_breaks_before_the_text_left_us_means_later(postbox: Postbox) -> None:
    postbox.on_rcpt = "hang up"
    a_mail()
    assert deliver_next(now=NOW) is True
    assert (the_letter().sending_at, the_letter().tries) == (None, 1)
    assert the_letter().problem.startswith("The connection broke before it was handed over (")


def test_a_server_that_takes_no_mail_from_us_refuses_no_letter(postbox: Postbox, firm: Firm) -> None:
    postbox.on_mail = "530 5.7.0 Sign in first"
    a_mail()
    with pytest.raises(UnreachableError, match=r"takes no mail from desk@alder\.example: 530 5\.7\.0 Sign in first\."):
        deliver_next(now=NOW)
    assert fates() == [("Welcome", None, None, None)]
    firm.refresh_from_db()
    assert (firm.mail_down_at, firm.mail_problem[-25:]) == (NOW, "Mail waits until it does.")


def test_a_server_that_answers_too_late_leaves_the_fate_unknown(postbox: Postbox, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, postbox.seconds = 1, 3
    a_mail()
    assert deliver_next(now=NOW) is True
    assert (the_letter().sending_at, the_letter().sent_at, the_letter().failed_at) == (NOW, None, None)
    told = "The connection broke while it was sent; it may have arrived, or not. "
    told += "(Connection unexpectedly closed: timed out)"
    assert the_letter().problem == told


def test_a_server_that_is_down_for_a_day_loses_nothing(firm: Firm, settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"
    for number in range(3):
        a_mail(f"Number {number}", number)
    for hour in range(0, 24, 3):
        with pytest.raises(UnreachableError):
            deliver_next(now=NOW + timedelta(hours=hour))
    firm.refresh_from_db()
    assert (firm.mail_down_at, held(firm)) == (NOW, Held(NOW, firm.mail_problem))
    for box in a_postbox(settings):
        while deliver_next(now=NOW + timedelta(days=1)):
            continue
        assert [mail["Subject"] for mail in box.mails] == ["Number 0", "Number 1", "Number 2"]
    firm.refresh_from_db()
    assert (firm.mail_down_at, firm.mail_problem, held(firm)) == (None, "", None)


def test_what_goes_out_says_that_a_program_wrote_it_and_why(postbox: Postbox, bob: User) -> None:
    letter = queue_letter(
        LetterKind.COVER, bob.email, "Can you call Zoë?\r\nBcc: all@x.example", "Zoë waits. " * 20, now=NOW, user=bob,
        why="You get this because a colleague asks you.",
    )  # fmt: skip
    deliver_next(now=NOW)
    [mail] = postbox.mails
    assert {name: str(value) for name, value in mail.items() if name != "X-Peer"} == {
        "From": "desk@alder.example",
        "To": "Bob Reed <bob@alder.example>",
        "Subject": "Can you call Zoë? Bcc: all@x.example",
        "Date": "Mon, 10 Mar 2025 12:00:00 +0000",
        "Message-ID": f"<{letter.message_id}>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"; format="flowed"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    told = ("Zoë waits. " * 20).rstrip()
    assert unflowed(mail.get_content()) == f"{told}\n\n-- \nYou get this because a colleague asks you.\n"
    assert max(map(len, postbox.letters[0].splitlines())) <= 78
    assert postbox.envelopes == [("desk@alder.example", "bob@alder.example")]


def test_every_mail_has_an_identity_that_tells_nothing(bob: User, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Alder Desk <desk@alder.example>"
    ids = {queue_letter(LetterKind.TEST, bob.email, "x", "x", now=NOW).message_id for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}@alder\.example", each or "") for each in ids)
    settings.DEFAULT_FROM_EMAIL = ""
    assert (queue_letter(LetterKind.TEST, bob.email, "x", "x", now=NOW).message_id or "")[-10:] == "@localhost"


def test_what_is_not_due_waits(postbox: Postbox) -> None:
    a_mail(due_at=NOW + timedelta(hours=1))
    assert deliver_next(now=NOW) is False
    assert deliver_next(now=NOW + timedelta(hours=1)) is True
    assert len(postbox.letters) == 1


@pytest.mark.parametrize(
    ("to", "fate"),
    [
        ("bob@bücher.example", "xn--bcher-kva"),
        ("zoë@x.example", ""),
        ("bob@x..example", ""),
        ("b(c)@x.example", ""),
        ("a\r\nRCPT TO:<b@x.example>@x.example", ""),
    ],
)
def test_odd_addresses_are_sent_as_servers_take_them_or_refused(postbox: Postbox, to: str, fate: str) -> None:
    a_mail()
    Outgoing.objects.update(to=to)
    assert deliver_next(now=NOW) is True
    if fate:
        assert postbox.envelopes == [("desk@alder.example", "bob@xn--bcher-kva.example")]
    else:
        assert the_letter().problem == f"Mail servers take no such address: {to}"
        assert (the_letter().failed_at, postbox.letters) == (NOW, [])


def test_the_words_stay_as_they_were_written(postbox: Postbox) -> None:
    words = ".\n..two dots\nFrom here on\n> said\n  indented\n\n" + "https://x.example/" + "a" * 300 + "\n-- \nend\ttab"
    a_mail()
    Outgoing.objects.update(text=words)
    deliver_next(now=NOW)
    assert unflowed(postbox.mails[0].get_content()) == f"{words}\n"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SMTPAuthenticationError(535, b"5.7.8 Bad credentials"),
         "it refuses the user name or the password of AMENDS_SMTP_URL (535 5.7.8 Bad credentials)"),
        (SMTPConnectError(421, b"Too many\r\nconnections"), "it says 421 Too many connections"),
        (SMTPNotSupportedError("No STARTTLS."),
         "it offers no encryption or no way to sign in, which AMENDS_SMTP_URL asks for (No STARTTLS.)"),
        (socket.gaierror(-2, "Not known"), "no server of that name is known (Not known)"),
        (ssl.SSLError("wrong version"),
         "its encryption cannot be trusted or is not spoken at that port (('wrong version',))"),
        (ssl.SSLCertVerificationError("self-signed certificate"),
         UNTRUSTED),
        (TimeoutError(), "it did not answer within 30 seconds"),
    ],
)  # fmt: skip
def test_why_a_server_does_not_let_us_in_is_said_in_words(error: OSError, told: str) -> None:
    assert why_not(error) == told


def test_a_server_without_encryption_is_not_spoken_to(postbox: Postbox, settings: Settings) -> None:
    del postbox
    settings.EMAIL_USE_TLS = True
    a_mail()
    with pytest.raises(UnreachableError, match="it offers no encryption"):
        deliver_next(now=NOW)
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
    with pytest.raises(UnreachableError, match="its encryption cannot be trusted or is not spoken at that port"):
        deliver_next(now=NOW)
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "desk", "secret"
    with pytest.raises(UnreachableError, match="it offers no encryption or no way to sign in"):
        deliver_next(now=NOW)
    assert fates() == [("Welcome", None, None, None)]
