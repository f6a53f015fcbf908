"""The pages about people at clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from amends.desk.models import Message, Person
from cast import NOW, a_client, a_restricted_client, browser_of
from conversation import every
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

HELLO = "3 Mar 09:00 client: Hello, where is Anna?"
QUERIES = 11  # who asks, the firm and the counts of the frame; the person, their addresses, what they wrote


def test_a_person_has_a_page_with_what_they_wrote(bob: User) -> None:
    north = a_client(HELLO)
    gary = north.people.get()
    Person.objects.filter(pk=gary.pk).update(
        title="Foreman", phone="555 0140", best_hour="Before 8", preferred_way="Text", is_main=True, left_on=NOW.date()
    )
    page = text_of(browser_of(bob), f"/people/{gary.pk}")
    assert "Gary Foreman North Our main contact there Left on Mar 10 Change" in page
    assert "Without a subject Hello, where is Anna? Monday, Mar 3, 9:00 am" in page
    assert "Phone 555 0140 Best hour Before 8 Best way Text Mail gary@north.example" in page
    assert "Erase" not in page
    nobody = Person.objects.create(client=north)
    assert "Somebody North" in text_of(browser_of(bob), f"/people/{nobody.pk}")


def test_what_they_wrote_comes_in_pages(bob: User) -> None:
    gary = a_client(every(1, 30, "1 Feb 09:00", "client #t{n}: Hello number {n}.")).people.get()
    browser = browser_of(bob)
    assert "Hello number 5." not in text_of(browser, f"/people/{gary.pk}")
    assert "Earlier" in text_of(browser, f"/people/{gary.pk}")
    assert "Hello number 5." in text_of(browser, f"/people/{gary.pk}?before=2025-02-06T00:00:00%2B00:00")


def test_somebody_is_added(bob: User) -> None:
    north = a_client()
    browser = browser_of(bob)
    page = f"/clients/{north.pk}/people/new"
    assert "Left on" not in text_of(browser, page)
    wrong = browser.post(page, {"name": "", "addresses": "lucy@north.example, nonsense", "phone": "555"})
    assert "Two things to correct Write the person's name nonsense is no mail address" in words_in(
        wrong.content.decode()
    )
    assert 'value="555"' in wrong.content.decode()
    answer = browser.post(page, {"name": "Lucy Fern", "addresses": "lucy@north.example"}, follow=True)
    assert "Lucy Fern is added." in words_in(answer.content.decode())
    assert Person.objects.get().addresses.get().address == "lucy@north.example"


def test_somebody_is_changed(bob: User) -> None:
    north = a_client(HELLO, "3 Mar 10:00 lucy: Hello.")
    gary = Person.objects.get(name="Gary")
    browser = browser_of(bob)
    page = f"/people/{gary.pk}/edit"
    assert "gary@north.example</textarea>" in browser.get(page).content.decode()
    refused = browser.post(page, {"name": "Someone", "addresses": "lucy@north.example"})
    assert "lucy@north.example is Lucy's address already." in words_in(refused.content.decode())
    assert "<title>Error: Change Gary – Amends</title>" in refused.content.decode()
    told = {"name": "Gary Stone", "addresses": "gary@north.example", "left_on": "2025-03-07"}
    answer = browser.post(page, told, follow=True)
    assert "Saved. North Gary Stone" in words_in(answer.content.decode())
    assert "Left on Mar 7" in text_of(browser, f"/clients/{north.pk}/people")


def test_erasing_asks_first_and_says_what_goes_and_what_stays(alice: User) -> None:
    gary = a_client(HELLO).people.get()
    browser = browser_of(alice)
    assert "Export all of it Erase" in text_of(browser, f"/people/{gary.pk}")
    page = text_of(browser, f"/people/{gary.pk}/erase")
    assert "1 mail address the words of 1 message they wrote these words in what others wrote" in page
    assert "What stays: that messages and calls took place" in page
    assert Person.objects.count() == 1
    answer = browser.post(f"/people/{gary.pk}/erase", follow=True)
    assert "Erased. That they wrote, and when, still counts; who they were is forgotten." in words_in(
        answer.content.decode()
    )
    assert (Person.objects.count(), Message.objects.get().text) == (0, "[erased]")


def test_an_owner_hands_over_what_is_known(alice: User, mona: User) -> None:
    gary = a_client(HELLO).people.get()
    answer = browser_of(alice).get(f"/people/{gary.pk}/export")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="person-{gary.pk}.json"'
    told = json.loads(answer.content)
    assert [message["text"] for message in told["messages_written"]] == ["Hello, where is Anna?"]
    assert browser_of(mona).get(f"/people/{gary.pk}/export").status_code == 403


def test_people_of_a_restricted_client_are_nobody_elses(charlie: User, bob: User, riverside: Branch) -> None:
    gary = a_restricted_client(HELLO, branch=riverside, looked_after_by=bob).people.get()
    assert [browser_of(charlie).get(f"/people/{gary.pk}{page}").status_code for page in ("", "/edit")] == [404, 404]


def test_the_page_asks_as_often_whatever_they_wrote(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(bob)
    gary = a_client(HELLO).people.get()
    with django_assert_num_queries(QUERIES):
        browser.get(f"/people/{gary.pk}")
    lucy = a_client(every(1, 3, "1 Feb 09:00", "client #t{n}: Hello."), name="South").people.get()
    with django_assert_num_queries(QUERIES):
        browser.get(f"/people/{lucy.pk}")
