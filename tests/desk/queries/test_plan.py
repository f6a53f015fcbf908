"""What the client may see of a plan, who promises too much, and what plans ask of somebody today."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from amends.core.case import Status
from amends.core.plan import Answer
from amends.desk.actions.case import move_case
from amends.desk.actions.fix import finish_action
from amends.desk.actions.plan import add_action, answer_action, approve_plan, keep_anyway
from amends.desk.actions.plan_input import ask_for_input, give_input
from amends.desk.actions.promise import make_promise
from amends.desk.models import Cause, Heard, LetterKind, Outgoing, PlanAction, Promise
from amends.desk.queries.plan import (
    Shown,
    has_fanfare,
    manager_of,
    overload_with,
    overloads,
    plan_of,
    tasks_of,
    visible_plan,
    week_of_colleague,
)
from cast import NOW, a_client, a_restricted_client, at, upset
from desk_week import kept

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, Case, User

TODAY, FRIDAY = date(2025, 3, 10), date(2025, 3, 14)
SECRET = "Secretum"  # noqa: S105  (a word of the team that leaves the firm nowhere)


def planned(case: Case, bob: User, what: str = "Call before each shift", **more: Any) -> PlanAction:
    return add_action(case, what, **{"by": bob, "now": NOW, "due_on": FRIDAY, "owner": bob, **more})


def test_the_client_sees_what_who_and_when_and_nothing_else(
    bob: User, mona: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = upset(bob, lead=bob)
    said = Heard.objects.create(case=case, question="happened", words="Nobody came.", said_at=NOW)
    cause = Cause.objects.create(case=case, what=f"{SECRET} cause", evidence=SECRET, at=NOW)
    action = planned(case, bob, heard=said, cause=cause, measure=f"{SECRET} measure")
    planned(case, bob, f"{SECRET} inside", is_visible=False)
    answer_action(action, Answer.QUESTION, "Who calls?", by=bob, now=NOW)
    give_input(case, f"{SECRET} view", by=mona, now=NOW)
    approve_plan(case, by=bob, now=NOW)
    PlanAction.objects.update(done_note=SECRET)
    with django_assert_num_queries(1):
        shown = visible_plan(case)
    assert shown == (
        Shown(action.pk, "Nobody came.", "Call before each shift", "Bob Reed", FRIDAY, "question", "Who calls?"),
    )
    assert list(asdict(shown[0])) == ["pk", "heard", "what", "who", "by", "answer", "answer_words"]
    assert SECRET not in repr(shown)


def test_an_action_of_nobody_that_answers_nothing_is_shown_bare(bob: User) -> None:
    action = planned(upset(bob), bob, owner=None)
    [shown] = visible_plan(action.case)
    assert (shown.heard, shown.who, shown.answer) == ("", "", "")


def test_a_plan_knows_what_they_ask_and_what_nothing_answers(bob: User, mona: User) -> None:
    case = upset(bob, a_client(looked_after_by=mona), lead=bob)
    said = [Heard.objects.create(case=case, question="happened", words=words, said_at=NOW) for words in "abc"]
    first, second = (planned(case, bob, f"For {one.words}", heard=one) for one in said[:2])
    planned(case, bob, "Inside", is_visible=False)
    answer_action(first, Answer.QUESTION, "Who?", by=bob, now=NOW)
    answer_action(second, Answer.NO, by=bob, now=NOW)
    ask_for_input(case, by=bob, now=NOW)
    plan = plan_of(case)
    assert plan.questions == (first,)
    assert plan.unanswered == (said[2],)
    assert (plan.core.visible, plan.core.silent, plan.core.unanswered_words) == (2, ["Mona Quay"], 1)


def test_who_manages_a_client(bob: User, mona: User, alice: User, riverside: Branch) -> None:
    assert manager_of(upset(bob, a_client(branch=riverside))) == mona
    assert manager_of(upset(bob, a_client(name="South"))) == alice
    mona.branch = None
    mona.save()
    assert manager_of(upset(bob, a_client(name="West", branch=riverside))) == mona


def test_who_promises_too_much_is_found_week_by_week(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = upset(bob)
    kept(case.client, bob, weeks=5, each=2)
    make_promise(case.client, "x", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    rows = [planned(case, bob, "One"), planned(case, bob, "Two")]
    planned(case, bob, "Later", due_on=date(2025, 3, 20))
    answer_action(rows[0], Answer.AGREED, by=bob, now=NOW)  # a promise now, and counted once
    plan = plan_of(case)
    with django_assert_num_queries(3):
        [found] = overloads(plan.rows, NOW)
    assert (found.user, found.load.due, found.load.usually, found.load.week) == (bob, 3, 2, TODAY)
    assert list(found.actions) == rows
    keep_anyway(found.actions, by=bob, now=NOW)
    assert overloads(plan_of(case).rows, NOW) == []


def test_one_promise_more_may_be_too_much(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    north = a_client()
    kept(north, bob, weeks=5, each=2)
    make_promise(north, "x", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    assert overload_with(bob, FRIDAY, NOW) is None
    make_promise(north, "y", due_at=at("14 Mar 12:00"), by=bob, now=NOW)
    with django_assert_num_queries(3):
        found = overload_with(bob, FRIDAY, NOW)
    assert found
    assert (found.user, found.load.due, found.load.usually, found.load.week) == (bob, 3, 2, TODAY)
    assert overload_with(bob, date(2025, 3, 20), NOW) is None


def test_what_is_done_or_nobodys_overloads_nobody(bob: User) -> None:
    case = upset(bob)
    finish_action(planned(case, bob), by=bob, now=NOW)
    planned(case, bob, "Ask why", owner=None)
    assert overloads(plan_of(case).rows, NOW) == []


def test_a_colleagues_week_hides_what_one_does_not_see(
    bob: User, charlie: User, riverside: Branch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    make_promise(secret, "Hush", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    planned(upset(bob, secret), bob, "Hush too")
    task = planned(upset(bob), bob)
    promise = make_promise(task.case.client, "Call", due_at=at("16 Mar 23:00"), by=bob, now=NOW)
    make_promise(task.case.client, "Next week", due_at=at("17 Mar 00:00"), by=bob, now=NOW)
    with django_assert_num_queries(4):
        week = week_of_colleague(bob, TODAY, charlie)
    assert (week.promises, week.tasks, week.unseen) == ((promise,), (task,), 2)
    assert week_of_colleague(bob, TODAY, bob).unseen == 0


def test_what_plans_ask_of_somebody(bob: User, mona: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    case = upset(bob, a_client(looked_after_by=mona), lead=mona)
    inside = planned(case, bob, "Ask why", is_visible=False, due_on=TODAY)
    planned(case, bob, "Not yet", is_visible=False)
    planned(case, bob, "The client has not agreed", due_on=TODAY)
    promised = planned(case, bob, "A promise", due_on=TODAY)
    answer_action(promised, Answer.AGREED, by=bob, now=NOW)
    asked = planned(case, bob, "Will you?", owner=mona)
    ask_for_input(case, by=bob, now=NOW)
    with django_assert_num_queries(2):
        mine = tasks_of(bob, TODAY)
    assert (mine.due, mine.to_own, mine.to_hand_on, mine.inputs, bool(mine)) == ((inside,), (), (), (), True)
    hers = tasks_of(mona, TODAY)
    assert (hers.due, hers.to_own, [one.case for one in hers.inputs]) == ((), (asked,), [case])
    assert mine.late(TODAY) == ()
    assert mine.late(FRIDAY) == (inside,)


def test_what_is_late_is_asked_for_after_the_end_and_who_left_is_replaced(bob: User, mona: User) -> None:
    case = upset(bob, lead=mona)
    inside = planned(case, bob, is_visible=False, due_on=TODAY)
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    assert tasks_of(bob, FRIDAY).due == (inside,)
    bob.is_active = False
    bob.save()
    assert tasks_of(mona, FRIDAY).to_hand_on == (inside,)
    finish_action(inside, by=mona, now=NOW)
    assert not tasks_of(mona, FRIDAY)


def test_a_restricted_recovery_asks_nothing_of_who_does_not_see_it(bob: User, charlie: User) -> None:
    case = upset(bob, lead=bob)
    planned(case, bob, owner=charlie)
    case.is_restricted = True
    case.save()
    assert not tasks_of(charlie, TODAY)


def sent(case: Case, day: str, **more: Any) -> None:
    when = at(day)
    Outgoing.objects.create(
        kind=LetterKind.CLIENT, to="g@north.example", subject="x", text="x", case=case, client=case.client,
        added_at=when, sent_at=when, **more,
    )  # fmt: skip


@pytest.mark.usefixtures("bob")
def test_two_letters_in_a_week_that_nobody_asked_for_are_fanfare(bob: User) -> None:
    client = a_client("3 Mar 09:00 client: Where are they?", looked_after_by=bob)
    case = upset(bob, client)
    sent(case, "5 Mar 09:00")
    sent(case, "6 Mar 09:00", answers=client.messages.get())  # they asked
    assert not has_fanfare(case, NOW)
    sent(case, "7 Mar 09:00")
    assert has_fanfare(case, NOW)
    assert not has_fanfare(case, NOW + timedelta(days=4))


def test_days_are_the_firms(bob: User) -> None:
    action = planned(upset(bob), bob)
    answer_action(action, Answer.AGREED, by=bob, now=NOW)
    due_at = Promise.objects.get().due_at
    assert timezone.localtime(due_at) == datetime(2025, 3, 14, 23, 59, 59, tzinfo=timezone.get_current_timezone())
