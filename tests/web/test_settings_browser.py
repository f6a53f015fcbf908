"""Signing in and the settings in a real browser: open to all, at both widths, in both themes, without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.firm import add_holiday, change_firm
from amends.desk.actions.sign_in import keep_sign_in
from amends.desk.actions.user import invite_user, make_sign_in_link
from amends.desk.clock import now
from amends.desk.models import Firm, Role
from cast import NOW, PASSWORD, a_client, person_at
from opened import ADDRESS, THEMES, WIDTHS, in_the_browser, mistakes, opened, walked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User
    from cast import Everybody

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser")]
SETTINGS = (
    "", "/firm", "/hours", "/holidays", "/numbers", "/team", "/team/new", "/team/{bob}", "/team/{bob}/close",
    "/branches", "/data?q=gary", "/record", "/you", "/you/password", "/notices",
)  # fmt: skip


@pytest.fixture
def a_firm_at_work(everybody: Everybody) -> Everybody:
    """Give the settings something to show."""
    alice = everybody.alice
    person_at(a_client(name="North", looked_after_by=everybody.bob, created_at=NOW), "gary@north.example")
    invite_user("Jo Tan", "jo@alder.example", Role.MEMBER, by=alice, now=now())
    change_firm(Firm.objects.get(), by=alice, now=now(), name="Alder & Quay Staffing", answer_hours=6)
    add_holiday(date(2040, 12, 25), "Christmas Day", by=alice, now=now())
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"
    keep_sign_in(alice, "elsewhere", address="192.0.2.7", browser=agent, now=now())
    return everybody


@pytest.mark.parametrize(("width", "theme"), tuple(zip(WIDTHS, THEMES, strict=True)))
@pytest.mark.parametrize("subject", SETTINGS)
def test_a_page_of_the_settings_is_open_to_all(
    chromium: Browser, a_firm_at_work: Everybody, subject: str, width: int, theme: str
) -> None:
    address = f"/settings{subject}".format(bob=a_firm_at_work.bob.pk)
    page = opened(chromium, a_firm_at_work.alice, address, width=width, theme=theme)
    assert mistakes(page) == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["password", "link", "over", "invitation", "wrong"])
def test_coming_in_is_open_to_all(chromium: Browser, alice: User, kind: str, width: int) -> None:
    address = {"password": "/sign-in?next=/settings/you", "wrong": "/sign-in", "over": "/invitation/none"}.get(kind)
    if kind == "link":
        address = f"/sign-in/{make_sign_in_link(alice, now=now())}"
    elif kind == "invitation":
        address = f"/invitation/{invite_user('Jo', 'jo@x.example', Role.MEMBER, by=alice, now=now())[1]}"
    page = opened(chromium, None, address or "", width=width, theme="dark" if kind == "wrong" else "light")
    if kind == "wrong":
        page.get_by_label("E-mail").fill("alice@alder.example")
        page.get_by_role("button", name="Sign in").click()
        page.locator("[data-focus]:focus").filter(has_text="One thing to correct").wait_for()
    assert mistakes(page) == []
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_somebody_signs_in_and_changes_the_hours(chromium: Browser, alice: User, *, script: bool) -> None:
    page = opened(chromium, None, "/sign-in?next=/settings/hours", script=script)
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.title() == "Hours – Amends"
    page.goto(f"{ADDRESS}/settings/hours")
    page.get_by_label("Friday to", exact=True).fill("15:00")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Saved.").is_visible()
    assert Firm.objects.get().week[4] == [["09:00", "15:00"]]
    page.context.close()


def test_a_link_to_copy_is_shown_in_the_page(chromium: Browser, alice: User, bob: User) -> None:
    page = opened(chromium, alice, f"/settings/team/{bob.pk}")
    page.get_by_role("button", name="Make a sign-in link").click()
    assert "/sign-in/" in page.get_by_label("Link").input_value()
    assert mistakes(page) == []
    page.context.close()


def test_the_settings_are_walked_by_keyboard(chromium: Browser, alice: User) -> None:
    page = opened(chromium, alice, "/settings")
    met = walked(page, 40)
    subjects = ["You", "Firm", "Hours", "Holidays", "Numbers", "Team", "Branches", "Personal data", "Record"]
    assert [name for name in subjects if [words for words in met if words.startswith(name)]] == subjects
    page.context.close()
