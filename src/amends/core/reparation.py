"""Make good: how much leaves a client a little better off than before, and no more (docs/method.md rule 7).

Money is `Decimal`, to the smallest coin of its currency; shares are in 0..1. Every number is a named default here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.case import Kind, Theme
from amends.core.money import rounded
from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

# Of the base. Haesevoets 2017 and Gelbrich 2015: less than the loss leaves people hurt, far more buys nothing more.
FLOOR = Decimal("1.00")
TARGET = Decimal("1.10")
CEILING = Decimal("1.20")  # above it a manager agrees
STOP = Decimal("1.50")  # above it nobody may
LATE_A_WEEK = Decimal("0.025")  # for each week begun beyond the promised day; judgement of docs/method.md rule 7
MOST_LATE = Decimal("0.10")  # judgement of docs/method.md rule 7
MOST_OF_FEES = Decimal("0.02")  # goodwill (what is above the base), of what they bring in a year; judgement, rule 7
MOST_OF_WORTH = Decimal("0.5")  # goodwill, of what keeping them is worth; judgement of docs/method.md rule 7
WEEK = 7  # days
REPEAT_WITHIN = timedelta(days=365)  # docs/method.md rule 7: twelve months
UNVERIFIED = 2  # earlier claims that were never confirmed: from then on a manager decides; docs/method.md rule 7


class State(StrEnum):
    """Where what is offered stands."""

    DRAFT = "draft"
    WAITING = "waiting"  # somebody has to agree
    APPROVED = "approved"
    GIVEN = "given"  # and booked
    REFUSED = "refused"


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.WAITING, State.APPROVED}),
    State.WAITING: frozenset({State.APPROVED, State.REFUSED, State.DRAFT}),
    State.APPROVED: frozenset({State.GIVEN, State.DRAFT}),
    State.REFUSED: frozenset({State.DRAFT}),
    State.GIVEN: frozenset(),
}


class Repeat(StrEnum):
    """Whether the same failure came before (docs/method.md rule 7). It says nothing about the client."""

    NONE = ""
    VERIFIED = "verified"  # money will not mend it: the cause, a senior call, a rewritten standard
    UNVERIFIED = "unverified"  # a manager decides on the evidence, and nothing above the loss


class Place(StrEnum):
    """Where an offer lies."""

    NOTHING = "nothing"
    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"  # above the ceiling: a manager agrees, with a reason
    BEYOND = "beyond"  # above the hard stop: nobody may


@dataclass(frozen=True, slots=True)
class Loss:
    """What it cost the client: money, hours of their own, or a share of what a failed fee was to bring."""

    direct: Decimal = Decimal(0)  # verified
    hours: Decimal = Decimal(0)
    hour_rate: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    share_lost: Decimal = Decimal(0)  # of the value of what failed
    our_share: Decimal = Decimal(1)

    @property
    def effort(self) -> Decimal:
        """What their own hours come to."""
        return self.hours * self.hour_rate

    @property
    def whole(self) -> Decimal:
        """What it cost them, whoever's part it was: the larger of what they lost and what the failed fee lost."""
        return max(self.direct + self.effort, self.fee * self.share_lost)

    def base(self, currency: str) -> Decimal:
        """Return our part of it, to the coin."""
        return rounded(self.whole * self.our_share, currency)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another failure with the same client: when, of which theme, whether we checked that it was so."""

    at: datetime
    theme: str
    is_verified: bool | None


@dataclass(frozen=True, slots=True)
class Rates:
    """The named numbers of the band, which a firm may set for itself: shares of the base, each the method's default."""

    floor: Decimal = FLOOR
    target: Decimal = TARGET
    ceiling: Decimal = CEILING
    stop: Decimal = STOP
    late_a_week: Decimal = LATE_A_WEEK
    most_late: Decimal = MOST_LATE
    most_of_fees: Decimal = MOST_OF_FEES
    most_of_worth: Decimal = MOST_OF_WORTH


RATES = Rates()


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds goodwill and lateness; None is not known, and bounds nothing."""

    late_days: int = 0
    yearly_fees: Decimal | None = None
    worth: Decimal | None = None  # of keeping them (`core.decision`)
    repeat: Repeat = Repeat.NONE
    rates: Rates = RATES


@dataclass(frozen=True, slots=True)
class Band:
    """How much leaves them a little better off. `target` is what is proposed; all are sums of one currency."""

    base: Decimal
    floor: Decimal
    target: Decimal
    ceiling: Decimal
    stop: Decimal
    late_weeks: int = 0
    late_share: Decimal = Decimal(0)  # of the base: by so much being late raises the target
    most_goodwill: Decimal | None = None  # where a cap is what bounds it

    @property
    def is_measurable(self) -> bool:
        """Whether there is a loss at all: without one no money is offered, and somebody senior is there for them."""
        return self.base > 0


def band_of(loss: Loss, currency: str, limits: Limits = Limits()) -> Band:
    """Return the band of what is offered (docs/method.md rule 7), each sum to the coin.

    Being late raises the target towards the ceiling. What is above the base is goodwill, and capped; what is owed
    anyway is no part of it.
    """
    base, rates = loss.base(currency), limits.rates
    weeks = weeks_late(limits.late_days)
    cap = goodwill_cap(limits)
    if limits.repeat is Repeat.UNVERIFIED:
        cap = Decimal(0)

    def times(rate: Decimal) -> Decimal:
        goodwill = base * (rate - 1)
        return rounded(base + (goodwill if cap is None else min(goodwill, cap)), currency)

    ceiling, late = times(rates.ceiling), min(rates.most_late, rates.late_a_week * weeks)
    target = max(rates.target, min(rates.ceiling, rates.target + late))
    stop = base if limits.repeat is Repeat.UNVERIFIED else rounded(base * rates.stop, currency)
    return Band(
        base=base,
        floor=rounded(base * rates.floor, currency),
        target=times(target),
        ceiling=ceiling,
        stop=stop,
        late_weeks=weeks,
        late_share=target - rates.target,
        most_goodwill=rounded(cap, currency) if cap is not None and cap < base * (rates.ceiling - 1) else None,
    )


def weeks_late(days: int) -> int:
    """Return the weeks begun beyond the promised day: a day late is in the first, 21 days are three."""
    return -(-max(0, days) // WEEK)


def days_late(promised_on: date | None, on: date) -> int:
    """Return by how many days something comes too late; 0 where nothing was promised."""
    return max(0, (on - promised_on).days) if promised_on else 0


def goodwill_cap(limits: Limits) -> Decimal | None:
    """Return the most that goodwill may be: of the caps that are known the lower one; None where none is."""
    fees = None if limits.yearly_fees is None else limits.yearly_fees * limits.rates.most_of_fees
    worth = None if limits.worth is None else max(Decimal(0), limits.worth) * limits.rates.most_of_worth
    known = [cap for cap in (fees, worth) if cap is not None]
    return min(known) if known else None


def place_of(offered: Decimal, band: Band) -> Place:
    """Return where the worth of an offer lies; with no loss to measure, any money is beyond."""
    if offered == 0:
        return Place.NOTHING if not band.base else Place.BELOW
    if offered > band.stop:
        return Place.BEYOND
    if offered > band.ceiling:
        return Place.ABOVE
    return Place.INSIDE if offered >= band.floor else Place.BELOW


def repeat_of(earlier: Collection[Earlier], theme: str, at: datetime, *, is_verified: bool | None) -> Repeat:
    """Return whether this failure, which was taken down `at`, came before in the twelve months before it.

    Once we checked that the same thing happened, it did. Where this one is not confirmed, and two before it were not,
    be it that nobody checked or that it was not so, a manager looks at the evidence.
    """
    recent = [one for one in earlier if timedelta(0) <= at - one.at <= REPEAT_WITHIN]
    if theme and is_verified is not False and any(one.is_verified and one.theme == theme for one in recent):
        return Repeat.VERIFIED
    unchecked = [one for one in recent if not one.is_verified]
    return Repeat.UNVERIFIED if not is_verified and len(unchecked) >= UNVERIFIED else Repeat.NONE


def pays_for_theirs(
    offered: Decimal, loss: Loss, their_share: Decimal, currency: str, *, rates: Rates = RATES
) -> Decimal:
    """Return how much of an offer pays for the client's own part (docs/method.md rule 4); 0 where none does.

    Nothing is said below the ceiling of what our own part comes to.
    """
    ours = loss.whole * (1 - their_share)
    return rounded(max(Decimal(0), offered - ours), currency) if offered > ours * rates.ceiling else Decimal(0)


REPLACEMENT = later("A replacement, free, and the hours waived")
CREDIT = later("The credit at once, on this week’s invoice, before they ask")
SENIOR = later("An apology by somebody senior, in person or by phone")
PENALTY = later("We pay the fine or penalty that it brought them")
REWRITE = later("A senior call, and the standard written anew with them")
IN_KIND = {  # docs/method.md rule 7; Roschk & Gelbrich 2014: what failed is made good in its own kind first
    Theme.ATTENDANCE: REPLACEMENT,
    Theme.CAPACITY: REPLACEMENT,
    Theme.MATCH: REPLACEMENT,
    Theme.SOURCING: REPLACEMENT,
    Theme.BILLING: CREDIT,
    Theme.ANSWERS: SENIOR,
    Theme.HANDOVER: SENIOR,
    Theme.COMPLIANCE: PENALTY,
}


def in_kind(theme: str, kind: str, *, is_process: bool | None, repeat: Repeat = Repeat.NONE) -> list[str]:
    """Return what to give before money, each a text of the catalogue (docs/method.md rule 7)."""
    found = [REWRITE] if repeat is Repeat.VERIFIED else []
    if theme and (fitting := IN_KIND.get(Theme(theme))):
        found.append(fitting)
    if is_process or kind in {Kind.HONESTY_TRUE, Kind.HONESTY_UNTRUE} or not found:
        found.append(SENIOR)
    return list(dict.fromkeys(found))


class Need(StrEnum):
    """Why somebody else has to agree."""

    LIMIT = "limit"  # above the firm's money limit: never the one who offers it
    OWNER = "owner"  # above what managers may agree to
    CEILING = "ceiling"
    REPEAT = "repeat"  # the same failure came back, or too many claims were never confirmed


def needs_of(
    place: Place, repeat: Repeat, cost: Decimal, limit: Decimal | None, owner_limit: Decimal | None = None
) -> tuple[Need, ...]:
    """Return why a manager has to agree; `cost` is all that a case costs, what is owed included.

    A limit of None cannot be compared (another currency): then everything is above it.
    """
    found = {
        Need.OWNER: owner_limit is not None and cost > owner_limit,
        Need.LIMIT: limit is None or cost > limit,
        Need.CEILING: place is Place.ABOVE,
        Need.REPEAT: repeat is not Repeat.NONE and cost > 0,
    }
    return tuple(need for need, holds in found.items() if holds)
