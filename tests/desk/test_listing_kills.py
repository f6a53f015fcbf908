"""A worker that takes a list in, or back, is killed at any moment: no row is lost, none is kept twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nursery import OwnDesk, kills

if TYPE_CHECKING:
    from pathlib import Path

KILLS = kills(1 / 4)
PEOPLE, CLIENTS, PLACEMENTS = 400, 40, 600
NOTHING = dict.fromkeys(("clients", "keys", "people", "double", "addresses", "facts", "known", "leased"), 0)


def the_people() -> str:
    lines = ["id,name,email,company"]
    lines += [f"{n},Person {n},p{n}@client{n % CLIENTS}.example,Client {n % CLIENTS}" for n in range(PEOPLE)]
    return "\n".join(lines)


def the_placements() -> str:
    lines = ["placement id,company,candidate,start date"]
    lines += [f"{n},Client {n % CLIENTS},Worker {n},{n % 12 + 1}/{n % 28 + 1}/2024" for n in range(PLACEMENTS)]
    return "\n".join(lines)


def test_nothing_is_lost_or_doubled_when_a_worker_is_killed_and_undoing_leaves_nothing(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.run("nursed_lists.give", the_people(), the_placements())
    told = desk.run("nursed_lists.kill", KILLS, 1)
    read, held = told.pop("read"), told.pop("held")
    assert 0 < read[KILLS // 2] <= read[-1] <= PEOPLE + PLACEMENTS  # they did work, all the time
    assert held > 0  # and were cut off in the midst of it
    assert told == NOTHING | {
        "status": ["done", "done"],
        "counts": [[PEOPLE, PEOPLE, 0, 0, 0, 0], [PLACEMENTS, PLACEMENTS, 0, 0, 0, 0]],
        "rows": [PEOPLE, PLACEMENTS],
        "clients": CLIENTS,
        "people": PEOPLE,
        "addresses": PEOPLE,
        "facts": PLACEMENTS,
        "known": PEOPLE,
        "events": 2,
    }
    desk.run("nursed_lists.take_back")
    told = desk.run("nursed_lists.kill", KILLS, 2)
    del told["read"]  # each begins with all of its rows, and is told by the count again when it is over
    held = told.pop("held")
    assert held > 0
    assert told == NOTHING | {
        "status": ["undone", "undone"],
        "counts": [[PEOPLE, PEOPLE, 0, 0, 0, 0], [PLACEMENTS, PLACEMENTS, 0, 0, 0, 0]],
        "rows": [0, 0],
        "events": 4,
    }
