"""A check-in gets an hour: a call is planned, moved or called off, and whom we call is invited by mail (rule 8).

An invitation is a letter: a person reads it before it goes. What was invited is told of each change: the same entry of
their calendar moves (REQUEST with a higher sequence), or is taken out of it (CANCEL), as RFC 5546 has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.actions.envelope import our_domain
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import require_worked
from amends.desk.actions.letter import drop_letter, write_letter
from amends.desk.models import FollowUp, Outgoing
from amends.desk.queries.calendar import CALL_MINUTES, uid_of
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.invitation import CANCEL, REQUEST, address_of, planned_last, was_invited
from amends.desk.queries.outbox import DRAFT, QUEUED
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import date, time, tzinfo

    from amends.desk.models import User

PLANNED = ("due_on", "call_at", "minutes", "sequence")
LONGEST_CALL = 240  # minutes: longer is a visit; judgement


@transaction.atomic
def plan_call(
    followup: FollowUp,
    on: date,
    *,
    by: User,
    now: datetime,
    hour: time | None = None,
    minutes: int | None = None,
    invites: bool = False,
) -> Outgoing | None:
    """Plan a check-in for a day, and for an hour of the firm's; return the letter that tells of it, a draft.

    There is one where `invites`, and where somebody was invited before. Refused for what has passed, a day on which
    nobody works, an hour that the change of clocks leaves out, and where there is nobody to invite.
    """
    require(by, Power.WORK)
    require_worked(on, now)
    call_at = _moment(on, hour, now) if hour else None
    minutes = min(minutes or CALL_MINUTES, LONGEST_CALL) if call_at else None
    told = was_invited(followup)
    is_new = _move(followup, on, call_at, minutes, by=by, now=now)
    had_draft = _withdraw(followup, by=by, now=now) if is_new else False
    if call_at is None:
        return _write(followup, CANCEL, by=by, now=now) if told else None
    if (is_new and (invites or told or had_draft)) or (invites and not _has_letter(followup)):
        return _write(followup, REQUEST, by=by, now=now, is_moved=told)
    return None


@transaction.atomic
def call_off(followup: FollowUp, *, by: User | None, now: datetime) -> Outgoing | None:
    """Take the invitation to a call that did not have its hour yet back: they were asked before it.

    A draft of it goes; who was invited is told by a letter that is returned, a draft.
    """
    if by is None or followup.call_at is None or followup.call_at <= now:
        return None
    told = was_invited(followup) and address_of(followup) is not None
    _withdraw(followup, by=by, now=now)
    FollowUp.objects.filter(pk=followup.pk).update(sequence=F("sequence") + 1)
    followup.refresh_from_db(fields=["sequence"])
    return _write(followup, CANCEL, by=by, now=now) if told else None


def _move(
    followup: FollowUp, on: date, call_at: datetime | None, minutes: int | None, *, by: User, now: datetime
) -> bool:
    """Write down when a call is; return whether that is another time than before."""
    before = values_of(followup, PLANNED)
    if (followup.due_on, followup.call_at, followup.minutes) == (on, call_at, minutes):
        return False
    told: dict[str, Any] = {"due_on": on, "call_at": call_at, "minutes": minutes, "sequence": F("sequence") + 1}
    told["uid"] = uid_of(followup, our_domain())
    if not FollowUp.objects.filter(pk=followup.pk, done_at=None).update(**told):
        raise Refused(_("This check-in was done already."))
    followup.refresh_from_db(fields=[*PLANNED, "uid"])
    verb = "plan_call" if call_at else "drop_call"
    record(verb, followup, by=by, now=now, before=before, after=values_of(followup, PLANNED))
    return True


def _moment(on: date, hour: time, now: datetime) -> datetime:
    """Return an hour of the firm's as a moment."""
    zone = hours_of(the_firm()).zone
    at = datetime.combine(on, hour, zone)
    if datetime.fromtimestamp(at.timestamp(), zone).time() != hour:
        raise Refused(_("There is no such hour that day: the clocks change. Choose another."))
    if at <= now:
        raise Refused(_("That hour has passed. When will you call?"))
    return at


def _withdraw(followup: FollowUp, *, by: User, now: datetime) -> bool:
    """Let the letters go that tell an hour which holds no more; return whether one of them had invited to it.

    One of unknown fate carries no invitation any more, should somebody send it again.
    """
    rows = Outgoing.objects.filter(followup=followup).exclude(method="")
    had_request = False
    for letter in rows.filter(DRAFT | QUEUED).select_related("client"):
        had_request = had_request or letter.method == REQUEST
        drop_letter(letter, by=by, now=now)
    rows.filter(sent_at=None).update(method="")
    return had_request


def _has_letter(followup: FollowUp) -> bool:
    return Outgoing.objects.filter(followup=followup, method=REQUEST, failed_at=None).exists()


def _write(followup: FollowUp, method: str, *, by: User, now: datetime, is_moved: bool = False) -> Outgoing:
    """Write the letter that invites, or calls off: a draft that a person reads."""
    address = address_of(followup)
    if address is None:
        whom = followup.person or followup.client
        raise Refused(_("No address of %(name)s is known, so nobody can be invited. Add one first.") % {"name": whom})
    at = followup.call_at if method == REQUEST else planned_last(followup)
    subject, text = _words(followup, method, at or now, is_moved=is_moved)
    greeted = _("Hello %(name)s,") % {"name": address.person.first_name or address.person}
    body = f"{greeted}\n\n{text}\n\n{by.name}\n{by.phone}".strip()
    letter = write_letter(
        followup.client, address.address, subject, body, by=by, now=now, case=followup.case, followup=followup
    )
    Outgoing.objects.filter(pk=letter.pk).update(method=method)
    FollowUp.objects.filter(pk=followup.pk).update(invited_at=now)
    letter.method, followup.invited_at = method, now
    return letter


def _words(followup: FollowUp, method: str, at: datetime, *, is_moved: bool) -> tuple[str, str]:
    """Return subject and text of a letter about a call: when, for how long, and nothing of why."""
    when = hour_of(at, hours_of(the_firm()).zone)
    if method == CANCEL:
        told = _("Our call on %(when)s does not take place. Should you want to talk, just answer this mail.")
        return _("Called off: our call on %(when)s") % {"when": when}, told % {"when": when}
    minutes = followup.minutes or CALL_MINUTES
    long = ngettext("It takes about %(count)d minute.", "It takes about %(count)d minutes.", minutes)
    moved = _("Our call has another time: I call you on %(when)s.")
    first = _("I would like to hear how it is going. May I call you on %(when)s?")
    asked = _("If another time suits you better, just answer this mail.")
    text = f"{(moved if is_moved else first) % {'when': when}} {long % {'count': minutes}} {asked}"
    return (_("Another time for our call: %(when)s") if is_moved else _("A call on %(when)s")) % {"when": when}, text


def hour_of(at: datetime, zone: tzinfo) -> str:
    """Write an hour of the firm's so that somebody elsewhere can tell it: "Tuesday, March 11, 10:00 AM (CDT)"."""
    there = at.astimezone(zone)
    told = {"day": date_format(there, "l, F j"), "time": date_format(there, "g:i A"), "zone": there.tzname()}
    return _("%(day)s, %(time)s (%(zone)s)") % told
