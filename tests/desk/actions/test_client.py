"""Clients are added, changed, confirmed, merged and deleted, and each change is on record."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amends.desk.actions.client import (
    add_client,
    as_key,
    change_client,
    confirm_clients,
    decline_clients,
    delete_client,
    merge_clients,
)
from amends.desk.models import (
    Branch,
    Client,
    ClientKey,
    Event,
    HealthDay,
    Message,
    Person,
    Standing,
    Touch,
    User,
    Waiting,
)
from amends.desk.queries.client import WhatGoes
from amends.desk.rules import Refused
from cast import NOW, a_client, a_found_client, a_restricted_client, at, keep

pytestmark = pytest.mark.django_db

BRIEF = "6 Mar 09:00 client: Where is everybody?"


def last_event() -> tuple[str, dict[str, object], dict[str, object]]:
    event = Event.objects.order_by("-pk")[0]
    return event.verb, event.before, event.after


def test_a_client_is_added_with_what_is_known(bob: User, riverside: Branch) -> None:
    north = add_client(
        "  North   Foods ",
        by=bob,
        now=NOW,
        keys=["North.example", "info@mail.north-foods.example", "gary@gmail.com", ""],
        branch=riverside,
        looked_after_by=bob,
        team=[bob],
        yearly_value=Decimal(48000),
        since_year=2019,
        on_assignment=42,
        answer_hours=2,
        note="Night shifts. ",
    )
    north.refresh_from_db()
    assert (north.name, north.note, north.standing) == ("North Foods", "Night shifts.", "client")
    assert (north.search, north.assess_due_at) == ("north foods gary gmail com north foods example north example", NOW)
    verb, before, after = last_event()
    assert (verb, before) == ("add_client", {})
    assert after == {
        "name": "North Foods",
        "branch": riverside.pk,
        "looked_after_by": bob.pk,
        "yearly_value": "48000",
        "since_year": 2019,
        "on_assignment": 42,
        "answer_hours": 2,
        "standing": "client",
        "is_restricted": False,
        "is_small_market": False,
        "note": "Night shifts.",
        "team": [bob.pk],
        "keys": ["gary@gmail.com", "north-foods.example", "north.example"],
    }


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("North.Example ", "north.example"),
        ("@north.example", "north.example"),
        ("mail.north.co.uk", "north.co.uk"),
        ("gary@mail.north.co.uk", "north.co.uk"),
        ("Gary@GMail.com", "gary@gmail.com"),
        ("  ", ""),
    ],
)
def test_a_domain_or_an_address_says_whose_mail_it_is(typed: str, key: str) -> None:
    assert as_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("North", "North is neither a domain nor an address. Write it as in company.com."),
        ("north foods.example", "north foods.example is neither a domain nor an address. Write it as in company.com."),
        ("gmail.com", "Everybody may have an address at gmail.com. Write the person's whole address."),
    ],
)
def test_what_is_no_key_is_refused(typed: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        as_key(typed)
    assert str(refused.value) == said


def test_one_domain_is_one_clients(bob: User, charlie: User, riverside: Branch) -> None:
    a_client(name="North")
    a_restricted_client(branch=riverside, looked_after_by=bob)
    for key, said in (
        ("north.example", "north.example already belongs to North. One domain is one client's."),
        ("secret.example", "secret.example already belongs to another client. One domain is one client's."),
        ("alder.example", "alder.example is your own firm's. A client's mail comes from elsewhere."),
    ):
        with pytest.raises(Refused) as refused:
            add_client("South", by=charlie, now=NOW, keys=[key])
        assert str(refused.value) == said
    with pytest.raises(Refused) as refused:
        add_client("South", by=None, now=NOW, keys=["secret.example"])
    assert str(refused.value) == "secret.example already belongs to Secret. One domain is one client's."
    assert list(Client.objects.values_list("name", flat=True)) == ["North", "Secret"]
    assert Event.objects.count() == 0


def test_before_there_is_a_firm_no_domain_is_its_own() -> None:
    assert add_client("North", by=None, now=NOW, keys=["alder.example"]).search == "north alder example"


def test_a_client_has_a_name(bob: User) -> None:
    with pytest.raises(Refused, match=r"^Write the client's name\.$"):
        add_client("  ", by=bob, now=NOW)


def test_only_who_manages_restricts_a_client(bob: User, mona: User, vera: User, riverside: Branch) -> None:
    north = a_client(branch=riverside)
    with pytest.raises(Refused):
        add_client("South", by=bob, now=NOW, is_restricted=True)
    with pytest.raises(Refused):
        change_client(north, by=bob, now=NOW, is_restricted=True)
    with pytest.raises(Refused):
        change_client(north, by=vera, now=NOW, name="West")
    change_client(north, by=mona, now=NOW, is_restricted=True)
    assert add_client("South", by=mona, now=NOW, is_restricted=True, branch=riverside).is_restricted
    assert Event.objects.values_list("verb", "after__is_restricted").order_by("pk")[0] == ("change_client", True)


def test_what_changes_is_on_record_and_what_does_not_is_not(bob: User, vera: User) -> None:
    north = a_client(answer_hours=4)
    change_client(
        north, by=bob, now=NOW, name="North Foods", note="", team=[vera], keys=["north.example", "northfoods.example"]
    )
    assert last_event() == (
        "change_client",
        {"name": "North", "team": [], "keys": ["north.example"]},
        {"name": "North Foods", "team": [vera.pk], "keys": ["north.example", "northfoods.example"]},
    )
    north.refresh_from_db()
    assert (north.search, north.assess_due_at) == ("north foods north example northfoods example", None)
    change_client(north, by=bob, now=NOW, name="North Foods", team=[vera])
    assert Event.objects.count() == 1


def test_a_key_that_is_taken_away_is_free_again(bob: User) -> None:
    north = a_client()
    change_client(north, by=bob, now=NOW, keys=[])
    assert (ClientKey.objects.count(), north.search) == (0, "north")


def test_another_answer_time_is_judged_anew(bob: User) -> None:
    north = a_client()
    change_client(north, by=bob, now=NOW, answer_hours=2)
    north.refresh_from_db()
    assert (north.answer_hours, north.assess_due_at) == (2, NOW)


def test_nobody_shuts_themselves_out(mona: User, harbour: Branch, riverside: Branch) -> None:
    north = a_client(branch=riverside)
    with pytest.raises(Refused, match=r"^With this you would no longer see the client yourself"):
        change_client(north, by=mona, now=NOW, branch=harbour, is_restricted=True)
    north.refresh_from_db()
    assert (north.branch, north.is_restricted) == (riverside, False)


def test_a_client_has_no_other_fields(bob: User) -> None:
    with pytest.raises(TypeError, match=r"^A client has no colour\.$"):
        change_client(a_client(), by=bob, now=NOW, colour="blue")


def test_companies_found_are_confirmed_or_declined_once(mona: User, bob: User) -> None:
    stranger, bank = a_found_client(), a_found_client(name="Bank")
    with pytest.raises(Refused):
        confirm_clients([stranger], by=bob, now=NOW)
    assert confirm_clients([stranger, stranger], by=mona, now=NOW) == [stranger]
    assert decline_clients([bank], by=mona, now=NOW) == [bank]
    assert last_event() == ("decline_clients", {"standing": "found"}, {"standing": "other"})
    stranger.refresh_from_db()
    assert (stranger.standing, stranger.assess_due_at) == (Standing.CLIENT, NOW)
    assert Event.objects.count() == 2


def test_a_client_is_deleted_with_all_that_hangs_on_it(mona: User, bob: User) -> None:
    north = a_client(BRIEF)
    change_client(north, by=bob, now=NOW, note="Pays late.")
    question = north.messages.get()
    Waiting.objects.create(
        client=north, message=question, thread=question.thread, quote="Where?", asked_at=NOW, due_at=NOW
    )
    Touch.objects.create(client=north, kind="call", at=NOW, added_at=NOW)
    with pytest.raises(Refused):
        delete_client(north, by=bob, now=NOW)
    gone = delete_client(north, by=mona, now=NOW)
    assert gone == WhatGoes(messages=1, people=1, touches=1, facts=0, promises=0, recoveries=0)
    assert (Client.objects.count(), Message.objects.count(), Person.objects.count()) == (0, 0, 0)
    assert Event.objects.filter(after__note="Pays late.").count() == 0
    assert last_event() == (
        "delete_client",
        {"name": "North", "messages": 1, "people": 1, "touches": 1, "facts": 0, "promises": 0, "recoveries": 0},
        {},
    )


def test_two_that_are_one_company_become_one(mona: User, bob: User) -> None:
    north = a_client(BRIEF, name="North", drawn_until=NOW.date())
    foods = a_client(BRIEF, name="Foods", team=(bob,))
    both = foods.messages.get()
    Message.objects.create(client=north, key=both.key, thread=1, message_id=both.message_id, at=NOW, from_us=False)
    keep(foods, "7 Mar 09:00 client: Hello?")
    HealthDay.objects.create(client=north, on=NOW.date(), points=0, state="Steady", is_enough=True)
    with pytest.raises(Refused):
        merge_clients(foods, north, by=bob, now=NOW)
    with pytest.raises(Refused, match="cannot be merged with itself"):
        merge_clients(north, north, by=mona, now=NOW)
    merge_clients(foods, north, by=mona, now=NOW)
    north.refresh_from_db()
    assert (Client.objects.count(), north.messages.count(), north.people.count()) == (1, 3, 2)
    assert (north.search, north.drawn_until, north.assess_due_at) == ("north foods example north example", None, NOW)
    assert list(north.team.all()) == [bob]
    assert HealthDay.objects.count() == 0
    verb, before, _ = last_event()
    assert (verb, before["name"], before["messages"]) == ("merge_clients", "Foods", 2)
    assert at("6 Mar 09:00") in north.messages.values_list("at", flat=True)


def test_a_restricted_client_is_published_by_no_merging(alice: User, mona: User, bob: User, riverside: Branch) -> None:
    secret = a_restricted_client(
        name="Secret", branch=riverside, looked_after_by=bob, note="Careful.", answer_hours=2, yearly_value=9000
    )
    north = a_client(note="Ours.", yearly_value=48000)
    merge_clients(secret, north, by=mona, now=NOW)
    north.refresh_from_db()
    assert (north.is_restricted, north.branch, north.answer_hours, str(north.yearly_value)) == (
        True,
        riverside,
        2,
        "48000.00",
    )
    assert north.note == "Ours.\n\nFrom Secret: Careful."
    assert (north.looked_after_by, list(north.team.all())) == (bob, [bob])
    south = a_client(name="South", looked_after_by=alice)
    merge_clients(north, south, by=alice, now=NOW)
    south.refresh_from_db()
    assert (south.is_restricted, south.looked_after_by, list(south.team.all())) == (True, alice, [bob])
    assert last_event()[2]["is_restricted"] is True


def test_a_client_is_managed_by_its_own_branch(mona: User, bob: User, harbour: Branch, riverside: Branch) -> None:
    theirs, ours = a_client(name="Pier", branch=harbour), a_client(branch=riverside)
    words = "Pier is another branch’s. Ask a manager there, or the owner."
    with pytest.raises(Refused, match=words):
        delete_client(theirs, by=mona, now=NOW)
    with pytest.raises(Refused, match=words):
        decline_clients([theirs], by=mona, now=NOW)
    with pytest.raises(Refused, match=words):
        merge_clients(ours, theirs, by=mona, now=NOW)
    with pytest.raises(Refused, match=words):
        change_client(theirs, by=mona, now=NOW, branch=riverside)  # to make it her own
    with pytest.raises(Refused, match="not change it"):
        change_client(ours, by=bob, now=NOW, branch=harbour)
    change_client(theirs, by=mona, now=NOW, name="Pier 9")
    change_client(theirs, by=None, now=NOW, is_restricted=True)
    with pytest.raises(Refused, match="You do not see both of these clients"):
        merge_clients(ours, theirs, by=mona, now=NOW)
    unplaced = change_client(a_client(name="East"), by=bob, now=NOW, branch=riverside)
    assert (Client.objects.count(), theirs.name, unplaced.branch) == (3, "Pier 9", riverside)
