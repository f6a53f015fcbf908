from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import praise
from conversation import OFFICE, at, conversation


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(praise.find(relationship, at(now), OFFICE))


def test_praise_is_a_credit() -> None:
    north = conversation("3 Mar 09:00 client [praise]: Jo was great on Tuesday.")
    assert found(north, "5 Mar 09:00") == [
        Signal(
            "praise",
            Family.CREDIT,
            -4,
            "Praised you on Mar 3",
            (Evidence("m1", at("3 Mar 09:00"), "Jo was great on Tuesday."),),
        )
    ]


def test_twice_counts_once_and_a_quarter_later_not_at_all() -> None:
    north = conversation("""
        3 Mar 09:00 client [praise]: Jo was great on Tuesday.
        4 Mar 09:00 client [praise]: Everybody liked her.
    """)
    assert [(one.points, one.summary) for one in found(north, "5 Mar 09:00")] == [
        (-4, "Praised you 2 times, last on Mar 4")
    ]
    assert found(north, "5 Jun 09:00") == []
