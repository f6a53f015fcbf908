"""Our side of a client's page in a real browser: no mistake at any width and theme, prepared without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client_page import make_link
from amends.desk.models import ClientPage, Person
from cast import NOW
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened
from paged import a_case, a_page, answers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_the_pages_have_no_mistake(chromium: Browser, bob: User, theme: str, width: int) -> None:
    case = a_case(bob)
    page = a_page(case, bob)
    make_link(page, by=bob, now=NOW)
    answers(page)
    Person.objects.create(client=case.client, name="Gary Nash")
    shown = opened(chromium, bob, f"/recoveries/{case.pk}/client-page", width=width, theme=theme)
    found = {"list": mistakes(shown)}
    for name in ("", "/edit", "/letter"):
        shown.goto(shown.url.split("/", 3)[0] + "//" + shown.url.split("/", 3)[2] + f"/client-pages/{page.pk}{name}")
        shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found[name or "page"] = mistakes(shown)
    assert found == {"list": [], "page": [], "/edit": [], "/letter": []}
    shown.context.close()


def test_a_page_is_prepared_by_keyboard_and_without_a_script(chromium: Browser, bob: User) -> None:
    case = a_case(bob)
    shown = opened(chromium, bob, f"/recoveries/{case.pk}/client-page", script=False)
    shown.get_by_text("Prepare a page").click()
    shown.get_by_label("One more line").first.focus()
    shown.keyboard.type("Nobody phoned you.")
    shown.get_by_role("button", name="Prepare it").press("Enter")
    shown.get_by_text("Nobody outside has seen it yet.").wait_for()
    page = ClientPage.objects.get()
    assert [line.text for line in page.lines.all()] == ["Six lanes shut.", "It goes into a hole.", "Nobody phoned you."]
    shown.get_by_role("button", name="Copy a link").press("Enter")
    shown.get_by_label("Link").wait_for()
    assert "/c/" in shown.get_by_label("Link").input_value()
    shown.context.close()


def test_settings_have_no_mistake(chromium: Browser, alice: User) -> None:
    shown = opened(chromium, alice, "/settings/client-page")
    assert mistakes(shown) == []
    shown.context.close()
