"""Lists from an ATS: what is taken in, what a second list changes, what is refused, and what undoing takes back."""

from __future__ import annotations

from typing import Any

import pytest

from amends.desk.models import Client, ClientKey, ListSource, ListStatus
from amends.desk.queries.listing import matching_of
from listbag import CLIENTS, brought_in, checked, counts, given, matched, taken_back

pytestmark = pytest.mark.usefixtures("firm")


def clients() -> list[tuple[Any, ...]]:
    return list(Client.objects.order_by("pk").values_list("name", "standing"))


def test_a_list_of_clients_is_taken_in_and_coming_again_changes_nothing() -> None:
    first = brought_in(CLIENTS)
    assert counts(first) == (3, 0, 0, 0, 0)
    assert clients() == [("North Freight", "client"), ("Blue Harbor", "found"), ("Old Mill", "past")]
    assert sorted(ClientKey.objects.values_list("key", flat=True)) == ["blueharbor.example", "northfreight.example"]
    again = brought_in(CLIENTS)
    assert counts(again) == (0, 0, 3, 0, 0)
    assert Client.objects.count() == 3


def test_checking_writes_nothing() -> None:
    listing = checked(CLIENTS)
    assert (listing.status, listing.total, counts(listing)) == (ListStatus.CHECKED, 3, (3, 0, 0, 0, 0))
    assert Client.objects.count() == 0


def test_the_columns_are_asked_for_once() -> None:
    assert given(CLIENTS).status == ListStatus.MATCHING
    brought_in(CLIENTS)
    assert given(CLIENTS).status == ListStatus.CHECKING


def test_a_check_counts_who_would_be_made_once_however_many_rows_name_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.list_read.BATCH", 2)
    people = "id,first name,last name,email,company\n" + "".join(
        f"{number},Gary,Cole {number},gary{number}@north.example,{company}\n"
        for number, company in enumerate(["North", "North", "North", "Blue Harbor"])
    )
    listing = checked(people, "people")
    assert listing.looks["makes"] == {"found": 2, "people": 4}
    brought_in(people, "people")
    assert checked(people, "people").looks["makes"] == {"people": 0}


PLAIN = "client,worker,start date,end date\nNorth Freight,Ann Lee,2025-01-02,2025-02-03\n"


def proposed(text: str) -> tuple[str, str, str]:
    seen = matching_of(given(text))
    return seen.preset, seen.kind, seen.source


def test_a_plain_list_is_of_the_program_used_last() -> None:
    assert proposed(PLAIN) == ("generic", "placements", "Another program")
    matched(given(CLIENTS), source="Bullhorn North")
    ListSource.objects.update(preset="bullhorn")
    assert proposed(PLAIN) == ("bullhorn", "placements", "Bullhorn North")
    ListSource.objects.update(preset="generic")
    assert proposed(PLAIN) == ("generic", "placements", "Another program")


def test_undoing_takes_all_of_it_back() -> None:
    listing = taken_back(brought_in(CLIENTS))
    assert (listing.status, Client.objects.count(), listing.rows.count()) == (ListStatus.UNDONE, 0, 0)
