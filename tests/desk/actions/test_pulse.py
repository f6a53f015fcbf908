"""Somebody says how they feel about us, and what has to follow does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Origin, Severity, Status, Step
from amends.desk.actions.case import finish_step, move_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.client_page import make_page
from amends.desk.actions.followup import schedule_followup
from amends.desk.actions.pulse import take_pulse
from amends.desk.models import Case, Event, FollowUp, PageKind, Person, Pulse
from amends.desk.rules import Refused
from cast import NOW, a_client, person_at, told, upset

if TYPE_CHECKING:
    from amends.desk.models import Branch, Client, ClientPage, User

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
IN_AN_HOUR = NOW + HOUR


@pytest.fixture
def north(bob: User, riverside: Branch) -> Client:
    return a_client(looked_after_by=bob, branch=riverside)


@pytest.fixture
def gary(north: Client) -> Person:
    return person_at(north, "gary@north.example")


@pytest.fixture
def dana(north: Client) -> Person:
    return person_at(north, "dana@north.example")


@pytest.fixture
def page(gary: Person, bob: User) -> ClientPage:
    return make_page(PageKind.PULSE, gary, by=bob, now=NOW)


def says(person: Person, feeling: int | None = None, **more: Any) -> Pulse:
    return take_pulse(person.client, person=person, feeling=feeling, **{"now": NOW, **more})


def test_an_answer_is_kept_as_it_was_given(gary: Person, page: ClientPage) -> None:
    pulse = says(gary, 4, does=5, interests=4, straight=3, next_order="yes", words=" Better. ", page=page)
    kept = Pulse.objects.get()
    assert (kept, kept.person, kept.page, kept.by, kept.at, kept.words) == (pulse, gary, page, None, NOW, "Better.")
    assert (kept.feeling, kept.does, kept.interests, kept.straight, kept.next_order) == (4, 5, 4, 3, "yes")
    event = Event.objects.get(verb="take_pulse")
    assert (event.by, event.person, event.client) == (None, gary, gary.client)
    assert event.after == {"feeling": 4, "does": 5, "interests": 4, "straight": 3, "next_order": "yes"}


def test_what_a_colleague_heard_is_theirs_to_have_kept(gary: Person, bob: User) -> None:
    says(gary, 4, by=bob)
    event = Event.objects.get(verb="take_pulse")
    assert (event.by, event.person) == (bob, None)


@pytest.mark.parametrize(
    "answered", [{}, {"words": "   "}, {"feeling": 6}, {"handling": 0}, {"next_order": "perhaps", "feeling": 4}]
)
def test_what_was_not_asked_is_no_answer(gary: Person, answered: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        says(gary, **answered)
    assert Pulse.objects.count() == 0


def test_whoever_is_elsewhere_answers_for_nobody(gary: Person) -> None:
    with pytest.raises(Refused, match=r"^Gary is not at South\.$"):
        take_pulse(a_client(name="South"), person=gary, now=NOW, feeling=4)


def test_viewers_take_nothing_down(gary: Person, vera: User) -> None:
    with pytest.raises(Refused):
        says(gary, 4, by=vera)


# ── Once, twice, otherwise


def test_an_answer_sent_twice_is_one(gary: Person, page: ClientPage) -> None:
    first = says(gary, 2, page=page, words="Nobody came.")
    assert says(gary, 2, page=page, words="Nobody came.", now=NOW + 9 * DAY) == first
    assert (Pulse.objects.count(), Case.objects.count(), len(told("take_pulse")), len(told("change_pulse"))) == (
        1,
        1,
        1,
        0,
    )


def test_what_was_taken_down_twice_at_once_is_one(gary: Person, bob: User) -> None:
    says(gary, 4, by=bob)
    says(gary, 4, by=bob, now=NOW + timedelta(minutes=1))
    says(gary, 4, by=bob, now=NOW + DAY)
    assert [pulse.at for pulse in Pulse.objects.all()] == [NOW, NOW + DAY]


def test_who_thinks_again_the_same_day_has_said_one_thing(gary: Person, page: ClientPage) -> None:
    says(gary, 4, page=page, words="Fine.")
    says(gary, 5, page=page, handling=4, now=NOW + HOUR)
    pulse = Pulse.objects.get()
    assert (pulse.feeling, pulse.handling, pulse.words, pulse.at) == (5, 4, "Fine.", NOW)
    assert told("change_pulse") == [({"feeling": 4}, {"feeling": 5, "handling": 4})]


def test_who_answers_otherwise_days_later_has_said_another_thing(gary: Person, page: ClientPage) -> None:
    says(gary, 4, page=page)
    says(gary, 5, page=page, now=NOW + 2 * DAY)
    assert [pulse.feeling for pulse in Pulse.objects.all()] == [4, 5]


# ── A low answer


@pytest.mark.parametrize(("feeling", "severity"), [(2, Severity.LET_DOWN), (1, Severity.READY_TO_LEAVE)])
def test_a_low_answer_opens_a_recovery(gary: Person, bob: User, feeling: int, severity: Severity) -> None:
    pulse = says(gary, feeling, words="Nobody came.")
    case = Case.objects.get()
    assert (case.origin, case.severity, case.words, case.person) == (Origin.PULSE, severity, "Nobody came.", gary)
    assert (case.lead, case.opened_by, case.call_back_by, case.is_restricted) == (bob, None, IN_AN_HOUR, False)
    assert pulse.case == case


def test_no_next_order_opens_one_too(gary: Person) -> None:
    says(gary, does=5, interests=5, straight=5, next_order="no")
    assert Case.objects.get().severity == Severity.READY_TO_LEAVE


def test_an_answer_in_the_middle_opens_none(gary: Person) -> None:
    says(gary, 3)
    assert Case.objects.count() == 0


def test_where_a_recovery_is_under_way_its_lead_is_told(gary: Person, dana: Person, bob: User) -> None:
    case = upset(bob, gary.client, severity=Severity.ANNOYED)
    Case.objects.update(next_at=NOW + WEEK)
    pulse = says(dana, 2)
    case.refresh_from_db()
    assert (Case.objects.count(), case.next_at, case.severity) == (1, IN_AN_HOUR, Severity.LET_DOWN)
    assert pulse.case is None  # what she said is not of that recovery alone
    event = Event.objects.get(verb="hear_pulse")
    assert (event.case, event.person, event.by) == (case, dana, None)


def test_whoever_is_to_be_called_sooner_is(gary: Person, bob: User) -> None:
    case = upset(bob, gary.client, severity=Severity.READY_TO_LEAVE)
    Case.objects.update(next_at=NOW + timedelta(minutes=5))
    says(gary, 2)
    case.refresh_from_db()
    assert (case.next_at, case.severity) == (NOW + timedelta(minutes=5), Severity.READY_TO_LEAVE)


def test_a_recovery_without_a_next_day_gets_one(gary: Person, bob: User) -> None:
    case = upset(bob, gary.client)
    Case.objects.update(next_at=None)
    says(gary, 2)
    case.refresh_from_db()
    assert case.next_at == IN_AN_HOUR


def test_it_is_heard_in_their_own_recovery_first(gary: Person, dana: Person, bob: User) -> None:
    danas = upset(bob, gary.client, person=dana)
    garys = upset(bob, gary.client, person=gary)
    newest = upset(bob, gary.client)
    says(dana, 2)
    says(gary, 2)
    says(gary, 1, case=danas, now=NOW + DAY)
    says(person_at(gary.client, "eve@north.example"), 2)
    heard = Event.objects.filter(verb="hear_pulse").order_by("pk")
    assert [event.case for event in heard] == [danas, garys, danas, newest]


def test_who_stays_low_is_heard_once_a_sitting(gary: Person, page: ClientPage) -> None:
    says(gary, 2, page=page)
    says(gary, 1, page=page, now=NOW + HOUR)
    assert (Case.objects.count(), len(told("hear_pulse"))) == (1, 0)


def test_who_falls_low_within_a_sitting_is_heard(gary: Person, page: ClientPage) -> None:
    says(gary, 4, page=page)
    says(gary, 2, page=page, now=NOW + HOUR)
    assert Case.objects.count() == 1


def test_a_restricted_matter_opens_a_restricted_one(gary: Person, bob: User, mona: User) -> None:
    case = upset(bob, gary.client, person=gary)
    change_team(case, Team(mona, is_restricted=True), by=None, now=NOW)
    move_case(case, Status.CLOSED, by=None, now=NOW)
    says(gary, 2, case=case, words="Between us.")
    opened = Case.objects.exclude(pk=case.pk).get()
    assert (opened.is_restricted, opened.lead, opened.words) == (True, mona, "Between us.")
    assert Pulse.objects.get().case == case


def test_a_colleague_who_does_not_see_the_recovery_opens_another(
    gary: Person, bob: User, mona: User, charlie: User
) -> None:
    case = upset(bob, gary.client)
    change_team(case, Team(mona, is_restricted=True), by=None, now=NOW)
    says(gary, 2, by=charlie)
    assert Case.objects.exclude(pk=case.pk).get().opened_by == charlie


# ── Check-ins


def followed(gary: Person, bob: User, number: int = 9) -> FollowUp:
    case = upset(bob, gary.client, person=gary)
    finish_step(case, Step.FIX, by=bob, now=NOW)
    FollowUp.objects.update(number=number, due_on=(NOW + 4 * WEEK).date())
    return FollowUp.objects.get()


@pytest.mark.parametrize(
    ("before", "feeling", "number"),
    [(None, 2, 1), (5, 3, 1), (5, 4, 9), (None, 3, 9), (3, 5, 9)],
)
def test_weekly_again_after_a_low_answer_or_a_fall(
    gary: Person, bob: User, before: int | None, feeling: int, number: int
) -> None:
    coming = followed(gary, bob)
    if before:
        says(gary, before, now=NOW - WEEK)
    says(gary, feeling)
    coming.refresh_from_db()
    assert (coming.number, coming.due_on == (NOW + WEEK).date()) == (number, number == 1)


def test_what_they_said_at_a_check_in_counts_as_before(gary: Person, bob: User) -> None:
    coming = followed(gary, bob)
    schedule_followup(gary.client, NOW.date(), by=bob, now=NOW, person=gary)
    FollowUp.objects.exclude(pk=coming.pk).update(done_at=NOW - DAY, feeling=5)
    says(gary, 3)
    coming.refresh_from_db()
    assert coming.number == 1


def test_anothers_answers_are_none_of_theirs(gary: Person, dana: Person, bob: User) -> None:
    coming = followed(gary, bob)
    says(dana, 5, now=NOW - DAY)
    says(gary, 3)
    coming.refresh_from_db()
    assert coming.number == 9


def test_an_answer_on_the_phone_is_a_contact(gary: Person, bob: User) -> None:
    coming = followed(gary, bob, number=6)
    FollowUp.objects.update(due_on=(NOW + DAY).date())
    says(gary, 4)
    coming.refresh_from_db()
    assert coming.due_on == (NOW + DAY).date()
    says(gary, 4, by=bob)
    coming.refresh_from_db()
    assert coming.due_on == (NOW + 2 * WEEK).date()
