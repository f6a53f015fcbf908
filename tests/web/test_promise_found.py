"""Sentences of our mail that read like promises: confirmed with one press, changed, declined; what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.promise import break_promise, keep_promise, make_promise
from amends.desk.models import Client, FoundPromise, FoundState, Promise
from cast import NOW, a_client, a_restricted_client, at, browser_of, keep, person_at, upset
from desk_week import kept
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
SENTENCE = "I will send you the certificates by Thursday."
WROTE = "10 Mar 09:00 us: I will send you the certificates by Thursday."


def found(client: Client, user: User | None, due: str = "13 Mar 17:00") -> FoundPromise:
    """Find a promise in a mail to Gary that somebody wrote this morning."""
    [message] = keep(client, WROTE.replace("us:", f"us #s{client.messages.count()}:"))
    return FoundPromise.objects.create(
        client=client,
        message=message,
        person=person_at(client, f"gary@{client.name.lower()}.example"),
        promised_by=user,
        sentence=SENTENCE,
        due_at=at(due),
        found_at=NOW,
    )


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(looked_after_by=bob)


def test_what_was_found_stands_above_and_one_press_confirms_it(north: Client, bob: User) -> None:
    found(north, bob)
    browser = browser_of(bob)
    page = text_of(browser, "/promises")
    assert "Found in our mail 1 These sentences read like promises. Nothing counts before one of you says so." in page
    assert f"“{SENTENCE}” To Gary, North. You wrote it Monday, Mar 10, 9:00 am." in page
    one = FoundPromise.objects.get()
    typed = {"what": SENTENCE, "due_at": "2025-03-13T17:00", "promised_by": bob.pk}
    answer = browser.post(f"/promises/found/{one.pk}", typed, follow=True)
    assert "On record: I will send you the certificates by Thursday." in words_in(answer.content.decode())
    promise = Promise.objects.get()
    assert (promise.what, promise.due_at, promise.promised_by) == (SENTENCE, at("13 Mar 17:00"), bob)
    assert "Found in our mail" not in text_of(browser, "/promises")
    assert browser.post(f"/promises/found/{one.pk}", typed, follow=True).content.decode().count("looked at this") == 1


def test_the_form_changes_what_was_promised_and_keeps_what_was_typed(north: Client, bob: User, mona: User) -> None:
    one = found(north, mona)
    browser, address = browser_of(bob), f"/promises/found/{one.pk}"
    page = text_of(browser, address)
    assert "Is this a promise?" in page
    assert "Mona Quay wrote it" in page
    answer = browser.post(address, {"what": "", "due_at": "2025-03-14T12:00", "promised_by": bob.pk})
    assert "Say what was promised" in answer.content.decode()
    assert answer.context["form"]["due_at"].value() == "2025-03-14T12:00"
    browser.post(address, {"what": "Send the papers", "due_at": "2025-03-14T12:00", "promised_by": bob.pk})
    assert [(one.what, one.promised_by) for one in Promise.objects.all()] == [("Send the papers", bob)]


def test_what_is_no_promise_goes_and_may_come_back(north: Client, bob: User) -> None:
    one = found(north, bob)
    browser = browser_of(bob)
    answer = browser.post(f"/promises/found/{one.pk}/decline", follow=True)
    assert "It counts as no promise." in answer.content.decode()
    assert f"No promise, somebody said 1 {SENTENCE} To Gary, North." in text_of(browser, "/promises/settled")
    page = browser.get(f"/promises/found/{one.pk}").content.decode()
    assert "It is a promise after all" in page
    assert "It is no promise" not in page


def test_what_was_written_down_already_is_joined(north: Client, bob: User) -> None:
    typed = make_promise(north, "Certificates", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    one, browser = found(north, bob), browser_of(bob)
    listed = "Already written down for that day: Certificates It is this one : Certificates It is another"
    assert listed in text_of(browser, "/promises")
    assert "Somebody wrote one down for that day Certificates" in text_of(browser, f"/promises/found/{one.pk}")
    answer = browser.post(f"/promises/found/{one.pk}/same", {"is": typed.pk}, follow=True)
    assert "It counts once: Certificates." in answer.content.decode()
    one.refresh_from_db()
    assert (one.promise, one.state, Promise.objects.count()) == (typed, FoundState.CONFIRMED, 1)
    again = browser.post(f"/promises/found/{one.pk}/same", {"is": typed.pk}, follow=True)
    assert again.redirect_chain == [(f"/promises/found/{one.pk}", 302), ("/promises", 302)]


def test_only_twelve_are_asked_about_at_once(north: Client, bob: User) -> None:
    for _ in range(14):
        found(north, bob)
    page = text_of(browser_of(bob), "/promises")
    assert page.count("To Gary, North.") == 12
    assert "2 more follow when these are looked at." in page


def test_a_sentence_whose_day_is_long_past_is_not_asked_about(north: Client, bob: User) -> None:
    found(north, bob, due="1 Feb 12:00")
    assert "Found in our mail" not in text_of(browser_of(bob), "/promises")


def test_what_a_mail_of_nobody_known_says_is_its_senders(north: Client, bob: User) -> None:
    found(north, None)
    assert "priya@alder.example wrote it" in text_of(browser_of(bob), "/promises")


def test_others_are_not_asked_and_who_only_looks_presses_nothing(
    north: Client, bob: User, charlie: User, vera: User
) -> None:
    one = found(north, bob)
    assert "Found in our mail" not in text_of(browser_of(charlie), "/promises")
    page = text_of(browser_of(vera), "/promises")
    assert SENTENCE in page
    assert "It is no promise" not in page
    assert browser_of(vera).get(f"/promises/found/{one.pk}").status_code == 403
    assert browser_of(vera).post(f"/promises/found/{one.pk}/decline").status_code == 403


def test_a_restricted_clients_mail_is_hidden(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    one, browser = found(secret, bob), browser_of(charlie)
    for way in (browser.get(f"/promises/found/{one.pk}"), browser.post(f"/promises/found/{one.pk}/decline")):
        assert way.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_found_asks_as_often_for_three_as_for_one(
    north: Client, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        found(north, bob)
    browser = browser_of(bob)
    with django_assert_num_queries(13):
        browser.get("/promises")


def test_what_became_of_promises_says_kept_late_or_not(north: Client, bob: User) -> None:
    browser = browser_of(bob)
    assert "No promise has been kept or broken yet." in text_of(browser, "/promises/settled")
    gary = person_at(north, "gary@north.example")
    for number, what in enumerate(("Call", "Send the roster", "Find a driver")):
        promise = make_promise(north, what, due_at=at("10 Mar 09:00"), by=bob, now=at("3 Mar 09:00"), person=gary)
        settle = break_promise if number == 2 else keep_promise
        settle(promise, by=bob, now=NOW + timedelta(days=3 * (number == 1)))
    page = text_of(browser, "/promises/settled")
    told = "To Gary, North. Bob Reed promised. It was due Monday, Mar 10, 9:00 am."
    assert f"Send the roster {told} Kept 3 days late" in page
    assert f"Find a driver {told} Not kept" in page
    assert "Kept on the day 1 Kept late 1 Not kept 1" in page


@pytest.mark.parametrize("count", [1, 3])
def test_what_became_of_promises_asks_as_often_for_three_as_for_one(
    north: Client, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        keep_promise(make_promise(north, "Call", due_at=NOW, by=bob, now=NOW), by=bob, now=NOW)
    browser = browser_of(bob)
    with django_assert_num_queries(12):
        browser.get("/promises/settled")


def test_the_rail_says_what_is_due_beside_what_is_usually_kept(north: Client, bob: User) -> None:
    kept(north, bob, weeks=5, each=2)
    for _ in range(3):
        make_promise(north, "Call", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    make_promise(north, "Call", due_at=at("20 Mar 12:00"), by=bob, now=NOW)
    page = text_of(browser_of(bob), "/promises")
    assert "Bob Reed 3 due this week, usually keeps 2 Bob is promising too much. 4" in page
    assert "For planning. It says nothing about how well anybody works." in page


def test_the_run_that_rule_8_counts_is_shown(north: Client, bob: User) -> None:
    upset(bob, north)
    later = NOW + timedelta(hours=1)
    make_promise(north, "Open", due_at=at("20 Mar 12:00"), by=bob, now=NOW)
    assert "Kept in a row" not in text_of(browser_of(bob), "/promises")
    for _ in range(5):
        keep_promise(make_promise(north, "Call", due_at=later, by=bob, now=later), by=bob, now=later)
    assert "Kept in a row North 5 of 8 Eight in a row" in text_of(browser_of(bob), "/promises")
    for _ in range(4):
        keep_promise(make_promise(north, "Call", due_at=later, by=bob, now=later), by=bob, now=later)
    assert "Kept in a row North 9 Eight in a row" in text_of(browser_of(bob), "/promises")
    break_promise(make_promise(north, "Call", due_at=later, by=bob, now=later), by=bob, now=later)
    assert "Kept in a row North 0 of 8 Eight in a row" in text_of(browser_of(bob), "/promises")
