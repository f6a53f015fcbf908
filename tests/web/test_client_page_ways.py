"""The ways to a client's page and back: after a letter, from a preview, from the plan; the order of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.letter import seal_of
from amends.desk.actions.pulse_asking import ask_pulse
from amends.desk.models import Outgoing, Person
from cast import NOW, browser_of
from paged import a_case, a_page
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "mail.alder.example", 587, True
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"


@pytest.mark.usefixtures("mail_server")
def test_after_its_letter_has_gone_the_page_is_shown(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    browser = browser_of(bob)
    told = {"to": "dana@north.example", "subject": "Kept typing", "text": "Dana,\n\n[link]\n\nBob"}
    browser.post(f"/client-pages/{page.pk}/letter", told)
    letter = Outgoing.objects.get()
    sent = browser.post(f"/outbox/{letter.pk}/send", {"seal": seal_of(letter)})
    assert sent.headers["Location"] == f"/client-pages/{page.pk}"


@pytest.mark.usefixtures("mail_server")
def test_after_a_letter_that_asks_for_a_pulse_the_next_is_read(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    letter = ask_pulse(page.person, by=bob, now=NOW)
    sent = browser_of(bob).post(f"/outbox/{letter.pk}/send", {"seal": seal_of(letter)})
    assert sent.headers["Location"] == "/outbox"


def test_a_preview_leads_back_to_the_desk(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    shown = browser_of(bob).get(f"/client-pages/{page.pk}/preview").content.decode()
    assert f'Answers are not taken here. <a href="/client-pages/{page.pk}">Back to the desk</a>' in shown


def test_what_they_see_of_a_plan_is_their_page_once_there_is_one(bob: User) -> None:
    case = a_case(bob)
    plain = browser_of(bob).get(f"/recoveries/{case.pk}/plan").content.decode()
    assert f'<a class="btn" href="/recoveries/{case.pk}/plan/seen">See what Dana sees</a>' in plain
    page = a_page(case, bob)
    shown = browser_of(bob).get(f"/recoveries/{case.pk}/plan").content.decode()
    assert f'<a class="btn" href="/client-pages/{page.pk}/preview">See what Dana sees</a>' in shown


def test_lines_are_changed_in_the_order_in_which_they_are_read(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    first, second = page.lines.all()
    page.lines.filter(pk=first.pk).update(position=9)
    form = browser_of(bob).get(f"/client-pages/{page.pk}/edit").content.decode()
    assert re.findall(r'name="(?:heard|line)_\d+" value="(.*?)"', form) == [second.text, first.text]


def test_today_tells_how_many_lines_are_not_quite_right(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    page.lines.update(is_right=False)
    type(page).objects.filter(pk=page.pk).update(answered_at=NOW)
    assert "Dana answered on their page North 2 lines were not quite right." in text_of(browser_of(bob), "/")


def test_of_whom_nothing_was_heard_the_page_does_not_say_so(bob: User) -> None:
    case = a_case(bob)
    [person] = Person.objects.all()
    case.heard.all().delete()
    form = browser_of(bob).get(f"/recoveries/{case.pk}/client-page/new?person={person.pk}").content.decode()
    assert "That is ours. Here is what we will do about it." in form
