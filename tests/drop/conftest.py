"""A desk with an open door, and what is left in its queue removed after each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doorway import DropDesk, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from doorway import Doorway


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(*DropDesk.with_addresses(tmp_path_factory.mktemp("desk")))


@pytest.fixture(scope="module")
def door(place: Place) -> Iterator[Doorway]:
    with place.desk.opened(size=300_000) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_waits(place: Place) -> Iterator[None]:
    yield
    for left in place.desk.queue.glob("*"):
        left.unlink()
