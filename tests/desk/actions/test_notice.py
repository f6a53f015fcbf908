"""Colleagues are told in the morning whom to call, and by day who waits longer than agreed: each once, nobody away."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as told_settings

from amends.desk.actions.client import delete_client
from amends.desk.actions.notice import choose_notice, send_test_notice, tell_late, tell_morning
from amends.desk.actions.notice_out import forget_notices, is_untimely, rest_until_open
from amends.desk.actions.person import erase_person
from amends.desk.actions.promise import make_promise
from amends.desk.actions.user import change_user
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import (
    Client,
    Event,
    Firm,
    Holiday,
    LetterKind,
    Mailbox,
    Notice,
    NoticeChoice,
    Outgoing,
    Person,
    Role,
    User,
    Waiting,
    Way,
)
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import morning_day
from amends.desk.rules import Refused
from cast import JOINED, LATE, NOW, ROSTER, TALK, a_client, a_restricted_client, assessed, at, told

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django.fixtures import Settings

    from amends.desk.models import Branch

EIGHT = at("10 Mar 08:00")  # a Monday
TELLING = at("10 Mar 09:30")
OTHERWISE = f"\nTo get it another way, or not at all: {told_settings.ADDRESS}/settings/notices"


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


def waits(name: str = "North", due: str = "10 Mar 09:30", **fields: Any) -> Waiting:
    """Keep a client with one message that waits, due for an answer at a moment."""
    fields.setdefault("created_at", JOINED)
    client = fields.pop("client", None) or a_client(
        "7 Mar 17:30 gary: Does anyone there read these?", name=name, **fields
    )
    message = client.messages.get()
    return Waiting.objects.create(
        client=client,
        person=message.person,
        message=message,
        thread=message.thread,
        quote=message.text,
        asked_at=message.at,
        due_at=at(due),
    )


def late(now: datetime = TELLING) -> list[tuple[str, str]]:
    """Tell what is due at a moment, and return whom of what."""
    before = set(Notice.objects.values_list("pk", flat=True))
    tell_late(now=now)
    rows = Notice.objects.exclude(pk__in=before).order_by("user__name", "pk").select_related("user", "waiting__client")
    return [(row.user.first_name, row.waiting.client.name if row.waiting else "") for row in rows]


def mornings(now: datetime = EIGHT) -> list[str]:
    """Tell the morning to everybody, and return the subjects of the mails in order of names."""
    before = set(Outgoing.objects.values_list("pk", flat=True))
    while tell_morning(now=now):
        continue
    rows = Outgoing.objects.exclude(pk__in=before).order_by("user__name")
    return [f"{row.user}: {row.subject}" for row in rows]


def a_mail(**about: Any) -> Outgoing:
    return Outgoing.objects.get(**about)


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
    known = {"alice": alice, "bob": bob}
    waits(**{name: known[value] for name, value in fields.items()})
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


# In the morning


def test_one_person_to_call(bob: User) -> None:
    north = assessed(TALK, ROSTER, looked_after_by=bob, now=EIGHT)
    assert mornings() == ["Bob Reed: One person to call today"]
    mail = a_mail()
    assert mail.text == (
        "• Gary at North: has waited 2 days for an answer\n  “Does anyone there read these?”\n"
        f"  {told_settings.ADDRESS}/clients/{north.pk}/call\n\nAll of it on one page: {told_settings.ADDRESS}/\n"
    )
    assert mail.why == (
        "You get this on the mornings of working days on which there is somebody to call. To get it another way, or not"
        f" at all: {told_settings.ADDRESS}/settings/notices"
    )
    assert mornings() == []
    assert told("tell_morning") == [({}, {"count": 1, "way": "mail"})]


@pytest.mark.usefixtures("alice")
def test_three_people_and_what_was_promised(bob: User) -> None:
    for name in ("North", "South", "East"):
        north = assessed(TALK, ROSTER, name=name, looked_after_by=bob, now=EIGHT)
    person = Person.objects.create(client=north, name="Dana Whitlock", search="dana")
    owe = {"by": bob, "person": person, "promised_by": bob, "now": at("9 Mar 10:00")}
    make_promise(north, "Send the new roster", due_at=at("10 Mar 15:00"), **owe)
    make_promise(north, "Call about May", due_at=at("11 Mar 15:00"), **owe)
    assert mornings() == ["Alice Alder: Three people to call today", "Bob Reed: Three people to call today"]
    assert "Promised for today:\n• Send the new roster (to Dana Whitlock, by 3 p.m.)" in a_mail(user=bob).text
    assert "Call about May" not in a_mail(user=bob).text


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


# What lies in the queue


def queued(user: User, kind: LetterKind = LetterKind.LATE) -> Outgoing:
    return Outgoing.objects.get(user=user, kind=kind)


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


# Choosing, forgetting


def test_everybody_chooses_their_own(bob: User, charlie: User) -> None:
    for given in (
        {"user": charlie, "kind": "late", "way": "none"},
        {"user": bob, "kind": "invitation", "way": "none"},
        {"user": bob, "kind": "late", "way": "pigeon"},
        {"user": bob, "kind": "late", "way": "other"},
    ):
        with pytest.raises(Refused):
            choose_notice(**given, by=bob, now=NOW)  # type: ignore[arg-type]
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
    delete_client(north, by=alice, now=NOW)
    assert [mail.text for mail in Outgoing.objects.all()] == ["", ""]


def test_what_was_told_long_ago_is_forgotten(bob: User) -> None:
    waits(looked_after_by=bob)
    late()
    forget_notices(TELLING + timedelta(days=90))
    assert Notice.objects.count() == 1
    forget_notices(TELLING + timedelta(days=91))
    assert Notice.objects.count() == 0
    assert Event.objects.filter(verb="tell_late").count() == 1
