"""Who is told that somebody waits longer than agreed: by level, in working hours, never somebody away, never twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.escalation import Colleague, Ladder, escalation, moments, stands_in, to_tell
from amends.core.hours import OFFICE, BusinessHours
from conversation import at

BOB, MONA, MARK, ALICE, CARL = range(1, 6)
MONDAY = at("10 Mar 11:00")
LEVELS = ((BOB,), (MONA, MARK), (ALICE,))
TUESDAY = date(2025, 3, 11)


def ladder(*colleagues: Colleague, levels: tuple[tuple[int, ...], ...] = LEVELS) -> Ladder:
    """Give the cast, some of them otherwise."""
    known = {key: Colleague(key) for key in (BOB, MONA, MARK, ALICE, CARL)}
    return Ladder(levels, known | {one.key: one for one in colleagues}, OFFICE)


def told(*colleagues: Colleague, due: str = "10 Mar 11:00", levels: tuple[tuple[int, ...], ...] = LEVELS) -> list[str]:
    """Return "day time level who (instead of whom)" of everybody told."""
    names = {BOB: "bob", MONA: "mona", MARK: "mark", ALICE: "alice", CARL: "carl"}
    return [
        f"{one.at:%a %H:%M} {one.level} {names[one.key]}" + (f" for {names[one.instead_of]}" if one.instead_of else "")
        for one in escalation(at(due), ladder(*colleagues, levels=levels))
    ]


def test_each_level_is_told_at_its_hours() -> None:
    assert told() == ["Mon 11:00 1 bob", "Mon 15:00 2 mona", "Mon 15:00 2 mark", "Tue 11:00 3 alice"]


@pytest.mark.parametrize(
    ("due", "when"),
    [
        ("10 Mar 17:00", ["Tue 09:00", "Tue 13:00", "Wed 09:00"]),  # due as the office closes
        ("8 Mar 12:00", ["Mon 09:00", "Mon 13:00", "Tue 09:00"]),  # on a Saturday
        ("7 Mar 16:30", ["Fri 16:30", "Mon 12:30", "Mon 16:30"]),
    ],
)
def test_what_falls_outside_working_hours_moves_to_the_next_opening(due: str, when: list[str]) -> None:
    assert [f"{moment:%a %H:%M}" for moment in moments(at(due), (0, 4, 8), OFFICE)] == when


def test_who_covers_is_told_instead_of_who_is_away() -> None:
    assert told(Colleague(BOB, away_until=TUESDAY, covered_by=CARL)) == [
        "Mon 11:00 1 carl for bob", "Mon 15:00 2 mona", "Mon 15:00 2 mark", "Tue 11:00 3 alice",
    ]  # fmt: skip


def test_where_nobody_covers_the_next_level_is_told_at_once_and_not_again() -> None:
    assert told(Colleague(BOB, away_until=TUESDAY)) == ["Mon 11:00 1 mona", "Mon 11:00 1 mark", "Tue 11:00 3 alice"]


def test_who_is_back_is_told() -> None:
    assert told(Colleague(BOB, away_until=date(2025, 3, 9)))[0] == "Mon 11:00 1 bob"


@pytest.mark.parametrize(
    "bob",
    [Colleague(BOB, can_answer=False), Colleague(BOB, can_answer=False, covered_by=CARL, away_until=TUESDAY)],
)
def test_a_closed_account_is_told_nothing_and_covered_by_nobody(bob: Colleague) -> None:
    assert told(bob)[0] == "Mon 11:00 1 mona"


def test_a_client_that_nobody_looks_after_is_whose_it_is_to_manage() -> None:
    assert told(levels=((), (), (ALICE,))) == ["Mon 11:00 1 alice"]


def test_who_covers_may_be_away_too_and_a_ring_of_covers_ends() -> None:
    away = TUESDAY
    both = (Colleague(BOB, covered_by=CARL, away_until=away), Colleague(CARL, covered_by=MONA, away_until=away))
    known = {one.key: one for one in both}
    assert stands_in(BOB, TUESDAY, known | {MONA: Colleague(MONA)}) == MONA
    assert stands_in(BOB, TUESDAY, known | {MONA: Colleague(MONA, covered_by=BOB, away_until=away)}) is None
    assert stands_in(ALICE, TUESDAY, known) is None


def test_who_covers_for_two_is_told_once_and_for_nobody_where_it_is_their_own() -> None:
    away = Colleague(MONA, away_until=TUESDAY, covered_by=MARK)
    assert told(away, levels=((MONA,), (MONA, MARK), ())) == ["Mon 11:00 1 mark for mona"]
    assert told(away, levels=((), (MONA, MARK), ())) == ["Mon 11:00 1 mark"]


def test_who_was_told_before_is_not_told_again() -> None:
    assert [one.key for one in to_tell(MONDAY, at("10 Mar 15:00"), ladder(), {BOB, MONA})] == [MARK]


def test_nothing_is_told_at_night_and_nothing_that_was_due_long_ago() -> None:
    assert to_tell(MONDAY, at("10 Mar 18:00"), ladder()) == []
    assert [one.key for one in to_tell(MONDAY, at("11 Mar 11:30"), ladder())] == [MONA, MARK, ALICE]
    assert to_tell(MONDAY, at("14 Mar 11:00"), ladder()) == []


WEEKS = st.sampled_from(
    [OFFICE.week, (((time(8), time(12)), (time(13, 30), time(18))),) * 4 + ((),) * 3, (((time(0), time(0)),),) * 7]
)
HOURS = st.builds(
    BusinessHours,
    WEEKS,
    st.sampled_from([ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    st.frozensets(st.dates(date(2025, 3, 1), date(2025, 4, 10)), max_size=5),
)
PEOPLE = st.integers(1, 6)
COLLEAGUES = st.lists(
    st.builds(
        Colleague,
        PEOPLE,
        st.booleans(),
        st.none() | st.dates(date(2025, 3, 1), date(2025, 4, 20)),
        st.none() | PEOPLE,
    )
)
LADDERS = st.builds(
    Ladder,
    st.tuples(*(st.lists(PEOPLE, max_size=3),) * 3),
    COLLEAGUES.map(lambda them: {one.key: one for one in them}),
    HOURS,
    st.lists(st.integers(0, 20), min_size=3, max_size=3).map(sorted),
)
MOMENTS = st.datetimes(datetime(2025, 3, 1), datetime(2025, 4, 5), timezones=st.just(ZoneInfo("UTC")))  # noqa: DTZ001  (hypothesis wants bounds without a zone)


@given(MOMENTS, LADDERS)
def test_always_in_working_time_never_to_somebody_away_and_once(due: datetime, given: Ladder) -> None:
    found = escalation(due, given)
    for one in found:
        who = given.colleagues[one.key]
        assert given.hours.is_open(one.at)
        assert one.at >= due
        assert who.can_answer
        assert not who.is_away(one.at.astimezone(given.hours.zone).date())
    assert len({one.key for one in found}) == len(found)
    assert [one.at for one in found] == sorted(one.at for one in found)


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)), LADDERS, st.frozensets(PEOPLE))
def test_at_no_moment_is_anybody_told_whom_it_is_none_of(
    due: datetime, later: timedelta, given: Ladder, before: frozenset[int]
) -> None:
    found = to_tell(due, due + later, given, before)
    assert not {one.key for one in found} & before
    assert all(given.hours.is_open(one.at) and given.colleagues[one.key].can_answer for one in found)


@given(MOMENTS, HOURS)
def test_the_next_opening_is_open_and_no_time_is_lost(moment: datetime, hours: BusinessHours) -> None:
    opening = hours.next_open(moment)
    assert hours.is_open(opening)
    assert hours.between(moment, opening) == timedelta()
