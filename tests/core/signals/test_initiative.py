from amends.core.evidence import Evidence, Signal
from amends.core.message import Relationship
from amends.core.signals import initiative
from conversation import OFFICE, at, conversation, every

THEIRS = "client #{n}c{{n}} []: Please send two people."
ANSWER = "client #{n}u{{n}} []: Two, please."
OURS = "us #{n}u{{n}}: Do you need anybody?"


def found(relationship: Relationship, now: str = "1 Jul 09:00") -> list[Signal]:
    return list(initiative.find(relationship, at(now), OFFICE))


def begun(start: str, by_them: int, by_us: int) -> str:
    name = start[:5].replace(" ", "")
    ours = every(2, by_us, start.replace("09:00", "11:00"), OURS.format(n=name))
    answers = every(2, by_us, start.replace("09:00", "12:00"), ANSWER.format(n=name))
    theirs = every(2, by_them, start, THEIRS.format(n=name))
    return f"{theirs}\n{ours}\n{answers}"


def test_a_client_who_waits_to_be_asked_is_told() -> None:
    north = conversation(begun("6 Jan 09:00", 16, 4), begun("14 Apr 09:00", 1, 8))
    [signal] = found(north)
    assert (signal.points, signal.summary) == (5, "They began 1 of the last 9 conversations; it used to be 8 in 10")
    assert signal.evidence == (Evidence("m25", at("14 Apr 09:00")),)


def test_half_their_norm_is_nothing() -> None:
    assert found(conversation(begun("6 Jan 09:00", 16, 4), begun("14 Apr 09:00", 4, 6))) == []


def test_a_fall_that_chance_could_bring_is_nothing() -> None:
    assert found(conversation(begun("6 Jan 09:00", 6, 14), begun("14 Apr 09:00", 1, 7))) == []


def test_too_few_threads_now_or_before_are_nothing() -> None:
    assert found(conversation(begun("6 Jan 09:00", 16, 4), begun("14 Apr 09:00", 0, 6))) == []
    assert found(conversation(begun("6 Jan 09:00", 12, 2), begun("14 Apr 09:00", 0, 9))) == []


def test_the_year_before_last_is_not_their_norm() -> None:
    north = conversation(begun("6 Jan 09:00", 16, 4), begun("14 Apr 09:00", 1, 8))
    late = conversation(begun("6 Jan 09:00", 16, 4), begun("14 Apr 2026 09:00", 0, 9))
    assert (len(found(north)), found(late, "1 Jul 2026 09:00")) == (1, [])


def test_what_they_never_answered_is_no_conversation() -> None:
    unanswered = every(2, 9, "15 Apr 09:00", OURS.format(n="mute"))
    assert found(conversation(begun("6 Jan 09:00", 16, 4), "14 Apr 09:00 client #a []: Two people.", unanswered)) == []
