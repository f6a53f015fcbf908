"""A client is upset, in a real browser: typed at once, by keyboard, at every width, and on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from cast import NOW, a_client
from opened import in_the_browser, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.fixtures import Settings

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
FOCUSED = "document.activeElement.name"


@pytest.fixture
def at_noon(settings: Settings) -> None:
    settings.CLOCK_OFFSET = timedelta()
    settings.CLOCK_OFFSET = NOW - clock.now()


@pytest.mark.parametrize(("key", "address"), [("u", "/upset"), ("l", "/calls/new")])
def test_after_a_key_one_types_who_it_is(chromium: Browser, bob: User, key: str, address: str) -> None:
    a_client(looked_after_by=bob)
    page = opened(chromium, bob, "/")
    page.keyboard.press(key)
    page.wait_for_url(f"**{address}")
    page.keyboard.type("Lowfield glut")
    assert page.locator("[name=who]").input_value() == "Lowfield glut"
    page.context.close()


def test_what_is_typed_before_the_page_is_there_is_no_shortcut(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/")
    page.evaluate(
        """() => ["u", "l", "g", "c", "?"].forEach(
            (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
    )
    page.wait_for_url("**/upset")
    assert page.evaluate(FOCUSED) == "who"
    page.context.close()


def test_with_the_client_filled_in_one_types_what_they_said(chromium: Browser, bob: User) -> None:
    north = a_client(looked_after_by=bob)
    page = opened(chromium, bob, f"/clients/{north.pk}")
    page.keyboard.press("u")
    page.wait_for_url(f"**/upset?client={north.pk}")
    assert (page.locator("[name=who]").input_value(), page.evaluate(FOCUSED)) == ("North", "words")
    page.keyboard.press("Escape")
    page.goto(f"http://localhost/clients/{north.pk}")
    page.keyboard.press("l")
    page.wait_for_url(f"**/calls/new?client={north.pk}")
    assert page.evaluate(FOCUSED) == "summary"
    page.context.close()
