"""The worth-it sum, against the worked figures of docs/method.md rule 3, and when to think twice."""

from __future__ import annotations

import pytest

from amends.core.decision import (
    STAYS_ELSEWHERE,
    Choice,
    Expects,
    Own,
    Past,
    Reconsider,
    Tally,
    Terms,
    Verdict,
    Worth,
    chance_of,
    reckon,
    reconsider,
    stays_of,
    verdict_of,
    years_of,
)

DRAWS_MAY_MISS = 0.0105  # the method's figures were drawn 20,000 times: three standard errors, in shares
ELSEWHERE = Terms(hour_elsewhere=100)


@pytest.mark.parametrize(
    ("worth", "value", "points", "pays", "verdict"),
    [
        (Worth(40_000, 20, 2_000), 54_000, 6, 0.93, Verdict.WORTH_IT),
        (Worth(8_000, 20, 1_500), 10_800, 25, 0.71, Verdict.WORTH_IT),
        (Worth(8_000, 20, 1_500, terms=ELSEWHERE), 10_800, 44, 0.39, Verdict.CLOSE),
        (Worth(3_000, 25, 800), 4_050, 57, 0.22, Verdict.BOW_OUT),
        (Worth(3_000, 25, 800, Expects.FAST), 4_050, 57, 0.64, Verdict.CLOSE),
    ],
)
def test_the_worked_figures_of_the_method(worth: Worth, value: int, points: int, pays: float, verdict: Verdict) -> None:
    reckoned = reckon(worth)
    assert round(reckoned.value) == value
    assert round(100 * reckoned.break_even) == points
    assert reckoned.pays == pytest.approx(pays, abs=DRAWS_MAY_MISS)
    assert reckoned.verdict == verdict


def test_the_same_figures_come_out_every_time() -> None:
    assert [round(1_000 * reckon(Worth(8_000, 20, 1_500)).pays) for _again in range(3)] == [705, 705, 705]


def test_a_staffing_client_is_worth_1_62_years_of_gross_profit_before_it_shrinks() -> None:
    assert round(years_of(0.68, Terms(kept=1)), 2) == 1.62
    assert round(40_000 * years_of(0.68)) == 55_048
    assert round(years_of(STAYS_ELSEWHERE, Terms(kept=1)), 2) == 3.4


def test_the_range_holds_the_middle_and_reads_as_money() -> None:
    reckoned = reckon(Worth(40_000, 20, 2_000))
    assert (round(reckoned.low, -3), round(reckoned.middle, -3), round(reckoned.high, -3)) == (2_000, 17_000, 35_000)
    assert reckoned.cost == 3_200
    assert (round(reckoned.chance, 2), round(reckoned.chance_without, 2)) == (0.54, 0.19)


def test_a_small_market_and_a_dearer_new_client_make_the_story_cost_more() -> None:
    plain, small = reckon(Worth(8_000, 20, 1_500)), reckon(Worth(8_000, 20, 1_500, is_small_market=True))
    dear = reckon(Worth(8_000, 20, 1_500, new_client=32_000))
    assert (round(plain.word_of_mouth), round(small.word_of_mouth)) == (
        594,
        2_376,
    )  # five told, one in ten a buyer, and four in ten
    assert small.word_of_mouth == pytest.approx(dear.word_of_mouth)
    assert small.pays > plain.pays


def test_a_tenure_moves_the_range_of_the_yearly_chance() -> None:
    assert stays_of(4) == 0.75
    assert stays_of(0.5) == 0
    longer = reckon(Worth(8_000, 20, 1_500, tenure=4))
    assert round(longer.years, 2) == round(years_of(0.75), 2)
    assert reckon(Worth(8_000, 20, 1_500, tenure=50)).value < 8_000 * 0.85 * 10  # never certain


def test_own_cases_move_the_starting_guess_as_ten_cases_weigh() -> None:
    terms = Terms()
    assert chance_of(Expects.RESOLVED, terms, Own()) == pytest.approx((5.4, 4.6))
    assert chance_of(Expects.FAST, terms, Own()) == pytest.approx((8.2, 1.8))
    assert chance_of(Expects.LEFT, terms, Own()) == pytest.approx((3, 7))
    own = Own(resolved=Tally(9, 1), without=Tally(1, 4))
    reckoned = reckon(Worth(8_000, 20, 1_500), own)
    assert (round(reckoned.chance, 2), round(reckoned.chance_without, 3)) == (0.72, 0.193)
    assert [own.of(expects).cases for expects in Expects] == [10, 0, 0]


def test_somebody_who_left_is_harder_to_win_back_than_to_keep() -> None:
    left, kept = (reckon(Worth(8_000, 20, 1_500, expects)) for expects in (Expects.LEFT, Expects.RESOLVED))
    assert left.pays < kept.pays
    assert round(left.chance, 2) == 0.3


def test_a_client_who_brings_nothing_is_not_worth_the_hours_and_no_sum_divides_by_nothing() -> None:
    nothing = reckon(Worth(0, 20, 0))
    assert (nothing.value, nothing.break_even, nothing.pays) == (0, float("inf"), 0)
    assert nothing.verdict == Verdict.BOW_OUT
    assert reckon(Worth(0, 0, 0)).pays == 0


def test_an_effort_that_costs_nothing_pays_whenever_it_helps_at_all() -> None:
    assert reckon(Worth(8_000, 0, 0)).break_even == 0
    assert round(reckon(Worth(8_000, 0, 0)).pays, 2) == 0.96


@pytest.mark.parametrize(
    ("pays", "verdict"),
    [
        (0.70, Verdict.WORTH_IT),
        (0.696, Verdict.WORTH_IT),  # shown as 70 %
        (0.694, Verdict.CLOSE),
        (0.30, Verdict.CLOSE),
        (0.294, Verdict.BOW_OUT),
    ],
)
def test_the_words_begin_where_the_method_says(pays: float, verdict: Verdict) -> None:
    assert verdict_of(pays) == verdict


THEIRS, OURS, UNKNOWN = Past(theirs=60, ours=40), Past(theirs=0, ours=100), Past()


@pytest.mark.parametrize(
    ("past", "why"),
    [
        ([], None),
        ([THEIRS, THEIRS], None),  # two are no pattern
        ([THEIRS, THEIRS, OURS], Reconsider.THEIRS),
        ([THEIRS, OURS, UNKNOWN], None),
        ([THEIRS, THEIRS, OURS, OURS], None),  # half is not most
        ([OURS, OURS, OURS], Reconsider.OURS),
        ([OURS, OURS, UNKNOWN], None),
        ([Past(theirs=50, ours=50)] * 3, None),  # exactly half is not more than half
    ],
)
def test_when_to_reconsider_a_relationship(past: list[Past], why: Reconsider | None) -> None:
    assert reconsider(past) == why


def test_three_views_are_all_there_are() -> None:
    assert [choice.value for choice in Choice] == ["save", "lightly", "let_go"]
