"""Meetings as calendar mail tells of them: whether one was held, and the hours of a series.

An invitation says that somebody wants to meet, not that anybody did. A meeting counts as contact when its hour has
passed, nobody called it off, and both sides meant to come (docs/method.md rule 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from amends.core.series import STAMP, hours_of_series

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

ACCEPTED, DECLINED = "ACCEPTED", "DECLINED"  # RFC 5545, 3.2.12
CALLED_OFF = "CANCEL"  # a method of RFC 5546, 1.4
ANSWERS = frozenset({"REPLY", DECLINED})  # a REPLY that says no is told apart (`core.message.DECLINED`)
ASKS = frozenset({"REQUEST", "PUBLISH", "ADD"})  # methods that make a meeting or change it
LEFT_OUT = "EXDATE:"


@dataclass(frozen=True, slots=True)
class Invite:
    """What one calendar mail says of one meeting. Moments are aware; `attendees` are (address, answer), lower case.

    `occurrence` names one hour of a series (`STAMP`), empty for the meeting itself. `rule` is the RRULE, and on a line
    of its own after `EXDATE:` the hours that fall out.
    """

    method: str
    uid: str
    starts_at: datetime
    stamped_at: datetime
    ends_at: datetime | None = None
    occurrence: str = ""
    sequence: int = 0
    subject: str = ""
    place: str = ""
    is_all_day: bool = False
    rule: str = ""
    organizer: str = ""
    attendees: tuple[tuple[str, str], ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Everybody it names."""
        return (*filter(None, (self.organizer,)), *(address for address, _ in self.attendees))

    def without(self, addresses: Collection[str]) -> Invite:
        """Return it without some people, and without the words it was made with where one of them called it."""
        kept = tuple(each for each in self.attendees if each[0] not in addresses)
        if self.organizer in addresses:
            return replace(self, attendees=kept, organizer="", subject="", place="")
        return replace(self, attendees=kept)


def is_held(attendees: Mapping[str, str], ours: Collection[str], *, from_us: bool) -> bool:
    """Say whether both sides meant to come: `attendees` by address, `ours` of them, `from_us` who asked.

    Who asks means it. Where we asked, somebody at the client must have accepted: an invitation without an answer is no
    contact. Where they asked, it was held unless all of us declined: our own answers often go past the mailbox.
    """
    ours_said = [answer for address, answer in attendees.items() if address in ours]
    theirs_said = [answer for address, answer in attendees.items() if address not in ours]
    if from_us:
        return ACCEPTED in theirs_said
    return not ours_said or any(answer != DECLINED for answer in ours_said)


def all_declined(attendees: Mapping[str, str], ours: Collection[str]) -> bool:
    """Say whether everybody at the client who was asked said no."""
    theirs_said = [answer for address, answer in attendees.items() if address not in ours]
    return bool(theirs_said) and all(answer == DECLINED for answer in theirs_said)


def next_hour(starts_at: datetime, rule: str, after: datetime, until: datetime) -> datetime | None:
    """Return the first hour of a series after a moment, at the latest `until`; None when there is none.

    The series keeps its hour of the clock in the zone of `starts_at`. A rule that nobody can read is a single meeting.
    """
    return next((hour for hour in _hours(starts_at, rule, until) if hour > after), None)


def occurrence_of(hour: datetime) -> str:
    """Return how an hour of a series is named (`Invite.occurrence`)."""
    return hour.astimezone(UTC).strftime(STAMP)


def _hours(starts_at: datetime, rule: str, until: datetime) -> Iterator[datetime]:
    told, _, left_out = rule.partition(f"\n{LEFT_OUT}")
    gone = frozenset(left_out.split(","))
    try:
        hours = hours_of_series(starts_at, told, until) if told else iter((starts_at,))
        yield from (hour for hour in hours if hour <= until and occurrence_of(hour) not in gone)
    except (ValueError, OverflowError):  # no rule, or one that leaves the calendar
        if starts_at <= until:
            yield starts_at
