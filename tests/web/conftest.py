"""The cast of every test of the pages (tests/cast.py), and its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from cast import NOW, alice, bob, charlie, everybody, firm, harbour, mona, riverside, vera

if TYPE_CHECKING:
    from pytest_django import Settings

__all__ = ["alice", "bob", "charlie", "everybody", "firm", "harbour", "mona", "riverside", "vera"]


@pytest.fixture
def at_noon(settings: Settings) -> None:
    """Let the clock of every page stand at NOW."""
    settings.CLOCK_OFFSET = timedelta()
    settings.CLOCK_OFFSET = NOW - clock.now()
