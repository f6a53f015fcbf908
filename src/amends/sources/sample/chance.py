"""Chance that falls the same way on every machine: only `random()` of the standard generator is used."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Chance:
    """A stream of choices that depends on its seed words alone.

    Python promises the same sequence for a seed only for `random()`, so every draw is made from it.
    """

    def __init__(self, *seed: object) -> None:
        words = ":".join(str(word) for word in seed)
        self._source = random.Random(words)  # noqa: S311 - a sample mailbox holds no secret

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` up to `high`."""
        return low + (high - low) * self._source.random()

    def happens(self, share: float) -> bool:
        """Return True in `share` of the cases, 0..1."""
        return self._source.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return items[int(self._source.random() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return `items` in another order."""
        return [item for _, item in sorted(((self._source.random(), item) for item in items), key=lambda pair: pair[0])]


class Deck:
    """Cards drawn without repeating one before all have been seen, so that mail does not sound like a template."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._piles: dict[str, list[int]] = {}

    def draw(self, name: str, cards: Sequence[T]) -> T:
        """Return the next card of the pile called `name`; the pile is shuffled anew when it is empty."""
        pile = self._piles.get(name)
        if not pile:
            pile = self._piles[name] = self._chance.shuffled(range(len(cards)))
        return cards[pile.pop()]
