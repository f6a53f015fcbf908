"""A browser that shows the desk's own pages as the desk answers them: its views, its files, its headers.

    page = opened(chromium, bob, "/clients", width=390, theme="dark")

What the browser asks for goes through Django's test client, in the test's own transaction.
"""

from __future__ import annotations

import re
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

import amends.portal
import amends.web
from cast import browser_of

if TYPE_CHECKING:
    from contextvars import Context

    from django.test import Client as Visitor
    from playwright.sync_api import Browser, Page, Request, Route

    from amends.desk.models import User

ADDRESS = "http://localhost"
STATIC = Path(amends.web.__file__).parent / "static"
CLIENTS = Path(amends.portal.__file__).parent / "static"  # of what a client sees
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
WIDTHS, THEMES = (1440, 390), ("light", "dark")


@pytest.fixture
def in_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let views answer while the browser's loop runs in the same thread: nothing else runs in it meanwhile."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def opened(
    browser: Browser, user: User | None, address: str, *, width: int = 1440, theme: str = "light", script: bool = True
) -> Page:
    """Open a page of the desk as somebody who is signed in; `script` False is a browser without JavaScript."""
    visitor = browser_of(user)
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    ours = copy_context()  # where Django keeps this test's connection; the browser's loop has a context of its own
    page.route("**/*", lambda route: _answer(route, visitor, ours))
    page.goto(f"{ADDRESS}{address}")
    return page


def _answer(route: Route, visitor: Visitor, ours: Context) -> None:
    asked = urlsplit(route.request.url)
    if asked.path.startswith("/static/"):
        name = asked.path.removeprefix("/static/")
        file = (CLIENTS if name.startswith("portal/") else STATIC) / name
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        return
    try:
        answer = ours.copy().run(_asked, route.request, visitor)
    except RuntimeError as error:  # the test is over, and its page still polls
        if "Database access not allowed" not in str(error):
            raise
        route.abort()
        return
    headers = {"Content-Security-Policy": answer.headers.get("Content-Security-Policy", "")}
    kind = answer.headers["Content-Type"]
    route.fulfill(status=answer.status_code, body=answer.content, content_type=kind, headers=headers)


def _asked(request: Request, visitor: Visitor) -> Any:
    """Return the desk's answer, that of the page it sends on to where it does."""
    asked = urlsplit(request.url)
    where = f"{asked.path}?{asked.query}" if asked.query else asked.path
    if request.method != "POST":
        return visitor.get(where, follow=True)
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded")
    body, prefers = request.post_data_buffer or b"", {"Prefer": request.headers.get("prefer", "")}
    return visitor.post(where, body, content_type=kind, headers=prefers, follow=True)


def mistakes(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, and whether it scrolls sideways."""
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("it scrolls sideways")
    return found


def walked(page: Page, times: int) -> list[str]:
    """Return what the focus comes by, pressing the key Tab so often: the words of each."""
    met = []
    for _ in range(times):
        page.keyboard.press("Tab")
        words = page.evaluate("(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()")
        met.append(re.sub(r"\s+", " ", str(words)))
    return met
