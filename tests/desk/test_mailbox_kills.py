"""A worker that reads mailboxes is killed at any moment: no mail is lost, none is kept twice, and the counts add up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cast import NOW
from mailbag import US, mail
from nursery import OwnDesk, kills
from posted import server

if TYPE_CHECKING:
    from pathlib import Path

    from dovecot import Dovecot

__all__ = ["server"]
KILLS = kills(1 / 4)
EACH = 150  # mails in each inbox; half as many were sent


@pytest.mark.dovecot
def test_nothing_is_lost_or_doubled_when_a_worker_is_killed_while_it_reads(tmp_path: Path, server: Dovecot) -> None:
    wanted = []
    for user in ("dana", "erin"):
        for number in range(EACH):
            text, at = f"{user} {number}", NOW - timedelta(days=30) + number * timedelta(hours=1)
            server.deliver(user, mail(text, id=text.replace(" ", "-"), at=at))
            wanted.append(text)
        for number in range(EACH // 2):
            text, at = f"{user} sent {number}", NOW - timedelta(days=20) + number * timedelta(hours=1)
            raw = mail(text, id=text.replace(" ", "-"), at=at, sender=US, to="gary@north.example")
            server.deliver(user, raw, folder="Versendet")
            wanted.append(text)
    shared = mail("To both", id="both", at=NOW - timedelta(days=3))
    for user in ("dana", "erin"):
        server.deliver(user, shared)
    desk = OwnDesk.at(tmp_path)
    desk.run("nursed_mailbox.connect", server.tls_port, str(server.certificate), ["dana", "erin"])
    told = desk.run("nursed_mailbox.kill", str(server.certificate), KILLS, 1)
    read, held = told.pop("read"), told.pop("held")
    assert len(set(read)) > 1  # they did work
    assert held > 0  # and were cut off in the midst of it
    assert told == {
        "texts": sorted([*wanted, "To both"]),
        "double": 0,
        "references": len(wanted) + 1,
        "counts": [len(wanted) + 2, len(wanted) + 1, 1, 0, 0, 0, 0, 0],
        "problems": [""],
        "over": [],
        "leased": 0,
        "finished": 2,
        "failed": 0,
    }
