"""A recovery that is stuck is told of: its lead first, then who manages the client, then the owners; each once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.case_about import acknowledge_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.notice import choose_notice
from amends.desk.actions.notice_out import is_untimely, rest_until_open, send_next_notice
from amends.desk.actions.stuck import calm_down, tell_stuck
from amends.desk.actions.talk import record_talk
from amends.desk.models import Case, Event, Firm, LetterKind, Notice, Outgoing, User
from cast import NOW, WORDS, a_client, at, told, upset

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import Branch

LATE = at("10 Mar 13:30")  # half an hour after the call-back was due
SOON = at("10 Mar 17:00")  # the office has closed
TOMORROW = at("11 Mar 09:30")


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


def heard() -> list[tuple[str, int]]:
    """Return who was told so far, and at which level, in order."""
    rows = Notice.objects.filter(kind=LetterKind.STUCK).order_by("at", "level", "pk")
    return list(rows.values_list("user__name", "level"))


def at_riverside(bob: User, riverside: Branch) -> Case:
    return upset(bob, a_client(name="North", branch=riverside, looked_after_by=bob))


def test_the_lead_is_told_first_and_the_levels_follow(bob: User, mona: User, alice: User, riverside: Branch) -> None:
    case = at_riverside(bob, riverside)
    assert (tell_stuck(now=NOW), heard()) == (False, [])
    assert (tell_stuck(now=LATE), heard()) == (True, [("Bob Reed", 1)])
    assert (tell_stuck(now=LATE), heard()) == (False, [("Bob Reed", 1)])
    [letter] = Outgoing.objects.all()
    assert (letter.to, letter.client, letter.case, letter.user) == (bob.email, case.client, case, bob)
    assert letter.subject == "The recovery of North is stuck"
    assert letter.text.startswith("Call back (due on Monday, March 10, 1 p.m.)\nBob Reed leads it.\n")
    assert WORDS not in letter.text
    tell_stuck(now=SOON - timedelta(minutes=1))
    assert heard() == [("Bob Reed", 1)]
    tell_stuck(now=TOMORROW)
    assert sorted(heard()) == [("Bob Reed", 1), ("Bob Reed", 1), ("Mona Quay", 2)]
    tell_stuck(now=at("11 Mar 13:30"))
    assert min(heard()) == ("Alice Alder", 3)
    case.refresh_from_db()
    assert case.told_level == 3
    assert {event.case_id for event in Event.objects.filter(verb="tell_stuck")} == {case.pk}
    assert told("tell_stuck")[0] == ({"told_level": 0}, {"colleague": bob.pk, "level": 1, "way": "mail"})
    del mona, alice


def test_nobody_is_told_outside_working_hours(bob: User, riverside: Branch) -> None:
    at_riverside(bob, riverside)
    assert tell_stuck(now=at("10 Mar 20:00")) is False


def test_what_moves_is_not_stuck_and_begins_with_the_lead_again(bob: User, riverside: Branch) -> None:
    case = at_riverside(bob, riverside)
    tell_stuck(now=LATE)
    calm_down(now=LATE)
    case.refresh_from_db()
    assert case.told_level == 1
    [letter] = Outgoing.objects.all()
    assert is_untimely(letter, now=LATE) is False
    record_talk(case.client, "call", by=bob, now=LATE, case=case)
    assert is_untimely(letter, now=LATE) is True
    assert deliver_next(now=LATE) is True  # it is not sent
    letter.refresh_from_db()
    assert (letter.text, letter.sent_at) == ("", None)
    calm_down(now=LATE)
    case.refresh_from_db()
    assert case.told_level == 0
    assert tell_stuck(now=at("11 Mar 12:00")) is False


def test_a_restricted_recovery_is_told_to_its_team_and_the_owners_alone(
    bob: User, mona: User, alice: User, riverside: Branch
) -> None:
    case = at_riverside(bob, riverside)
    change_team(case, Team(bob, is_restricted=True), by=bob, now=NOW)
    for now in (LATE, TOMORROW, at("11 Mar 13:30")):
        tell_stuck(now=now)
    assert {name for name, _ in heard()} == {"Bob Reed", "Alice Alder"}
    del mona, alice


def test_who_chose_not_to_hear_of_it_hears_nothing(bob: User, riverside: Branch) -> None:
    at_riverside(bob, riverside)
    choose_notice(bob, LetterKind.STUCK, "none", by=bob, now=NOW)
    assert tell_stuck(now=LATE) is False
    assert (heard(), Outgoing.objects.count()) == ([("Bob Reed", 1)], 0)


def test_without_a_mail_server_nobody_is_marked_as_told(bob: User, riverside: Branch, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    case = at_riverside(bob, riverside)
    assert tell_stuck(now=LATE) is False
    case.refresh_from_db()
    assert (heard(), case.told_level) == ([], 0)


def test_the_demo_firm_tells_nobody(bob: User, riverside: Branch) -> None:
    at_riverside(bob, riverside)
    Firm.objects.update(is_demo=True)
    assert tell_stuck(now=LATE) is False
    Firm.objects.all().delete()
    calm_down(now=LATE)


def test_nobody_leads_it_and_the_next_level_is_told_at_once(bob: User, mona: User, riverside: Branch) -> None:
    case = at_riverside(bob, riverside)
    Case.objects.update(lead=None)
    tell_stuck(now=LATE)
    assert heard() == [("Mona Quay", 1)]
    assert "Nobody leads it yet." in Outgoing.objects.get().text
    acknowledge_case(case, by=bob, now=LATE)
    del mona


@pytest.mark.parametrize("is_still_stuck", [True, False])
def test_by_a_service_it_is_told_as_it_stands(alice: User, riverside: Branch, *, is_still_stuck: bool) -> None:
    case, bob = at_riverside(alice, riverside), alice  # who owns the firm may choose a service inside it
    choose_notice(alice, LetterKind.STUCK, "other", "json://127.0.0.1:9/", by=alice, now=NOW)
    tell_stuck(now=LATE)
    if not is_still_stuck:
        record_talk(case.client, "call", by=bob, now=LATE, case=case)
    assert send_next_notice(now=at("10 Mar 18:00")) is False  # not outside working hours
    assert send_next_notice(now=LATE) is True
    notice = Notice.objects.get()
    if is_still_stuck:  # the service cannot be reached, and it goes by mail
        assert (notice.problem != "", Outgoing.objects.get().case) == (True, case)
    else:
        assert (notice.way, Outgoing.objects.count()) == ("none", 0)


def test_a_mail_of_it_waits_for_the_morning(bob: User, riverside: Branch) -> None:
    at_riverside(bob, riverside)
    tell_stuck(now=LATE)
    [letter] = Outgoing.objects.all()
    assert rest_until_open(letter, now=LATE) is False
    assert rest_until_open(letter, now=at("10 Mar 18:00")) is True
    letter.refresh_from_db()
    assert letter.due_at == at("11 Mar 09:00")


@pytest.mark.parametrize("count", [1, 3])
def test_many_that_are_stuck_are_found_by_as_many_questions(
    bob: User, riverside: Branch, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        upset(bob, a_client(name=f"North {number}", branch=riverside, looked_after_by=bob))
    choose_notice(bob, LetterKind.STUCK, "none", by=bob, now=NOW)
    tell_stuck(now=LATE)
    with django_assert_num_queries(6):
        assert tell_stuck(now=LATE) is False
