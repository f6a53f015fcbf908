from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.history import hard_sentence
from amends.core.message import Person
from amends.core.staffing import Touch, TouchKind
from amends.core.waiting import due_at, importance, overrun, urgency, waiting, why_first
from conversation import OFFICE, at, conversation

MARCUS = Person(frozenset({"marcus@north.example", "marcus@gmail.example"}), "Marcus Bell")
NORTH = conversation(
    """
    2 Jan 09:00 us #welcome: Good to meet you.
    3 Mar 10:00 marcus #invoice [complaint]: Third invoice in a row with hours for someone who left in August.
    4 Mar 10:00 marcus #invoice []: Does anyone there read these?
    4 Mar 11:00 client #shifts []: Can you send two people?
    """,
    people=(MARCUS,),
)


def asks(*touches: Touch, now: str = "5 Mar 09:00") -> list[str]:
    return [ask.message.id for ask in waiting(replace(NORTH, touches=touches), at(now))]


def test_the_oldest_ask_of_each_thread_waits_with_its_sentence_and_who_asked() -> None:
    first, second = waiting(NORTH, at("5 Mar 09:00"))
    assert (first.sender, first.asked_at, first.person) == ("marcus@north.example", at("3 Mar 10:00"), MARCUS)
    assert first.sentence == "Third invoice in a row with hours for someone who left in August."
    assert (second.message.id, second.sentence, second.person) == ("m4", "Can you send two people?", None)


def test_shown_is_what_hurts_most_of_all_that_waits_in_the_thread() -> None:
    angry = conversation(
        """
        2 Jan 09:00 us #terms: Good to meet you.
        3 Mar 10:00 client #terms []: Please confirm.
        3 Mar 11:00 client #terms [complaint]: This is a mess. Please answer.
        4 Mar 10:00 client #terms [exit words]: We decided to end the contract. Please confirm.
        4 Mar 12:00 client #shifts []: Can you send two people?
        """
    )
    assert [(one.message.id, one.quote) for one in waiting(angry, at("5 Mar 09:00"))] == [
        ("m2", "We decided to end the contract. Please confirm."),
        ("m5", "Can you send two people?"),
    ]


def test_words_of_leaving_hurt_most_and_a_mood_only_where_it_is_unhappy() -> None:
    said = [("complaint", "It is late."), ("exit words", "We end it."), ("exit words", "In May.")]
    assert hard_sentence(said, 0.0, "") == "We end it."
    assert [hard_sentence([("praise", "Well done.")], unhappy, "Hm.") for unhappy in (0.5, 0.49)] == ["Hm.", ""]


@pytest.mark.parametrize("kind", [TouchKind.CALL, TouchKind.VISIT, TouchKind.MEETING])
def test_a_talk_with_the_client_settles_what_waited(kind: TouchKind) -> None:
    assert asks(Touch(at("4 Mar 12:00"), kind)) == []


@pytest.mark.parametrize("kind", [TouchKind.NOTE, TouchKind.VOICEMAIL])
def test_a_note_or_a_voicemail_settles_nothing(kind: TouchKind) -> None:
    assert asks(Touch(at("4 Mar 12:00"), kind)) == ["m2", "m4"]


@pytest.mark.parametrize("who", ["marcus@north.example", "marcus@gmail.example", "Marcus Bell"])
def test_a_talk_with_one_of_them_settles_what_that_person_asked(who: str) -> None:
    assert asks(Touch(at("4 Mar 12:00"), TouchKind.CALL, with_=frozenset({who}))) == ["m4"]


def test_a_talk_with_somebody_else_settles_nothing_of_theirs() -> None:
    assert asks(Touch(at("4 Mar 12:00"), TouchKind.CALL, with_=frozenset({"gary@north.example"}))) == ["m2"]
    assert asks(Touch(at("4 Mar 12:00"), TouchKind.CALL, with_=frozenset({"Dana"}))) == ["m2", "m4"]


def test_what_they_ask_after_the_talk_waits_and_a_call_of_theirs_answers_nothing() -> None:
    assert asks(Touch(at("3 Mar 12:00"), TouchKind.CALL)) == ["m3", "m4"]
    assert asks(Touch(at("4 Mar 12:00"), TouchKind.CALL, from_us=False)) == ["m2", "m4"]


def test_an_ask_is_forgotten_after_a_quarter() -> None:
    assert asks(now="1 Jun 10:00") == ["m2", "m4"]
    assert asks(now="1 Jun 10:01") == ["m4"]
    assert asks(now="9 Jun 10:00") == []


@pytest.mark.parametrize(
    ("asked", "due"),
    [("3 Mar 10:00", "3 Mar 14:00"), ("3 Mar 15:00", "4 Mar 11:00"), ("7 Mar 16:30", "10 Mar 12:30")],
)
def test_an_answer_is_due_so_many_business_hours_later(asked: str, due: str) -> None:
    assert due_at(at(asked), 4, OFFICE) == at(due)


@pytest.mark.parametrize(
    ("now", "hours"), [("3 Mar 10:00", -4.0), ("3 Mar 14:00", 0.0), ("4 Mar 09:30", 3.5), ("9 Mar 12:00", 35.0)]
)
def test_lateness_is_counted_in_business_hours(now: str, hours: float) -> None:
    assert overrun(at("3 Mar 14:00"), at(now), OFFICE) == hours


def test_importance_is_the_share_of_clients_who_bring_less() -> None:
    fees = [Decimal(1000), Decimal(5000), Decimal(20000), Decimal(80000)]
    assert [importance(fee, fees) for fee in fees] == [0.125, 0.375, 0.625, 0.875]
    assert [importance(None, fees), importance(5.0, [])] == [0.5, 0.5]


def test_a_late_answer_weighs_by_its_lateness_the_client_and_an_open_recovery() -> None:
    assert urgency(0, 0, has_open_case=False) == 1
    assert urgency(8, 0, has_open_case=False) == 2
    assert urgency(8, 1, has_open_case=False) == 4
    assert urgency(8, 1, has_open_case=True) == 6
    assert urgency(-8, 1, has_open_case=True) == 0.5


HOURS = st.floats(-2000, 2000)
SHARE = st.floats(0, 1)


@given(st.tuples(HOURS, HOURS), st.tuples(SHARE, SHARE), st.tuples(st.booleans(), st.booleans()))
def test_more_of_anything_never_hurts_less(
    hours: tuple[float, float], importance: tuple[float, float], cases: tuple[bool, bool]
) -> None:
    least = urgency(min(hours), min(importance), has_open_case=all(cases))
    assert least <= urgency(max(hours), max(importance), has_open_case=any(cases))
    assert least > 0


@given(st.floats(-2000, -0.001), SHARE, st.floats(0, 2000), SHARE)
def test_whoever_waits_longer_than_agreed_comes_before_all_who_have_time(
    left: float, importance: float, late: float, other: float
) -> None:
    assert urgency(left, importance, has_open_case=True) < urgency(late, other, has_open_case=False)


IMPORTANT = "is one of your most important clients"
RECOVERY = "has a recovery under way"


@pytest.mark.parametrize(
    ("hours", "importance", "cases", "said"),
    [
        (13.6, 0.5, 0, "Marcus has waited 13 working hours longer than agreed."),
        (1.2, 0.9, 0, f"Marcus has waited 1 working hour longer than agreed, and {IMPORTANT}."),
        (0.5, 0.5, 1, f"Marcus has waited as long as was agreed, and {RECOVERY}."),
        (0, 0.5, 0, "Marcus has waited as long as was agreed."),
        (-0.5, 0.5, 0, "Marcus is due an answer within the hour."),
        (-1, 0.5, 0, "Marcus is due an answer within the hour."),
        (-1.5, 0.75, 1, f"Marcus is due an answer within 2 working hours, {IMPORTANT}, and {RECOVERY}."),
    ],
)
def test_why_somebody_comes_first_is_one_sentence(hours: float, importance: float, cases: int, said: str) -> None:
    assert why_first("Marcus", hours, importance, has_open_case=bool(cases)) == said
