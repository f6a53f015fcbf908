import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import promise
from conversation import OFFICE, at, conversation

PROMISE = "3 Mar 10:00 us [promised 5 Mar 17:00]: You will have the CVs by Wednesday."


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(promise.find(relationship, at(now), OFFICE))


def test_a_promise_that_nothing_kept_seems_broken() -> None:
    assert found(conversation(PROMISE), "7 Mar 09:00") == [
        Signal(
            "promise",
            Family.OURS,
            6,
            "A promise for Mar 5 seems broken",
            (Evidence("m1", at("3 Mar 10:00"), "You will have the CVs by Wednesday."),),
        )
    ]


@pytest.mark.parametrize("now", ["5 Mar 16:00", "6 Mar 09:00", "6 Mar 17:00"])
def test_until_a_business_day_after_it_is_due_nothing_is_said(now: str) -> None:
    assert found(conversation(PROMISE), now) == []


@pytest.mark.parametrize(
    "kept",
    [
        "5 Mar 12:00 us: Here are the CVs.",
        "6 Mar 12:00 us: Here are the CVs, a little late.",
        "5 Mar 12:00 us #new: The CVs for the welders.",
        "6 Mar 18:00 client [thanks]: Thank you for the CVs.",
        "6 Mar 18:00 client [praise]: Good people.",
    ],
)
def test_what_we_sent_since_or_their_thanks_show_that_it_was_kept(kept: str) -> None:
    assert found(conversation(PROMISE, kept), "7 Mar 09:00") == []


@pytest.mark.parametrize(
    "not_kept",
    [
        "7 Mar 08:00 us: Here are the CVs, far too late.",
        "6 Mar 18:00 client []: Where are they?",
        "5 Mar 12:00 client #new [thanks]: Thank you for the invoice.",
    ],
)
def test_nothing_else_shows_it(not_kept: str) -> None:
    assert len(found(conversation(PROMISE, not_kept), "7 Mar 09:00")) == 1


def test_writing_on_in_another_old_thread_keeps_no_promise() -> None:
    north = conversation("3 Mar 09:00 client #invoice []: Which one?", PROMISE, "5 Mar 12:00 us #invoice: The second.")
    assert len(found(north, "7 Mar 09:00")) == 1


def test_several_count_once_the_last_one_first() -> None:
    second = "4 Mar 10:00 us #invoice [promised 6 Mar 17:00]: The invoice comes on Thursday."
    north = conversation("3 Mar 09:00 client #invoice []: Where is it?", PROMISE, second)
    [signal] = found(north, "10 Mar 09:00")
    assert (signal.points, signal.summary) == (6, "2 promises seem broken, the last one for Mar 6")
    assert [evidence.message_id for evidence in signal.evidence] == ["m3", "m2"]


def test_a_month_later_it_is_let_go() -> None:
    assert found(conversation(PROMISE), "7 Apr 09:00") == []
