"""People are asked how it is to work with us by a letter that a person reads, and never once they said no."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status
from amends.desk.actions.case import move_case
from amends.desk.actions.client_page import make_link
from amends.desk.actions.letter import drop_letter
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.pulse_asking import ask_again, ask_pulse, stop_asking
from amends.desk.models import ClientPage, Event, LetterKind, Outgoing, PageKind, PageLink, Person
from amends.desk.rules import Refused
from cast import NOW, a_client, person_at, upset

if TYPE_CHECKING:
    from amends.desk.models import Case, Client, User

DAY = timedelta(days=1)


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(looked_after_by=bob)


@pytest.fixture
def gary(north: Client) -> Person:
    return person_at(north, "gary@north.example")


@pytest.fixture
def ended(gary: Person, bob: User) -> Case:
    case = upset(bob, gary.client, person=gary)
    return move_case(case, Status.CLOSED, by=bob, now=NOW)


def test_a_letter_waits_to_be_read_and_nothing_leaves(gary: Person, bob: User) -> None:
    letter = ask_pulse(gary, by=bob, now=NOW)
    assert (letter.kind, letter.to, letter.by, letter.read_at) == (LetterKind.CLIENT, "gary@north.example", bob, None)
    assert (letter.subject, "[link]" in letter.text.splitlines()) == ("How is it to work with us?", True)
    page = letter.page
    assert page is not None
    assert (page.kind, page.person, page.case) == (PageKind.PULSE, gary, None)
    assert (page.asks_feeling, page.asks_four, page.asks_handling) == (True, False, False)
    assert PageLink.objects.count() == 0  # it is made when the letter leaves


def test_the_four_questions_are_asked_too(gary: Person, bob: User) -> None:
    page = ask_pulse(gary, by=bob, now=NOW, has_four=True).page
    assert page is not None
    assert page.asks_four


def test_a_letter_to_whom_we_know_by_address_alone_greets_them(gary: Person, bob: User) -> None:
    Person.objects.update(name="")
    gary.refresh_from_db()
    assert ask_pulse(gary, by=bob, now=NOW).text.startswith("Hello,\n")


def test_who_said_no_is_not_asked(gary: Person, bob: User) -> None:
    first = ask_pulse(gary, by=bob, now=NOW)
    assert first.page
    stop_asking(first.page, now=NOW)
    drop_letter(first, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"^Gary asked on Mar 10, 2025 not to be asked any more\. Nothing was written\.$"):
        ask_pulse(gary, by=bob, now=NOW + DAY)
    assert Outgoing.objects.count() == 0


def test_no_is_kept_for_the_person_whatever_link_they_use(gary: Person, bob: User) -> None:
    pages = [ClientPage.objects.create(kind="pulse", client=gary.client, person=gary, made_at=NOW) for _ in range(2)]
    for hour, page in enumerate(pages):
        stop_asking(page, now=NOW + timedelta(hours=hour))
    gary.refresh_from_db()
    assert gary.no_pulse_at == NOW
    event = Event.objects.get(verb="stop_asking")
    assert (event.person, event.by, event.client) == (gary, None, gary.client)
    ask_again(pages[1], now=NOW + DAY)
    ask_again(pages[1], now=NOW + DAY)
    assert Person.objects.filter(pk=gary.pk, no_pulse_at=None).exists()
    assert Event.objects.filter(verb="ask_again").count() == 1
    assert ask_pulse(gary, by=bob, now=NOW + DAY).person == gary


def test_who_left_or_has_no_address_is_not_asked(gary: Person, bob: User, north: Client) -> None:
    Person.objects.filter(pk=gary.pk).update(left_on=NOW.date())
    nobody = Person.objects.create(client=north, name="Dana")
    with pytest.raises(Refused, match=r"^Gary has left\. "):
        ask_pulse(gary, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"^We have no address of Dana\. "):
        ask_pulse(nobody, by=bob, now=NOW)


def test_one_letter_waits_at_a_time(gary: Person, bob: User) -> None:
    ask_pulse(gary, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"^A letter that asks Gary waits to be read already\."):
        ask_pulse(gary, by=bob, now=NOW)


def test_viewers_ask_nobody(gary: Person, vera: User) -> None:
    with pytest.raises(Refused):
        ask_pulse(gary, by=vera, now=NOW)


# ── How it was handled, once it is over


def test_how_it_was_handled_is_asked_once(gary: Person, bob: User, ended: Case) -> None:
    letter = ask_pulse(gary, by=bob, now=NOW, handling_of=ended)
    assert letter.page
    assert (letter.subject, letter.case, letter.page.case) == ("How did we handle it?", ended, ended)
    assert (letter.page.asks_handling, letter.page.title) == (True, "How did we handle it?")
    make_link(letter.page, by=None, now=NOW)
    Outgoing.objects.all().delete()
    with pytest.raises(Refused, match=r"^Gary was asked already how this was handled\. It is asked once\.$"):
        ask_pulse(gary, by=bob, now=NOW, handling_of=ended)


def test_a_letter_that_was_let_go_asked_nobody(gary: Person, bob: User, ended: Case) -> None:
    drop_letter(ask_pulse(gary, by=bob, now=NOW, handling_of=ended), by=bob, now=NOW)
    assert ask_pulse(gary, by=bob, now=NOW, handling_of=ended).case == ended


def test_who_said_it_on_the_phone_was_asked(gary: Person, bob: User, ended: Case) -> None:
    take_pulse(gary.client, person=gary, case=ended, handling=4, by=bob, now=NOW)
    with pytest.raises(Refused, match="It is asked once"):
        ask_pulse(gary, by=bob, now=NOW, handling_of=ended)


def test_it_is_not_asked_before_it_is_over(gary: Person, bob: User) -> None:
    case = upset(bob, gary.client, person=gary)
    with pytest.raises(Refused, match=r"^This recovery is not over yet\."):
        ask_pulse(gary, by=bob, now=NOW, handling_of=case)
