"""A recovery is opened in a minute, taken from step to step, and closed only when it held."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER, Severity, Status, Step
from amends.desk.actions.case import finish_step, hear_again, move_case, open_case, plan_next
from amends.desk.actions.check_in import check_in
from amends.desk.actions.followup import finish_followup, schedule_followup
from amends.desk.actions.health import mark_mended
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.models import Case, Client, Event, FollowUp, Touch
from amends.desk.rules import Refused
from cast import NOW, a_client, assessed, at, person_at

if TYPE_CHECKING:
    from amends.desk.models import User

WORDS = "Third invoice in a row with hours for someone who left in August."
EVENING = at("10 Mar 16:30")
ANYWAY = "They said so on the phone."  # what mended takes beside the days: tests/desk/actions/test_check_in.py
SIXTY_DAYS = timedelta(days=60)
LATER = NOW + SIXTY_DAYS + timedelta(hours=2)


def upset(bob: User, **fields: object) -> Case:
    client = fields.pop("client", None) or a_client(looked_after_by=bob)
    told = {"words": WORDS, "severity": Severity.LET_DOWN, **fields}
    return open_case(client, by=bob, now=NOW, **told)  # type: ignore[arg-type]  # as each test says


def after(case: Case, *steps: Step, by: User, now: object = NOW) -> Case:
    for step in steps:
        finish_step(case, step, by=by, now=now)  # type: ignore[arg-type]  # a moment
    case.refresh_from_db()
    return case


def test_who_is_upset_is_called_back_within_the_hour(bob: User, mona: User) -> None:
    north = a_client(looked_after_by=mona)
    gary = person_at(north, "gary@north.example")
    case = open_case(north, by=bob, now=NOW, words=WORDS, severity=Severity.READY_TO_LEAVE, person=gary)
    case.refresh_from_db()
    assert (case.client, case.person, case.lead, case.opened_by) == (north, gary, mona, bob)
    assert (case.status, case.step, case.severity, case.words) == (Status.OPEN, Step.DECIDE, 5, WORDS)
    assert case.call_back_by == case.next_at == NOW + timedelta(hours=1)
    assert Client.objects.get().assess_due_at is not None
    event = Event.objects.get()
    assert (event.verb, event.after["words"], event.after["severity"]) == ("open_case", WORDS, 5)


def test_late_in_the_day_the_hour_ends_in_the_morning(bob: User) -> None:
    case = open_case(a_client(), by=bob, now=EVENING, words=WORDS, severity=2)
    assert case.call_back_by == at("11 Mar 09:30")


def test_what_was_promised_goes_before_the_hour(bob: User, alice: User) -> None:
    case = upset(bob, call_back_by=at("10 Mar 15:00"), lead=alice)
    assert (case.call_back_by, case.lead) == (at("10 Mar 15:00"), alice)


def test_nobodys_client_is_led_by_who_opens_the_case(bob: User) -> None:
    assert upset(bob, client=a_client()).lead == bob


def test_who_only_looks_opens_nothing(vera: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        open_case(a_client(), by=vera, now=NOW, words=WORDS, severity=3)


def test_a_second_cry_opens_no_second_case(bob: User) -> None:
    case = upset(bob)
    Case.objects.update(called_back_at=NOW, next_note="Has had the plan", waiting_for="Waiting for Gary")
    case.refresh_from_db()
    hear_again(case, by=bob, now=EVENING, words="And nobody came today.", severity=Severity.READY_TO_LEAVE)
    case.refresh_from_db()
    assert (case.severity, case.called_back_at, case.next_note, case.waiting_for) == (5, None, "", "")
    assert case.call_back_by == case.next_at == at("11 Mar 09:30")
    assert [(touch.kind, touch.words, touch.case) for touch in Touch.objects.all()] == [
        ("note", "And nobody came today.", case)
    ]
    assert Event.objects.get(verb="hear_again").before["severity"] == 3


def test_the_worse_of_both_feelings_stays(bob: User) -> None:
    case = upset(bob, severity=5)
    hear_again(case, by=bob, now=NOW, words="Again.", severity=2, call_back_by=EVENING)
    assert (case.severity, case.call_back_by, case.status) == (5, EVENING, Status.OPEN)


def test_what_was_followed_up_is_open_again(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    assert case.status == Status.FOLLOWING
    hear_again(case, by=bob, now=NOW, words="It slipped.", severity=3)
    assert (case.status, case.step) == (Status.OPEN, Step.UNDERSTAND)


def test_a_closed_recovery_hears_nothing(bob: User) -> None:
    case = move_case(upset(bob), Status.CLOSED, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"This recovery is closed\. Open a new one\."):
        hear_again(case, by=bob, now=NOW, words="Again.", severity=2)


def test_steps_are_a_recommended_order(bob: User) -> None:
    case = after(upset(bob), Step.OWN_IT, by=bob, now=EVENING)
    assert (case.step, case.step_since) == (Step.DECIDE, EVENING)
    case = after(case, Step.DECIDE, Step.UNDERSTAND, by=bob)
    assert case.step == Step.PLAN
    event = Event.objects.filter(verb="finish_step").latest("pk")
    assert (event.before["step"], event.after["done"], event.after["step"]) == ("understand", "understand", "plan")


def test_a_step_is_done_once(bob: User) -> None:
    case = after(upset(bob), Step.OWN_IT, by=bob)
    with pytest.raises(Refused, match=r"Own it was done already: Bob Reed said so on March 10, 2025"):
        finish_step(case, Step.OWN_IT, by=bob, now=NOW)


def test_once_all_is_put_right_it_is_followed_up(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    assert (case.status, case.step, case.closed_at) == (Status.FOLLOWING, Step.FOLLOW_UP, None)


def test_what_held_is_mended_then_learnt_from_then_closed(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    Case.objects.update(mended_anyway=ANYWAY)
    case.refresh_from_db()
    case = after(case, Step.FOLLOW_UP, by=bob, now=LATER)
    assert (case.status, case.step, case.closed_at) == (Status.MENDED, Step.LEARN, LATER)
    assert Client.objects.get().mended_on == LATER.date()
    case = after(case, Step.LEARN, by=bob, now=LATER)
    assert (case.status, case.step, case.closed_at) == (Status.CLOSED, Step.LEARN, LATER)


def test_nothing_is_mended_before_it_held(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    with pytest.raises(Refused, match=r"0 days without the same failure\. Sixty come first: that is May 9\."):
        finish_step(case, Step.FOLLOW_UP, by=bob, now=NOW)
    assert not case.steps.filter(step=Step.FOLLOW_UP).exists()


def test_nothing_is_mended_while_a_promise_is_open(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    promise = make_promise(case.client, "Send the roster", due_at=EVENING, by=bob, now=NOW, case=case)
    with pytest.raises(Refused, match=r"It is not mended yet\. 1 promise is still open\."):
        move_case(case, Status.MENDED, by=bob, now=LATER)
    keep_promise(promise, by=bob, now=NOW)
    case.mended_anyway = ANYWAY
    assert move_case(case, Status.MENDED, by=bob, now=LATER).status == Status.MENDED


def test_who_parted_well_has_only_to_learn(bob: User) -> None:
    case = after(upset(bob), Step.PART_WELL, by=bob)
    assert (case.status, case.step, case.closed_at) == (Status.PARTED, Step.LEARN, NOW)
    case = after(case, Step.LEARN, by=bob)
    assert (case.status, case.step) == (Status.PARTED, Step.LEARN)


def test_a_recovery_that_is_over_takes_no_more_steps(bob: User) -> None:
    case = move_case(upset(bob), Status.CLOSED, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"Bob Reed moved this recovery to “closed” on .* Open it again first\."):
        finish_step(case, Step.PLAN, by=bob, now=NOW)


def test_a_case_joined_to_another_teaches_nothing_by_itself(bob: User) -> None:
    case = move_case(upset(bob), Status.MERGED, by=bob, now=NOW)
    with pytest.raises(Refused, match="It goes on there"):
        finish_step(case, Step.LEARN, by=bob, now=NOW)


def test_when_to_get_back_is_planned(bob: User) -> None:
    case = upset(bob)
    friday = at("14 Mar 09:00")
    plan_next(case, by=bob, now=NOW, next_at=friday, note="n" * 400, waiting_for="Waiting for Gary to agree")
    case.refresh_from_db()
    assert (case.next_at, case.next_note, case.waiting_for) == (friday, "n" * 300, "Waiting for Gary to agree")
    plan_next(case, by=bob, now=NOW)
    case.refresh_from_db()
    assert (case.next_at, case.next_note, case.waiting_for) == (None, "", "")
    assert [event.after["next_at"] for event in Event.objects.filter(verb="plan_next")] == [
        None,
        "2025-03-14T09:00:00Z",
    ]


def test_the_past_cannot_be_planned(bob: User) -> None:
    with pytest.raises(Refused, match="That moment has passed"):
        plan_next(upset(bob), by=bob, now=NOW, next_at=NOW - timedelta(minutes=1))


def test_a_case_moves_only_where_it_may(bob: User) -> None:
    with pytest.raises(Refused, match=r"A recovery that is open cannot become mended\."):
        move_case(upset(bob), Status.MENDED, by=bob, now=NOW)


def test_two_people_cannot_both_move_a_case(bob: User, mona: User) -> None:
    case = upset(bob)
    seen_by_mona = Case.objects.get()
    move_case(case, Status.CLOSED, by=bob, now=NOW, note="A mistake")
    with pytest.raises(Refused, match="Bob Reed moved this recovery to “closed” on March 10, 2025"):
        move_case(seen_by_mona, Status.PARTED, by=mona, now=NOW)
    event = Event.objects.get(verb="move_case")
    assert (event.before["status"], event.after["status"], event.after["note"]) == ("open", "closed", "A mistake")


def test_who_slips_goes_back_to_understand(bob: User) -> None:
    case = move_case(after(upset(bob), *ORDER[:4], by=bob), Status.CLOSED, by=bob, now=NOW)
    move_case(case, Status.OPEN, by=bob, now=EVENING)
    case.refresh_from_db()
    assert (case.status, case.step, case.step_since, case.closed_at) == (
        Status.OPEN, Step.UNDERSTAND, EVENING, None,
    )  # fmt: skip
    assert [step.step for step in case.steps.all()] == [Step.DECIDE]


def third(case: Case, bob: User) -> FollowUp:
    case.followups.all().delete()  # the first was laid down with the fix
    told = {"case": case, "number": 3, "of": 6}
    return schedule_followup(case.client, date(2025, 3, 10), by=bob, now=NOW, **told)  # type: ignore[arg-type]  # a row


def test_a_check_in_that_holds_leads_to_the_next(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    followup = third(case, bob)
    coming = check_in(
        followup, by=bob, now=NOW, kind="call", words="Much better.", holds=True, next_on=date(2025, 3, 17)
    )
    followup.refresh_from_db()
    assert (followup.done_at, followup.outcome) == (NOW, "Much better.")
    assert coming is not None
    assert (coming.due_on, coming.number, coming.of, coming.case) == (date(2025, 3, 17), 4, 6, case)
    assert [(touch.kind, touch.words) for touch in Touch.objects.all()] == [("call", "Much better.")]
    assert case.status == Status.FOLLOWING


@pytest.mark.parametrize(("number", "next_on"), [(6, date(2025, 3, 17)), (3, None)])
def test_the_last_check_in_is_the_last(bob: User, number: int, next_on: date | None) -> None:
    followup = schedule_followup(a_client(), NOW.date(), by=bob, now=NOW, number=number, of=6)
    assert check_in(followup, by=bob, now=NOW, kind="call", words="Fine.", holds=True, next_on=next_on) is None
    assert FollowUp.objects.count() == 1


def test_what_slipped_is_open_again(bob: User) -> None:
    case = after(upset(bob), *ORDER[:6], by=bob)
    told = {"words": "It has slipped.", "holds": False, "next_on": date(2025, 3, 17)}
    assert check_in(third(case, bob), by=bob, now=NOW, kind="visit", **told) is None  # type: ignore[arg-type]  # a form
    case.refresh_from_db()
    assert (case.status, case.step) == (Status.OPEN, Step.UNDERSTAND)
    assert FollowUp.objects.filter(done_at=None).count() == 0


def test_what_slips_in_an_open_recovery_leaves_it_open(bob: User) -> None:
    case = upset(bob)
    check_in(third(case, bob), by=bob, now=NOW, kind="call", words="Not yet.", holds=False)
    assert (case.status, case.step) == (Status.OPEN, Step.DECIDE)


def test_a_check_in_without_a_recovery_has_nothing_to_open(bob: User) -> None:
    followup = schedule_followup(a_client(), NOW.date(), by=bob, now=NOW)
    assert check_in(followup, by=bob, now=NOW, kind="call", words="Not good.", holds=False) is None


def test_a_check_in_is_done_once(bob: User) -> None:
    followup = schedule_followup(a_client(), NOW.date(), by=bob, now=NOW, note="Ask about nights")
    finish_followup(followup, by=bob, now=NOW, outcome="Fine")
    with pytest.raises(Refused, match="This check-in was done already"):
        finish_followup(followup, by=bob, now=NOW)
    assert [event.verb for event in Event.objects.all()] == ["finish_followup", "schedule_followup"]


def test_what_has_slipped_is_not_mended_any_more(bob: User) -> None:
    north = assessed(*(f"{day} Feb 09:00 client: Fine." for day in range(1, 26)))
    mark_mended(north, NOW.date(), by=bob, now=NOW)
    north.refresh_from_db()
    assert north.state == "Mended"
    followup = schedule_followup(north, NOW.date(), by=bob, now=NOW, number=3, of=6)
    check_in(followup, by=bob, now=NOW, kind="call", words="The old trouble is back.", holds=False)
    north.refresh_from_db()
    assert (north.mended_on, north.state == "Mended", north.computed_state == "Mended") == (None, False, False)
    assert Event.objects.filter(verb="end_mended").count() == 1
