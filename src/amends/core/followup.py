"""When to ask a client again whether the repair holds (docs/method.md rule 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

# Weekly four times, every second week four times, monthly three times (judgement of docs/method.md rule 8). A month is
# four weeks, so that the weekday stays the one the client is used to.
CADENCE = (*[timedelta(weeks=1)] * 4, *[timedelta(weeks=2)] * 4, *[timedelta(weeks=4)] * 3)
CHECK_INS = len(CADENCE)
FREE_OF_FAILURE = timedelta(days=60)  # without the same failure before anything is called mended, docs/method.md rule 8


def next_check_in(done: int, on: date) -> date:
    """Return the day of the check-in that follows number `done`, counted from 1 and had `on` that day.

    After the last of the cadence it goes on monthly for as long as somebody asks.
    """
    return on + CADENCE[min(done, CHECK_INS - 1)]
