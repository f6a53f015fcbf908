from dataclasses import replace

import pytest

from amends.core.staffing import Commitment, Failure, Touch, TouchKind
from conversation import at


@pytest.mark.parametrize(
    ("kind", "is_talk"),
    [
        (TouchKind.CALL, True),
        (TouchKind.VISIT, True),
        (TouchKind.MEETING, True),
        (TouchKind.VOICEMAIL, False),
        (TouchKind.NOTE, False),
    ],
)
def test_both_sides_speak_in_a_call_a_visit_and_a_meeting(kind: TouchKind, is_talk: bool) -> None:  # noqa: FBT001  (a table)
    assert Touch(at("3 Mar 09:00"), kind).is_talk is is_talk


def test_a_promise_is_seen_as_it_stood() -> None:
    promise = Commitment(at("3 Mar 09:00"), at("5 Mar 17:00"), "The CVs by Wednesday", kept_at=at("4 Mar 12:00"))
    assert promise.until(at("4 Mar 12:00")) == promise
    assert promise.until(at("4 Mar 11:00")) == replace(promise, kept_at=None)
    broken = replace(promise, kept_at=None, broken_at=at("6 Mar 09:00"))
    assert broken.until(at("5 Mar 18:00")) == replace(broken, broken_at=None)


def test_a_failure_is_seen_as_it_stood() -> None:
    failure = Failure("No-show", at("3 Mar 05:00"), at("8 Mar 12:00"))
    assert failure.until(at("8 Mar 12:00")) == failure
    assert failure.until(at("7 Mar 12:00")) == Failure("No-show", at("3 Mar 05:00"))
