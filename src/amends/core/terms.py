"""The numbers of the recovery that a firm may set for itself: each with its unit, its bounds and its source.

The values stay where they are used; here they are listed for the page of numbers, in its order. A firm's own go in as
arguments (`core.decision.Terms`, `core.reparation` …): nothing here is changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core import decision, parting
from amends.core.defaults import JUDGED, READ, SHARE, UNITS, Default
from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from amends.core.defaults import Source

Row = tuple[str, str, str, "Source", float, float]  # the constant, its unit, what it is for, its source, its bounds

TERMS: dict[ModuleType, tuple[Row, ...]] = {
    decision: (
        ("STAYS_LEAST", SHARE, later("Of such clients at least so many stay from year to year"), READ, 0.05, 0.99),
        ("STAYS_MOST", SHARE, later("Of such clients at most so many stay from year to year"), READ, 0.05, 0.99),
        ("KEPT", SHARE, later("Who stays keeps bringing so much of the gross profit"), JUDGED, 0.1, 1),
        ("DISCOUNT", SHARE, later("A year later money is worth so much less"), JUDGED, 0.01, 0.5),
        ("HOUR_COST", "an hour", later("An hour of yours costs so much"), JUDGED, 0, 1000),
        ("HOUR_ELSEWHERE", "an hour", later("That hour would earn so much elsewhere"), JUDGED, 0, 2000),
        ("STAYS_WITHOUT", SHARE, later("They stay though nobody does anything"), READ, 0.01, 0.99),
        ("STAYS_RESOLVED", SHARE, later("They stay once it is put right"), READ, 0.01, 0.99),
        ("STAYS_FAST", SHARE, later("They stay once it is put right quickly"), READ, 0.01, 0.99),
        ("STAYS_LEFT", SHARE, later("They come back though they have left already"), JUDGED, 0.01, 0.99),
        ("PRIOR_CASES", "cases", later("These chances weigh as much as so many cases of your own"), JUDGED, 2, 200),
        ("TOLD", "people", later("So many people hear the story"), READ, 0, 100),
        ("IN_MARKET", SHARE, later("Of those so many buy what you offer"), JUDGED, 0, 1),
        ("IN_SMALL_MARKET", SHARE, later("The same where everybody knows everybody"), JUDGED, 0, 1),
        ("HEEDED", SHARE, later("Of those so many heed what they heard"), READ, 0, 1),
        ("WORTH_IT", SHARE, later("From this chance that it pays, it reads as worth it"), JUDGED, 0.5, 0.99),
        ("BOW_OUT", SHARE, later("Below this chance that it pays, it reads as bowing out well"), JUDGED, 0.01, 0.5),
    ),
    parting: (
        ("HELLO_AFTER", "days", later("The hello comes so long after the goodbye"), JUDGED, 14, 365),
        ("WIN_BACK_AFTER", "days", later("Winning them back is thought of so long after it"), JUDGED, 30, 730),
    ),
}


def _terms() -> Iterator[Default]:
    for module, rows in TERMS.items():
        name = module.__name__.rpartition(".")[2]
        for constant, unit, says, source, least, most in rows:
            told = getattr(module, constant)
            value = told / UNITS[unit.removeprefix("business ")] if isinstance(told, timedelta) else float(told)
            yield Default(f"{name}.{constant.lower()}", value, unit, says, source, bounds=(least, most))


OWN: tuple[Default, ...] = tuple(_terms())
