"""A plan is made: owned, approved, agreed with the client, and by that promised."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from amends.core.case import Status
from amends.desk.actions.case import move_case
from amends.desk.actions.fix import finish_action
from amends.desk.actions.plan import (
    add_action,
    answer_action,
    approve_plan,
    change_action,
    decline_action,
    keep_anyway,
    move_action_up,
    own_action,
    remove_action,
)
from amends.desk.actions.promise import keep_promise
from amends.desk.models import Case, Cause, Heard, PlanAction, Promise, PromiseState
from amends.desk.queries.plan import print_of
from amends.desk.rules import Refused
from cast import NOW, a_client, told, upset

if TYPE_CHECKING:
    from amends.desk.models import User

FRIDAY = date(2025, 3, 14)
CALL = "Call before each shift"


def a_plan(bob: User, *whats: str, **more: Any) -> list[PlanAction]:
    """Put actions into the plan of a new recovery, all of them Bob's."""
    case = Case.objects.first() or upset(bob)
    told: dict[str, Any] = {"by": bob, "now": NOW, "due_on": FRIDAY, "owner": bob, **more}
    return [add_action(case, what, **told) for what in whats or (CALL,)]


def heard(case: Case, words: str = "Nobody came.") -> Heard:
    return Heard.objects.create(case=case, question="happened", words=words, said_at=NOW)


def test_an_action_is_added_at_the_end(bob: User) -> None:
    case = upset(bob)
    said, cause = heard(case), Cause.objects.create(case=case, what="Nobody checks", at=NOW)
    [first, second] = a_plan(bob, f"  {CALL} ", "Keep relief", heard=said, cause=cause, measure=" None late ")
    assert (first.what, first.heard, first.cause, first.measure) == (CALL, said, cause, "None late")
    assert [row.position for row in (first, second)] == [0, 1]
    assert [after["what"] for _before, after in told("add_plan_action")] == [CALL, "Keep relief"]


def test_what_somebody_takes_on_themselves_they_have_agreed_to(bob: User, mona: User) -> None:
    [mine] = a_plan(bob)
    [hers] = a_plan(bob, "Ask why", owner=mona)
    assert (mine.owner_agreed_at, hers.owner_agreed_at) == (NOW, None)


@pytest.mark.parametrize(
    ("what", "more", "why"),
    [
        ("  ", {}, "Say what will be different."),
        (CALL, {"due_on": date(2025, 3, 9)}, "That day has passed. By when will it be done?"),
    ],
)
def test_an_action_that_cannot_be_is_refused(bob: User, what: str, more: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        a_plan(bob, what, **more)
    assert not PlanAction.objects.exists()


def test_the_same_action_twice_is_refused(bob: User) -> None:
    a_plan(bob)
    with pytest.raises(Refused, match="This is in the plan already"):
        a_plan(bob)


def test_who_has_left_or_only_looks_owns_nothing(bob: User, mona: User, vera: User) -> None:
    mona.is_active = False
    mona.save()
    for user in (mona, vera):
        with pytest.raises(Refused, match=f"{user.name} cannot take it on"):
            a_plan(bob, owner=user)


def test_what_belongs_to_another_recovery_is_refused(bob: User) -> None:
    upset(bob)
    other = heard(upset(bob, a_client(name="South")))
    with pytest.raises(Refused, match="That belongs to another recovery"):
        a_plan(bob, heard=other)


def test_the_plan_of_a_recovery_that_is_over_stays_as_it_is(bob: User) -> None:
    [action] = a_plan(bob)
    move_case(action.case, Status.CLOSED, by=bob, now=NOW)
    with pytest.raises(Refused, match="This recovery is over"):
        a_plan(bob, "Another")
    with pytest.raises(Refused, match="This recovery is over"):
        change_action(action, by=bob, now=NOW, what="Another")


def test_a_viewer_changes_nothing(bob: User, vera: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        a_plan(bob, by=vera)


def test_pasted_markup_and_long_texts_stay_as_they_are(bob: User) -> None:
    [action] = a_plan(bob, f"<b onclick=x>{'y' * 500}</b>")
    answer_action(action, "agreed", by=bob, now=NOW)
    promise = Promise.objects.get()
    assert promise.what == f"{action.what[:299]}…"
    assert action.what.startswith("<b onclick=x>")


def test_the_team_of_a_restricted_recovery_grows_by_who_owns_something(bob: User, mona: User) -> None:
    case = upset(bob, lead=bob)
    Case.objects.update(is_restricted=True)
    case.refresh_from_db()
    a_plan(bob, owner=mona)
    assert [role.user for role in case.roles.all()] == [mona]


def test_agreed_by_client_and_owner_it_is_a_promise(bob: User) -> None:
    [action] = a_plan(bob)
    answer_action(action, "agreed", " Good ", by=None, now=NOW)
    promise = Promise.objects.get()
    assert (promise.what, promise.promised_by, promise.case, promise.person) == (CALL, bob, action.case, None)
    assert timezone.localtime(promise.due_at).isoformat() == "2025-03-14T23:59:59+00:00"
    assert (action.promise, action.answer_words, action.answered_at) == (promise, "Good", NOW)
    [(_before, after)] = told("answer_plan_action")
    assert sorted(after) == ["answer", "answered_at"]  # their words stay out of the record


def test_nobody_is_bound_before_the_owner_agrees(bob: User, mona: User) -> None:
    [action] = a_plan(bob, owner=mona)
    answer_action(action, "agreed", by=bob, now=NOW)
    assert not Promise.objects.exists()
    own_action(action, by=mona, now=NOW)
    own_action(action, by=mona, now=NOW)  # said twice
    assert [promise.promised_by for promise in Promise.objects.all()] == [mona]
    assert len(told("own_plan_action")) == 1


def test_the_same_answer_twice_changes_nothing(bob: User) -> None:
    [action] = a_plan(bob)
    for _ in range(2):
        answer_action(action, "agreed", by=bob, now=NOW)
    assert Promise.objects.count() == len(told("answer_plan_action")) == 1


def test_what_they_take_back_is_no_promise_any_more(bob: User) -> None:
    [action] = a_plan(bob)
    for answer, words in (("agreed", ""), ("question", "Who picks up?"), ("no", "")):
        answer_action(action, answer, words, by=bob, now=NOW)
    assert [promise.state for promise in Promise.objects.all()] == [PromiseState.DROPPED]
    answer_action(action, "agreed", by=bob, now=NOW)
    assert [promise.state for promise in Promise.objects.all()] == [PromiseState.DROPPED, PromiseState.OPEN]


def test_an_answer_makes_sense_or_is_refused(bob: User) -> None:
    [action] = a_plan(bob)
    with pytest.raises(Refused, match="Write what they ask"):
        answer_action(action, "question", "  ", by=bob, now=NOW)
    with pytest.raises(ValueError, match="perhaps"):
        answer_action(action, "perhaps", by=bob, now=NOW)
    [inside] = a_plan(bob, "Ask why", is_visible=False)
    with pytest.raises(Refused, match="The client does not see this action"):
        answer_action(inside, "agreed", by=bob, now=NOW)


def test_changed_it_is_agreed_anew_and_the_old_promise_stands_until_then(bob: User) -> None:
    [action] = a_plan(bob)
    answer_action(action, "agreed", by=bob, now=NOW)
    change_action(action, by=bob, now=NOW, due_on=date(2025, 3, 21), what=f" {CALL} ")
    assert (action.answer, action.answered_at) == ("", None)
    assert [promise.due_at.date() for promise in Promise.objects.filter(state="open")] == [FRIDAY]
    answer_action(action, "agreed", by=bob, now=NOW)
    states = [(promise.state, promise.due_at.date()) for promise in Promise.objects.order_by("pk")]
    assert states == [("dropped", FRIDAY), ("open", date(2025, 3, 21))]


def test_what_the_client_does_not_see_changes_without_asking_them(bob: User) -> None:
    [action] = a_plan(bob)
    answer_action(action, "agreed", by=bob, now=NOW)
    change_action(action, by=bob, now=NOW, measure="None late", is_containment=True)
    assert action.answer == "agreed"
    assert Promise.objects.count() == 1


def test_handed_on_the_promise_goes_along_and_the_new_owner_is_asked(bob: User, mona: User) -> None:
    [action] = a_plan(bob)
    answer_action(action, "agreed", by=bob, now=NOW)
    keep_anyway([action], by=bob, now=NOW)
    change_action(action, by=bob, now=NOW, owner=mona)
    assert (action.owner_agreed_at, action.is_kept_anyway, action.answer) == (None, False, "agreed")
    assert [promise.promised_by for promise in Promise.objects.all()] == [mona]
    own_action(action, by=mona, now=NOW)
    assert Promise.objects.count() == 1


def test_an_owner_who_left_stays_named_until_it_is_handed_on(bob: User, mona: User) -> None:
    [action] = a_plan(bob, owner=mona)
    mona.is_active = False
    mona.save()
    action.refresh_from_db()
    change_action(action, by=bob, now=NOW, measure="None late")
    assert action.owner == mona
    change_action(action, by=bob, now=NOW, owner=bob)
    assert (action.owner, action.owner_agreed_at) == (bob, NOW)


def test_a_day_that_passed_may_stay_but_no_new_one_is_taken(bob: User) -> None:
    [action] = a_plan(bob)
    PlanAction.objects.update(due_on=date(2025, 3, 3))
    action.refresh_from_db()
    change_action(action, by=bob, now=NOW, measure="None late")
    with pytest.raises(Refused, match="That day has passed"):
        change_action(action, by=bob, now=NOW, due_on=date(2025, 3, 4))


def test_what_stays_the_same_is_not_recorded(bob: User) -> None:
    [action] = a_plan(bob)
    change_action(action, by=bob, now=NOW, what=f" {CALL} ")
    assert told("change_plan_action") == []


def test_an_action_is_moved_up(bob: User) -> None:
    first, second = a_plan(bob, "One", "Two")
    move_action_up(second, by=bob, now=NOW)
    move_action_up(second, by=bob, now=NOW)  # the first stays
    assert [row.what for row in first.case.plan.all()] == ["Two", "One"]
    remove_action(first, by=bob, now=NOW)
    first.pk = 999  # as somebody still has it on the page
    move_action_up(first, by=bob, now=NOW)
    assert told("move_plan_action") == [({"place": 2}, {"place": 1})]


def test_an_action_is_taken_out_unless_the_client_counts_on_it(bob: User) -> None:
    first, second = a_plan(bob, "One", "Two")
    answer_action(first, "agreed", by=bob, now=NOW)
    with pytest.raises(Refused, match="The client counts on this"):
        remove_action(first, by=bob, now=NOW)
    remove_action(second, by=bob, now=NOW)
    assert [row.what for row in first.case.plan.all()] == ["One"]


def test_who_cannot_says_so(bob: User, mona: User) -> None:
    [action] = a_plan(bob, owner=mona)
    with pytest.raises(Refused, match="Only its owner can say so"):
        decline_action(action, by=bob, now=NOW)
    decline_action(action, by=mona, now=NOW)
    assert (action.owner, action.owner_agreed_at) == (None, None)


def test_what_is_done_is_owned_by_whoever_did_it(bob: User) -> None:
    [action] = a_plan(bob)
    finish_action(action, by=bob, now=NOW)
    with pytest.raises(Refused, match="This is done already"):
        own_action(action, by=bob, now=NOW)
    answer_action(action, "agreed", by=bob, now=NOW)
    assert not Promise.objects.exists()  # what is done is no promise


def test_the_lead_or_who_manages_approves(bob: User, mona: User, charlie: User) -> None:
    [action] = a_plan(bob)
    case = action.case
    with pytest.raises(Refused, match="The lead of the recovery approves"):
        approve_plan(case, by=charlie, now=NOW)
    approve_plan(case, by=bob, now=NOW, seen=print_of(case.plan.all()))
    approve_plan(case, by=mona, now=NOW)  # it is approved
    assert (case.plan_approved_by, case.plan_approved_at, len(told("approve_plan"))) == (bob, NOW, 1)
    change_action(action, by=bob, now=NOW, measure="None late")
    case.refresh_from_db()
    assert (case.plan_approved_by, case.plan_approved_at) == (None, None)
    approve_plan(case, by=mona, now=NOW)
    assert case.plan_approved_by == mona


def test_only_a_plan_with_owners_that_was_seen_is_approved(bob: User, mona: User) -> None:
    case = upset(bob)
    with pytest.raises(Refused, match="There is no action in the plan yet"):
        approve_plan(case, by=bob, now=NOW)
    [action] = a_plan(bob, owner=mona)
    with pytest.raises(Refused, match="Somebody has changed the plan since you opened it"):
        approve_plan(case, by=bob, now=NOW, seen="another")
    decline_action(action, by=mona, now=NOW)
    with pytest.raises(Refused, match="Each action needs an owner who is here"):
        approve_plan(case, by=bob, now=NOW)


def test_kept_anyway_is_said_once(bob: User) -> None:
    [action] = a_plan(bob)
    for _ in range(2):
        keep_anyway([action], by=bob, now=NOW)
    assert len(told("keep_plan_action_anyway")) == 1


def test_a_promise_that_is_ticked_finishes_its_action(bob: User) -> None:
    [action] = a_plan(bob)
    answer_action(action, "agreed", by=bob, now=NOW)
    keep_promise(Promise.objects.get(), by=bob, now=NOW)
    action.refresh_from_db()
    assert action.done_at == NOW
