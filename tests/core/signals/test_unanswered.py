import pytest

from amends.core.evidence import Evidence, Signal
from amends.core.message import Relationship
from amends.core.signals import unanswered
from conversation import OFFICE, at, conversation


def acquainted(text: str) -> Relationship:
    """A conversation with a client to whom we have written before."""
    return conversation(text, "2 Jan 09:00 us #welcome: Good to meet you.")


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(unanswered.find(relationship, now=at(now), hours=OFFICE))


def test_unanswered_counts_the_days_since_the_client_wrote() -> None:
    north = conversation("""
        3 Mar 09:00  client: Nobody came on site this morning.
        3 Mar 09:40  us:     I am calling you now.
        5 Mar 08:00  client: Still nobody.
    """)
    [signal] = unanswered.find(north, now=at("9 Mar 08:00"), hours=OFFICE)
    assert signal.summary == "No answer for 4 days"
    assert signal.evidence == (Evidence("m3", at("5 Mar 08:00"), "Still nobody."),)
    assert signal.points == 6


@pytest.mark.parametrize(
    ("now", "points"),
    [("4 Mar 10:00", []), ("4 Mar 10:01", [3]), ("5 Mar 10:01", [6]), ("10 Mar 10:00", [6]), ("10 Mar 10:01", [10])],
)
def test_more_than_one_two_and_five_business_days_weigh_more_each(now: str, points: list[int]) -> None:
    north = acquainted("3 Mar 10:00 client []: Can you send two people on Monday?")
    assert [signal.points for signal in found(north, now)] == points


def test_the_clock_runs_from_the_oldest_message_without_an_answer() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two people on Monday?
        5 Mar 10:00 client []: Did you see my mail?
    """)
    [signal] = found(north, "6 Mar 11:00")
    assert (signal.summary, signal.points) == ("No answer for 3 days", 6)
    assert signal.evidence[0].quote == "Can you send two people on Monday?"


@pytest.mark.parametrize(
    "closing",
    ["Thanks, perfect.", "Great, see you Monday.", "FYI", "Please find attached the timesheets.", "Hope you are well?"],
)
def test_a_last_word_that_asks_nothing_waits_for_no_answer(closing: str) -> None:
    north = acquainted(f"""
        3 Mar 10:00 us: The two people start on Monday.
        3 Mar 11:00 client []: {closing}
    """)
    assert found(north, "20 Mar 10:00") == []


def test_a_complaint_waits_for_an_answer_though_it_asks_nothing() -> None:
    north = acquainted("3 Mar 10:00 client [complaint]: This is not what we agreed.")
    [signal] = found(north, "5 Mar 12:00")
    assert signal.evidence[0].quote == "This is not what we agreed."


def test_every_thread_that_waits_is_shown_the_longest_wait_first() -> None:
    north = acquainted("""
        3 Mar 10:00 client #shifts []: Can you send two people on Monday?
        4 Mar 10:00 client #invoice []: Which invoice is the right one?
        4 Mar 11:00 client #thanks []: Thank you.
    """)
    [signal] = found(north, "6 Mar 11:00")
    assert [evidence.message_id for evidence in signal.evidence] == ["m1", "m2"]


def test_our_answer_stops_the_clock() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two people on Monday?
        3 Mar 12:00 us: Yes.
    """)
    assert found(north, "20 Mar 10:00") == []


def test_an_answer_of_a_machine_stops_no_clock() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two people on Monday?
        3 Mar 10:01 us [automatic reply]: I am out of the office.
    """)
    assert [signal.points for signal in found(north, "20 Mar 10:00")] == [10]


def test_nobody_waits_for_an_answer_to_a_newsletter() -> None:
    assert found(acquainted("3 Mar 10:00 client [newsletter]: Can you believe our prices?"), "20 Mar 10:00") == []


@pytest.mark.parametrize(
    ("closing", "points"), [("[thanks]: Found them, thank you.", []), ("[]: We are at gate four.", [10])]
)
def test_their_thanks_say_that_somebody_settled_it(closing: str, points: list[int]) -> None:
    north = acquainted(f"""
        3 Mar 10:00 client []: Can you send the names?
        4 Mar 10:00 dana {closing}
    """)
    assert [signal.points for signal in found(north, "20 Mar 10:00")] == points


def test_thanks_in_advance_settle_nothing() -> None:
    north = acquainted("3 Mar 10:00 client [thanks]: Can you send the names? Thank you.")
    assert [signal.points for signal in found(north, "20 Mar 10:00")] == [10]


@pytest.mark.parametrize(("day", "points"), [("9 Mar", [10]), ("10 Mar", [])])
def test_a_talk_that_goes_on_elsewhere_for_a_week_has_settled_it(day: str, points: list[int]) -> None:
    north = acquainted(f"""
        3 Mar 10:00 client #shifts []: Can you send two people on Monday?
        {day} 10:00 us (to client) #call: As I said on the phone, both will come.
        {day} 11:00 client #call []: Perfect, thank you.
    """)
    assert [signal.points for signal in found(north, "20 Mar 10:00")] == points


def test_writing_to_somebody_else_there_settles_nothing() -> None:
    north = acquainted("""
        3 Mar 10:00 client #shifts []: Can you send two people on Monday?
        14 Mar 10:00 us (to dana) #invoice: Here is the invoice.
        14 Mar 11:00 dana #invoice []: Thank you.
    """)
    assert [signal.points for signal in found(north, "20 Mar 10:00")] == [10]


def test_a_question_to_their_own_colleague_is_none_of_ours() -> None:
    north = acquainted("3 Mar 10:00 client (to dana) (cc us) []: Can you approve this?")
    assert found(north, "20 Mar 10:00") == []


def test_a_question_of_last_winter_is_history() -> None:
    assert found(acquainted("3 Mar 10:00 client []: Can you send two people?"), "2 Jun 10:00") == []


def test_nothing_written_later_is_seen() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two people on Monday?
        12 Mar 12:00 us: Yes.
    """)
    assert [signal.summary for signal in found(north, "11 Mar 10:00")] == ["No answer for 8 days"]


def test_cold_mail_from_somebody_we_never_wrote_to_waits_for_nothing() -> None:
    assert (
        found(conversation("3 Mar 10:00 client []: Can you spare ten minutes for our new product?"), "20 Mar 10:00")
        == []
    )
