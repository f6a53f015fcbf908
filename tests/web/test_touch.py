"""A call is logged in two clicks, corrected, and removed after asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.touch import record_touch
from amends.desk.models import Person, Promise, Touch
from cast import NOW, a_client, a_restricted_client, at, browser_of, person_at

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_call_with_anybody(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    gary = person_at(north, "gary@north.example")
    page = browser_of(bob).post("/calls/new", {"kind": "call", "who": "Gary, North", "summary": "All well"})
    assert page.url == f"/clients/{north.pk}"  # type: ignore[attr-defined]  # it redirects
    [touch] = Touch.objects.all()
    assert (touch.kind, touch.client, touch.person, touch.summary, touch.by) == ("call", north, gary, "All well", bob)


def test_on_a_clients_page_its_main_contact_is_filled_in(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    dana = Person.objects.create(client=north, name="Dana", is_main=True)
    gary = Person.objects.create(client=north, name="Gary")
    browser = browser_of(bob)
    page = browser.get(f"/calls/new?client={north.pk}").content.decode()
    assert f'<option value="{dana.pk}" selected>Dana</option>' in page
    assert 'name="who"' not in page
    page = browser.get(f"/calls/new?client={north.pk}&person={gary.pk}").content.decode()
    assert f'<option value="{gary.pk}" selected>Gary</option>' in page
    page = browser.get(f"/calls/new?client={north.pk}&kind=note").content.decode()
    assert "Write a note" in page
    assert '<option value="" selected>Nobody in particular</option>' in page


def test_a_call_that_ends_in_a_promise(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    typed = {"kind": "visit", "promised": "Send the roster", "due_at": "2025-03-11T17:00", "at": "2025-03-10T09:00"}
    browser_of(bob).post(f"/calls/new?client={north.pk}", {**typed, "words": "It works.", "minutes": "30"})
    [touch] = Touch.objects.all()
    assert (touch.at, touch.words, touch.minutes) == (at("10 Mar 09:00"), "It works.", 30)
    [promise] = Promise.objects.all()
    assert (promise.what, promise.due_at, promise.promised_by) == ("Send the roster", at("11 Mar 17:00"), bob)


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"who": "Nobody at all"}, "We know nobody called Nobody at all"),
        ({"who": ""}, "Say who it is: a client or a person"),
        ({"who": "North", "at": "2025-03-12T09:00"}, "That is still to come."),
        ({"who": "North", "minutes": "-3"}, "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(bob: User, typed: dict[str, str], mistake: str) -> None:
    a_client(looked_after_by=bob)
    page = browser_of(bob).post("/calls/new", {"kind": "call", "words": "It works.", **typed}).content.decode()
    assert mistake in page
    assert "It works." in page
    assert Touch.objects.count() == 0


def test_a_restricted_client_is_not_logged_with(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    touch = record_touch(secret, "call", by=bob, now=NOW)
    browser = browser_of(charlie)
    assert browser.get(f"/calls/new?client={secret.pk}").status_code == 404
    assert browser.get(f"/touches/{touch.pk}/edit").status_code == 404
    assert (
        "We know nobody called Secret" in browser.post("/calls/new", {"kind": "call", "who": "Secret"}).content.decode()
    )


def test_who_only_looks_logs_nothing(vera: User) -> None:
    assert browser_of(vera).get("/calls/new").status_code == 403


def test_a_call_is_corrected(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    touch = record_touch(north, "call", by=bob, now=NOW, summary="Talked to Garry", at=at("10 Mar 09:00"))
    browser = browser_of(bob)
    page = browser.get(f"/touches/{touch.pk}/edit").content.decode()
    assert 'value="Talked to Garry"' in page
    assert 'value="2025-03-10T09:00"' in page
    assert "promised" not in page
    typed = {"kind": "call", "summary": "Talked to Gary", "at": "2025-03-10T09:00"}
    saved = browser.post(f"/touches/{touch.pk}/edit", typed)
    assert saved.url == f"/clients/{north.pk}"  # type: ignore[attr-defined]  # it redirects
    touch.refresh_from_db()
    assert touch.summary == "Talked to Gary"
    assert "Say when" in browser.post(f"/touches/{touch.pk}/edit", {"kind": "call"}).content.decode()


def test_removing_asks_first_and_says_what_goes(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    touch = record_touch(north, "call", by=bob, now=NOW, summary="Wrong client", words="Hm.")
    browser = browser_of(bob)
    page = browser.post(f"/touches/{touch.pk}/edit", {"delete": "ask"}).content.decode()
    assert "Remove it?" in page
    assert "It goes from the timeline of North and no longer counts as a talk with them." in page
    assert Touch.objects.count() == 1
    gone = browser.post(f"/touches/{touch.pk}/edit", {"delete": "yes"})
    assert gone.url == f"/clients/{north.pk}"  # type: ignore[attr-defined]  # it redirects
    assert Touch.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_form_asks_as_often_with_thirty_clients_as_with_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        Person.objects.create(client=a_client(name=f"North {number}", looked_after_by=bob), name=f"Gary {number}")
    browser = browser_of(bob)
    with django_assert_num_queries(10):
        browser.get("/calls/new")


def test_a_name_that_several_have_is_asked_about(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    for name in ("Dana Voss", "Dana Whitlock"):
        Person.objects.create(client=north, name=name, search=name.lower())
    page = browser_of(bob).post("/calls/new", {"kind": "call", "who": "Dana"})
    assert "Say which one you mean: Dana Voss, North · Dana Whitlock, North" in page.content.decode()
    assert Touch.objects.count() == 0


@pytest.mark.parametrize("address", ["/upset", "/calls/new", "/promises/new"])
def test_a_number_that_is_nobodys_is_no_page(bob: User, address: str) -> None:
    assert browser_of(bob).get(f"{address}?client={'9' * 5000}").status_code == 404
    assert browser_of(bob).get(f"{address}?client={'9' * 19}").status_code == 404


def test_a_call_sheet_with_a_number_that_is_nobodys(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    assert browser_of(bob).get(f"/clients/{north.pk}/call?person={'9' * 5000}").status_code == 404


@pytest.mark.parametrize("at_", ["9999-12-31T23:59", "2031-01-01T09:00", "1989-12-31T23:59", "0001-01-01T00:00"])
@pytest.mark.parametrize("field", ["at", "due_at"])
def test_a_year_that_nobody_means_is_asked_about(bob: User, field: str, at_: str) -> None:
    north = a_client(looked_after_by=bob)
    typed = {"kind": "call", "promised": "Send the roster", field: at_}
    page = browser_of(bob).post(f"/calls/new?client={north.pk}", typed)
    assert "Look at the year: it has to lie between 1990 and 2030" in page.content.decode()
    assert Touch.objects.count() == Promise.objects.count() == 0


def test_a_call_that_is_still_to_come_is_refused_kindly(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    page = browser_of(bob).post(f"/calls/new?client={north.pk}", {"kind": "call", "at": "2025-03-10T13:00"})
    assert "That is still to come. Log it when it has happened, or make it a promise." in page.content.decode()
