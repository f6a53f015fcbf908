"""What single rows come to: whose they are, what is left out of them, and what is said where they cannot be taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions import list_read
from amends.desk.actions.case import open_case
from amends.desk.actions.client import change_client
from amends.desk.actions.intake import TakenAwayError
from amends.desk.actions.list_read import read_list
from amends.desk.actions.list_undo import undo_rows
from amends.desk.actions.listing import receive_list, stop_list, take_in_list, undo_list
from amends.desk.actions.person import erase_person
from amends.desk.actions.touch import change_fact, change_touch, delete_fact
from amends.desk.models import Case, Client, Firm, ListImport, ListStatus, Message, Person, StaffingFact, Touch
from amends.desk.queries import undo
from amends.desk.rules import Refused
from cast import NOW, a_client
from listbag import CLIENTS, brought_in, checked, counts, given, refusals, taken_back

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("firm")
PEOPLE = "contact id,name,email,company\n11,Dana Whitlock,dana@northfreight.example,North Freight\n"
NOTES = "note id,company,contact email,date,comments\n21,North Freight,{},3/3/25,She asked for two more\n"
MAIL = "3 Mar 09:00 gary: Where is the invoice?"


def said(text: str, kind: str, source: str = "") -> list[str]:
    """Return why the rows of a list are not taken."""
    return [why for _row, why in refusals(brought_in(text, kind, source=source))]


def test_a_last_visit_is_a_visit_once_it_has_been() -> None:
    text = "contact id,name,company,last visit,is main\n11,Dana Whitlock,North Freight,{},yes\n"
    brought_in(text.format("3/20/2025"), "people")
    assert Touch.objects.count() == 0
    listing = brought_in(text.format("3/4/2025"), "people")
    assert [(touch.kind, str(touch.person)) for touch in Touch.objects.all()] == [("visit", "Dana Whitlock")]
    assert (counts(listing)[3:], Person.objects.get().is_main) == ((0, 0), True)
    brought_in(text.format("").replace("11,Dana Whitlock", "12,Gary Stone"), "people")
    assert list(Person.objects.filter(is_main=True).values_list("name", flat=True)) == ["Dana Whitlock"]


def test_a_note_learns_with_whom_it_was_and_one_that_was_corrected_stays(alice: User) -> None:
    brought_in(NOTES.format(""), "notes")
    brought_in(PEOPLE, "people")
    listing = brought_in(NOTES.format("dana@northfreight.example"), "notes")
    assert (counts(listing), str(Touch.objects.get().person)) == ((0, 1, 0, 0, 0), "Dana Whitlock")
    assert counts(brought_in(NOTES.format("dana@northfreight.example"), "notes")) == (0, 0, 1, 0, 0)
    change_touch(Touch.objects.get(), by=alice, now=NOW, summary="She asked for three")
    gone = brought_in(NOTES.replace("comments", "comments,deleted").replace("more\n", "more,yes\n").format(""), "notes")
    assert (gone.rows.get().problem, Touch.objects.count()) == ("Kept as somebody corrected it here.", 1)


def test_a_fact_that_was_corrected_stays_though_it_is_deleted_over_there(alice: User) -> None:
    text = "placement id,company,start date,deleted\n7,North,1/6/25,{}\n"
    brought_in(text.format("no"), "placements")
    change_fact(StaffingFact.objects.get(), by=alice, now=NOW, note="Late")
    gone = brought_in(text.format("yes"), "placements")
    assert (gone.rows.get().problem, StaffingFact.objects.count()) == ("Kept as somebody corrected it here.", 1)


def test_a_fact_that_another_source_told_is_brought_though_one_of_its_number_was_removed(alice: User) -> None:
    text = "placement id,company,start date\n7,North,1/6/25\n"
    brought_in(text, "placements", source="One")
    delete_fact(StaffingFact.objects.get(), by=alice, now=NOW)
    assert (
        counts(brought_in("placement id,company,start date,colour\n7,North,1/6/25,red\n", "placements", source="Two"))[
            0
        ]
        == 1
    )
    assert brought_in(text, "placements").rows.get().problem.startswith("Somebody removed this here.")


def test_who_is_gone_here_is_not_brought_back() -> None:
    brought_in(PEOPLE, "people", source="ATS")
    Person.objects.all().delete()
    assert said(PEOPLE, "people", source="ATS") == [
        "Somebody removed this person here. A list does not bring them back."
    ]


def test_namesakes_with_ids_of_their_own_are_two_people() -> None:
    text = "contact id,name,company\n11,Dana Whitlock,North\n12,Dana Whitlock,North\n"
    assert (counts(brought_in(text, "people"))[0], Person.objects.count()) == (2, 2)


def test_two_clients_of_one_name_are_not_guessed_at() -> None:
    brought_in("id,name\n1,One\n2,Two\n", "clients", source="ATS")
    Client.objects.update(name="North")
    told = "2 clients here are called North. Merge them first, or give one its mail domain."
    assert said("id,name,colour\n7,North,red\n", "clients", source="Other") == [told]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("placement id,company id,start date\n7,99,1/6/25\n", "The client 99 is not known here."),
        ("placement id,contact email,start date\n7,a@b.example,1/6/25\n", "No client here has mail from b.example"),
        ("placement id,order id,start date\n7,44,1/6/25\n", "Nothing here is known as 44"),
    ],
)
def test_whose_a_row_is_must_be_told(text: str, why: str) -> None:
    assert [one[: len(why)] for one in said(text, "placements")] == [why]


def test_a_candidate_is_left_out_and_nothing_of_the_row_is_kept() -> None:
    listing = brought_in(
        PEOPLE.replace("company", "company,record type").replace("Freight\n", "Freight,Candidate\n"), "people"
    )
    assert (counts(listing), listing.rows.get().raw) == ((0, 0, 0, 0, 1), {})


def test_several_clients_are_brought_up_to_date_at_once() -> None:
    brought_in(CLIENTS)
    listing = brought_in(CLIENTS.replace("North", "Northern").replace("Blue", "Deep"))
    assert counts(listing) == (0, 2, 1, 0, 0)
    taken_back(listing)
    assert sorted(Client.objects.values_list("name", flat=True)) == ["Blue Harbor", "North Freight", "Old Mill"]


def test_mail_that_came_to_another_client_is_not_put_to_a_new_person() -> None:
    north = a_client(MAIL)
    Message.objects.update(person=None)
    Person.objects.all().delete()
    brought_in("id,name\n9,Elsewhere\n", "clients")
    brought_in(
        "contact id,name,email,company\n1,Gary,gary@north.example,Elsewhere\n2,Ann,ann@north.example,North\n", "people"
    )
    assert (Message.objects.get().person, north.people.count()) == (None, 1)


def test_a_call_that_a_list_tells_is_the_call_back_that_a_recovery_waits_for(alice: User) -> None:
    brought_in(CLIENTS)
    north = Client.objects.get(name="North Freight")
    open_case(north, by=alice, now=NOW.replace(month=3, day=1), words="Where are they?", severity=3)
    brought_in("note id,company,action,date,comments\n21,North Freight,Outbound Call,3/3/25 10:00,We spoke\n", "notes")
    assert Case.objects.get().called_back_at is not None


def test_what_comes_back_by_undoing_names_nobody_who_has_gone_since(alice: User) -> None:
    brought_in(PEOPLE, "people")
    brought_in(NOTES.format("dana@northfreight.example"), "notes")
    text = NOTES.replace("comments", "comments,deleted").replace("more\n", "more,yes\n").format("")
    gone = brought_in(text, "notes")
    erase_person(Person.objects.get(), by=alice, now=NOW)
    taken_back(gone)
    assert [touch.person for touch in Touch.objects.all()] == [None]


def test_a_fact_that_was_told_anew_is_not_put_back_beside_itself() -> None:
    text = "placement id,company,start date,deleted\n7,North,1/6/25,{}\n"
    brought_in(text.format("no"), "placements")
    gone = brought_in(text.format("yes"), "placements")
    brought_in(text.format("no"), "placements")
    taken_back(gone)
    assert StaffingFact.objects.count() == 1


@pytest.mark.parametrize("rows", [500, 510])
def test_a_file_that_is_cut_off_gives_what_stands_before_it(alice: User, rows: int) -> None:
    text = "id,name\n" + "".join(f"{n},Client {n} {'of the north ' * 20}\n" for n in range(1, rows + 1))
    listing = checked(text, "clients")
    take_in_list(listing, by=None, now=NOW)
    path = Path(listing.path)
    path.write_bytes(path.read_bytes() + b'9999,"' + b"x" * 2_000_000)
    read_list(listing, now=NOW, clock=lambda: NOW)
    assert (listing.status, listing.read, Client.objects.count()) == (ListStatus.FAILED, rows, rows)
    undo_list(listing, by=alice, now=NOW)
    assert listing.status == ListStatus.UNDOING


def test_somebody_who_stops_a_list_while_a_batch_is_read_wins() -> None:
    listing = checked(CLIENTS)
    take_in_list(listing, by=None, now=NOW)

    def stopped() -> bool:
        stop_list(ListImport.objects.get(pk=listing.pk), by=None, now=NOW)
        return True

    assert read_list(listing, now=NOW, clock=lambda: NOW, between=stopped)
    assert (listing.status, listing.added) == (ListStatus.STOPPED, 3)
    assert listing.rows.count() == 3


def test_a_list_changed_between_check_and_taking_in_is_taken_in_as_things_stand_then(alice: User) -> None:
    brought_in(CLIENTS)
    listing = checked(CLIENTS.replace("North Freight", "North Lines"))
    assert listing.changed == 1
    change_client(Client.objects.get(name="North Freight"), by=alice, now=NOW, name="North Haulage")
    take_in_list(listing, by=None, now=NOW)
    read_list(listing, now=NOW, clock=lambda: NOW)
    told = "Name stays “North Haulage” here; the list says “North Lines”."
    assert (counts(listing), listing.rows.get().problem) == ((0, 0, 3, 0, 0), told)


def test_the_demo_firm_takes_no_list(tmp_path: Path) -> None:
    Firm.objects.update(is_demo=True)
    with pytest.raises(Refused, match="The demo firm takes no lists"):
        receive_list("a.csv", tmp_path, 1, by=None, now=NOW)
    assert ListImport.objects.count() == 0


def test_two_people_who_press_at_once_move_it_once() -> None:
    listing = given(CLIENTS)
    other = ListImport.objects.get(pk=listing.pk)
    stop_list(listing, by=None, now=NOW)
    with pytest.raises(Refused):
        stop_list(other, by=None, now=NOW)


def test_another_worker_that_has_a_list_meanwhile_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_read, "BATCH", 1)
    monkeypatch.setattr(undo, "SLICE", 1)
    listing = checked(CLIENTS)
    take_in_list(listing, by=None, now=NOW)

    def taken() -> bool:
        ListImport.objects.filter(pk=listing.pk).update(leased_until=NOW)
        return True

    assert read_list(listing, now=NOW, clock=lambda: NOW, between=taken)
    assert (listing.status, listing.read, Client.objects.count()) == (ListStatus.READING, 1, 1)
    stop_list(listing, by=None, now=NOW)
    undo_list(listing, by=None, now=NOW)
    ListImport.objects.filter(pk=listing.pk).update(read=2)  # as a worker that is at it would
    stale = ListImport.objects.get(pk=listing.pk)
    with pytest.raises(TakenAwayError):
        undo_rows(listing, [*listing.rows.all()], now=NOW)
    assert stale.rows.count() == 1


def test_a_row_that_comes_twice_far_apart_is_counted_right_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_read, "BATCH", 1)
    listing = checked("id,name\n1,North\n1,North\n1,North Freight\n", "clients")
    assert counts(listing) == (1, 1, 1, 0, 0)


def test_a_client_is_found_by_its_name_where_its_domain_is_anothers() -> None:
    brought_in("id,name,website\n1,Blue,north.example\n", "clients", source="ATS")
    a_client(name="North Freight")
    listing = brought_in("id,name,website\n2,North Freight,north.example\n", "clients")
    assert (counts(listing)[2], Client.objects.count()) == (1, 2)


def test_whose_a_row_is_follows_from_its_order_its_person_and_their_address() -> None:
    people = "contact id,name,email,company\n11,Dana Whitlock,dana@gmail.com,North\n"
    brought_in(people, "people", source="ATS")
    brought_in("order id,company,ordered on,openings\n44,North,1/6/25,2\n", "orders", source="ATS")
    brought_in("placement id,order id,start date\n7,44,1/6/25\n", "placements", source="ATS")
    brought_in("placement id,contact email,start date\n8,dana@gmail.com,1/6/25\n", "placements", source="ATS")
    brought_in("note id,contact id,date,comments\n21,11,3/3/25,We spoke\n", "notes", source="ATS")
    assert (Client.objects.count(), StaffingFact.objects.count()) == (1, 3)
    assert str(Touch.objects.get().person) == "Dana Whitlock"


def test_an_order_of_nobody_tells_nothing() -> None:
    text = "order id,company,ordered on,openings\n44,North,1/6/25,0\n"
    assert said(text, "orders") == ["The row says nothing that has happened yet."]
