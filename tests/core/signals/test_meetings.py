from dataclasses import replace

import pytest

from amends.core.evidence import Signal
from amends.core.message import Message, Relationship
from amends.core.signals import meetings
from conversation import OFFICE, at, conversation


def calendar(*mail: tuple[str, str, str], by_us: frozenset[int] = frozenset()) -> Relationship:
    """Calendar mail: when, the method, the subject; those numbered in `by_us` are our own."""
    written = conversation("\n".join(f"{when} client [{method}]: -" for when, method, _ in mail))
    told = [_subject(m, mail[n][2], is_ours=n in by_us) for n, m in enumerate(written.messages)]
    return Relationship(written.client, written.name, tuple(told))


def _subject(message: Message, subject: str, *, is_ours: bool) -> Message:
    return replace(message, subject=subject, from_us=is_ours)


def found(relationship: Relationship, now: str = "1 Apr 09:00") -> list[Signal]:
    return list(meetings.find(relationship, at(now), OFFICE))


def test_two_of_the_last_three_called_off_are_told() -> None:
    [signal] = found(
        calendar(
            ("3 Mar 09:00", "REQUEST", "Weekly call"),
            ("4 Mar 09:00", "CANCEL", "Canceled: Weekly call"),
            ("10 Mar 09:00", "REQUEST", "Site visit"),
            ("17 Mar 09:00", "REQUEST", "Review"),
            ("18 Mar 09:00", "REPLY", "Declined: Review"),
        )
    )
    assert (signal.points, signal.summary) == (5, "They called off 2 of the last 3 meetings")
    assert [evidence.quote for evidence in signal.evidence] == ["Declined: Review", "Canceled: Weekly call"]


def test_a_series_called_off_twice_is_two_meetings() -> None:
    mail = ("3 Mar 09:00", "REQUEST", "Weekly call"), ("10 Mar 09:00", "CANCEL", "Canceled event: Weekly call")
    [signal] = found(calendar(*mail, ("17 Mar 09:00", "CANCEL", "Canceled event: Weekly call")))
    assert signal.summary == "They called off 2 of the last 2 meetings"


def test_one_cancellation_sent_to_two_of_us_is_one() -> None:
    notice = "CANCEL", "Canceled event: Weekly call"
    assert found(calendar(("10 Mar 09:00", *notice), ("10 Mar 09:01", *notice))) == []


@pytest.mark.parametrize("answer", ["Accepted: Review", "Review"])
def test_saying_yes_calls_nothing_off(answer: str) -> None:
    visit = ("3 Mar 09:00", "REQUEST", "Visit"), ("4 Mar 09:00", "CANCEL", "Canceled: Visit")
    assert found(calendar(*visit, ("10 Mar 09:00", "REQUEST", "Review"), ("11 Mar 09:00", "REPLY", answer))) == []


def test_meetings_that_we_called_off_are_not_theirs() -> None:
    mail = ("3 Mar 09:00", "CANCEL", "Canceled: Visit"), ("10 Mar 09:00", "CANCEL", "Canceled: Review")
    assert found(calendar(*mail, by_us=frozenset({0}))) == []
    assert found(calendar(*mail, by_us=frozenset({0, 1}))) == []


def test_only_the_last_three_count_and_none_older_than_a_quarter() -> None:
    off = ("3 Mar 09:00", "CANCEL", "Canceled: A"), ("4 Mar 09:00", "CANCEL", "Canceled: B")
    held = ("10 Mar 09:00", "REQUEST", "C"), ("11 Mar 09:00", "REQUEST", "D")
    assert found(calendar(*off, *held)) == []
    assert len(found(calendar(*off))) == 1
    assert found(calendar(*off), now="3 Jun 10:00") == []
