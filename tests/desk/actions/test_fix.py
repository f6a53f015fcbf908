"""A plan is carried out: done quietly, fixed when the client says so, and done again where it does not hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status
from amends.desk.actions.case import move_case
from amends.desk.actions.fix import call_fixed, finish_action, reopen_action, verify_action
from amends.desk.actions.plan import add_action, answer_action
from amends.desk.actions.promise import keep_promise
from amends.desk.models import Event, PlanAction, Promise
from amends.desk.rules import Refused
from cast import NOW, told, upset

if TYPE_CHECKING:
    from amends.desk.models import Case, User

FRIDAY = date(2025, 3, 14)


def agreed(bob: User, case: Case, what: str, **more: Any) -> PlanAction:
    action = add_action(case, what, by=bob, now=NOW, due_on=FRIDAY, owner=bob, **more)
    return answer_action(action, "agreed", by=bob, now=NOW) if action.is_visible else action


def test_done_it_keeps_its_promise(bob: User) -> None:
    action = agreed(bob, upset(bob), "Call")
    finish_action(action, by=bob, now=NOW, note=" Twice ")
    assert (action.done_at, action.done_note) == (NOW, "Twice")
    assert Promise.objects.get().state == "kept"
    with pytest.raises(Refused, match="This is done already"):
        finish_action(action, by=bob, now=NOW)


def test_what_is_no_promise_is_done_too(bob: User) -> None:
    action = agreed(bob, upset(bob), "Ask why", is_visible=False)
    finish_action(action, by=bob, now=NOW)
    assert action.done_at == NOW


def test_the_last_that_holds_makes_it_fixed(bob: User) -> None:
    case = upset(bob)
    first, second, inside = (agreed(bob, case, what, is_visible=what != "c") for what in "abc")
    for action in (first, second):
        finish_action(action, by=bob, now=NOW)
        verify_action(action, by=bob, now=NOW)
    case.refresh_from_db()
    assert case.fixed_at is None
    finish_action(inside, by=bob, now=NOW)
    case.refresh_from_db()
    assert case.fixed_at == NOW
    assert len(told("fix_case")) == 1


def test_only_what_is_done_and_seen_can_hold(bob: User) -> None:
    case = upset(bob)
    seen, inside = agreed(bob, case, "a"), agreed(bob, case, "b", is_visible=False)
    finish_action(inside, by=bob, now=NOW)
    for action in (seen, inside):
        with pytest.raises(Refused, match="Only what is done"):
            verify_action(action, by=bob, now=NOW)


def test_all_of_it_is_called_fixed_at_once(bob: User) -> None:
    case = upset(bob)
    actions = [agreed(bob, case, what) for what in "ab"]
    with pytest.raises(Refused, match="Something is still to be done"):
        call_fixed(case, by=bob, now=NOW)
    for action in actions:
        finish_action(action, by=bob, now=NOW)
    call_fixed(case, by=bob, now=NOW)
    call_fixed(case, by=bob, now=NOW)  # sent twice
    assert [row.verified_at for row in case.plan.all()] == [NOW, NOW]
    assert (case.fixed_at, len(told("fix_case"))) == (NOW, 1)


def test_what_does_not_hold_is_done_again_and_promised_anew(bob: User) -> None:
    case = upset(bob)
    action = agreed(bob, case, "a")
    with pytest.raises(Refused, match="This is open already"):
        reopen_action(action, FRIDAY, by=bob, now=NOW)
    finish_action(action, by=bob, now=NOW)
    verify_action(action, by=bob, now=NOW)
    with pytest.raises(Refused, match="That day has passed"):
        reopen_action(action, date(2025, 3, 9), by=bob, now=NOW)
    reopen_action(action, date(2025, 3, 20), by=bob, now=NOW)
    case.refresh_from_db()
    assert (action.done_at, action.verified_at, case.fixed_at) == (None, None, None)
    assert [(one.state, one.due_at.date()) for one in Promise.objects.order_by("pk")] == [
        ("kept", FRIDAY),
        ("open", date(2025, 3, 20)),
    ]


def test_a_new_action_means_that_not_all_is_fixed(bob: User) -> None:
    case = upset(bob)
    finish_action(agreed(bob, case, "a"), by=bob, now=NOW)
    call_fixed(case, by=bob, now=NOW)
    agreed(bob, case, "b")
    case.refresh_from_db()
    assert case.fixed_at is None


def test_what_is_late_is_done_after_the_end_too(bob: User, vera: User) -> None:
    case = upset(bob)
    action = agreed(bob, case, "a")
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    with pytest.raises(Refused, match="You may look at this"):
        finish_action(action, by=vera, now=NOW)
    finish_action(action, by=bob, now=NOW)
    assert PlanAction.objects.get().done_at == NOW


def test_who_keeps_the_promise_has_done_the_action_and_the_record_says_so(bob: User) -> None:
    case = upset(bob)
    action = agreed(bob, case, "Call before each shift")
    keep_promise(Promise.objects.get(), by=bob, now=NOW)
    action.refresh_from_db()
    assert action.done_at == NOW
    event = Event.objects.get(verb="finish_plan_action")
    assert (event.by, event.case, event.after["what"]) == (bob, case, "Call before each shift")
