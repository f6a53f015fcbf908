"""The pages about clients in a real browser: nothing in anybody's way, by keyboard, on a phone, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.health import assess_client, override_state
from amends.desk.actions.promise import agree_item, make_promise
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.touch import record_touch
from amends.desk.models import Client, Dismissal, HealthDay, Person, Signal
from cast import NOW, a_client, at
from opened import ADDRESS, THEMES, WIDTHS, in_the_browser, mistakes, opened, walked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
__all__ = ["in_the_browser"]

STORY = """
    3 Mar 09:00  us: Here is the roster, as every week.
    6 Mar 09:00  client #late: Nobody came. This is not acceptable. We will look at other agencies.
    7 Mar 09:00  client #roster: Where is the roster for next week?
"""
PAGES = (
    "/clients", "/clients/new", "/clients/{c}", "/clients/{c}?show=promises", "/clients/{c}/messages",
    "/clients/{c}/people", "/clients/{c}/people/new", "/clients/{c}/edit", "/clients/{c}/delete", "/clients/{c}/merge",
    "/clients/{c}/part", "/clients/not", "/clients/{c}/facts/new", "/clients/{c}/facts/new?kind=fall_off",
    "/clients/{c}/agreed", "/clients/{c}/pulse", "/clients/{c}/pulse/heard",
    "/clients/{c}/override", "/signals/{s}", "/messages/{m}", "/people/{p}", "/people/{p}/edit", "/people/{p}/erase",
    "/find?q=n", "/find?q=zzz",
)  # fmt: skip


@pytest.fixture
def north(bob: User) -> Client:
    """Keep a client with something of everything its page shows."""
    client = a_client(STORY, looked_after_by=bob, on_assignment=42, since_year=2019)
    for week in range(1, 26):
        HealthDay.objects.create(
            client=client, on=NOW.date() - timedelta(weeks=week), points=week, state="", is_enough=True
        )
    record_touch(client, "visit", by=bob, now=NOW, at=at("8 Mar 09:00"), minutes=45, words="Enough.", is_mending=True)
    agree_item(client, "Answer within 4 hours", by=bob, now=NOW, how_kept="Missed 3 of 11", is_kept=False)
    gary = Person.objects.get(client=client, name="Gary")
    for days, feeling in ((40, 5), (20, 3), (0, 4)):
        take_pulse(
            client, person=gary, now=NOW - timedelta(days=days), feeling=feeling, does=4, next_order="yes", words="So."
        )
    make_promise(client, "Ring about the roster", due_at=NOW, by=bob, now=NOW)
    override_state(client, "Strained", "I was there", NOW.date(), by=bob, now=NOW)
    return client


def address(page: str, client: Client) -> str:
    line = Signal.objects.filter(client=client, cleared_at=None)[0]
    person = Person.objects.filter(client=client)[0]
    return page.format(c=client.pk, s=line.pk, m=client.messages.all()[1].pk, p=person.pk)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_everybody(chromium: Browser, alice: User, north: Client, width: int, theme: str) -> None:
    page = opened(chromium, alice, "/clients", width=width, theme=theme)
    found = {}
    for place in PAGES:
        page.goto(f"{ADDRESS}{address(place, north)}")
        found[place] = mistakes(page)
    page.context.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_the_page_of_a_client_is_walked_by_keyboard(chromium: Browser, bob: User, north: Client) -> None:
    page = opened(chromium, bob, f"/clients/{north.pk}")
    met = walked(page, 60)
    wanted = ["Skip to the page", "Clients", "Change", "Prepare a call", "Start a recovery"]
    places = [met.index(word) for word in wanted]
    assert places == sorted(places)
    lines = [line.summary for line in Signal.objects.filter(client=north, cleared_at=None, points__gt=0)]
    assert [line for line in lines if not any(word.startswith(line) for word in met)] == []
    tabs = met.index("Overview")
    assert met[tabs : tabs + 5] == ["Overview", "Messages", "Agreement", "How they feel", "People"]
    after = met[met.index("Everything") :]
    parts = [word for word in after if word in {"Everything", "Messages", "Calls and visits", "Promises", "Recovery"}]
    assert parts[:5] == ["Everything", "Messages", "Calls and visits", "Promises", "Recovery"]
    page.context.close()


def test_a_row_of_the_list_is_opened_by_keys(chromium: Browser, bob: User, north: Client) -> None:
    page = opened(chromium, bob, "/clients")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{north.pk}")
    assert page.inner_text("h1") == "North"
    page.context.close()


def test_the_forms_work_without_javascript(chromium: Browser, bob: User, north: Client) -> None:
    assess_client(north, now=NOW)
    line = Signal.objects.get(client=north, rule="exit words", cleared_at=None)
    page = opened(chromium, bob, f"/signals/{line.pk}", script=False)
    page.get_by_label("Why is it wrong?").fill("They meant their own agency")
    page.get_by_role("button", name="This is wrong").click()
    assert "Thank you. We have taken it out and remembered." in page.inner_text("main")
    assert Dismissal.objects.get().reason == "They meant their own agency"
    page.goto(f"{ADDRESS}/clients/{north.pk}/edit")
    page.get_by_label("Name", exact=True).fill("North Foods")
    page.get_by_role("button", name="Save").click()
    assert page.inner_text("h1") == "North Foods"
    page.goto(f"{ADDRESS}/clients")
    page.get_by_label("How it is").select_option("Steady")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.get_by_label("How it is").input_value() == "Steady"
    assert "No client is like that." in page.inner_text("main")
    page.context.close()
