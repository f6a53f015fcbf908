"""The pages about promises in a real browser: no mistake at any width and theme, confirmed without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.models import FoundPromise, Promise
from cast import NOW, a_client, at, keep, person_at, upset
from desk_week import kept
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
SENTENCE = "I will send you the certificates by Thursday."


@pytest.fixture
def found(bob: User) -> FoundPromise:
    """Bob promises too much this week; of two sentences in his mail one is written down already."""
    north = a_client(looked_after_by=bob)
    gary = person_at(north, "gary@north.example")
    upset(bob, north, person=gary)
    kept(north, bob, weeks=5, each=2)
    for _ in range(3):
        make_promise(north, "Send the roster", due_at=at("12 Mar 12:00"), by=bob, now=NOW, person=gary)
    keep_promise(make_promise(north, "Call Gary", due_at=NOW, by=bob, now=NOW, person=gary), by=bob, now=NOW)
    told = {"client": north, "person": gary, "promised_by": bob, "found_at": NOW}
    [other, one] = keep(north, f"10 Mar 09:00 us #a: {SENTENCE}", f"10 Mar 09:30 us #b: {SENTENCE}")
    FoundPromise.objects.create(
        message=other, sentence="The roster comes on Wednesday.", due_at=at("12 Mar 17:00"), **told
    )
    return FoundPromise.objects.create(message=one, sentence=SENTENCE, due_at=at("13 Mar 17:00"), **told)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", ["", "/settled", "/booking?needed=20&due=90&keeps=100", "/found"])
def test_the_pages_have_no_mistake(
    chromium: Browser, found: FoundPromise, bob: User, page: str, theme: str, width: int
) -> None:
    address = f"/promises/found/{found.pk}" if page == "/found" else f"/promises{page}"
    shown = opened(chromium, bob, address, width=width, theme=theme)
    assert mistakes(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True


def test_what_was_found_is_confirmed_without_a_script(chromium: Browser, found: FoundPromise, bob: User) -> None:
    page = opened(chromium, bob, "/promises", script=False)
    page.locator(f"form[action='/promises/found/{found.pk}'] button").click()
    assert page.get_by_text("On record:").is_visible()
    assert Promise.objects.get(found=found).what == SENTENCE
    page.locator("form[action$='/same'] button").click()
    assert page.get_by_text("It counts once: Send the roster.").is_visible()
    assert Promise.objects.exclude(message=None).count() == 2
