"""Check-ins, planned calls and one's own calendar in a real browser: nothing in anybody's way, by keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.calendar import make_feed
from amends.desk.actions.call import plan_call
from amends.desk.actions.followup import schedule_followup
from amends.desk.models import Case, FollowUp, Outgoing, PlanAction, Reparation
from cast import NOW, a_client, person_at, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened, walked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
__all__ = ["in_the_browser"]
DAY = timedelta(days=1)
TODAY = NOW.date()
PAGES = ("/followups/{f}/done", "/followups/{f}/call", "/outbox/{l}", "/settings/you/calendar", "/settings/you", "/")


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    north = a_client(name="Brightwater", looked_after_by=bob, branch=riverside)
    found = upset(bob, north, person=person_at(north, "dana@brightwater.example"))
    Case.objects.update(next_at=None, called_back_at=NOW)
    return found


def due(case: Case, bob: User, number: int = 3) -> FollowUp:
    told = {"case": case, "person": case.person, "number": number, "of": 11}
    return schedule_followup(case.client, TODAY, by=bob, now=NOW, **told)  # type: ignore[arg-type]  # columns


@pytest.fixture
def planned(case: Case, bob: User) -> FollowUp:
    """Give a monthly check-in with all that it asks, and a call whose invitation nobody has read."""
    PlanAction.objects.create(case=case, what="Call by 4 pm when a shift is open", due_on=TODAY, at=NOW, done_at=NOW)
    told = {"currency": "USD", "offer": 1210, "in_kind": "a free week", "given_on": TODAY - 4 * DAY, "at": NOW}
    Reparation.objects.create(case=case, state="given", **told)
    followup = due(case, bob, number=9)
    plan_call(followup, TODAY + DAY, by=bob, now=NOW, hour=NOW.time(), invites=True)
    make_feed(bob, now=NOW)
    return followup


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_in_anybodys_way(chromium: Browser, planned: FollowUp, bob: User, width: int, theme: str) -> None:
    keys = {"f": planned.pk, "l": Outgoing.objects.get().pk}
    found = {}
    for page in PAGES:
        found[page] = mistakes(opened(chromium, bob, page.format(**keys), width=width, theme=theme))
    assert found == {page: [] for page in PAGES}


def test_a_call_is_planned_by_keyboard_without_a_script(chromium: Browser, case: Case, bob: User) -> None:
    followup = due(case, bob)
    page = opened(chromium, bob, f"/followups/{followup.pk}/call", script=False)
    page.get_by_label("Day").fill("2025-03-11")
    page.get_by_label("Hour").fill("10:30")
    page.get_by_label("Invite them by mail").check()
    page.get_by_role("button", name="Save").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "A call on Tuesday, March 11, 10:30 AM (UTC)"
    followup.refresh_from_db()
    assert followup.call_at == NOW + DAY - (NOW - NOW.replace(hour=10, minute=30))


def test_an_address_is_made_and_shown_once(chromium: Browser, bob: User) -> None:
    page = opened(chromium, bob, "/settings/you/calendar")
    assert "Make an address" in walked(page, 40)
    page.get_by_role("button", name="Make an address").click()
    assert page.get_by_label("Address").input_value().endswith(".ics")
    assert mistakes(page) == []
