from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import chaser
from conversation import OFFICE, at, conversation


def acquainted(text: str) -> Relationship:
    """A conversation with a client to whom we have written before."""
    return conversation(text, "2 Jan 09:00 us #welcome: Good to meet you.")


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(chaser.find(relationship, at(now), OFFICE))


def test_any_update_is_a_chaser() -> None:
    north = acquainted("3 Mar 10:00 client [chaser]: Any update on the welders?")
    assert found(north, "3 Mar 11:00") == [
        Signal(
            "chaser",
            Family.OURS,
            6,
            "Had to ask again on Mar 3",
            (Evidence("m1", at("3 Mar 10:00"), "Any update on the welders?"),),
        )
    ]


def test_a_second_ask_a_business_day_later_is_a_chaser() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two welders?
        4 Mar 10:00 client []: Can you tell me when?
    """)
    [signal] = found(north, "4 Mar 11:00")
    assert (signal.summary, signal.evidence[0].quote) == ("Had to ask again on Mar 4", "Can you tell me when?")


def test_asking_again_the_same_day_completes_the_first_message() -> None:
    north = acquainted("""
        3 Mar 10:00 client []: Can you send two welders?
        3 Mar 16:00 client []: And could you add a driver?
    """)
    assert found(north, "4 Mar 11:00") == []


def test_several_chasers_count_once_the_newest_first() -> None:
    north = acquainted("""
        3 Mar 10:00 client #welders []: Can you send two welders?
        5 Mar 10:00 client #welders [chaser]: Any news?
        6 Mar 10:00 client #invoice [chaser]: Any news on the invoice?
    """)
    [signal] = found(north, "6 Mar 11:00")
    assert (signal.points, signal.summary) == (6, "Had to ask again 2 times, last on Mar 6")
    assert [evidence.message_id for evidence in signal.evidence] == ["m3", "m2"]


def test_our_answer_settles_it() -> None:
    north = acquainted("""
        3 Mar 10:00 client [chaser]: Any update on the welders?
        3 Mar 12:00 us: They start on Monday.
        5 Mar 12:00 client []: Can you send their names?
    """)
    assert found(north, "6 Mar 11:00") == []


def test_a_month_later_it_is_no_chaser_any_more() -> None:
    assert found(acquainted("3 Mar 10:00 client [chaser]: Any update?"), "3 Apr 11:00") == []
