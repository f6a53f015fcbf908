"""Lists from an ATS: what is taken in, what a second list changes, what is refused, and what undoing takes back."""

from __future__ import annotations

from typing import Any

import pytest

from amends.desk.models import Client, ClientKey, ListStatus
from listbag import CLIENTS, brought_in, checked, counts, given, taken_back

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


def test_undoing_takes_all_of_it_back() -> None:
    listing = taken_back(brought_in(CLIENTS))
    assert (listing.status, Client.objects.count(), listing.rows.count()) == (ListStatus.UNDONE, 0, 0)
