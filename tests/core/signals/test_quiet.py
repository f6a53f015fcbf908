from dataclasses import replace

import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import quiet
from amends.core.staffing import Touch, TouchKind
from conversation import OFFICE, at, conversation, every


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(quiet.find(relationship, at(now), OFFICE))


def told(relationship: Relationship, now: str) -> list[tuple[str, int, str]]:
    return [(signal.rule, signal.points, signal.summary) for signal in found(relationship, now)]


def test_silence_beyond_their_own_habit_is_told() -> None:
    north = conversation(every(4, 20, "6 Jan 09:00", "client #{n} []: Please send two people."))
    assert found(north, "23 Apr 09:00") == [
        Signal(
            "silence",
            Family.QUIET,
            12,
            "Nothing from them for 31 days; they usually write every 4 days",
            (Evidence("m20", at("23 Mar 09:00")),),
        )
    ]


def test_a_daily_writer_is_missed_after_two_weeks_not_before() -> None:
    north = conversation(every(1, 60, "4 Jan 09:00", "client #{n} []: Please send two people."))
    assert told(north, "18 Mar 09:00") == []
    assert told(north, "18 Mar 09:01") == [
        ("silence", 12, "Nothing from them for 14 days; they usually write every day")
    ]


def test_a_client_who_always_took_breaks_is_not_missed_in_one() -> None:
    north = conversation(
        every(2, 7, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        every(2, 7, "17 Feb 09:00", "client #b{n} []: Please send two people."),
    )
    assert told(north, "30 Mar 09:00") == []


def test_a_few_busy_weeks_are_no_habit() -> None:
    weeks = every(2, 29, "6 Jan 09:00", "client #{n} []: Please send two people.")
    assert told(conversation(*weeks.splitlines()[:28]), "30 Apr 09:00") == []
    assert [rule for rule, *_ in told(conversation(weeks), "30 Apr 09:00")] == ["silence"]


def test_one_long_thread_is_too_little_to_know_their_habit() -> None:
    north = conversation(every(4, 20, "6 Jan 09:00", "client #same []: Please send two people."))
    assert told(north, "23 Jun 09:00") == []


def test_from_a_few_gaps_their_longest_is_guessed_not_read_off() -> None:
    north = conversation(every(10, 8, "6 Jan 09:00", "client #{n} []: Please send two people."))
    assert told(north, "16 Apr 09:00") == []
    assert told(north, "16 Apr 09:01") == [
        ("silence", 12, "Nothing from them for 30 days; they usually write every 10 days")
    ]


def test_six_threads_are_too_few_and_seven_are_enough() -> None:
    weekly = "client #{n} []: Please send two people."
    assert told(conversation(every(12, 6, "6 Jan 09:00", weekly)), "30 May 09:00") == []
    assert [rule for rule, *_ in told(conversation(every(12, 7, "6 Jan 09:00", weekly)), "30 May 09:00")] == ["silence"]


def test_a_client_who_never_wrote_cannot_fall_silent() -> None:
    assert told(conversation(every(4, 20, "6 Jan 09:00", "us #{n}: Our candidates.")), "30 Apr 09:00") == []


def test_our_own_mail_and_machines_break_no_silence() -> None:
    north = conversation(
        every(4, 20, "6 Jan 09:00", "client #{n} []: Please send two people."),
        every(2, 15, "24 Mar 09:00", "us #u{n}: Our candidates."),
        every(2, 15, "24 Mar 09:00", "client #m{n} [newsletter]: Our prices."),
    )
    assert [rule for rule, *_ in told(north, "23 Apr 09:00")] == ["silence"]


def test_far_fewer_threads_than_usual_is_a_drop() -> None:
    north = conversation(
        every(4, 21, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        "18 Apr 09:00 client #late []: One person.",
    )
    [signal] = found(north, "25 Apr 09:00")
    assert (signal.points, signal.summary) == (10, "1 conversation in 4 weeks; they usually have 7")
    assert signal.evidence == (Evidence("m22", at("18 Apr 09:00")),)


def test_one_busy_thread_does_not_hide_a_drop() -> None:
    north = conversation(
        every(4, 21, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        every(1, 20, "5 Apr 09:00", "client #late []: One person."),
    )
    assert [rule for rule, *_ in told(north, "25 Apr 09:00")] == ["thread rate"]


def test_half_as_many_is_no_drop() -> None:
    north = conversation(
        every(4, 21, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        every(7, 4, "3 Apr 09:00", "client #b{n} []: One person."),
    )
    assert told(north, "25 Apr 09:00") == []


def test_a_drop_that_chance_brings_now_and_then_is_none() -> None:
    north = conversation(
        every(12, 7, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        "15 Apr 09:00 client #late []: One person.",
    )
    assert told(north, "18 Apr 09:00") == []


def test_after_a_short_project_fewer_threads_are_no_drop() -> None:
    north = conversation(
        every(1, 20, "1 Mar 09:00", "client #a{n} []: Please send two people."),
        "20 Apr 09:00 client #late []: One person.",
    )
    assert told(north, "25 Apr 09:00") == []


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        (TouchKind.CALL, []),
        (TouchKind.VISIT, []),
        (TouchKind.MEETING, []),
        (TouchKind.NOTE, ["silence"]),
        (TouchKind.VOICEMAIL, ["silence"]),
    ],
)
def test_a_talk_breaks_the_silence_whoever_sought_it(kind: TouchKind, rules: list[str]) -> None:
    north = conversation(every(4, 20, "6 Jan 09:00", "client #{n} []: Please send two people."))
    for from_us in (True, False):
        called = replace(north, touches=(Touch(at("15 Apr 09:00"), kind, from_us=from_us),))
        assert [rule for rule, *_ in told(called, "23 Apr 09:00")] == rules


def test_after_an_old_talk_the_silence_is_counted_from_it() -> None:
    north = conversation(every(4, 20, "6 Jan 09:00", "client #{n} []: Please send two people."))
    called = replace(north, touches=(Touch(at("1 Apr 09:00"), TouchKind.CALL),))
    assert told(called, "23 Apr 09:00") == [
        ("silence", 12, "Nothing from them for 22 days; they usually write every 4 days")
    ]


def test_talks_are_conversations_of_the_last_weeks_and_make_no_norm() -> None:
    north = conversation(
        every(4, 21, "6 Jan 09:00", "client #a{n} []: Please send two people."),
        "18 Apr 09:00 client #late []: One person.",
    )
    lately = tuple(Touch(at(f"{day} Apr 09:00"), TouchKind.CALL) for day in (7, 14, 21))
    assert told(replace(north, touches=lately), "25 Apr 09:00") == []
    before = tuple(Touch(at(f"{day} Feb 09:00"), TouchKind.CALL) for day in (3, 10, 17))
    assert told(replace(north, touches=before), "25 Apr 09:00") == told(north, "25 Apr 09:00") != []
