"""Lists in a real browser: nothing in anybody's way, on the desk and on the phone, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from amends.desk.models import ListImport, ListStatus
from listbag import CLIENTS, brought_in, checked, given
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser")]
__all__ = ["in_the_browser"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_everybody(chromium: Browser, alice: User, width: int, theme: str) -> None:
    now = clock.now()
    asked, done = given(CLIENTS, now=now), brought_in(CLIENTS, now=now)
    ready, reading = checked(CLIENTS + "4,,Active,\n", now=now), checked(CLIENTS, now=now)
    bad = given(b"\x00\x01" * 99, now=now)
    ListImport.objects.filter(pk=reading.pk).update(status=ListStatus.READING, total=9)
    page = opened(chromium, alice, "/lists", width=width, theme=theme)
    found = {"/lists": mistakes(page)}
    places = [f"/lists/{each.pk}" for each in (ready, reading, done, bad)]
    for place in ("/lists/new", f"/lists/{asked.pk}/columns", f"/lists/{done.pk}/undo", *places):
        page.goto(f"http://localhost{place}")
        found[place] = mistakes(page)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}
