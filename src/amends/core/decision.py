"""Decide: is it worth saving, and do we all want it (docs/method.md rule 3).

The sum informs people, who decide. Nothing is drawn by chance: chances to stay are laid on a grid, the yearly chance
that a client stays is taken at the middles of equal slices of its range, and the two are put together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, log
from types import MappingProxyType
from typing import TYPE_CHECKING

from amends.core.case import NO_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

KEPT = 0.85  # the share of its gross profit that a client who stays keeps bringing; docs/method.md rule 3
DISCOUNT = 0.10  # a year; docs/method.md rule 3
STAYS_LEAST, STAYS_MOST = 0.55, 0.80  # of staffing clients from year to year, around .68; docs/method.md rule 3
STAYS_ELSEWHERE = 0.85  # of accountants' and consultants' clients; judgement of docs/method.md rule 3
HOUR_COST = 60.0  # an hour of ours; judgement
HOUR_ELSEWHERE = 0.0  # what that hour would earn elsewhere; judgement: nobody has said yet
PRIOR_CASES = 10.0  # what the starting guess of a chance weighs against own cases; docs/method.md rule 3
STAYS_WITHOUT = 0.19  # nothing done, TARP: docs/method.md rule 3
STAYS_RESOLVED = 0.54  # put right, TARP: docs/method.md rule 3
STAYS_FAST = 0.82  # put right quickly, TARP: docs/method.md rule 3
STAYS_LEFT = 0.30  # they have left already; docs/method.md rule 3
TOLD = 5.0  # people who hear the story; docs/method.md rule 3
IN_MARKET = 0.10  # of those are buyers; docs/method.md rule 3
IN_SMALL_MARKET = 0.40  # the same where everybody knows everybody; docs/method.md rule 3
HEEDED = 0.11  # of those heed it; docs/method.md rule 3 (East 2008)
WORTH_IT = 0.70  # from this chance that it pays: worth it; judgement of docs/method.md rule 3
BOW_OUT = 0.30  # below it: bow out well; judgement of docs/method.md rule 3
FAST_DAYS = 7  # put right within so many days is quickly; judgement
SETTLED = timedelta(days=90)  # a quarter after a case is over we know whether they stayed; judgement
ALONE_AFTER = timedelta(hours=24)  # then a manager may decide without the views that are missing; docs/method.md rule 3
AGAIN_AFTER = NO_PROGRESS  # without progress it is asked again; docs/method.md rule 3
RECONSIDER_WITHIN = timedelta(days=365)  # twelve months; docs/method.md rule 3
RECONSIDER_CASES = 3  # docs/method.md rule 3
MOST = 0.5  # "in most": more than this share; the client's part of one case likewise
WHOLE = 100  # per cent

CELLS = 200  # of the grid on which a chance is laid; finer changes no figure that is shown
SLICES = 50  # of the range of the yearly chance to stay
RANGE = (0.10, 0.50, 0.90)  # the range that is shown, and its middle; judgement


class Choice(StrEnum):
    """What somebody thinks should be done, and what was decided."""

    SAVE = "save"
    LIGHTLY = "lightly"  # put right what is ours, and no more
    LET_GO = "let_go"


class Expects(StrEnum):
    """What an effort is expected to come to."""

    RESOLVED = "resolved"
    FAST = "fast"
    LEFT = "left"  # they have left already


class Verdict(StrEnum):
    """How the sum reads; people decide."""

    WORTH_IT = "worth_it"
    CLOSE = "close"  # decide on strategy
    BOW_OUT = "bow_out"


@dataclass(frozen=True, slots=True)
class Terms:
    """The named numbers of the sum: shares in 0..1, money in the firm's currency, each with the method's default."""

    kept: float = KEPT
    discount: float = DISCOUNT
    stays_least: float = STAYS_LEAST
    stays_most: float = STAYS_MOST
    hour_cost: float = HOUR_COST
    hour_elsewhere: float = HOUR_ELSEWHERE
    prior_cases: float = PRIOR_CASES
    stays_without: float = STAYS_WITHOUT
    stays_resolved: float = STAYS_RESOLVED
    stays_fast: float = STAYS_FAST
    stays_left: float = STAYS_LEFT
    told: float = TOLD
    in_market: float = IN_MARKET
    in_small_market: float = IN_SMALL_MARKET
    heeded: float = HEEDED
    worth_it: float = WORTH_IT
    bow_out: float = BOW_OUT


@dataclass(frozen=True, slots=True)
class Tally:
    """How the firm's own cases of one kind came out."""

    stayed: int = 0
    lost: int = 0

    @property
    def cases(self) -> int:
        """How many there are."""
        return self.stayed + self.lost


@dataclass(frozen=True, slots=True)
class Own:
    """The firm's own closed cases, by what was done."""

    without: Tally = Tally()
    resolved: Tally = Tally()
    fast: Tally = Tally()
    left: Tally = Tally()

    def of(self, expects: Expects) -> Tally:
        """Return how those came out that were what an effort is expected to come to."""
        return {Expects.RESOLVED: self.resolved, Expects.FAST: self.fast, Expects.LEFT: self.left}[expects]


@dataclass(frozen=True, slots=True)
class Worth:
    """What one client is worth, and what saving them takes. What is owed is paid either way and stays out of it.

    `gross_profit` is a year's; `new_client` what a new client's year is worth, None: as much as this one's. With
    `tenure`, the years such a client usually stays, the range of the yearly chance to stay moves to it.
    """

    gross_profit: float
    hours: float
    goodwill: float = 0.0
    expects: Expects = Expects.RESOLVED
    new_client: float | None = None
    tenure: float | None = None
    is_small_market: bool = False
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the sum says: money in the firm's currency, shares in 0..1."""

    value: float  # what keeping them is worth
    years: float  # the same, in years of gross profit
    cost: float  # hours and goodwill
    word_of_mouth: float  # what the story would cost if it went round
    break_even: float  # by so much the effort has to raise the chance that they stay; above 1 it cannot
    chance: float  # that they stay if you try
    chance_without: float  # that they stay if nobody does anything
    pays: float  # the chance that it pays
    low: float  # what it brings, less what it costs: nine times in ten more than this
    middle: float
    high: float  # one time in ten more than this
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier case of a client: the parts in per cent, None where nobody has said."""

    theirs: int | None = None
    ours: int | None = None


class Reconsider(StrEnum):
    """Why a relationship is worth a second thought."""

    THEIRS = "theirs"  # most of it was the client's part
    OURS = "ours"  # every time all of it was ours


def years_of(stays: float, terms: Terms | None = None) -> float:
    """Return how many years of gross profit a client is worth who stays with the chance `stays` each year."""
    terms = terms or Terms()
    return terms.kept * stays / (1 + terms.discount - stays)


def stays_of(tenure: float) -> float:
    """Return the yearly chance to stay of a client who usually stays for `tenure` years, in 0..1."""
    return max(0.0, 1 - 1 / tenure)


def reckon(worth: Worth, own: Own | None = None) -> Reckoned:
    """Return the worth-it sum of docs/method.md rule 3; `own` cases move the chances off the starting guesses."""
    terms, own = worth.terms, own or Own()
    least, most = _range_of(worth)
    value = worth.gross_profit * years_of((least + most) / 2, terms)
    cost = worth.hours * (terms.hour_cost + terms.hour_elsewhere) + worth.goodwill
    heard = terms.told * (terms.in_small_market if worth.is_small_market else terms.in_market) * terms.heeded
    told = heard * (worth.gross_profit if worth.new_client is None else worth.new_client)
    trying, without = chance_of(worth.expects, terms, own), _beta(terms.stays_without, terms, own.without)
    more = _surely_more(trying, without)
    each_year = [years_of(least + (most - least) * (at + 0.5) / SLICES, terms) for at in range(SLICES)]
    values = [(worth.gross_profit + told) * years for years in each_year]
    pays = _gains_more(0.0, values, cost, more)
    low, middle, high = (_quantile(share, values, cost, more) for share in RANGE)
    return Reckoned(
        value=value,
        years=years_of((least + most) / 2, terms),
        cost=cost,
        word_of_mouth=told * years_of((least + most) / 2, terms),
        break_even=cost / value if value else float("inf"),
        chance=_mean(trying),
        chance_without=_mean(without),
        pays=pays,
        low=low,
        middle=middle,
        high=high,
        verdict=verdict_of(pays, terms),
    )


def verdict_of(pays: float, terms: Terms | None = None) -> Verdict:
    """Return how a chance that it pays reads; rounded as it is shown, so that the words fit the figure."""
    terms, shown = terms or Terms(), round(WHOLE * pays)
    if shown >= round(WHOLE * terms.worth_it):
        return Verdict.WORTH_IT
    return Verdict.CLOSE if shown >= round(WHOLE * terms.bow_out) else Verdict.BOW_OUT


def chance_of(expects: Expects, terms: Terms, own: Own) -> tuple[float, float]:
    """Return the Beta distribution of the chance that they stay, as its two numbers."""
    guesses = {
        Expects.RESOLVED: terms.stays_resolved,
        Expects.FAST: terms.stays_fast,
        Expects.LEFT: terms.stays_left,
    }
    return _beta(guesses[expects], terms, own.of(expects))


def reconsider(past: Collection[Past]) -> Reconsider | None:
    """Return why to reconsider a client after the cases of twelve months, None where nothing speaks for it.

    Asked of at least `RECONSIDER_CASES` cases: the client's part was more than half in most of them, or all of it was
    ours every time.
    """
    if len(past) < RECONSIDER_CASES:
        return None
    theirs = sum(case.theirs is not None and case.theirs > WHOLE * MOST for case in past)
    if theirs > MOST * len(past):
        return Reconsider.THEIRS
    return Reconsider.OURS if all(case.ours == WHOLE for case in past) else None


def _range_of(worth: Worth) -> tuple[float, float]:
    """Return the range of the yearly chance to stay; around a typed tenure it is as wide, and never certain."""
    least, most = sorted((worth.terms.stays_least, worth.terms.stays_most))
    if worth.tenure is None:
        return least, most
    stays, half = stays_of(worth.tenure), (most - least) / 2
    return max(0.0, stays - half), min(1.0, stays + half)


def _beta(guess: float, terms: Terms, tally: Tally) -> tuple[float, float]:
    return terms.prior_cases * guess + tally.stayed, terms.prior_cases * (1 - guess) + tally.lost


def _mean(beta: tuple[float, float]) -> float:
    stayed, lost = beta
    return stayed / (stayed + lost)


def _laid(beta: tuple[float, float]) -> list[float]:
    """Return a Beta distribution on the grid: the share of it in each cell."""
    stayed, lost = beta
    scale = lgamma(stayed + lost) - lgamma(stayed) - lgamma(lost)
    middles = [(cell + 0.5) / CELLS for cell in range(CELLS)]
    heights = [exp(scale + (stayed - 1) * log(at) + (lost - 1) * log(1 - at)) for at in middles]
    total = sum(heights)
    return [height / total for height in heights]


@lru_cache(maxsize=64)  # a page asks for the same two again and again
def _surely_more(trying: tuple[float, float], without: tuple[float, float]) -> Callable[[float], float]:
    """Return the chance, as a function, that trying raises the chance to stay by more than so much."""
    with_it, without_it = _laid(trying), _laid(without)
    apart = [0.0] * (2 * CELLS)
    for cell, share in enumerate(with_it):
        for other, part in enumerate(without_it):
            apart[CELLS + cell - other] += share * part
    above = [*[*accumulate(reversed(apart))][::-1], 0.0]  # from the lower edge of each cell

    def chance(more: float) -> float:
        at = min(max((more + 1) * CELLS + 0.5, 0.0), 2.0 * CELLS)  # the cells lie around their middles
        cell = min(int(at), 2 * CELLS - 1)
        return above[cell] + (above[cell + 1] - above[cell]) * (at - cell)

    return chance


def _gains_more(gain: float, values: Sequence[float], cost: float, more: Callable[[float], float]) -> float:
    """Return the chance that an effort brings more than `gain` beyond its cost."""
    if not values[-1]:
        return float(gain + cost < 0)
    return sum(more((gain + cost) / value) for value in values) / len(values)


def _quantile(share: float, values: Sequence[float], cost: float, more: Callable[[float], float]) -> float:
    """Return what is brought beyond the cost with that share of the chances below it, by halving."""
    low, high = -values[-1] - cost, values[-1] - cost
    for _halving in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _gains_more(middle, values, cost, more) > 1 - share else (low, middle)
    return (low + high) / 2


TERMS: Mapping[str, float] = MappingProxyType({name: getattr(Terms(), name) for name in Terms.__dataclass_fields__})
