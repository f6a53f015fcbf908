"""Views are given before they are seen, and one decision is recorded: by the lead, or by a manager after a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Role, Status, Step
from amends.core.decision import Choice
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.decision import decide_case, give_view, set_worth
from amends.desk.models import Case, CaseRole, Event, Opinion
from amends.desk.rules import Refused
from cast import NOW, a_client, told, upset

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Branch, Client, User

DAY = timedelta(days=1)
TOMORROW = NOW + DAY
FOUR_WEEKS = date(2025, 4, 7)


def view(case: Case, by: User, choice: Choice = Choice.SAVE, *, now: datetime = NOW, **more: str) -> Opinion:
    return give_view(case, choice, by=by, now=now, **{"reason": "Four years together.", **more})


@pytest.fixture
def north(bob: User, mona: User, riverside: Branch) -> Client:
    """Bob looks after North, with Mona, who manages its branch, in its team."""
    return a_client(looked_after_by=bob, team=(mona,), branch=riverside)


@pytest.fixture
def case(north: Client, bob: User) -> Case:
    """Bob leads the recovery."""
    return upset(bob, north, lead=bob)


def test_a_view_is_kept_and_its_words_are_not_on_record(case: Case, bob: User) -> None:
    opinion = view(case, bob, Choice.LIGHTLY, matters="They were our first.", ideas="Send Tom.")
    assert (opinion.choice, opinion.reason) == ("lightly", "Four years together.")
    assert (opinion.matters, opinion.ideas, opinion.at) == ("They were our first.", "Send Tom.", NOW)
    event = Event.objects.get(verb="give_view")
    assert (event.before, event.after, event.case_id, event.by) == ({}, {}, case.pk, bob)


def test_a_view_may_change_until_it_is_decided(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, bob, Choice.LET_GO, now=TOMORROW)
    assert [(one.choice, one.at) for one in case.opinions.all()] == [("let_go", TOMORROW)]
    assert [event.verb for event in Event.objects.filter(thing="opinion").order_by("pk")] == [
        "give_view",
        "change_view",
    ]
    view(case, mona)
    decide_case(case, Choice.SAVE, by=bob, now=TOMORROW)
    case.refresh_from_db()
    with pytest.raises(Refused, match=r"^It is decided: worth saving. Views are closed until it is asked again.$"):
        view(case, mona, Choice.LET_GO)


def test_after_four_weeks_without_progress_views_are_open_again(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, mona)
    case = decide_case(case, Choice.SAVE, by=bob, now=NOW)
    assert case.decide_again_on == FOUR_WEEKS
    view(case, bob, Choice.LET_GO, now=NOW + 28 * DAY)
    assert case.opinions.get(user=bob).choice == "let_go"
    finish_step(case, Step.UNDERSTAND, by=bob, now=NOW + 27 * DAY)
    with pytest.raises(Refused, match=r"^It is decided"):
        view(case, bob, now=NOW + 29 * DAY)


def test_who_is_not_on_the_account_gives_no_view(case: Case, charlie: User, vera: User) -> None:
    with pytest.raises(Refused, match=r"^Those who work on the account give a view. Ask the lead for a part"):
        view(case, charlie)
    with pytest.raises(Refused, match="You may look at this"):
        view(case, vera)


def test_a_part_in_the_recovery_gives_a_view(case: Case, charlie: User, alice: User) -> None:
    CaseRole.objects.create(case=case, user=charlie, role=Role.SCRIBE)
    assert view(case, charlie).user == charlie
    assert view(case, alice).user == alice  # who manages the client may, too


def test_what_is_over_takes_no_view_no_sum_and_no_decision(case: Case, bob: User) -> None:
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    words = r"^This recovery is over. Open it again first.$"
    with pytest.raises(Refused, match=words):
        view(case, bob)
    with pytest.raises(Refused, match=words):
        set_worth(case, {"hours": 5.0}, by=bob, now=NOW)
    with pytest.raises(Refused, match=words):
        decide_case(case, Choice.SAVE, by=bob, now=NOW)


def test_the_lead_decides_once_everybody_has_answered(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    words = r"^Mona Quay has not given a view yet. A manager may decide without it from Tuesday, March 11, noon on.$"
    with pytest.raises(Refused, match=words):
        decide_case(case, Choice.SAVE, by=bob, now=NOW)
    view(case, mona)
    case = decide_case(case, Choice.SAVE, by=bob, now=NOW, note="The fault is ours.", again_on=date(2025, 3, 31))
    case.refresh_from_db()
    assert (case.decision, case.decided_by, case.decided_at) == ("save", bob, NOW)
    assert (case.is_decided_alone, case.decision_note) == (False, "The fault is ours.")
    assert (case.decide_again_on, case.step) == (date(2025, 3, 31), Step.UNDERSTAND)
    [(before, after)] = told("decide_case")
    assert (before["decision"], after["decision"], after["without"]) == ("", "save", [])
    assert "decision_note" not in after


def test_a_manager_may_decide_alone_after_a_day_and_it_is_recorded(case: Case, mona: User) -> None:
    words = r"^Bob Reed and Mona Quay have not given a view yet. You may decide without it from Tuesday, March 11"
    with pytest.raises(Refused, match=words):
        decide_case(case, Choice.SAVE, by=mona, now=NOW + timedelta(hours=23), note="He is away.")
    with pytest.raises(Refused, match=r"^Say why you decide without them: it is recorded beside your name.$"):
        decide_case(case, Choice.SAVE, by=mona, now=TOMORROW)
    case = decide_case(case, Choice.SAVE, by=mona, now=TOMORROW, note="He is away.")
    assert (case.is_decided_alone, case.decided_by) == (True, mona)
    [(_before, after)] = told("decide_case")
    assert (after["without"], after["is_decided_alone"]) == (["Bob Reed", "Mona Quay"], True)


def test_somebody_else_decides_nothing(case: Case, charlie: User) -> None:
    CaseRole.objects.create(case=case, user=charlie, role=Role.OTHER)
    with pytest.raises(Refused, match=r"^To record the decision is for Bob Reed, or for a manager.$"):
        decide_case(case, Choice.SAVE, by=charlie, now=TOMORROW)
    Case.objects.update(lead=None)
    with pytest.raises(Refused, match=r"^To record the decision is for the lead, or for a manager.$"):
        decide_case(case, Choice.SAVE, by=charlie, now=TOMORROW)


def test_of_two_who_decide_at_once_the_later_sees_the_first(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, mona)
    decide_case(case, Choice.SAVE, by=bob, now=NOW)
    words = r"^Bob Reed decided at noon: worth saving. Look at it before you decide otherwise.$"
    with pytest.raises(Refused, match=words):
        decide_case(case, Choice.LET_GO, by=mona, now=NOW)
    case.refresh_from_db()
    assert case.decision == "save"
    decided = decide_case(case, Choice.LET_GO, by=mona, now=TOMORROW, seen=NOW)
    assert (decided.decision, decided.decided_by) == ("let_go", mona)


def test_to_let_go_leads_to_parting_well_and_back_again(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, mona)
    case = decide_case(case, Choice.LET_GO, by=bob, now=NOW)
    assert (case.step, case.step_since, case.status) == (Step.PART_WELL, NOW, Status.OPEN)
    case = decide_case(case, Choice.LIGHTLY, by=bob, now=TOMORROW, seen=NOW)
    assert (case.step, case.decision) == (Step.UNDERSTAND, "lightly")
    assert [after["step"] for _before, after in told("move_step")] == ["part_well", "understand"]


def test_deciding_again_takes_no_step_back(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, mona)
    case = decide_case(case, Choice.SAVE, by=bob, now=NOW)
    finish_step(case, Step.UNDERSTAND, by=bob, now=NOW)
    case = decide_case(case, Choice.LIGHTLY, by=bob, now=TOMORROW, seen=NOW)
    assert case.step == Step.OWN_IT


def test_a_day_that_has_passed_is_no_day_to_ask_again(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    view(case, mona)
    with pytest.raises(Refused, match=r"^That day has passed. Choose when to ask again.$"):
        decide_case(case, Choice.SAVE, by=bob, now=NOW, again_on=date(2025, 3, 10))


def test_who_has_left_the_firm_is_waited_for_no_more(case: Case, bob: User, mona: User) -> None:
    view(case, bob)
    type(mona).objects.filter(pk=mona.pk).update(is_active=False)
    assert decide_case(case, Choice.SAVE, by=bob, now=NOW).decision == "save"


def test_what_is_typed_for_the_sum_is_kept_with_what_changed(case: Case, bob: User) -> None:
    set_worth(case, {"hours": 20.0, "goodwill": "2000.00", "expects": None}, by=bob, now=NOW)
    set_worth(case, {"hours": 25.0, "goodwill": "2000.00"}, by=bob, now=NOW)
    set_worth(case, {"hours": 25.0, "goodwill": "2000.00"}, by=bob, now=NOW)
    case.refresh_from_db()
    assert case.worth == {"hours": 25.0, "goodwill": "2000.00"}
    assert told("set_worth") == [
        ({"hours": None, "goodwill": None}, {"hours": 20.0, "goodwill": "2000.00"}),
        ({"hours": 20.0}, {"hours": 25.0}),
    ]
