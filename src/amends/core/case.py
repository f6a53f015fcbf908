"""A recovery: how bad it feels, the steps that mend it, and how a case may move (docs/method.md rules 3 to 11).

Steps are a recommended order, never locked; what is guarded is the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from amends.core.hours import BusinessHours

CALL_BACK = timedelta(hours=1)  # judgement: who is upset is called within the hour
ACKNOWLEDGED_DAYS = 3  # business days after the one it was known on, at the latest: FCA DISP (docs/method.md rule 12)
NO_PROGRESS = timedelta(weeks=4)  # then the decision is asked for again: docs/method.md rule 3
PUT_RIGHT = timedelta(weeks=8)  # since it became known, at the latest: FCA DISP 1.6 (docs/method.md rule 12)
DAY = timedelta(days=1)


class Step(StrEnum):
    """What mends a relationship, in the recommended order; parting well stands beside it."""

    DECIDE = "decide"
    UNDERSTAND = "understand"
    OWN_IT = "own_it"
    PLAN = "plan"
    FIX = "fix"
    MAKE_GOOD = "make_good"
    FOLLOW_UP = "follow_up"
    LEARN = "learn"
    PART_WELL = "part_well"


ORDER = tuple(step for step in Step if step is not Step.PART_WELL)


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # being mended
    FOLLOWING = "following"  # put right; do they still feel good about us?
    MENDED = "mended"  # it held, and the client says so
    PARTED = "parted"  # let go, well
    CLOSED = "closed"  # nothing to mend after all, or nothing more to do
    MERGED = "merged"  # the same matter as another case, which goes on


# From where a case may go where. What slips is opened again; only what was followed up can be called mended.
MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.FOLLOWING, Status.PARTED, Status.CLOSED, Status.MERGED}),
    Status.FOLLOWING: frozenset({Status.OPEN, Status.MENDED, Status.PARTED, Status.CLOSED, Status.MERGED}),
    Status.MENDED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.PARTED: frozenset({Status.OPEN}),
    Status.CLOSED: frozenset({Status.OPEN}),
    Status.MERGED: frozenset(),
}
UNDER_WAY = frozenset({Status.OPEN, Status.FOLLOWING})  # cases that need somebody


class Kind(StrEnum):
    """What kind of failure it was: it decides what may be said (docs/method.md rule 5, stance)."""

    ABILITY = "ability"
    HONESTY_TRUE = "honesty_true"
    HONESTY_UNTRUE = "honesty_untrue"
    UNCLEAR = "unclear"


class Theme(StrEnum):
    """What went wrong, in the trade's terms (docs/method.md rule 4); of one theme, it is "the same failure" again."""

    ORDER = "order"  # order and brief
    SOURCING = "sourcing"  # sourcing and screening
    MATCH = "match"  # match and quality
    ATTENDANCE = "attendance"
    ANSWERS = "answers"  # communication and response
    BILLING = "billing"  # billing and paperwork
    COMPLIANCE = "compliance"  # compliance and safety
    HANDOVER = "handover"  # account handover and people
    CAPACITY = "capacity"  # capacity and over-commitment
    CLIENT_SIDE = "client_side"


class Origin(StrEnum):
    """What a case was opened from."""

    UPSET = "upset"  # somebody took it down
    MESSAGE = "message"
    TOUCH = "touch"  # a call, a visit, a meeting
    SIGNAL = "signal"
    PULSE = "pulse"
    FEELING = "feeling"  # nobody complained, and somebody has a feeling


class Role(StrEnum):
    """What part somebody has in a case beside its lead."""

    SPONSOR = "sponsor"  # clears the way, and approves
    SCRIBE = "scribe"  # writes down
    OTHER = "other"


class Severity(IntEnum):
    """How bad it feels to the client, of 5."""

    PUT_OUT = 1
    ANNOYED = 2
    LET_DOWN = 3
    ANGRY = 4
    READY_TO_LEAVE = 5


def can_move(status: Status, to: Status) -> bool:
    """Whether a case may go from one status to another; a case does not move to where it stands."""
    return to in MOVES[status]


def next_step(done: Collection[Step]) -> Step | None:
    """Return the first recommended step that is not done, None after the last; who parted well has only to learn."""
    ahead = (Step.LEARN,) if Step.PART_WELL in done else ORDER
    return next((step for step in ahead if step not in done), None)


def call_back_by(now: datetime, hours: BusinessHours) -> datetime:
    """Return, in UTC, until when to call who is upset: within the hour of business time.

    At night and on holidays that is the first business hour; what is left of the hour at closing time is used in the
    morning.
    """
    return hours.add(now, CALL_BACK)


class Clock(StrEnum):
    """What a case is measured by (docs/method.md rule 12)."""

    CALL_BACK = "call_back"  # within the hour, or by when it was promised
    ACKNOWLEDGE = "acknowledge"  # the client hears that we know, on the day we do
    ACKNOWLEDGE_LATEST = "acknowledge_latest"
    DECIDE_AGAIN = "decide_again"  # nothing moved for four weeks: is it still what we want?
    PUT_RIGHT = "put_right"  # at the latest


class Pace(StrEnum):
    """How a clock stands."""

    MET = "met"
    MET_LATE = "met_late"
    DUE = "due"
    LATE = "late"


class Deadline(NamedTuple):
    """One clock of a case: by when, and when it was met."""

    clock: Clock
    due_at: datetime
    met_at: datetime | None = None

    def pace(self, now: datetime) -> Pace:
        """Return how it stands at a moment."""
        if self.met_at:
            return Pace.MET if self.met_at <= self.due_at else Pace.MET_LATE
        return Pace.DUE if now <= self.due_at else Pace.LATE


@dataclass(frozen=True, slots=True)
class Course:
    """What the clocks of a case run by. All moments are aware.

    `moved_at` is when a step was finished last, `put_right_at` when all was done or the client said so.
    """

    known_at: datetime
    moved_at: datetime
    call_back_by: datetime | None = None
    called_back_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    decide_again_on: date | None = None
    put_right_at: datetime | None = None
    is_over: bool = False


def clocks(course: Course, hours: BusinessHours) -> list[Deadline]:
    """Return every deadline of a case, in the order in which they come; of one that is over, those that were met."""
    known, told = course.known_at, course.acknowledged_at
    found = [
        Deadline(Clock.ACKNOWLEDGE, _close_of_business(known, hours), told),
        Deadline(Clock.ACKNOWLEDGE_LATEST, _days_after(known, ACKNOWLEDGED_DAYS, hours), told),
        Deadline(Clock.PUT_RIGHT, known + PUT_RIGHT, course.put_right_at),
    ]
    if course.call_back_by:
        found.append(Deadline(Clock.CALL_BACK, course.call_back_by, course.called_back_at))
    if course.put_right_at is None:
        found.append(Deadline(Clock.DECIDE_AGAIN, decide_again_at(course, hours.zone)))
    found.sort(key=lambda one: (one.due_at, list(Clock).index(one.clock)))
    return [one for one in found if one.met_at or not course.is_over]


def _close_of_business(at: datetime, hours: BusinessHours) -> datetime:
    """Return, in UTC, when the business day ends that a moment belongs to; at night and on holidays, the next one."""
    opened = hours.next_open(at)
    midnight = datetime.combine(opened.astimezone(hours.zone).date() + DAY, time(), hours.zone)
    return hours.add(opened, hours.between(opened, midnight))


def _days_after(at: datetime, days: int, hours: BusinessHours) -> datetime:
    """Return when so many business days after the one of a moment have ended."""
    closes = _close_of_business(at, hours)
    for _ in range(days):
        closes = _close_of_business(closes, hours)
    return closes


def decide_again_at(course: Course, zone: tzinfo) -> datetime:
    """Return when to decide again: the day that was chosen, unless a step was finished since; else four weeks on."""
    has_moved = course.decided_at is None or course.moved_at > course.decided_at
    if course.decide_again_on and not has_moved:
        return datetime.combine(course.decide_again_on + DAY, time(), zone)
    return max(course.moved_at, course.decided_at or course.moved_at) + NO_PROGRESS
