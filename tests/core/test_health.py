from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.defaults import POINTS_SAY
from amends.core.evidence import Family, Signal
from amends.core.health import (
    BASE_RATE,
    CAPS,
    MOOD_CAP,
    Health,
    Override,
    State,
    assess,
    capped,
    chance_in_words,
    chance_of,
    shown_state,
    state_for,
    state_of,
)
from amends.core.signals import POINTS
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation, every

STEADY = every(3, 19, "2 Jan 09:00", "client #{n} []: Two people as usual, thanks.") + "\n2 Jan 10:00 us #1: Yes."
COMPLAINT = "client #bad{n} [complaint]: This is the third wrong invoice."


def line(points: int, family: Family = Family.LANGUAGE, rule: str = "complaint", *, mood: bool = False) -> Signal:
    return Signal(rule, family, points, "Complained", mood_only=mood)


def shown(*signals: Signal) -> list[tuple[int, str]]:
    return [(signal.points, signal.summary) for signal in capped(signals)]


def test_nothing_found_is_steady_at_the_firm_s_own_rate() -> None:
    north = assess(conversation(STEADY), at("3 Mar 09:00"), OFFICE)
    assert north == Health(0, State.STEADY, chance_of(0), (), 20, enough=True, coverage=north.coverage)
    assert north.coverage == {"mail": True, "orders": False, "payments": False}


def test_a_year_s_rate_makes_the_quarter_s() -> None:
    assert chance_of(0) == pytest.approx(0.092)
    assert pytest.approx(1 - (1 - 0.32) ** 0.25, abs=0.0005) == BASE_RATE


@pytest.mark.parametrize("points", [-8, 0, 7, 30])
def test_ten_points_double_the_odds(points: int) -> None:
    before, after = chance_of(points), chance_of(points + 10)
    assert after / (1 - after) == pytest.approx(2 * before / (1 - before))


def test_the_firm_s_own_rate_replaces_the_guess() -> None:
    assert chance_of(0, 0.05) == pytest.approx(0.05)
    assert assess(conversation(STEADY), at("3 Mar 09:00"), OFFICE, base_rate=0.05).chance == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (-40, "fewer than 1 in 100 would leave this quarter"),
        (-4, "about 1 in 14 would leave this quarter"),
        (0, "about 1 in 11 would leave this quarter"),
        (10, "about 1 in 6 would leave this quarter"),
        (12, "about 2 in 10 would leave this quarter"),
        (28, "about 4 in 10 would leave this quarter"),
        (94, "about 9 in 10 would leave this quarter"),
    ],
)
def test_the_chance_is_said_as_people_say_it(points: int, words: str) -> None:
    assert chance_in_words(chance_of(points)) == words


@pytest.mark.parametrize(
    ("points", "state"),
    [
        (-8, "Steady"),
        (9, "Steady"),
        (10, "Unsettled"),
        (19, "Unsettled"),
        (20, "Strained"),
        (34, "Strained"),
        (35, "At risk"),
    ],
)
def test_points_have_a_word(points: int, state: str) -> None:
    assert state_of(points) == state


def test_the_number_is_a_hundred_less_the_lines() -> None:
    healths = [Health(points, state_of(points), 0.5, (), 30, enough=True, coverage={}) for points in (-4, 0, 36, 130)]
    assert [health.number for health in healths] == [104, 100, 64, 0]


@pytest.mark.parametrize(
    ("family", "cap"),
    [
        (Family.LANGUAGE, 26),
        (Family.OURS, 16),
        (Family.QUIET, 18),
        (Family.PEOPLE, 14),
        (Family.BUSINESS, 20),
    ],
)
def test_a_family_counts_no_more_than_its_cap(family: Family, cap: int) -> None:
    assert sum(signal.points for signal in capped([line(10, family)] * 4)) == cap


def test_the_worst_line_takes_its_share_first_and_the_others_say_what_became_of_theirs() -> None:
    assert shown(line(8), line(20, rule="exit words"), line(7)) == [
        (20, "Complained"),
        (6, "Complained (counted in part)"),
        (0, "Complained (counted already)"),
    ]


def test_credits_have_no_cap_and_stand_last() -> None:
    assert shown(line(-4, Family.CREDIT), line(20), line(8), line(-4, Family.CREDIT), line(3)) == [
        (20, "Complained"),
        (6, "Complained (counted in part)"),
        (0, "Complained (counted already)"),
        (-4, "Complained"),
        (-4, "Complained"),
    ]


def test_mood_alone_never_raises_an_alarm() -> None:
    north = conversation(STEADY, every(0.1, 6, "2 Mar 09:00", "client #m{n} [unhappy 0.99]: Well."))
    judged = assess(north, at("3 Mar 09:00"), OFFICE)
    assert (judged.points, judged.state) == (8, State.STEADY)
    assert [signal.points for signal in judged.signals] == [8, 0, 0, 0, 0, 0]


def test_mood_counts_after_what_was_said_in_so_many_words() -> None:
    assert shown(line(8, mood=True), line(7), line(20), line(5, mood=True)) == [
        (20, "Complained"),
        (6, "Complained (counted in part)"),
        (0, "Complained (counted already)"),
        (0, "Complained (counted already)"),
    ]


def test_the_lines_add_up_to_the_points() -> None:
    north = conversation(STEADY, every(0.1, 5, "2 Mar 09:00", COMPLAINT))
    judged = assess(north, at("6 Mar 09:00"), OFFICE)
    assert judged.points == sum(signal.points for signal in judged.signals) == 26 + 6
    assert judged.state == State.STRAINED


def test_a_few_messages_are_not_enough_to_call_it_steady() -> None:
    judged = assess(conversation(*STEADY.splitlines()[:4]), at("15 Jan 09:00"), OFFICE)
    assert (judged.state, judged.enough, judged.messages) == (State.NOT_ENOUGH, False, 4)


def test_clear_words_are_enough_however_few_there_are() -> None:
    north = conversation("2 Mar 09:00 client [exit words]: We are giving notice.")
    judged = assess(north, at("2 Mar 10:00"), OFFICE)
    assert (judged.state, judged.enough, judged.points) == (State.STRAINED, True, 20)


def test_mail_of_machines_is_not_counted_as_knowing_them() -> None:
    north = conversation(every(3, 20, "2 Jan 09:00", "client #{n} [newsletter]: Our prices."))
    assert assess(north, at("3 Mar 09:00"), OFFICE).messages == 0


def test_an_earlier_day_knows_nothing_of_what_came_later() -> None:
    north = conversation(STEADY, every(1, 1, "2 Mar 09:00", COMPLAINT))
    assert assess(north, at("1 Mar 09:00"), OFFICE).signals == ()


FOUND = st.builds(
    line,
    st.integers(1, 20),
    st.sampled_from([family for family in Family if family is not Family.CREDIT]),
    mood=st.booleans(),
)


@given(st.lists(FOUND, max_size=20))
def test_whatever_is_found_no_family_and_no_mood_counts_beyond_its_cap(found: list[Signal]) -> None:
    lines = capped(found)
    assert len(lines) == len(found)
    for family, cap in CAPS.items():
        told = sum(signal.points for signal in found if signal.family is family)
        counted = sum(signal.points for signal in lines if signal.family is family)
        assert counted <= min(cap, told)
        if not any(signal.mood_only for signal in found):
            assert counted == min(cap, told)
    assert sum(signal.points for signal in lines if signal.mood_only) <= MOOD_CAP


def test_facts_of_the_trade_stand_beside_the_mail_and_share_a_cap() -> None:
    north = replace(
        conversation(STEADY),
        facts=(
            Fact(FactKind.NO_SHOW, at("1 Mar 05:00"), 6, 14),
            Fact(FactKind.FALL_OFF, at("1 Mar 05:00"), days=12),
            Fact(FactKind.EARLY_END, at("1 Mar 05:00")),
            Fact(FactKind.PULSE, at("1 Mar 05:00"), value=1),
            Fact(FactKind.ORDER, at("1 Mar 05:00")),
        ),
    )
    judged = assess(north, at("3 Mar 09:00"), OFFICE)
    assert [(line.rule, line.points) for line in judged.signals] == [
        ("no-show", 8),
        ("fall-off", 8),
        ("low answer", 6),
        ("early end", 4),
        ("new order", -8),
    ]
    assert (judged.points, judged.coverage) == (18, {"mail": True, "orders": True, "payments": False})


OWN_POINTS = conversation(
    STEADY,
    "1 Feb 09:00 client #bad [complaint]: This is the third wrong invoice.",
    "1 Feb 10:00 us #bad: It is corrected.",
    "28 Feb 10:00 client #wait []: Can you send two people?",
    "2 Mar 09:00 client #good [praise]: Good people.",
)


@pytest.mark.parametrize(
    ("own", "lines"),
    [
        ({}, [("complaint", 4), ("unanswered", 3), ("praise", -4)]),
        ({"complaint": 16}, [("complaint", 8), ("unanswered", 3), ("praise", -4)]),
        ({"unanswered": 20}, [("unanswered", 6), ("complaint", 4), ("praise", -4)]),
        ({"unanswered": 5, "praise": -8}, [("complaint", 4), ("unanswered", 2), ("praise", -8)]),
        ({"unanswered": 0, "praise": 0}, [("complaint", 4)]),
    ],
)
def test_a_firm_may_weigh_a_rule_in_its_own_way(own: dict[str, int], lines: list[tuple[str, int]]) -> None:
    judged = assess(OWN_POINTS, at("3 Mar 12:00"), OFFICE, points=own)
    assert [(line.rule, line.points) for line in judged.signals] == lines


def test_every_rule_that_speaks_has_points_to_weigh() -> None:
    assert set(POINTS) == {*POINTS_SAY}
    assert [rule for rule, points in POINTS.items() if points == 0] == []


@pytest.mark.parametrize(
    ("points", "mended", "now", "state"),
    [
        (0, None, "3 Mar 09:00", "Steady"),
        (0, "3 Mar 09:00", "3 Mar 09:00", "Mended"),
        (34, "3 Mar 09:00", "31 May 23:00", "Mended"),
        (34, "3 Mar 09:00", "1 Jun 00:00", "Strained"),
        (35, "3 Mar 09:00", "4 Mar 09:00", "At risk"),
        (12, "4 Mar 09:00", "3 Mar 09:00", "Unsettled"),
    ],
)
def test_mended_is_the_state_for_ninety_days_unless_it_is_at_risk(
    points: int, mended: str | None, now: str, state: str
) -> None:
    assert state_for(points, at(mended).date() if mended else None, at(now)) == state


def known(points: int, *, enough: bool = True) -> Health:
    return Health(points, state_of(points), 0.5, (), 30, enough=enough, coverage={})


@pytest.mark.parametrize(("now", "state"), [("9 Mar 23:00", "Steady"), ("10 Mar 00:00", "At risk")])
def test_what_a_person_said_holds_to_the_end_of_its_last_day(now: str, state: str) -> None:
    said = Override(State.STEADY, "They moved to the phone, I speak with Dana daily.", at("9 Mar 00:00").date())
    assert shown_state(known(40), at(now), override=said) == state


def test_a_client_of_whom_little_is_known_may_be_mended_but_never_steady() -> None:
    now, mended = at("9 Mar 09:00"), at("1 Mar 09:00").date()
    assert shown_state(known(0, enough=False), now) == State.NOT_ENOUGH
    assert shown_state(known(0, enough=False), now, mended_on=mended) == State.MENDED
    assert shown_state(known(12), now) == State.UNSETTLED
