"""Who waits on Today is spoken to, or somebody is asked to cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import Outgoing, Person, Touch, User, Waiting
from cast import LATE, NOW, TALK, assessed, browser_of
from shown import text_of

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_talk_is_logged_in_two_clicks_and_ends_the_waiting(bob: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    waiting = Waiting.objects.get()
    browser = browser_of(bob)
    assert "Once it is logged, Gary waits no more." in text_of(browser, f"/waiting/{waiting.pk}/spoken")
    page = browser.post(f"/waiting/{waiting.pk}/spoken", {"kind": "call", "person": waiting.person_id}, follow=True)
    assert "Logged. Gary waits no more." in page.content.decode()
    assert [(touch.client, touch.kind, touch.person) for touch in Touch.objects.all()] == [
        (north, "call", waiting.person)
    ]
    assert Waiting.objects.filter(settled_at=None).count() == 0
    assert "Nobody is waiting on you." in text_of(browser)


def test_a_talk_with_somebody_else_ends_only_what_it_settled(bob: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    dana = Person.objects.create(client=north, name="Dana")
    waiting = Waiting.objects.get()
    browser = browser_of(bob)
    page = browser.post(f"/waiting/{waiting.pk}/spoken", {"kind": "call", "person": dana.pk}, follow=True)
    assert "Logged. Gary still waits." in page.content.decode()
    early = {"kind": "call", "person": waiting.person_id, "at": "2025-03-06T09:00"}
    assert (
        "Logged. Gary still waits."
        in browser.post(f"/waiting/{waiting.pk}/spoken", early, follow=True).content.decode()
    )
    assert Waiting.objects.filter(settled_at=None).count() == 1


def test_a_voicemail_ends_no_waiting(bob: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    waiting = Waiting.objects.get()
    page = browser_of(bob).post(f"/waiting/{waiting.pk}/spoken", {"kind": "voicemail"}, follow=True)
    assert "Logged. Gary still waits." in page.content.decode()
    assert Waiting.objects.filter(settled_at=None).count() == 1


def test_without_a_mail_server_no_mail_is_on_its_way(bob: User, alice: User, mona: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    browser, waiting = browser_of(bob), Waiting.objects.get()
    assert "No mail is sent from here, so tell them." in text_of(browser, f"/waiting/{waiting.pk}/cover")
    page = browser.post(f"/waiting/{waiting.pk}/cover", {"colleague": mona.pk}, follow=True).content.decode()
    assert "Asked. It stands on Mona’s Today now. No mail is sent from here, so tell them." in page
    assert Outgoing.objects.count() == 0
    assert "They cover 1 wait for a colleague" in text_of(browser_of(alice), f"/settings/team/{mona.pk}/close")


def test_a_colleague_is_asked_to_cover(bob: User, mona: User, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"
    north = assessed(TALK, LATE, looked_after_by=bob)
    browser, waiting = browser_of(bob), Waiting.objects.get()
    assert "Mona Quay" in text_of(browser, f"/waiting/{waiting.pk}/cover")
    page = browser.post(f"/waiting/{waiting.pk}/cover", {"colleague": mona.pk}, follow=True)
    assert "Asked. It stands on Mona’s Today now" in page.content.decode()
    assert "Nobody is waiting on you." in text_of(browser)
    assert "You cover for Bob." in text_of(browser_of(mona))
    assert Outgoing.objects.get().to == "mona@alder.example"
    assert north.waiting.get().covered_by == mona


def test_who_is_asked_has_to_be_chosen(bob: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    page = browser_of(bob).post(f"/waiting/{Waiting.objects.get().pk}/cover", {})
    assert "Choose who can answer" in page.content.decode()


def test_what_is_settled_has_no_page(bob: User, mona: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    waiting = Waiting.objects.get()
    cover_waiting(waiting, mona, by=bob, now=NOW)
    Waiting.objects.update(settled_at=NOW)
    assert browser_of(bob).get(f"/waiting/{waiting.pk}/spoken").status_code == 404
