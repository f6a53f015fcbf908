"""The way to a provider's page and back: a real token service, a real mail server, and every way it can go wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from amends.desk import clock
from amends.desk.models import Mailbox
from amends.sources.provider import PROVIDERS, challenge_of
from amends.web.views.consent import LASTS_SECONDS, TICKET
from cast import NOW, browser_of
from shown import text_of, words_in
from token_server import asking, token_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client as Pages
    from pytest_django import Settings

    from amends.desk.models import User
    from dovecot import Dovecot
    from token_server import TokenServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "registered")]
ADDRESS = "mona@alder.example"
ASKED = f"/settings/mailboxes/new?at=google&address={ADDRESS}"
LEAVE = f"/settings/mailboxes/leave?at=google&address={ADDRESS}"
BACK = "/settings/mailboxes/back"
SCOPE = "https://mail.google.com/"


@pytest.fixture
def registered(settings: Settings) -> None:
    """Let the firm be registered with Google, and the desk be opened at its own address."""
    settings.SIGN_IN_WITH = {"microsoft": ("", ""), "google": ("the-id", "the-secret")}
    settings.ADDRESS = "http://localhost"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenServer]:
    """Sell Google's tokens here."""
    with token_server() as running:
        here = replace(PROVIDERS["google"], token_url=f"{running.url}/token")
        monkeypatch.setitem(PROVIDERS, "google", here)
        yield running


@pytest.fixture
def server(shop: TokenServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """Run a mail server that asks the shop whose a token is, in Google's place."""
    with asking(shop) as running:
        settings.MAIL_CERTIFICATES = str(running.certificate)
        here = replace(PROVIDERS["google"], imap_host="localhost", imap_port=running.tls_port)
        monkeypatch.setitem(PROVIDERS, "google", here)
        yield running


def at_home(user: User) -> Pages:
    """Return a browser that opens the desk at its own address."""
    browser = browser_of(user)
    browser.defaults["HTTP_HOST"] = "localhost"
    return browser


def sells(shop: TokenServer, token: str) -> None:
    """Sell a token that is good for the mailbox."""
    lasting: dict[str, Any] = {"access_token": token, "refresh_token": "lasting", "expires_in": 3600, "scope": SCOPE}
    shop.sells(**lasting)
    shop.users[token] = ADDRESS


def left(pages: Pages, address: str = LEAVE) -> dict[str, str]:
    """Go to the provider; return what it is asked."""
    answer = pages.get(address)
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def came_back(pages: Pages, **told: str) -> str:
    return words_in(pages.get(BACK, told, follow=True).content.decode())


def test_a_link_leads_to_the_provider_with_what_it_has_to_know(mona: User) -> None:
    pages = at_home(mona)
    words = text_of(pages, ASKED)
    assert f"Google asks you to sign in as {ADDRESS} , and whether Amends may read this mailbox." in words
    assert "Connect with an app password" in words
    asked = left(pages)
    kept = pages.session[TICKET]
    assert (asked["state"], asked["code_challenge"]) == (kept["state"], challenge_of(kept["verifier"]))
    assert (asked["redirect_uri"], asked["login_hint"]) == (f"http://localhost{BACK}", ADDRESS)
    assert (asked["client_id"], asked["scope"], len(asked["state"])) == ("the-id", SCOPE, 64)


@pytest.mark.dovecot
def test_who_agrees_has_a_mailbox(server: Dovecot, shop: TokenServer, mona: User) -> None:
    del server
    sells(shop, "first")
    pages = at_home(mona)
    asked = left(pages)
    assert f"{ADDRESS} is connected." in came_back(pages, state=asked["state"], code="bought")
    mailbox = Mailbox.objects.get()
    assert (mailbox.provider, mailbox.login, mailbox.by) == ("google", ADDRESS, mona)
    assert (shop.forms[0]["code"], shop.forms[0]["redirect_uri"]) == ("bought", f"http://localhost{BACK}")
    assert "was used already" in came_back(pages, state=asked["state"], code="bought")
    assert (len(shop.forms), Mailbox.objects.count()) == (1, 1)
    Mailbox.objects.update(is_paused=True, problem="Taken back.", failing_since=NOW)
    way = f"/settings/mailboxes/{mailbox.pk}/way"
    assert f"Google asks you to sign in as {ADDRESS}" in text_of(pages, way)
    sells(shop, "second")
    again = left(pages, f"/settings/mailboxes/leave?mailbox={mailbox.pk}")
    came_back(pages, state=again["state"], code="more")
    mailbox.refresh_from_db()
    assert (mailbox.is_paused, mailbox.problem) == (False, "")


@pytest.mark.dovecot
def test_who_agrees_may_choose_the_folders_first(server: Dovecot, shop: TokenServer, mona: User) -> None:
    del server
    sells(shop, "waiting")
    pages = at_home(mona)
    page = pages.get(f"{ASKED}&waits=on").content.decode()
    [link] = re.findall(r'href="(/settings/mailboxes/leave\?[^"]*)"', page)
    words = came_back(pages, state=left(pages, unescape(link))["state"], code="bought")
    assert f"{ADDRESS} is connected. Choose its folders, then have it read." in words
    assert Mailbox.objects.get().is_paused


def test_a_refused_code_is_said_where_one_began(shop: TokenServer, mona: User) -> None:
    shop.sells(400, error="invalid_client", error_description="No such application.")
    pages = at_home(mona)
    words = came_back(pages, state=left(pages)["state"], code="bought")
    assert "Google refused the application’s id or secret" in words.replace("'", "’")
    assert "Go on to Google" in words


def test_what_the_provider_says_instead_of_a_code_is_said(mona: User) -> None:
    pages = at_home(mona)
    said = came_back(pages, state=left(pages)["state"], error="access_denied")
    assert "was not allowed to let us in, so nothing was connected." in said
    said = came_back(pages, state=left(pages)["state"], error="org_internal", error_description="Only\nfor members.")
    assert "Google Workspace or Gmail did not let us in. It says: Only for members." in said
    assert "It says: nothing" in came_back(pages, state=left(pages)["state"])


@pytest.mark.parametrize("told", [{"state": "another", "code": "x"}, {"code": "x"}, {}])
def test_whoever_was_not_sent_there_by_us_comes_back_to_nothing(shop: TokenServer, mona: User, told: Any) -> None:
    pages = at_home(mona)
    left(pages)
    assert "This sign-in was not begun here, was used already, or took too long." in came_back(pages, **told)
    assert (TICKET in pages.session, shop.forms) == (False, [])
    assert "was not begun here" in came_back(at_home(mona), state="x", code="x")


def test_who_takes_too_long_begins_again(mona: User, settings: Settings) -> None:
    pages = at_home(mona)
    state = left(pages)["state"]
    settings.CLOCK_OFFSET += timedelta(seconds=LASTS_SECONDS + 1)
    assert clock.now() > NOW
    assert "took too long" in came_back(pages, state=state, code="x")


def test_a_desk_that_is_not_registered_says_what_to_do(mona: User) -> None:
    words = text_of(at_home(mona), f"/settings/mailboxes/new?at=microsoft&address={ADDRESS}")
    assert "This desk is not registered with Microsoft 365 yet." in words
    assert f"http://localhost{BACK}" in words
    assert "AMENDS_MICROSOFT_CLIENT_ID" in words
    gone = at_home(mona).get(f"/settings/mailboxes/leave?at=microsoft&address={ADDRESS}")
    assert gone.headers["Location"] == "/settings/mailboxes/new"


@pytest.mark.parametrize("address", ["http://desk.example", "http://192.0.2.7"])
def test_a_desk_without_encryption_is_sent_nobody(mona: User, settings: Settings, address: str) -> None:
    settings.ADDRESS = address
    words = text_of(at_home(mona), ASKED)
    assert f"Google sends nobody back to this desk. Its address is {address}." in words
    assert at_home(mona).get(LEAVE).headers["Location"].startswith("/settings/mailboxes/new?at=google")


def test_who_opened_the_desk_under_another_name_is_led_to_its_own(mona: User, settings: Settings) -> None:
    settings.ADDRESS = "http://127.0.0.1:8321"
    words = text_of(at_home(mona), ASKED)
    assert "Open the desk at its own address first." in words
    assert "Open http://127.0.0.1:8321" in words


def test_an_app_password_is_the_simple_way(mona: User) -> None:
    page = at_home(mona).get(f"{ASKED}&password=1").content.decode()
    assert ('value="imap.gmail.com"' in page, "Google takes an app password here" in page) == (True, True)
