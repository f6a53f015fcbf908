"""A recovery: how bad it feels, the steps that mend it, and how a case may move (docs/method.md rules 3 to 11).

Steps are a recommended order, never locked; what is guarded is the outcome.
"""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from amends.core.hours import BusinessHours

CALL_BACK = timedelta(hours=1)  # judgement: who is upset is called within the hour


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
    """How bad it feels to the client, of 5 (judgement: three answers are enough while the phone is still warm)."""

    ANNOYED = 2
    LET_DOWN = 3
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
