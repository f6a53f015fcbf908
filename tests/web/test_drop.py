"""Everybody's own address for mail to the desk: made, shown to nobody else, and what came by it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.drop import make_drop
from amends.desk.models import Drop, Dropped
from amends.desk.seal import unseal
from cast import NOW, browser_of
from opened import WIDTHS, in_the_browser, mistakes, opened
from shown import text_of, words_in

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client as Pages
    from playwright.sync_api import Browser
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE = "/settings/drop"


@pytest.fixture(autouse=True)
def door(settings: Settings, tmp_path: Path) -> None:
    """Let the desk have a door."""
    settings.DROP_PORT, settings.DROP_DOMAIN, settings.DROP_QUEUE = 2525, "desk.alder.example", tmp_path


def came(drop: Drop, count: int) -> None:
    """Let so many mails have come; the second was not understood."""
    for n in range(count):
        why = "It went to nobody outside the firm." if n == 1 else ""
        Dropped.objects.create(
            drop=drop,
            file=f"{drop.pk} {n}",
            subject=f"Mail {n}",
            at=NOW - timedelta(hours=n),
            kept=not why,
            why_not=why,
        )


def does(pages: Pages, what: str) -> str:
    return words_in(pages.post(PAGE, {"do": what}, follow=True).content.decode())


def address_on(pages: Pages) -> str:
    [found] = re.findall(r'value="(\w+@desk\.alder\.example)"', pages.get(PAGE).content.decode())
    return str(found)


def test_an_address_is_made_changed_and_ended(bob: User) -> None:
    pages = browser_of(bob)
    assert "You have no address yet." in text_of(pages, PAGE)
    assert "This is your address." in does(pages, "make")
    first = address_on(pages)
    assert "This is your new address. The old one has ended." in does(pages, "make")
    assert address_on(pages) != first
    assert "The address has ended. Mail to it is refused." in does(pages, "end")
    assert "You have no address any more. The one you had has ended for good:" in text_of(pages, PAGE)
    assert does(pages, "end") == does(pages, "nonsense") == text_of(pages, PAGE)


def test_it_says_what_became_of_each_mail(bob: User) -> None:
    drop = make_drop(bob, by=bob, now=NOW)
    assert "Nothing yet." in text_of(browser_of(bob), PAGE)
    came(drop, 2)
    words = text_of(browser_of(bob), PAGE)
    assert "Mail 0 One message kept Monday, Mar 10, 12:00" in words
    assert "Mail 1 It went to nobody outside the firm. Not kept Monday, Mar 10, 11:00" in words


def test_nobody_sees_anothers(bob: User, alice: User) -> None:
    drop = make_drop(bob, by=bob, now=NOW)
    came(drop, 1)
    page = browser_of(alice).get(PAGE).content.decode()
    assert "Mail 0" not in page
    assert unseal(drop.secret) not in page


def test_a_desk_without_a_door_says_so(bob: User, settings: Settings) -> None:
    assert "/settings/drop" in browser_of(bob).get("/settings").content.decode()
    settings.DROP_PORT = 0
    pages = browser_of(bob)
    assert "This desk takes in no mail by an address." in text_of(pages, PAGE)
    assert "/settings/drop" not in pages.get("/settings").content.decode()
    assert "Who runs it can open a door for it." in does(pages, "make")


def test_a_lost_key_is_said_and_mended(bob: User) -> None:
    make_drop(bob, by=bob, now=NOW)
    Drop.objects.update(secret="sealed with another key")  # noqa: S106  (no secret)
    pages = browser_of(bob)
    assert "Your address cannot be shown any more." in text_of(pages, PAGE)
    does(pages, "make")
    assert address_on(pages)


def test_who_only_looks_has_none(vera: User) -> None:
    assert browser_of(vera).get(PAGE).status_code == 403
    assert "/settings/drop" not in browser_of(vera).get("/settings").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_with_one_mail_as_with_three(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    came(make_drop(bob, by=bob, now=NOW), count)
    pages = browser_of(bob)
    pages.get(PAGE)
    with django_assert_num_queries(10):
        pages.get(PAGE)


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("state", ["none", "empty", "full", "no door"])
def test_it_is_open_to_all(chromium: Browser, bob: User, settings: Settings, state: str, width: int) -> None:
    if state in {"empty", "full"}:
        came(make_drop(bob, by=bob, now=NOW), 3 if state == "full" else 0)
    settings.DROP_PORT = 0 if state == "no door" else 2525
    page = opened(chromium, bob, PAGE, width=width, theme="dark" if state == "full" else "light")
    assert mistakes(page) == []
