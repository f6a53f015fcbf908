"""The numbers of the recovery that a firm may change: each one is the method's, bounded and explained."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core import agreement, booking, capacity, followup, mended, pulse
from amends.core.decision import Terms
from amends.core.defaults import SHARE, UNIT_NAMES
from amends.core.reparation import Rates
from amends.core.terms import FOR_ALL, OWN, TERMS

if TYPE_CHECKING:
    from types import ModuleType

    from amends.core.defaults import Default

BY_KEY = {own.key: own for own in OWN}


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.key)
def test_a_number_lies_within_its_bounds_and_is_explained_in_one_line(own: Default) -> None:
    assert own.bounds is not None
    assert own.bounds[0] <= own.value <= own.bounds[1]
    assert re.fullmatch(r"[A-Z].{9,99}[^.]", own.words)
    assert own.unit in UNIT_NAMES | {SHARE}


def test_every_term_of_the_sum_can_be_changed_and_has_the_value_that_is_used() -> None:
    told = {key.partition(".")[2]: own.value for key, own in BY_KEY.items() if key.startswith("decision.")}
    assert told == {field.name: field.default for field in fields(Terms)}


def test_every_rate_of_the_band_can_be_changed_and_has_the_value_that_is_used() -> None:
    told = {key.partition(".")[2]: own.value for key, own in BY_KEY.items() if key.startswith("reparation.")}
    assert told == {name: float(rate) for name, rate in asdict(Rates()).items()}


def test_no_firm_can_turn_the_band_upside_down() -> None:
    edges = [
        edge for name in ("floor", "target", "ceiling", "stop") for edge in BY_KEY[f"reparation.{name}"].bounds or ()
    ]
    assert edges == sorted(edges)


@pytest.mark.parametrize("fixed", FOR_ALL, ids=lambda fixed: fixed.key)
def test_what_stands_for_all_is_explained_in_one_line(fixed: Default) -> None:
    assert fixed.bounds is None
    assert re.fullmatch(r"[A-Z].{9,99}[^.]", fixed.words)
    assert fixed.unit in UNIT_NAMES | {SHARE}


def test_a_span_is_told_in_its_unit() -> None:
    assert (BY_KEY["parting.hello_after"].value, BY_KEY["parting.hello_after"].unit) == (90, "days")


def test_keys_are_told_once() -> None:
    assert len(BY_KEY) == len(OWN) == sum(map(len, TERMS.values()))


# No defaults of the method: units, ends of a scale, what others make, what keeps a form from a slip of the finger.
NO_TERMS = {
    agreement: {"WHOLE", "HOUR"},
    booking: {"MOST_ORDERED", "MOST_LOSS", "LEAST_LOSS", "MOST_BOOKED"},
    capacity: {"A_WEEK"},
    followup: {"CHECK_INS", "MONTHLY"},
    mended: {"WHOLE", "DAY", "NORM_WEEKS", "RECENT_WEEKS", "LEAST_ORDERS", "WEEK", "FREE_OF_FAILURE"},
    pulse: {"BEST", "WORST", "LOW"},
}


@pytest.mark.parametrize("module", NO_TERMS, ids=lambda module: module.__name__)
def test_every_number_of_what_prevents_and_follows_is_told(module: ModuleType) -> None:
    numbers = {
        name
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float | Decimal | timedelta) and not isinstance(value, bool)
    }
    prefix = f"{module.__name__.rpartition('.')[2]}."
    told = {one.key.removeprefix(prefix).upper() for one in (*OWN, *FOR_ALL) if one.key.startswith(prefix)}
    assert numbers - NO_TERMS[module] == told
