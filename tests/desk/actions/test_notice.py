"""Who waits longer than agreed is told by day, from level to level, to each once and to nobody away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as told_settings

from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.notice import (
    choose_notice,
    tell_late,
    tell_morning,
)
from amends.desk.actions.notice_out import is_untimely, rest_until_open
from amends.desk.actions.user import change_user
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import (
    Client,
    Firm,
    Holiday,
    LetterKind,
    Notice,
    Outgoing,
    Role,
    User,
    Waiting,
    Way,
)
from cast import JOINED, NOW, ROSTER, TALK, a_restricted_client, assessed, at, told
from telling import EIGHT, TELLING, a_mail, late, mornings, queued, waits

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from amends.desk.models import Branch


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


# Somebody waits longer than agreed


@pytest.mark.usefixtures("everybody")
def test_each_level_hears_at_its_hour_and_once(bob: User, riverside: Branch) -> None:
    waits(looked_after_by=bob, branch=riverside)
    assert late(TELLING - timedelta(minutes=1)) == []
    assert late() == [("Bob", "North")]
    assert late(TELLING + timedelta(hours=2)) == []
    assert late(TELLING + timedelta(hours=4)) == [("Mona", "North")]
    assert late(at("11 Mar 09:30")) == [("Alice", "North")]
    assert late(at("11 Mar 12:00")) == []
    assert [row.level for row in Notice.objects.order_by("at")] == [1, 2, 3]
    assert told("tell_late") == [({}, {"count": 1, "way": "mail"})] * 3


def test_a_manager_hears_who_is_away_and_whom_to_call(bob: User, mona: User, riverside: Branch) -> None:
    User.objects.filter(pk=bob.pk).update(away_until=date(2025, 3, 13))
    wait = waits(looked_after_by=bob, branch=riverside)
    assert late() == [("Mona", "North")]
    mail = a_mail()
    assert (mail.to, mail.kind, mail.client, mail.person) == (mona.email, LetterKind.LATE, wait.client, wait.person)
    assert mail.subject == "Gary at North waits longer than agreed"
    assert mail.text == (
        "North has waited 2 days for an answer. Bob is away until Thursday. Can you call Gary?\n\n"
        f"“Does anyone there read these?”\n\n{told_settings.ADDRESS}/clients/{wait.client_id}/call\n"
    )
    assert mail.why == (
        "You get this because it is yours to see to when somebody waits longer than agreed. To get it another way, or"
        f" not at all: {told_settings.ADDRESS}/settings/notices"
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "North has waited 2 days for an answer. Nobody looks after them yet. Can you call Gary?"),
        ({"looked_after_by": "bob"}, "North has waited 3 days for an answer. Bob looks after them. Can you call Gary?"),
        ({"looked_after_by": "alice"}, "North has waited 2 days for an answer. Can you call Gary?"),
    ],
)
def test_an_owner_hears_whose_it_is(alice: User, bob: User, fields: dict[str, str], says: str) -> None:
    whose: dict[str, Any] = {name: {"alice": alice, "bob": bob}[value] for name, value in fields.items()}
    waits(**whose)
    late(TELLING if fields.get("looked_after_by") != "bob" else at("11 Mar 09:30"))
    assert Outgoing.objects.get(user=alice).text.splitlines()[0] == says


def test_who_comes_back_after_a_week_is_away_until_a_day_with_its_date(bob: User, mona: User) -> None:
    User.objects.filter(pk=bob.pk).update(away_until=date(2025, 3, 21))
    waits(looked_after_by=bob)
    late()
    assert "Bob is away until Friday, March 21." in a_mail(user=mona).text


def test_several_who_wait_are_told_in_one_mail(bob: User) -> None:
    first, second = waits("North", looked_after_by=bob), waits("South", looked_after_by=bob)
    Waiting.objects.filter(pk=second.pk).update(person=None)
    assert late() == [("Bob", "North"), ("Bob", "South")]
    mail = a_mail()
    assert (mail.subject, mail.client) == ("Two people wait longer than agreed", None)
    assert "Can you call Gary?" in mail.text
    assert "Can you call South?" in mail.text
    waits("East", looked_after_by=bob, due="10 Mar 10:00")
    assert late(at("10 Mar 10:00")) == []  # at most once an hour
    assert late(at("10 Mar 10:31")) == [("Bob", "East")]
    assert first.client_id != second.client_id


@pytest.mark.parametrize("when", ["10 Mar 20:00", "15 Mar 11:00", "12 Mar 11:00", "11 Mar 08:59"])
def test_nothing_is_told_outside_working_hours_nor_on_holidays(bob: User, when: str) -> None:
    Holiday.objects.create(on=date(2025, 3, 12), name="Founders' day")
    waits(looked_after_by=bob, due="14 Mar 16:00" if when.startswith("15") else "10 Mar 16:00")
    assert late(at(when)) == []


def test_what_was_late_long_ago_is_left_to_the_morning_mail(bob: User) -> None:
    waits(looked_after_by=bob, due="3 Mar 10:00")
    assert late() == []


@pytest.mark.usefixtures("mona")
def test_who_was_covered_or_answered_is_told_no_more(bob: User, charlie: User) -> None:
    covered, settled = waits("North", looked_after_by=bob), waits("South", looked_after_by=bob)
    Waiting.objects.filter(pk=covered.pk).update(covered_by=charlie)
    Waiting.objects.filter(pk=settled.pk).update(settled_at=NOW)
    assert late() == []


def test_a_cover_who_can_no_longer_answer_covers_nobody(bob: User, vera: User) -> None:
    wait = waits(looked_after_by=bob)
    Waiting.objects.filter(pk=wait.pk).update(covered_by=vera)
    assert late() == [("Bob", "North")]


@pytest.mark.usefixtures("mona")
def test_nobody_hears_of_a_client_they_may_not_see(
    bob: User, charlie: User, riverside: Branch, harbour: Branch
) -> None:
    other = User.objects.create(
        email="henry@alder.example", name="Henry", role=Role.MANAGER, branch=harbour, joined_at=JOINED
    )
    change_user(bob, by=bob, now=NOW, away_until=date(2025, 3, 13), covered_by=charlie)
    secret = a_restricted_client(
        "7 Mar 17:30 gary: Does anyone there read these?", branch=riverside, looked_after_by=bob
    )
    waits(client=secret)
    assert late() == [("Mona", "Secret")]
    Client.objects.update(is_restricted=False)
    Notice.objects.all().delete()
    assert late() == [("Charlie", "Secret")]  # who covers, now that they see it
    assert not Notice.objects.filter(user=other).exists()


@pytest.mark.usefixtures("mona")
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.VIEWER}, {"joined_at": None}])
def test_who_cannot_answer_is_told_nothing(bob: User, riverside: Branch, change: dict[str, Any]) -> None:
    User.objects.filter(pk=bob.pk).update(**change)
    waits(looked_after_by=bob, branch=riverside)
    assert late() == [("Mona", "North")]


@pytest.mark.usefixtures("mona")
def test_who_wants_to_hear_nothing_counts_as_told(bob: User, riverside: Branch) -> None:
    choose_notice(bob, LetterKind.LATE, Way.NONE, by=bob, now=NOW)
    waits(looked_after_by=bob, branch=riverside)
    assert late() == [("Bob", "North")]
    assert Outgoing.objects.count() == 0
    assert Notice.objects.get().way == Way.NONE


@pytest.mark.usefixtures("alice")
def test_the_levels_are_the_firms(bob: User) -> None:
    Firm.objects.update(escalate_hours=[1, 1, 2])
    waits(looked_after_by=bob)
    assert late() == []
    assert late(at("10 Mar 10:30")) == [("Alice", "North"), ("Bob", "North")]  # nobody manages it


def test_without_a_mail_server_nothing_is_told(bob: User, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    assessed(TALK, ROSTER, looked_after_by=bob)
    waits("South", looked_after_by=bob)
    assert (late(), mornings(), Notice.objects.count()) == ([], [], 0)


def test_the_demo_firm_tells_nobody(bob: User) -> None:
    Firm.objects.update(is_demo=True)
    assessed(TALK, ROSTER, looked_after_by=bob)
    waits("South", looked_after_by=bob)
    assert (late(), mornings()) == ([], [])
    Firm.objects.all().delete()
    assert (tell_late(now=TELLING), tell_morning(now=EIGHT)) == (False, False)


# What lies in the queue


def test_a_notice_of_who_was_answered_meanwhile_is_dropped_and_the_rest_told_anew(bob: User) -> None:
    first = waits("North", looked_after_by=bob)
    waits("South", looked_after_by=bob)
    late()
    assert is_untimely(queued(bob), now=TELLING) is False
    Waiting.objects.filter(pk=first.pk).update(settled_at=NOW)
    assert is_untimely(queued(bob), now=TELLING) is True
    Outgoing.objects.all().delete()
    assert late() == [("Bob", "South")]


def test_a_notice_waits_for_the_opening_and_goes_not_to_who_is_away(bob: User) -> None:
    waits(looked_after_by=bob)
    late()
    letter, night = queued(bob), at("10 Mar 19:00")
    assert rest_until_open(letter, now=TELLING) is False
    assert rest_until_open(letter, now=night) is True
    assert queued(bob).due_at == at("11 Mar 09:00")
    User.objects.update(away_until=date(2025, 3, 13))
    assert is_untimely(queued(bob), now=TELLING) is True
    User.objects.update(away_until=None, is_active=False)
    assert is_untimely(queued(bob), now=TELLING) is True


def test_a_morning_is_told_on_its_morning_or_not_at_all(bob: User) -> None:
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    mornings()
    letter = queued(bob, LetterKind.MORNING)
    moments = ("10 Mar 09:00", "10 Mar 12:30", "11 Mar 08:30")
    assert [is_untimely(letter, now=at(moment)) for moment in moments] == [False, True, True]


def test_the_worker_drops_what_is_over_and_holds_what_comes_at_night(bob: User) -> None:
    wait = waits(looked_after_by=bob)
    late()
    assert deliver_next(now=at("10 Mar 20:00")) is True  # and no mail server was asked
    assert deliver_next(now=at("10 Mar 20:01")) is False
    Waiting.objects.filter(pk=wait.pk).update(settled_at=NOW)
    assert deliver_next(now=at("11 Mar 09:00")) is True
    letter = Outgoing.objects.get()
    assert (letter.problem, letter.text, letter.sent_at) == ("It was out of date before it could be sent.", "", None)


def test_a_call_for_help_that_is_over_is_not_sent(bob: User, charlie: User) -> None:
    wait = waits(looked_after_by=bob)
    cover_waiting(wait, charlie, by=bob, now=NOW)
    letter = queued(charlie, LetterKind.COVER)
    assert letter.by == bob
    assert is_untimely(letter, now=NOW) is False
    Waiting.objects.update(settled_at=NOW)
    assert is_untimely(letter, now=NOW) is True
    assert is_untimely(Outgoing(kind=LetterKind.TEST, to="x@alder.example"), now=NOW) is False


def test_who_wants_no_calls_for_help_still_sees_them_on_today(bob: User, charlie: User) -> None:
    choose_notice(charlie, LetterKind.COVER, Way.NONE, by=charlie, now=NOW)
    wait = waits(looked_after_by=bob)
    cover_waiting(wait, charlie, by=bob, now=NOW)
    assert (Outgoing.objects.count(), Waiting.objects.get().covered_by) == (0, charlie)
