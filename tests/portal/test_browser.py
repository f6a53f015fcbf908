"""Dana's page in a real browser on her phone, from a real server: with and without a script, by keyboard, on paper."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from amends.core.plan import Answer
from amends.desk.models import ClientPage, PageLink, Pulse
from cast import NOW
from opened import mistakes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response
    from pytest_django.live_server_helper import LiveServer

    from client_pages import DanasPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_noon", "in_the_browser"),
]
AGENT = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/128.0.0.0 Mobile Safari/537.36"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2,
    "user_agent": AGENT,
}  # fmt: skip
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "user_agent": AGENT.replace(" Mobile", "")}
MOST_BYTES = 50_000  # of all that a page loads, fonts and all


@pytest.fixture
def in_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def on(chromium: Browser, device: dict[str, Any], address: str, **more: Any) -> Page:
    page = chromium.new_context(**device, **more).new_page()
    page.goto(address)
    return page


def sends(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).tap()


def test_without_a_script_on_a_phone(dana: DanasPage, live_server: LiveServer, chromium: Browser) -> None:
    page = on(chromium, PHONE, f"{live_server.url}{dana.address}", java_script_enabled=False)
    first, second, third = page.locator(".heard li").all()
    first.get_by_text("Yes, that’s right").tap()
    second.get_by_text("Yes, that’s right").tap()
    assert not third.locator("textarea").is_visible()
    third.get_by_text("Not quite").tap()
    third.locator("textarea").fill("Two of them.")
    changes = page.locator(".will li").all()
    changes[0].get_by_text("I agree").tap()
    changes[1].get_by_text("I’d change this").tap()
    changes[1].locator("textarea").fill("From 3 am.")
    page.get_by_text("Mostly good").tap()
    sends(page, "Send my answers")
    assert page.locator("h1").inner_text() == "Thank you."
    with page.expect_navigation():
        page.get_by_role("link", name="Look at my answers").tap()
    changed = page.locator(".will li").first
    assert changed.locator(".opt").first.inner_text() == "Agreed"
    assert not changed.locator("textarea").is_visible()
    changed.get_by_text("Change my answer").tap()
    changed.get_by_text("I’d change this").tap()
    changed.locator("textarea").fill("By 7 pm.")
    sends(page, "Send my answers")
    assert page.locator("h1").inner_text() == "Thank you."
    assert [(line.is_right, line.words) for line in dana.page.lines.all()] == [
        (True, ""), (True, ""), (False, "Two of them."),
    ]  # fmt: skip
    assert [(row.answer, row.answer_words) for row in dana.case.plan.all()] == [
        (Answer.QUESTION, "By 7 pm."), (Answer.QUESTION, "From 3 am."), ("", ""), ("", ""),
    ]  # fmt: skip
    assert [pulse.feeling for pulse in Pulse.objects.all()] == [4]
    assert dana.fresh().opens == 1


def test_with_a_script_her_first_gesture_says_that_she_opened_it(
    dana: DanasPage, live_server: LiveServer, chromium: Browser
) -> None:
    page = on(chromium, PHONE, f"{live_server.url}{dana.address}")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 600)")  # what a scanner does to see all of a page
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true}))")
    assert dana.fresh().opens == 0
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.locator(".heard li").first.get_by_text("Yes, that’s right").tap()
    assert told.value.status == 204
    assert dana.fresh().opens == 1
    sends(page, "I’d rather Bob called me")
    assert page.locator(".lead").inner_text() == "Bob has your answers and will call you by 1 pm today."
    assert (dana.fresh().opens, dana.line().is_right) == (1, True)


def test_by_keyboard_alone(dana: DanasPage, live_server: LiveServer, chromium: Browser) -> None:
    page = on(chromium, DESK, f"{live_server.url}{dana.address}")
    line, action = f"line-{dana.line().pk}", f"action-{dana.action().pk}"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.id") == f"{line}-yes"
    ring = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Four in the morning.")
    for _ in range(3):  # the other lines, and the first change
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.id") == f"{action}-agree"
    page.keyboard.press("Enter")
    page.wait_for_url("**?sent")
    assert (dana.line().words, dana.action().answer) == ("Four in the morning.", Answer.AGREED)


def test_every_page_is_open_to_everybody(dana: DanasPage, live_server: LiveServer, chromium: Browser) -> None:
    address = f"{live_server.url}{dana.address}"
    dana.send({f"action-{dana.action(2).pk}": "agree", "feeling": "4"})
    found: dict[str, list[str]] = {}
    for device, scheme in ((PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")):
        ClientPage.objects.update(asks_code=False)
        PageLink.objects.update(ended_at=None)
        page = on(chromium, device, address, color_scheme=scheme)
        told = f"{device['viewport']['width']} {scheme}"
        found[f"page {told}"] = mistakes(page)
        change = page.locator(".will li").nth(1)
        change.get_by_text("I’d change this").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Send my answers").click()
        found[f"mistaken {told}"] = mistakes(page)
        assert page.locator(".err h2").inner_text() == "One thing to correct"
        page.goto(f"{address}?sent")
        found[f"sent {told}"] = mistakes(page)
        ClientPage.objects.update(asks_code=True)
        page.goto(address)
        found[f"code {told}"] = mistakes(page)
        PageLink.objects.update(ended_at=NOW)
        page.goto(address)
        found[f"ended {told}"] = mistakes(page)
        page.goto(f"{live_server.url}/c/nothing")
        found[f"unknown {told}"] = mistakes(page)
        page.context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_page_is_light_and_asks_nobody_else(dana: DanasPage, live_server: LiveServer, chromium: Browser) -> None:
    page = chromium.new_context(**PHONE).new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  (playwright takes no built-in)
    page.goto(f"{live_server.url}{dana.address}")
    page.wait_for_load_state("networkidle")
    assert {answer.url.startswith(live_server.url) for answer in answers} == {True}
    assert sum(answer.request.sizes()["responseBodySize"] for answer in answers) < MOST_BYTES
    assert page.context.cookies() == []


def test_a_page_prints(dana: DanasPage, live_server: LiveServer, chromium: Browser) -> None:
    dana.send({f"action-{dana.action().pk}": "agree"})
    page = on(chromium, DESK, f"{live_server.url}{dana.address}", color_scheme="dark")
    pages = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    words = " ".join(" ".join(each.extract_text() for each in pages).split())
    assert len(pages) <= 2
    assert "Dana, we let you down." in words
    assert "Agreed" in words
    assert "Send my answers" not in words
