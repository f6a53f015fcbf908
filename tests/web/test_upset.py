"""A client is upset: from the phone put down to an open recovery in a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from amends.desk.actions.case import open_case
from amends.desk.models import Case, Client, Person, Touch
from cast import NOW, ROSTER, TALK, WORDS, a_client, a_restricted_client, browser_of, person_at
from shown import words_in

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


def said(**more: str) -> dict[str, str]:
    return {"who": "Gary, North", "words": WORDS, "severity": "3", **more}


def test_three_fields_open_a_recovery_and_the_call_sheet(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    browser = browser_of(bob)
    assert '<option value="Gary, North">' in browser.get("/upset").content.decode()
    page = browser.post("/upset", said(), follow=True)
    case = Case.objects.get()
    assert page.redirect_chain == [(f"/recoveries/{case.pk}/call", 302)]
    assert (case.client, str(case.person), case.words, case.severity) == (north, "Gary", WORDS, 3)
    assert "Got it. Call Gary back within the hour. Here is what to have in front of you." in page.content.decode()
    assert Case.objects.get().call_back_by - clock.now() < timedelta(hours=1)  # type: ignore[operator]  # it is set


@pytest.mark.parametrize("who", ["north", "Gary", "  NORTH "])
def test_a_part_of_a_name_is_enough(bob: User, who: str) -> None:
    a_client(TALK, ROSTER, looked_after_by=bob)
    browser_of(bob).post("/upset", said(who=who))
    assert str(Case.objects.get().client) == "North"


def test_a_client_is_filled_in_from_its_page(bob: User, riverside: Branch, charlie: User) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    assert 'value="Secret"' in browser_of(bob).get(f"/upset?client={secret.pk}").content.decode()
    assert browser_of(charlie).get(f"/upset?client={secret.pk}").status_code == 404


def test_nothing_typed_is_lost(bob: User) -> None:
    page = browser_of(bob).post("/upset", {"who": "", "words": WORDS, "severity": ""})
    shown = page.content.decode()
    assert "<title>Error: A client is upset – Amends</title>" in shown.replace("\n", "")
    assert "Two things to correct" in words_in(shown)
    assert "Say who it is: a client or a person" in shown
    assert "Choose how bad it feels" in shown
    assert WORDS in shown
    assert Case.objects.count() == 0


def test_several_with_that_name_are_asked_apart(bob: User) -> None:
    a_client(TALK, ROSTER, looked_after_by=bob)
    a_client(TALK, ROSTER, name="South", looked_after_by=bob)
    page = words_in(browser_of(bob).post("/upset", said(who="Gary")).content.decode())
    assert "Say which one you mean: Gary, North · Gary, South" in page


def test_an_unknown_name_becomes_a_client_only_when_confirmed(bob: User) -> None:
    browser = browser_of(bob)
    page = browser.post("/upset", said(who="Tarn Valley Foods")).content.decode()
    assert "We don’t know Tarn Valley Foods yet. Is this a new client?" in page
    assert "New client: add this name" in page
    assert Client.objects.count() == 0
    browser.post("/upset", said(who="Tarn Valley Foods", is_new="on"))
    [client] = Client.objects.all()
    assert (client.name, client.looked_after_by, client.cases.get().words) == ("Tarn Valley Foods", bob, WORDS)


def test_a_restricted_client_is_nobody_to_who_may_not_see_it(bob: User, charlie: User, riverside: Branch) -> None:
    a_restricted_client(branch=riverside, looked_after_by=bob)
    page = browser_of(charlie).post("/upset", said(who="Secret")).content.decode()
    assert "We don’t know Secret yet" in page
    assert "<option" not in page.split("<datalist")[1].split("</datalist>")[0]


def test_when_a_call_back_was_promised_it_is_said(bob: User) -> None:
    a_client(TALK, ROSTER, looked_after_by=bob)
    page = browser_of(bob).post("/upset", said(call_back_by="2025-03-10T15:30"), follow=True)
    assert "Call Gary back by Monday, Mar 10, 3:30 pm." in page.content.decode()


def test_a_call_back_lies_ahead(bob: User) -> None:
    a_client(TALK, ROSTER, looked_after_by=bob)
    page = browser_of(bob).post("/upset", said(call_back_by="2025-03-10T09:30"))
    assert "That moment has passed. By when will you call?" in page.content.decode()


def test_upset_again_is_the_same_recovery(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    case = open_case(north, by=bob, now=NOW, words=WORDS, severity=3, person=person_at(north, "gary@north.example"))
    browser_of(bob).post("/upset", said(words="And nobody came today.", severity="5"))
    [again] = Case.objects.all()
    assert (again, again.severity) == (case, 5)
    assert Touch.objects.get().words == "And nobody came today."


def test_somebody_else_at_the_client_joins_the_recovery_under_way(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    dana = Person.objects.create(client=north, name="Dana")
    case = open_case(north, by=bob, now=NOW, words=WORDS, severity=3, person=dana)
    page = browser_of(bob).post("/upset", said(), follow=True)
    assert Case.objects.get() == case
    assert str(Touch.objects.get().person) == "Gary"
    assert "North has a recovery under way: added there. Call Gary back by Monday, Mar 10" in words_in(
        page.content.decode()
    )


def test_the_recovery_of_who_is_upset_comes_before_a_later_one(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    gary = person_at(north, "gary@north.example")
    case = open_case(north, by=bob, now=NOW - timedelta(days=2), words=WORDS, severity=3, person=gary)
    open_case(north, by=bob, now=NOW, words=WORDS, severity=3)
    page = browser_of(bob).post("/upset", said())
    assert page.url == f"/recoveries/{case.pk}/call"  # type: ignore[attr-defined]  # it redirects


def test_another_recovery_is_opened_only_where_somebody_says_so(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    browser = browser_of(bob)
    assert "Open another recovery" not in words_in(browser.get(f"/upset?client={north.pk}").content.decode())
    open_case(north, by=bob, now=NOW, words=WORDS, severity=3)
    page = words_in(browser.get(f"/upset?client={north.pk}").content.decode())
    assert "Open another recovery North has a recovery under way: without this it is added there." in page
    browser.post("/upset", said(is_another="on"))
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "address", ["/clients/{client}", "/people/{gary}", "/recoveries/{case}/decide", "/recoveries/{case}/call"]
)
def test_what_is_pressed_on_a_page_about_somebody_is_about_them(bob: User, address: str) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    gary = person_at(north, "gary@north.example")
    case = open_case(north, by=bob, now=NOW, words=WORDS, severity=3, person=gary)
    browser = browser_of(bob)
    page = browser.get(address.format(client=north.pk, gary=gary.pk, case=case.pk)).content.decode()
    asked = f"?client={north.pk}" + ("" if "clients" in address else f"&amp;person={gary.pk}")
    assert [page.count(f'href="/{name}{asked}"') for name in ("upset", "calls/new")] == [2, 1]
    who = "North" if "clients" in address else "Gary, North"
    assert f'value="{who}"' in browser.get(f"/upset{asked.replace('&amp;', '&')}").content.decode()


def test_elsewhere_nobody_is_filled_in(bob: User) -> None:
    a_client(TALK, ROSTER, looked_after_by=bob)
    page = browser_of(bob).get("/clients").content.decode()
    assert [page.count(f'href="/{name}"') for name in ("upset", "calls/new")] == [2, 1]


def test_who_only_looks_on_is_offered_no_call_and_no_recovery(bob: User, vera: User) -> None:
    offered = ('data-key="l"', 'data-key="u"')
    assert [[key in browser_of(user).get("/").content.decode() for key in offered] for user in (bob, vera)] == [
        [True, True],
        [False, False],
    ]
