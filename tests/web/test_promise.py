"""What we said we would do: by day, kept with a tick."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.models import Client, Person, Promise, PromiseState
from cast import NOW, a_client, a_restricted_client, at, browser_of
from desk_week import kept
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


def promised(bob: User, what: str, due: str, client: Client | None = None) -> Promise:
    client = client or Client.objects.first() or a_client(looked_after_by=bob)
    return make_promise(client, what, due_at=at(due), by=bob, now=at("3 Mar 09:00"))


def test_no_open_promises(bob: User) -> None:
    assert "No open promises." in text_of(browser_of(bob), "/promises")


def test_promises_stand_by_day_the_late_ones_first(bob: User, mona: User) -> None:
    north = a_client(looked_after_by=bob)
    promised(bob, "Send the roster", "14 Mar 12:00", north)
    promised(bob, "Send the certificates", "9 Mar 12:00", north)
    promised(mona, "Find a driver", "10 Mar 15:00", north)
    page = text_of(browser_of(bob), "/promises")
    assert re.findall(r"(Late|Monday, Mar 10|Friday, Mar 14) 1 ", page) == ["Late", "Monday, Mar 10", "Friday, Mar 14"]
    assert "Send the certificates To North. You promised. No longer needed? We did not keep it 1 day late" in page
    assert "Find a driver To North. Mona Quay promised. No longer needed? We did not keep it By 3 pm today" in page
    assert "Who has to keep them Bob Reed 1 late 2 Mona Quay 1 For planning." in page


def test_a_long_list_says_how_many_follow(bob: User) -> None:
    for _ in range(62):
        promised(bob, "Call", "12 Mar 12:00")
    page = text_of(browser_of(bob), "/promises")
    assert page.count("Call To North") == 60
    assert "2 more are due later. They show when these are kept." in page


def test_other_peoples_promises_are_theirs(bob: User, charlie: User, vera: User) -> None:
    promised(bob, "Send the roster", "14 Mar 12:00")
    assert "No open promises." in text_of(browser_of(charlie), "/promises")
    page = text_of(browser_of(vera), "/promises")
    assert "Send the roster" in page
    assert "Make a promise" not in page


def test_a_tick_keeps_a_promise(bob: User) -> None:
    promise = promised(bob, "Send the roster", "14 Mar 12:00")
    page = browser_of(bob).post(f"/promises/{promise.pk}/keep", {"next": "/"}, follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert "Kept: Send the roster." in page.content.decode()
    assert Promise.objects.get().state == PromiseState.KEPT


def test_what_somebody_else_settled_is_said(bob: User) -> None:
    promise = promised(bob, "Send the roster", "14 Mar 12:00")
    keep_promise(promise, by=bob, now=NOW)
    page = browser_of(bob).post(f"/promises/{promise.pk}/keep", {"next": "/promises"}, follow=True)
    assert "This promise was settled already: kept." in page.content.decode()


def test_a_promise_is_let_go_after_asking(bob: User) -> None:
    promise = promised(bob, "Send the roster", "14 Mar 12:00")
    browser = browser_of(bob)
    assert "Say this only if the client released you." in text_of(browser, f"/promises/{promise.pk}/drop")
    page = browser.post(f"/promises/{promise.pk}/drop", {"next": "/promises"}, follow=True)
    assert "No longer needed: Send the roster." in page.content.decode()
    assert Promise.objects.get().state == PromiseState.DROPPED


def test_who_promises_too_much_is_told_once_and_keeps_what_was_typed(bob: User, mona: User) -> None:
    north = a_client(looked_after_by=bob)
    kept(north, bob, weeks=5, each=2)
    kept(north, mona, weeks=5, each=2)
    for user in (bob, bob, mona, mona):
        promised(user, "Call", "13 Mar 12:00", north)
    browser, typed = browser_of(bob), {"who": "North", "what": "Send the roster", "due_at": "2025-03-14T12:00"}
    answer = browser.post("/promises/new", {**typed, "promised_by": bob.pk})
    told = words_in(answer.content.decode())
    assert "Bob is promising too much Bob has 3 promises due the week of March 10, and usually keeps 2 a week." in told
    assert "Move one, or ask someone else to own it, before North counts on it. See Bob’s week" in told
    assert "Keep it anyway" in told
    form = answer.context["form"]
    assert {name: form[name].value() for name in typed} == typed
    said = form["anyway"].value()
    answer = browser.post("/promises/new", {**typed, "promised_by": mona.pk, "anyway": said})
    assert "Mona is promising too much" in words_in(answer.content.decode())
    assert Promise.objects.filter(what="Send the roster").count() == 0
    answer = browser.post("/promises/new", {**typed, "promised_by": bob.pk, "anyway": said}, follow=True)
    assert "Promised to North." in answer.content.decode()


def test_a_promise_is_made_to_anybody(bob: User, mona: User) -> None:
    north = a_client(looked_after_by=bob)
    gary = Person.objects.create(client=north, name="Gary")
    typed = {"who": "Gary, North", "what": "Send the roster", "due_at": "2025-03-11T17:00", "promised_by": mona.pk}
    page = browser_of(bob).post("/promises/new", typed, follow=True)
    assert page.redirect_chain == [("/promises", 302)]
    assert "Promised to North." in page.content.decode()
    [promise] = Promise.objects.all()
    assert (promise.client, promise.person, promise.what, promise.promised_by) == (north, gary, "Send the roster", mona)
    assert promise.due_at == at("11 Mar 17:00")


def test_a_promise_is_made_on_a_clients_page(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    gary = Person.objects.create(client=north, name="Gary")
    browser = browser_of(bob)
    address = f"/promises/new?client={north.pk}&person={gary.pk}"
    assert f'<option value="{gary.pk}" selected>' in browser.get(address).content.decode()
    typed = {"person": gary.pk, "what": "Send it", "due_at": "2025-03-11T17:00", "promised_by": bob.pk}
    page = browser.post(address, typed)
    assert page.url == f"/clients/{north.pk}"  # type: ignore[attr-defined]  # it redirects


def test_a_promise_lies_ahead(bob: User) -> None:
    a_client(looked_after_by=bob)
    typed = {"who": "North", "what": "Send it", "due_at": "2025-03-01T17:00", "promised_by": bob.pk}
    page = browser_of(bob).post("/promises/new", typed).content.decode()
    assert "That moment has passed. When will it be done?" in page
    assert 'value="Send it"' in page


def test_a_restricted_clients_promises_are_hidden(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    promise = promised(bob, "Hush", "14 Mar 12:00", secret)
    browser = browser_of(charlie)
    assert "Hush" not in text_of(browser, "/promises")
    assert browser.post(f"/promises/{promise.pk}/keep").status_code == 404
    assert browser.get(f"/promises/{promise.pk}/drop").status_code == 404
    assert browser.get(f"/promises/new?client={secret.pk}").status_code == 404


def test_who_only_looks_keeps_nothing(bob: User, vera: User) -> None:
    promise = promised(bob, "Send the roster", "14 Mar 12:00")
    assert browser_of(vera).post(f"/promises/{promise.pk}/keep").status_code == 403
    assert browser_of(bob).get(f"/promises/{promise.pk}/keep").status_code == 405


@pytest.mark.parametrize("count", [1, 3, 30])
def test_promises_ask_as_often_for_thirty_as_for_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        promised(bob, "Call", "10 Mar 15:00", a_client(name=f"North {number}", looked_after_by=bob))
    browser = browser_of(bob)
    with django_assert_num_queries(16):
        browser.get("/promises")


def test_a_promise_that_was_not_kept_is_said_so_after_asking(bob: User) -> None:
    promise = promised(bob, "Send the roster", "9 Mar 12:00")
    browser = browser_of(bob)
    assert f"/promises/{promise.pk}/broken" in browser.get("/").content.decode()
    assert "It counts as a broken promise and stays in the record." in text_of(
        browser, f"/promises/{promise.pk}/broken"
    )
    assert Promise.objects.get().state == PromiseState.OPEN
    page = browser.post(f"/promises/{promise.pk}/broken", {"next": "/promises"}, follow=True)
    assert "Not kept: Send the roster. It is on record." in page.content.decode()
    assert Promise.objects.get().state == PromiseState.BROKEN


def test_a_promise_that_is_not_due_is_not_called_broken_on_today(bob: User, vera: User) -> None:
    promise = promised(bob, "Send the roster", "10 Mar 15:00")
    assert f"/promises/{promise.pk}/broken" not in browser_of(bob).get("/").content.decode()
    assert browser_of(vera).get(f"/promises/{promise.pk}/broken").status_code == 403
    assert "We did not keep it" not in text_of(browser_of(vera), "/promises")
