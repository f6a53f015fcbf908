from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Signal
from amends.core.message import Relationship, Said
from amends.core.signals import complaint
from conversation import OFFICE, at, conversation


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(complaint.find(relationship, at(now), OFFICE))


@pytest.mark.parametrize(
    ("now", "points"),
    [("1 Mar 09:00", [8]), ("31 Mar 09:00", [4]), ("30 Apr 09:00", [2]), ("28 Jun 09:00", [1]), ("29 Jun 09:00", [])],
)
def test_a_complaint_fades_by_half_every_thirty_days(now: str, points: list[int]) -> None:
    north = conversation("1 Mar 09:00 client [complaint]: This is the third wrong invoice.")
    assert [signal.points for signal in found(north, now)] == points


def test_one_angry_thread_is_one_line_dated_by_its_newest_complaint() -> None:
    north = conversation("""
        1 Mar 09:00 client [complaint]: This is the third wrong invoice.
        1 Mar 10:00 us: I am looking into it.
        3 Mar 09:00 client [complaint]: And now a fourth one.
    """)
    [signal] = found(north, "4 Mar 09:00")
    assert (signal.rule, signal.summary) == ("complaint", "Complained 2 times in one thread, last on Mar 3")
    assert [evidence.quote for evidence in signal.evidence] == [
        "And now a fourth one.",
        "This is the third wrong invoice.",
    ]


def test_each_thread_counts_the_newest_first() -> None:
    north = conversation("""
        1 Mar 09:00 client #invoice [complaint]: This is the third wrong invoice.
        3 Mar 09:00 client #shift [escalation]: I want to speak to your manager.
        4 Mar 09:00 client #hours [remedy asked]: Please take it off the bill.
    """)
    assert [signal.summary for signal in found(north, "4 Mar 10:00")] == [
        "Asked on Mar 4 to have it put right",
        "Went over your head on Mar 3",
        "Complained on Mar 1",
    ]


def test_the_sharpest_words_name_the_thread() -> None:
    north = conversation("""
        1 Mar 09:00 client [escalation]: I want to speak to your manager.
        3 Mar 09:00 client [complaint]: Nobody called.
    """)
    [signal] = found(north, "4 Mar 09:00")
    assert signal.summary == "Went over your head, last of 2 angry messages on Mar 3"


def test_sounding_unhappy_without_a_phrase_is_marked_as_mood() -> None:
    north = conversation("""
        1 Mar 09:00 client [unhappy 0.5]: I do not know what to say.
        2 Mar 09:00 client [unhappy 0.49]: Well.
    """)
    [signal] = found(north, "2 Mar 10:00")
    assert (signal.rule, signal.summary, signal.mood_only) == ("unhappy", "Seems unhappy on Mar 1", True)
    assert signal.evidence == (Evidence("m1", at("1 Mar 09:00"), "I do not know what to say."),)


def test_with_a_phrase_beside_it_mood_adds_nothing() -> None:
    north = conversation("""
        1 Mar 09:00 client [complaint]: This is the third wrong invoice.
        2 Mar 09:00 client [unhappy 0.9]: I do not know what to say.
    """)
    [signal] = found(north, "2 Mar 10:00")
    assert (signal.summary, signal.mood_only) == ("Complained on Mar 1", False)
    assert [evidence.message_id for evidence in signal.evidence] == ["m1"]


def test_a_machine_has_no_mood() -> None:
    assert found(conversation("1 Mar 09:00 client [unhappy 0.9] [no-reply sender]: FAILED"), "2 Mar 09:00") == []


@pytest.mark.parametrize(("worst", "shown"), [("Nobody reads these.", "Nobody reads these."), ("Hm.", "It is wrong.")])
def test_of_several_complaints_in_a_mail_the_worst_is_shown(worst: str, shown: str) -> None:
    north = conversation("1 Mar 09:00 client []: It is wrong. Hm. Nobody reads these.")
    said = Said("complaint", "It is wrong."), Said("complaint", "Nobody reads these.")
    angry = replace(north, messages=(replace(north.messages[0], said=said, worst=worst),))
    assert [evidence.quote for signal in found(angry, "2 Mar 09:00") for evidence in signal.evidence] == [shown]


def test_what_a_phrase_tells_elsewhere_is_not_counted_as_mood_too() -> None:
    disputed = conversation("1 Mar 09:00 client [invoice disputed] [unhappy 0.9]: We dispute line 14.")
    thanked = conversation("1 Mar 09:00 client [thanks] [unhappy 0.9]: Thank you for nothing.")

    assert found(disputed, "2 Mar 09:00") == []
    assert [signal.rule for signal in found(thanked, "2 Mar 09:00")] == ["unhappy"]
