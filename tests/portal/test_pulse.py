"""The page that asks how it is to work with us, and the way out of being asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from amends.desk.actions.client_page import end_page, make_link
from amends.desk.actions.pulse_asking import ask_pulse, stop_asking
from amends.desk.models import Case, ClientPage, Event, Person, Promise, Pulse
from cast import NOW, a_client, person_at
from client_pages import danas_page
from shown import words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")
DAY = timedelta(days=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # as mail programs post it (RFC 8058)


class Asked:
    """Dana, who was asked by mail, and the link she got."""

    def __init__(self, bob: User, **more: Any) -> None:
        self.person = person_at(a_client(looked_after_by=bob), "dana@north.example")
        page = ask_pulse(self.person, by=bob, now=NOW, **more).page
        assert page
        self.page, self.browser = page, Browser()
        self.address = f"/c/{make_link(page, by=None, now=NOW)}"

    def text(self, more: str = "") -> str:
        answer = self.browser.get(self.address + more)
        assert answer.status_code == 200
        return words_in(answer.content.decode())

    def send(self, **typed: Any) -> Any:
        return self.browser.post(self.address, {"do": "answer", **typed})

    def is_wanted(self) -> bool:
        return Person.objects.filter(pk=self.person.pk, no_pulse_at=None).exists()


@pytest.fixture
def dana(bob: User) -> Asked:
    return Asked(bob)


def test_one_line_is_asked_in_five_words(dana: Asked) -> None:
    told = dana.text()
    asked = "How do you feel about working with us today? Ready to leave Let down Unsure Mostly good Good"
    assert asked in told
    assert "You do what you say you will" not in told
    assert "Send my answers" in told


def test_the_four_questions_stand_before_it(bob: User) -> None:
    told = Asked(bob, has_four=True).text()
    assert "You do what you say you will Not at all Rather not Partly Mostly Fully" in told
    assert "You act with our interests in mind" in told
    assert "You tell us straight when something goes wrong" in told
    assert "Would you give us the next order? Yes Unsure No" in told


def test_an_answer_is_taken_in_and_thanked_for(dana: Asked) -> None:
    answer = dana.send(feeling="4", **{"more-words": "Better than last year."})
    assert (answer.status_code, answer["Location"]) == (302, "?sent")
    pulse = Pulse.objects.get()
    assert (pulse.feeling, pulse.words, pulse.page, pulse.person, pulse.by) == (
        4, "Better than last year.", dana.page, dana.person, None,
    )  # fmt: skip
    assert "You can look at them again" in dana.text("?sent")
    html = dana.browser.get(dana.address).content.decode()
    assert ('value="4" checked' in html, "Better than last year." in html) == (True, True)
    assert ClientPage.objects.get().answered_at is not None


def test_all_four_are_kept(bob: User) -> None:
    dana = Asked(bob, has_four=True)
    dana.send(does="5", interests="4", straight="3", next_order="unsure", feeling="4")
    pulse = Pulse.objects.get()
    assert (pulse.does, pulse.interests, pulse.straight, pulse.next_order, pulse.feeling) == (5, 4, 3, "unsure", 4)


def test_sent_twice_it_is_one_answer(dana: Asked) -> None:
    for _ in range(2):
        dana.send(feeling="2")
    assert (Pulse.objects.count(), Case.objects.count()) == (1, 1)


def test_what_is_not_offered_is_no_answer(dana: Asked) -> None:
    answer = dana.send(feeling="6", does="5", handling="1")
    assert answer.status_code == 200
    assert "Nothing is chosen yet." in words_in(answer.content.decode())
    assert Pulse.objects.count() == 0


def test_words_alone_are_an_answer(dana: Asked) -> None:
    dana.send(**{"more-words": "Call me sometime."})
    assert Pulse.objects.get().words == "Call me sometime."


def test_who_would_rather_be_called_is_promised_it(dana: Asked, bob: User) -> None:
    dana.browser.post(dana.address, {"do": "call", "feeling": "3"})
    assert Pulse.objects.get().feeling == 3
    promise = Promise.objects.get()
    assert (promise.promised_by, promise.person) == (bob, dana.person)


def test_a_low_answer_opens_a_recovery_with_whoever_looks_after_them(dana: Asked, bob: User) -> None:
    dana.send(feeling="1")
    case = Case.objects.get()
    assert (case.lead, case.person, case.origin) == (bob, dana.person, "pulse")
    html = dana.browser.get(dana.address + "?sent").content.decode()
    assert "Bob has your answers and will call you by 1 pm today." in html


def test_the_page_takes_as_many_queries_whatever_was_said(
    dana: Asked, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for feeling in ("", "3", "4"):
        if feeling:
            dana.send(feeling=feeling)
        with django_assert_num_queries(4):
            dana.browser.get(dana.address)


# ── Not to be asked


def test_looking_changes_nothing(dana: Asked) -> None:
    assert "Do not ask me any more" in dana.text("/no-more")
    assert dana.is_wanted()


def test_one_step_stops_it_and_one_takes_it_back(dana: Asked) -> None:
    answer = dana.browser.post(dana.address + "/no-more", {"do": "stop"})
    assert (answer.status_code, answer["Location"], dana.is_wanted()) == (302, dana.address + "/no-more", False)
    assert "Was that a mistake?" in dana.text("/no-more")
    told = dana.text()
    assert "You asked us not to ask you any more, and we do not." in told
    assert "How do you feel" not in told
    dana.browser.post(dana.address + "/no-more", {"do": "again"})
    assert (dana.is_wanted(), "How do you feel" in dana.text()) == (True, True)
    assert [event.verb for event in Event.objects.filter(person=dana.person).order_by("pk")] == [
        "stop_asking",
        "ask_again",
    ]


def test_a_mail_program_stops_it_with_one_click(dana: Asked) -> None:
    assert dana.browser.post(dana.address + "/no-more", ONE_CLICK).status_code == 302
    assert not dana.is_wanted()
    dana.browser.post(dana.address + "/no-more", ONE_CLICK)
    assert Event.objects.filter(verb="stop_asking").count() == 1


@pytest.mark.parametrize("is_revoked", [True, False])
def test_an_old_mail_is_good_enough(dana: Asked, settings: Settings, bob: User, *, is_revoked: bool) -> None:
    if is_revoked:
        end_page(dana.page, by=bob, now=NOW)
    else:
        settings.CLOCK_OFFSET += 31 * DAY
    assert dana.browser.get(dana.address).status_code == 410
    assert "Back to my page" not in dana.text("/no-more")
    dana.browser.post(dana.address + "/no-more", ONE_CLICK)
    assert not dana.is_wanted()


def test_it_holds_on_every_page_of_theirs(dana: Asked) -> None:
    other = ClientPage.objects.create(kind="pulse", client=dana.person.client, person=dana.person, made_at=NOW)
    link = make_link(other, by=None, now=NOW)
    dana.browser.post(dana.address + "/no-more", ONE_CLICK)
    assert "You asked us not to ask you any more" in Browser().get(f"/c/{link}").content.decode()


def test_a_recoverys_page_asks_no_feeling_then(bob: User, alice: User) -> None:
    danas = danas_page(bob, alice)
    assert "How do you feel" in danas.html()
    stop_asking(danas.page, now=NOW)
    assert "How do you feel" not in danas.html()
    assert "Did we hear you right?" in danas.html()


def test_a_link_that_is_none_stops_nobody(dana: Asked) -> None:
    assert dana.browser.post("/c/nobodys/no-more", ONE_CLICK).status_code == 404
    assert dana.is_wanted()
