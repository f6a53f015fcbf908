"""A client compared with its own past: whether a change is more than chance would bring (docs/method.md rule 1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, exp, lgamma, log
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def at_most(hits: int, tries: int, rate: float) -> float:
    """Return the probability of `hits` or fewer in `tries` independent tries at `rate` (the binomial's lower tail)."""
    if rate in (0, 1):
        return float(hits >= tries * rate)
    ways = (lgamma(tries + 1) - lgamma(hit + 1) - lgamma(tries - hit + 1) for hit in range(hits + 1))
    return sum(exp(way + hit * log(rate) + (tries - hit) * log(1 - rate)) for hit, way in enumerate(ways))


def more(recent: Sequence[Any], earlier: Sequence[Any]) -> float:
    """Return the probability that a recent value is larger than an earlier one, ties counted half.

    This is the Mann-Whitney statistic as a share, in 0..1; both sequences must hold something. O(n log n).
    """
    ranked = sorted(earlier)
    wins = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in recent)
    return wins / (2 * len(recent) * len(ranked))


def quantile(values: Sequence[Any], share: float) -> Any:
    """Return the smallest of the values that at least `share` of them do not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
