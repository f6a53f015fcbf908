"""What the client said on the phone counts like what they wrote, and once where it is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from amends.core.health import assess
from amends.core.told import told
from conversation import OFFICE, at, conversation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.core.message import Told

NOW = at("14 Mar 09:00")
MAIL = "14 Feb 09:00 client: Please send the roster."
LET_DOWN = "We are let down. Nobody called us back again."


def lines(*words: Told, mail: str = MAIL, wrong: Iterable[tuple[str, str]] = ()) -> list[tuple[str, int, str]]:
    health = assess(replace(conversation(mail), told=words), NOW, OFFICE, dismissed=frozenset(wrong))
    return [(one.rule, one.points, one.summary) for one in health.signals if one.family in {"language", "credit"}]


@pytest.mark.parametrize(
    ("severity", "summary"),
    [
        (2, "Told you on Mar 13 that they are annoyed"),
        (3, "Told you on Mar 13 that they are let down"),
        (4, "Told you on Mar 13 that they are angry"),
        (5, "Told you on Mar 13 that they are ready to leave"),
    ],
)
def test_who_is_upset_on_the_phone_has_complained(severity: int, summary: str) -> None:
    assert lines(told("case:1", at("13 Mar 09:00"), "Hm.", severity=severity)) == [("complaint", 8, summary)]


def test_a_complaint_by_phone_fades_like_any_other() -> None:
    old = told("case:1", at("12 Feb 09:00"), "", severity=3)
    assert lines(old) == [("complaint", 4, "Told you on Feb 12 that they are let down")]
    assert lines(replace(old, at=at("1 Mar 09:00", 2024))) == []


def test_words_of_a_call_are_heard() -> None:
    called = told("touch:1", at("13 Mar 09:00"), "This is not acceptable. We are looking at other agencies.")
    assert lines(called) == [
        ("exit words", 20, "Spoke of leaving on Mar 13"),
        ("complaint", 6, "Complained on Mar 13 (counted in part)"),
    ]
    praised = told("touch:2", at("13 Mar 09:00"), "You did a great job this week.")
    assert lines(praised) == [("praise", -4, "Praised you on Mar 13")]
    assert lines(told("touch:3", at("13 Mar 09:00"), "The dock is on the left."), told("touch:4", NOW, " ")) == []


def test_one_matter_is_one_line() -> None:
    opened = told("case:1", at("12 Mar 09:00"), LET_DOWN, severity=3)
    again = told("touch:1", at("13 Mar 09:00"), "This is not acceptable.", matter="case:1")
    assert lines(opened, again) == [("complaint", 8, "Told you on Mar 13 that they are let down")]


def test_what_they_wrote_and_said_again_counts_once() -> None:
    mail = "13 Mar 08:00 client: This is not acceptable. We are looking at other agencies."
    again = told("case:1", at("13 Mar 10:00"), "“This is not acceptable! We are looking at other agencies”", severity=3)
    assert lines(again, mail=mail) == lines(mail=mail)


def test_what_was_marked_wrong_is_not_heard() -> None:
    opened = told("case:1", at("13 Mar 09:00"), LET_DOWN, severity=3)
    assert lines(opened, wrong=[("complaint", "case:1")]) == []
    called = told("touch:1", at("13 Mar 09:00"), "We are looking at other agencies.")
    assert lines(called, wrong=[("exit words", "touch:1")]) == []
    assert lines(called, wrong=[("praise", "touch:9")]) == lines(called)


def test_nothing_told_later_is_known_before() -> None:
    assert lines(told("case:1", at("15 Mar 09:00"), LET_DOWN, severity=3)) == []
