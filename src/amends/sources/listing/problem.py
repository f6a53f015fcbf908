"""What keeps a row from being taken: the column, its value, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 60
"""Characters of a value that are shown in a sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a row; `column` is as the file calls it, or as we do where the file has none."""

    column: str
    value: str
    why: str


class UnreadableError(ValueError):
    """A value is not what its column holds; the sentence says what to do."""


def shown(value: str) -> str:
    """Return a value short enough for a sentence."""
    return value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…"
