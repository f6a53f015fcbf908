"""The firm's own numbers of the recovery: kept, bounded, named, and used where the sums are made."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.terms import OWN
from amends.desk.actions.firm import set_numbers
from amends.desk.queries.field_name import field_name
from amends.desk.queries.number import NUMBERS, measures, number_name, number_of
from amends.desk.queries.reparation import rates_of
from amends.desk.rules import Refused
from cast import NOW, told

if TYPE_CHECKING:
    from amends.desk.models import Firm, User


def test_what_a_firm_has_not_set_is_the_methods(firm: Firm, alice: User) -> None:
    assert {own.key: number_of(firm, own.key) for own in OWN} == {own.key: own.value for own in OWN}
    firm = set_numbers({"decision.hour_cost": 75.5, "reparation.target": 1.05}, by=alice, now=NOW)
    assert (number_of(firm, "decision.hour_cost"), rates_of(firm).target) == (75.5, Decimal("1.05"))
    assert rates_of(firm).ceiling == Decimal("1.2")
    [(before, after)] = told("set_number")
    assert (before["decision.hour_cost"], after["decision.hour_cost"]) == (60, 75.5)


def test_a_number_out_of_bounds_is_refused_in_the_words_of_the_page(alice: User) -> None:
    with pytest.raises(Refused, match=r"^Of what it cost them, so much is offered: choose a number from 100 to 115.$"):
        set_numbers({"reparation.target": 1.3}, by=alice, now=NOW)


def test_a_change_of_one_is_read_by_its_name() -> None:
    assert field_name("decision.told") == "So many people hear the story"
    assert (number_name("complaint"), number_name("nothing.known")) == ("", "")


def test_each_says_under_what_it_stands_in_what_it_is_counted_and_between_which_values() -> None:
    number = NUMBERS["parting.hello_after"]
    assert (number.subject, number.unit, number.bounds, number.method) == ("Part well", "days", "from 14 to 365", "90")
    assert (NUMBERS["complaint"].subject, NUMBERS["complaint"].unit) == ("How a client is", "")
    assert NUMBERS["decision.told"].source == "a judgement"


def test_what_stands_for_every_firm_is_shown_with_its_source() -> None:
    shown = measures()
    assert ("So many have to be kept in a row", "8 promises", "the method") in shown["Mended"]
    assert ("After so long without progress it is decided again", "4 weeks", "the method") in shown["A recovery"]
