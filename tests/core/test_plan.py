"""What a plan lacks, what its playbooks ask for, and when too much is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from amends.core.case import Theme
from amends.core.plan import (
    NAMES,
    Answer,
    Change,
    Failure,
    Part,
    Plan,
    Play,
    fitting,
    is_fanfare,
    playbook,
    plays_of,
    spoken,
)
from amends.core.wording import speak
from conversation import at

TODAY = date(2025, 3, 10)
WHOLE = Change(
    what="Confirm every name by 8 pm",
    due_on=TODAY,
    owner="Jo Tan",
    has_owner_agreed=True,
    measure="Twenty shifts in a row",
    answers_words=True,
    answer=Answer.AGREED,
)


def a_plan(*changes: Change, **more: object) -> Plan:
    return Plan(changes, **{"was_asked": True, "is_approved": True, **more})  # type: ignore[arg-type]  # by name


def test_a_whole_plan_lacks_nothing() -> None:
    assert a_plan(WHOLE).missing(TODAY) == []


def test_without_an_action_that_is_all_there_is_to_say() -> None:
    assert Plan([]).missing(TODAY) == ["There is no action yet. Add one, or begin with a playbook."]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"is_owner_gone": True}, "Jo Tan cannot do it any more. Who takes over “Confirm every name by 8 pm”?"),
        ({"owner": ""}, "“Confirm every name by 8 pm” has no owner."),
        ({"due_on": TODAY - timedelta(days=1)}, "The day of “Confirm every name by 8 pm” has passed."),
        ({"measure": ""}, "“Confirm every name by 8 pm” has no measure: how will we know that it worked?"),
        ({"answers_words": False}, "“Confirm every name by 8 pm” answers nothing that they said."),
        ({"has_owner_agreed": False}, "Jo Tan has not agreed to it yet."),
        ({"is_containment": True}, "Everything here stops the harm. Nothing keeps it from coming back yet."),
        ({"answer": ""}, "The client has not agreed to one change."),
    ],
)
def test_what_one_action_lacks_is_said_by_its_name(change: dict[str, object], told: str) -> None:
    assert a_plan(replace(WHOLE, **change)).missing(TODAY) == [told]  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": ""}, "2 actions have no owner."),
        ({"due_on": TODAY - timedelta(days=1)}, "The days of 2 actions have passed."),
        ({"measure": ""}, "2 actions have no measure: how will we know that they worked?"),
        ({"answers_words": False}, "2 changes answer nothing that they said."),
        ({"answer": Answer.NO}, "The client has not agreed to 2 changes."),
    ],
)
def test_what_several_lack_is_counted(change: dict[str, object], told: str) -> None:
    several = [replace(WHOLE, **change)] * 2  # type: ignore[arg-type]  # by name
    assert a_plan(*several).missing(TODAY) == [told]


def test_an_owner_who_was_asked_for_two_is_named_once() -> None:
    asked = replace(WHOLE, has_owner_agreed=False)
    assert a_plan(asked, asked).missing(TODAY) == ["Jo Tan has not agreed to it yet."]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"unanswered_words": 1}, "One thing that they said is answered by no change."),
        ({"unanswered_words": 3}, "3 things that they said are answered by no change."),
        ({"was_asked": False}, "Nobody else on the account was asked what they would do."),
        ({"silent": ["Tom Beckett"]}, "Tom Beckett was asked and has not said anything yet."),
        ({"is_approved": False}, "The lead or a manager has not approved it."),
    ],
)
def test_what_the_plan_as_a_whole_lacks(plan: dict[str, object], told: str) -> None:
    assert a_plan(WHOLE, **plan).missing(TODAY) == [told]


def test_what_is_done_or_for_the_team_alone_needs_less() -> None:
    done = replace(WHOLE, owner="", measure="", due_on=date(2020, 1, 1), is_done=True)
    inside = replace(WHOLE, is_visible=False, answers_words=False, answer="")
    assert a_plan(done, inside).missing(TODAY) == []


def test_a_long_action_is_named_by_its_beginning() -> None:
    told = replace(WHOLE, what="Confirm " + "every name " * 30)
    assert told.name == "Confirm every name every name every name every name every…"
    assert replace(WHOLE, what="x" * 90).name == f"{'x' * 60}…"


def test_nobody_is_bound_until_client_and_owner_agree() -> None:
    assert WHOLE.binds
    assert not replace(WHOLE, answer="").binds
    assert not replace(WHOLE, has_owner_agreed=False).binds
    assert replace(WHOLE, answer="", is_visible=False).binds  # the client has no say in what is for the team


def test_it_is_fixed_when_the_client_says_so() -> None:
    done, inside = replace(WHOLE, is_done=True), replace(WHOLE, is_done=True, is_visible=False)
    held = replace(done, is_verified=True)
    for going in ((), (WHOLE,), (done,), (held, WHOLE), (held, done)):
        assert not a_plan(*going).is_fixed
    assert a_plan(held, inside).is_fixed
    assert a_plan(done, inside).visible == 1


def test_every_kind_of_failure_has_a_playbook_that_is_whole() -> None:
    for failure in Failure:
        plays = playbook(failure)
        assert NAMES[failure]
        assert 5 <= len(plays) <= 9
        assert any(play.stops for play in plays)
        assert any(not play.stops and not play.inside for play in plays)
        assert all(play.measure and len(play.measure) <= 300 for play in plays)
        assert len({play.what for play in plays}) == len(plays)


def test_a_row_that_says_nothing_is_no_action() -> None:
    rows = [{"what": ""}, {"what": "Call them", "who": "carer"}, {"what": "Ask"}]
    assert plays_of(rows) == (Play("Call them", who=Part.CARER), Play("Ask"))


def test_what_fits_comes_first_and_nothing_is_left_out() -> None:
    assert fitting(Theme.BILLING)[0] is Failure.INVOICE
    assert fitting(Theme.SOURCING)[:2] == (Failure.FALSE_CREDENTIAL, Failure.WRONG_HIRE)
    assert fitting("") == fitting(Theme.CLIENT_SIDE) == tuple(Failure)
    assert all(sorted(fitting(theme)) == sorted(Failure) for theme in Theme)


def test_more_than_one_letter_a_week_that_nobody_asked_for_is_fanfare() -> None:
    now = at("10 Mar 12:00")
    assert not is_fanfare([], now)
    assert not is_fanfare([at("3 Mar 12:00"), at("9 Mar 09:00")], now)  # a week apart
    assert is_fanfare([at("3 Mar 12:01"), at("9 Mar 09:00")], now)
    assert not is_fanfare([at("9 Mar 09:00"), at("11 Mar 09:00")], now)  # not sent yet


def test_shipped_actions_are_spoken_in_the_language() -> None:
    speak(lambda text: f"[{text}]")
    try:
        [play, *_rest] = spoken(playbook(Failure.INVOICE))
    finally:
        speak()
    assert play.what == "[Put the wrong invoice on hold and say so in writing, so that no reminder goes out]"
    assert play.measure == "[No reminder reaches them]"
