"""A list may do what they may do who brought it: no other branch's client is touched, and a manager erases nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.list_read import check_list, read_list
from amends.desk.actions.listing import stop_list, take_in_list, undo_list
from amends.desk.models import Client, ListRow, Person, StaffingFact, Standing, Touch, User
from amends.desk.queries.listing import lists
from amends.desk.rules import Refused
from cast import NOW
from listbag import brought_in, checked, counts, given, matched, refusals, taken_back

if TYPE_CHECKING:
    from amends.desk.models import Branch, ListImport

pytestmark = pytest.mark.usefixtures("firm")
CLIENTS = "id,name,status\n1,North Freight,Active\n2,Blue Harbor,Active\n"
PEOPLE = "contact id,name,email,company\n11,Dana Whitlock,dana@northfreight.example,North Freight\n"
PLACEMENTS = "placement id,company,start date,end date,termination reason\n7,North Freight,1/6/25,1/20/25,Quit\n"
NOTES = "note id,company,date,comments\n21,North Freight,3/3/25,She asked for two more\n"
FOREIGN = "This client is another branch’s. Ask a manager there, or the owner."


def brought_by(user: User, text: str, kind: str) -> ListImport:
    """Bring a list in as somebody."""
    listing = given(text, by=user)
    if listing.status == "matching":
        matched(listing, kind, source="ATS")
    check_list(listing, now=NOW, clock=lambda: NOW)
    take_in_list(listing, by=user, now=NOW)
    read_list(listing, now=NOW, clock=lambda: NOW)
    return listing


@pytest.fixture
def known(harbour: Branch) -> None:
    """Two clients that a schedule brought with all that is told of one, which is Harbour's, and restricted."""
    for text, kind in ((CLIENTS, "clients"), (PEOPLE, "people"), (PLACEMENTS, "placements"), (NOTES, "notes")):
        brought_in(text, kind, source="ATS")
    Client.objects.filter(name="North Freight").update(branch=harbour, is_restricted=True)


def everything() -> list[object]:
    """Return what is kept of clients, people, facts and talks."""
    return [list(model.objects.order_by("pk").values()) for model in (Client, Person, StaffingFact, Touch)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CLIENTS.replace("t,Active", "t,Lost"), "clients"),
        (CLIENTS.replace("name,", "name,deleted,").replace("t,A", "t,yes,A").replace("r,A", "r,no,A"), "clients"),
        (PEOPLE.replace("Dana", "Diana"), "people"),
        (PEOPLE.replace("company\n", "company,deleted\n").replace("Freight\n", "Freight,yes\n"), "people"),
        (PLACEMENTS.replace("1/20/25", "1/13/25"), "placements"),
        (PLACEMENTS.replace("North", "Blue").replace("Freight", "Harbor"), "placements"),
        (PLACEMENTS.replace("reason\n", "reason,deleted\n").replace("Quit", "Quit,yes"), "placements"),
        (NOTES.replace("two", "three"), "notes"),
        (NOTES.replace("North Freight", "Blue Harbor"), "notes"),
        (NOTES.replace("comments\n", "comments,deleted\n").replace("more\n", "more,yes\n"), "notes"),
        (NOTES.replace("21,", "29,"), "notes"),
    ],
)
@pytest.mark.usefixtures("known")
def test_a_list_of_a_manager_leaves_another_branchs_clients_alone(mona: User, text: str, kind: str) -> None:
    before = everything()
    listing = brought_by(mona, text, kind)
    assert (refusals(listing), everything()) == ([(2, FOREIGN)], before)


@pytest.mark.usefixtures("known")
def test_the_same_list_does_it_for_who_manages_them(alice: User) -> None:
    assert counts(brought_by(alice, NOTES.replace("two", "three"), "notes")) == (0, 1, 0, 0, 0)


@pytest.mark.usefixtures("known")
def test_only_an_owner_erases_by_a_list(mona: User, alice: User, riverside: Branch) -> None:
    Client.objects.update(branch=riverside)
    gone = "contact id,name,anonymised,company\n11,Dana Whitlock,yes,North Freight\n"
    listing = brought_by(mona, gone, "people")
    told = "Anonymised over there. Only an owner erases people: ask one to bring this list in."
    assert (refusals(listing), Person.objects.count()) == ([(2, told)], 1)
    assert ListRow.objects.get(listing=listing).raw == {}
    assert counts(brought_by(alice, gone, "people")) == (0, 0, 0, 1, 0)
    assert Person.objects.count() == 0
    assert counts(brought_by(alice, gone, "people")) == (0, 0, 1, 0, 0)  # the next night has nothing to say of it


@pytest.mark.parametrize("kind", ["clients", "placements", "notes"])
@pytest.mark.usefixtures("known")
def test_no_word_is_kept_of_what_was_anonymised_over_there(kind: str) -> None:
    text = {
        "clients": "id,name,anonymised\n1,North Freight,yes\n",
        "placements": "placement id,company,start date,anonymised\n7,North Freight,1/6/25,yes\n",
        "notes": "note id,company,date,comments,anonymised\n21,North Freight,3/3/25,She asked,yes\n",
    }[kind]
    listing = brought_in(text, kind, source="ATS")
    [row] = ListRow.objects.filter(listing=listing)
    assert (row.raw, row.outcome, "asked" in str(row.changes)) == ({}, "removed", False)
    taken_back(listing)
    assert Client.objects.get(name="North Freight").standing == Standing.CLIENT
    assert [touch.summary for touch in Touch.objects.all()] == ["" if kind == "notes" else "She asked for two more"]
    assert StaffingFact.objects.count() == 2


def test_a_manager_of_a_branch_sees_and_moves_their_own_lists(mona: User, alice: User) -> None:
    listing, own = checked(CLIENTS, "clients"), given(PEOPLE, by=mona)
    for move in (take_in_list, stop_list, undo_list):
        with pytest.raises(Refused, match="Somebody else brought this list"):
            move(listing, by=mona, now=NOW)
    assert [list(lists(user)) for user in (mona, alice)] == [[own], [own, listing]]
    User.objects.filter(pk=mona.pk).update(branch=None)
    mona.refresh_from_db()
    assert list(lists(mona)) == [own, listing]
