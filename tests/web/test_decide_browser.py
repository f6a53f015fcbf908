"""Decide and Part well in a real browser: no mistake at any width and theme, without a script, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.decision import Choice
from amends.desk.actions.decision import give_view, set_worth
from amends.desk.actions.parting import add_hand_over, plan_parting
from amends.desk.models import Case, Opinion
from cast import NOW, TALK, a_client, person_at, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]


@pytest.fixture
def case(bob: User, mona: User) -> Case:
    """Bob and Mona have said what they think; a farewell is planned."""
    north = a_client(TALK, looked_after_by=bob, team=(mona,), yearly_value=40_000, since_year=2021)
    found = upset(bob, north, lead=bob, person=person_at(north, "gary@north.example"))
    give_view(found, Choice.SAVE, by=mona, now=NOW, reason="Four years together.", ideas="Move the cut-off.")
    give_view(found, Choice.LIGHTLY, by=bob, now=NOW, reason="The invoices are ours.")
    set_worth(found, {"hours": 20.0, "goodwill": "2000.00"}, by=bob, now=NOW)
    plan_parting(found, by=bob, now=NOW, note="Gary, I am sorry if you felt let down.")
    add_hand_over(found, "The keys", by=bob, now=NOW)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("step", ["decide", "part-well", "part-well/note"])
def test_the_pages_have_no_mistake(chromium: Browser, case: Case, bob: User, step: str, theme: str, width: int) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/{step}", width=width, theme=theme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert mistakes(page) == []
    page.context.close()


def test_the_numbers_have_no_mistake(chromium: Browser, alice: User) -> None:
    page = opened(chromium, alice, "/settings/numbers")
    assert mistakes(page) == []
    page.context.close()


def test_a_view_is_given_by_keyboard_and_without_a_script(chromium: Browser, case: Case, bob: User) -> None:
    Opinion.objects.filter(user=bob).delete()
    page = opened(chromium, bob, f"/recoveries/{case.pk}/decide", script=False)
    page.locator("#id_choice_0").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Only what is ours.")
    page.get_by_role("button", name="Give my view").press("Enter")
    page.get_by_text("Four years together.").wait_for()
    assert [(one.choice, one.reason) for one in Opinion.objects.filter(user=bob)] == [("lightly", "Only what is ours.")]
    page.context.close()


def test_on_paper_the_note_stands_alone(chromium: Browser, case: Case, bob: User) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/part-well/note")
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text().split("\n")
    assert [line for line in shown if line.strip()] == ["Gary, I am sorry if you felt let down."]
    page.context.close()
