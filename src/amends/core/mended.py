"""Whether a client is mended, condition by condition, and what is still missing (docs/method.md rule 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.followup import FREE_OF_FAILURE
from amends.core.signals.orders import LEAST_ORDERS, NORM_WEEKS, RECENT_WEEKS, WEEK
from amends.core.wording import counted, day, later, plural, say

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.staffing import Fact

KEPT_IN_A_ROW = 8  # docs/method.md rule 8
PULSES = 2  # the last two; docs/method.md rule 8
WELL = 4  # of five: mostly good; docs/method.md rule 8
ORDERS_BACK = 0.8  # of their norm; docs/method.md rule 8
WHOLE = 100  # per cent
DAY = timedelta(days=1)


FEELINGS = {  # of five, as the client's page asks for them (docs/method.md rule 8)
    1: later("Ready to leave"),
    2: later("Let down"),
    3: later("Unsure"),
    4: later("Mostly good"),
    5: later("Good"),
}


TOLD_OF_ORDERS = later("You said of their orders: {why}")


class Condition(StrEnum):
    """What has to hold, in the order in which it is shown."""

    ACTIONS = "actions"
    PROMISES = "promises"
    PULSES = "pulses"
    ORDERS = "orders"
    FREE = "free"
    AGREES = "agrees"


@dataclass(frozen=True, slots=True)
class Orders:
    """People ordered, by the week: before the failure, and lately. `many` counts the orders before it."""

    many: int = 0
    usual: float = 0.0  # a week
    lately: float = 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """What happened since the client was hurt. `kept` says of each promise whether it was kept in time, in order."""

    failed_at: datetime  # the last time of the same failure
    actions: int = 0
    actions_open: int = 0
    promises_open: int = 0  # of this recovery
    kept: Sequence[bool] = ()
    pulses: Sequence[int] = ()  # how they feel, of five, in order
    last_of_each: Sequence[int] = ()  # the last answer of everybody who was asked
    orders: Orders = Orders()
    orders_explained: str = ""
    agreed_at: datetime | None = None  # the client said yes when asked


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition: whether it holds (None: there is not enough to say so), and the sentence for it."""

    condition: Condition
    is_met: bool | None
    text: str


def mended_of(record: Record, now: datetime, hours: BusinessHours) -> list[Checked]:
    """Return the six conditions, each with what is still missing."""
    return [
        _actions(record),
        _promises(record),
        _pulses(record),
        _orders(record),
        _free(record, now, hours),
        _agrees(record),
    ]


def lacking(checked: Collection[Checked]) -> list[Checked]:
    """Return the conditions that do not hold, or of which too little is known."""
    return [one for one in checked if not one.is_met]


def orders_of(facts: Collection[Fact], hurt_at: datetime, now: datetime) -> Orders:
    """Return their orders of people: the weeks before they were hurt, and the last ones.

    The norm is that of the weeks before: what fell because of the failure makes no lower one.
    """
    before = [fact for fact in facts if hurt_at - NORM_WEEKS * WEEK <= fact.at < hurt_at]
    lately = [fact for fact in facts if now - RECENT_WEEKS * WEEK <= fact.at <= now]
    return Orders(
        many=len(before),
        usual=sum(fact.count for fact in before) / NORM_WEEKS,
        lately=sum(fact.count for fact in lately) / RECENT_WEEKS,
    )


def in_a_row(kept: Sequence[bool]) -> int:
    """Return how many promises were kept since the last that was missed."""
    missed = next((place for place, was_kept in enumerate(reversed(kept)) if not was_kept), None)
    return len(kept) if missed is None else missed


def _actions(record: Record) -> Checked:
    if record.actions_open:
        one, many = plural("{n} action of the plan is still open.", "{n} actions of the plan are still open.")
        return Checked(Condition.ACTIONS, is_met=False, text=counted(record.actions_open, one, many))
    if record.promises_open:
        one, many = plural("{n} promise is still open.", "{n} promises are still open.")
        return Checked(Condition.ACTIONS, is_met=False, text=counted(record.promises_open, one, many))
    if not record.actions:
        return Checked(Condition.ACTIONS, is_met=True, text=say("Nothing was planned, and nothing is open."))
    return Checked(Condition.ACTIONS, is_met=True, text=say("Everything that was planned is done."))


def _promises(record: Record) -> Checked:
    run = in_a_row(record.kept)
    if run >= KEPT_IN_A_ROW:
        text = counted(run, "{n} promise kept in a row.", "{n} promises kept in a row.")
        return Checked(Condition.PROMISES, is_met=True, text=text)
    more = counted(KEPT_IN_A_ROW - run, "One more has to be kept.", "{n} more have to be kept.")
    if run == 0:
        since = say("The last promise was missed.") if record.kept else say("No promise has fallen due since.")
    else:
        since = counted(run, "{n} promise kept in a row.", "{n} promises kept in a row.")
    return Checked(Condition.PROMISES, is_met=False, text=f"{since} {more}")


def _pulses(record: Record) -> Checked:
    last = list(record.pulses[-PULSES:])
    if len(last) < PULSES:
        once = say("Asked once how they feel. Two answers are needed.")
        text = once if last else say("Nobody has asked yet how they feel. Two answers are needed.")
        return Checked(Condition.PULSES, is_met=None, text=text)
    if min(last) >= WELL and record.last_of_each and min(record.last_of_each) < WELL:
        told = later("The last two answers were good, and somebody’s last was “{feeling}”. Ask them again.")
        text = say(told, feeling=say(FEELINGS[min(record.last_of_each)]))
        return Checked(Condition.PULSES, is_met=False, text=text)
    if min(last) >= WELL:
        return Checked(Condition.PULSES, is_met=True, text=say("They felt good about us the last two times."))
    low = say(FEELINGS[min(last)])
    text = say("Of the last two answers one was “{feeling}”. Both have to be Mostly good or better.", feeling=low)
    return Checked(Condition.PULSES, is_met=False, text=text)


def _orders(record: Record) -> Checked:
    orders = record.orders
    if orders.many >= LEAST_ORDERS and orders.lately >= ORDERS_BACK * orders.usual:
        return Checked(Condition.ORDERS, is_met=True, text=say("The orders are back."))
    if record.orders_explained:
        known = later("Fewer orders, and we know why: {why}") if orders.many >= LEAST_ORDERS else TOLD_OF_ORDERS
        text = say(known, why=record.orders_explained)
        return Checked(Condition.ORDERS, is_met=True, text=text)
    if orders.many < LEAST_ORDERS:
        text = say("Too few orders are known to compare. Say in a line how it is with their orders.")
        return Checked(Condition.ORDERS, is_met=None, text=text)
    share = int(WHOLE * orders.lately / orders.usual)  # 79.6 is not 80 yet, and must not read as if it were
    text = say("They order {share} % of what they used to. It has to be 80 %, or there is a reason.", share=share)
    return Checked(Condition.ORDERS, is_met=False, text=text)


def _free(record: Record, now: datetime, hours: BusinessHours) -> Checked:
    holds_at = record.failed_at + FREE_OF_FAILURE
    if now >= holds_at:
        return Checked(Condition.FREE, is_met=True, text=say("Sixty days without the same failure."))
    days = max(0, (now - record.failed_at) // DAY)
    text = counted(
        days,
        "{n} day without the same failure. Sixty come first: that is {day}.",
        "{n} days without the same failure. Sixty come first: that is {day}.",
        day=day(holds_at, now, hours),
    )
    return Checked(Condition.FREE, is_met=False, text=text)


def _agrees(record: Record) -> Checked:
    if record.agreed_at and record.agreed_at >= record.failed_at:
        return Checked(Condition.AGREES, is_met=True, text=say("They say so themselves."))
    return Checked(Condition.AGREES, is_met=False, text=say("Ask them whether it is mended, and hear a yes."))
