"""What two sides expect of each other: the lines, where they lie apart, and how what was agreed is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.agreement import (
    APART,
    BOUNDS,
    LINES,
    MEASURED,
    TO_TALK_ABOUT,
    Answer,
    Better,
    Gap,
    Item,
    Kept,
    Level,
    Unit,
    answers,
    gap_of,
    is_blank,
    kept,
    line_of,
    share_apart,
)
from amends.core.history import look_back
from amends.core.hours import OFFICE
from amends.core.staffing import Fact, FactKind, Touch, TouchKind
from conversation import at, conversation

NOW = at("31 Mar 12:00")
COUNTED = [item for item in Item if LINES[item].unit is not Unit.WORDS]
FIGURES = st.decimals(min_value=0, max_value=1_000, places=2, allow_nan=False, allow_infinity=False)
counted = st.sampled_from(COUNTED)


def level(adequate: str, desired: str | None = None) -> Level:
    return Level(Decimal(desired) if desired else None, Decimal(adequate))


def test_the_sheet_asks_for_what_the_method_names() -> None:
    assert [str(item) for item in Item] == [
        "fill_rate", "first_cvs", "time_to_fill", "quality", "our_reply", "their_reply", "feedback", "replacement",
        "notice", "escalation", "price", "payment",
    ]  # fmt: skip
    assert set(LINES) == set(Item)
    assert {line.unit for line in LINES.values()} - {Unit.WORDS} == set(BOUNDS)


@pytest.mark.parametrize(
    ("item", "ours", "theirs", "gap"),
    [
        (Item.OUR_REPLY, "8", "4", Gap.SHORT),  # they need four hours, we can hold eight
        (Item.OUR_REPLY, "4.6", "4", Gap.NONE),  # 15 % is not more than 15 %
        (Item.OUR_REPLY, "4.61", "4", Gap.SHORT),
        (Item.OUR_REPLY, "2", "4", Gap.OVER),
        (Item.FILL_RATE, "92", "95", Gap.NONE),
        (Item.FILL_RATE, "80", "95", Gap.SHORT),
        (Item.PAYMENT, "30", "45", Gap.SHORT),  # the one who pays is the client: more days are better for them
        (Item.THEIR_REPLY, "8", "16", Gap.SHORT),
        (Item.NOTICE, "24", "8", Gap.SHORT),
        (Item.REPLACEMENT, "30", "0", Gap.OVER),  # of nothing everything is the whole of it
        (Item.REPLACEMENT, "0", "0", Gap.NONE),
    ],
)
def test_a_gap_is_more_than_a_seventh_of_what_the_client_can_live_with(
    item: Item, ours: str, theirs: str, gap: Gap
) -> None:
    assert gap_of(item, level(ours), level(theirs)) is gap


def test_what_somebody_left_open_is_to_be_talked_about() -> None:
    assert gap_of(Item.PRICE, level("40"), Level()) is Gap.BLANK
    assert gap_of(Item.PRICE, Level(Decimal(40), None, "It depends"), level("40")) is Gap.BLANK
    assert gap_of(Item.ESCALATION, Level(words="Tom"), Level(words=" ")) is Gap.BLANK
    assert gap_of(Item.ESCALATION, Level(words="Tom"), Level(words="Somebody at night")) is Gap.READ
    assert gap_of("own", Level(words="A chair"), Level(words="Two chairs")) is Gap.READ
    assert (Gap.READ in TO_TALK_ABOUT, Gap.BLANK in TO_TALK_ABOUT) == (False, True)
    assert (line_of("own").unit, line_of("price").unit) == (Unit.WORDS, Unit.MARKUP)


@given(counted, FIGURES, FIGURES)
def test_nobody_is_blank_who_gave_a_figure_and_the_flag_follows_the_share(
    item: Item, ours: Decimal, theirs: Decimal
) -> None:
    gap = gap_of(item, Level(adequate=ours), Level(adequate=theirs))
    assert not is_blank(item, Level(adequate=ours))
    assert (gap in TO_TALK_ABOUT) == (abs(share_apart(item, ours, theirs)) > APART)
    assert gap in {Gap.NONE, Gap.SHORT, Gap.OVER}


@given(counted, FIGURES)
def test_who_says_the_same_lies_nowhere_apart(item: Item, same: Decimal) -> None:
    assert share_apart(item, same, same) == 0


@given(FIGURES, FIGURES)
def test_what_falls_short_one_way_is_more_than_enough_the_other_way(ours: Decimal, theirs: Decimal) -> None:
    more = share_apart(Item.FILL_RATE, ours, theirs)
    assert LINES[Item.FILL_RATE].better is Better.MORE
    assert share_apart(Item.PRICE, ours, theirs) == -more


@given(counted, FIGURES, FIGURES, st.integers(2, 50))
def test_the_unit_that_is_counted_in_changes_no_flag(item: Item, ours: Decimal, theirs: Decimal, times: int) -> None:
    plain = gap_of(item, Level(adequate=ours), Level(adequate=theirs))
    assert gap_of(item, Level(adequate=ours * times), Level(adequate=theirs * times)) is plain


@given(counted, FIGURES, FIGURES, FIGURES)
def test_coming_closer_is_never_further_apart(item: Item, theirs: Decimal, one: Decimal, other: Decimal) -> None:
    nearer, further = sorted((one, other), key=lambda ours: abs(ours - theirs))
    assert abs(share_apart(item, nearer, theirs)) <= abs(share_apart(item, further, theirs))


def facts(kind: FactKind, *days: int) -> list[Fact]:
    return [Fact(kind, NOW, days=many) for many in days]


def test_feedback_and_invoices_are_kept_nine_times_in_ten() -> None:
    ten = facts(FactKind.FEEDBACK, 1, 1, 2, 2, 2, 2, 2, 2, 2, 9)
    assert kept(Item.FEEDBACK, Decimal(2), ten) == Kept(10, 9, is_kept=True)
    assert kept(Item.FEEDBACK, Decimal(1), ten) == Kept(10, 2, is_kept=False)
    assert kept(Item.PAYMENT, Decimal(30), [*facts(FactKind.PAYMENT, 20, 40), *ten]) == Kept(2, 1)
    assert kept(Item.PAYMENT, Decimal(30), [Fact(FactKind.PAYMENT, NOW)]) == Kept(0)


def test_orders_are_filled_by_the_people_who_started() -> None:
    told = [Fact(FactKind.ORDER, NOW, 50), Fact(FactKind.PLACEMENT, NOW, 48), Fact(FactKind.NO_SHOW, NOW, 2)]
    assert kept(Item.FILL_RATE, Decimal(95), told) == Kept(50, 48, Decimal(96), is_kept=True)
    assert kept(Item.FILL_RATE, Decimal(97), told).is_kept is False
    assert kept(Item.FILL_RATE, Decimal(95), told[1:]) == Kept(0)
    many = [*told, Fact(FactKind.PLACEMENT, NOW, 9)]
    assert kept(Item.FILL_RATE, Decimal(95), many).value == 100  # never more than all


def test_ratings_are_measured_by_their_average() -> None:
    marks = [Fact(FactKind.RATING, NOW, value=mark) for mark in (5, 4, 4, 3, 5)]
    assert kept(Item.QUALITY, Decimal(4), marks) == Kept(5, value=Decimal("4.2"), is_kept=True)
    assert kept(Item.QUALITY, Decimal("4.5"), marks).is_kept is False
    assert kept(Item.QUALITY, Decimal(4), marks[1:]) == Kept(4)


def test_who_still_waits_counts_once_it_is_too_long() -> None:
    given_, open_ = Answer(Decimal(2)), Answer(Decimal(3), is_given=False)
    assert kept(Item.OUR_REPLY, Decimal(4), [], [given_] * 5 + [open_]) == Kept(5, 5, is_kept=True)
    assert kept(Item.OUR_REPLY, Decimal(2), [], [given_] * 5 + [open_]) == Kept(6, 5, is_kept=False)


def test_what_no_data_tells_of_is_not_measured() -> None:
    assert Item.ESCALATION not in MEASURED
    with pytest.raises(KeyError):
        kept(Item.NOTICE, Decimal(1), facts(FactKind.FEEDBACK, 1))


def test_answers_are_timed_in_working_hours_from_their_oldest_ask() -> None:
    north = conversation(
        """
        3 Mar 09:00 client #roster: Can you send two people?
        3 Mar 10:00 client #roster: Any news?
        3 Mar 11:00 us #roster: Yes.
        7 Mar 16:00 client #night: Who covers the night shift?
        10 Mar 10:00 us #night: Anna.
        12 Mar 09:00 client #list: Can I have the list?
        28 Mar 09:00 client #bill: Where is the invoice?
        """
    )
    called = Touch(at("12 Mar 12:00"), TouchKind.CALL)
    history = look_back(replace(north, touches=(called,)), NOW)
    assert answers(history, NOW - timedelta(days=90), NOW, OFFICE) == [
        Answer(Decimal(2)), Answer(Decimal(2)), Answer(Decimal(3)), Answer(Decimal(11), is_given=False),
    ]  # fmt: skip
    assert [one.hours for one in answers(history, at("12 Mar 00:00"), NOW, OFFICE)] == [3, 11]
