"""The two-sided expectation sheet: what each side would like and can live with, and where the two lie apart.

docs/method.md rule 10, after the gaps of SERVQUAL: both sides fill in *desired* and *adequate* before either sees the
other's. A difference of more than `APART` of the client's adequate level is a gap to talk about, and so is a blank.
Values in, values out; what was agreed and is measured since is weighed here too (`kept`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.staffing import FactKind
from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.staffing import Fact

APART = Decimal("0.15")  # of the client's adequate level; docs/method.md rule 10
PERIOD = timedelta(days=90)  # how far back a kept rate looks; judgement: a quarter
LEAST = 5  # judgement: fewer answers, ratings or invoices say nothing of how something is kept
KEPT_FROM = Decimal("0.9")  # judgement: nine of ten times is kept, three missed of eleven are not
WHOLE = 100  # per cent
HOUR = timedelta(hours=1)


class Unit(StrEnum):
    """How the figures of a line are meant."""

    PERCENT = "percent"
    MARKUP = "markup"  # per cent on top of something
    HOURS = "hours"  # working hours
    DAYS = "days"
    RATING = "rating"  # 1 to 5
    WORDS = ""  # it cannot be counted: words alone


class Better(StrEnum):
    """Which way is better for the client."""

    MORE = "more"
    LESS = "less"


class Item(StrEnum):
    """What the two sides expect of each other (docs/method.md rule 10), in the order in which it is asked."""

    FILL_RATE = "fill_rate"
    FIRST_CVS = "first_cvs"
    TIME_TO_FILL = "time_to_fill"
    QUALITY = "quality"
    OUR_REPLY = "our_reply"
    THEIR_REPLY = "their_reply"
    FEEDBACK = "feedback"
    REPLACEMENT = "replacement"
    NOTICE = "notice"
    ESCALATION = "escalation"
    PRICE = "price"
    PAYMENT = "payment"


OWN = "own"  # the key of a line that the two added themselves


@dataclass(frozen=True, slots=True)
class Line:
    """What a line is called, how it is counted, and which way is better for the client.

    `name` may hold {firm} and {client}. Where the client is the one who gives (their answers, their notice, their
    payment: `is_theirs`), better for them is what asks less of them.
    """

    name: str
    unit: Unit
    better: Better = Better.MORE
    is_theirs: bool = False


LINES = {
    Item.FILL_RATE: Line(later("Orders that are filled"), Unit.PERCENT),
    Item.FIRST_CVS: Line(later("First CVs after an order"), Unit.DAYS, Better.LESS),
    Item.TIME_TO_FILL: Line(later("Time until a place is filled"), Unit.DAYS, Better.LESS),
    Item.QUALITY: Line(later("How good the people are"), Unit.RATING),
    Item.OUR_REPLY: Line(later("{firm} answers within"), Unit.HOURS, Better.LESS),
    Item.THEIR_REPLY: Line(later("{client} answers within"), Unit.HOURS, is_theirs=True),
    Item.FEEDBACK: Line(later("{client} says yes or no to a candidate within"), Unit.DAYS, is_theirs=True),
    Item.REPLACEMENT: Line(later("Replaced free of charge, if somebody leaves within"), Unit.DAYS),
    Item.NOTICE: Line(later("{client} tells of a change ahead by"), Unit.HOURS, Better.LESS, is_theirs=True),
    Item.ESCALATION: Line(later("Whom to call when it is urgent"), Unit.WORDS),
    Item.PRICE: Line(later("Price, on top of the pay"), Unit.MARKUP, Better.LESS),
    Item.PAYMENT: Line(later("{client} pays an invoice within"), Unit.DAYS, is_theirs=True),
}
# The least and the most that a figure may be: beyond it is a slip of the finger (judgement).
BOUNDS = {
    Unit.PERCENT: (0, 100), Unit.MARKUP: (0, 500), Unit.HOURS: (0, 1_000), Unit.DAYS: (0, 365), Unit.RATING: (1, 5),
}  # fmt: skip


def line_of(key: str) -> Line:
    """Return what a line is called and how it is counted; one of their own is in words, and has no name here."""
    return LINES[Item(key)] if key in set(Item) else Line("", Unit.WORDS)


@dataclass(frozen=True, slots=True)
class Level:
    """What one side says of a line: what it would like, what it can live with, and words."""

    desired: Decimal | None = None
    adequate: Decimal | None = None
    words: str = ""


class Gap(StrEnum):
    """How two sides lie to each other on one line; all but `NONE` and `READ` are to be talked about."""

    NONE = "none"
    READ = "read"  # both are in words: people compare them
    BLANK = "blank"  # somebody left it open
    SHORT = "short"  # who gives falls short of what the other can live with
    OVER = "over"  # who gives would give more than the other needs


TO_TALK_ABOUT = frozenset({Gap.BLANK, Gap.SHORT, Gap.OVER})


def is_blank(key: str, level: Level) -> bool:
    """Whether a side left a line open: no adequate level where it is counted, no words where it is not."""
    return not level.words.strip() if line_of(key).unit is Unit.WORDS else level.adequate is None


def share_apart(key: str, ours: Decimal, theirs: Decimal) -> Decimal:
    """Return by which share of the client's adequate level ours falls short of it; negative where we give more.

    Of nothing everything is the whole of it: 1 or −1.
    """
    short = theirs - ours if line_of(key).better is Better.MORE else ours - theirs
    if theirs:
        return short / abs(theirs)
    return Decimal((short > 0) - (short < 0))


def gap_of(key: str, ours: Level, theirs: Level, apart: Decimal = APART) -> Gap:
    """Return how two sides lie to each other on a line: exactly `apart` is no gap (docs/method.md rule 10)."""
    if is_blank(key, ours) or is_blank(key, theirs):
        return Gap.BLANK
    if ours.adequate is None or theirs.adequate is None:
        return Gap.READ
    share = share_apart(key, ours.adequate, theirs.adequate)
    if abs(share) <= apart:
        return Gap.NONE
    return Gap.SHORT if share > 0 else Gap.OVER


@dataclass(frozen=True, slots=True)
class Kept:
    """How an agreed line was kept in `PERIOD`: so many of so many times, or a figure that is the measure itself.

    `count` of `of` were within what was agreed; `value` is the figure where the line is one (a rate, an average). With
    fewer than `LEAST` there is nothing to say: `is_kept` is None.
    """

    of: int
    count: int = 0
    value: Decimal | None = None
    is_kept: bool | None = None


# What is measured, and by which facts; answers are measured by the mail.
WITHIN = {Item.FEEDBACK: FactKind.FEEDBACK, Item.PAYMENT: FactKind.PAYMENT}
MEASURED = frozenset({Item.FILL_RATE, Item.QUALITY, Item.OUR_REPLY, *WITHIN})


def kept(
    item: Item, target: Decimal, facts: Iterable[Fact], answers: Sequence[Answer] = (), kept_from: Decimal = KEPT_FROM
) -> Kept:
    """Return how an agreed line was kept, by the facts of the period and the answers we gave in it.

    `target` is in the line's own unit, `kept_from` the share of the times from which what is counted counts as kept.
    Raises KeyError for a line that no data tells of.
    """
    if item is Item.OUR_REPLY:
        over = [answer.hours > target for answer in answers if answer.is_given or answer.hours > target]
        return _times(len(over), over.count(False), kept_from)
    known = list(facts)
    if item is Item.FILL_RATE:
        return _filled(known, target)
    if item is Item.QUALITY:
        return _rated(known, target)
    took = [fact.days for fact in known if fact.kind is WITHIN[item] and fact.days is not None]
    return _times(len(took), sum(days <= target for days in took), kept_from)


def _times(of: int, count: int, kept_from: Decimal) -> Kept:
    return Kept(of, count, is_kept=Decimal(count) / of >= kept_from if of >= LEAST else None)


def _filled(facts: Iterable[Fact], target: Decimal) -> Kept:
    """Return the people who started as a share of those ordered: never more than all of them."""
    counts = {FactKind.ORDER: 0, FactKind.PLACEMENT: 0}
    for fact in facts:
        if fact.kind in counts:
            counts[fact.kind] += fact.count
    ordered, started = counts[FactKind.ORDER], min(counts[FactKind.ORDER], counts[FactKind.PLACEMENT])
    if ordered < LEAST:
        return Kept(ordered, started)
    rate = Decimal(started * WHOLE) / ordered
    return Kept(ordered, started, rate, rate >= target)


def _rated(facts: Iterable[Fact], target: Decimal) -> Kept:
    marks = [Decimal(str(fact.value)) for fact in facts if fact.kind is FactKind.RATING and fact.value is not None]
    if len(marks) < LEAST:
        return Kept(len(marks))
    average = sum(marks, Decimal(0)) / len(marks)
    return Kept(len(marks), value=average, is_kept=average >= target)


@dataclass(frozen=True, slots=True)
class Answer:
    """How long somebody at the client waited, in working hours: until we answered, or, not `is_given`, until now."""

    hours: Decimal
    is_given: bool = True


def answers(history: History, since: datetime, now: datetime, hours: BusinessHours) -> list[Answer]:
    """Return how long every ask of theirs since a moment waited for us: by mail or, sooner, by a talk."""
    given = [
        Answer(_hours(hours.between(ask.at, answered_at))) for ask, answered_at in history.answered if ask.at >= since
    ]
    open_since = [asks[0].at for asks in history.waiting if asks[0].at >= since]
    return given + [Answer(_hours(hours.between(at, now)), is_given=False) for at in open_since]


def _hours(passed: timedelta) -> Decimal:
    return Decimal(str(round(passed / HOUR, 4)))
