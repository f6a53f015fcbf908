"""Bringing mail in, in a real browser: nothing in anybody's way, on the desk and on the phone, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.models import ImportStatus, MailImport
from amends.desk.queries.beginning import first_key
from mailbag import brought_in, looked_through, mail, mbox
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser")]
__all__ = ["in_the_browser"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_everybody(chromium: Browser, alice: User, width: int, theme: str) -> None:
    ready, bad = looked_through(mbox(mail("One", id="a"))), looked_through(b"PK\3\4", "all.zip")
    done, reading = brought_in(mbox(mail("Two", id="b"))), brought_in(mbox(mail("Three", id="c")))
    MailImport.objects.filter(pk=reading.pk).update(status=ImportStatus.READING, total=9)
    page = opened(chromium, alice, "/imports", width=width, theme=theme)
    found = {"/imports": mistakes(page)}
    places = [f"/imports/{each.pk}" for each in (ready, bad, done, reading)]
    for place in ("/imports/new", "/clients/confirm", "/welcome/preview", "/welcome/clients", *places):
        page.goto(f"http://localhost{place}")
        found[place] = mistakes(page)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_a_file_that_is_too_large_says_so_before_it_is_sent(chromium: Browser, alice: User) -> None:
    page = opened(chromium, alice, "/imports/new")
    page.evaluate("document.querySelector('[data-most]').dataset.most = '3'")
    page.set_input_files("[name=mail]", {"name": "a.mbox", "mimeType": "text/plain", "buffer": b"From"})
    page.click("main button")
    said = page.evaluate("document.querySelector('[data-most]').validationMessage")
    assert said == "That is more than 1 GB. Add it in smaller pieces."
    assert (page.url, MailImport.objects.count()) == ("http://localhost/imports/new", 0)


def test_when_the_desk_is_away_the_page_says_so_and_stays(chromium: Browser, alice: User) -> None:
    reading = brought_in(mbox(mail("Three", id="c")))
    MailImport.objects.filter(pk=reading.pk).update(status=ImportStatus.READING, total=9)
    page = opened(chromium, alice, f"/imports/{reading.pk}")
    away = page.get_by_text("We cannot reach the desk. Your import goes on by itself.")
    page.route("**/progress", lambda route: route.abort())
    away.wait_for()
    assert page.get_by_text("1 of 9 messages.").count() == 1
    page.unroute("**/progress")
    away.wait_for(state="hidden")


def test_a_new_firm_has_the_time_zone_of_the_browser(chromium: Browser) -> None:
    page = opened(chromium, None, f"/welcome?key={first_key()}")
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Oslo"})
    page.reload()
    assert page.eval_on_selector("[name=zone]", "field => field.value") == "Europe/Oslo"
