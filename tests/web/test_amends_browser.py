"""Make good, Follow up, Learn and Lessons in a real browser: open to all, at both widths and in both themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER
from amends.desk.actions.case import finish_step
from amends.desk.actions.followup import finish_followup
from amends.desk.actions.lesson import add_lesson
from amends.desk.actions.reparation import draft_reparation
from amends.desk.models import Case, FollowUp, Lesson
from cast import NOW, a_client, person_at, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon", "a_recovery")]
PAGES = (
    "/recoveries/{case}/make-good", "/recoveries/{case}/follow-up", "/recoveries/{case}/learn", "/lessons",
    "/lessons/{lesson}", "/followups/{followup}/done", "/settings/money",
)  # fmt: skip


@pytest.fixture
def a_recovery(bob: User, alice: User) -> None:
    """Let one recovery have an offer, a check-in and a lesson."""
    assert alice
    north = a_client(looked_after_by=bob)
    case = upset(bob, north, person=person_at(north, "gary@north.example"))
    for step in ORDER[:6]:
        finish_step(case, step, by=bob, now=NOW)
    row = FollowUp.objects.create(client=north, case=case, due_on=NOW.date())
    finish_followup(row, by=bob, now=NOW, outcome="Fine.", feeling=2, holds=True)
    draft_reparation(case, by=bob, now=NOW, direct_loss=3000, offer=3800, reason="The Saturday.", owed=40)
    add_lesson(case, "Leavers go off the sheet at once.", owner=bob, due_on=NOW.date(), by=bob, now=NOW)


def place(address: str) -> str:
    """Fill in which rows a page is about."""
    followup = FollowUp.objects.get(done_at=None)
    return address.format(case=Case.objects.get().pk, lesson=Lesson.objects.get().pk, followup=followup.pk)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_all(chromium: Browser, alice: User, width: int, theme: str) -> None:
    page = opened(chromium, alice, "/", width=width, theme=theme)
    wrong = {}
    for address in PAGES:
        page.goto(f"http://localhost{place(address)}")
        wrong[address] = mistakes(page)
    assert wrong == {address: [] for address in PAGES}
    page.context.close()


def test_an_offer_is_made_without_a_script(chromium: Browser, alice: User) -> None:
    page = opened(chromium, alice, place("/recoveries/{case}/make-good"), script=False)
    page.locator("[name=direct_loss]").fill("1.000,00")
    page.locator("button[value=fit]").click()
    page.wait_for_selector(".saved")
    assert "This leaves Gary a little better off than before." in page.locator("main").inner_text()
    page.context.close()
