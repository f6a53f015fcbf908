"""Conversations from headers, and from subject, people and time where headers are missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.thread import Link, bare_subject, key_of, thread_numbers

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
DANA = frozenset({"dana@brightwater.example"})
MARCUS = frozenset({"marcus@penhallow.example"})


def link(id_: str, *parents: str, subject: str = "Roster", people: frozenset[str] = DANA, day: float = 0) -> Link:
    return Link(id_, parents, subject, people, START + timedelta(days=day))


def test_answers_join_the_message_they_name() -> None:
    assert thread_numbers([link("a"), link("b"), link("c", "a"), link("d", "c")]) == [0, 1, 0, 0]


def test_two_answers_to_a_lost_message_are_one_conversation() -> None:
    assert thread_numbers([link("b", "lost"), link("c", "lost"), link("d", "other")]) == [0, 0, 1]


def test_an_answer_that_came_before_its_parent_still_joins_it() -> None:
    assert thread_numbers([link("b", "a"), link("x", subject="Else"), link("a")]) == [0, 1, 0]


def test_a_later_message_can_join_two_conversations() -> None:
    assert thread_numbers([link("a"), link("b"), link("c", "a", "b"), link("d", subject="New")]) == [0, 0, 0, 1]


def test_without_headers_a_reply_joins_by_subject_people_and_time() -> None:
    links = [
        link("a", subject="Friday roster"),
        link("b", subject="RE: Friday  roster", day=2),
        link("c", subject="Re: Friday roster", people=MARCUS, day=3),
        link("d", subject="AW: Friday roster", people=MARCUS, day=4),
        link("e", subject="Re: Friday roster", people=MARCUS, day=50),
    ]

    assert thread_numbers(links) == [0, 0, 1, 1, 2]


def test_the_same_subject_without_a_reply_prefix_is_a_new_conversation() -> None:
    assert thread_numbers([link("a", subject="Timesheets"), link("b", subject="Timesheets", day=7)]) == [0, 1]


def test_a_reply_to_nothing_known_stands_alone() -> None:
    assert thread_numbers([link("a", subject="Re: Invoice")]) == [0]


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Friday roster", ("friday roster", True)),
        ("RE: AW: Fwd: Friday roster", ("friday roster", True)),
        ("Re[2]: Friday roster", ("friday roster", True)),
        ("[ops] Friday roster", ("friday roster", False)),
        ("Re: [ops] Friday roster", ("friday roster", True)),
        ("RV: Turnos", ("turnos", True)),
        ("Antwort: Schichtplan", ("schichtplan", True)),
        ("Research: fields", ("research: fields", False)),
        ("", ("", False)),
        ("Re:", ("", True)),
    ],
)
def test_reply_prefixes_of_many_languages_are_taken_off(subject: str, bare: tuple[str, bool]) -> None:
    assert bare_subject(subject) == bare


def test_a_hostile_subject_is_read_in_one_pass() -> None:
    assert bare_subject("Re: " * 250_000) == ("", True)
    assert bare_subject("[" * 1_000_000)[1] is False
    assert bare_subject("re" + " " * 1_000_000)[1] is False


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=3)), max_size=30))
def test_numbers_count_up_and_named_parents_share_them(rows: list[tuple[int, list[int]]]) -> None:
    links = [
        Link(id_, tuple(parents), "x", DANA, START + timedelta(minutes=n)) for n, (id_, parents) in enumerate(rows)
    ]

    numbers = thread_numbers(links)

    firsts = list(dict.fromkeys(numbers))
    assert firsts == list(range(len(firsts)))
    for one, number in zip(links, numbers, strict=True):
        for other, its_number in zip(links, numbers, strict=True):
            if {one.id, *one.parents} & {other.id, *other.parents}:
                assert number == its_number


def test_a_message_id_has_a_key_of_its_own_that_any_database_can_keep() -> None:
    keys = [key_of(message_id) for message_id in ("a@north.example", "b@north.example", "a@north.example", "\udcff")]
    assert (keys[0] == keys[2], len(set(keys))) == (True, 3)
    assert [key for key in keys if not 0 <= key < 2**63] == []
