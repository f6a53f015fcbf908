"""The worker does what is due, in order of who waits; several share the work, and none of it is lost with one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from amends.desk import clock, tasks
from amends.desk.actions.health import touch_health
from amends.desk.actions.intake import begin_import
from amends.desk.actions.lease import LEASE
from amends.desk.models import Client, ImportStatus
from amends.desk.tasks import Worker
from cast import NOW, WAITS, a_client, a_found_client, assessed, at
from mailbag import looked_through, mail, mbox, received
from nursery import OwnDesk, kills

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import Firm

LETTERS = mbox(mail("Can you send two people?", id="a", at=NOW - timedelta(days=3)))
KILLS = kills(1 / 8)
ALL_DONE = {
    "unassessed": 0,
    "undrawn": 0,
    "points": [6],
    "leased": 0,
    "signals": [1],
    "cleared": 0,
    "waiting": [1],
    "days": [2],  # today, and the one week since they first wrote
    "events": 0,
}


def due(name: str, minutes: int, **fields: Any) -> Client:
    return a_client(*WAITS, name=name, assess_due_at=NOW - timedelta(minutes=minutes), **fields)


def assessed_names() -> set[str]:
    return set(Client.objects.exclude(assessed_at=None).values_list("name", flat=True))


@pytest.mark.django_db
def test_a_desk_without_a_firm_has_nothing_to_do() -> None:
    assert Worker().work_once(NOW) is False


@pytest.mark.usefixtures("firm")
def test_who_has_been_due_for_longest_comes_first() -> None:
    due("Later", 5), due("First", 9), due("Last", 1), due("Not yet", -1)
    done = []
    while tasks.assess_due(Worker(), NOW):
        done.append(sorted(assessed_names()))
    assert done == [["First"], ["First", "Later"], ["First", "Last", "Later"]]
    assert set(Client.objects.values_list("leased_until", flat=True)) == {None}


@pytest.mark.usefixtures("firm")
def test_what_another_worker_holds_is_left_until_its_lease_has_run_out() -> None:
    due("Held", 9, leased_until=NOW + LEASE)
    assert tasks.assess_due(Worker(), NOW) is False
    assert tasks.assess_due(Worker(), NOW + LEASE) is False
    assert tasks.assess_due(Worker(), NOW + LEASE + timedelta(seconds=1)) is True
    assert assessed_names() == {"Held"}


@pytest.mark.usefixtures("firm")
def test_every_client_is_due_at_the_firms_night_and_strangers_are_not() -> None:
    north, other = assessed(*WAITS), a_found_client(*WAITS)
    new = a_client(*WAITS, name="New")
    night, worker = at("11 Mar 02:00"), Worker()
    while worker.work_once(NOW):
        continue
    assert assessed_names() == {"North", "New"}
    Client.objects.filter(pk=new.pk).update(assess_due_at=None)
    while worker.work_once(night):
        continue
    moments = dict(Client.objects.values_list("pk", "assessed_at"))
    assert moments == {north.pk: night, new.pk: night, other.pk: None}


@pytest.mark.usefixtures("firm")
def test_the_past_is_drawn_when_nothing_else_is_due() -> None:
    mild, bad = due("Mild", 9), due("Bad", 1)
    worker, seen = Worker(), []
    while worker.work_once(NOW):
        seen.append(sorted(Client.objects.exclude(drawn_until=None).values_list("name", flat=True)))
    assert seen == [[], [], ["Mild"], ["Bad", "Mild"]]
    assert (mild.days.count(), bad.days.count()) == (2, 2)
    assert worker.rests["draw_past"] == NOW + tasks.DRAWN_REST


@pytest.mark.usefixtures("firm")
def test_drawing_stops_when_the_worker_must() -> None:
    a_client("1 Sep 2024 09:00 client: Hello.", assessed_at=NOW, assess_due_at=NOW + timedelta(days=1))
    worker = Worker()
    worker.stop.set()
    assert tasks.draw_past(worker, NOW) is True
    client = Client.objects.get()
    assert (client.drawn_until, client.days.count(), client.leased_until) == (date(2025, 2, 3), 5, None)


@pytest.mark.usefixtures("firm")
def test_a_file_is_looked_through_before_anything_else_and_then_waits_for_a_person() -> None:
    due("North", 9)
    mailing, worker = received(LETTERS), Worker()
    assert worker.work_once(NOW) is True
    mailing.refresh_from_db()
    assert (mailing.status, mailing.total, assessed_names()) == (ImportStatus.READY, 1, set())
    assert worker.work_once(NOW) is True
    assert assessed_names() == {"North"}


@pytest.mark.usefixtures("firm")
def test_a_file_is_read_in_turns_with_due_clients(settings: Settings) -> None:
    settings.CLOCK_OFFSET = NOW - clock.now()
    due("North", 9), due("South", 9)
    mailing = looked_through(LETTERS)
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    assert Worker().work_once(NOW) is True
    mailing.refresh_from_db()
    assert (mailing.status, mailing.kept) == (ImportStatus.DONE, 1)
    assert assessed_names() >= {"North", "South"}


@pytest.mark.usefixtures("firm")
def test_a_worker_that_must_stop_begins_no_client() -> None:
    due("North", 9)
    mailing, worker = looked_through(LETTERS), Worker()
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    worker.stop.set()
    assert worker.work_once(NOW) is True
    assert assessed_names() == set()


def test_what_is_older_than_the_firm_keeps_is_forgotten_by_night(firm: Firm) -> None:
    firm.keep_years = 1
    firm.save()
    north = assessed("1 Feb 2024 09:00 client: Long ago.", "1 Feb 2025 09:00 client: Lately.")
    while Worker().work_once(NOW):
        continue
    assert [message.text for message in north.messages.all()] == ["", "Lately."]


def after_lease(change: Callable[[], object]) -> Callable[..., Any]:
    """Do something right after a worker has taken its lease."""

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if (
            sql.startswith('UPDATE "desk_client" SET "leased_until" = ')
            and "assess_due_at" in sql.partition("WHERE")[0]
        ):
            change()
        return result

    return watch


@pytest.mark.usefixtures("firm")
def test_a_client_deleted_meanwhile_is_nobodys_work() -> None:
    due("Gone", 9)
    with connection.execute_wrapper(after_lease(lambda: Client.objects.all().delete())):
        assert tasks.assess_due(Worker(), NOW) is True
    assert Worker().work_once(NOW) is False


@pytest.mark.usefixtures("firm")
def test_what_changes_while_a_client_is_looked_at_is_looked_at_again() -> None:
    north = due("North", 9)

    def touch() -> None:
        touch_health([north.pk], now=NOW)

    with connection.execute_wrapper(after_lease(touch)):
        tasks.assess_due(Worker(), NOW)
    north.refresh_from_db()
    assert (north.assessed_at, north.assess_due_at, north.leased_until) == (None, NOW, None)
    assert tasks.assess_due(Worker(), NOW) is True
    assert assessed_names() == {"North"}


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("count", [1, 3])
def test_a_due_client_takes_as_many_queries_among_three(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        due(f"N{number}", 9)
    while tasks.assess_due(Worker(), NOW):  # the first time writes what is new
        continue
    Client.objects.update(assess_due_at=NOW)
    with django_assert_num_queries(25):
        tasks.assess_due(Worker(), NOW)


def test_nothing_is_lost_or_doubled_when_workers_are_killed(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.run("fill", 120)
    told = desk.run("kill", KILLS, 1)
    left, held = told.pop("left"), told.pop("held")
    assert left[-1] < left[0]  # they did work
    assert held > 0  # and were cut off in the midst of it
    assert told == ALL_DONE


def test_several_workers_share_the_work(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.run("fill", 60)
    done = desk.run("share", 3)
    assert (len(done), sum(done)) == (3, 60)
    assert sum(one > 0 for one in done) > 1


def test_a_database_that_is_not_to_be_had_is_waited_for(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.run("fill", 20)
    told = desk.run("held_up", "locked" if connection.vendor == "sqlite" else "cut off")
    assert told["said"].startswith("The database or the disk does not take it: ")
    assert told["said"].endswith(". Trying again soon.")
    assert (told["unassessed"], told["signals"], told["waiting"]) == (0, [1], [1])


def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path, is_sqlite=True)
    desk.run("fill", 80)
    told = desk.run("held_up", "full")
    sentence = "The database or the disk does not take it: database or disk is full. Trying again soon."
    assert (told["said"], told["unassessed"], told["signals"]) == (sentence, 0, [1])


def test_a_row_that_breaks_the_rules_does_not_stop_the_others(tmp_path: Path) -> None:
    desk = OwnDesk.at(tmp_path)
    desk.run("fill", 5)
    told = desk.run("held_up", "broken")
    assert told["said"] == "A piece of work failed; its row is taken up again when its lease has run out."
    assert (told["unassessed"], told["signals"], told["waiting"]) == (0, [1], [1])


@pytest.mark.usefixtures("firm")
def test_drawing_a_client_deleted_meanwhile_is_nobodys_work() -> None:
    a_client(*WAITS, assessed_at=NOW)

    def gone(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if sql.startswith('UPDATE "desk_client" SET "leased_until" = '):
            Client.objects.all().delete()
        return result

    with connection.execute_wrapper(gone):
        assert tasks.draw_past(Worker(), NOW) is True
    assert Client.objects.count() == 0
