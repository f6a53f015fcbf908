"""A worker killed at any moment of sending: nothing goes out twice by itself, and nothing is forgotten."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nursery import OwnDesk, kills
from postbox import Postbox, Sheer, free_port, unflowed

if TYPE_CHECKING:
    from pathlib import Path

TIMES = kills(1 / 4)
PAGE_TIMES = kills(1 / 10)
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


def test_kills_send_no_page_twice_and_keep_no_link(tmp_path: Path) -> None:
    box = Postbox()
    box.seconds = 0.02
    server = Sheer(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        desk = OwnDesk.at(tmp_path)
        desk.environment["AMENDS_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        desk.run("fill", 1)
        fates = desk.run("nursed_pages.kill_sending_pages", PAGE_TIMES, 11, EACH)
        came = Counter(str(mail["Message-ID"])[1:-1] for mail in box.mails)
        assert sorted(fates["sent"] + fates["unknown"]) == sorted(fates["all"])
        assert (len(fates["all"]), set(came.values())) == (PAGE_TIMES * EACH, {1})  # none by itself a second time
        again = desk.run("nursed_pages.send_lost_again")
        after = desk.run("fates_of_letters")
        texts = [unflowed(mail.get_content()) for mail in box.mails]
        tokens = [token for text in texts for token in re.findall(r"/c/([\w-]{43})$", text, re.MULTILINE)]
        working, kept = desk.run("nursed_pages.working_links", tokens), desk.run("nursed_pages.tokens_kept", tokens)
    finally:
        server.stop()
    came = Counter(str(mail["Message-ID"])[1:-1] for mail in box.mails)
    assert sorted(again) == sorted(fates["unknown"])
    assert (sorted(after["sent"]), after["unknown"]) == (sorted(fates["all"]), [])
    assert {key for key, count in came.items() if count > 1} <= set(again)  # only what a person sent again
    assert (len(set(tokens)), len(tokens)) == (len(box.mails), len(box.mails))  # each mail has a link of its own
    assert (set(working), kept) == ({True}, [])
