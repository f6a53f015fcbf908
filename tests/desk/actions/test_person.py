"""People at clients are added, completed, changed and erased."""

from __future__ import annotations

from datetime import date

import pytest

from amends.desk.actions.person import add_person, change_person, erase_person
from amends.desk.models import (
    Case,
    Client,
    Event,
    Message,
    Person,
    PersonAddress,
    Promise,
    Signal,
    Touch,
    User,
    Waiting,
)
from amends.desk.queries.person import Erased
from amends.desk.rules import Refused
from cast import NOW, a_client, at

pytestmark = pytest.mark.django_db

TALK = """
    3 Mar 09:00  gary: Nobody came, Gary here. This is not acceptable.
    3 Mar 09:40  us (to gary):  Dear Gary, I am sorry.
    5 Mar 08:00  lucy: Gary Stone told me to write.
"""


def last_event() -> tuple[str, dict[str, object], dict[str, object]]:
    event = Event.objects.order_by("-pk")[0]
    return event.verb, event.before, event.after


def test_somebody_is_added_with_how_to_reach_them(bob: User) -> None:
    north = a_client()
    dana = add_person(
        north,
        " Dana  Whitlock ",
        by=bob,
        now=NOW,
        addresses=["Dana@North.example", " "],
        title="Operations director",
        phone="555 0119",
        preferred_way="Call",
        best_hour="Best before 8 am",
        is_main=True,
    )
    assert (dana.name, dana.search, dana.is_main) == ("Dana Whitlock", "dana whitlock dana north example", True)
    assert last_event() == (
        "add_person",
        {},
        {
            "name": "Dana Whitlock",
            "title": "Operations director",
            "phone": "555 0119",
            "preferred_way": "Call",
            "best_hour": "Best before 8 am",
            "is_main": True,
            "left_on": None,
            "addresses": ["dana@north.example"],
        },
    )
    north.refresh_from_db()
    assert north.assess_due_at == NOW


def test_who_already_writes_is_completed(bob: User) -> None:
    north = a_client("6 Mar 09:00 gary: Hello.")
    first = Person.objects.create(client=north, name="Lucy", is_main=True)
    gary = add_person(
        north,
        "Gary Stone",
        by=bob,
        now=NOW,
        addresses=["gary@north.example", "gary.stone@gmail.com"],
        title="Foreman",
        is_main=True,
    )
    again = add_person(north, "", by=bob, now=NOW, addresses=["gary@north.example"])
    first.refresh_from_db()
    assert (gary.pk, gary.name, gary.title, gary.is_main, first.is_main) == (
        again.pk,
        "Gary Stone",
        "Foreman",
        True,
        False,
    )
    assert list(gary.addresses.order_by("address").values_list("address", flat=True)) == [
        "gary.stone@gmail.com",
        "gary@north.example",
    ]
    assert (Person.objects.count(), last_event()[0], Event.objects.count()) == (2, "change_person", 1)


def test_mail_that_nobody_claimed_goes_to_who_has_its_address(bob: User) -> None:
    north = a_client("6 Mar 09:00 gary: Hello.", "7 Mar 09:00 gary: Hello?")
    PersonAddress.objects.all().delete()
    Message.objects.update(person=None)
    gary = add_person(north, "Gary", by=bob, now=NOW, addresses=["gary@north.example"])
    gary.refresh_from_db()
    assert (gary.messages.count(), gary.last_wrote_at) == (2, at("7 Mar 09:00"))
    change_person(gary, by=bob, now=NOW, addresses=[])
    change_person(gary, by=bob, now=NOW, addresses=["gary@north.example"])
    assert gary.last_wrote_at == at("7 Mar 09:00")


def test_an_address_is_one_persons(bob: User) -> None:
    north = a_client("6 Mar 09:00 gary: Hello.")
    lucy = add_person(north, "Lucy", by=bob, now=NOW)
    south = a_client(name="South")
    with pytest.raises(Refused, match=r"^gary@north.example is Gary's address already\.$"):
        change_person(lucy, by=bob, now=NOW, addresses=["gary@north.example"])
    with pytest.raises(Refused, match=r"^gary@north.example belongs to somebody at another client already\.$"):
        add_person(south, "Gary", by=bob, now=NOW, addresses=["gary@north.example"])
    assert Person.objects.filter(client=south).count() == 0


def test_somebody_has_a_name_or_an_address(bob: User) -> None:
    north = a_client()
    with pytest.raises(Refused, match=r"^Write the person's name\.$"):
        add_person(north, " ", by=bob, now=NOW)
    gary = add_person(north, "", by=bob, now=NOW, addresses=["gary@north.example"])
    with pytest.raises(Refused, match=r"^Write the person's name\.$"):
        change_person(gary, by=bob, now=NOW, addresses=[])


def test_only_what_changes_is_on_record(bob: User, vera: User) -> None:
    gary = add_person(a_client(), "Gary", by=bob, now=NOW, title="Foreman")
    change_person(gary, by=bob, now=NOW, title="Foreman", left_on=date(2025, 3, 7))
    assert last_event() == ("change_person", {"left_on": None}, {"left_on": "2025-03-07"})
    change_person(gary, by=bob, now=NOW, left_on=date(2025, 3, 7))
    assert Event.objects.count() == 2
    with pytest.raises(Refused):
        change_person(gary, by=vera, now=NOW, title="Owner")
    with pytest.raises(TypeError, match=r"^A person has no age\.$"):
        change_person(gary, by=bob, now=NOW, age=40)


def erased_gary(alice: User) -> tuple[Client, Erased]:
    """Erase Gary, who wrote, was called, was promised something and stands in a line of the account."""
    north = a_client(TALK)
    gary = Person.objects.get(name="Gary")
    change_person(gary, by=alice, now=NOW, name="Gary Stone", phone="555 0140")
    question = north.messages.get(sender="gary@north.example")
    Message.objects.filter(pk=question.pk).update(said=[["complaint", "This is not acceptable."]], asks="Why?")
    Touch.objects.create(
        client=north, person=gary, kind="call", at=NOW, added_at=NOW, summary="Called Gary", words="Go."
    )
    Case.objects.create(client=north, person=gary, words="We are done.", step_since=NOW, opened_at=NOW)
    Waiting.objects.create(
        client=north, person=gary, message=question, thread=1, quote="Why?", asked_at=NOW, due_at=NOW
    )
    Promise.objects.create(client=north, what="Ring Gary", made_at=NOW, due_at=NOW, search="ring gary")
    Signal.objects.create(
        client=north,
        rule="complaint",
        family="language",
        points=8,
        summary="Gary complained",
        evidence=[{"id": "m1@north.example", "at": "2025-03-03", "quote": "This is not acceptable."}],
        found_at=NOW,
    )
    Event.objects.create(verb="open_case", thing="case", client=north, at=NOW, after={"words": "We are done.", "n": 1})
    return north, erase_person(gary, by=alice, now=NOW)


def test_who_is_erased_leaves_no_word_behind(alice: User) -> None:
    north, erased = erased_gary(alice)
    assert erased == Erased(messages=1, touches=1, addresses=1)
    assert list(Person.objects.values_list("name", flat=True)) == ["Lucy"]
    kept = [
        [*Message.objects.values("sender", "sender_name", "to", "subject", "text", "opening", "said", "asks")],
        [*Touch.objects.values("summary", "words"), *Case.objects.values("words")],
        [*Waiting.objects.values("quote"), *Signal.objects.values("summary", "evidence")],
        [*Promise.objects.values("what", "search"), *Event.objects.filter(client=north).values("before", "after")],
    ]
    told = repr(kept).lower()
    assert [
        word for word in ("gary", "stone", "0140", "not acceptable", "go.", "we are done", "why") if word in told
    ] == []


def test_who_is_erased_still_counts(alice: User) -> None:
    north, _ = erased_gary(alice)
    rows = list(north.messages.order_by("at").values_list("sender", "text", "said"))
    stand_in = rows[0][0]
    assert stand_in.endswith("@erased.invalid")
    assert rows == [
        (stand_in, "[erased]", [["complaint", "[erased]"]]),
        (rows[1][0], "Dear [erased], I am sorry.", []),
        ("lucy@north.example", "[erased] told me to write.", []),
    ]
    assert north.messages.get(from_us=True).to == [stand_in]
    assert last_event() == ("erase_person", {"messages": 1, "touches": 1}, {})
    assert Promise.objects.get().what == "Ring [erased]"


def test_somebody_of_whom_nothing_is_known_is_erased_too(alice: User, bob: User) -> None:
    gary = add_person(a_client(), "G", by=alice, now=NOW, addresses=["g@north.example"])
    nobody = Person.objects.create(client=gary.client)
    with pytest.raises(Refused):
        erase_person(gary, by=bob, now=NOW)
    assert erase_person(nobody, by=alice, now=NOW) == Erased(messages=0, touches=0, addresses=0)
    assert erase_person(gary, by=alice, now=NOW) == Erased(messages=0, touches=0, addresses=1)
    assert Person.objects.count() == 0
