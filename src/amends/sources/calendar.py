"""Invitations, changes and cancellations in mail (iCalendar, RFC 5545 and 5546), read as hostile."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from icalendar import BrokenCalendarProperty, Calendar
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.timezone import tzp
from icalendar.timezone.zoneinfo import ZONEINFO

from amends.core.meeting import LEFT_OUT, Invite, occurrence_of
from amends.core.series import days_of, rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from icalendar.cal import Component, Timezone

MOST_EVENTS = 50
"""Meetings read of one mail: a series with its exceptions; nobody sends more by hand."""

MOST_ATTENDEES = 200
"""People kept of one meeting."""

MOST_LEFT_OUT = 100
"""Hours taken out of a series that are kept; one is sixteen characters."""

LONGEST_UID, LONGEST_LINE, LONGEST_RULE, LONGEST_ADDRESS = 500, 300, 500, 254
EARLIEST, LATEST = 1970, 2200
"""Years in which a meeting may lie; others are mistakes, or attacks on whoever computes with them."""

MOST_SEQUENCE = 2**31 - 1
MAIL = "mailto:"

MOST_CHANGES = 100
"""Changes of the clock by which a mail may describe its zones: a whole history has some dozens."""

EARLIEST_CHANGE = 1601
"""Outlook describes its zones from that year on."""

PERIOD = timedelta(days=8 * 366)
"""So long a rule of a zone is looked at: one for 29 February comes true in it."""

MOST_OF_A_PERIOD = 16
"""Times that a clock is changed by one rule in it, at most."""

HOURS = re.compile(r"\bBYHOUR=([0-9]{1,2}(?:,[0-9]{1,2})*)")
HOUR, HOURS_OF_A_DAY = timedelta(hours=1), 24

ONE_AT_A_TIME = Lock()
"""Held while a calendar is read: the library keeps the zones that a mail describes for the whole process, and would
take the next mail's hours for hours of them."""


def invites_in(text: str, *, method: str, written_at: datetime, zone: tzinfo) -> tuple[Invite, ...]:
    """Read the meetings in the calendar part of a mail; hours without a zone are those of `zone`.

    What cannot be read is left out, never guessed: a calendar that is none gives nothing.
    """
    with ONE_AT_A_TIME, warnings.catch_warnings(action="ignore", category=GloballyUniqueTZIDGuessed):
        tzp.use(_Zones())
        try:
            calendars = Calendar.from_ical(text, multiple=True)
            events = [event for calendar in calendars for event in calendar.walk("VEVENT")][:MOST_EVENTS]
        except (ValueError, IndexError, KeyError, RecursionError):  # what the library says of text that is no calendar
            return ()
        found = [_invite(event, method, written_at, zone) for event in events]
    return tuple(invite for invite in found if invite)


class _Zones(ZONEINFO):
    """The zones that a mail describes itself, where programs do so: the library would try some others for ever."""

    changes = 0

    def create_timezone(self, tz: Timezone) -> tzinfo:  # type: ignore[override]  # the library's classes disagree
        """Make a zone. Raises ValueError for one that no program describes, and for one too many."""
        changes = tz.walk()
        self.changes += len(changes)
        if self.changes > MOST_CHANGES or not all(map(_is_credible, changes)):
            raise ValueError("no zone")
        made: tzinfo = super().create_timezone(tz)
        return made


def _is_credible(change: Component) -> bool:
    """Whether a part of a zone begins in a year of history and changes the clock now and then."""
    if "EXRULE" in change or "EXDATE" in change:
        return False
    begins = _value(change, "DTSTART")
    first = date(begins.year, begins.month, begins.day) if isinstance(begins, date) else date(LATEST, 1, 1)
    if not EARLIEST_CHANGE <= first.year <= LATEST:
        return False
    rules = change.get("RRULE", [])
    return all(_is_of_a_clock(_told(each), first) for each in (rules if isinstance(rules, list) else [rules]))


@lru_cache(maxsize=1024)  # most mails describe the same few zones
def _is_of_a_clock(told: str, first: date) -> bool:
    """Whether a rule comes true now and then, as clocks are changed. Raises ValueError for no rule."""
    rule = rule_of(told, None)
    return rule.step == "YEARLY" and 0 < sum(1 for _ in days_of(rule, first, first + PERIOD)) <= MOST_OF_A_PERIOD


def _told(rule: Any) -> str:
    """Return a rule as it stands in the calendar."""
    told: str = rule.to_ical().decode("ascii", "replace")
    return told


def _invite(event: Component, method: str, written_at: datetime, zone: tzinfo) -> Invite | None:
    uid, starts = _text(event, "UID", LONGEST_UID), _moment(event, "DTSTART", zone)
    if not uid or starts is None:
        return None
    return Invite(
        method=method,
        uid=uid,
        starts_at=starts,
        stamped_at=_moment(event, "DTSTAMP", zone) or written_at,
        ends_at=_end(event, starts, zone),
        occurrence=_occurrence(event, zone),
        sequence=_number(event, "SEQUENCE"),
        subject=_text(event, "SUMMARY", LONGEST_LINE),
        place=_text(event, "LOCATION", LONGEST_LINE),
        is_all_day=_is_day(_value(event, "DTSTART")),
        rule=_rule(event, zone),
        organizer=_address(event.get("ORGANIZER")),
        attendees=tuple(_attendees(event)),
    )


def _value(event: Component, name: str) -> Any:
    """Return a date or moment as Python has it, None where there is none that can be read."""
    try:
        return getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _moment(event: Component, name: str, zone: tzinfo) -> datetime | None:
    return _aware(_value(event, name), zone)


def _aware(value: Any, zone: tzinfo) -> datetime | None:
    """Return a date or moment as an aware moment; None for what is none, or lies in no credible year or zone."""
    if _is_day(value):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or not EARLIEST <= value.year <= LATEST:
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # a zone of the mail's own that nobody can live in
        return None


def _end(event: Component, starts: datetime, zone: tzinfo) -> datetime | None:
    """Return when it ends, from DTEND or DURATION; None where neither says so, or it says nonsense."""
    ends = _moment(event, "DTEND", zone)
    lasts = _value(event, "DURATION")
    if ends is None and isinstance(lasts, timedelta) and timedelta() <= lasts <= timedelta(days=366):
        ends = starts + lasts
    return ends if ends and ends >= starts else None


def _occurrence(event: Component, zone: tzinfo) -> str:
    hour = _moment(event, "RECURRENCE-ID", zone)
    return occurrence_of(hour) if hour else ""


def _rule(event: Component, zone: tzinfo) -> str:
    """Return the rule of a series and the hours that fall out of it."""
    rule = event.get("RRULE")
    if rule is None:
        return ""
    if isinstance(rule, list):
        rule = rule[0]
    told = _told(rule)
    told = "" if len(told) > LONGEST_RULE else _on_our_clock(told, _value(event, "DTSTART"), zone)
    if not told:
        return ""
    gone = [hour for _, hour in zip(range(MOST_LEFT_OUT), _left_out(event, zone), strict=False)]
    return f"{told}\n{LEFT_OUT}{','.join(gone)}" if gone else told


def _on_our_clock(told: str, starts: Any, zone: tzinfo) -> str:
    """Return a rule with its hours as `zone` has them; empty where they then lie on other days, or on the half hour."""
    if not HOURS.search(told) or not isinstance(starts, datetime) or starts.tzinfo is None:
        return told
    ours, theirs = (each.replace(tzinfo=UTC) for each in (starts.astimezone(zone), starts))
    shift = ours - theirs
    if not shift:
        return told
    hours = [int(each) + shift // HOUR for each in HOURS.findall(told)[0].split(",")]
    if shift % HOUR or min(hours) < 0 or max(hours) >= HOURS_OF_A_DAY:
        return ""
    return HOURS.sub(lambda _: f"BYHOUR={','.join(map(str, hours))}", told)


def _left_out(event: Component, zone: tzinfo) -> Iterator[str]:
    told = event.get("EXDATE", [])
    for each in told if isinstance(told, list) else [told]:
        try:
            hours = [_aware(one.dt, zone) for one in getattr(each, "dts", ())]
        except BrokenCalendarProperty:
            continue
        yield from (occurrence_of(hour) for hour in hours if hour)


def _attendees(event: Component) -> Iterator[tuple[str, str]]:
    told = event.get("ATTENDEE", [])
    for each in (told if isinstance(told, list) else [told])[:MOST_ATTENDEES]:
        address = _address(each)
        if address:
            yield address, str(each.params.get("PARTSTAT", "NEEDS-ACTION")).upper()[:20]


def _address(told: Any) -> str:
    """Return the address of a calendar user, empty where it is none of mail."""
    address = str(told or "").strip().lower().removeprefix(MAIL)
    return address if "@" in address and len(address) <= LONGEST_ADDRESS and not set(address) & set(" \r\n\0") else ""


def _text(event: Component, name: str, most: int) -> str:
    told = event.get(name)
    if isinstance(told, list):
        told = told[0]
    return " ".join(str(told or "").replace("\0", "").split())[:most]


def _number(event: Component, name: str) -> int:
    try:
        return min(max(int(event.get(name, 0)), 0), MOST_SEQUENCE)
    except (TypeError, ValueError):
        return 0
