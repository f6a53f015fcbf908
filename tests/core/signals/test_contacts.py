from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Person
from amends.core.signals import contacts
from conversation import OFFICE, at, conversation

THREE = """
    3 Mar 09:00 client []: Two people.
    4 Mar 09:00 dana []: The invoice is fine.
    5 Mar 09:00 ruth []: Signed.
    6 Mar 09:00 client []: Three people.
"""


def found(text: str, *people: Person, now: str = "1 Apr 09:00") -> list[Signal]:
    return list(contacts.find(conversation(text, people=people), at(now), OFFICE))


def test_three_people_who_write_are_a_credit() -> None:
    assert found(THREE) == [
        Signal(
            "active contacts",
            Family.CREDIT,
            -4,
            "3 people there wrote since Feb 4",
            (
                Evidence("m4", at("6 Mar 09:00")),
                Evidence("m2", at("4 Mar 09:00")),
                Evidence("m3", at("5 Mar 09:00")),
            ),
        )
    ]


def test_one_person_with_two_addresses_is_one() -> None:
    assert found(THREE, Person(frozenset({"dana@north.example", "ruth@north.example"}), "Dana")) == []


def test_who_has_not_written_for_two_months_is_not_active() -> None:
    assert found(THREE, now="5 May 09:00") == []
