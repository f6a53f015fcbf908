"""Pages made of every part of the look, and a browser that shows them as the desk would: same files, same headers.

open_page(chromium, drawn("client"), width=390, theme="dark")
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.urls import resolve

import amends.web
from amends.web.protection import POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page, Route

HERE = Path(__file__).parent / "web" / "pieces"
STATIC = Path(amends.web.__file__).parent / "static"
REQUEST = RequestFactory().get("/?page=2&branch=a")
ADDRESS = "http://desk.test"
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
FALLING = (92, 93, 91, 94, 93, 92, 93, 90, 91, 92, 91, 89, 90, 88, 86, 87, 84, 82, 80, 76, 77, 71, 65, 51, 46, 44)
LEVEL = (96, 98, 98, 96, 96, 100, 100, 96, 96, 94, 98, 98, 100, 100, 100, 96, 96, 98, 98, 98, 94, 96, 96, 98, 98, 98)
STEPS = ("Decide", "Understand", "Own it", "Plan", "Fix", "Make good", "Follow up", "Learn")


class Correction(forms.Form):
    """One field of each kind."""

    owner = forms.CharField(
        label="Who will own the new confirmation call?",
        help_text="One person, by name.",
        error_messages={"required": "Choose who will own the new confirmation call"},
    )
    words = forms.CharField(
        label="What did they say?",
        widget=forms.Textarea(attrs={"class": "said"}),
        required=False,
        help_text="Their words, as near as you can. You can tidy up later.",
    )
    by = forms.DateField(
        label="By when?",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "The date must be today or later"},
    )
    branch = forms.ChoiceField(label="Branch", choices=[("a", "Harbour Street"), ("b", "Mill Lane")])
    feeling = forms.ChoiceField(
        label="How bad does it feel?",
        choices=[("1", "Annoyed"), ("2", "Let down"), ("3", "Ready to leave")],
        widget=forms.RadioSelect,
    )
    is_private = forms.BooleanField(label="Only the team sees this", help_text="Nobody else.", required=False)


class SignIn(forms.Form):
    """What signing in asks for."""

    email = forms.EmailField(label="Mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


def shell(theme: str = "light", *, has_keys: bool = True, is_demo: bool = False) -> SimpleNamespace:
    """Give what the frame shows."""
    user = SimpleNamespace(pk=1, name="Priya Raman", theme=theme, has_keys=has_keys)
    firm = SimpleNamespace(name="Alder & Quay Staffing", is_demo=is_demo)
    return SimpleNamespace(user=user, firm=firm, today=7, recoveries=3, promises=5)


def drawn(piece: str, theme: str = "light", **more: Any) -> str:
    """Render one of the pages in `web/pieces` with the story of the demo firm."""
    told = {"shell": shell(theme), **STORY, "actions": written("today_actions"), **more}
    if piece == "sign_in":
        told |= {"shell": None, "form": SignIn()}
    return str(written(piece).render(told, REQUEST))


def written(piece: str) -> Any:
    """Return one of the templates in `web/pieces`."""
    return engines["django"].from_string((HERE / f"{piece}.html").read_text())


def rendered(text: str, told: Mapping[str, Any] | None = None, *, at: str = "") -> str:
    """Render a template written down in a test, as the page at the address `at` of the desk would."""
    request = RequestFactory().get(at) if at else REQUEST
    if at:
        request.resolver_match = resolve(at)
    return str(engines["django"].from_string(text).render(dict(told or {}), request))


def open_page(
    browser: Browser, html: str, *, width: int = 1440, answers: Mapping[str, str] | None = None, script: bool = True
) -> Page:
    """Open a page; `answers` are what other addresses of the desk return. The page keeps what it said in `said`."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    known = {"/": html, **(answers or {})}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            body = known.get(path, f"<!doctype html><html lang=en><title>{path}</title><h1>{path}</h1>")
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/")
    if script:
        page.evaluate("document.fonts.ready")
    return page


STORY: dict[str, Any] = {
    "counts": {"Steady": 31, "Unsettled": 4, "Strained": 1, "At risk": 2},
    "facts": ["42 people on assignment", "Client since 2019", "", "Looked after by Priya Raman"],
    "weeks": FALLING,
    "since": date(2025, 4, 22),
    "lines": [
        ("Late answers: 3, one after 3 days", 22),
        ("People did not arrive: 6 of 14 on Oct 3", 18),
        ("Promise missed: Friday roster, twice", 14),
        ("Dana’s messages turned short since Sep 22", 9),
        ("Nobody has visited since June", 7),
        ("Pays on time, every month", -4),
    ],
    "entries": [
        {
            "icon": "file-text",
            "when": "Friday, Oct 10, 4:30 pm",
            "title": "Plan sent to Dana",
            "text": "She has opened it twice. Two of four changes agreed, one question.",
            "tone": "gold",
        },
        {
            "icon": "phone",
            "when": "Tuesday, Oct 7, 34 minutes",
            "title": "Tom and Priya listened to Dana",
            "words": "I can live with people being sick. I cannot live with finding out at five in the morning.",
            "tone": "gold",
        },
        {
            "icon": "mail",
            "when": "Monday, Oct 6, 10:20 am",
            "title": "Priya answered Dana’s message",
            "text": "After 3 days and 3 hours. Agreed: 4 working hours.",
            "href": "/messages/1",
        },
        {
            "icon": "users-round",
            "when": "Friday, Oct 3, 5:00 am",
            "title": "Six of 14 people did not arrive",
            "words": "Nobody called. Six lanes shut, two trucks sent away full.",
            "by": "Dana Whitlock, by email at 7:12 am",
            "tone": "hurt",
        },
    ],
    "clients": [
        ("Penhallow Dairy", "At risk", "Marcus has waited 2 days 3 hours", "Sep 30", "Priya Raman", FALLING),
        (
            "Lowfield Packaging",
            "Strained",
            "Certificates 1 day late",
            "Oct 2",
            "Priya Raman",
            LEVEL[:13] + FALLING[9:22],
        ),
        ("Kestrel Ridge Clinics", "Unsettled", "Writes twice as often", "Oct 13", "Jo Tan", LEVEL[:16] + FALLING[5:15]),
        ("Greyfriars Logistics", "Mended", "Three weeks of kept promises", "Oct 7", "Priya Raman", LEVEL),
        ("Tarn Valley Foods", "Steady", "Nothing of note", "Oct 10", "Jo Tan", LEVEL),
        ("Nové Město Pekárna", "Not enough yet", "4 messages so far", "Oct 10", "Jo Tan", (None,) * 22 + LEVEL[:4]),
    ],
    "states": ["Steady", "Unsettled", "Strained", "At risk", "Mended", "Not enough yet"],
    "page": Paginator(range(500), 50).page(2),
    "steps": [{"name": name, "href": "/step"} for name in STEPS],
    "form": None,
}
