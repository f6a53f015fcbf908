"""Check-ins follow a fix, come weekly again when it is shaken, and mended is said when everything holds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER, Status, Step
from amends.core.mended import Condition, lacking
from amends.core.staffing import FactKind
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.check_in import check_in, explain_orders, hear_agreement, overrule_mended
from amends.desk.actions.followup import begin_followups, finish_followup, move_followup, schedule_followup
from amends.desk.actions.promise import break_promise, keep_promise, make_promise
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import record_fact
from amends.desk.models import Case, Event, FollowUp
from amends.desk.queries.mended import has_missed, mending_of, next_after, record_of
from amends.desk.rules import Refused
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
LATER = NOW + 63 * DAY  # a Monday
TODAY = NOW.date()


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    return upset(bob, a_client(looked_after_by=bob, branch=riverside))


def followed(case: Case, bob: User) -> Case:
    for step in ORDER[:6]:
        finish_step(case, step, by=bob, now=NOW)
    return case


def laid_down(case: Case, bob: User, **more: object) -> FollowUp:
    return schedule_followup(case.client, TODAY, by=bob, now=NOW, case=case, **{"number": 5, "of": 11, **more})  # type: ignore[arg-type]  # as each test says


def asked(followup: FollowUp, bob: User, **more: object) -> FollowUp | None:
    told = {"now": NOW, "kind": "call", "words": "Fine.", "holds": True, **more}
    told = {"next_on": told["now"].date() + 2 * WEEK, **told}  # type: ignore[attr-defined]  # a moment
    return check_in(followup, by=bob, **told)  # type: ignore[arg-type]  # as each test says


def test_a_fix_lays_down_the_first_check_in(case: Case, bob: User) -> None:
    finish_step(case, Step.FIX, by=bob, now=NOW)
    coming = FollowUp.objects.get()
    assert (coming.due_on, coming.number, coming.of, coming.case) == (TODAY + DAY, 1, 11, case)
    assert begin_followups(case, by=bob, now=NOW) is None


@pytest.mark.parametrize("feeling", [1, 2])
def test_who_feels_let_down_is_asked_weekly_again(case: Case, bob: User, feeling: int) -> None:
    coming = asked(laid_down(case, bob), bob, feeling=feeling)
    assert coming is not None
    assert (coming.number, coming.due_on) == (1, TODAY + WEEK)
    assert FollowUp.objects.exclude(done_at=None).get().feeling == feeling


def test_who_feels_good_is_asked_less_often(case: Case, bob: User) -> None:
    coming = asked(laid_down(case, bob), bob, feeling=4)
    assert coming is not None
    assert (coming.number, coming.due_on) == (6, TODAY + 2 * WEEK)


def test_after_a_missed_promise_it_is_weekly_again(case: Case, bob: User) -> None:
    promise = make_promise(case.client, "A roster", due_at=NOW + DAY, by=bob, now=NOW)
    coming = laid_down(case, bob, number=8)
    move_followup(coming, TODAY + 4 * WEEK, by=bob, now=NOW, number=8, of=11)
    break_promise(promise, by=bob, now=NOW)
    coming.refresh_from_db()
    assert (coming.due_on, coming.number) == (TODAY + WEEK, 1)
    assert next_after(coming, NOW) == (1, TODAY + WEEK, 11)
    after = asked(coming, bob, next_on=None)
    assert after is not None
    assert (after.number, after.due_on) == (1, TODAY + WEEK)


def test_a_promise_past_its_day_is_missed(case: Case, bob: User) -> None:
    make_promise(case.client, "A roster", due_at=NOW + DAY, by=bob, now=NOW)
    assert not has_missed(case.client, NOW, NOW)
    assert has_missed(case.client, NOW, NOW + 2 * DAY)


def test_a_missed_promise_leaves_the_hello_after_a_goodbye_on_its_day(case: Case, bob: User) -> None:
    promise = make_promise(case.client, "The last invoice", due_at=NOW + DAY, by=bob, now=NOW)
    hello = schedule_followup(case.client, TODAY + 90 * DAY, by=bob, now=NOW, case=case)
    break_promise(promise, by=bob, now=NOW)
    hello.refresh_from_db()
    assert hello.due_on == TODAY + 90 * DAY


def test_a_hello_to_come_keeps_no_fix_from_being_followed_up(case: Case, bob: User) -> None:
    schedule_followup(case.client, TODAY + 90 * DAY, by=bob, now=NOW, case=case)
    coming = begin_followups(case, by=bob, now=NOW)
    assert coming is not None
    assert (coming.due_on, coming.number) == (TODAY + DAY, 1)


def test_what_was_upset_again_is_asked_a_day_after_the_next_fix(case: Case, bob: User) -> None:
    coming = laid_down(followed(case, bob), bob)
    FollowUp.objects.exclude(pk=coming.pk).delete()
    move_followup(coming, TODAY + 4 * WEEK, by=bob, now=NOW, number=9, of=11)
    move_case(case, Status.OPEN, by=bob, now=NOW)
    coming.refresh_from_db()
    assert (coming.due_on, coming.number) == (TODAY + 4 * WEEK, 1)
    finish_step(case, Step.FIX, by=bob, now=NOW + WEEK)
    coming.refresh_from_db()
    assert (coming.due_on, coming.number) == (TODAY + WEEK + DAY, 1)
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "number", "due_on"),
    [
        ("call", 6, TODAY + 2 * WEEK),
        ("voicemail", 6, TODAY + 3 * DAY),
        ("call", 1, TODAY + 3 * DAY),
    ],
)
def test_a_talk_begins_the_wait_for_the_next_check_in_anew(
    case: Case, bob: User, kind: str, number: int, due_on: date
) -> None:
    coming = laid_down(case, bob)
    move_followup(coming, TODAY + 3 * DAY, by=bob, now=NOW, number=number, of=11)
    record_talk(case.client, kind, by=bob, now=NOW)
    coming.refresh_from_db()
    assert (coming.due_on, coming.number) == (due_on, number)


def test_a_talk_brings_no_check_in_forward(case: Case, bob: User) -> None:
    coming = laid_down(case, bob)
    move_followup(coming, TODAY + 8 * WEEK, by=bob, now=NOW, number=6, of=11)
    record_talk(case.client, "call", by=bob, now=NOW)
    coming.refresh_from_db()
    assert coming.due_on == TODAY + 8 * WEEK


def test_the_next_check_in_lies_ahead(case: Case, bob: User) -> None:
    with pytest.raises(Refused, match="That day has passed"):
        asked(laid_down(case, bob), bob, next_on=TODAY - DAY)
    assert FollowUp.objects.exclude(done_at=None).count() == 0


def test_a_promise_kept_after_its_day_was_missed_too(case: Case, bob: User) -> None:
    promise = make_promise(case.client, "A roster", due_at=NOW + DAY, by=bob, now=NOW)
    keep_promise(promise, by=bob, now=NOW + 2 * DAY)
    assert has_missed(case.client, NOW, NOW + 3 * DAY)
    in_time = make_promise(case.client, "A list", due_at=NOW + 3 * DAY, by=bob, now=NOW)
    keep_promise(in_time, by=bob, now=NOW + 3 * DAY)
    assert not has_missed(case.client, NOW + 3 * DAY, NOW + 4 * DAY)


def test_the_last_check_in_of_a_row_ends_it_once_the_recovery_is_over_unless_it_is_shaken(
    case: Case, bob: User
) -> None:
    Case.objects.update(status=Status.CLOSED)
    case.refresh_from_db()
    assert asked(laid_down(case, bob, number=11), bob, feeling=5) is None
    assert asked(laid_down(case, bob, number=11), bob, feeling=2) is not None


def test_who_is_still_followed_is_asked_on_and_on(case: Case, bob: User) -> None:
    followed(case, bob)
    coming = asked(laid_down(case, bob, number=11), bob, feeling=5, next_on=None)
    assert coming is not None
    assert (coming.number, coming.of, coming.due_on) == (11, 11, TODAY + 4 * WEEK)


def test_without_a_next_day_none_follows_once_it_is_over(bob: User) -> None:
    followup = schedule_followup(a_client(), TODAY, by=bob, now=NOW, of=3)
    assert next_after(followup, NOW) == (2, TODAY + WEEK, 3)
    assert asked(followup, bob, next_on=None, agrees=True) is None


def test_nobody_is_asked_on_a_day_off(case: Case, bob: User) -> None:
    with pytest.raises(Refused, match=r"Nobody works here on Saturday, March 22\. Choose another day\."):
        asked(laid_down(case, bob), bob, next_on=TODAY + 12 * DAY)


def test_a_check_in_begins_the_wait_of_the_others_anew(case: Case, bob: User) -> None:
    other = laid_down(upset(bob, case.client), bob, number=6)
    move_followup(other, TODAY + DAY, by=bob, now=NOW, number=6, of=11)
    asked(laid_down(case, bob), bob)
    other.refresh_from_db()
    assert other.due_on == TODAY + 2 * WEEK


def test_what_was_done_is_not_moved(case: Case, bob: User) -> None:
    followup = laid_down(case, bob)
    with pytest.raises(Refused, match="A feeling is one of five"):
        finish_followup(followup, by=bob, now=NOW, feeling=6)
    finish_followup(followup, by=bob, now=NOW)
    with pytest.raises(Refused, match="This check-in was done already"):
        move_followup(followup, TODAY, by=bob, now=NOW, number=1, of=1)


def held(case: Case, bob: User) -> Case:
    """Let everything happen that mended takes."""
    followed(case, bob)
    for number in range(8):
        promise = make_promise(case.client, f"Roster {number}", due_at=NOW + DAY, by=bob, now=NOW, case=case)
        keep_promise(promise, by=bob, now=NOW + DAY)
    asked(FollowUp.objects.get(), bob, feeling=4, next_on=TODAY + WEEK)
    asked(FollowUp.objects.get(done_at=None), bob, feeling=5, agrees=True, now=LATER)
    return explain_orders(case, " As before,\n says Sam. ", by=bob, now=LATER)


def test_what_held_is_mended(case: Case, bob: User) -> None:
    held(case, bob)
    case.refresh_from_db()
    assert lacking(mending_of(case, LATER)) == []
    assert (case.orders_explained, case.agrees_it_is_mended_at) == ("As before, says Sam.", LATER)
    finish_step(case, Step.FOLLOW_UP, by=bob, now=LATER)
    assert case.status == Status.MENDED
    move_case(case, Status.OPEN, by=bob, now=LATER)
    assert (case.orders_explained, case.agrees_it_is_mended_at, case.mended_anyway) == ("", None, "")


def test_what_lacks_is_said(case: Case, bob: User) -> None:
    followed(case, bob)
    with pytest.raises(Refused, match=r"It is not mended yet\. No promise has fallen due since\. 8 more"):
        finish_step(case, Step.FOLLOW_UP, by=bob, now=LATER)
    assert not case.steps.filter(step=Step.FOLLOW_UP).exists()


def test_a_late_promise_ends_the_run(case: Case, bob: User) -> None:
    held(case, bob)
    late = make_promise(case.client, "One more", due_at=NOW + DAY, by=bob, now=NOW)
    keep_promise(late, by=bob, now=NOW + 3 * DAY)
    make_promise(case.client, "Still open", due_at=NOW + 5 * DAY, by=bob, now=NOW)
    assert record_of(case, LATER).kept == [*[True] * 8, False, False]


def test_the_same_failure_again_begins_the_sixty_days_anew(case: Case, bob: User) -> None:
    Case.objects.update(theme="billing")
    case.refresh_from_db()
    assert record_of(case, LATER).failed_at == case.call_back_by
    again = upset(bob, case.client)
    Case.objects.filter(pk=again.pk).update(theme="billing", opened_at=NOW + 20 * DAY)
    assert record_of(case, LATER).failed_at == NOW + 20 * DAY
    finish_followup(laid_down(case, bob), by=bob, now=NOW + 30 * DAY, holds=False)
    assert record_of(case, LATER).failed_at == NOW + 30 * DAY


def test_orders_and_pulses_that_were_written_down_count(case: Case, bob: User) -> None:
    for week in range(1, 9):
        record_fact(case.client, FactKind.ORDER, by=bob, now=NOW, at=NOW - week * WEEK, count=3)
    record_fact(case.client, FactKind.PULSE, by=bob, now=LATER, at=NOW + DAY, value=Decimal(4))
    record = record_of(case, LATER)
    assert (record.orders.many, record.orders.usual, record.pulses) == (8, 2.0, [4])
    [orders] = [one for one in mending_of(case, LATER) if one.condition is Condition.ORDERS]
    assert orders.text == "They order 0 % of what they used to. It has to be 80 %, or there is a reason."


def test_a_manager_may_say_that_it_is_mended_anyway(case: Case, bob: User, mona: User) -> None:
    followed(case, bob)
    with pytest.raises(Refused, match="You may look at this"):
        overrule_mended(case, "They told me.", by=bob, now=NOW)
    with pytest.raises(Refused, match="Say why it is mended all the same"):
        overrule_mended(case, " ", by=mona, now=NOW)
    overrule_mended(case, "They told me.", by=mona, now=NOW)
    assert (case.status, case.mended_anyway) == (Status.MENDED, "They told me.")
    event = Event.objects.get(verb="overrule_mended")
    assert (event.by, event.after["mended_anyway"]) == (mona, "They told me.")


def test_it_is_said_of_a_step_that_was_done_before_too(case: Case, bob: User, mona: User) -> None:
    followed(case, bob)
    case.steps.create(step=Step.FOLLOW_UP, done_at=NOW, by=bob)
    overrule_mended(case, "They told me.", by=mona, now=NOW)
    assert case.status == Status.MENDED


def test_a_yes_is_taken_down(case: Case, bob: User, vera: User) -> None:
    hear_agreement(case, by=bob, now=NOW)
    assert Case.objects.get().agrees_it_is_mended_at == NOW
    with pytest.raises(Refused, match="You may look at this"):
        hear_agreement(case, by=vera, now=NOW)


def test_before_the_day_it_is_asked(case: Case, bob: User) -> None:
    assert laid_down(case, bob).due_on == date(2025, 3, 10)
