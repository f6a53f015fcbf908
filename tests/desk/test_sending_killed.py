"""A worker killed at any moment of sending: nothing goes out twice by itself, and nothing is forgotten."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nursery import OwnDesk, kills
from postbox import Postbox, Sheer, free_port

if TYPE_CHECKING:
    from pathlib import Path

TIMES = kills(1 / 4)
EACH = 4  # mails laid before each kill: some are left for the next worker


def test_kills_send_nothing_twice_and_forget_nothing(tmp_path: Path) -> None:
    box = Postbox()
    box.seconds = 0.02  # a server takes its time, so that some kills meet the moment between text and answer
    server = Sheer(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        desk = OwnDesk.at(tmp_path)
        desk.environment["AMENDS_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        desk.run("fill", 1)
        fates = desk.run("kill_sending", TIMES, 7, EACH)
    finally:
        server.stop()
    came = Counter(str(mail["Message-ID"])[1:-1] for mail in box.mails)
    assert len(fates["all"]) == TIMES * EACH
    assert sorted(fates["sent"] + fates["unknown"]) == sorted(fates["all"])  # none waits, none is forgotten
    assert set(came.values()) == {1}
    assert set(fates["sent"]) <= set(came) <= set(fates["all"])  # what is said to be sent has arrived
    assert sorted(fates["kept"]) == sorted(fates["sent to clients"])
    assert len(fates["unknown"]) <= TIMES  # each kill leaves at most one in doubt
