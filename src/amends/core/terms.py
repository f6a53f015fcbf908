"""The numbers of the recovery in one register: those that a firm may set for itself, and those that stand for all.

Each has its unit, its source, and, where a firm may change it, the bounds of what makes sense. The values stay where
they are used; a firm's own go in as arguments (`core.decision.Terms`, `core.reparation.Rates`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core import (
    agreement,
    booking,
    capacity,
    case,
    decision,
    followup,
    issue,
    lesson,
    mended,
    parting,
    pulse,
    reparation,
)
from amends.core.apology import stance
from amends.core.defaults import JUDGED, SHARE, UNITS, Default
from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

LOST = later("ClearlyRated, 2018: 32 % of staffing clients lost in a year")
TARP = later("TARP, as later sources give it")
EAST = later("East, Hammond and Lomax, 2008")
FAIR = later("Haesevoets and others, 2017; Gelbrich and others, 2015")
DISP = later("FCA, DISP 1.6")
METHOD = later("the method")
# The constant, its unit, what it is for, its source, and the bounds between which a firm sets its own.
Own = tuple[str, str, str, str, float, float]
Fixed = tuple[str, str, str, str]

TERMS: dict[ModuleType, tuple[Own, ...]] = {
    decision: (
        ("STAYS_LEAST", SHARE, later("From year to year so many clients stay at least"), LOST, 0.05, 0.99),
        ("STAYS_MOST", SHARE, later("From year to year so many clients stay at most"), LOST, 0.05, 0.99),
        ("KEPT", SHARE, later("Who stays keeps bringing so much of the gross profit"), JUDGED, 0.1, 1),
        ("DISCOUNT", SHARE, later("A year later money is worth so much less"), JUDGED, 0.01, 0.5),
        ("HOUR_COST", "an hour", later("An hour of yours costs so much"), JUDGED, 0, 1000),
        ("HOUR_ELSEWHERE", "an hour", later("That hour would earn so much elsewhere"), JUDGED, 0, 2000),
        ("STAYS_WITHOUT", SHARE, later("They stay though nobody does anything"), TARP, 0.01, 0.99),
        ("STAYS_RESOLVED", SHARE, later("They stay once it is put right"), TARP, 0.01, 0.99),
        ("STAYS_FAST", SHARE, later("They stay once it is put right quickly"), TARP, 0.01, 0.99),
        ("STAYS_LEFT", SHARE, later("They come back though they have left already"), JUDGED, 0.01, 0.99),
        ("PRIOR_CASES", "cases", later("These chances weigh as much as so many cases of your own"), JUDGED, 2, 200),
        ("TOLD", "people", later("So many people hear the story"), JUDGED, 0, 100),
        ("IN_MARKET", SHARE, later("Of those so many buy what you offer"), JUDGED, 0, 1),
        ("IN_SMALL_MARKET", SHARE, later("The same where everybody knows everybody"), JUDGED, 0, 1),
        ("HEEDED", SHARE, later("Of those so many heed what they heard"), EAST, 0, 1),
        ("WORTH_IT", SHARE, later("From this chance that it pays, it reads as worth it"), JUDGED, 0.5, 0.99),
        ("BOW_OUT", SHARE, later("Below this chance that it pays, it reads as bowing out well"), JUDGED, 0.01, 0.5),
    ),
    reparation: (
        ("FLOOR", SHARE, later("Of what it cost them, at least so much is made good"), FAIR, 0.8, 1),
        ("TARGET", SHARE, later("Of what it cost them, so much is offered"), FAIR, 1, 1.15),
        ("CEILING", SHARE, later("Above this share a manager has to agree"), FAIR, 1.15, 1.4),
        ("STOP", SHARE, later("Above this share nobody may go"), FAIR, 1.4, 2),
        ("LATE_A_WEEK", SHARE, later("For each week too late, so much more"), JUDGED, 0, 0.1),
        ("MOST_LATE", SHARE, later("For being late, at most so much more"), JUDGED, 0, 0.2),
        ("MOST_OF_FEES", SHARE, later("Goodwill is at most this share of what they bring a year"), JUDGED, 0, 0.2),
        ("MOST_OF_WORTH", SHARE, later("Goodwill is at most this share of what keeping them is worth"), JUDGED, 0, 1),
    ),
    parting: (
        ("HELLO_AFTER", "days", later("The hello comes so long after the goodbye"), METHOD, 14, 365),
        ("WIN_BACK_AFTER", "days", later("Winning them back is thought of so long after it"), JUDGED, 30, 730),
    ),
    agreement: (
        ("APART", SHARE, later("A gap is more than this share of what they can live with"), METHOD, 0.05, 0.5),
        ("KEPT_FROM", SHARE, later("What is agreed counts as kept from this share of the times"), JUDGED, 0.5, 1),
    ),
    booking: (
        ("USUAL_LOSS", SHARE, later("Of those booked so many do not come, until yours are known"), METHOD, 0.01, 0.5),
        ("FULL_DESK", SHARE, later("From this share of its time on, a desk is too full"), METHOD, 0.5, 0.99),
    ),
}
FIXED: dict[ModuleType, tuple[Fixed, ...]] = {
    case: (
        ("CALL_BACK", "hours", later("Who is upset is called within this time of business"), JUDGED),
        ("NO_PROGRESS", "weeks", later("After so long without progress it is decided again"), METHOD),
        ("ACKNOWLEDGED_DAYS", "business days", later("They hear that you know by then at the latest"), DISP),
        ("PUT_RIGHT", "weeks", later("It is put right by then at the latest"), DISP),
    ),
    decision: (
        (
            "STAYS_ELSEWHERE",
            SHARE,
            later("Of the clients of accountants so many stay from year to year"),
            JUDGED,
        ),
        ("ALONE_AFTER", "hours", later("Then a manager may decide without the views that are missing"), METHOD),
        ("FAST_DAYS", "days", later("Put right within this time is quickly"), JUDGED),
        ("RECONSIDER_CASES", "cases", later("From so many in a year on, a relationship is reconsidered"), METHOD),
        ("SETTLED", "days", later("So long after a recovery it is known whether they stayed"), JUDGED),
    ),
    reparation: (
        ("REPEAT_WITHIN", "days", later("The same failure within this time came back"), METHOD),
        ("UNVERIFIED", "cases", later("After so many claims that were never confirmed a manager decides"), METHOD),
    ),
    capacity: (
        ("WEEKS", "weeks", later("What somebody usually keeps is read from so long before"), JUDGED),
        ("LEAST_WEEKS", "weeks", later("With fewer weeks of promises nothing is said"), JUDGED),
        ("LEAST_KEPT", "promises", later("With fewer promises kept nothing is said"), JUDGED),
    ),
    issue: (
        ("FEWEST_COMPLAINTS", "cases", later("With fewer complaints no theme is ranked"), JUDGED),
        ("FEWEST_INCIDENTS", "cases", later("With fewer incidents nothing is said of what they share"), JUDGED),
        ("FEWEST_ORDERS", "orders", later("With fewer orders to compare it is only what came together"), JUDGED),
        ("PATTERN_INCIDENTS", "cases", later("With fewer incidents nothing they share is a pattern"), METHOD),
    ),
    stance: (
        ("LONG_FROM", "of 5", later("From this severity on a draft is asked to be long enough"), JUDGED),
        ("AMBER_AFTER", "hours", later("After so long a draft is told that they have waited"), JUDGED),
        ("RED_AFTER", "hours", later("After so long a draft is told to call before writing"), JUDGED),
    ),
    followup: (
        ("FIRST_AFTER", "business days", later("So long after the fix they are asked first whether it holds"), METHOD),
        (
            "FIRST_AFTER_MILD",
            "business days",
            later("The same where it was no more than annoying"),
            METHOD,
        ),
        ("WEEKLY", "times", later("So many times they are asked every week"), METHOD),
        ("BIWEEKLY", "times", later("Then so many times every second week"), METHOD),
        ("EVERY_MONTH", "times", later("Then so many times every four weeks"), METHOD),
        ("MILD", "of 5", later("Up to this severity it was no more than annoying"), JUDGED),
        ("LONGEST_WAIT", "times", later("Contact puts it off for so many times the usual wait at most"), JUDGED),
        ("FREE_OF_FAILURE", "days", later("So long without the same failure before it is mended"), METHOD),
        ("LOW", "of 5", later("An answer up to this is low"), METHOD),
    ),
    mended: (
        ("PULSES", "answers", later("So many answers in a row have to be good"), METHOD),
        ("KEPT_IN_A_ROW", "promises", later("So many have to be kept in a row"), METHOD),
        ("WELL", "of 5", later("The last two answers are at least this"), METHOD),
        ("ORDERS_BACK", SHARE, later("The orders are back at this share of what was usual"), METHOD),
    ),
    pulse: (("A_JUMP", "points", later("So much between two answers of one person is no noise"), METHOD),),
    agreement: (
        ("PERIOD", "days", later("How an agreed line is kept is read from so long before"), JUDGED),
        ("LEAST", "times", later("With fewer in that time nothing is said of how it is kept"), JUDGED),
    ),
    booking: (
        ("WEIGHT", "people", later("What is usual weighs as much as so many booked"), METHOD),
        ("LEAST_KNOWN", "people", later("With fewer booked of your own, what is usual counts"), JUDGED),
        ("OFTEN", SHARE, later("So often an order is to be full, and a promise kept"), METHOD),
    ),
    lesson: (
        ("LOOK_BACK_WITHIN", "days", later("It is looked back on within this time of closing"), METHOD),
        ("LEAST_CASES", "cases", later("With fewer closed ones nothing is called a pattern"), JUDGED),
    ),
}


def _terms() -> Iterator[Default]:
    for module, rows in TERMS.items():
        for constant, unit, says, source, least, most in rows:
            yield Default(*_told(module, constant, unit), says, source, bounds=(least, most))


def _fixed() -> Iterator[Default]:
    for module, rows in FIXED.items():
        for constant, unit, says, source in rows:
            yield Default(*_told(module, constant, unit), says, source)


def _told(module: ModuleType, constant: str, unit: str) -> tuple[str, float, str]:
    """Return the key, the value in its unit, and the unit."""
    told = getattr(module, constant)
    value = told / UNITS[unit.removeprefix("business ")] if isinstance(told, timedelta) else float(told)
    return f"{module.__name__.rpartition('.')[2]}.{constant.lower()}", value, unit


OWN: tuple[Default, ...] = tuple(_terms())
FOR_ALL: tuple[Default, ...] = tuple(_fixed())
