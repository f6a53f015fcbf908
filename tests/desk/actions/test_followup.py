"""Check-ins are bound to the client: laid down, put off by contact, brought back, and ended by a goodbye."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status, Step
from amends.desk import tasks
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.case_join import join_case
from amends.desk.actions.check_in import check_in
from amends.desk.actions.followup import back_where_overdue, finish_followup, move_followup, schedule_followup
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.meeting import hold_next_meeting
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.actions.reading import Job, letter_of
from amends.desk.actions.talk import record_talk
from amends.desk.models import Case, Event, Firm, FollowUp, Holiday, Meeting, Message
from amends.desk.rules import Refused
from amends.sources import Skipped
from amends.sources.rfc822 import mail_from
from cast import NOW, a_client, person_at, told, upset

if TYPE_CHECKING:
    from datetime import date

    from amends.desk.models import Branch, User

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
TODAY = NOW.date()  # a Monday
SOON = TODAY + 3 * DAY
GARY, BOB = "gary@north.example", "bob@alder.example"


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    north = a_client(looked_after_by=bob, branch=riverside)
    found = upset(bob, north, person=person_at(north, GARY))
    Case.objects.update(fixed_at=NOW)
    found.refresh_from_db()
    return found


def laid_down(case: Case, bob: User, due_on: date = SOON, **more: object) -> FollowUp:
    told = {"number": 6, "of": 11, **more}
    return schedule_followup(case.client, due_on, by=bob, now=NOW, case=case, **told)  # type: ignore[arg-type]  # as each test says


def day_of(followup: FollowUp) -> date:
    followup.refresh_from_db()
    return followup.due_on


def comes(sender: str, to: str, *headers: str, at: datetime = NOW, kind: str = "text/plain", body: str = "Hi.") -> None:
    """Take in one mail."""
    lines = (f"From: {sender}", f"To: {to}", f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}", "Subject: Shifts", *headers)
    lines = (*lines, f"Message-ID: <{sender}{at.timestamp()}@test>", f"Content-Type: {kind}", "", body)
    mail = mail_from("\n".join(lines).encode(), "inbox")
    assert not isinstance(mail, Skipped)
    letter = letter_of(mail, Job((), "", frozenset({"alder.example"}), NOW - 900 * DAY, NOW + 900 * DAY, UTC))
    assert letter
    keep_messages([letter], now=NOW)


@pytest.mark.parametrize(("severity", "days"), [(1, 2), (2, 2), (3, 1), (5, 1)])
def test_who_was_hurt_more_is_asked_sooner(case: Case, bob: User, severity: int, days: int) -> None:
    Case.objects.filter(pk=case.pk).update(severity=severity)
    case.refresh_from_db()
    finish_step(case, Step.FIX, by=bob, now=NOW)
    assert FollowUp.objects.get().due_on == TODAY + days * DAY


def test_the_day_is_the_firms_own_wherever_it_is_asked_from(case: Case, bob: User) -> None:
    Firm.objects.update(zone="Pacific/Kiritimati")  # there it is Tuesday already
    Holiday.objects.create(on=TODAY + 2 * DAY)
    finish_step(case, Step.FIX, by=bob, now=NOW)
    assert FollowUp.objects.get().due_on == TODAY + 3 * DAY


@pytest.mark.parametrize(("sender", "to"), [(GARY, BOB), (BOB, GARY)])
def test_mail_either_way_begins_the_wait_anew(case: Case, bob: User, sender: str, to: str) -> None:
    coming = laid_down(case, bob)
    comes(sender, to)
    assert day_of(coming) == TODAY + 2 * WEEK
    comes(sender, to, at=NOW + timedelta(minutes=1))  # and again: nothing is to be written
    assert len(told("move_followup")) == 1
    assert Event.objects.get(verb="move_followup").by is None


def test_what_a_program_wrote_is_no_contact(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    comes(GARY, BOB, "Auto-Submitted: auto-replied")
    assert Message.objects.count() == 1
    assert day_of(coming) == SOON


def test_old_mail_that_is_read_late_changes_nothing(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    comes(GARY, BOB, at=NOW - 20 * DAY)
    assert day_of(coming) == SOON


def test_who_writes_every_day_is_asked_all_the_same(case: Case, bob: User) -> None:
    coming = laid_down(case, bob, TODAY + 2 * WEEK)
    for days in range(0, 40, 3):
        at = NOW + days * DAY
        record_talk(case.client, "call", by=bob, now=at)
    assert day_of(coming) == TODAY + 4 * WEEK  # twice the wait since it was fixed


def test_a_meeting_that_was_held_is_contact(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    hour = NOW - timedelta(hours=3)
    told = {"organizer": GARY, "attendees": {BOB: "ACCEPTED"}, "starts_at": hour, "ends_at": hour, "due_at": hour}
    Meeting.objects.create(client=case.client, uid="a", stamped_at=hour, **told)
    assert hold_next_meeting(now=NOW)
    assert day_of(coming) == TODAY + 2 * WEEK


def test_a_call_counts_from_the_day_of_the_call(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    record_talk(case.client, "call", by=bob, now=NOW, at=NOW - 4 * DAY)
    assert day_of(coming) == TODAY + 10 * DAY


def test_a_planned_call_stays_at_its_hour(case: Case, bob: User) -> None:
    coming = laid_down(case, bob, TODAY + 3 * WEEK)
    FollowUp.objects.update(call_at=NOW + 3 * WEEK)
    record_talk(case.client, "call", by=bob, now=NOW + 2 * WEEK)
    assert day_of(coming) == TODAY + 3 * WEEK
    promise = make_promise(case.client, "A roster", due_at=NOW, by=bob, now=NOW)
    keep_promise(promise, by=bob, now=NOW + DAY)
    assert (day_of(coming), coming.number, coming.call_at) == (TODAY + 3 * WEEK, 1, NOW + 3 * WEEK)
    finish_step(case, Step.FIX, by=bob, now=NOW)
    assert day_of(coming) == TODAY + 3 * WEEK


def test_on_another_day_the_hour_holds_no_more(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    FollowUp.objects.update(call_at=NOW + 3 * DAY, minutes=20, number=1)
    coming.refresh_from_db()
    move_followup(coming, SOON + DAY, by=bob, now=NOW, number=1, of=11)
    assert (coming.call_at, coming.minutes, coming.sequence) == (None, None, 1)


def test_a_promise_kept_late_brings_the_weekly_ones_back(case: Case, bob: User) -> None:
    coming = laid_down(case, bob, TODAY + 4 * WEEK, number=9)
    promise = make_promise(case.client, "A roster", due_at=NOW + DAY, by=bob, now=NOW)
    keep_promise(promise, by=bob, now=NOW + DAY + timedelta(hours=3))  # still that day
    assert (day_of(coming), coming.number) == (TODAY + 4 * WEEK, 9)
    late = make_promise(case.client, "A list", due_at=NOW + DAY, by=bob, now=NOW)
    keep_promise(late, by=bob, now=NOW + 2 * DAY)
    assert (day_of(coming), coming.number) == (TODAY + 9 * DAY, 1)


def test_a_promise_that_passed_its_day_unnoticed_does_so_too(case: Case, bob: User) -> None:
    coming = laid_down(case, bob, TODAY + 4 * WEEK, number=9)
    make_promise(case.client, "A roster", due_at=NOW + DAY, by=bob, now=NOW)
    worker = tasks.Worker()
    assert not tasks.ask_again(worker, NOW + DAY + timedelta(hours=3))  # its day is not over
    assert tasks.ask_again(worker, NOW + 2 * DAY)
    assert (day_of(coming), coming.number) == (TODAY + 9 * DAY, 1)
    assert back_where_overdue(NOW + 3 * DAY) == 0
    finish_followup(coming, by=bob, now=NOW + 9 * DAY)
    after = laid_down(case, bob, TODAY + 5 * WEEK)
    assert back_where_overdue(NOW + 10 * DAY) == 0  # they were asked since
    assert day_of(after) == TODAY + 5 * WEEK


def test_check_ins_outlive_the_recovery(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    comes(GARY, BOB)
    assert day_of(coming) == TODAY + 2 * WEEK
    after = check_in(coming, by=bob, now=NOW, kind="call", words="Fine.", holds=True, next_on=TODAY + 2 * WEEK)
    assert after is not None
    assert (after.number, after.case) == (7, case)


def test_who_was_let_go_is_asked_no_more_and_greeted_all_the_same(case: Case, bob: User) -> None:
    laid_down(case, bob)
    hello = schedule_followup(case.client, TODAY + 90 * DAY, by=bob, now=NOW, case=case)
    planned = laid_down(case, bob)
    FollowUp.objects.filter(pk=planned.pk).update(call_at=NOW + 3 * DAY)
    move_case(case, Status.PARTED, by=bob, now=NOW)
    assert set(FollowUp.objects.all()) == {hello, planned}
    assert [before["due_on"] for before, _ in told("drop_followup")] == [SOON.isoformat()]


def test_of_two_recoveries_that_become_one_one_check_in_stays(case: Case, bob: User) -> None:
    later = laid_down(case, bob, SOON + WEEK)
    other = upset(bob, case.client)
    sooner = laid_down(other, bob, SOON)
    join_case(other, case, by=bob, now=NOW)
    assert [(one.pk, one.case) for one in FollowUp.objects.all()] == [(sooner.pk, case)]
    assert not FollowUp.objects.filter(pk=later.pk).exists()


def test_a_check_in_is_done_once(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    finish_followup(coming, by=bob, now=NOW, feeling=4)
    with pytest.raises(Refused, match="This check-in was done already"):
        finish_followup(coming, by=bob, now=NOW, feeling=2)
    coming.refresh_from_db()
    assert coming.feeling == 4
