"""Who is not a client, or no longer: found again, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.client import decline_clients
from amends.desk.models import Client, Event, Standing
from amends.web.views.standing import ON_A_PAGE
from cast import NOW, a_client, a_found_client, browser_of
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.django_db
QUERIES = 10


def test_a_client_that_left_is_kept_and_comes_back(mona: User) -> None:
    north, browser = a_client("3 Mar 09:00 client: Hello."), browser_of(mona)
    assert "No longer a client" in text_of(browser, f"/clients/{north.pk}/edit")
    asked = text_of(browser, f"/clients/{north.pk}/part")
    assert "Is North no longer a client?" in asked
    assert "All of its history stays: 1 message 1 person" in asked
    answer = browser.post(f"/clients/{north.pk}/part", follow=True)
    page = words_in(answer.content.decode())
    assert "North is no longer a client. Its history is kept." in page
    assert "North Past client It is a client after all" in page
    assert "North" not in text_of(browser, "/clients").partition("No clients yet")[0]
    assert "North is not a client now." in text_of(browser, f"/clients/{north.pk}/part")
    assert "Hello." in text_of(browser, f"/clients/{north.pk}/messages")
    back = words_in(browser.post(f"/clients/{north.pk}/back", follow=True).content.decode())
    assert "North is a client again. Its messages count from now on." in back
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["part_client", "take_back"]
    browser.post(f"/clients/{north.pk}/back")  # twice is once
    assert Event.objects.count() == 2


def test_who_was_declined_by_mistake_is_found(mona: User, bob: User, harbour: Branch) -> None:
    bank, pier = a_found_client(name="Bank"), a_client(name="Pier", branch=harbour, standing=Standing.PAST)
    decline_clients([bank], by=mona, now=NOW)
    browser = browser_of(mona)
    for page in ("/clients", "/clients/confirm"):
        assert "See who is not a client" in text_of(browser, page)
    assert "See who is not a client" not in text_of(browser_of(bob), "/clients")
    assert "Bank Not a client It is a client after all : Bank Pier Past client" in text_of(browser, "/clients/not")
    assert "Pier" not in text_of(browser, "/clients/not?q=ban")
    assert "Nothing begins with “zz”." in text_of(browser, "/clients/not?q=zz")
    assert browser.post(f"/clients/{pier.pk}/back").status_code == 403
    browser.post(f"/clients/{bank.pk}/back")
    assert Client.objects.get(pk=bank.pk).standing == Standing.CLIENT


def test_the_domain_of_who_was_declined_leads_back_to_them(mona: User, bob: User) -> None:
    a_client(name="Bank", standing=Standing.OTHER)
    typed = {"name": "Bank", "keys": "bank.example"}
    page = words_in(browser_of(mona).post("/clients/new", typed).content.decode())
    assert "bank.example belongs to Bank, no client now. Find it under “Not clients”, and take it back." in page
    page = words_in(browser_of(bob).post("/clients/new", typed).content.decode())
    assert "bank.example is known from your mail, but not as a client. Ask a manager to take it as one." in page
    Client.objects.update(standing=Standing.FOUND)
    page = words_in(browser_of(mona).post("/clients/new", typed).content.decode())
    assert "bank.example belongs to Bank, found in your mail. Confirm it under “Are these your clients?”." in page


def test_nobody_declined_is_said(mona: User) -> None:
    assert "Nobody here: nobody was declined, and no client has left." in text_of(browser_of(mona), "/clients/not")


def test_many_come_in_pages_and_ask_as_often(mona: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(mona)
    a_client(standing=Standing.OTHER)
    with django_assert_num_queries(QUERIES):
        browser.get("/clients/not")
    Client.objects.bulk_create(
        Client(name=f"Client {n:03}", created_at=NOW, standing=Standing.OTHER) for n in range(ON_A_PAGE)
    )
    with django_assert_num_queries(QUERIES):
        browser.get("/clients/not")
    assert "Page 1 of 2" in text_of(browser, "/clients/not")
