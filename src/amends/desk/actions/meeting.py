"""Meetings that calendar mail speaks of: kept as the newest mail has them, and logged when they were held.

Sent by several calendars and met in any order, the mails of one meeting are put right by its sequence and stamp
(RFC 5546, 2.1.5): an older one changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from amends.core.client import client_of, key_given
from amends.core.meeting import ACCEPTED, ANSWERS, ASKS, CALLED_OFF, all_declined, is_held, next_hour, occurrence_of
from amends.core.staffing import TALKS
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import count_letters
from amends.desk.actions.health import touch_health
from amends.desk.actions.settling import call_back_with
from amends.desk.actions.touch import delete_touch
from amends.desk.models import ClientKey, Firm, Meeting, PersonAddress, Touch, TouchKind
from amends.desk.queries.firm import hours_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.core.meeting import Invite
    from amends.desk.actions.reading import Letter

REACH = timedelta(days=302)  # how far back a series is logged: as mail is heard (`intake.HEARD_DAYS`)
AHEAD = timedelta(days=400)  # how far ahead the next hour of a series is looked for; a yearly review is found
NEAR = timedelta(hours=2)  # a talk logged by hand so close to a meeting is that meeting; judgement
LONGEST_MINUTES = 600  # longer is no meeting but a day that was blocked; judgement
DESCRIBED = ("subject", "place", "starts_at", "ends_at", "is_all_day", "rule")
KEPT = ("uid", "occurrence", "starts_at", "called_off_at")


@transaction.atomic
def keep_meetings(letters: Iterable[tuple[int, Letter]], *, now: datetime) -> None:
    """Keep the meetings in letters of clients (client id, letter) that were just kept as messages."""
    telling = sorted((each for each in letters if each[1].invites), key=lambda each: each[1].at)
    if not telling:
        return
    us = _us()
    for client_id, letter in telling:
        for invite in letter.invites:
            _keep(client_id, letter, invite, us, now)


def _us() -> frozenset[str]:
    return frozenset(map(key_given, Firm.objects.get().addresses))


def _keep(client_id: int, letter: Letter, invite: Invite, us: frozenset[str], now: datetime) -> None:
    """Bring one meeting up to what one mail says of it."""
    rows = Meeting.objects.select_for_update()
    meeting = rows.filter(client=client_id, uid=invite.uid, occurrence=invite.occurrence).first()
    if meeting is None:
        meeting = _new(client_id, letter, invite, us)
    elif invite.method in ANSWERS:
        _answer(meeting, letter, invite)
    elif (invite.sequence, invite.stamped_at) < (meeting.sequence, meeting.stamped_at):
        return
    elif invite.method == CALLED_OFF:
        _call_off(meeting, letter)
    elif invite.method in ASKS:
        _change(meeting, letter, invite, us)
    if invite.method not in ANSWERS:
        meeting.sequence, meeting.stamped_at = invite.sequence, invite.stamped_at
    if all_declined(meeting.attendees, _ours(meeting, us)) and not meeting.called_off_at:
        meeting.called_off_at, meeting.called_off_by_us = letter.at, False
    _take_back(meeting, letter.at, now)
    meeting.due_at = None if meeting.called_off_at else _due(meeting)
    meeting.save()


def _new(client_id: int, letter: Letter, invite: Invite, us: frozenset[str]) -> Meeting:
    meeting = Meeting(client_id=client_id, uid=invite.uid, occurrence=invite.occurrence, stamped_at=invite.stamped_at)
    _describe(meeting, letter, invite, us)
    if invite.method in ANSWERS:  # the organiser is who is answered: one of us, where a client answers
        _answer(meeting, letter, invite)
    elif invite.method == CALLED_OFF:
        _call_off(meeting, letter)
    return meeting


def _change(meeting: Meeting, letter: Letter, invite: Invite, us: frozenset[str]) -> None:
    """Take over an invitation; answers to the hour that was there before hold for that hour alone."""
    is_moved = meeting.starts_at != invite.starts_at
    answers = {} if is_moved else {name: said for name, said in meeting.attendees.items() if said != "NEEDS-ACTION"}
    _describe(meeting, letter, invite, us)
    meeting.attendees = {name: answers.get(name, said) for name, said in meeting.attendees.items()}
    meeting.moved += is_moved
    meeting.called_off_at, meeting.called_off_by_us = None, False


def _describe(meeting: Meeting, letter: Letter, invite: Invite, us: frozenset[str]) -> None:
    """Write down what a meeting is, without anybody of another client who is invited too."""
    asked = (invite.organizer, *(name for name, _ in invite.attendees))
    theirs = _of_client(meeting.client_id, asked)
    for name in DESCRIBED:
        setattr(meeting, name, getattr(invite, name))
    is_known = client_of(invite.organizer) in us or invite.organizer in theirs
    meeting.organizer = invite.organizer if is_known else ""
    meeting.from_us = client_of(invite.organizer) in us if invite.organizer else letter.from_us
    meeting.attendees = {
        name: said
        for name, said in invite.attendees
        if name != invite.organizer and (name in theirs or client_of(name) in us)
    }


def _of_client(client_id: int, addresses: Iterable[str]) -> frozenset[str]:
    """Return which of some addresses are a client's."""
    asked = set(addresses) - {""}
    people = PersonAddress.objects.filter(person__client=client_id, address__in=asked).values_list("address", flat=True)
    keys = set(ClientKey.objects.filter(client=client_id).values_list("key", flat=True))
    return frozenset((*people, *(address for address in asked if client_of(address) in keys)))


def _answer(meeting: Meeting, letter: Letter, invite: Invite) -> None:
    """Write down who said yes or no: each answers for themselves alone."""
    said = dict(invite.attendees)
    address = letter.sender[0] if letter.sender[0] in said or len(said) != 1 else next(iter(said))
    if address in said:
        meeting.attendees = {**meeting.attendees, address: said[address]}
        if said[address] == ACCEPTED and meeting.called_off_at and not meeting.called_off_by_us:
            meeting.called_off_at = None  # they had declined, and come after all


def _call_off(meeting: Meeting, letter: Letter) -> None:
    meeting.called_off_at, meeting.called_off_by_us = letter.at, letter.from_us


def _ours(meeting: Meeting, us: frozenset[str]) -> set[str]:
    return {address for address in meeting.attendees if client_of(address) in us}


def _due(meeting: Meeting) -> datetime | None:
    """Return when the next hour of a meeting is over; None when there is none, or it is no meeting but a whole day."""
    if meeting.is_all_day:
        return None
    lasts = (meeting.ends_at or meeting.starts_at) - meeting.starts_at
    hour = _next_hour(meeting)
    return hour + lasts if hour else None


def _next_hour(meeting: Meeting) -> datetime | None:
    """Return the next hour of a meeting that has not been logged, in the firm's zone; a single one has but one."""
    held = meeting.touched_until
    if not meeting.rule:
        return meeting.starts_at if held is None or meeting.starts_at > held else None
    zone = hours_of(Firm.objects.get()).zone
    starts = meeting.starts_at.astimezone(zone)
    after = held or starts - timedelta(seconds=1)
    apart = set(
        Meeting.objects.filter(client=meeting.client_id, uid=meeting.uid)
        .exclude(occurrence="")
        .values_list("occurrence", flat=True)
    )
    until = max(after, starts) + AHEAD
    hour = next_hour(starts, meeting.rule, after, until)
    while hour and occurrence_of(hour) in apart:  # moved or called off by itself: it has a row of its own
        hour = next_hour(starts, meeting.rule, hour, until)
    return hour


def _take_back(meeting: Meeting, at: datetime, now: datetime) -> None:
    """Forget that a meeting was held which, as it turns out, was called off or moved before its hour had come.

    The touch it became goes; what somebody wrote into it meanwhile, or logged themselves, stays.
    """
    held = meeting.touched_until
    if held is None or meeting.rule or at > held or not (meeting.called_off_at or held != meeting.starts_at):
        return
    touch, meeting.touch, meeting.touched_until = meeting.touch, None, None
    if touch and not (touch.by_id or touch.words or touch.detail):
        meeting.save(update_fields=["touch"])
        delete_touch(touch, by=None, now=now)


@transaction.atomic
def hold_next_meeting(*, now: datetime) -> bool:
    """Log the meeting whose hour was over first, if both sides meant to come; return whether there was any due.

    Effects: a touch, unless somebody logged one close to it; the client's health is due. Of several workers one does
    it: the moment it was due at is moved on in the same transaction.
    """
    meeting = Meeting.objects.filter(due_at__lte=now).order_by("due_at", "pk").first()
    if meeting is None:
        return False
    hour, lasts = _next_hour(meeting), (meeting.ends_at or meeting.starts_at) - meeting.starts_at
    was_due = meeting.due_at
    meeting.touched_until = hour or meeting.starts_at
    meeting.due_at = _due(meeting) if meeting.rule else None
    moved = Meeting.objects.filter(pk=meeting.pk, due_at=was_due)
    if not moved.update(due_at=meeting.due_at, touched_until=meeting.touched_until) or hour is None:
        return True
    ours = _ours(meeting, _us())
    if hour < now - REACH or meeting.called_off_at or not is_held(meeting.attendees, ours, from_us=meeting.from_us):
        if not meeting.rule:
            Meeting.objects.filter(pk=meeting.pk).update(touched_until=None)  # a late yes may still come
        return True
    touch = _logged(meeting, hour) or _log(meeting, hour, lasts, ours, now)
    Meeting.objects.filter(pk=meeting.pk).update(touch=touch)
    return True


def _logged(meeting: Meeting, hour: datetime) -> Touch | None:
    """Return the talk that somebody logged at about that hour."""
    near = Touch.objects.filter(client=meeting.client_id, kind__in=TALKS, at__range=(hour - NEAR, hour + NEAR))
    return near.exclude(by=None).order_by("at").first()


def _log(meeting: Meeting, hour: datetime, lasts: timedelta, ours: set[str], now: datetime) -> Touch:
    minutes = int(lasts.total_seconds() // 60)
    touch = Touch.objects.create(
        client_id=meeting.client_id,
        kind=TouchKind.MEETING,
        at=hour,
        person_id=_whom(meeting, ours),
        minutes=minutes if 0 < minutes <= LONGEST_MINUTES else None,
        summary=meeting.subject,
        added_at=now,
    )
    call_back_with(touch)
    record("hold_meeting", meeting, by=None, now=now, after=values_of(meeting, KEPT) | {"touch": touch.pk})
    touch_health([meeting.client_id], now=now, is_redrawn=hour < now - timedelta(days=1))
    count_letters({meeting.client_id: hour}, now=now)
    return touch


def _whom(meeting: Meeting, ours: set[str]) -> int | None:
    """Return who at the client is known to have meant to come: who asked, else who accepted."""
    came = [meeting.organizer] if not meeting.from_us else []
    came += [name for name, said in meeting.attendees.items() if name not in ours and said == ACCEPTED]
    rows = PersonAddress.objects.filter(person__client=meeting.client_id, address__in=came)
    people = dict(rows.values_list("address", "person_id"))
    return next((people[address] for address in came if address in people), None)
