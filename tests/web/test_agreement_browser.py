"""The agreement in a real browser: nothing in anybody's way on either side, and all of it without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreements import OURS, a_compared_sheet, a_sheet, both_confirm, levels, we_confirm, worded
from amends.desk.actions.client_page import make_link
from amends.desk.actions.sheet import drop_sheet, fill_ours
from amends.desk.actions.sheet_asking import page_of_sheet
from amends.desk.models import AgreedItem, Person, Sheet
from cast import NOW, a_client, person_at
from opened import ADDRESS, THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
__all__ = ["in_the_browser"]


@pytest.fixture
def gary(bob: User) -> Person:
    return person_at(a_client(looked_after_by=bob), "gary@north.example")


def stages(gary: Person, bob: User, page: Page) -> dict[str, list[str]]:
    """Take a sheet from its beginning to a new version, and look at both sides' pages on the way."""
    where, found = f"/clients/{gary.client_id}/agreement", {}

    def look(stage: str, *addresses: str) -> None:
        for address in (where, *addresses):
            page.goto(f"{ADDRESS}{address}")
            found[f"{stage}: {address[:12]}"] = mistakes(page)

    sheet = a_sheet(gary, bob)
    theirs = f"/c/{make_link(page_of_sheet(sheet, by=bob, now=NOW), by=bob, now=NOW)}"
    look("begun", f"/sheets/{sheet.pk}/ours", theirs)
    fill_ours(sheet, levels(sheet, **OURS), by=bob, now=NOW)
    look("ours", f"/sheets/{sheet.pk}/theirs")
    worded(a_compared_sheet(gary, bob), bob)
    look("compared", f"/sheets/{sheet.pk}/words", theirs)
    we_confirm(sheet, bob)
    look("confirmed", theirs)
    both_confirm(sheet, gary, bob)
    look("agreed", theirs, f"/agreed/{AgreedItem.objects.all()[0].pk}")
    second = a_sheet(gary, bob)
    drop_sheet(second, by=bob, now=NOW)
    look("dropped", f"{where}?version=2", theirs)
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_stage_is_open_to_everybody(chromium: Browser, bob: User, gary: Person, width: int, theme: str) -> None:
    page = opened(chromium, bob, "/clients", width=width, theme=theme)
    found = stages(gary, bob, page)
    page.context.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_it_is_agreed_without_a_script(chromium: Browser, bob: User, gary: Person) -> None:
    where = f"{ADDRESS}/clients/{gary.client_id}/agreement"
    desk = opened(chromium, bob, f"/clients/{gary.client_id}/agreement/new", script=False)
    for box in desk.get_by_role("checkbox").all():
        box.uncheck()
    desk.get_by_label("Alder & Quay answers within").check()
    desk.get_by_role("button", name="Begin").click()
    desk.get_by_role("link", name="Fill in our part").click()
    desk.get_by_label("Can live with").fill("8")
    desk.get_by_role("button", name="This is our part").click()
    token = make_link(page_of_sheet(Sheet.objects.get(), by=bob, now=NOW), by=bob, now=NOW)
    phone = opened(chromium, None, f"/c/{token}", width=390, script=False)
    phone.get_by_label("You can live with").fill("4")
    phone.get_by_role("button", name="Send my answers").click()
    desk.goto(where)
    desk.get_by_role("link", name="Write the words").click()
    desk.get_by_label("What both confirm").fill("Answer within 4 working hours")
    desk.get_by_label("Agreed figure").fill("4")
    desk.get_by_role("button", name="Save the words").click()
    desk.goto(where)
    desk.get_by_role("button", name="We confirm these words").click()
    phone.goto(f"{ADDRESS}/c/{token}")
    assert not phone.locator("textarea").is_visible()
    phone.get_by_text("I’d change this").click()
    assert phone.locator("textarea").is_visible()
    phone.get_by_text("I agree").click()
    phone.get_by_role("button", name="Send my answers").click()
    assert "Bob has your answers." in phone.inner_text("body")
    assert [row.what for row in AgreedItem.objects.all()] == ["Answer within 4 working hours"]
    desk.goto(f"{ADDRESS}/clients/{gary.client_id}")
    assert "Answer within 4 working hours" in desk.inner_text("aside.rail")
    desk.context.close()
    phone.context.close()
