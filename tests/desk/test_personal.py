"""Who was erased is nowhere any more; what is old is forgotten; an export holds everything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core import serializers

from amends.desk.actions.case import open_case, schedule_followup
from amends.desk.actions.health import assess_client, dismiss_signal
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.person import add_person, change_person, erase_person
from amends.desk.actions.personal import forget_old, without_erased
from amends.desk.actions.promise import make_promise
from amends.desk.actions.reading import Letter
from amends.desk.actions.touch import record_touch
from amends.desk.models import (
    Client,
    Event,
    Firm,
    Forgotten,
    Invitation,
    Message,
    Outgoing,
    Person,
    PersonAddress,
    Refusal,
    SignIn,
    Touch,
)
from amends.desk.queries.personal import everything_about, people_called
from cast import NOW, a_client, at, keep, person_at

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.django_db
NORTH = """
    3 Feb 09:00  gary: We have had it. Find the zebra invoice or we look for another agency.
    3 Feb 10:00  us:   Dear Gary, I am looking for it now.
    5 Mar 08:00  gary: Still no zebra. Any update?
"""


def whole_database() -> str:
    """Return every row of every table of the desk, as text."""
    rows = [row for model in apps.get_app_config("desk").get_models() for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows, ensure_ascii=False)).lower()


def letter(**changed: object) -> Letter:
    told: dict[str, object] = {
        "key": 77, "message_id": "old@north.example", "at": at("6 Mar 09:00"), "from_us": False,
        "sender": ("gary@north.example", "Gary Stone"), "to": (("bob@alder.example", "Bob"),),
        "cc": (("gary@home.example", "Gary Stone"),), "clients": ("north.example",), "subject": "Zebra",
        "parents": (), "is_loose": False, "words": 3, "text": "One more zebra.", "opening": "One more zebra.",
        "unhappy": 0.9, "worst": "One more zebra.", "said": (("complaint", "One more zebra."),), "asks": "zebra?",
        "has_greeting": False, "has_thanks": False, "promised": "", "promised_by": None, "calendar_method": "",
        "automated": "", "title": "Buyer", "company": "",
    }  # fmt: skip
    return Letter(**{**told, **changed})  # type: ignore[arg-type]  # a table of its fields


def a_story(bob: User, alice: User) -> Person:
    """Tell a client's story in which Gary is everywhere."""
    north = a_client(NORTH, name="North", looked_after_by=bob, created_at=NOW)
    gary = person_at(north, "gary@north.example")
    change_person(
        gary,
        by=bob,
        now=NOW,
        name="Gary Stone",
        phone="555 0177",
        addresses=["gary@north.example", "gary@home.example"],
    )
    record_touch(
        north,
        "call",
        by=bob,
        now=NOW,
        person=gary,
        summary="Gary Stone called",
        words="Where is my zebra?",
        detail="gary@home.example is his own",
    )
    make_promise(north, "Send Gary the zebra invoice", due_at=NOW + timedelta(days=1), by=bob, now=NOW, person=gary)
    case = open_case(north, by=bob, now=NOW, words="Where is my zebra?", severity=4, person=gary)
    schedule_followup(north, NOW.date(), by=bob, now=NOW, case=case, person=gary, note="Ask Gary")
    assess_client(north, now=NOW)
    signal = north.signals.filter(cleared_at=None).order_by("position")[0]
    dismiss_signal(signal, "Gary Stone was joking about the zebra", by=alice, now=NOW)
    assess_client(north, now=NOW)
    return gary


def test_who_was_erased_is_nowhere_in_the_database(bob: User, alice: User) -> None:
    gary = a_story(bob, alice)
    counts = Message.objects.count(), Touch.objects.count(), gary.client.promises.count()
    assert ("gary" in whole_database(), "555 0177" in whole_database()) == (True, True)
    erase_person(gary, by=alice, now=NOW)
    left = whole_database()
    assert [
        word
        for word in ("gary", "stone", "555 0177", "home.example", "zebra invoice or", "where is my")
        if word in left
    ] == []
    assert counts == (Message.objects.count(), Touch.objects.count(), gary.client.promises.count())


def test_a_later_import_of_old_mail_brings_nobody_back(bob: User, alice: User) -> None:
    erase_person(a_story(bob, alice), by=alice, now=NOW)
    keep_messages([letter()], now=NOW)
    left = whole_database()
    assert [word for word in ("gary", "stone", "one more zebra", "home.example") if word in left] == []
    assert Forgotten.objects.count() == 4  # two addresses, and the name at the client, which has two


def test_what_they_write_afterwards_is_a_new_matter(bob: User, alice: User) -> None:
    erase_person(a_story(bob, alice), by=alice, now=NOW)
    [kept] = without_erased([letter(at=NOW + timedelta(days=1))])
    assert (kept.sender, kept.text) == (("gary@north.example", "Gary Stone"), "One more zebra.")
    [other] = without_erased([letter(sender=("tess@north.example", "Tess"), cc=())])
    assert other.text == "One more zebra."
    [to_him] = without_erased([letter(sender=("tess@north.example", "Tess"))])
    assert (to_him.cc[0][1], to_him.cc[0][0].partition("@")[2], to_him.text) == (
        "",
        "erased.invalid",
        "One more zebra.",
    )


def test_a_private_person_leaves_no_name_on_the_client(bob: User, alice: User) -> None:
    north = a_client(name="Gary Stone", created_at=NOW, looked_after_by=bob)
    north.keys.update(key="gary@gmail.com")
    gary = add_person(north, "Gary Stone", by=bob, now=NOW, addresses=["gary@gmail.com"])
    erase_person(gary, by=alice, now=NOW)
    keep_messages([letter(sender=("gary@gmail.com", "Gary Stone"), cc=(), clients=("gary@gmail.com",))], now=NOW)
    assert ("gary" in whole_database(), Client.objects.count()) == (False, 1)


def test_nobody_erased_costs_one_question(bob: User, django_assert_num_queries: pytest.FixtureRequest) -> None:
    del bob
    with django_assert_num_queries(1):  # type: ignore[operator]  # a context manager
        assert without_erased([letter()]) == [letter()]


def test_an_export_holds_everything_about_somebody(bob: User, alice: User) -> None:
    gary = a_story(bob, alice)
    told = everything_about(gary)
    assert told["person"]["addresses"] == ["gary@home.example", "gary@north.example"]
    assert {name: len(rows) for name, rows in told.items() if name != "person"} == {
        "messages_written": 2,
        "messages_received": 1,
        "letters": 0,
        "calls_visits_and_notes": 1,
        "promises": 1,
        "meetings": 0,
        "waiting": gary.client.waiting.count(),
        "recoveries": 1,
        "words_in_recoveries": 0,
        "apologies": 0,
        "plans": 0,
        "amends": 0,
        "pages": 0,
        "lines_of_pages": 0,
        "pulses": 0,
        "expectations": 0,
        "promises_found": 0,
        "answers_of_theirs": 0,
        "farewells": 0,
        "check_ins": 1,
        "findings_that_quote_them": gary.client.signals.count(),
        "rows_of_lists": 0,
        "changes": 1,
    }
    assert told["calls_visits_and_notes"][0]["words"] == "Where is my zebra?"
    json.dumps(told, default=str)


def test_people_are_found_by_name_and_by_address(bob: User, alice: User) -> None:
    gary = a_story(bob, alice)
    found = [list(people_called(typed)) for typed in ("gáry", "HOME.example", "tess", "")]
    assert found == [[gary], [gary], [], []]


def test_what_is_older_than_the_firm_keeps_is_forgotten(bob: User, alice: User) -> None:
    north = a_client(
        "3 Feb 09:00 gary: The old zebra is late.", "4 Feb 09:00 us: Dear Gary, soon.", year=2020, created_at=NOW
    )
    gary = person_at(north, "gary@north.example")
    Person.objects.filter(pk=gary.pk).update(last_wrote_at=datetime(2020, 2, 3, 9, tzinfo=UTC))
    record_touch(
        north, "call", by=bob, now=datetime(2020, 2, 5, 9, tzinfo=UTC), words="Where is the old zebra?", person=gary
    )
    keep(north, "5 Mar 08:00 tess: The new zebra is here.")
    tess = person_at(north, "tess@north.example")
    Person.objects.filter(pk=tess.pk).update(last_wrote_at=at("5 Mar 08:00"))
    assert forget_old(NOW) == {}
    Firm.objects.update(keep_years=5)
    found = forget_old(NOW)
    assert found == {
        "messages": 2, "recipients": 2, "senders": 1, "touches": 1, "changes": 1, "people": 1,
    }  # fmt: skip
    left = whole_database()
    assert ("old zebra" in left, "gary" in left, "new zebra" in left, Message.objects.count()) == (
        False,
        False,
        True,
        3,
    )
    event = Event.objects.filter(verb="forget_old").get()
    assert (event.by, event.after) == (None, {**found, "older_than": "2020-03-10"})
    assert forget_old(NOW) == {}
    del alice


@pytest.mark.parametrize("is_spoken_to", [True, False])
def test_people_who_are_still_spoken_to_stay(bob: User, *, is_spoken_to: bool) -> None:
    north = a_client(name="North", created_at=NOW)
    gary = add_person(north, "Gary", by=bob, now=NOW, addresses=["gary@north.example"])
    Person.objects.update(last_wrote_at=datetime(2020, 2, 3, 9, tzinfo=UTC))
    if is_spoken_to:
        record_touch(north, "call", by=bob, now=NOW, person=gary)
    Firm.objects.update(keep_years=1)
    forget_old(NOW)
    assert (Person.objects.exists(), PersonAddress.objects.exists()) == (is_spoken_to, is_spoken_to)


def test_links_and_failures_are_forgotten_without_being_asked(bob: User) -> None:
    long_ago = NOW - timedelta(days=100)
    SignIn.objects.create(user=bob, session_key="x", at=long_ago)
    Refusal.objects.create(email="x@y.example", address="192.0.2.1", at=long_ago)
    Invitation.objects.create(user=bob, token_hash="x", made_at=long_ago, expires_at=long_ago)  # noqa: S106  (no token)
    sent = Outgoing.objects.create(to="x@y.example", subject="Hello", text="A link", added_at=NOW, sent_at=NOW)
    waiting = Outgoing.objects.create(to="x@y.example", subject="Hello", text="A link", added_at=NOW)
    forget_old(NOW)
    assert [model.objects.count() for model in (SignIn, Refusal, Invitation)] == [0, 0, 0]
    assert [Outgoing.objects.get(pk=one.pk).text for one in (sent, waiting)] == ["", "A link"]


def test_a_leap_day_has_an_earlier_year_too(firm: Firm) -> None:
    Firm.objects.update(keep_years=1)
    assert forget_old(datetime(2024, 2, 29, 12, tzinfo=UTC)) == {}
    del firm


def test_before_there_is_a_firm_nothing_is_old(db: None) -> None:
    del db
    assert forget_old(NOW) == {}
