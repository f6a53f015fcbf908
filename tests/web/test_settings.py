"""The settings: one subject a page, each with its form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import TZPATH

import pytest

from amends.desk.actions.firm import add_branch
from amends.desk.actions.sign_in import keep_sign_in
from amends.desk.actions.user import make_sign_in_link
from amends.desk.clock import now
from amends.desk.models import Branch, Client, Event, Firm, Holiday, Message, Person, Role, SignIn, User
from cast import NOW, PASSWORD, a_client, browser_of, person_at
from signed_in import is_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
OWNERS = (
    "firm", "hours", "holidays", "numbers", "client-page", "team", "team/new", "branches", "data", "record",
)  # fmt: skip


def shown(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def sent(browser: Browser, address: str, **fields: Any) -> str:
    return unescape(browser.post(address, fields, follow=True).content.decode())


def mistakes(page: str) -> list[str]:
    [box] = re.findall(r'<div class="err".*?</div>', page, re.DOTALL)
    return [re.sub("<.*?>", "", one) for one in re.findall(r"<li>(.*?)</li>", box, re.DOTALL)]


def test_everybody_sees_their_own_and_owners_the_rest(alice: User, bob: User) -> None:
    row = re.compile(r'class="row" href="/settings/(.*?)"')
    assert row.findall(shown(browser_of(bob), "/settings")) == ["you", "notices"]
    assert row.findall(shown(browser_of(alice), "/settings")) == [
        "you", "notices", "mailboxes", "private", "playbooks", "firm", "hours", "holidays", "mail-out", "words",
        "numbers", "client-page", "money", "team", "branches", "data", "record",
    ]  # fmt: skip


@pytest.mark.parametrize("subject", OWNERS)
def test_the_rest_is_the_owners(alice: User, mona: User, subject: str) -> None:
    assert browser_of(mona).get(f"/settings/{subject}").status_code == 403
    assert browser_of(alice).get(f"/settings/{subject}").status_code == 200


def test_the_firm_is_changed(alice: User) -> None:
    told = {"name": "Alder and Quay", "addresses": "Alder.example\nquay.example", "zone": "Europe/London"}
    page = sent(browser_of(alice), "/settings/firm", **told, currency="GBP")
    firm = Firm.objects.get()
    assert (firm.name, firm.zone, firm.currency) == ("Alder and Quay", "Europe/London", "GBP")
    assert firm.addresses == ["alder.example", "quay.example"]
    assert "Saved." in page


def test_what_is_wrong_stays_typed(alice: User) -> None:
    told = {"name": "", "addresses": "nowhere", "zone": "UTC", "currency": "GB"}
    page = sent(browser_of(alice), "/settings/firm", **told)
    assert mistakes(page) == ["Write the firm's name", "Ensure this value has at least 3 characters (it has 2)."]
    assert ("nowhere</textarea>" in page, 'value="GB"' in page, "<title>Error: Firm" in page) == (True, True, True)
    page = sent(browser_of(alice), "/settings/firm", **{**told, "name": "A", "currency": "GBP"})
    assert mistakes(page) == ["“nowhere” is neither a domain nor a mail address. Write it as in alder-quay.com."]


def week(**changed: str) -> dict[str, str]:
    told = {"answer_hours": "4"}
    for day in range(5):
        told |= {f"day{day}_0_opens": "09:00", f"day{day}_0_closes": "17:00"}
    return {**told, **changed}


def test_a_pause_at_noon_is_two_periods(alice: User) -> None:
    changed = {"day0_0_closes": "12:00", "day0_1_opens": "13:00", "day0_1_closes": "18:00", "answer_hours": "6"}
    page = sent(browser_of(alice), "/settings/hours", **week(**changed))
    firm = Firm.objects.get()
    assert (firm.week[0], firm.week[6], firm.answer_hours) == ([["09:00", "12:00"], ["13:00", "18:00"]], [], 6)
    assert ("Saved." in page, 'value="13:00"' in page) == (True, True)


def test_hours_that_cannot_be_are_said_at_their_day(alice: User) -> None:
    page = sent(browser_of(alice), "/settings/hours", **week(day2_1_opens="18:00"))
    assert mistakes(page) == ["Wednesday: write both times, or neither"]
    page = sent(browser_of(alice), "/settings/hours", **week(day2_1_closes="18:00", day3_1_opens="late"))
    assert mistakes(page) == ["Wednesday: write both times, or neither", "Enter a valid time."]
    page = sent(browser_of(alice), "/settings/hours", **week(day2_1_opens="16:00", day2_1_closes="18:00"))
    assert mistakes(page) == [
        "Each day's hours must follow each other, with a pause between them, and one day must be open."
    ]


def test_holidays_are_added_filled_in_and_taken_out(alice: User) -> None:
    browser, year = browser_of(alice), now().year + 1
    sent(browser, "/settings/holidays", do="add", on=f"{year}-03-17", name="Parade")
    page = sent(browser, "/settings/holidays", do="fill", country="GB", part="", year=year)
    names = list(Holiday.objects.values_list("name", flat=True))
    assert ("Parade" in names, "Christmas Day" in names, len(names) > 5) == (True, True, True)
    assert re.findall(r"\d+ days added\.", page) == [f"{len(names) - 1} days added."]
    parade = Holiday.objects.get(name="Parade")
    asked = sent(browser, "/settings/holidays", do="remove", holiday=parade.pk)
    assert (f"March 17, {year}?" in asked, Holiday.objects.filter(pk=parade.pk).exists()) == (True, True)
    page = sent(browser, "/settings/holidays", do="remove", holiday=parade.pk, sure="yes")
    assert ("That day is a working day again." in page, Holiday.objects.filter(name="Parade").exists()) == (True, False)


def test_a_region_that_is_none_is_said_with_those_there_are(alice: User) -> None:
    browser, year = browser_of(alice), now().year
    page = sent(browser, "/settings/holidays", do="fill", country="GB", part="zz", year=year)
    assert mistakes(page) == ["Choose one of ENG, NIR, SCT, WLS"]
    assert 'value="zz"' in page
    page = sent(browser, "/settings/holidays", do="fill", country="FR", part="", year=1066)
    assert mistakes(page) == ["Select a valid choice. 1066 is not one of the available choices."]
    page = sent(browser, "/settings/holidays", do="fill", country="SE", part="X", year=year)
    assert mistakes(page) == ["This country has none: leave it empty"]
    page = sent(browser, "/settings/holidays", do="add", on="", name="Parade")
    assert mistakes(page) == ["Choose the day"]
    sent(browser, "/settings/holidays", do="fill", country="GB", part="sct", year=year)
    assert Holiday.objects.filter(name__contains="Andrew").exists()


def test_a_zone_stands_under_one_name_and_the_one_chosen_stays(alice: User) -> None:
    page = shown(browser_of(alice), "/settings/firm")
    assert ("Asia/Kolkata" in page, "Asia/Calcutta" in page) == (True, not zones_are_listed())
    Firm.objects.update(zone="Asia/Calcutta")
    assert '<option value="Asia/Calcutta" selected>' in shown(browser_of(alice), "/settings/firm")


def zones_are_listed() -> bool:
    return any(Path(folder, "zone.tab").exists() for folder in TZPATH)


def test_numbers_are_set_and_go_back(alice: User) -> None:
    browser = browser_of(alice)
    sent(browser, "/settings/numbers", **{"complaint-value": "5", "base-rate-value": "6.5", "praise-value": "-2"})
    assert Firm.objects.get().numbers == {"complaint": 5, "base rate": 0.065, "praise": -2}
    page = shown(browser, "/settings/numbers")
    assert ('value="6.5"' in page, "The method: 9.2 (ClearlyRated, 2018)" in page) == (True, True)
    page = sent(
        browser, "/settings/numbers", **{"complaint-value": "99", "base-rate-value": "6.5", "praise-value": "x"}
    )
    assert mistakes(page) == [
        "A complaint, each conversation: choose a number from 0 to 40.", "Enter a number.",
    ]  # fmt: skip
    assert ('value="99"' in page, Firm.objects.get().numbers["complaint"]) == (True, 5)
    sent(browser, "/settings/numbers", do="reset")
    assert Firm.objects.get().numbers == {}


def test_an_invitation_is_shown_once_to_copy(alice: User, settings: Settings) -> None:
    settings.ADDRESS = "https://desk.alder.example"
    browser = browser_of(alice)
    told = {"name": "Jo Tan", "email": "jo@alder.example", "role": "member"}
    page = sent(browser, "/settings/team/new", **told)
    [link] = re.findall(r'value="https://desk.alder.example(/invitation/.*?)"', page)
    assert "this desk cannot send mail" in page
    assert browser_of().get(link).status_code == 200
    assert "Invited" in shown(browser, "/settings/team")
    page = sent(browser, "/settings/team/new", **told)
    assert mistakes(page) == ["jo@alder.example belongs to a colleague already."]
    user = User.objects.get(email="jo@alder.example")
    assert "Invite again" in shown(browser, f"/settings/team/{user.pk}")
    settings.EMAIL_HOST = "mail.alder.example"
    page = sent(browser, f"/settings/team/{user.pk}/link")
    assert ("It is on its way to jo@alder.example." in page, browser_of().get(link).status_code) == (True, 410)


def test_a_colleague_is_changed_let_in_closed_and_opened(alice: User, bob: User, riverside: Branch) -> None:
    browser, at = browser_of(alice), f"/settings/team/{bob.pk}"
    a_client(name="North", looked_after_by=bob, created_at=NOW)
    told = {
        "name": "Bob Reed",
        "email": bob.email,
        "role": "manager",
        "branch": riverside.pk,
        "away_until": "2030-01-05",
    }
    sent(browser, at, **told)
    bob.refresh_from_db()
    assert (bob.role, bob.away_until) == (Role.MANAGER, date(2030, 1, 5))
    assert "Away until Jan 5" in shown(browser, "/settings/team")
    page = sent(browser, f"{at}/link")
    [link] = re.findall(r'value="[^"]*?(/sign-in/[^"]*)"', page)
    assert ("within 15 minutes" in page, browser_of().get(link).status_code) == (True, 200)
    assert "They look after 1 client, who stays theirs" in shown(browser, f"{at}/close")
    assert "Bob Reed’s account is closed" in sent(browser, f"{at}/close")
    assert "Their account is closed." in shown(browser, at)
    assert "Bob Reed may come in again." in sent(browser, f"{at}/close")


def test_the_last_owner_stays(alice: User) -> None:
    browser, at = browser_of(alice), f"/settings/team/{alice.pk}"
    page = sent(browser, at, name="Alice", email=alice.email, role="member")
    assert mistakes(page) == ["Alice Alder is the only owner. Make somebody else an owner first."]
    browser.post(f"{at}/close", headers={"Referer": f"http://testserver{at}/close"})
    assert "Alice Alder is the only owner, and a firm needs one." in shown(browser, f"{at}/close")


def test_branches_open_change_and_close(alice: User, riverside: Branch) -> None:
    browser = browser_of(alice)
    sent(browser, "/settings/branches", name="Dock", phone="555 0300")
    page = sent(browser, "/settings/branches", name="dock")
    assert mistakes(page) == ["There is a branch called dock already."]
    sent(browser, "/settings/branches", branch=riverside.pk, name="River", phone="")
    page = sent(browser, "/settings/branches", branch=riverside.pk, name="")
    assert (mistakes(page), "<details" in page) == (["Write the branch's name"], True)
    dock = Branch.objects.get(name="Dock").pk
    asked = sent(browser, "/settings/branches", branch=dock, do="remove", name="Dock")
    assert ("Close Dock?" in asked, Branch.objects.filter(pk=dock).exists()) == (True, True)
    sent(browser, "/settings/branches", branch=dock, do="remove", sure="yes")
    assert list(Branch.objects.values_list("name", flat=True)) == ["River"]
    assert browser.post("/settings/branches", {"branch": 99999, "name": "x"}).status_code == 404


def test_how_long_words_are_kept(alice: User) -> None:
    browser = browser_of(alice)
    a_client("3 Feb 09:00 gary: Where is the zebra?", name="North")
    Message.objects.update(at=now() - timedelta(days=4000))
    Person.objects.update(last_wrote_at=now() - timedelta(days=4000))
    asked = sent(browser, "/settings/data", keep_years="7")
    assert ("Tonight 1 message loses its words." in asked, "1 person is forgotten." in asked) == (True, True)
    assert Firm.objects.get().keep_years is None
    sent(browser, "/settings/data", keep_years="7", sure="yes")
    assert Firm.objects.get().keep_years == 7
    sent(browser, "/settings/data", keep_years="10")
    assert Firm.objects.get().keep_years == 10
    sent(browser, "/settings/data", keep_years="0")
    assert Firm.objects.get().keep_years is None


def test_a_person_is_found_to_export_or_erase(alice: User) -> None:
    gary = person_at(a_client(name="North", created_at=NOW), "gary@north.example")
    page = shown(browser_of(alice), "/settings/data?q=GARY")
    assert re.findall(r'href="(/people/.*?)"', page) == [f"/people/{gary.pk}/export", f"/people/{gary.pk}/erase"]
    assert "Nobody called “tess”" in shown(browser_of(alice), "/settings/data?q=tess")


def test_the_record_tells_who_changed_what(alice: User, bob: User) -> None:
    browser = browser_of(alice)
    sent(browser, "/settings/firm", name="Alder", addresses="", zone="UTC", currency="USD")
    add_branch("Dock", by=None, now=NOW)
    page = shown(browser, "/settings/record")
    assert re.findall(r"<li><div class=\"row\"><div><b>(.*?)</b>", page) == ["Changed the firm", "Opened a branch"]
    assert "Name was Alder & Quay, and is Alder now." in page
    assert "the desk itself" in page
    for asked, verbs in (
        (f"who={alice.pk}", ["Changed the firm"]),
        (f"who={bob.pk}", []),
        ("what=firm", ["Changed the firm"]),
        ("until=2025-03-10", ["Opened a branch"]),
        ("since=2025-03-11", ["Changed the firm"]),
        ("since=nonsense", ["Changed the firm", "Opened a branch"]),
    ):
        found = re.findall(r"<li><div class=\"row\"><div><b>(.*?)</b>", shown(browser, f"/settings/record?{asked}"))
        assert found == verbs


def test_everybody_sets_their_own(vera: User) -> None:
    browser = browser_of(vera)
    told = {"name": "Vera W.", "theme": "dark", "title": "", "phone": "", "away_until": ""}
    page = sent(browser, "/settings/you", **told)
    vera.refresh_from_db()
    assert (vera.name, vera.theme, vera.has_keys, 'data-theme="dark"' in page) == ("Vera W.", "dark", False, True)
    assert mistakes(sent(browser, "/settings/you", **{**told, "name": ""})) == ["Write your name"]


def test_a_password_asks_for_the_one_before(bob: User) -> None:
    browser, other = browser_of(bob), browser_of(bob)
    page = sent(browser, "/settings/you/password", current="wrong", password="short")  # noqa: S106  (refused)
    assert mistakes(page) == [
        "This is not your current password",
        "This password is too short. It must contain at least 12 characters.",
    ]
    page = sent(browser, "/settings/you/password", current=PASSWORD, password="another long word")  # noqa: S106  (nobody's)
    assert "Your password is changed. Everywhere else you are signed out." in page
    assert (is_in(browser), is_in(other)) == (True, False)


def test_who_came_by_a_link_chooses_a_password_without_the_one_before(bob: User) -> None:
    browser = browser_of()
    browser.post(f"/sign-in/{make_sign_in_link(bob, now=now())}")
    assert "Current password" not in shown(browser, "/settings/you/password")
    sent(browser, "/settings/you/password", password="another long word")  # noqa: S106  (nobody's)
    bob.refresh_from_db()
    assert (bob.check_password("another long word"), is_in(browser)) == (True, True)
    assert "Current password" in shown(browser, "/settings/you/password")


def test_somebody_signs_out_elsewhere(bob: User, charlie: User) -> None:
    here, there, his = browser_of(bob), browser_of(bob), browser_of(charlie)
    rows = [
        keep_sign_in(user, browser.session.session_key or "", address="192.0.2.7", browser="Firefox Windows", now=now())
        for user, browser in ((bob, here), (bob, there), (charlie, his))
    ]
    page = shown(here, "/settings/you")
    assert (page.count("Firefox on Windows"), page.count("Sign out there")) == (2, 1)
    assert here.post("/settings/you/sign-ins", {"sign_in": rows[2].pk}).status_code == 404
    assert "Signed out there." in sent(here, "/settings/you/sign-ins", sign_in=rows[1].pk)
    assert [is_in(browser) for browser in (here, there, his)] == [True, False, True]
    here.post("/settings/you/sign-ins", {"sign_in": "all"})
    assert (is_in(here), SignIn.objects.count()) == (False, 1)


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/settings", 8), ("/settings/firm", 9), ("/settings/hours", 9), ("/settings/holidays", 10),
        ("/settings/numbers", 9), ("/settings/team", 10), ("/settings/branches", 9), ("/settings/data?q=o", 10),
        ("/settings/record", 13), ("/settings/you", 9),
    ],
)  # fmt: skip
def test_the_count_of_queries_does_not_grow_with_the_rows(
    everybody: object, alice: User, django_assert_num_queries: DjangoAssertNumQueries, address: str, count: int
) -> None:
    del everybody
    browser = browser_of(alice)
    for size in (1, 3):
        for place in range(size):
            name = f"{size}{place} North"
            branch = add_branch(name, by=alice, now=NOW)
            client = Client.objects.create(name=name, created_at=NOW, branch=branch, looked_after_by=alice)
            person_at(client, f"o{size}{place}@x.example")
            Holiday.objects.create(on=date(2040 + size, 1, 1 + place), name=name)
            keep_sign_in(alice, name, address="", browser="", now=now())
            Event.objects.create(
                at=now(), verb="change_client", thing="client", client=client, before={"branch": branch.pk}
            )
        with django_assert_num_queries(count):
            browser.get(address)


NONSENSE = ["9" * 30, "9" * 5000, "abc", "", "٣"]


@pytest.mark.parametrize("told", NONSENSE)
def test_numbers_that_name_no_row_are_no_fault_of_the_desk(alice: User, told: str) -> None:
    browser = browser_of(alice)
    assert browser.post("/settings/you/sign-ins", {"sign_in": told}).status_code == 404
    assert browser.post("/settings/holidays", {"do": "remove", "holiday": told}).status_code == 404
    assert browser.post("/settings/branches", {"branch": told}).status_code == (404 if told else 200)
    assert browser.post("/clients/confirm", {"shown": told, "client": told}).status_code in {200, 302}
    assert browser.get("/settings/record", {"below": told, "who": told}).status_code == 200


def test_the_record_may_be_asked_for_any_day(alice: User) -> None:
    assert browser_of(alice).get("/settings/record?since=0001-01-01&until=9999-12-31").status_code == 200
