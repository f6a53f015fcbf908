from collections.abc import Iterable
from dataclasses import replace

from amends.core.history import look_back, within
from amends.core.message import Message, Person
from amends.core.staffing import Fact, FactKind, Touch, TouchKind
from conversation import at, conversation

NORTH = conversation(
    """
    3 Mar 09:00 client #shifts []: Can you send two people?
    3 Mar 10:00 us #shifts: Which day?
    3 Mar 11:00 us #shifts: Any day will do.
    3 Mar 12:00 client #shifts []: Can it be Monday?
    4 Mar 09:00 dana@gmail.example #invoice [exit words]: This is the final invoice.
    5 Mar 09:00 client #shifts [newsletter]: Our prices.
    """,
    people=(Person(frozenset({"dana@gmail.example"}), "Dana"),),
)


def ids(messages: Iterable[Message]) -> list[str]:
    return [message.id for message in messages]


def test_a_history_is_read_once_and_cut_again_for_an_earlier_day() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    assert look_back(history, at("9 Mar 09:00")) is history
    assert ids(look_back(history, at("3 Mar 11:30")).messages) == ["m1", "m2", "m3"]


def test_what_people_wrote_is_told_from_what_machines_did() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    assert ids(history.written) == ["m1", "m2", "m3", "m4", "m5"]
    assert ids(history.inbound) == ["m1", "m4", "m5"]
    assert [ids(thread) for thread in history.threads.values()] == [["m1", "m2", "m3", "m4"], ["m5"]]
    assert history.contacts == [at("3 Mar 09:00"), at("4 Mar 09:00")]


def test_a_reply_is_to_our_oldest_message_without_one() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    assert [(ours.id, theirs.id) for ours, theirs in history.replies] == [("m2", "m4")]


def test_who_waits_longest_comes_first() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    assert [ids(asks) for asks in history.waiting] == [["m4"], ["m5"]]


def test_an_answer_is_ours_or_a_talk_whichever_comes_first() -> None:
    told = conversation(
        """
        3 Mar 09:00 client #one []: Can you send two people?
        3 Mar 10:00 client #one []: Can you?
        3 Mar 15:00 us #one: Yes.
        4 Mar 09:00 client #two []: Where is the list?
        4 Mar 11:00 client #two [thanks]: Thank you, found it.
        4 Mar 12:00 us #two: Good.
        5 Mar 09:00 client #three []: Where is the bill?
        5 Mar 17:00 us #three: Here.
        6 Mar 09:00 client #four []: Who comes?
        6 Mar 10:00 client #four []: Who comes, please?
        """
    )
    calls = tuple(Touch(at(when), TouchKind.CALL) for when in ("5 Mar 10:00", "6 Mar 09:30"))
    history = look_back(replace(told, touches=calls), at("6 Mar 12:00"))
    assert [(ask.id, moment) for ask, moment in history.answered] == [
        ("m1", at("3 Mar 15:00")), ("m7", at("5 Mar 10:00")), ("m9", at("6 Mar 09:30")),
    ]  # fmt: skip
    wrong = look_back(told, at("6 Mar 12:00"), frozenset({("unanswered", "m1")}))
    assert [ask.id for ask, _ in wrong.answered] == ["m7"]


def test_what_was_heard_is_told_newest_first_with_the_sentence() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    assert [(message.id, quote) for message, quote in history.heard({"exit words"}, at("1 Mar 09:00"))] == [
        ("m5", "This is the final invoice.")
    ]
    assert history.heard({"exit words"}, at("5 Mar 09:00")) == []


def test_an_address_is_theirs_by_its_domain_or_its_owner() -> None:
    history = look_back(NORTH, at("9 Mar 09:00"))
    addresses = ["ann@north.example", "ann@uk.north.example", "dana@gmail.example", "ann@notnorth.example"]
    assert [history.is_theirs(address) for address in addresses] == [True, True, True, False]
    assert history.person_at["dana@gmail.example"].name == "Dana"


def test_a_stretch_of_time_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    messages = look_back(NORTH, at("9 Mar 09:00")).written
    assert ids(within(messages, at("3 Mar 10:00"), at("3 Mar 12:00"))) == ["m2", "m3"]
    assert ids(within(messages, at("3 Mar 12:00"))) == ["m4", "m5"]


def test_a_finding_marked_wrong_is_taken_out_for_good() -> None:
    wrong = frozenset({("exit words", "m5")})
    history = look_back(NORTH, at("9 Mar 09:00"), wrong)
    assert history.heard({"exit words"}, at("1 Mar 09:00")) == []
    assert look_back(history, at("9 Mar 09:00")) is history
    assert look_back(history, at("8 Mar 09:00")).dismissed == wrong
    both = look_back(history, at("9 Mar 09:00"), frozenset({("unanswered", "m4")}))
    assert both.dismissed == wrong | {("unanswered", "m4")}


def test_what_was_recorded_is_read_in_order_the_newest_first() -> None:
    orders = tuple(Fact(FactKind.ORDER, at(f"{day} Mar 09:00"), id=f"o{day}") for day in (5, 3, 4))
    history = look_back(replace(NORTH, facts=orders), at("9 Mar 09:00"), frozenset({("new order", "o4")}))
    assert [fact.id for fact in history.recorded(FactKind.ORDER, "new order", at("3 Mar 09:00"))] == ["o5", "o3"]
    assert [fact.id for fact in history.recorded(FactKind.ORDER, "orders down", at("3 Mar 10:00"))] == ["o5", "o4"]
    assert history.recorded(FactKind.PAYMENT, "late payment", at("3 Mar 09:00")) == []


def test_only_talks_are_talks() -> None:
    touches = tuple(Touch(at(f"{n} Mar 09:00"), kind) for n, kind in zip((5, 4, 3), TouchKind, strict=False))
    assert [talk.kind for talk in look_back(replace(NORTH, touches=touches), at("9 Mar 09:00")).talks] == [
        "meeting",
        "visit",
        "call",
    ]
