"""The cast (tests/cast.py), its clock, and the page that was made for Dana."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from amends.desk import clock
from cast import NOW, alice, bob, charlie, everybody, firm, harbour, mona, riverside, vera
from client_pages import DanasPage, danas_page

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import User

__all__ = ["alice", "bob", "charlie", "everybody", "firm", "harbour", "mona", "riverside", "vera"]


@pytest.fixture
def at_noon(settings: Settings) -> None:
    """Let the clock of every page stand at NOW."""
    settings.CLOCK_OFFSET = timedelta()
    settings.CLOCK_OFFSET = NOW - clock.now()


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    """Forget who asked for pages that are none."""
    cache.clear()


@pytest.fixture
def dana(bob: User, alice: User) -> DanasPage:
    """Give the page that Bob made for Dana, with its link."""
    return danas_page(bob, alice)
