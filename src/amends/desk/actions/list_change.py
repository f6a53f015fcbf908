"""What a row of a list changes in rows of ours: said before it is done (`queries.undo` says how it is taken back)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amends.desk.models import RowOutcome

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

ALWAYS: dict[str, dict[str, Any]] = {  # columns without a value of their own, which the database must be given
    "client": {
        "is_restricted": False, "is_small_market": False, "state": "Not enough yet", "computed_state": "Not enough yet",
        "points": 0, "is_enough": False, "messages_count": 0, "why": "",
    },
    "person": {"best_hour": ""},
}  # fmt: skip
NAMES_A_ROW = ("client_id", "person_id", "thing_id")  # columns that may name a row which is only about to be made


@dataclass(slots=True)
class Change:
    """One row of ours that a list makes (`before` None), changes, or removes (`values` None).

    `pk` is negative until the row is made.
    """

    thing: str
    pk: int
    before: dict[str, Any] | None
    values: dict[str, Any] | None


@dataclass(slots=True)
class Planned:
    """What is to become of one row of a list."""

    number: int
    raw: dict[str, str]
    outcome: RowOutcome
    problem: str = ""
    client: int | None = None
    at: datetime | None = None
    changes: list[Change] = field(default_factory=list)
    erases: int | None = None  # the person who is to be erased
    is_redrawn: bool = False  # the client's past is another

    def tell(self, things: Collection[str]) -> None:
        """Say what became of the row by what it does to the things that it tells of."""
        own = [change for change in self.changes if change.thing in things]
        if any(change.before is None for change in own):
            self.outcome = RowOutcome.ADDED
        elif own:
            self.outcome = RowOutcome.CHANGED
