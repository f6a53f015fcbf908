"""The invitation to a planned call, as calendar programs read it in a mail (RFC 5545, 5546 and 6047)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from icalendar import Event as Entry
from icalendar import vCalAddress

from amends.desk.models import Event, Outgoing
from amends.desk.queries.calendar import CALL_MINUTES, new_calendar, printable, uid_of
from amends.desk.queries.firm import the_firm
from amends.desk.queries.outbox import writable

if TYPE_CHECKING:
    from amends.desk.models import FollowUp, PersonAddress

REQUEST, CANCEL = "REQUEST", "CANCEL"


def part_of(letter: Outgoing, *, now: datetime, sender: str, domain: str) -> str:
    """Return the calendar part of a letter; empty where it invites to nothing, or to a call that is no more.

    `sender` is the address under From, which sends in the name of who wrote. Moments are in UTC, so that each side
    reads them in its own zone.
    """
    followup = letter.followup
    starts = None if followup is None else starts_at(letter, followup)
    if followup is None or starts is None:
        return ""
    entry = Entry()
    for name, value in (
        ("uid", uid_of(followup, domain)),
        ("dtstamp", now),
        ("sequence", followup.sequence),
        ("dtstart", starts),
        ("dtend", starts + timedelta(minutes=followup.minutes or CALL_MINUTES)),
        ("summary", _title(letter)),
        ("location", _("By phone")),
        ("organizer", _organizer(letter, sender)),
        ("attendee", _attendee(letter)),
        ("status", "CANCELLED" if letter.method == CANCEL else "CONFIRMED"),
    ):
        entry.add(name, value)
    calendar = new_calendar(letter.method, domain)
    calendar.add_component(entry)
    return bytes(calendar.to_ical()).decode()


def starts_at(letter: Outgoing, followup: FollowUp) -> datetime | None:
    """Return the hour that a letter invites to, or calls off; None where it does neither any more."""
    if letter.method == CANCEL:
        return planned_last(followup)
    return followup.call_at if letter.method == REQUEST and followup.done_at is None else None


def planned_last(followup: FollowUp) -> datetime | None:
    """Return the hour that a call was planned for last, also where it was called off since."""
    rows = Event.objects.filter(thing="followup", thing_id=followup.pk, client=followup.client_id, verb="plan_call")
    told = rows.order_by("-at", "-pk").values_list("after", flat=True).first()
    return parse_datetime(told["call_at"]) if told and told.get("call_at") else None


def was_invited(followup: FollowUp) -> bool:
    """Whether an invitation to a call has left, or may have: then whoever has it is told of each change."""
    rows = Outgoing.objects.filter(followup=followup, sending_at__isnull=False).exclude(method="")
    last = rows.filter(failed_at=None).order_by("-added_at", "-pk").first()
    return last is not None and last.method == REQUEST


def address_of(followup: FollowUp) -> PersonAddress | None:
    """Return where whom we call is invited; None where no address of theirs is known."""
    rows = writable(followup.client)
    return (rows.filter(person=followup.person_id) if followup.person_id else rows).first()


def _title(letter: Outgoing) -> str:
    """Say with whom the call is, as the client's calendar shows it: nothing of why."""
    told = {"name": letter.by.name if letter.by else "", "firm": the_firm().name}
    return printable(_("Call with %(name)s (%(firm)s)") % told if letter.by else _("Call with %(firm)s") % told)


def _organizer(letter: Outgoing, sender: str) -> vCalAddress:
    """Return who invites: who wrote it, to whom answers go; the desk's address sends it for them."""
    address = parseaddr(letter.reply_to)[1] or sender
    organizer = vCalAddress(f"mailto:{address}")
    if letter.by:
        organizer.params["CN"] = printable(letter.by.name)
    if address != sender:
        organizer.params["SENT-BY"] = f"mailto:{sender}"
    return organizer


def _attendee(letter: Outgoing) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{letter.to}")
    if letter.person and letter.person.name:
        attendee.params["CN"] = printable(letter.person.name)
    attendee.params |= {"ROLE": "REQ-PARTICIPANT"}
    if letter.method == REQUEST:
        attendee.params |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    return attendee
