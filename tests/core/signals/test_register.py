from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amends.core.history import look_back
from amends.core.signals import POINTS, SIGNALS, find_all
from amends.core.staffing import Commitment, Fact, FactKind, Failure, Touch, TouchKind
from conversation import OFFICE, at, conversation, every


def test_every_signal_is_asked_once_and_in_order() -> None:
    assert [signal.__name__.rpartition(".")[2] for signal in SIGNALS] == [
        "exit_words", "complaint", "chaser", "unanswered", "promise", "quiet", "reply_time", "initiative", "cooler",
        "copied_in", "leaving", "meetings", "dispute", "no_show", "fall_off", "early_end", "rating", "orders",
        "feedback", "payment", "survey", "failure", "new_order", "praise", "contacts",
    ]  # fmt: skip


def test_a_client_of_whom_nothing_is_known_has_no_signals() -> None:
    assert find_all(conversation(""), at("3 Mar 09:00"), OFFICE) == []


def test_what_one_bad_week_leaves_behind() -> None:
    north = conversation(
        every(3, 20, "2 Jan 09:00", "client #{n} []: Two people as usual, thanks."),
        """
        3 Mar 09:00 client #bad [complaint]: This is the third wrong invoice.
        4 Mar 10:00 client #bad [chaser]: Any news?
        5 Mar 09:00 client #bad [exit words]: We are talking to other agencies.
        """,
        "2 Jan 10:00 us #1: They will be there.",
    )
    assert [(found.rule, found.points) for found in find_all(north, at("6 Mar 10:00"), OFFICE)] == [
        ("exit words", 20),
        ("complaint", 7),
        ("chaser", 6),
        ("unanswered", 6),
    ]


TAGS = [
    "",
    "complaint",
    "exit words",
    "chaser",
    "praise",
    "thanks",
    "unhappy 0.9",
    "contact leaving",
    "CANCEL",
    "bounce",
]
LINES = st.tuples(
    st.integers(0, 400),
    st.sampled_from(["us", "client", "dana", "ruth (cc legal)"]),
    st.sampled_from(["", "#a", "#b", "#c", "#d", "#e"]),
    st.sampled_from(TAGS),
    st.sampled_from(
        ["Two people?", "Thanks", "Hello Priya, please call me back about the three invoices of last month."]
    ),
)


@given(st.lists(LINES, max_size=60), st.integers(0, 420))
def test_no_signal_knows_what_came_later_nor_stumbles_over_any_mail(
    lines: list[tuple[int, str, str, str, str]], days: int
) -> None:
    texts = (f"{_day(after)} 09:00 {speaker} {thread} [{tag}]: {text}" for after, speaker, thread, tag, text in lines)
    north, now = conversation(*texts), at("1 Jan 09:00") + timedelta(days=days)
    assert find_all(north, now, OFFICE) == find_all(north.until(now), now, OFFICE)


FACTS = st.builds(
    Fact,
    kind=st.sampled_from(FactKind),
    at=st.integers(0, 400).map(lambda days: at("1 Jan 05:00") + timedelta(days=days)),
    count=st.integers(0, 20),
    of=st.integers(0, 20),
    value=st.none() | st.integers(0, 10),
    days=st.none() | st.integers(0, 120),
    id=st.sampled_from(["f1", "f2", "f3", ""]),
)
MOMENTS = st.integers(0, 400).map(lambda days: at("1 Jan 12:00") + timedelta(days=days))
RECORDS: dict[str, st.SearchStrategy[list[Any]]] = {
    "facts": st.lists(FACTS, max_size=40),
    "touches": st.lists(st.builds(Touch, MOMENTS, st.sampled_from(TouchKind), st.booleans()), max_size=9),
    "promises": st.lists(
        st.builds(Commitment, MOMENTS, MOMENTS, st.just("The CVs"), st.none() | MOMENTS, st.none() | MOMENTS),
        max_size=9,
    ),
    "failures": st.lists(
        st.builds(Failure, st.sampled_from(["No-show", "Invoice"]), MOMENTS, st.none() | MOMENTS), max_size=9
    ),
}


@given(st.fixed_dictionaries(RECORDS), st.integers(0, 420))
def test_no_signal_knows_what_was_recorded_later_nor_stumbles_over_any_record(
    records: dict[str, list[Any]], days: int
) -> None:
    recorded: dict[str, Any] = {kind: tuple(those) for kind, those in records.items()}
    north = replace(conversation("2 Jan 09:00 us: Hello.", "3 Jan 09:00 client []: Two people?"), **recorded)
    now = at("1 Jan 09:00") + timedelta(days=days)
    found = find_all(north, now, OFFICE)
    assert found == find_all(north.until(now), now, OFFICE)
    assert all(line.rule in POINTS and line.evidence and abs(line.points) <= abs(POINTS[line.rule]) for line in found)
    everything = frozenset(finding for line in found for finding in line.findings)
    left = find_all(look_back(north, now, everything), now, OFFICE)
    assert everything.isdisjoint(finding for line in left for finding in line.findings)


def _day(after: int) -> str:
    return f"{at('1 Jan 09:00') + timedelta(days=after):%d %b %Y}"
