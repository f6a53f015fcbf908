"""The page that asks how it is to work with us, on Dana's phone: without a script, and open to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client_page import make_link
from amends.desk.actions.pulse_asking import ask_pulse
from amends.desk.models import Person, Pulse
from cast import NOW, a_client, person_at
from opened import mistakes
from portal.test_browser import PHONE, in_the_browser, on

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_noon", "in_the_browser"),
]


@pytest.fixture
def address(bob: User, live_server: LiveServer) -> str:
    person = person_at(a_client(looked_after_by=bob), "dana@north.example")
    page = ask_pulse(person, by=bob, now=NOW, has_four=True).page
    assert page
    return f"{live_server.url}/c/{make_link(page, by=None, now=NOW)}"


def test_she_answers_without_a_script(address: str, chromium: Browser) -> None:
    page = on(chromium, PHONE, address, java_script_enabled=False)
    page.get_by_text("Mostly", exact=True).first.tap()
    page.locator("label[for=next_order-unsure]").tap()
    page.get_by_text("Mostly good").tap()
    page.get_by_label("Anything you would like to tell us").fill("Better.")
    page.get_by_role("button", name="Send my answers").tap()
    page.wait_for_url("**?sent")
    pulse = Pulse.objects.get()
    assert (pulse.does, pulse.next_order, pulse.feeling, pulse.words) == (4, "unsure", 4, "Better.")
    page.context.close()


def test_she_says_that_it_is_enough(address: str, chromium: Browser) -> None:
    page = on(chromium, PHONE, address, java_script_enabled=False)
    page.get_by_role("link", name="Please do not ask me any more").tap()
    page.get_by_role("button", name="Do not ask me any more").tap()
    page.get_by_role("button", name="You may ask me again").wait_for()
    assert Person.objects.exclude(no_pulse_at=None).count() == 1
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("where", ["", "/no-more"])
def test_it_is_open_to_everybody(address: str, chromium: Browser, where: str, theme: str) -> None:
    page = on(chromium, PHONE, f"{address}{where}", color_scheme=theme)
    assert mistakes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()
