"""A page counts as opened when a person opened it: no mail scanner, no preview of a chat, nobody who only fetches."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from amends.desk.actions.client_answer import note_opening
from amends.desk.models import Event
from cast import NOW

if TYPE_CHECKING:
    from client_pages import DanasPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
OUTLOOK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0"


def opens(dana: DanasPage, agent: str, **more: str) -> int:
    answer = dana.browser.post(dana.address, {"opened": "1"}, headers={"User-Agent": agent, **more})
    assert (answer.status_code, answer.content) == (204, b"")
    return dana.fresh().opens


def test_fetching_a_page_changes_nothing(dana: DanasPage) -> None:
    before = Event.objects.count()
    for _ in range(3):
        dana.get(**{"User-Agent": PHONE})
        dana.browser.head(dana.address)
    assert (dana.fresh().opens, dana.fresh().opened_at, Event.objects.count()) == (0, None, before)


@pytest.mark.parametrize("agent", [PHONE, OUTLOOK])
def test_the_first_gesture_of_a_person_counts(dana: DanasPage, agent: str) -> None:
    assert opens(dana, agent) == 1
    [event] = Event.objects.filter(verb="open_page")
    assert (event.by, event.person, event.after) == (None, dana.page.person, {"opens": 1})
    page = dana.fresh()
    assert page.opened_at == page.last_opened_at == event.at


def test_a_visit_is_counted_once_and_the_next_one_again(dana: DanasPage) -> None:
    assert [opens(dana, PHONE), opens(dana, PHONE)] == [1, 1]
    later = clock.now() + timedelta(minutes=31)
    note_opening(dana.page, now=later)
    page = dana.fresh()
    assert (page.opens, page.last_opened_at) == (2, later)
    assert page.opened_at is not None
    assert page.opened_at - NOW < timedelta(minutes=1)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/128.0 Safari/537.36",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0; ms-office; MSOffice 16)",
        "Barracuda Sentinel (EE)",
        "python-requests/2.32",
        "curl/8.5.0",
    ],
)
def test_a_program_never_counts(dana: DanasPage, agent: str) -> None:
    assert opens(dana, agent) == 0


@pytest.mark.parametrize(
    ("field", "says"), [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")]
)
def test_what_a_browser_fetches_ahead_of_time_does_not_count(dana: DanasPage, field: str, says: str) -> None:
    assert opens(dana, PHONE, **{field: says}) == 0


def test_without_a_script_the_first_answer_says_that_she_opened_it(dana: DanasPage) -> None:
    dana.send({f"line-{dana.line().pk}": "yes"})
    dana.send({f"line-{dana.line().pk}": "no"})
    assert (dana.fresh().opens, dana.fresh().opened_at is None) == (1, False)
