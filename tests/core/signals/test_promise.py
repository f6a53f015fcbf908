from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import promise
from amends.core.staffing import Commitment, Touch, TouchKind
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


RECORDED = Commitment(at("3 Mar 10:00"), at("5 Mar 12:00"), "Friday's roster, name by name", id="p1")


def on_record(*promises: Commitment) -> Relationship:
    return replace(conversation(""), promises=promises)


def test_a_promise_on_record_is_overdue_as_soon_as_its_time_is_up() -> None:
    assert found(on_record(RECORDED), "5 Mar 12:00") == []
    assert found(on_record(RECORDED), "5 Mar 12:01") == [
        Signal(
            "promise",
            Family.OURS,
            6,
            "A promise for Mar 5 was not kept",
            (Evidence("p1", at("3 Mar 10:00"), "Friday's roster, name by name"),),
        )
    ]


def test_it_stays_overdue_until_somebody_says_what_became_of_it() -> None:
    assert len(found(on_record(RECORDED), "5 Sep 12:00")) == 1
    assert found(on_record(replace(RECORDED, kept_at=at("4 Mar 12:00"))), "6 Mar 12:00") == []


@pytest.mark.parametrize(("kept", "number"), [("6 Mar 12:00", 0), ("6 Mar 12:01", 1)])
def test_kept_within_a_business_day_is_kept_later_is_broken(kept: str, number: int) -> None:
    assert len(found(on_record(replace(RECORDED, kept_at=at(kept))), "7 Mar 09:00")) == number


@pytest.mark.parametrize(("now", "number"), [("4 Apr 12:00", 1), ("4 Apr 12:01", 0)])
def test_a_broken_promise_is_let_go_after_a_month(now: str, number: int) -> None:
    assert len(found(on_record(replace(RECORDED, broken_at=at("6 Mar 09:00"))), now)) == number


def test_what_was_found_in_mail_and_recorded_is_judged_by_the_record() -> None:
    recorded = replace(RECORDED, message_id="m1", kept_at=at("5 Mar 09:00"))
    assert found(replace(conversation(PROMISE), promises=(recorded,)), "7 Mar 09:00") == []


def test_records_and_mail_are_told_in_one_line() -> None:
    [signal] = found(replace(conversation(PROMISE), promises=(RECORDED,)), "7 Mar 09:00")
    assert (signal.points, signal.summary) == (6, "2 promises were not kept, the last one for Mar 5")
    assert [piece.message_id for piece in signal.evidence] == ["m1", "p1"]


@pytest.mark.parametrize(
    ("kind", "when", "number"),
    [
        (TouchKind.CALL, "6 Mar 12:00", 0),
        (TouchKind.CALL, "3 Mar 09:00", 1),
        (TouchKind.CALL, "7 Mar 08:00", 1),
        (TouchKind.NOTE, "6 Mar 12:00", 1),
    ],
)
def test_a_call_in_time_may_have_kept_it(kind: TouchKind, when: str, number: int) -> None:
    north = replace(conversation(PROMISE), touches=(Touch(at(when), kind),))
    assert len(found(north, "7 Mar 09:00")) == number
