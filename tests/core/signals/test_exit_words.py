from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import exit_words
from conversation import OFFICE, at, conversation

NOTICE = "We are giving notice for the end of the month."
TENDER = "This will go out to tender."


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(exit_words.find(relationship, at(now), OFFICE))


def test_speaking_of_leaving_is_told_with_the_sentence() -> None:
    north = conversation(f"22 Sep 09:00 client [exit words]: {NOTICE}")
    assert found(north, "1 Oct 09:00") == [
        Signal(
            "exit words",
            Family.LANGUAGE,
            20,
            "Spoke of leaving on Sep 22",
            (Evidence("m1", at("22 Sep 09:00"), NOTICE),),
        )
    ]


def test_said_twice_it_counts_once_and_the_newest_sentence_comes_first() -> None:
    north = conversation(f"""
        22 Sep 09:00 client [exit words]: {NOTICE}
        24 Sep 09:00 client [thanks]: Thank you for the call.
        29 Sep 09:00 client [exit words]: {TENDER}
    """)
    [signal] = found(north, "1 Oct 09:00")
    assert (signal.points, signal.summary) == (20, "Spoke of leaving 2 times, last on Sep 29")
    assert [evidence.quote for evidence in signal.evidence] == [TENDER, NOTICE]


def test_what_we_say_is_not_their_leaving() -> None:
    assert found(conversation(f"22 Sep 09:00 us [exit words]: {TENDER}"), "1 Oct 09:00") == []


def test_after_a_quarter_they_have_left_or_stayed() -> None:
    north = conversation(f"22 Sep 2024 09:00 client [exit words]: {NOTICE}")
    assert [signal.summary for signal in found(north, "21 Dec 2024 09:00")] == ["Spoke of leaving on Sep 22"]
    assert found(north, "21 Dec 2024 09:01") == []


def test_last_year_is_named() -> None:
    north = conversation(f"22 Dec 2024 09:00 client [exit words]: {NOTICE}")
    assert [signal.summary for signal in found(north, "7 Jan 2025 09:00")] == ["Spoke of leaving on Dec 22, 2024"]
