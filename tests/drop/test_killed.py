"""Doors and workers that are killed at any moment lose no mail that was said to be kept, and double none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorway import DropDesk
from nursery import kills

if TYPE_CHECKING:
    from pathlib import Path


KILLS = kills(1 / 4)


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    desk, _secrets = DropDesk.with_addresses(tmp_path)
    done = desk.run("kill_all_along", KILLS, 11)
    kept = done["messages"]
    assert done["cut off"] == KILLS
    assert len(done["told"]) > KILLS
    assert set(done["told"]) <= set(kept)  # what was said to be kept is there
    assert len(set(kept) - set(done["told"])) <= 1  # beside it at most the one whose answer was never heard
    assert len(set(kept)) == len(kept) == done["kept"]
    assert desk.waiting() == []
