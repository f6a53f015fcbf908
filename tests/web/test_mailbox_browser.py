"""Mailboxes in a real browser: from a password to real names on Today, and nothing in anybody's way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.health import assess_client
from amends.desk.actions.private import mark_private
from amends.desk.models import Client, Firm, Mailbox, MailFolder, MailSkip
from cast import NOW
from dovecot import PASSWORD
from mailbag import mail
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened
from posted import polled, server, trusted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import Settings

    from amends.desk.models import User
    from dovecot import Dovecot

__all__ = ["in_the_browser", "server", "trusted"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.usefixtures("in_the_browser", "at_noon"),
]
US = "alice@alder.example"
PAGES = (
    "/settings/mailboxes/new",
    "/settings/mailboxes/new?at=other&address=ann@alder.example",
    "/settings/mailboxes/new?at=google&address=ann@alder.example",
    "/settings/mailboxes/new?at=microsoft&address=ann@alder.example",
    "/settings/mailboxes",
    "/settings/private",
    "/settings/private?what=clinic.example",
    "/settings",
    "/welcome/messages?more=1",
    "/welcome/preview",
    "/imports",
    "/clients",
    "/",
)


def mailboxes() -> list[Mailbox]:
    """Keep a mailbox in each state, with folders and what could not be read."""
    way: dict[str, Any] = {"host": "mail.alder.example", "port": 993, "added_at": NOW - timedelta(minutes=4), "kept": 7}
    states: tuple[dict[str, Any], ...] = (
        {"read": 9, "total": 9, "first_read_at": NOW, "read_at": NOW, "has_idle": True},
        {"read": 12_480, "total": 31_906},
        {"is_paused": True, "failing_since": NOW, "read_at": NOW, "problem": "It refused the password; check it."},
        {"is_paused": True, "read_at": NOW, "first_read_at": NOW},
    )
    made = []
    for number, state in enumerate(states):
        address = f"a.long.name.of.somebody.{number}@alder.example"
        mailbox = Mailbox.objects.create(address=address, login=address, **{**way, **state})
        for name in ("INBOX", "Archive/2024/Customers and partners", "Sent Items"):
            folder = MailFolder.objects.create(mailbox=mailbox, name=name, is_sent=name[0] == "S", total=1_200)
        MailSkip.objects.create(folder=folder, uid=7, why="It has no date that can be believed.")
        made.append(mailbox)
    return made


@pytest.mark.parametrize(("width", "theme"), [*zip(WIDTHS, THEMES, strict=True)])
def test_every_page_is_open_to_everybody(
    chromium: Browser, alice: User, settings: Settings, width: int, theme: str
) -> None:
    settings.SIGN_IN_WITH = {"microsoft": ("", ""), "google": ("the-id", "the-secret")}
    settings.ADDRESS = "http://localhost"
    mark_private("doctor@clinic.example", by=alice, now=NOW)
    made = mailboxes()
    page = opened(chromium, alice, "/settings/mailboxes", width=width, theme=theme)
    ways = [f"/settings/mailboxes/{one.pk}" for one in made]
    found = {}
    for place in (*PAGES, *ways, f"{ways[2]}/way"):
        page.goto(f"http://localhost{place}")
        found[place] = mistakes(page)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def typed(page: Page, server: Dovecot, password: str) -> None:
    """Fill in how a mailbox is reached, and send it."""
    page.fill("[name=host]", "localhost")
    page.fill("[name=port]", str(server.tls_port))
    page.fill("[name=login]", "walk")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Connect it").click()


@pytest.mark.dovecot
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("script", [True, False])
def test_from_a_password_to_real_names(chromium: Browser, server: Dovecot, alice: User, *, script: bool) -> None:
    """The walk of a new owner: a wrong password first, then the first reading, the clients, and Today."""
    Firm.objects.update(welcomed_at=None)
    ours: dict[str, Any] = {"sender": US, "to": "gary@north.example", "at": NOW - timedelta(days=6)}
    server.deliver("walk", mail("Hello Gary, here is the list for the week.", id=f"{script}1", **ours))
    theirs: dict[str, Any] = {"to": US, "at": NOW - timedelta(days=5)}
    server.deliver("walk", mail("Can you send me two more people for Friday?", id=f"{script}2", **theirs))
    page = opened(chromium, alice, "/welcome/messages", script=script)
    page.get_by_role("button", name="Go on").click()
    typed(page, server, "wrong")
    assert page.get_by_text("refused the user walk or the password").count() == 1
    assert page.input_value("[name=port]") == str(server.tls_port)
    assert page.input_value("[name=password]") == ""
    typed(page, server, PASSWORD)
    assert page.get_by_role("heading", name="alice@alder.example").count() == 1
    polled(Mailbox.objects.get())
    page.goto("http://localhost/welcome/preview")
    assert page.get_by_text("Everything is read").count() == 1
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Go to Today").click()
    assess_client(Client.objects.get(), now=NOW)
    page.goto("http://localhost/")
    assert "Gary North" in page.inner_text("main")
