"""The desk's own mail reaches a real mail server, each at most once."""

from __future__ import annotations

import asyncio
import logging
import socket
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import connection

from amends.desk import tasks
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.post import UnreachableError
from amends.desk.models import Outgoing
from amends.desk.tasks import Worker
from cast import NOW
from nursery import OwnDesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

PATIENCE = 60  # seconds for a process to start and send
pytestmark = pytest.mark.django_db


class Postbox:
    """What a mail server does with mail: it keeps it, refuses it, or hangs up in the midst of it."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.answer = "250 Thanks"
        self.seconds = 0.0
        self.has_one = Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        del session
        self.letters.append(envelope.content.decode())
        self.has_one.set()
        await asyncio.sleep(self.seconds)
        if self.answer == "hang up":
            server.transport.abort()
        return self.answer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"
    yield box
    server.stop()


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
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    a_mail()
    place = f"127.0.0.1:{settings.EMAIL_PORT}"
    sentence = f"The mail server {place} does not let us in: [Errno 111] Connection refused. Mail waits until it does."
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
