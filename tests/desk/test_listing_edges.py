"""Lists in trouble: files that break off, full disks, workers that stop, people who act at once, and who may not."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk import clock, tasks
from amends.desk.actions import list_read
from amends.desk.actions.list_read import check_list, look_at_list, read_list
from amends.desk.actions.list_undo import undo_further
from amends.desk.actions.listing import (
    change_columns,
    fail_list,
    match_columns,
    receive_list,
    stop_list,
    take_in_list,
    undo_list,
)
from amends.desk.models import Client, Firm, ListImport, ListStatus
from amends.desk.queries.listing import progress_of
from amends.desk.queries.safety import findings
from amends.desk.rules import Refused
from cast import NOW
from listbag import CLIENTS, brought_in, checked, counts, given

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("firm")


def many(rows: int) -> str:
    return "id,name\n" + "".join(f"{n},Client {n}\n" for n in range(rows))


def again(listing: ListImport) -> ListImport:
    return ListImport.objects.get(pk=listing.pk)


def test_who_may_not_manage_does_nothing(bob: User, tmp_path: Path) -> None:
    listing = checked(CLIENTS)
    for move in (take_in_list, stop_list, undo_list, change_columns):
        with pytest.raises(Refused):
            move(listing, by=bob, now=NOW)
    with pytest.raises(Refused):
        receive_list("a.csv", tmp_path, 1, by=bob, now=NOW)


def test_a_move_that_comes_too_late_is_refused() -> None:
    done = brought_in(CLIENTS)
    for move in (take_in_list, stop_list, change_columns):
        with pytest.raises(Refused):
            move(done, by=None, now=NOW)
    with pytest.raises(Refused):
        undo_list(checked(CLIENTS), by=None, now=NOW)
    said = {"preset": "generic", "kind": "clients", "columns": {"name": "name"}, "options": {}}
    with pytest.raises(Refused):
        match_columns(done, source="ATS", **said, by=None, now=NOW)  # type: ignore[arg-type]  # a test's short form
    lacking = {**said, "columns": {"name": "no such column"}}
    with pytest.raises(Refused, match="Name"):
        match_columns(checked(CLIENTS), source="ATS", **lacking, by=None, now=NOW)  # type: ignore[arg-type]  # the same
    with pytest.raises(Refused, match="where the list comes from"):
        match_columns(done, source=" ", **said, by=None, now=NOW)  # type: ignore[arg-type]  # the same
    fail_list(done, "Late.", now=NOW)
    assert again(done).status == ListStatus.DONE


def test_a_worker_that_must_stop_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_read, "BATCH", 2)
    listing = given(many(5))
    stop_at_once: dict[str, Any] = {"now": NOW, "clock": lambda: NOW, "between": lambda: False}
    checked_list = checked(many(5))
    assert (counts(checked_list), checked_list.status) == ((5, 0, 0, 0, 0), ListStatus.CHECKED)
    ListImport.objects.filter(pk=checked_list.pk).update(status=ListStatus.CHECKING)
    check_list(checked_list, **stop_at_once)
    assert (checked_list.status, checked_list.read) == (ListStatus.CHECKING, 2)
    check_list(checked_list, now=NOW, clock=lambda: NOW)
    take_in_list(checked_list, by=None, now=NOW)
    read_list(checked_list, **stop_at_once)
    assert (Client.objects.count(), checked_list.leased_until) == (2, None)
    assert progress_of(checked_list, NOW + timedelta(seconds=2)).left == timedelta(seconds=3)
    read_list(checked_list, now=NOW, clock=lambda: NOW)
    assert (Client.objects.count(), counts(checked_list)) == (5, (5, 0, 0, 0, 0))
    undo_list(checked_list, by=None, now=NOW)
    undo_further(checked_list, **stop_at_once)
    undo_further(checked_list, now=NOW, clock=lambda: NOW)
    assert (Client.objects.count(), again(listing).status) == (0, ListStatus.MATCHING)


def test_what_another_worker_holds_is_left_alone() -> None:
    listing = checked(CLIENTS)
    take_in_list(listing, by=None, now=NOW)
    ListImport.objects.filter(pk=listing.pk).update(leased_until=NOW + timedelta(minutes=1))
    works = (look_at_list, check_list, read_list, undo_further)
    assert [work(again(listing), now=NOW) for work in works] == [False] * 4
    later = NOW + timedelta(minutes=2)
    taken = again(listing)

    def somebody_else() -> bool:
        ListImport.objects.filter(pk=listing.pk).update(leased_until=later + timedelta(minutes=9))
        return True

    assert read_list(taken, now=later, clock=lambda: later, between=somebody_else) is True
    assert again(listing).status == ListStatus.READING  # who is ahead finishes it


def test_a_full_disk_is_said_and_the_list_goes_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = checked(CLIENTS)
    take_in_list(listing, by=None, now=NOW)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(list_read, "keep_plans", full)
        read_list(listing, now=NOW, clock=lambda: NOW)
    assert (listing.status, listing.problem[:17]) == (ListStatus.FAILED, "The disk is full.")
    take_in_list(listing, by=None, now=NOW)
    read_list(listing, now=NOW, clock=lambda: NOW)
    assert (listing.status, Client.objects.count()) == (ListStatus.DONE, 3)

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    other = checked(CLIENTS)
    take_in_list(other, by=None, now=NOW)
    monkeypatch.setattr(list_read, "keep_plans", broken)
    with pytest.raises(OSError, match="Input/output"):
        read_list(other, now=NOW, clock=lambda: NOW)


def test_a_file_that_is_gone_is_said() -> None:
    listing = given(CLIENTS)
    Path(listing.path).unlink()
    ListImport.objects.filter(pk=listing.pk).update(looks={})
    look_at_list(again(listing), now=NOW)
    assert again(listing).status == ListStatus.FAILED


def test_the_worker_does_all_of_it_and_gives_others_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "TURN", timedelta(0))
    worker, now = tasks.Worker(), clock.now()
    listing = given(CLIENTS, now=now)
    ListImport.objects.filter(pk=listing.pk).update(looks={})
    assert tasks.work_on_list(worker, now) is True
    assert (again(listing).status, tasks.work_on_list(worker, now)) == (ListStatus.MATCHING, False)
    done = checked(CLIENTS, now=now)
    take_in_list(done, by=None, now=now)
    assert tasks.work_on_list(worker, now) is True
    assert (again(done).status, Client.objects.exclude(assessed_at=None).count() > 0) == (ListStatus.DONE, True)
    undo_list(again(done), by=None, now=now)
    worker.stop.set()
    assert tasks.work_on_list(worker, now) is True
    assert again(done).status == ListStatus.UNDOING


def test_the_doctor_names_a_list_that_was_forgotten() -> None:
    checked(CLIENTS, now=NOW - timedelta(days=8))
    assert [one for one in findings(NOW) if "waited for over a week" in one] != []
    assert Firm.objects.count() == 1
