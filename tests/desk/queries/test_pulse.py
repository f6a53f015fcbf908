"""What people answered, as the method reads it, and as the timeline and the evidence tell it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status
from amends.core.staffing import FactKind
from amends.desk.actions.case import move_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.followup import finish_followup, schedule_followup
from amends.desk.actions.health import assess_client
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.touch import record_fact
from amends.desk.models import Person, Pulse, Signal
from amends.desk.queries.evidence import pieces_of
from amends.desk.queries.mended import mending_of
from amends.desk.queries.pulse import felt_since
from amends.desk.queries.pulse_page import to_ask_of_handling
from amends.desk.queries.timeline import timeline_of
from cast import NOW, a_client, lines, person_at, upset

if TYPE_CHECKING:
    from amends.desk.models import Case, Client, Firm, User

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(looked_after_by=bob)


@pytest.fixture
def gary(north: Client) -> Person:
    return person_at(north, "gary@north.example")


@pytest.fixture
def dana(north: Client) -> Person:
    return person_at(north, "dana@north.example")


def says(person: Person, feeling: int | None = None, **more: Any) -> Pulse:
    return take_pulse(person.client, person=person, feeling=feeling, **{"now": NOW, **more})


def checked_in(person: Person, feeling: int, bob: User, case: Case | None = None) -> None:
    followup = schedule_followup(person.client, NOW.date(), by=bob, now=NOW, person=person, case=case)
    finish_followup(followup, by=bob, now=NOW, feeling=feeling, holds=True)


# ── Health


def test_a_low_answer_counts_until_they_give_a_better_one(north: Client, gary: Person) -> None:
    says(gary, 2, words="Nobody came.")
    assess_client(north, now=NOW)
    assert [line for line in lines(north) if line[0] == "low answer"] == [("low answer", 6)]
    says(gary, 4, now=NOW + DAY)
    assess_client(north, now=NOW + DAY)
    assert [line for line in lines(north) if line[0] == "low answer"] == []


def test_another_persons_good_answer_hides_nothing(north: Client, gary: Person, dana: Person) -> None:
    says(gary, 2)
    says(dana, 5, now=NOW + DAY)
    assess_client(north, now=NOW + DAY)
    assert ("low answer", 6) in lines(north)


def test_what_was_said_at_a_check_in_counts_too(north: Client, gary: Person, bob: User) -> None:
    checked_in(gary, 1, bob)
    assess_client(north, now=NOW)
    assert ("low answer", 6) in lines(north)


def test_the_evidence_says_where_it_was_asked_and_repeats_no_words(north: Client, gary: Person, bob: User) -> None:
    checked_in(gary, 2, bob)
    says(person_at(north, "dana@north.example"), 1, words="Nobody came.", now=NOW + DAY)
    assess_client(north, now=NOW + DAY)
    line = Signal.objects.get(rule="low answer", cleared_at=None)
    assert line.summary == "Asked how it is going, they gave 1 of 5 on Mar 11"
    told = [(piece.recorded, piece.counts, piece.quote) for piece in pieces_of(line)]
    assert told == [("Asked how it is to work with us", "1 of 5", ""), ("Asked at a check-in", "2 of 5", "")]


# ── Mended


def test_answers_of_all_kinds_are_one_row(north: Client, gary: Person, dana: Person, bob: User) -> None:
    record_fact(north, FactKind.PULSE, by=bob, now=NOW, at=NOW - DAY, value=Decimal(2))
    checked_in(gary, 3, bob)
    says(dana, 4, now=NOW + DAY)
    says(gary, 5, now=NOW + 2 * DAY)
    says(gary, handling=1, now=NOW + 3 * DAY)  # says nothing of how they feel
    assert felt_since(north.pk, NOW - WEEK) == ([2, 3, 4, 5], [2, 5, 4])
    assert felt_since(north.pk, NOW + DAY) == ([4, 5], [4, 5])


def pulses_of(case: Case) -> tuple[bool | None, str]:
    found = next(one for one in mending_of(case, NOW + WEEK) if one.condition == "pulses")
    return found.is_met, found.text


def test_two_good_answers_mend_unless_somebody_still_feels_let_down(gary: Person, dana: Person, bob: User) -> None:
    case = upset(bob, gary.client, person=gary)
    says(gary, 3, now=NOW + DAY)
    says(dana, 4, now=NOW + 2 * DAY)
    says(dana, 5, now=NOW + 3 * DAY)
    told = "The last two answers were good, and somebody’s last was “Unsure”. Ask them again."
    assert pulses_of(case) == (False, told)
    says(gary, 4, now=NOW + 4 * DAY)
    assert pulses_of(case) == (True, "They felt good about us the last two times.")


# ── The timeline


def test_the_timeline_tells_what_they_said(north: Client, gary: Person, dana: Person, bob: User, firm: Firm) -> None:
    says(gary, 4, now=NOW, words="Better.")
    says(gary, 4, now=NOW + DAY, by=bob)
    says(dana, handling=2, now=NOW + 2 * DAY)
    says(dana, words="Call me.", now=NOW + 3 * DAY)
    says(dana, 1, now=NOW + 4 * DAY)
    Pulse.objects.filter(feeling=1).update(person=None)
    entries = [one for one in timeline_of(north, firm).entries if one.icon == "heart-pulse"]
    assert [(one.title, one.text, one.words, one.by, one.tone) for one in entries] == [
        ("Asked how it is to work with us, Somebody there said “Ready to leave”", "", "", "", "hurt"),
        ("Dana wrote to us", "", "Call me.", "Dana", ""),
        ("Asked how we handled it, Dana said “Not well”", "", "", "", ""),
        ("Asked how it is to work with us, Gary said “Mostly good”", "Told Bob", "", "", ""),
        ("Asked how it is to work with us, Gary said “Mostly good”", "", "Better.", "Gary", ""),
    ]
    assert {one.opens for one in entries} == {("client-pulse", north.pk)}


def test_what_is_said_of_a_restricted_recovery_is_its_teams(
    north: Client, gary: Person, bob: User, mona: User, charlie: User, firm: Firm
) -> None:
    case = upset(bob, north, person=gary)
    change_team(case, Team(mona, is_restricted=True), by=None, now=NOW)
    says(gary, 4, case=case, words="Between us.")
    seen = [[one.words for one in timeline_of(north, firm, user=user).entries] for user in (mona, charlie)]
    assert ["Between us." in words for words in seen] == [True, False]


# ── After a recovery


def test_who_is_asked_how_it_was_handled(north: Client, gary: Person, dana: Person, bob: User, mona: User) -> None:
    nobody = Person.objects.create(client=north, name="Nobody reached")
    cases = [upset(bob, north, person=person) for person in (gary, dana, nobody)]
    upset(bob, north, person=gary)
    for case in cases:
        move_case(case, Status.CLOSED, by=bob, now=NOW)
    assert {case.person for case in to_ask_of_handling(north, bob, NOW)} == {gary, dana}
    says(dana, handling=3, case=cases[1])
    assert [case.person for case in to_ask_of_handling(north, bob, NOW)] == [gary]
    assert to_ask_of_handling(north, bob, NOW + 91 * DAY) == []
    change_team(cases[0], Team(mona, is_restricted=True), by=None, now=NOW)
    assert [to_ask_of_handling(north, user, NOW) for user in (bob, mona)] == [[], [cases[0]]]
    Person.objects.filter(pk=gary.pk).update(no_pulse_at=NOW)
    assert to_ask_of_handling(north, mona, NOW) == []
