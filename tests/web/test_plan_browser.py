"""The pages of a plan in a real browser: nothing in anybody's way, on a desk and a phone, without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.core.plan import Failure
from amends.desk.actions.fix import finish_action, verify_action
from amends.desk.actions.plan import add_action, answer_action
from amends.desk.actions.plan_input import ask_for_input
from amends.desk.actions.playbook import apply_playbook
from amends.desk.actions.promise import make_promise
from amends.desk.models import Case, Heard, Person, PlanAction
from cast import NOW, a_client, at, upset
from desk_week import kept
from opened import ADDRESS, THEMES, WIDTHS, in_the_browser, mistakes, opened, walked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.usefixtures("in_the_browser", "at_noon")]
__all__ = ["in_the_browser"]
FRIDAY = date(2025, 3, 14)


@pytest.fixture
def case(bob: User, mona: User) -> Case:
    """Keep a recovery whose plan has something of everything."""
    client = a_client(looked_after_by=mona)
    case = upset(bob, client, person=Person.objects.create(client=client, name="Gary Nash"), lead=bob)
    for words in ("Nobody came.", "Nobody called.", "I paid twice for it."):
        Heard.objects.create(case=case, question="happened", words=words, said_at=NOW)
    first, second, _third = case.heard.all()
    agreed = add_action(case, "Confirm names", by=bob, now=NOW, due_on=FRIDAY, owner=bob, heard=first)
    asked = add_action(case, "Call first", by=bob, now=NOW, due_on=FRIDAY, owner=mona, heard=second)
    answer_action(agreed, "agreed", by=bob, now=NOW)
    answer_action(asked, "question", "Who calls?", by=bob, now=NOW)
    for what in ("Done", "Held"):
        row = add_action(case, what, by=bob, now=NOW, due_on=FRIDAY, owner=bob)
        finish_action(answer_action(row, "agreed", by=bob, now=NOW), by=bob, now=NOW, note="Since Monday")
    verify_action(PlanAction.objects.get(what="Held"), by=bob, now=NOW)
    ask_for_input(case, by=bob, now=NOW)
    kept(client, mona, weeks=5, each=2)
    for what in ("One", "Two", "Three"):
        make_promise(client, what, due_at=at("13 Mar 12:00"), by=mona, now=NOW)
    return case


def pages(case: Case, mona: User) -> tuple[str, ...]:
    row, plan = case.plan.all()[0], f"/recoveries/{case.pk}/plan"
    return (
        plan, f"{plan}?heard={case.heard.all()[2].pk}", f"{plan}/answers", f"{plan}/seen", f"/plan-actions/{row.pk}",
        f"/plan-actions/{row.pk}?remove=ask", f"/recoveries/{case.pk}/fix", f"/promises/of/{mona.pk}", "/",
        "/settings/playbooks", "/settings/playbooks/no_show",
    )  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_open_to_everybody(chromium: Browser, mona: User, case: Case, width: int, theme: str) -> None:
    page = opened(chromium, mona, "/", width=width, theme=theme)
    found = {}
    for place in pages(case, mona):
        page.goto(f"{ADDRESS}{place}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        found[place] = mistakes(page)
    page.context.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_a_plan_is_made_without_a_script(chromium: Browser, bob: User) -> None:
    client = a_client(looked_after_by=bob)
    case = upset(bob, client, lead=bob)
    page = opened(chromium, bob, f"/recoveries/{case.pk}/plan", script=False)
    page.get_by_text("Answers came late or not at all").click()
    page.locator("details", has_text="Answers came late or not at all").get_by_role("button").click()
    assert page.get_by_text("6 actions added.").is_visible()
    page.get_by_role("link", name="Answer today everything").click()
    page.get_by_label("How will we know that it worked?").fill("Nothing waits")
    page.get_by_role("button", name="Save").click()
    assert PlanAction.objects.filter(measure="Nothing waits").exists()


def test_the_table_is_walked_by_keyboard(chromium: Browser, mona: User, case: Case) -> None:
    apply_playbook(case, Failure.NO_SHOW, by=mona, now=NOW)
    page = opened(chromium, mona, f"/recoveries/{case.pk}/plan")
    met = walked(page, 60)
    wanted = ["Skip to the page", "See what Gary sees", "Confirm names", "Call first", "See Mona’s week"]
    places = [next(place for place, word in enumerate(met) if word.startswith(one)) for one in wanted]
    assert places == sorted(places)
