"""A finding that a person marked wrong is not told again; everything else is, with counts that are right."""

from dataclasses import replace

import pytest

from amends.core.dismissal import Finding, without
from amends.core.health import Health, assess
from amends.core.message import Message, Relationship
from amends.core.staffing import Commitment, Fact, FactKind, Failure
from conversation import OFFICE, at, conversation, every

STEADY = every(3, 20, "2 Jan 09:00", "client #{n} []: Two people as usual, thanks.") + "\n2 Jan 10:00 us #1: Yes."


def told(relationship: Relationship, now: str, *wrong: Finding) -> list[tuple[str, int, str]]:
    health = assess(relationship, at(now), OFFICE, dismissed=frozenset(wrong))
    return [(line.rule, line.points, line.summary) for line in health.signals]


def heard(text: str) -> Message:
    return conversation(text).messages[0]


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        ("complaint", "complaint"),
        ("escalation", "complaint"),
        ("remedy asked", "complaint"),
        ("exit words", "exit words"),
        ("chaser", "chaser"),
        ("contact leaving", "contact leaving"),
        ("invoice disputed", "invoice disputed"),
        ("praise", "praise"),
    ],
)
def test_what_was_said_is_heard_no_more(tag: str, rule: str) -> None:
    message = heard(f"2 Mar 09:00 client [{tag}] [thanks]: As you say.")
    [left] = without((message,), [(rule, "m1")])
    assert [one.rule for one in left.said] == ["thanks"]


def test_a_mail_is_changed_by_nothing_that_was_said_of_another_or_by_another_rule() -> None:
    message = heard("2 Mar 09:00 client [complaint] [unhappy 0.9]: This is the third wrong invoice.")
    assert without((message,), []) == (message,)
    assert without((message,), [("complaint", "m2"), ("exit words", "m1"), ("silence", "m1")]) == (message,)


def test_a_complaint_marked_wrong_does_not_come_back_as_a_mood() -> None:
    north = conversation(STEADY, "2 Mar 09:00 client #bad [complaint] [unhappy 0.9]: The third wrong invoice.")
    assert told(north, "2 Mar 10:00")[0][:2] == ("complaint", 8)
    assert told(north, "2 Mar 10:00", ("complaint", "m22")) == []


def test_a_mood_marked_wrong_leaves_the_words() -> None:
    message = heard("2 Mar 09:00 client [complaint] [unhappy 0.9]: This is the third wrong invoice.")
    [left] = without((message,), [("unhappy", "m1")])
    assert (left.unhappy, left.said) == (0.0, message.said)


def test_the_rest_of_a_thread_is_counted_right() -> None:
    north = conversation(
        STEADY,
        "1 Mar 09:00 client #bad [complaint]: The third wrong invoice.",
        "2 Mar 09:00 client #bad [complaint]: And now a fourth.",
    )
    assert told(north, "2 Mar 10:00")[0] == ("complaint", 8, "Complained 2 times in one thread, last on Mar 2")
    assert told(north, "2 Mar 10:00", ("complaint", "m23"))[0] == ("complaint", 8, "Complained on Mar 1")


def test_a_wait_marked_wrong_gives_way_to_the_next() -> None:
    north = conversation(
        STEADY,
        "20 Feb 09:00 client #one []: Can you send two people?",
        "3 Mar 09:00 client #two []: Which invoice is right?",
    )
    assert told(north, "5 Mar 10:00") == [("unanswered", 10, "No answer for 13 days")]
    assert told(north, "5 Mar 10:00", ("unanswered", "m22")) == [("unanswered", 6, "No answer for 2 days")]
    assert told(north, "5 Mar 10:00", ("unanswered", "m22"), ("unanswered", "m23")) == []


def test_asking_again_can_be_marked_wrong_while_they_still_wait() -> None:
    north = conversation(
        STEADY,
        "3 Mar 09:00 client #one []: Can you send two people?",
        "5 Mar 09:00 client #one []: Can they start on Monday?",
    )
    assert [line[0] for line in told(north, "5 Mar 10:00")] == ["chaser", "unanswered"]
    assert [line[0] for line in told(north, "5 Mar 10:00", ("chaser", "m23"))] == ["unanswered"]


def test_a_promise_read_into_our_mail_or_recorded_by_mistake_is_none() -> None:
    north = conversation(STEADY, "3 Mar 10:00 us #p [promised 5 Mar 17:00]: You will have the CVs by Wednesday.")
    assert [line[0] for line in told(north, "7 Mar 09:00")] == ["promise"]
    assert told(north, "7 Mar 09:00", ("promise", "m22")) == []
    recorded = replace(
        conversation(STEADY), promises=(Commitment(at("3 Mar 10:00"), at("5 Mar 17:00"), "The CVs", id="p1"),)
    )
    assert [line[0] for line in told(recorded, "7 Mar 09:00")] == ["promise"]
    assert told(recorded, "7 Mar 09:00", ("promise", "p1")) == []


@pytest.mark.parametrize(
    ("copied", "rule"), [("legal@north.example", "senior copied in"), ("boss@north.example", "boss copied in")]
)
def test_somebody_newly_copied_in_may_be_an_old_friend(copied: str, rule: str) -> None:
    north = conversation(STEADY, f"3 Mar 10:00 client (cc {copied}) #new []: As my boss asked, here is the list.")
    assert [line[0] for line in told(north, "4 Mar 09:00")] == [rule]
    assert told(north, "4 Mar 09:00", (rule, "m22")) == []


def test_a_record_marked_wrong_is_not_counted() -> None:
    missed = [Fact(FactKind.NO_SHOW, at(f"{day} Mar 05:00"), 1, 14, id=f"f{day}") for day in (3, 4)]
    north = replace(conversation(STEADY), facts=tuple(missed))
    assert told(north, "5 Mar 09:00") == [("no-show", 8, "People did not arrive 2 times, last 1 of 14 on Mar 4")]
    assert told(north, "5 Mar 09:00", ("no-show", "f4")) == [("no-show", 8, "People did not arrive: 1 of 14 on Mar 3")]


def test_an_order_that_is_not_new_still_belongs_to_the_norm() -> None:
    ordered = Fact(FactKind.ORDER, at("3 Mar 05:00"), 2, id="o1")
    north = replace(conversation(STEADY), facts=(ordered,))
    assert told(north, "5 Mar 09:00", ("new order", "o1")) == []
    assert told(north, "5 Mar 09:00", ("orders down", "o1")) == [("new order", -8, "A new order on Mar 3")]


def test_a_failure_that_was_not_the_same_is_still_open() -> None:
    twice = (
        Failure("No-show", at("3 Jan 05:00"), at("9 Jan 05:00"), "c1"),
        Failure("No-show", at("3 Mar 05:00"), id="c2"),
    )
    north = replace(conversation(STEADY), failures=twice)
    assert [line[0] for line in told(north, "5 Mar 09:00")] == ["failure again"]
    assert [line[0] for line in told(north, "5 Mar 09:00", ("failure again", "c2"))] == ["failure open"]
    assert told(north, "5 Mar 09:00", ("failure again", "c2"), ("failure open", "c2")) == []


WEEKLY = every(4, 20, "6 Jan 09:00", "client #{n} []: Please send two people.")


def silent(now: str, *wrong: Finding) -> list[str]:
    return [line[0] for line in told(conversation(WEEKLY), now, *wrong)]


def test_a_silence_stays_away_until_they_fall_silent_anew() -> None:
    assert silent("23 Apr 09:00") == ["silence"]
    assert silent("23 Apr 09:00", ("silence", "m20")) == []
    assert silent("30 Apr 09:00", ("silence", "m20")) == []
    assert silent("23 Apr 09:00", ("silence", "m19")) == ["silence"]


def cooler(*wrong: Finding) -> Health:
    north = conversation(
        every(
            5, 20, "2 Jan 09:00", "client #a{n} []: Hello Priya, please send two people for the early shift, thank you."
        ),
        every(2, 8, "20 Apr 09:00", "client #b{n} []: Two people."),
    )
    return assess(north, at("6 May 09:00"), OFFICE, dismissed=frozenset(wrong))


def test_a_line_stays_away_while_at_least_half_of_its_evidence_is_the_same() -> None:
    [line] = [line for line in cooler().signals if line.rule == "shorter and cooler"]
    newest, then = line.findings
    assert [one.rule for one in cooler(newest).signals] == [one.rule for one in cooler(newest, then).signals] == []
    assert line in cooler(("shorter and cooler", "m1")).signals


def test_a_line_without_evidence_goes_by_its_name() -> None:
    north = conversation(
        every(10, 20, "2 Jan 09:00", "client #a{n} []: Please send two people.", year=2024),
        every(8, 9, "25 Nov 09:00", "us #b{n}: Our candidates.", year=2024),
        every(8, 9, "26 Nov 09:00", "client #b{n} []: Noted.", year=2024),
    )
    before = assess(north, at("10 Feb 09:00"), OFFICE)
    assert [line.findings for line in before.signals if line.rule == "initiative"] == [(("initiative", ""),)]
    assert [line[0] for line in told(north, "10 Feb 09:00", ("initiative", ""))] == []
