"""Whom to call is told in the morning; everybody chooses how they hear of things; what names the erased is blanked."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as told_settings

from amends.core.case import Status
from amends.core.escalation import Telling
from amends.desk.actions.case import move_case, plan_next, schedule_followup
from amends.desk.actions.client import delete_client
from amends.desk.actions.fix import finish_action
from amends.desk.actions.notice import (
    _tell_late,
    _tell_morning,
    choose_notice,
    send_test_notice,
)
from amends.desk.actions.notice_out import forget_notices
from amends.desk.actions.person import erase_person
from amends.desk.actions.promise import make_promise
from amends.desk.actions.user import change_user
from amends.desk.models import (
    Case,
    Event,
    Firm,
    Holiday,
    LetterKind,
    Mailbox,
    Notice,
    NoticeChoice,
    Outgoing,
    Person,
    PlanAction,
    User,
    Way,
)
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import Late, choice_of, morning_day
from amends.desk.rules import Refused
from cast import JOINED, LATE, NOW, ROSTER, TALK, WORDS, a_client, assessed, at, told, upset
from telling import EIGHT, TELLING, a_mail, late, mornings, waits

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


# In the morning


def test_one_person_to_call(bob: User) -> None:
    north = assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assert mornings() == ["Bob Reed: One person to call today"]
    mail = a_mail()
    assert mail.text == (
        "• Gary at North: has waited 2 days for an answer\n  “The roster never came and I am not happy.”\n"
        f"  {told_settings.ADDRESS}/clients/{north.pk}/call\n\nAll of it on one page: {told_settings.ADDRESS}/\n"
    )
    assert mail.why == (
        "You get this on the mornings of working days on which there is somebody to call, or an action is late. To get"
        f" it another way, or not at all: {told_settings.ADDRESS}/settings/notices"
    )
    assert mornings() == []
    assert told("tell_morning") == [({}, {"count": 1, "way": "mail"})]


@pytest.mark.usefixtures("alice")
def test_three_people_and_what_was_promised(bob: User) -> None:
    for name in ("North", "South", "East"):
        north = assessed(TALK, ROSTER, name=name, looked_after_by=bob, now=EIGHT)
    person = Person.objects.create(client=north, name="Dana Whitlock", search="dana")
    owe: dict[str, Any] = {"by": bob, "person": person, "promised_by": bob, "now": at("9 Mar 10:00")}
    make_promise(north, "Send the new roster", due_at=at("10 Mar 15:00"), **owe)
    make_promise(north, "Call about May", due_at=at("11 Mar 15:00"), **owe)
    assert mornings() == ["Alice Alder: Three people to call today", "Bob Reed: Three people to call today"]
    assert "Promised for today:\n• Send the new roster (to Dana Whitlock, by 3 p.m.)" in a_mail(user=bob).text
    assert "Call about May" not in a_mail(user=bob).text


def test_recoveries_and_check_ins_stand_in_the_morning_mail(bob: User) -> None:
    north, south = (a_client(TALK, name=name, looked_after_by=bob) for name in ("North", "South"))
    case = upset(bob, north, person=north.people.get(), call_back_by=EIGHT)
    other = upset(bob, south)
    Case.objects.filter(pk=other.pk).update(called_back_at=NOW)
    plan_next(other, note="Say what changed", next_at=at("11 Mar 08:00"), by=bob, now=NOW)
    schedule_followup(a_client(name="East", looked_after_by=bob), date(2025, 3, 10), by=bob, now=NOW)
    assert mornings(at("11 Mar 08:00")) == ["Bob Reed: Two people to call today"]
    text = a_mail().text
    assert f"• Gary at North: was promised to be called back\n  “{WORDS}”\n" in text
    assert f"{told_settings.ADDRESS}/recoveries/{case.pk}/call\n" in text
    assert f"• South: the next step of the recovery is due\n  “{WORDS}”" in text
    assert "Follow-ups due:\n• East: is it still working?" in text


def test_of_two_workers_one_tells(bob: User, firm: Firm) -> None:
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    for _ in range(2):  # both have seen that Bob was not told
        _tell_morning(bob, choice_of(bob, LetterKind.MORNING), date(2025, 3, 10), firm, EIGHT)
    assert Notice.objects.count() == 1
    wait = waits("South", looked_after_by=bob)
    seen = [Late(wait, Telling(1, bob.pk, TELLING))]
    later = TELLING + timedelta(hours=2)
    assert [_tell_late(bob, seen, firm, moment) for moment in (TELLING, TELLING, later)] == [True, False, False]


@pytest.mark.usefixtures("alice")
def test_who_has_nobody_to_call_gets_no_mail_all_day(bob: User) -> None:
    assert mornings() == []
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assert mornings(at("10 Mar 09:00")) == []
    assert mornings(at("11 Mar 08:00")) == [
        "Alice Alder: One person to call today",
        "Bob Reed: One person to call today",
    ]


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("10 Mar 07:59", None),
        ("10 Mar 08:00", date(2025, 3, 10)),
        ("10 Mar 11:59", date(2025, 3, 10)),
        ("10 Mar 12:00", None),
        ("9 Mar 08:00", None),  # a Sunday
        ("12 Mar 08:00", None),  # a holiday
    ],
)
def test_a_morning_is_one_of_a_working_day_in_the_firms_zone(firm: Firm, when: str, day: date | None) -> None:
    Holiday.objects.create(on=date(2025, 3, 12))
    assert morning_day(at(when), firm, hours_of(firm)) == day
    firm.zone = "America/New_York"
    assert morning_day(at(when) + timedelta(hours=4), firm, hours_of(firm)) == day
    firm.morning_at = time(6)
    assert morning_day(at("10 Mar 10:00"), firm, hours_of(firm)) == date(2025, 3, 10)


def test_who_is_away_gets_nothing_and_who_covers_gets_it_marked(bob: User, charlie: User) -> None:
    change_user(bob, by=bob, now=NOW, away_until=date(2025, 3, 13), covered_by=charlie)
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    a_restricted = assessed(TALK, LATE, name="Secret", looked_after_by=bob, is_restricted=True, now=EIGHT)
    assert mornings() == ["Charlie Stone: One person to call today"]
    text = a_mail().text
    assert text.startswith(
        "You cover for Bob Reed, who is away until Thursday, March 13:\n\n• Gary at North: has waited"
    )
    assert a_restricted.name not in text


def test_what_is_ones_own_anyway_is_told_once(bob: User, alice: User) -> None:
    change_user(bob, by=bob, now=NOW, away_until=date(2025, 3, 13), covered_by=alice)
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assert mornings() == ["Alice Alder: One person to call today"]
    assert a_mail().text.count("Gary at North") == 1


@pytest.mark.usefixtures("alice")
def test_a_mailbox_that_is_not_read_is_said(bob: User) -> None:
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    Mailbox.objects.create(
        address="desk@alder.example", host="mail.alder.example", login="desk", secret="", added_at=JOINED,
        port=993, failing_since=at("10 Mar 05:02"), problem="The password was refused.", poll_due_at=NOW,
    )  # fmt: skip
    mornings()
    assert a_mail(user=bob).text.startswith(
        "New mail has not come in since Monday, March 10, 5:02 a.m., so this may not be all of it."
        " The password was refused."
    )


def test_who_wants_no_morning_mail_gets_none(bob: User) -> None:
    choose_notice(bob, LetterKind.MORNING, Way.NONE, by=bob, now=NOW)
    assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assert mornings() == []
    assert told("choose_notice") == [({"way": "mail"}, {"way": "none", "kind": "morning"})]


# Choosing, forgetting


def test_everybody_chooses_their_own(bob: User, charlie: User) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"user": charlie, "kind": "late", "way": "none"},
        {"user": bob, "kind": "invitation", "way": "none"},
        {"user": bob, "kind": "late", "way": "pigeon"},
        {"user": bob, "kind": "late", "way": "other"},
    )
    for given in wrong:
        with pytest.raises(Refused):
            choose_notice(**given, by=bob, now=NOW)
    assert NoticeChoice.objects.count() == 0


def test_a_test_by_mail(bob: User, charlie: User, settings: Settings) -> None:
    send_test_notice(bob, LetterKind.LATE, by=bob, now=NOW)
    mail = a_mail()
    assert (mail.kind, mail.subject, mail.to) == (LetterKind.TEST, "A test from Amends", bob.email)
    with pytest.raises(Refused):
        send_test_notice(bob, LetterKind.LATE, by=charlie, now=NOW)
    settings.EMAIL_HOST = ""
    with pytest.raises(Refused, match="AMENDS_SMTP_URL"):
        send_test_notice(bob, LetterKind.LATE, by=bob, now=NOW)
    choose_notice(bob, LetterKind.LATE, Way.NONE, by=bob, now=NOW)
    with pytest.raises(Refused, match="nothing to test"):
        send_test_notice(bob, LetterKind.LATE, by=bob, now=NOW)


def test_who_covers_is_a_colleague_who_can(bob: User, vera: User) -> None:
    for nobody in (vera, bob):
        with pytest.raises(Refused, match="cannot cover here"):
            change_user(bob, by=bob, now=NOW, covered_by=nobody)


def test_who_is_erased_goes_from_every_notice_that_quotes_them(alice: User, bob: User) -> None:
    north = assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    mornings()
    erase_person(north.people.get(), by=alice, now=NOW)
    assert not [mail.text for mail in Outgoing.objects.all() if "North" in mail.text or "roster" in mail.text]


def test_who_is_deleted_goes_from_every_notice_that_names_them(alice: User, bob: User) -> None:
    north = assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assessed(TALK, ROSTER, name="South", looked_after_by=bob, now=EIGHT)
    mornings()
    Outgoing.objects.create(kind=LetterKind.MORNING, to=bob.email, subject="x", text="• Gary at South", added_at=NOW)
    delete_client(north, by=alice, now=NOW)
    assert [mail.text for mail in Outgoing.objects.all()] == ["", "", "• Gary at South"]


def test_what_was_told_long_ago_is_forgotten(bob: User) -> None:
    waits(looked_after_by=bob)
    late()
    forget_notices(TELLING + timedelta(days=90))
    assert Notice.objects.count() == 1
    forget_notices(TELLING + timedelta(days=91))
    assert Notice.objects.count() == 0
    assert Event.objects.filter(verb="tell_late").count() == 1


# Actions of plans


def late_task(bob: User, **more: Any) -> PlanAction:
    """Have something in a plan that was due on Friday, three days before EIGHT."""
    case = upset(bob, more.pop("client", None), lead=bob)
    plan_next(case, by=bob, now=NOW)
    case = move_case(case, Status.CLOSED, by=bob, now=NOW) if more.pop("is_over", False) else case
    told: dict[str, Any] = {"owner": bob, "owner_agreed_at": NOW, "is_visible": False, "at": NOW, **more}
    return PlanAction.objects.create(case=case, what="Ask why", due_on=date(2025, 3, 7), **told)


def test_a_late_action_is_told_every_morning_until_it_is_done_also_after_the_end(bob: User) -> None:
    action = late_task(bob, is_over=True)
    assert mornings() == ["Bob Reed: One action of a plan is late"]
    assert "Late in recoveries:\n• Ask why (North: 3 days late)" in a_mail().text
    assert mornings() == []
    assert mornings(EIGHT + timedelta(days=1)) == ["Bob Reed: One action of a plan is late"]
    finish_action(action, by=bob, now=NOW)
    assert mornings(EIGHT + timedelta(days=2)) == []


def test_who_covers_hears_of_late_actions_that_they_may_see(bob: User, charlie: User) -> None:
    change_user(bob, by=bob, now=NOW, away_until=date(2025, 3, 13), covered_by=charlie)
    late_task(bob)
    late_task(bob, client=a_client(name="Secret", looked_after_by=bob, is_restricted=True))
    assert mornings() == ["Charlie Stone: One action of a plan is late"]
    text = a_mail().text
    assert "• Ask why (North: 3 days late)" in text
    assert "Secret" not in text
