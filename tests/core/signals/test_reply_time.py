from datetime import timedelta

from amends.core.evidence import Signal
from amends.core.message import Relationship
from amends.core.signals import reply_time
from conversation import OFFICE, at, conversation


def exchanges(start: str, times: int, minutes: int, name: str) -> str:
    """We write on so many working days at nine, they answer after so many minutes."""
    lines, day = [], at(start)
    for number in range(times):
        while day.weekday() >= 5:
            day += timedelta(days=1)
        lines.append(f"{day:%d %b %Y %H:%M} us #{name}{number}: Can you decide on Maria?")
        lines.append(f"{day + timedelta(minutes=minutes):%d %b %Y %H:%M} client #{name}{number} []: Yes.")
        day += timedelta(days=1)
    return "\n".join(lines)


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(reply_time.find(relationship, at(now), OFFICE))


def told(*texts: str, now: str = "1 Apr 09:00") -> list[str]:
    return [signal.summary for signal in found(conversation(*texts), now)]


USUAL = exchanges("3 Feb 09:00", 15, 120, "a")


def test_twice_the_usual_time_is_told_with_both_medians() -> None:
    slow = exchanges("10 Mar 09:00", 6, 300, "b")
    [signal] = found(conversation(USUAL, slow), "1 Apr 09:00")
    assert (signal.points, signal.summary) == (6, "Reply time doubled: 5 hours, was 2")
    assert len(signal.evidence) == 6


def test_much_longer_is_told_as_a_multiple_with_each_unit_where_they_differ() -> None:
    quick = exchanges("3 Feb 09:00", 15, 40, "a")
    assert told(quick, exchanges("10 Mar 09:00", 6, 240, "b")) == [
        "Reply time is 6 times what it was: 4 hours, was 40 minutes"
    ]
    hour = exchanges("3 Feb 09:00", 15, 60, "a")
    assert told(hour, exchanges("10 Mar 09:00", 6, 120, "b")) == ["Reply time doubled: 2 hours, was 1"]


def test_not_quite_twice_is_nothing() -> None:
    assert told(USUAL, exchanges("10 Mar 09:00", 6, 230, "b")) == []


def test_five_recent_or_fourteen_earlier_replies_are_too_few() -> None:
    assert told(USUAL, exchanges("10 Mar 09:00", 5, 300, "b")) == []
    assert told(exchanges("3 Feb 09:00", 14, 120, "a"), exchanges("10 Mar 09:00", 6, 300, "b")) == []


def test_whoever_answers_within_the_hour_is_not_drifting_away() -> None:
    assert told(exchanges("3 Feb 09:00", 15, 10, "a"), exchanges("10 Mar 09:00", 6, 50, "b")) == []


def test_a_few_slow_ones_among_quick_ones_are_chance() -> None:
    earlier = exchanges("3 Feb 09:00", 8, 60, "a"), exchanges("13 Feb 09:00", 7, 400, "c")
    recent = exchanges("10 Mar 09:00", 4, 130, "b"), exchanges("14 Mar 09:00", 2, 20, "d")
    assert told(*earlier, *recent) == []


def test_answers_after_hours_to_mail_after_hours_say_nothing() -> None:
    assert told(USUAL, exchanges("10 Mar 18:00", 6, 300, "b")) == []


def test_last_years_habits_are_not_the_norm() -> None:
    assert told(exchanges("3 Jun 2024 09:00", 20, 120, "a"), exchanges("10 Mar 09:00", 6, 300, "b")) == []


def test_a_message_weeks_later_is_another_matter_not_a_slow_reply() -> None:
    late = exchanges("10 Mar 09:00", 6, 15 * 24 * 60, "b")
    assert told(USUAL, late, now="5 Apr 09:00") == []


def test_their_answer_counts_from_our_first_message_without_one() -> None:
    slow = exchanges("10 Mar 09:00", 6, 300, "b")
    nudges = "\n".join(line.replace("09:00", "13:00") for line in slow.splitlines() if " us " in line)
    assert told(USUAL, slow, nudges) == ["Reply time doubled: 5 hours, was 2"]
