"""Understand in a real browser: open to all at every width, without a script, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.listening import Question
from amends.desk.actions.cause import add_cause, map_contribution
from amends.desk.actions.listening import hear_words, log_fact
from amends.desk.models import Heard, Person, StaffingFact
from cast import NOW, a_client, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import Case, User

__all__ = ["in_the_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
LETTERS = """
    8 Mar 09:00  client: My finance team holds every invoice of yours now.
    9 Mar 06:09  client: You billed eleven hours for Kyle, who left in August. I told you.
"""


@pytest.fixture
def case(bob: User) -> Case:
    """Gary of North was heard once; what lies underneath is half known."""
    north = a_client(LETTERS, looked_after_by=bob)
    Person.objects.update(phone="(555) 01-48", title="Plant manager", best_hour="Before 10")
    case = upset(bob, north, person=Person.objects.get())
    for words in ("The invoice again.", "The invoice, twice."):
        upset(bob, north, words=words)
    hear_words(case, Question.ELSE, "The badges are never returned. " * 4, by=bob, now=NOW)
    map_contribution(
        case, by=bob, now=NOW, side="ours", what="Left his message for two days", share=80, evidence="Mail"
    )
    map_contribution(case, by=bob, now=NOW, side="theirs", what="Told the line lead, not us", share=40)
    why = add_cause(case, by=bob, now=NOW, what="The invoice had hours for a leaver", theme="billing")
    for _ in range(5):
        why = add_cause(case, by=bob, now=NOW, what="Leavers stay on the sheet", parent=why, is_process=True)
    log_fact(case, by=bob, now=NOW, what="Eleven hours were billed", evidence="Invoice 20934")
    for day in range(6):
        StaffingFact.objects.create(client=north, kind="no_show", at=NOW.replace(day=1 + day), added_at=NOW)
    return case


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_open_to_everybody(chromium: Browser, bob: User, case: Case, width: int, theme: str) -> None:
    cause = case.causes.first()
    assert cause is not None
    for address in (
        f"/recoveries/{case.pk}/understand",
        f"/recoveries/{case.pk}/contributions/new?side=theirs",
        f"/recoveries/{case.pk}/causes/new?parent={cause.pk}",
        f"/causes/{cause.pk}/edit?remove=ask",
        f"/clients/{case.client_id}/issues",
    ):
        page = opened(chromium, bob, address, width=width, theme=theme)
        assert (address, mistakes(page)) == (address, [])
        page.context.close()


def test_without_a_script_what_they_wrote_is_taken_with_one_click(chromium: Browser, bob: User, case: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/understand", script=False)
    page.get_by_label("What would you have expected us to do?").fill("A call.")
    page.locator("[name=take][value=cost]").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    words = dict(Heard.objects.values_list("question", "words"))
    assert (words["cost"], words["expected"]) == ("My finance team holds every invoice of yours now.", "A call.")
    page.context.close()


def test_the_button_below_saves_what_was_typed_above(chromium: Browser, bob: User, case: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/understand", width=390)
    page.get_by_label("What would you have expected us to do?").fill("A call.")
    page.get_by_label("Yes. I could tell it back and Gary would say “that’s right”").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("Understand is done.").first.wait_for()
    assert Heard.objects.filter(question="expected").count() == 1
    page.context.close()


def test_what_was_typed_is_back_after_the_page_was_closed(chromium: Browser, bob: User, case: Case) -> None:
    page = opened(chromium, bob, f"/recoveries/{case.pk}/understand")
    page.get_by_label("What would you have expected us to do?").fill("A call.")
    page.reload()
    page.get_by_text("What you typed earlier is back.").wait_for()
    assert page.get_by_label("What would you have expected us to do?").input_value() == "A call."
    page.context.close()
