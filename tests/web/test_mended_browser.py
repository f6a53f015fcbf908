"""The whole of it, in the demo firm: Dana opens her page from the mail, answers, is asked again, and is mended."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from amends.core.case import ORDER, Status, Step
from amends.core.plan import Answer
from amends.desk import clock
from amends.desk.actions.case import finish_step, plan_next
from amends.desk.actions.check_in import check_in, explain_orders
from amends.desk.actions.client_page import make_link, note_answers
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.fix import finish_action, verify_action
from amends.desk.actions.plan import answer_action
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.demo import NOW, VISITOR, build_demo
from amends.desk.models import Case, ClientPage, FollowUp, Promise, PromiseState, User
from cast import browser_of
from opened import in_the_browser
from postbox import Postbox, a_postbox, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

__all__ = ["in_the_browser"]  # a fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_the_browser")]
EASTERN = ZoneInfo("America/New_York")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 90  # days after which nothing is waited for any more


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    yield from a_postbox(settings)


@pytest.fixture
def now(settings: Settings) -> Clock:
    return Clock(settings)


@pytest.fixture
def brightwater(now: Clock, tmp_path: Path, live_server: LiveServer, settings: Settings) -> Case:
    """Give the recovery of Brightwater, on the morning of the story."""
    settings.ADDRESS = live_server.url
    build_demo(tmp_path / "alder-quay.mbox")
    now.is_(NOW)
    return Case.objects.get(client__name__startswith="Brightwater")


class Clock:
    """The clock of the desk, which a test puts forward."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def is_(self, moment: datetime) -> datetime:
        """Let it be a moment; return it."""
        self.settings.CLOCK_OFFSET = timedelta()
        self.settings.CLOCK_OFFSET = moment - clock.now()
        return moment


def test_dana_is_asked_and_answers_and_is_mended(
    brightwater: Case, now: Clock, postbox: Postbox, live_server: LiveServer, chromium: Browser
) -> None:
    priya = User.objects.get(email=VISITOR)
    desk = signed_in(priya, chromium, live_server)
    send_her_page(desk, brightwater, live_server)
    assert deliver_next(now=clock.now())
    answer_from_the_mail(postbox, chromium)
    plan = list(brightwater.plan.all())
    assert [row.answer for row in plan] == [Answer.QUESTION, Answer.AGREED, Answer.AGREED, Answer.AGREED]

    told = today(desk, live_server)
    news = ("Dana answered on their page", "Agreed to 3 changes and questioned one.")
    assert [words for words in news if words not in told] == []
    answered_at = ClientPage.objects.get().answered_at
    assert answered_at
    assert clock.now() - answered_at < timedelta(minutes=1)

    put_right(brightwater, priya, now)
    followup = FollowUp.objects.get(case=brightwater, done_at=None)
    assert "Dana Whitlock at Brightwater Cold Storage\nFirst weekly check-in" not in today(desk, live_server)
    now.is_(datetime.combine(followup.due_on, time(9), EASTERN))
    assert "Dana Whitlock at Brightwater Cold Storage\nFirst weekly check-in" in today(desk, live_server)

    follow_up(brightwater, priya, now)
    say_that_it_is_mended(brightwater, chromium, live_server)
    brightwater.refresh_from_db()
    finish_step(brightwater, Step.FOLLOW_UP, by=priya, now=clock.now())
    assert brightwater.status == Status.MENDED
    desk.goto(f"{live_server.url}/recoveries/{brightwater.pk}")
    gaps = len(ORDER) - 1  # between the first step and the last
    assert desk.locator("nav.seam svg.wide .s-gold").count() == gaps
    assert desk.locator("main .s-crack").count() == 0


def signed_in(user: User, chromium: Browser, live_server: LiveServer) -> Page:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    for name, cookie in browser_of(user).cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def send_her_page(desk: Page, case: Case, live_server: LiveServer) -> None:
    """Write the mail that leads to her page, read it, and send it."""
    desk.goto(f"{live_server.url}/client-pages/{case.pages.get().pk}")
    desk.get_by_role("link", name="Write to Dana").click()
    desk.locator("form button.p").first.click()
    desk.get_by_role("button", name="Send").click()


def answer_from_the_mail(postbox: Postbox, chromium: Browser) -> None:
    """Follow the link on a phone; agree to two changes, and question one that was agreed to before."""
    [letter] = postbox.letters
    link = re.search(r"http://\S+/c/[\w-]+", unflowed(letter))
    assert link
    page = chromium.new_context(**PHONE).new_page()
    page.goto(link[0])
    assert page.locator("h1").inner_text() == "Dana, we let you down."
    changes = page.locator(".will li").all()
    changes[0].get_by_text("Change my answer").tap()
    changes[0].get_by_text("I’d change this").tap()
    changes[0].locator("textarea").fill("Luis is off on Mondays. Who is it then?")
    changes[2].get_by_text("I agree").tap()
    changes[3].get_by_text("I agree").tap()
    page.get_by_text("Unsure").tap()
    with page.expect_navigation():
        page.get_by_role("button", name="Send my answers").tap()
    assert page.locator("h1").inner_text() == "Thank you."


def today(desk: Page, live_server: LiveServer) -> str:
    desk.goto(f"{live_server.url}/")
    return desk.locator("main").inner_text()


def put_right(case: Case, by: User, now: Clock) -> None:
    """Talk about the question, do what was planned on its day, and let her say that it holds."""
    at = now.is_(NOW + timedelta(hours=2))
    note_answers(case.pages.get(), by=by, now=at)
    answer_action(case.plan.all()[0], Answer.AGREED, by=by, now=at)
    plan_next(case, by=by, now=at)
    finish_step(case, Step.PLAN, by=by, now=at)
    for action in case.plan.order_by("due_on"):
        at = now.is_(datetime.combine(action.due_on, time(10), EASTERN))
        verify_action(finish_action(action, by=by, now=at), by=by, now=at)
    finish_step(case, Step.FIX, by=by, now=at)
    finish_step(case, Step.MAKE_GOOD, by=by, now=at)


def follow_up(case: Case, by: User, now: Clock) -> None:
    """Promise and keep something each week, and ask whether it holds, until sixty days are over."""
    for row in Promise.objects.filter(client=case.client_id, state=PromiseState.OPEN):
        keep_promise(row, by=by, now=clock.now())
    while clock.now() < NOW + timedelta(days=PATIENCE):
        followup = FollowUp.objects.filter(case=case, done_at=None).first()
        assert followup
        at = now.is_(datetime.combine(followup.due_on, time(10), EASTERN))
        due_at = at + timedelta(hours=6)
        keep_promise(make_promise(case.client, "The roster", due_at=due_at, by=by, now=at), by=by, now=at)
        told: dict[str, Any] = {"kind": "call", "words": "Nobody was missing.", "holds": True, "feeling": 5}
        check_in(followup, by=by, now=at, next_on=at.date() + timedelta(weeks=1), **told)
    explain_orders(case, "They order as before; the list has them from January on.", by=by, now=clock.now())


def say_that_it_is_mended(case: Case, chromium: Browser, live_server: LiveServer) -> None:
    token = make_link(case.pages.get(), by=None, now=clock.now())
    page = chromium.new_context(**PHONE).new_page()
    page.goto(f"{live_server.url}/c/{token}")
    page.locator("label[for=mended-yes]").tap()
    with page.expect_navigation():
        page.get_by_role("button", name="Send my answers").tap()
