"""The page of a scan as people meet it: on a desk, on a phone, by keyboard, in the dark, on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from amends.cli.report import render_html
from scanned import GARY, INVOICE, PENHALLOW, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MENDED = replace(GARY, client="greyfriars.example", name="Greyfriars Logistics", state="Mended")
LONG = replace(PENHALLOW, name="W" * 300, client=f"{'w' * 250}.example", said="M" * 400)
EVERYONE = replace(RESULTS, rows=(PENHALLOW, LONG, *RESULTS.rows[1:], MENDED))


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    file = tmp_path / "report.html"
    file.write_text(render_html(EVERYONE), "utf-8")
    contexts = []

    def open_page(size: dict[str, int], **options: object) -> Page:
        contexts.append(chromium.new_context(viewport=size, **options))  # type: ignore[arg-type]  # playwright's literals
        page = contexts[-1].new_page()
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_everything_open(opened: Open, size: dict[str, int], scheme: str) -> None:
    page = opened(size, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_scrolls_sideways(opened: Open, size: dict[str, int]) -> None:
    page = opened(size)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]


def test_a_line_opens_by_keyboard_and_without_javascript(opened: Open) -> None:
    page = opened(DESK, java_script_enabled=False)
    evidence = page.locator(".evidence").first
    assert not evidence.is_visible()
    for key in ("Tab", "Enter", "Tab", "Enter"):  # the skip link, then the first line of the first client
        page.keyboard.press(key)
    assert evidence.is_visible()
    assert INVOICE in evidence.inner_text()


def test_on_a_phone_every_line_is_easy_to_hit(opened: Open) -> None:
    heights = opened(PHONE).locator("summary:visible").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert [height for height in heights if height < 44] == []


def test_the_page_asks_for_nothing(opened: Open) -> None:
    page = opened(DESK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.evaluate("document.fonts.ready")
    assert [url for url in asked if not url.startswith(("data:", page.url))] == []


def test_both_fonts_come_with_the_page(opened: Open) -> None:
    page = opened(DESK)
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(font => font.status == 'loaded').map(font => font.family).sort()"
    )
    assert [name.strip('"') for name in loaded] == ["Hanken Grotesk", "Newsreader"]


def test_paper_shows_the_evidence_in_light_colours(opened: Open) -> None:
    page = opened(DESK, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator(".client .evidence").first.is_visible()
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
