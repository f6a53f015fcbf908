"""Today and the pages around it in a real browser: open to all, at both widths, by keyboard, without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER
from amends.desk.actions.case import finish_step, open_case, schedule_followup
from amends.desk.actions.health import assess_client
from amends.desk.actions.promise import make_promise
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case, Client, FollowUp, Person, Promise, Touch, Waiting
from cast import LATE, NOW, TALK, a_client, at
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened, walked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon", "a_morning")]

PAGES = (
    "/", "/upset", "/recoveries", "/recoveries?tab=parted", "/recoveries/{case}", "/recoveries/{case}/call",
    "/clients/{client}/call", "/calls/new", "/calls/new?client={client}", "/touches/{touch}/edit", "/promises",
    "/promises/new", "/promises/{promise}/drop", "/promises/{promise}/broken", "/followups/{followup}/done",
    "/waiting/{waiting}/spoken", "/waiting/{waiting}/cover", "/more", "/keys",
)  # fmt: skip


@pytest.fixture
def a_morning(bob: User, mona: User) -> None:
    """Let one of everything need Bob at noon."""
    assert mona.is_active
    north = a_client(TALK, LATE, looked_after_by=bob)
    Person.objects.update(phone="555 0148", title="Plant manager", best_hour="Best before 10 am")
    assess_client(north, now=NOW)
    south, east = a_client(name="South", looked_after_by=bob), a_client(name="East", looked_after_by=bob)
    open_case(south, by=bob, now=NOW, words="Nobody came.", severity=3, person=Person.objects.get())
    mending = open_case(east, by=bob, now=NOW, words="You let us down.", severity=5)
    for step in ORDER[:6]:
        finish_step(mending, step, by=bob, now=NOW)
    Case.objects.filter(pk=mending.pk).update(next_at=None, called_back_at=NOW)
    FollowUp.objects.all().delete()  # the first one, laid down with the fix
    schedule_followup(east, date(2025, 3, 10), by=bob, now=NOW, case=mending, number=3, of=6)
    make_promise(south, "Send the certificates", due_at=at("9 Mar 17:00"), by=bob, now=at("3 Mar 09:00"))
    make_promise(east, "Find a driver", due_at=at("11 Mar 17:00"), by=bob, now=NOW)
    record_touch(south, "note", by=bob, now=NOW, summary="Spoke in the yard", words="It was cold.")


def place(address: str) -> str:
    """Fill in which rows a page is about."""
    return address.format(
        case=Case.objects.earliest("pk").pk,
        client=Client.objects.get(name="North").pk,
        touch=Touch.objects.earliest("pk").pk,
        promise=Promise.objects.earliest("pk").pk,
        followup=FollowUp.objects.get().pk,
        waiting=Waiting.objects.earliest("pk").pk,
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_all(chromium: Browser, bob: User, width: int) -> None:
    page = opened(chromium, bob, "/", width=width)
    wrong = {}
    for address in PAGES:
        page.goto(f"http://localhost{place(address)}")
        wrong[address] = mistakes(page)
    assert wrong == {address: [] for address in PAGES}
    page.context.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("address", ["/upset", "/calls/new", "/promises/new"])
def test_a_form_with_mistakes_is_open_to_all(chromium: Browser, bob: User, address: str, theme: str) -> None:
    page = opened(chromium, bob, address, theme=theme)
    page.locator("main form button.p").click()
    page.wait_for_selector(".err")
    assert mistakes(page) == []
    assert page.evaluate("document.activeElement.classList.contains('err')")
    page.context.close()


def test_today_is_dark_where_the_device_is(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/", theme="dark")
    assert mistakes(page) == []
    page.context.close()


def test_today_is_walked_by_keyboard(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/")
    met = walked(page, 30)
    begin = met.index("North")
    assert met[begin : begin + 15] == [
        "North",
        "Prepare the call",
        "I’ve already spoken to Gary",
        "Ask someone to cover",
        "Why is this first?",
        "Gary at South “Nobody came.” Due in 59 min",
        "All promises",
        "Mark as kept: Send the certificates",
        "Send the certificates",
        "We did not keep it",
        "Mark as kept: Find a driver",
        "Find a driver",
        "East Third weekly check-in since you made things right. Ask about how they feel. Not enough yet",
        "South Decide Call back. Due in 59 min",
        "East Follow up Check-in 3 of 6 due today",
    ]
    page.context.close()


def test_x_keeps_the_promise_of_a_row(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.wait_for_selector(".saved")
    assert page.locator(".saved").inner_text() == "Kept: Send the certificates."
    assert Promise.objects.earliest("pk").state == "kept"
    page.context.close()


def test_upset_is_written_by_keyboard_alone(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/")
    page.keyboard.press("u")
    page.wait_for_selector("h1:has-text('Who is it, and what did they say?')")
    page.locator("#id_who").focus()
    page.keyboard.type("North")
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody came this morning.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.locator("main form button.p").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Call Gary')")
    case = Case.objects.get(client__name="North")
    assert (case.words, case.severity) == ("Nobody came this morning.", 3)
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_forms_need_no_javascript(chromium: Browser, bob: User, width: int) -> None:
    page = opened(chromium, bob, place("/waiting/{waiting}/spoken"), width=width, script=False)
    page.locator("main form button.p").click()
    assert page.locator(".saved").first.inner_text() == "Logged. Gary waits no more."
    page.goto("http://localhost/upset")
    page.locator("#id_who").fill("South")
    page.locator("#id_words").fill("Still nobody.")
    page.locator("label:has-text('Ready to leave')").click()
    page.locator("main form button.p").click()
    assert (
        "South has a recovery under way: added there. Call Gary back by Monday, Mar 10, 1:00 pm."
        in page.locator(".saved").first.inner_text()
    )
    page.goto(f"http://localhost{place('/recoveries/{case}/call')}")
    page.locator("#id_promised").fill("Send two people")
    page.locator("#id_due_at").fill("2025-03-10T15:00")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    assert Promise.objects.latest("pk").what == "Send two people"
    page.context.close()


def test_the_call_sheet_prints_on_one_page(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, place("/recoveries/{case}/call"))
    printed = page.pdf(format="Letter", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") == 1
    page.context.close()


def test_the_number_comes_first_on_the_phone(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, place("/recoveries/{case}/call"), width=390)
    number = page.locator(".tel a")
    assert number.get_attribute("href") == "tel:5550148"
    box = number.bounding_box()
    assert box is not None
    assert box["y"] < 400
    page.context.close()
