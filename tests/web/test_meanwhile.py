"""Two people have the same page open: the second to save is told what the first changed, and loses nothing."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.case import open_case, plan_next
from amends.desk.actions.client import change_client
from amends.desk.actions.firm import change_firm
from amends.desk.actions.person import change_person
from amends.desk.actions.touch import change_touch, record_touch
from amends.desk.models import Case, Client, Firm, Person
from cast import NOW, a_client, at, browser_of
from shown import words_in

if TYPE_CHECKING:
    from django.test import Client as Browser

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def sealed(html: str) -> str:
    """Return the hidden field that says what a page showed: of several forms that of the last."""
    *_others, tag = re.findall(r'<input type="hidden" name="shown"[^>]*>', html)
    return unescape(re.findall(r'value="([^"]*)"', tag)[0])


def seen(browser: Browser, address: str) -> str:
    return sealed(browser.get(address).content.decode())


def test_a_client_changed_meanwhile_is_not_written_over(alice: User, bob: User) -> None:
    north, browser = a_client(), browser_of(bob)
    where = f"/clients/{north.pk}/edit"
    typed = {"name": "North Foods", "keys": "north.example", "note": "", "shown": seen(browser, where)}
    change_client(Client.objects.get(), by=alice, now=NOW, name="Northern", is_small_market=True, team=[bob])
    html = browser.post(where, typed).content.decode()
    page = words_in(html)
    assert "Somebody else changed this meanwhile" in page
    assert "Alice Alder changed “Name” to “Northern” at noon." in page
    assert "Alice Alder changed “Who else works on it” to “Bob Reed” at noon." in page
    assert "Alice Alder changed “In their market everybody knows everybody” to “yes” at noon." in page
    assert ('value="North Foods"' in html, "Save mine" in page) == (True, True)  # typed stays
    assert re.search(r'name="is_small_market"[^>]* checked', html)  # and what was left alone is the new value
    assert Client.objects.get().name == "Northern"
    again = {**typed, "is_small_market": "on", "team": [str(bob.pk)], "shown": sealed(html)}
    browser.post(where, again)
    saved = Client.objects.get()
    assert (saved.name, saved.is_small_market, list(saved.team.all())) == ("North Foods", True, [bob])


def test_what_somebody_emptied_is_shown_empty(alice: User, bob: User) -> None:
    north, browser = a_client(note="Old", is_small_market=True), browser_of(bob)
    where = f"/clients/{north.pk}/edit"
    typed = {"name": "North", "keys": "north.example", "note": "Old", "is_small_market": "on"}
    change_client(Client.objects.get(), by=alice, now=NOW, note="New")
    shown = seen(browser, where)
    change_client(Client.objects.get(), by=None, now=NOW, note="", is_small_market=False)
    html = browser.post(where, {**typed, "note": "New", "shown": shown}).content.decode()
    assert "The desk changed “Note” to “nothing” at noon." in words_in(html)
    assert ("New</textarea>" in html, bool(re.search(r'name="is_small_market"[^>]* checked', html))) == (False, False)


def test_nobody_is_asked_about_what_did_not_change(bob: User, riverside: Branch) -> None:
    north = a_client(branch=riverside, looked_after_by=bob, yearly_value="48000", note="A\nB", since_year=2019)
    browser, where = browser_of(bob), f"/clients/{north.pk}/edit"
    typed = {"name": "North Foods", "keys": "north.example", "note": "A\r\nB", "shown": seen(browser, where)}
    assert browser.post(where, typed).status_code == 302
    assert browser.post(where, {**typed, "name": "N", "shown": "made:up"}).status_code == 302


def test_a_person_changed_in_another_window(bob: User) -> None:
    north = a_client("3 Mar 09:00 client: Hello.")
    gary, browser = Person.objects.get(client=north), browser_of(bob)
    where = f"/people/{gary.pk}/edit"
    shown = seen(browser, where)
    change_person(gary, by=bob, now=NOW, phone="555 0111")
    page = words_in(browser.post(where, {"name": "Gary", "phone": "555 0222", "shown": shown}).content.decode())
    assert "You, in another window, changed “Phone” to “555 0111” at noon." in page
    gary.refresh_from_db()
    assert gary.phone == "555 0111"


def test_the_firm_changed_meanwhile(alice: User) -> None:
    firm, browser, where = Firm.objects.get(), browser_of(alice), "/settings/firm"
    shown = seen(browser, where)
    typed = {"name": "Alder", "addresses": "alder.example", "zone": "UTC", "currency": "USD", "shown": shown}
    change_firm(firm, by=alice, now=NOW, zone="Europe/London", currency="GBP")
    page = words_in(browser.post(where, typed).content.decode())
    assert "changed “Time zone” to “Europe/London” at noon." in page
    Firm.objects.update(name="Quay")  # by hand, in the database: nobody knows who
    page = words_in(browser.post(where, typed).content.decode())
    assert "“Name” has become “Quay” meanwhile." in page


def test_a_call_corrected_meanwhile(alice: User, bob: User) -> None:
    touch = record_touch(a_client(), "call", by=bob, now=NOW, at=at("7 Mar 09:00"), summary="Talked")
    browser, where = browser_of(bob), f"/touches/{touch.pk}/edit"
    typed = {"kind": "call", "at": "2025-03-07T09:00", "summary": "Spoke", "shown": seen(browser, where)}
    change_touch(touch, by=alice, now=NOW, kind="visit", at=at("7 Mar 10:00"))
    html = browser.post(where, typed).content.decode()
    page = words_in(html)
    assert "Alice Alder changed “What was it?” to “Visit” at noon." in page
    assert "Alice Alder changed “When” to “March 7, 2025, 10 a.m.” at noon." in page
    assert "Save mine" in page
    assert browser.post(where, {**typed, "at": "2025-03-07T10:00", "shown": sealed(html)}).status_code == 302
    touch.refresh_from_db()
    assert (touch.summary, touch.at) == ("Spoke", at("7 Mar 10:00"))


def test_a_plan_made_meanwhile(alice: User, bob: User) -> None:
    case = open_case(a_client(), by=bob, now=NOW, words="Enough.", severity=3)
    browser, where = browser_of(bob), f"/recoveries/{case.pk}"
    shown = seen(browser, f"{where}/decide")
    plan_next(case, by=alice, now=NOW, note="She has the plan " + "x" * 200)
    html = browser.post(where, {"plan": "1", "note": "Ring her", "shown": shown}).content.decode()
    page = words_in(html)
    assert re.search(r"Alice Alder changed “Why then” to “She has the plan x+…” at noon.", page)
    assert "Alice Alder changed “Get back to them” to “nothing” at noon." in page
    assert "Save mine" in page
    browser.post(where, {"plan": "1", "note": "Ring her", "shown": sealed(html)})
    assert Case.objects.get().next_note == "Ring her"
