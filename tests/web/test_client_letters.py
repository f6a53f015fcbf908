"""What was written with a client, who they are, and who may see and add them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.person import erase_person
from amends.desk.models import Client, Message, Person, Signal
from cast import FEW, HURT, NOW, a_client, a_restricted_client, assessed, at, browser_of, person_at
from conversation import every
from shown import text_of, words_in

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_messages_of_one_second_are_never_parted(bob: User) -> None:
    north = a_client(every(0, 40, "1 Feb 09:00", "client #t{n}: Hello number {n}."), FEW)
    html = browser_of(bob).get(f"/clients/{north.pk}/messages").content.decode()
    assert len(re.findall("Hello number", html)) == 0  # they begin the next page, together
    [earlier] = re.findall(r'rel="next" href="(\?before=[^"]+)"', html)
    assert "Hello number" in text_of(browser_of(bob), f"/clients/{north.pk}/messages{earlier}")


def test_a_message_is_plain_text_with_what_was_heard_marked(bob: User) -> None:
    north = a_client(HURT, "7 Mar 09:00 us: Dear Gary, I am sorry.")
    asked = north.messages.order_by("at")[0]
    Message.objects.filter(pk=asked.pk).update(text='<img src="http://evil.example/x.png"> This is not acceptable.')
    html = browser_of(bob).get(f"/messages/{asked.pk}").content.decode()
    assert "<mark>This is not acceptable.</mark>" in html
    assert "&lt;img src=&quot;http://evil.example/x.png&quot;&gt;" in html
    assert "evil.example" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert (
        "The conversation Gary this message Thursday, Mar 6, 9:00 am priya@alder.example Dear Gary, I am sorry."
        in words_in(html)
    )


def test_a_message_to_many_names_the_first(bob: User) -> None:
    north = a_client(FEW)
    message = north.messages.get()
    message.to = [f"a{number}@north.example" for number in range(8)]
    message.cc = ["boss@north.example"]
    message.subject, message.text, message.opening = "", "", ""
    message.save()
    page = text_of(browser_of(bob), f"/messages/{message.pk}")
    assert "a4@north.example and 3 more Copied to boss@north.example" in page
    assert "Nothing of their own: only what was quoted or attached." in page


def test_people_are_listed_with_how_to_reach_them(bob: User) -> None:
    north = a_client(FEW)
    Person.objects.filter(name="Gary").update(title="Foreman", best_hour="Best before 8 am", last_wrote_at=at(FEW[:11]))
    Person.objects.create(client=north, name="Ann", left_on=NOW.date())
    page = text_of(browser_of(bob), f"/clients/{north.pk}/people")
    assert "Gary Foreman. Best before 8 am. Wrote on Mar 3 Ann Left on Mar 10" in page
    empty = text_of(browser_of(bob), f"/clients/{a_client(name='South').pk}/people")
    assert "Nobody yet. Whoever writes to you from there appears by themselves." in empty


# ── Who may


def test_nobody_else_sees_a_restricted_client(charlie: User, bob: User, riverside: Branch) -> None:
    secret = a_restricted_client(FEW, branch=riverside, looked_after_by=bob)
    message, gary = secret.messages.get(), secret.people.get()
    signal = Signal.objects.create(client=secret, rule="x", family="ours", points=1, summary="x", found_at=NOW)
    browser = browser_of(charlie)
    pages = [
        *(f"/clients/{secret.pk}{page}" for page in ("", "/messages", "/people", "/people/new", "/edit", "/override")),
        f"/messages/{message.pk}",
        f"/signals/{signal.pk}",
        f"/people/{gary.pk}",
        f"/people/{gary.pk}/edit",
    ]
    assert [browser.get(page).status_code for page in pages] == [404] * len(pages)
    assert [browser.post(page).status_code for page in (f"/signals/{signal.pk}/wrong",)] == [404]
    assert [browser_of(bob).get(page).status_code for page in pages] == [200] * len(pages)
    assert "Secret" not in text_of(browser, "/clients")


def test_what_only_managers_and_owners_do_is_refused(bob: User, vera: User) -> None:
    north = a_client(FEW)
    gary = north.people.get()
    managed = [f"/clients/{north.pk}/delete", f"/clients/{north.pk}/merge", f"/people/{gary.pk}/erase"]
    assert [browser_of(bob).get(page).status_code for page in managed] == [403] * 3
    worked = ["/clients/new", f"/clients/{north.pk}/edit", f"/clients/{north.pk}/people/new"]
    assert [browser_of(vera).get(page).status_code for page in worked] == [403] * 3


def test_a_name_that_is_known_already_is_asked_about(bob: User) -> None:
    north, browser = a_client(), browser_of(bob)
    html = browser.post("/clients/new", {"name": " north "}).content.decode()
    assert "There is a client called so already:" in words_in(html)
    assert f'<a href="/clients/{north.pk}">open it</a>' in html
    assert Client.objects.count() == 1
    browser.post("/clients/new", {"name": "North", "is_another": "on"})
    assert [each.name for each in Client.objects.order_by("pk")] == ["North", "North"]


def test_a_fold_says_who_wrote_what_and_when(bob: User) -> None:
    north = assessed("7 Mar 09:00 client #w: Where is Anna?", "7 Mar 10:00 us #w: On her way.")
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert re.search(r"9:00 am Gary Where is Anna\?", page)
    assert re.search(r"10:00 am \S+ On her way\.", page)


def test_who_was_erased_has_neither_number_nor_address(alice: User) -> None:
    north = assessed("7 Mar 09:00 client #w: This is not acceptable.", "7 Mar 10:00 us #w: Sorry.")
    erase_person(person_at(north, "gary@north.example"), by=alice, now=NOW)
    line = Signal.objects.get(client=north, rule="complaint")
    ours = north.messages.get(from_us=True)
    pages = ("", "/messages", "/people")
    shown = [text_of(browser_of(alice), f"/clients/{north.pk}{each}") for each in pages]
    shown += [text_of(browser_of(alice), f"/messages/{ours.pk}"), text_of(browser_of(alice), f"/signals/{line.pk}")]
    assert [("erased.invalid" in page, "Person-" in page) for page in shown] == [(False, False)] * 5
    assert "Somebody who was erased" in shown[3]
    assert "[erased]" not in shown[4]
