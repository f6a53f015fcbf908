"""Whoever is killed while colleagues are told: each is told once, and by a service at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nursery import OwnDesk, kills

if TYPE_CHECKING:
    from pathlib import Path

OWNERS, KILLS = 40, kills(1 / 5)


def test_workers_that_are_killed_tell_nobody_twice_and_forget_nobody(tmp_path: Path) -> None:
    stood = OwnDesk.at(tmp_path).run("noticed.told_by_killed_workers", OWNERS, KILLS, 7)
    assert stood["told"] == [1] * OWNERS
    assert stood["letters"] == [1] * (OWNERS // 2)
    assert (stood["most"], stood["left"]) == (1, 0)
    assert stood["arrived"] + stood["unknown"] == OWNERS // 2
    assert stood["arrived"] <= stood["sent"] <= OWNERS // 2
