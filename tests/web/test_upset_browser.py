"""A client is upset, in a real browser: typed at once, by keyboard, at every width, and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator

from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client
from amends.desk.actions.promise import make_promise
from amends.desk.models import Person
from cast import NOW, a_client, at
from opened import in_the_browser, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import Case, User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
ROOM = 120  # pixels of paper for their words: three centimetres
FOCUSED = "document.activeElement.name"


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


@pytest.fixture
def brightwater(bob: User) -> Case:
    """A recovery with everything that a call sheet can hold."""
    talk = """
        3 Mar 09:00  client: We are very disappointed with your service, and with the third invoice in a row.
        5 Mar 09:00  client: This is not what we agreed and I want to speak to whoever runs the branch about all of it.
        7 Mar 09:00  client: Does anyone there read these?
    """
    north = a_client(talk, looked_after_by=bob)
    assess_client(north, now=NOW)
    Person.objects.update(phone="(555) 01-48", best_hour="Best before 10 am", title="Plant manager")
    for number in range(4):
        what = f"Send the clean invoice number {number} to Gary and to their accounts department"
        make_promise(north, what, due_at=at("11 Mar 17:00"), by=bob, now=NOW)
    return open_case(north, by=bob, now=NOW, words="Third invoice with hours for someone who left. " * 5, severity=5)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_call_sheet_prints_on_one_page(chromium: Browser, bob: User, brightwater: Case, paper: str) -> None:
    page = opened(chromium, bob, f"/recoveries/{brightwater.pk}/call")
    printed = page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="While they talk").is_visible()
    drawn = [box["height"] for box in map(Locator.bounding_box, page.locator("textarea.write").all()) if box]
    assert len(drawn) == 4
    assert sum(drawn) >= ROOM
    page.context.close()


def test_the_kinds_of_a_call_stand_in_one_row(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/calls/new")
    tops = {box["y"] for each in page.locator(".cards .choice").all() if (box := each.bounding_box())}
    assert len(tops) == 1
    page.context.close()


@pytest.mark.parametrize("address", ["/upset", "/calls/new"])
@pytest.mark.parametrize("height", [844, 900])
def test_on_the_phone_the_button_stands_above_the_tabs(chromium: Browser, bob: User, address: str, height: int) -> None:
    page = opened(chromium, bob, address, width=390)
    page.set_viewport_size({"width": 390, "height": height})
    button, tabs = page.locator("main form button.p").bounding_box(), page.locator(".tabs").bounding_box()
    assert button is not None
    assert tabs is not None
    assert button["y"] + button["height"] <= tabs["y"]
    page.context.close()


def test_without_scripts_a_mistake_is_scrolled_to(chromium: Browser, bob: User, brightwater: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{brightwater.pk}/call", script=False)
    page.locator("[name=promised]").fill("Send it")
    page.get_by_role("button", name="Save the call").click()
    page.wait_for_url("**/call#wrong")
    assert page.locator(".err").get_by_text("Say by when you promised it").is_visible()
    page.context.close()
