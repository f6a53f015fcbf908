"""The call sheet where the connection drops: what was written stays, arrives when it is back, and arrives once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.desk.models import Heard, Person, Promise, Touch
from cast import a_client, upset
from opened import in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from amends.desk.models import Case, User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
SOON = 20_000  # milliseconds: the sheet asks again every three seconds


@pytest.fixture
def case(bob: User) -> Case:
    """Gary has a number, and is to be called."""
    north = a_client("9 Mar 06:09  client: Nobody came again, and nobody called.", looked_after_by=bob)
    Person.objects.update(phone="(555) 01-48", title="Plant manager")
    return upset(bob, north, person=Person.objects.get())


def filled(chromium: Browser, bob: User, case: Case) -> Page:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/call")
    page.get_by_label("From your perspective").fill("We lost a customer.")
    page.get_by_label("Is there anything else").fill("The badges, too.")
    page.get_by_label("What I promised").fill("Send a clean invoice")
    page.get_by_label("By when").fill("2025-03-20T17:00")
    return page


def kept() -> tuple[int, list[str], list[str]]:
    return (
        Touch.objects.count(),
        list(Heard.objects.values_list("words", flat=True)),
        list(Promise.objects.values_list("what", flat=True)),
    )


KEPT = (1, ["We lost a customer.", "The badges, too."], ["Send a clean invoice"])


def cut(route: Route) -> None:
    """Do as a phone without a connection does."""
    if route.request.method == "POST":
        route.abort("internetdisconnected")
    else:
        route.fallback()


def test_without_trouble_it_is_kept_and_goes_on(chromium: Browser, bob: User, case: Case) -> None:
    page = filled(chromium, bob, case)
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("Logged. It is under Promises.").wait_for()
    assert kept() == KEPT
    assert page.evaluate("Object.keys(localStorage)") == []
    page.context.close()


def test_it_waits_for_the_connection_and_arrives_once(chromium: Browser, bob: User, case: Case) -> None:
    page = filled(chromium, bob, case)
    page.route("**/call", cut)
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("No connection. What you wrote is kept here").wait_for()
    assert kept() == (0, [], [])
    assert page.get_by_label("From your perspective").input_value() == "We lost a customer."
    page.unroute("**/call", cut)
    page.get_by_text("Logged. It is under Promises.").wait_for(timeout=SOON)
    assert kept() == KEPT
    page.context.close()


LOSES_THE_FIRST_ANSWER = """() => {
    const real = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await real(...asked);
        window.fetch = real;
        throw new TypeError(`lost: ${answer.status}`);
    };
}"""


def test_what_arrived_though_the_answer_was_lost_is_not_kept_twice(chromium: Browser, bob: User, case: Case) -> None:
    page = filled(chromium, bob, case)
    page.evaluate(LOSES_THE_FIRST_ANSWER)
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("No connection. What you wrote is kept here").wait_for()
    assert kept() == KEPT
    page.get_by_label("From your perspective").fill("We lost a customer. And the next one.")
    page.wait_for_url(f"**/recoveries/{case.pk}", timeout=SOON)
    assert kept() == (1, [*KEPT[1], "We lost a customer. And the next one."], KEPT[2])
    page.context.close()


def test_a_page_that_was_closed_without_a_connection_has_it_back(chromium: Browser, bob: User, case: Case) -> None:
    page = filled(chromium, bob, case)
    token = page.locator("[name=token]").input_value()
    page.route("**/call", cut)
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("No connection. What you wrote is kept here").wait_for()
    page.reload()
    page.get_by_text("What you typed earlier is back.").wait_for()
    assert page.get_by_label("From your perspective").input_value() == "We lost a customer."
    assert page.locator("[name=token]").input_value() == token
    page.unroute("**/call", cut)
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("Logged. It is under Promises.").wait_for(timeout=SOON)
    assert kept() == KEPT
    page.context.close()


def test_a_mistake_comes_back_with_all_that_was_typed(chromium: Browser, bob: User, case: Case) -> None:
    page = filled(chromium, bob, case)
    page.get_by_label("By when").fill("")
    page.get_by_role("button", name="Save the call").click()
    page.locator(".err").get_by_text("Say by when you promised it").wait_for()
    assert page.get_by_label("Is there anything else").input_value() == "The badges, too."
    assert kept() == (0, [], [])
    page.context.close()


def test_without_scripts_it_is_a_form(chromium: Browser, bob: User, case: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/call", script=False)
    page.get_by_label("From your perspective").fill("We lost a customer.")
    page.get_by_role("button", name="Save the call").click()
    page.get_by_text("Logged.").first.wait_for()
    assert Heard.objects.get().words == "We lost a customer."
    page.context.close()


def test_on_the_phone_the_number_comes_first(chromium: Browser, bob: User, case: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/call", width=390)
    call = page.get_by_role("link", name="Call (555) 01-48").bounding_box()
    assert call is not None
    assert call["y"] < 420
    assert mistakes(page) == []
    page.context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_with_all_it_can_hold_it_prints_on_one_page(chromium: Browser, bob: User, case: Case, paper: str) -> None:
    page = filled(chromium, bob, case)
    page.get_by_label("Help me understand").fill("They billed us for Kyle again. " * 6)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper))) == 1
    page.context.close()
