"""Coming in: by password, by link, by invitation."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from amends.desk.actions.user import close_user, invite_user, make_sign_in_link
from amends.desk.clock import now
from amends.desk.models import Invitation, Role, SignIn
from cast import PASSWORD, browser_of
from signed_in import is_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.django_db


def page(browser: Browser, address: str) -> str:
    return browser.get(address).content.decode()


def test_a_password_opens_and_leads_to_the_page_that_was_asked_for(bob: User) -> None:
    browser = browser_of()
    assert browser.get("/settings/you").headers["Location"] == "/sign-in?next=%2Fsettings%2Fyou"
    assert 'name="next" value="/settings/you"' in page(browser, "/sign-in?next=/settings/you")
    told = {"email": "Bob@alder.example", "password": PASSWORD, "next": "/settings/you"}
    answer = browser.post("/sign-in", told, headers={"User-Agent": "Firefox on Linux"})
    assert (answer.status_code, answer.headers["Location"], is_in(browser)) == (302, "/settings/you", True)
    row = SignIn.objects.get()
    assert (row.user, row.browser, row.address) == (bob, "Firefox on Linux", "127.0.0.1")
    assert row.session_key == browser.session.session_key
    assert browser.get("/sign-in").headers["Location"] == "/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil", "x"],
)
def test_nobody_is_led_elsewhere(bob: User, elsewhere: str) -> None:
    answer = browser_of().post("/sign-in", {"email": bob.email, "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_keeps_the_e_mail_typed(bob: User) -> None:
    browser = browser_of()
    shown = browser.post("/sign-in", {"email": bob.email, "password": "wrong"}).content.decode()
    assert "That e-mail and password do not go together." in shown
    assert (f'value="{bob.email}"' in shown, "wrong" in re.findall('value="(.*?)"', shown)) == (True, False)
    assert "<title>Error: Sign in – Amends</title>" in shown
    empty = browser.post("/sign-in", {"next": "/"}).content.decode()
    assert ("Write your e-mail address" in empty, "Write your password" in empty) == (True, True)


def test_the_session_has_another_key_after_signing_in(bob: User) -> None:
    browser = browser_of()
    session = browser.session
    session["before"] = True
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    browser.post("/sign-in", {"email": bob.email, "password": PASSWORD})
    assert browser.session.session_key != session.session_key


def test_a_link_is_used_by_its_button_alone(bob: User) -> None:
    token = make_sign_in_link(bob, now=now())
    scanner, browser = browser_of(), browser_of()
    for _ in range(3):
        assert "It lets you in once, on this device." in page(scanner, f"/sign-in/{token}")
    answer = browser.post(f"/sign-in/{token}", {"next": "/settings/you"})
    assert (answer.headers["Location"], is_in(browser)) == ("/settings/you", True)
    again = scanner.post(f"/sign-in/{token}")
    assert (again.status_code, is_in(scanner)) == (410, False)
    assert "This link no longer works: it was used, or it is too old. Ask for another." in again.content.decode()


def test_an_invitation_asks_for_a_password(alice: User) -> None:
    user, token = invite_user("Jo Tan", "jo@alder.example", Role.MEMBER, by=alice, now=now())
    browser = browser_of()
    assert "<h1>Welcome, Jo.</h1>" in page(browser, f"/invitation/{token}")
    weak = browser.post(f"/invitation/{token}", {"password": "jo@alder.example"}).content.decode()
    assert "The password is too similar to the email." in weak
    browser.post(f"/invitation/{token}", {"password": PASSWORD})
    user.refresh_from_db()
    assert (is_in(browser), user.check_password(PASSWORD)) == (True, True)
    assert browser_of().get(f"/invitation/{token}").status_code == 410


def test_an_invitation_may_be_lost_while_somebody_types(alice: User) -> None:
    user, token = invite_user("Jo Tan", "jo@alder.example", Role.MEMBER, by=alice, now=now())
    Invitation.objects.update(expires_at=now() - timedelta(seconds=1))
    assert browser_of().post(f"/invitation/{token}", {"password": PASSWORD}).status_code == 410
    close_user(user, by=alice, now=now())
    assert browser_of().get(f"/invitation/{token}").status_code == 410


def test_signing_out_ends_the_session(bob: User) -> None:
    browser = browser_of()
    browser.post("/sign-in", {"email": bob.email, "password": PASSWORD})
    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert (is_in(browser), SignIn.objects.count()) == (False, 0)
    untold = browser_of(bob)
    untold.post("/sign-out")
    assert not is_in(untold)


def test_a_closed_colleague_is_out_at_the_next_click(alice: User, bob: User) -> None:
    browser = browser_of()
    browser.post("/sign-in", {"email": bob.email, "password": PASSWORD})
    close_user(bob, by=alice, now=now())
    assert (is_in(browser), SignIn.objects.count()) == (False, 0)


def test_the_page_asks_the_database_once(
    firm: object, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    del firm, bob
    with django_assert_num_queries(1):
        browser_of().get("/sign-in")
