"""The numbers of docs/method.md that a firm may set for itself.

How much each finding counts, the base rate, and the terms of the recovery (`core.terms`). `Firm.numbers` holds the
firm's own, by key: the name of a rule as in `core.signals.POINTS`, `BASE_RATE`, or a key of `core.terms.OWN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.defaults import DEFAULTS, SHARE
from amends.core.health import BASE_RATE as LOST_IN_A_QUARTER
from amends.core.signals import POINTS
from amends.core.terms import FOR_ALL, OWN
from amends.core.wording import say
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from amends.core.defaults import Default
    from amends.desk.models import Firm

BASE_RATE = "base rate"
MOST_POINTS = 40  # judgement: more than "At risk" by itself leaves nothing to weigh
LEAST_RATE, MOST_RATE = 0.005, 0.5  # judgement: 2 % to 94 % of the clients lost in a year
PERCENT = 100

# What each finding is called on the page of numbers; the order of the page.
NAMES: dict[str, _StrPromise] = {
    BASE_RATE: gettext_lazy("Clients lost in a quarter"),
    "exit words": gettext_lazy("They spoke of leaving"),
    "complaint": gettext_lazy("A complaint, each conversation"),
    "unhappy": gettext_lazy("A message that seems unhappy"),
    "chaser": gettext_lazy("They asked again"),
    "unanswered": gettext_lazy("Nobody answered, five days and more"),
    "promise": gettext_lazy("A promise passed its day"),
    "failure open": gettext_lazy("A recovery still open"),
    "failure again": gettext_lazy("It failed a second time"),
    "silence": gettext_lazy("Silent for longer than ever"),
    "thread rate": gettext_lazy("Fewer conversations than usual"),
    "reply time": gettext_lazy("They answer more slowly"),
    "initiative": gettext_lazy("They begin fewer conversations"),
    "shorter and cooler": gettext_lazy("Shorter and cooler messages"),
    "senior copied in": gettext_lazy("Procurement, legal or management copied in"),
    "boss copied in": gettext_lazy("Their boss copied in"),
    "contact leaving": gettext_lazy("A contact is leaving"),
    "meetings": gettext_lazy("Meetings called off"),
    "invoice disputed": gettext_lazy("An invoice disputed"),
    "no-show": gettext_lazy("Somebody did not arrive"),
    "fall-off": gettext_lazy("A placement fell off"),
    "early end": gettext_lazy("An assignment ended early"),
    "low rating": gettext_lazy("A low rating of a placement"),
    "orders down": gettext_lazy("Fewer orders than usual"),
    "late feedback": gettext_lazy("Feedback on candidates is late"),
    "late payment": gettext_lazy("They pay later than usual"),
    "low answer": gettext_lazy("A low answer in a survey"),
    "new order": gettext_lazy("A new order"),
    "praise": gettext_lazy("Praise"),
    "active contacts": gettext_lazy("Several people there write"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number: its key, the method's value, the bounds of what makes sense, and where the value comes from.

    `own` is what the register of the recovery says of it; None for the points and the base rate.
    """

    key: str
    default: float
    least: float
    most: float
    source: str | _StrPromise
    own: Default | None = None

    @property
    def is_share(self) -> bool:
        """Whether people read it as a percentage."""
        return self.key == BASE_RATE or (self.own is not None and self.own.unit == SHARE)

    @property
    def name(self) -> str:
        """What it is for, as the page says it."""
        return self.own.words if self.own else str(NAMES[self.key])

    @property
    def subject(self) -> str:
        """Under which heading it stands."""
        return self.own.subject if self.own else _("How a client is")

    @property
    def unit(self) -> str:
        """What it is counted in, as the page says it."""
        if self.is_share:
            return _("in percent")
        return say(self.own.unit) if self.own else ""

    @property
    def bounds(self) -> str:
        """Between which values it may be set, as the page says it."""
        return _("from %(least)s to %(most)s") % {"least": self.shown(self.least), "most": self.shown(self.most)}

    @property
    def method(self) -> str:
        """The method's own value, as people read it."""
        return self.shown(self.default)

    def checked(self, value: float) -> float:
        """Return a value as it is kept; Refused outside of the bounds, or where whole points are asked for."""
        if not self.least <= value <= self.most:
            bounds = {"least": self.shown(self.least), "most": self.shown(self.most), "name": self.name}
            raise Refused(_("%(name)s: choose a number from %(least)s to %(most)s.") % bounds)
        if self.is_share or self.own:
            return value
        if value != int(value):
            raise Refused(_("%s: points are whole numbers.") % self.name)
        return int(value)

    def shown(self, value: float) -> str:
        """Return a value as people read it: points as they are, a share as a percentage without the sign."""
        return f"{PERCENT * value:g}" if self.is_share else f"{value:g}".replace("-", "−")


def _numbers() -> dict[str, Number]:
    found = {BASE_RATE: Number(BASE_RATE, LOST_IN_A_QUARTER, LEAST_RATE, MOST_RATE, "ClearlyRated, 2018")}
    for rule, points in POINTS.items():
        least, most = (0, MOST_POINTS) if points > 0 else (-MOST_POINTS, 0)
        found[rule] = Number(rule, points, least, most, gettext_lazy("a judgement"))
    sorted_ones = {key: found[key] for key in sorted(found, key=list(NAMES).index)}
    return sorted_ones | {own.key: _own(own) for own in OWN}


def _own(own: Default) -> Number:
    least, most = own.bounds or (own.value, own.value)
    return Number(own.key, own.value, least, most, gettext_lazy(str(own.source)), own)


NUMBERS: Mapping[str, Number] = _numbers()


def number_of(firm: Firm, key: str) -> float:
    """Return a number as the firm has it: its own, else the method's."""
    return float(firm.numbers.get(key, NUMBERS[key].default))


def share_of(firm: Firm, key: str) -> Decimal:
    """Return a share of 0..1 as the firm has it, to reckon exactly with."""
    return Decimal(str(number_of(firm, key)))


def number_name(key: str) -> str:
    """Return what a number of the recovery is called where its change is read; empty for what is none."""
    return NUMBERS[key].name if key in NUMBERS and "." in key else ""


def measures() -> dict[str, list[tuple[str, str, str]]]:
    """Return the numbers that the rules measure by and no firm changes: what for, how much, from where; by subject."""
    told: dict[str, list[tuple[str, str, str]]] = {}
    for default in (*DEFAULTS, *FOR_ALL):
        if not default.rule and default.key != f"health.{BASE_RATE.replace(' ', '_')}":
            told.setdefault(default.subject, []).append((default.words, default.amount, say(default.source)))
    return told


def points_of(firm: Firm) -> dict[str, int]:
    """Return the firm's own points, by rule, for `core.signals.find_all`; empty where it keeps the method's."""
    return {rule: int(points) for rule, points in firm.numbers.items() if rule in POINTS}


def base_rate_of(firm: Firm) -> float:
    """Return the share of clients lost in a quarter that the firm reckons with, in 0..1."""
    return float(firm.numbers.get(BASE_RATE, LOST_IN_A_QUARTER))
