"""A call is planned, moved and called off, and whom we call is invited: by mail that a real server carries."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from amends.desk.actions.call import call_off, plan_call
from amends.desk.actions.check_in import check_in
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.followup import finish_followup, schedule_followup
from amends.desk.actions.letter import resend_letter, seal_of, send_letter
from amends.desk.models import Case, Event, Firm, FollowUp, Holiday, Meeting, Outgoing, PersonAddress
from amends.desk.queries.invitation import CANCEL, REQUEST
from amends.desk.rules import Refused
from cast import NOW, a_client, person_at, upset
from postbox import Postbox, a_postbox, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from pytest_django import Settings

    from amends.desk.models import Branch, User

GARY = "gary@north.example"
FRIDAY = date(2025, 3, 14)
TEN = time(10)
AT_TEN = datetime(2025, 3, 14, 15, tzinfo=UTC)  # in Chicago, in summer time
MINUTE = timedelta(minutes=1)
INSIDE = ("recover", "upset", "severity", "amends", "failure", "apolog", "check-in", "invoice", "let down")


@pytest.fixture
def postbox(settings: Settings, firm: Firm) -> Iterator[Postbox]:
    Firm.objects.filter(pk=firm.pk).update(zone="America/Chicago")
    yield from a_postbox(settings)


@pytest.fixture
def followup(bob: User, riverside: Branch) -> FollowUp:
    north = a_client(looked_after_by=bob, branch=riverside)
    gary = person_at(north, GARY)
    case = upset(bob, north, person=gary)
    return schedule_followup(north, NOW.date(), by=bob, now=NOW, case=case, person=gary, number=2, of=11)


def planned(followup: FollowUp, bob: User, on: date = FRIDAY, **more: Any) -> Outgoing | None:
    return plan_call(followup, on, by=bob, **{"now": NOW, "hour": TEN, "minutes": 25, **more})


def sent(letter: Outgoing | None, bob: User, postbox: Postbox, now: datetime = NOW) -> EmailMessage:
    """Let a person send a letter, and the worker deliver it; return it as it came to the mail server."""
    assert letter is not None
    send_letter(letter, by=bob, now=now, seen=seal_of(letter))
    assert deliver_next(now=now)
    return postbox.mails[-1]


def entry_of(mail: EmailMessage, method: str) -> Any:
    """Return the entry in a mail, after looking at how it lies there."""
    assert mail.get_content_type() == "multipart/alternative"
    plain, calendar = mail.iter_parts()
    assert (plain.get_content_type(), calendar.get_content_type()) == ("text/plain", "text/calendar")
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": method}
    parsed = Calendar.from_ical(calendar.get_content())
    assert (str(parsed["METHOD"]), str(parsed["VERSION"])) == (method, "2.0")
    [entry] = parsed.walk("VEVENT")
    return entry


@pytest.mark.django_db(transaction=True)
def test_an_invitation_travels_by_mail_moves_and_is_taken_back(followup: FollowUp, bob: User, postbox: Postbox) -> None:
    letter = planned(followup, bob, invites=True)
    mail = sent(letter, bob, postbox)
    first = entry_of(mail, REQUEST)
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (AT_TEN, AT_TEN + 25 * MINUTE)
    assert first["DTSTART"].to_ical() == b"20250314T150000Z"
    assert str(first["SUMMARY"]) == "Call with Bob Reed (Alder & Quay)"
    organizer, attendee = first["ORGANIZER"], first["ATTENDEE"]
    assert (str(organizer), organizer.params["CN"]) == ("mailto:bob@alder.example", "Bob Reed")
    assert organizer.params["SENT-BY"] == "mailto:desk@alder.example"
    assert (str(attendee), attendee.params["CN"], attendee.params["RSVP"]) == (f"mailto:{GARY}", "Gary", "TRUE")
    assert (mail["Subject"], mail["Reply-To"], mail["To"]) == (
        "A call on Friday, March 14, 10:00 AM (CDT)", "bob@alder.example", f"Gary <{GARY}>",
    )  # fmt: skip
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert unflowed(plain.get_content()) == (
        "Hello Gary,\n\nI would like to hear how it is going. May I call you on Friday, March 14, 10:00 AM (CDT)? It"
        " takes about 25 minutes. If another time suits you better, just answer this mail.\n\nBob Reed\n"
    )
    assert [word for word in INSIDE if word in postbox.letters[0].lower()] == []

    meeting = Meeting.objects.get()  # the desk knows of it as they do
    assert (meeting.uid, meeting.starts_at, meeting.from_us, meeting.attendees) == (
        followup.uid, AT_TEN, True, {GARY: "NEEDS-ACTION"},
    )  # fmt: skip

    followup.refresh_from_db()
    moved = entry_of(sent(planned(followup, bob, on=FRIDAY - timedelta(days=1)), bob, postbox), REQUEST)
    assert str(moved["UID"]) == str(first["UID"]) == followup.uid
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert postbox.mails[-1]["Subject"] == "Another time for our call: Thursday, March 13, 10:00 AM (CDT)"

    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.moved, meeting.called_off_at) == (AT_TEN - timedelta(days=1), 1, None)
    Meeting.objects.update(attendees={GARY: "ACCEPTED"})

    followup.refresh_from_db()
    mail = sent(planned(followup, bob, hour=None), bob, postbox)
    gone = entry_of(mail, CANCEL)
    assert (str(gone["UID"]), str(gone["STATUS"])) == (str(first["UID"]), "CANCELLED")
    assert gone["SEQUENCE"] > moved["SEQUENCE"]
    assert gone.decoded("DTSTART") == AT_TEN - timedelta(days=1)
    assert mail["Subject"] == "Called off: our call on Thursday, March 13, 10:00 AM (CDT)"
    assert "RSVP" not in gone["ATTENDEE"].params
    meeting.refresh_from_db()
    assert (meeting.called_off_at, meeting.called_off_by_us, meeting.due_at) == (NOW, True, None)

    followup.refresh_from_db()
    assert planned(followup, bob, on=FRIDAY) is None  # who was uninvited is not told of the next by itself
    assert [one.verb for one in Event.objects.filter(thing="followup").order_by("pk")] == [
        "schedule_followup", "plan_call", "plan_call", "drop_call", "plan_call",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_call_of_a_restricted_recovery_is_logged_by_its_team_alone(
    followup: FollowUp, bob: User, postbox: Postbox
) -> None:
    Case.objects.update(is_restricted=True, lead=bob)
    sent(planned(followup, bob, invites=True), bob, postbox)
    assert not Meeting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_was_called_before_the_hour_is_uninvited(followup: FollowUp, bob: User, postbox: Postbox) -> None:
    first = entry_of(sent(planned(followup, bob, invites=True), bob, postbox), REQUEST)
    followup.refresh_from_db()
    check_in(followup, by=bob, now=NOW, kind="call", words="Fine.", holds=True)
    [draft] = Outgoing.objects.filter(read_at=None)
    gone = entry_of(sent(draft, bob, postbox), CANCEL)
    assert (str(gone["UID"]), gone.decoded("DTSTART")) == (str(first["UID"]), AT_TEN)
    assert gone["SEQUENCE"] == first["SEQUENCE"] + 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_unknown_fate_invites_to_no_hour_that_holds_no_more(
    followup: FollowUp, bob: User, postbox: Postbox
) -> None:
    letter = planned(followup, bob, invites=True)
    assert letter is not None
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    postbox.answer = "hang up"
    deliver_next(now=NOW)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.failed_at) == (None, None)
    again = planned(followup, bob, on=FRIDAY + timedelta(days=3))
    assert again is not None  # it may have arrived
    later, postbox.answer = NOW + timedelta(hours=1), "250 Thanks"
    resend_letter(letter, by=bob, now=later)
    deliver_next(now=later)
    assert postbox.mails[-1]["Message-ID"] == postbox.mails[0]["Message-ID"]
    assert postbox.mails[-1].get_content_type() == "text/plain"


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_somebody_sends_after_the_check_in_invites_to_nothing(
    followup: FollowUp, bob: User, postbox: Postbox
) -> None:
    letter = planned(followup, bob, invites=True)
    finish_followup(followup, by=bob, now=NOW)
    assert sent(letter, bob, postbox).get_content_type() == "text/plain"


def test_a_moved_hour_takes_the_unread_invitation_along(followup: FollowUp, bob: User) -> None:
    first = planned(followup, bob, invites=True)
    second = planned(followup, bob, on=FRIDAY - timedelta(days=1))
    assert first is not None
    assert second is not None
    assert [letter.pk for letter in Outgoing.objects.all()] == [second.pk]
    assert second.subject == "A call on Thursday, March 13, 10:00 AM (UTC)"  # nobody has read of another
    assert planned(followup, bob, hour=None) is None
    assert not Outgoing.objects.exists()


def test_the_same_hour_twice_changes_nothing(followup: FollowUp, bob: User) -> None:
    assert planned(followup, bob) is None
    followup.refresh_from_db()
    assert (followup.due_on, followup.call_at, followup.minutes) == (
        FRIDAY, datetime(2025, 3, 14, 10, tzinfo=UTC), 25,
    )  # fmt: skip
    letter = planned(followup, bob, invites=True)
    assert letter is not None
    assert planned(followup, bob, invites=True) is None
    assert Outgoing.objects.count() == Event.objects.filter(verb="plan_call").count() == 1


def test_only_a_day_may_be_chosen(followup: FollowUp, bob: User) -> None:
    assert planned(followup, bob, hour=None, invites=True) is None
    followup.refresh_from_db()
    assert (followup.due_on, followup.call_at, followup.minutes) == (FRIDAY, None, None)


def test_a_call_is_in_working_time_and_ahead(followup: FollowUp, bob: User) -> None:
    Holiday.objects.create(on=FRIDAY)
    for on, hour, why in (
        (FRIDAY, TEN, "Nobody works here on Friday, March 14"),
        (date(2025, 3, 7), TEN, "That day has passed"),
        (NOW.date(), time(11, 59), "That hour has passed"),
    ):
        with pytest.raises(Refused, match=why):
            planned(followup, bob, on=on, hour=hour)


def test_an_hour_that_the_change_of_clocks_leaves_out_is_none(followup: FollowUp, bob: User) -> None:
    Firm.objects.update(zone="America/Chicago", week=[[["00:00", "08:00"]]] * 7)
    with pytest.raises(Refused, match="There is no such hour that day: the clocks change"):
        planned(followup, bob, on=date(2026, 3, 8), hour=time(2, 30))
    planned(followup, bob, on=date(2026, 3, 8), hour=time(3, 30))
    followup.refresh_from_db()
    assert followup.call_at == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


def test_who_has_no_address_is_not_invited(followup: FollowUp, bob: User) -> None:
    PersonAddress.objects.all().delete()
    with pytest.raises(Refused, match="No address of Gary is known, so nobody can be invited"):
        planned(followup, bob, invites=True)
    followup.refresh_from_db()
    assert followup.call_at is None
    assert planned(followup, bob) is None


def test_where_nobody_is_named_their_main_contact_is_invited(followup: FollowUp, bob: User) -> None:
    FollowUp.objects.update(person=None)
    followup.refresh_from_db()
    letter = planned(followup, bob, invites=True)
    assert letter is not None
    assert letter.to == GARY


def test_what_is_done_is_not_planned(followup: FollowUp, bob: User, vera: User) -> None:
    finish_followup(followup, by=bob, now=NOW)
    followup.refresh_from_db()
    with pytest.raises(Refused, match="This check-in was done already"):
        planned(followup, bob)
    with pytest.raises(Refused, match="You may look at this"):
        planned(followup, vera)


def test_a_call_in_its_hour_is_not_called_off(followup: FollowUp, bob: User) -> None:
    planned(followup, bob, invites=True)
    followup.refresh_from_db()
    assert call_off(followup, by=bob, now=AT_TEN) is None
    assert Outgoing.objects.count() == 1
    assert call_off(followup, by=bob, now=NOW) is None  # nobody had read the invitation
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "name", ["Gary\x1b[2J Stone", "Gary\r\nATTENDEE:mailto:all@x.example", 'Gary "G" Stone', "\x7fGary"]
)
@pytest.mark.django_db
def test_no_name_breaks_the_entry_for_their_calendar(
    followup: FollowUp, bob: User, postbox: Postbox, name: str
) -> None:
    assert followup.person is not None
    type(followup.person).objects.update(name=name)
    followup.refresh_from_db()
    entry = entry_of(sent(planned(followup, bob, invites=True), bob, postbox), REQUEST)
    assert str(entry["ATTENDEE"]) == f"mailto:{GARY}"
    assert entry.errors == []
    assert not set(entry["ATTENDEE"].params["CN"]) & set("\x1b\x7f\r\n")
