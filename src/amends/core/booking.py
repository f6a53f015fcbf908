"""How many to book so that an order is full, how many to promise, and how full a desk is (docs/method.md rule 10).

Not everybody who is booked comes, and one order is not like the next: a bus is late and five are missing. So the share
that comes varies from order to order around what is usual with us (Beta-binomial), and `WEIGHT` says how much.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, lgamma

WEIGHT = 40  # bookings: what is usual weighs as much; docs/method.md rule 10
USUAL_LOSS = 0.1  # of those booked, where nothing else is known; docs/method.md rule 10
LEAST_KNOWN = 40  # bookings of our own before their rate is told as ours (judgement: as many as `WEIGHT`)
OFTEN = 0.9  # nine times in ten; docs/method.md rule 10
FULL_DESK = 0.85  # of a desk's time; above, everything takes long; docs/method.md rule 10
MOST_ORDERED = 500  # people in one order that are reckoned with; nobody orders more at once (judgement)
MOST_LOSS = 0.6  # of those booked: beyond it no booking helps (judgement)
LEAST_LOSS = 0.005  # somebody is always ill (judgement)
MOST_BOOKED = 20  # times as many as are needed: at `MOST_LOSS` five times suffice for one, and four for many


@dataclass(frozen=True, slots=True)
class Known:
    """What became of our own bookings: how many people came, and how many did not."""

    came: int = 0
    lost: int = 0

    @property
    def booked(self) -> int:
        """How many bookings that is."""
        return self.came + self.lost

    @property
    def is_enough(self) -> bool:
        """Whether they are enough to speak of a rate of our own."""
        return self.booked >= LEAST_KNOWN


def loss_of(known: Known, usual: float = USUAL_LOSS) -> float:
    """Return which share of those booked does not come: `usual`, drawn to our own once enough of it is known."""
    return (WEIGHT * usual + known.lost) / (WEIGHT + known.booked) if known.is_enough else usual


def chance_of(needed: int, booked: int, loss: float) -> float:
    """Return how likely it is that at least `needed` of the people booked come (Beta-binomial)."""
    come, missing = WEIGHT * (1 - _within(loss)), WEIGHT * _within(loss)
    chance, total = exp(_log_beta(booked + come, missing) - _log_beta(come, missing)), 0.0  # that all of them come
    for count in range(booked, needed - 1, -1):
        total += chance
        away = booked - count
        chance *= count * (away + missing) / ((away + 1) * (count - 1 + come))
    return total


def to_book(needed: int, loss: float) -> int:
    """Return how many to book so that an order is full nine times in ten."""
    booked = range(needed, MOST_BOOKED * needed + 1)
    return booked[bisect_left(booked, OFTEN, key=lambda many: chance_of(needed, many, loss))]


def to_promise(booked: int, loss: float) -> int:
    """Return how many of the people booked come at least, nine times in ten: what can be promised."""
    too_many = range(1, booked + 1)
    return bisect_left(too_many, True, key=lambda many: chance_of(many, booked, loss) < OFTEN)  # noqa: FBT003  (is it too many?)


def times_as_long(used: float) -> float | None:
    """Return how many times as long work takes on a desk that is `used` so far (0 to 1) as on an empty one: 1/(1-u).

    None for a desk with more to do than it can: what waits there only grows.
    """
    return 1 / (1 - used) if used < 1 else None


def _within(loss: float) -> float:
    return min(max(loss, LEAST_LOSS), MOST_LOSS)


def _log_beta(one: float, other: float) -> float:
    return lgamma(one) + lgamma(other) - lgamma(one + other)
