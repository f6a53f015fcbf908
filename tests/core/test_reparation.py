"""A little better off than before: to the coin, and never so much that trouble pays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.case import Kind, Theme
from amends.core.reparation import (
    CREDIT,
    MOVES,
    PENALTY,
    REPLACEMENT,
    REWRITE,
    SENIOR,
    Earlier,
    Limits,
    Loss,
    Need,
    Place,
    Rates,
    Repeat,
    State,
    band_of,
    days_late,
    in_kind,
    needs_of,
    pays_for_theirs,
    place_of,
    repeat_of,
    weeks_late,
)
from conversation import at

NOW = at("10 Mar 12:00")
DAY = timedelta(days=1)


def sums(*told: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, told))


def test_a_loss_and_their_hours() -> None:
    band = band_of(Loss(direct=Decimal(900), hours=Decimal(4), hour_rate=Decimal(50)), "USD")
    assert (band.base, band.floor, band.target, band.ceiling, band.stop) == sums("1100", "1100", "1210", "1320", "1650")


def test_a_share_of_a_fee_that_failed() -> None:
    assert band_of(Loss(fee=Decimal(4000), share_lost=Decimal("0.4")), "USD").target == Decimal(1760)


def test_a_shared_fault_three_weeks_late() -> None:
    loss = Loss(direct=Decimal(3000), hours=Decimal(10), hour_rate=Decimal(50), our_share=Decimal("0.6"))
    band = band_of(loss, "USD", Limits(late_days=21))
    assert (band.base, band.target, band.ceiling, band.stop) == sums("2100", "2467.50", "2520", "3150")
    assert (band.late_weeks, band.late_share) == (3, Decimal("0.075"))


def test_the_larger_of_loss_and_fee_counts() -> None:
    assert Loss(direct=Decimal(500), fee=Decimal(1000), share_lost=Decimal("0.4")).base("USD") == 500
    assert Loss(direct=Decimal(300), fee=Decimal(1000), share_lost=Decimal("0.4")).base("USD") == 400


@pytest.mark.parametrize(("days", "weeks"), [(-3, 0), (0, 0), (1, 1), (7, 1), (8, 2), (21, 3), (22, 4)])
def test_a_week_counts_once_it_has_begun(days: int, weeks: int) -> None:
    assert weeks_late(days) == weeks


def test_lateness_ends_at_the_ceiling() -> None:
    loss = Loss(direct=Decimal(1000))
    assert [band_of(loss, "USD", Limits(late_days=days)).target for days in (0, 7, 28, 70)] == [1100, 1125, 1200, 1200]


def test_late_is_counted_from_the_promised_day() -> None:
    assert days_late(None, date(2025, 3, 10)) == 0
    assert days_late(date(2025, 3, 12), date(2025, 3, 10)) == 0
    assert days_late(date(2025, 3, 1), date(2025, 3, 10)) == 9


@pytest.mark.parametrize(
    ("limits", "target", "ceiling", "cap"),
    [
        (Limits(), "1100", "1200", None),
        (Limits(yearly_fees=Decimal(40_000)), "1100", "1200", None),  # 800 bounds nothing here
        (Limits(yearly_fees=Decimal(3000)), "1060", "1060", "60"),
        (Limits(worth=Decimal(300)), "1100", "1150", "150"),
        (Limits(yearly_fees=Decimal(3000), worth=Decimal(50)), "1025", "1025", "25"),
        (Limits(worth=Decimal(-10)), "1000", "1000", "0"),
    ],
)
def test_goodwill_is_capped(limits: Limits, target: str, ceiling: str, cap: str | None) -> None:
    band = band_of(Loss(direct=Decimal(1000)), "USD", limits)
    assert (band.floor, band.target, band.ceiling) == sums("1000", target, ceiling)
    assert band.most_goodwill == (None if cap is None else Decimal(cap))


def test_an_unchecked_claim_too_many_gets_no_more_than_the_loss() -> None:
    band = band_of(Loss(direct=Decimal(1000)), "USD", Limits(repeat=Repeat.UNVERIFIED, late_days=21))
    assert (band.floor, band.target, band.ceiling, band.stop) == sums("1000", "1000", "1000", "1000")


def test_a_failure_that_came_back_is_owed_no_less() -> None:
    assert band_of(Loss(direct=Decimal(1000)), "USD", Limits(repeat=Repeat.VERIFIED)).target == 1100


def test_yen_have_no_cents() -> None:
    band = band_of(Loss(direct=Decimal(12_345)), "JPY")
    assert (band.base, band.target, band.ceiling, band.stop) == sums("12345", "13580", "14814", "18518")


def test_no_loss_no_money() -> None:
    band = band_of(Loss(), "USD")
    assert not band.is_measurable
    assert [place_of(Decimal(offer), band) for offer in ("0", "0.01")] == [Place.NOTHING, Place.BEYOND]


@pytest.mark.parametrize(
    ("offer", "place"),
    [
        ("0", Place.BELOW),
        ("1099.99", Place.BELOW),
        ("1100", Place.INSIDE),
        ("1320", Place.INSIDE),
        ("1320.01", Place.ABOVE),
        ("1650", Place.ABOVE),
        ("1650.01", Place.BEYOND),
    ],
)
def test_where_an_offer_lies(offer: str, place: Place) -> None:
    assert place_of(Decimal(offer), band_of(Loss(direct=Decimal(1100)), "USD")) == place


MONEY = st.decimals(0, 1_000_000, places=2)
SHARE = st.decimals(0, 1, places=3)
LOSSES = st.builds(
    Loss, direct=MONEY, hours=st.decimals(0, 999, places=2), hour_rate=st.decimals(0, 999, places=2), fee=MONEY,
    share_lost=SHARE, our_share=SHARE,
)  # fmt: skip
LIMITS = st.builds(
    Limits, late_days=st.integers(-10, 400), yearly_fees=st.none() | MONEY, worth=st.none() | MONEY,
    repeat=st.sampled_from(Repeat),
)  # fmt: skip


@given(LOSSES, LIMITS, st.sampled_from(["USD", "EUR", "JPY"]))
def test_the_band_is_in_order_and_never_below_the_loss(loss: Loss, limits: Limits, currency: str) -> None:
    band = band_of(loss, currency, limits)
    assert 0 <= band.base == band.floor <= band.target <= band.ceiling <= band.stop
    assert place_of(band.target, band) in {Place.INSIDE, Place.NOTHING}
    if limits.yearly_fees is not None:
        coin = Decimal(1) if currency == "JPY" else Decimal("0.01")
        assert band.ceiling - band.base <= limits.yearly_fees * Decimal("0.02") + coin


@given(LOSSES, st.integers(0, 400), st.integers(0, 400))
def test_who_waits_longer_gets_no_less(loss: Loss, one: int, other: int) -> None:
    sooner, later = (band_of(loss, "USD", Limits(late_days=days)) for days in sorted((one, other)))
    assert sooner.target <= later.target


@given(LOSSES, SHARE)
def test_what_was_theirs_makes_it_no_larger(loss: Loss, share: Decimal) -> None:
    less = Loss(loss.direct, loss.hours, loss.hour_rate, loss.fee, loss.share_lost, loss.our_share * share)
    assert less.base("USD") <= loss.base("USD")


def earlier(days: int, theme: Theme = Theme.BILLING, *, is_verified: bool | None = None) -> Earlier:
    return Earlier(NOW - days * DAY, theme, is_verified)


def test_the_first_failure_is_none_that_came_back() -> None:
    assert repeat_of([], Theme.BILLING, NOW, is_verified=True) == Repeat.NONE


@pytest.mark.parametrize(
    ("before", "theme", "checked", "found"),
    [
        ([earlier(365, is_verified=True)], Theme.BILLING, True, Repeat.VERIFIED),
        ([earlier(365, is_verified=True)], Theme.BILLING, None, Repeat.VERIFIED),
        ([earlier(365, is_verified=True)], Theme.BILLING, False, Repeat.NONE),
        ([earlier(366, is_verified=True)], Theme.BILLING, True, Repeat.NONE),
        ([earlier(10, is_verified=True)], Theme.MATCH, True, Repeat.NONE),
        ([earlier(10, is_verified=True)], "", True, Repeat.NONE),
        ([earlier(10), earlier(20)], Theme.MATCH, None, Repeat.UNVERIFIED),
        ([earlier(10, is_verified=False), earlier(20)], "", False, Repeat.UNVERIFIED),
        ([earlier(10), earlier(20)], Theme.MATCH, True, Repeat.NONE),
        ([earlier(10)], Theme.MATCH, None, Repeat.NONE),
        ([earlier(10), earlier(400)], Theme.MATCH, None, Repeat.NONE),
        ([earlier(-10), earlier(20)], Theme.MATCH, None, Repeat.NONE),
    ],
)
def test_what_came_before_counts_both_ways(
    before: list[Earlier],
    theme: str,
    checked: bool | None,  # noqa: FBT001  (a column)
    found: Repeat,
) -> None:
    assert repeat_of(before, theme, NOW, is_verified=checked) == found


def test_what_was_theirs_is_not_paid_for() -> None:
    loss = Loss(direct=Decimal(1000))
    assert pays_for_theirs(Decimal(720), loss, Decimal("0.4"), "USD") == 0
    assert pays_for_theirs(Decimal(1100), loss, Decimal("0.4"), "USD") == 500
    assert pays_for_theirs(Decimal(1100), loss, Decimal(0), "USD") == 0


@pytest.mark.parametrize(
    ("theme", "first"),
    [
        (Theme.ATTENDANCE, REPLACEMENT),
        (Theme.CAPACITY, REPLACEMENT),
        (Theme.MATCH, REPLACEMENT),
        (Theme.SOURCING, REPLACEMENT),
        (Theme.BILLING, CREDIT),
        (Theme.ANSWERS, SENIOR),
        (Theme.HANDOVER, SENIOR),
        (Theme.COMPLIANCE, PENALTY),
        (Theme.ORDER, SENIOR),
        ("", SENIOR),
    ],
)
def test_in_kind_comes_first(theme: str, first: str) -> None:
    assert in_kind(theme, "", is_process=None) == [first]


def test_how_it_was_done_asks_for_somebody_senior_too() -> None:
    assert in_kind(Theme.BILLING, Kind.ABILITY, is_process=True) == [CREDIT, SENIOR]
    assert in_kind(Theme.BILLING, Kind.HONESTY_TRUE, is_process=False) == [CREDIT, SENIOR]
    assert in_kind(Theme.ANSWERS, Kind.ABILITY, is_process=True, repeat=Repeat.VERIFIED) == [REWRITE, SENIOR]


def test_what_was_given_is_given() -> None:
    assert {state: MOVES[state] for state in State if not MOVES[state]} == {State.GIVEN: frozenset()}


@pytest.mark.parametrize(
    ("place", "repeat", "cost", "needs"),
    [
        (Place.INSIDE, Repeat.NONE, 2500, ()),
        (Place.INSIDE, Repeat.NONE, 2501, (Need.LIMIT,)),
        (Place.INSIDE, Repeat.NONE, 9001, (Need.OWNER, Need.LIMIT)),
        (Place.ABOVE, Repeat.VERIFIED, 100, (Need.CEILING, Need.REPEAT)),
        (Place.NOTHING, Repeat.UNVERIFIED, 0, ()),
    ],
)
def test_who_has_to_agree(place: Place, repeat: Repeat, cost: int, needs: tuple[Need, ...]) -> None:
    assert needs_of(place, repeat, Decimal(cost), Decimal(2500), Decimal(9000)) == needs


def test_another_currency_is_always_above_the_limit() -> None:
    assert needs_of(Place.INSIDE, Repeat.NONE, Decimal(1), None) == (Need.LIMIT,)


def test_a_firm_may_offer_another_share_and_stays_below_its_ceiling() -> None:
    generous = Rates(target=Decimal("1.15"), ceiling=Decimal("1.15"), most_late=Decimal("0.20"))
    band = band_of(Loss(direct=Decimal(1000)), "USD", Limits(rates=generous, late_days=70))
    assert [band.target, band.ceiling, band.stop] == [Decimal(1150), Decimal(1150), Decimal(1500)]
    bounded = Limits(rates=Rates(most_of_fees=Decimal("0.01")), yearly_fees=Decimal(5000))
    assert band_of(Loss(direct=Decimal(1000)), "USD", bounded).target == 1050
