"""What undoing a long list would do is counted by a worker, while nobody waits for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk import clock, tasks
from amends.desk.actions.list_undo import count_undoing, undo_further
from amends.desk.actions.listing import ask_for_undoing, undo_list
from amends.desk.models import Client, ListImport, ListStatus, StaffingFact
from amends.desk.queries import undo
from amends.desk.queries.undo import undoing_of
from amends.desk.rules import Refused
from cast import NOW
from listbag import CLIENTS, brought_in, checked

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.usefixtures("firm")
PLACEMENTS = "placement id,company,start date\n"


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> ListImport:
    """A list that is too long to be counted while somebody waits."""
    monkeypatch.setattr(undo, "COUNTED_AT_ONCE", 2)
    monkeypatch.setattr(undo, "SLICE", 2)
    return brought_in(CLIENTS)


def test_a_worker_counts_a_long_list(long: ListImport) -> None:
    assert undoing_of(long) is None
    ask_for_undoing(long, by=None, now=NOW)
    Client.objects.filter(name="Old Mill").update(name="New Mill")
    assert tasks.work_on_list(tasks.Worker(), clock.now())
    long.refresh_from_db()
    told = undoing_of(long)
    assert told is not None
    assert (told.removed, told.stays, long.status, long.leased_until) == (
        {"client": 2, "clientkey": 2}, 1, ListStatus.DONE, None
    )  # fmt: skip
    undo_list(long, by=None, now=NOW)
    undo_further(long, now=NOW, clock=lambda: NOW)
    assert (Client.objects.count(), {"would", "counting"} & set(long.looks)) == (1, set())


def test_it_is_counted_anew_where_a_worker_had_to_stop_or_another_has_it(long: ListImport) -> None:
    ask_for_undoing(long, by=None, now=NOW)
    other = ListImport.objects.get(pk=long.pk)
    assert count_undoing(long, now=NOW, clock=lambda: NOW, between=lambda: False)
    assert ("would" in long.looks, long.leased_until) == (False, None)

    def goes_on() -> bool:
        assert not count_undoing(other, now=NOW)  # it is leased
        undo_list(other, by=None, now=NOW)  # and somebody does not wait for the counts
        return True

    assert count_undoing(long, now=NOW, clock=lambda: NOW, between=goes_on)
    assert (long.status, "would" in long.looks) == (ListStatus.UNDOING, False)


def test_nothing_is_counted_of_what_was_not_taken_in() -> None:
    with pytest.raises(Refused):
        ask_for_undoing(checked(CLIENTS), by=None, now=NOW)


def test_what_a_list_removed_is_judged_in_as_many_queries_however_much_it_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def removed(rows: int) -> ListImport:
        text = "placement id,company,start date,deleted\n"
        some = [f"{n},North,1/{n + 1}/25," for n in range(rows)]
        brought_in(text + "no\n".join([*some, ""]), "placements", source=f"S{rows}")
        return brought_in(text + "yes\n".join([*some, ""]), "placements", source=f"S{rows}")

    few, many = removed(1), removed(9)
    for listing, count in ((few, 1), (many, 9)):
        with django_assert_num_queries(12):
            told = undoing_of(listing)
        assert told is not None
        assert told.restored == count
    assert StaffingFact.objects.count() == 0


def test_what_was_not_taken_goes_when_a_list_is_undone() -> None:
    listing = brought_in(CLIENTS + "4,,Active,\n")
    assert listing.rows.count() == 4
    undo_list(listing, by=None, now=NOW)
    undo_further(listing, now=NOW, clock=lambda: NOW)
    assert listing.rows.count() == 0


def test_somebody_else_undoing_it_meanwhile_is_noticed() -> None:
    listing = brought_in(CLIENTS)
    undo_list(listing, by=None, now=NOW)

    def taken() -> bool:
        ListImport.objects.filter(pk=listing.pk).update(status=ListStatus.UNDONE)
        return True

    assert undo_further(listing, now=NOW, clock=lambda: NOW, between=taken)
    assert listing.status == ListStatus.UNDONE


def test_what_was_changed_is_taken_back_in_as_many_statements_for_many_rows_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    told = {}
    for count in (2, 40):
        head, rows = "placement id,company,start date,rating\n", range(count)
        brought_in(head + "".join(f"{count}-{n},North,1/6/25,2\n" for n in rows), "placements", source="ATS")
        before = sorted(StaffingFact.objects.values_list("external_id", "count", "value", "days"))
        changed = brought_in(head + "".join(f"{count}-{n},North,1/7/25,5\n" for n in rows), "placements", source="ATS")
        assert changed.changed == count
        undo_list(changed, by=None, now=NOW)
        with django_assert_max_num_queries(60) as captured:
            undo_further(changed, now=NOW, clock=lambda: NOW)
        assert sorted(StaffingFact.objects.values_list("external_id", "count", "value", "days")) == before
        told[count] = len(captured)
    assert told[2] == told[40]
