"""What a list changes when it comes again, what people wrote stays, and what was deleted over there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.client import change_client, confirm_clients, delete_client, merge_clients
from amends.desk.actions.person import add_person, change_person, erase_person
from amends.desk.actions.touch import change_fact, change_touch, delete_fact, delete_touch
from amends.desk.models import (
    Client,
    ClientKey,
    Firm,
    Forgotten,
    Known,
    ListImport,
    ListRow,
    ListStatus,
    Person,
    StaffingFact,
    Standing,
    Touch,
)
from amends.desk.queries.personal import everything_about
from cast import NOW, a_client, a_found_client, person_at
from listbag import CLIENTS, brought_in, counts, given, matched, refusals, taken_back

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("firm")
PEOPLE = """contact id,name,email,phone,title,company,company id
11,Dana Whitlock,dana@northfreight.example,555 0101,Buyer,North Freight,1
12,Gary Stone,gary@northfreight.example,,Foreman,North Freight,1
"""
PLACEMENTS = """placement id,company id,company,candidate,start date,end date,termination reason,guarantee,rating
7,1,North Freight,Ann,1/6/25,1/20/25,Terminated,90,4
8,1,North Freight,Ben,2/3/25,,,,
"""
NOTES = """note id,company id,company,contact email,action,date,comments
21,1,North Freight,dana@northfreight.example,Outbound Call,3/3/25 10:00,She asked for two more
22,1,North Freight,,Visit,3/4/25,Looked at the yard
"""
LATER = NOW + timedelta(days=1)


def clients() -> list[tuple[str, str]]:
    return list(Client.objects.order_by("pk").values_list("name", "standing"))


def facts() -> list[tuple[str, str]]:
    return list(StaffingFact.objects.order_by("kind").values_list("kind", "external_id"))


def test_who_was_found_in_the_mail_is_joined_by_domain_and_confirmed_by_its_status() -> None:
    found = a_found_client(name="northfreight")
    listing = brought_in(CLIENTS)
    found.refresh_from_db()
    assert (found.name, found.standing) == ("North Freight", Standing.CLIENT)
    assert (counts(listing), Client.objects.count()) == ((2, 1, 0, 0, 0), 3)
    taken_back(listing)
    found.refresh_from_db()
    assert (found.name, found.standing, Client.objects.count()) == ("northfreight", Standing.FOUND, 1)


def test_a_client_that_is_called_by_its_mail_domain_gets_the_name_the_list_gives(alice: User) -> None:
    found = a_found_client(name="northfreight.example")
    ClientKey.objects.create(client=found, key=found.name)
    confirm_clients([found], by=alice, now=NOW)
    listing = brought_in(CLIENTS)
    found.refresh_from_db()
    assert (found.name, counts(listing)) == ("North Freight", (2, 1, 0, 0, 0))
    taken_back(listing)
    found.refresh_from_db()
    assert (found.name, found.standing) == ("northfreight.example", Standing.CLIENT)


def test_what_somebody_wrote_stays_and_what_the_list_said_follows_it(alice: User, riverside: Branch) -> None:
    text = "id,name,owner,branch,gross profit,note\n1,North,{},Riverside,{},{}\n"
    brought_in(text.format("Alice Alder", "1000", "Likes calls"))
    north = Client.objects.get()
    assert (north.looked_after_by, north.branch, north.yearly_value) == (alice, riverside, Decimal(1000))
    change_client(north, by=alice, now=NOW, note="Likes visits")
    listing = brought_in(text.format("Alice Alder", "2000", "Likes mail"))
    north.refresh_from_db()
    assert (north.yearly_value, north.note, counts(listing)) == (Decimal(2000), "Likes visits", (0, 1, 0, 0, 0))
    assert ListRow.objects.get(listing=listing).problem == (
        "North: Note stays “Likes visits” here; the list says “Likes mail”."
    )
    assert counts(brought_in(text.format("", "", ""))) == (0, 0, 1, 0, 0)
    north.refresh_from_db()
    assert (north.yearly_value, north.looked_after_by) == (Decimal(2000), alice)


def test_two_companies_of_one_name_stay_two_and_a_doubtful_name_is_refused() -> None:
    brought_in("id,name,status\n1,Acme,Active\n2,Acme,Active\n")
    assert Client.objects.count() == 2
    Known.objects.all().delete()
    listing = brought_in("company,job title,ordered on,openings\nAcme,Picker,3/3/25,2\n", "orders")
    said = "2 clients here are called Acme. Map the column with the client’s ID, or merge them first."
    assert refusals(listing) == [(2, said)]
    listing = brought_in("id,name\n3,Acme\n", "clients", source="Other")
    assert refusals(listing) == [(2, "2 clients here are called Acme. Merge them first, or give one its mail domain.")]


def test_people_join_their_client_by_id_by_name_and_by_mail_domain() -> None:
    brought_in(CLIENTS)
    brought_in(PEOPLE)
    north = Client.objects.get(name="North Freight")
    assert sorted(person.name for person in north.people.all()) == ["Dana Whitlock", "Gary Stone"]
    listing = brought_in(
        "name,email\nEve Moor,eve@blueharbor.example\nFay,fay@nowhere.example\nGus,\n", "people", source="Other"
    )
    assert Person.objects.get(name="Eve Moor").client.name == "Blue Harbor"
    assert [number for number, _ in refusals(listing)] == [3, 4]
    assert refusals(listing)[0][1].startswith("No client here has mail from nowhere.example")


def test_a_person_that_writes_is_completed_and_their_mail_is_theirs() -> None:
    north = a_client("3 Mar 09:00 gary: Hello.", name="Northfreight")
    gary = person_at(north, "gary@northfreight.example")
    brought_in(PEOPLE)
    gary.refresh_from_db()
    assert (gary.title, gary.name, Person.objects.count()) == ("Foreman", "Gary", 2)
    late = a_client("3 Mar 09:00 ivy: Hello.", name="Late")
    late.messages.update(person=None), Person.objects.filter(client=late).delete()
    brought_in("name,email,company\nIvy Late,ivy@late.example,Late\n", "people", source="Other")
    ivy = Person.objects.get(name="Ivy Late")
    assert (late.messages.get().person, ivy.last_wrote_at) == (ivy, late.messages.get().at)


def test_placements_tell_facts_and_a_corrected_one_stays(alice: User) -> None:
    brought_in(PLACEMENTS)
    told = [(kind, f"placements/{number}/{kind}") for kind, number in
            (("fall_off", 7), ("placement", 7), ("placement", 8), ("rating", 7))]  # fmt: skip
    assert facts() == told
    change_fact(StaffingFact.objects.get(kind="fall_off"), by=alice, now=NOW, note="They asked for it")
    delete_fact(StaffingFact.objects.get(external_id="placements/8/placement"), by=alice, now=NOW)
    listing = brought_in(PLACEMENTS.replace("Terminated", "Walked off").replace(",4\n", ",2\n"))
    assert counts(listing) == (0, 1, 1, 0, 0)
    assert StaffingFact.objects.get(kind="fall_off").note == "They asked for it"
    assert StaffingFact.objects.get(kind="rating").value == Decimal(2)
    assert StaffingFact.objects.filter(external_id__contains="/8/").count() == 0
    taken_back(listing)
    assert StaffingFact.objects.get(kind="rating").value == Decimal(4)


def test_what_a_row_no_longer_tells_goes_and_undoing_puts_it_back() -> None:
    brought_in(PLACEMENTS)
    listing = brought_in(PLACEMENTS.replace("1/20/25,Terminated,90,4", ",,,"))
    assert facts() == [("placement", "placements/7/placement"), ("placement", "placements/8/placement")]
    taken_back(listing)
    assert [kind for kind, _ in facts()] == ["fall_off", "placement", "placement", "rating"]


def test_what_is_still_to_come_is_not_taken_yet() -> None:
    listing = brought_in("placement id,company,start date\n9,North,3/20/2025\n")
    assert refusals(listing) == [(2, "It is still to come. The first list after that day takes it in.")]
    assert Client.objects.count() == 0
    assert counts(brought_in("placement id,company,start date\n9,North,3/20/2025\n", now=NOW + timedelta(30)))[0] == 1


def test_notes_are_talks_with_people_until_somebody_changes_them(alice: User) -> None:
    brought_in(PEOPLE)
    brought_in(NOTES)
    call, visit = Touch.objects.order_by("at")
    assert (call.kind, call.person.name if call.person else "", call.summary) == (
        "call", "Dana Whitlock", "She asked for two more"
    )  # fmt: skip
    change_touch(visit, by=alice, now=NOW, summary="Looked at the hall")
    listing = brought_in(NOTES.replace("two more", "three more").replace("yard", "yards"))
    assert counts(listing) == (0, 1, 1, 0, 0)
    call.refresh_from_db()
    visit.refresh_from_db()
    assert (call.summary, visit.summary) == ("She asked for three more", "Looked at the hall")
    delete_touch(call, by=alice, now=NOW)
    assert counts(brought_in(NOTES)) == (0, 0, 2, 0, 0)
    assert Touch.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("client id,name,deleted\n1,North Freight,yes\n", "clients"),
        ("contact id,name,deleted,company\n12,Gary Stone,TRUE,North Freight\n", "people"),
        ("placement id,company,start date,deleted\n7,North Freight,1/6/25,1\n", "placements"),
        ("note id,company,date,comments,deleted\n22,North Freight,3/4/25,x,yes\n", "notes"),
    ],
)
def test_what_was_deleted_over_there_is_honoured_and_comes_back_by_undoing(text: str, rows: str) -> None:
    brought_in(CLIENTS, source="ATS"), brought_in(PEOPLE, source="ATS")
    brought_in(PLACEMENTS, source="ATS"), brought_in(NOTES, source="ATS")

    def standing() -> Any:
        return {
            "clients": Client.objects.get(name="North Freight").standing,
            "people": Person.objects.get(name="Gary Stone").left_on,
            "placements": StaffingFact.objects.count(),
            "notes": Touch.objects.count(),
        }

    before = standing()
    listing = brought_in(text, rows, source="ATS")
    after = {"clients": "past", "people": date(2025, 3, 10), "placements": 1, "notes": 1}
    assert (counts(listing), standing()) == ((0, 0, 0, 1, 0), before | {rows: after[rows]})
    assert counts(brought_in(text, rows, source="ATS")) == (0, 0, 1, 0, 0)
    taken_back(listing)
    assert standing() == before


def test_who_was_anonymised_over_there_is_erased_here_and_no_list_brings_them_back() -> None:
    brought_in(PEOPLE, source="ATS"), brought_in(NOTES, source="ATS")
    gone = "contact id,name,anonymised,company\n11,,yes,North Freight\n"
    listing = brought_in(gone, "people", source="ATS")
    assert (counts(listing), [person.name for person in Person.objects.all()]) == ((0, 0, 0, 1, 0), ["Gary Stone"])
    assert Forgotten.objects.count() == 4  # the address, the id over there, and the name at the client, which has two
    again = brought_in(PEOPLE, source="ATS")
    said = "Somebody in this row was erased here. A list does not bring them back."
    assert (refusals(again), Person.objects.count()) == ([(2, said)], 1)
    assert "Dana" not in str([*ListRow.objects.values_list("raw", "problem", "changes")])


NAMED = "contact id,{columns},company\n{id},{who},{company}\n"


@pytest.mark.parametrize(
    ("columns", "who", "company"),
    [
        ("name", "Dana Whitlock", "North Freight"),
        ("name", "whitlock dana", "North Freight Ltd."),
        ("first name,last name", "Dana,Whitlock", "North Freight"),
        ("name,email", "Dana Whitlock,dana@new.example", "North Freight"),
    ],
)
def test_who_is_known_by_name_alone_and_was_erased_does_not_come_back(
    alice: User, columns: str, who: str, company: str
) -> None:
    brought_in(CLIENTS, source="ATS")
    dana = add_person(Client.objects.get(name="North Freight"), "Dana Whitlock", by=alice, now=NOW)
    erase_person(dana, by=alice, now=NOW)
    again = brought_in(NAMED.format(columns=columns, id=99, who=who, company=company), "people", source="CRM")
    said = "Somebody in this row was erased here. A list does not bring them back."
    assert (refusals(again), Person.objects.count()) == ([(2, said)], 0)
    kept = [*ListRow.objects.values_list("raw", "problem", "changes"), *Forgotten.objects.values_list()]
    assert "whitlock" not in str(kept).lower()


def test_a_namesake_elsewhere_is_somebody_else(alice: User) -> None:
    brought_in(CLIENTS, source="ATS")
    dana = add_person(Client.objects.get(name="North Freight"), "Dana Whitlock", by=alice, now=NOW)
    erase_person(dana, by=alice, now=NOW)
    text = NAMED.format(columns="name", id=99, who="Dana Whitlock", company="Blue Harbor")
    assert counts(brought_in(text, "people", source="CRM"))[0] == 1
    assert [(person.name, person.client.name) for person in Person.objects.all()] == [("Dana Whitlock", "Blue Harbor")]


def test_a_client_that_was_deleted_and_comes_again_brings_nobody_back(alice: User) -> None:
    brought_in(CLIENTS, source="ATS")
    north = Client.objects.get(name="North Freight")
    erase_person(add_person(north, "Dana Whitlock", by=alice, now=NOW), by=alice, now=NOW)
    delete_client(north, by=alice, now=NOW)
    brought_in(CLIENTS, source="CRM")
    again = brought_in(NAMED.format(columns="name", id=99, who="Dana Whitlock", company="North Freight"), "people")
    assert (len(refusals(again)), Person.objects.count()) == (1, 0)


def test_rows_are_told_in_an_export_and_go_with_the_person(alice: User) -> None:
    brought_in(PEOPLE), brought_in(NOTES)
    dana = Person.objects.get(name="Dana Whitlock")
    told = everything_about(dana)["rows_of_lists"]
    assert [(one["row"], len(one["cells"])) for one in told] == [(2, 7), (2, 7)]
    waiting = given(PEOPLE.replace("11,", "13,"))
    assert "Dana" in str(waiting.looks)
    erase_person(dana, by=alice, now=NOW)
    assert "Dana" not in str([*ListRow.objects.values("raw", "problem", "changes")])
    assert "Dana" not in str([*ListImport.objects.values("looks")])
    assert Known.objects.filter(thing="person").count() == 1


def test_rows_go_with_their_client_and_follow_it_into_another(alice: User) -> None:
    brought_in(CLIENTS, source="ATS"), brought_in(PEOPLE, source="ATS")
    north, harbor = Client.objects.get(name="North Freight"), Client.objects.get(name="Blue Harbor")
    merge_clients(north, harbor, by=alice, now=NOW)
    brought_in(PLACEMENTS, source="ATS")
    assert set(StaffingFact.objects.values_list("client", flat=True)) == {harbor.pk}
    delete_client(harbor, by=alice, now=NOW)
    assert (ListRow.objects.count(), Known.objects.count()) == (1, 1)  # of Old Mill


def test_rows_older_than_the_firm_keeps_have_no_words() -> None:
    Firm.objects.update(keep_years=3)
    brought_in(NOTES.replace("3/3/25 10:00", "3/3/19 10:00"))
    old = Touch.objects.order_by("at")[0]
    assert (old.summary, old.kind, ListRow.objects.get(number=2).raw) == ("", "call", {})


def test_undoing_leaves_what_was_used_since(alice: User) -> None:
    people = brought_in(PEOPLE)
    dana = Person.objects.get(name="Dana Whitlock")
    change_person(dana, by=alice, now=NOW, title="Chief buyer")
    taken_back(people)
    assert [person.name for person in Person.objects.all()] == ["Dana Whitlock"]
    assert [client.name for client in Client.objects.all()] == ["North Freight"]  # Dana is there
    assert people.rows.get().problem == "It stays: it was changed, or used, here since."
    assert dana.addresses.get().address == "dana@northfreight.example"


def test_a_list_without_ids_is_known_again_by_what_its_rows_tell() -> None:
    text = "company,job title,ordered on,openings\nNorth,Picker,3/3/25,2\nNorth,Welder,3/3/25,1\n"
    assert counts(brought_in(text, "orders")) == (2, 0, 0, 0, 0)
    assert counts(brought_in(text.replace(",2\n", ",3\n"), "orders")) == (0, 1, 1, 0, 0)
    assert sorted(StaffingFact.objects.values_list("count", flat=True)) == [1, 3]


def test_a_row_that_comes_twice_in_a_file_is_counted_right_beforehand() -> None:
    listing = matched(given("id,name\n1,North\n1,North\n1,North Freight\n"), "clients")
    assert listing.status == ListStatus.CHECKING
    done = brought_in("id,name\n1,North\n1,North\n1,North Freight\n", "clients", source="Other")
    assert (counts(done), clients()) == ((1, 1, 1, 0, 0), [("North Freight", "found")])


def test_the_own_firms_domain_is_nobodys(alice: User) -> None:
    brought_in("id,name,website\n1,North,alder.example\n", "clients")
    assert (ClientKey.objects.count(), Client.objects.count(), alice.is_active) == (0, 1, True)
