import pytest

from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Person
from amends.core.signals import copied_in
from conversation import OFFICE, at, conversation, every

KNOWN = every(7, 10, "16 Dec 2024 09:00", "client (cc dana@north.example) []: Two people as usual.")
RUTH = Person(frozenset({"ruth@north.example", "r.ames@north.example"}), "Ruth Ames", "Head of Procurement")


def found(*texts: str, people: tuple[Person, ...] = (), now: str = "1 Apr 09:00") -> list[Signal]:
    return list(copied_in.find(conversation(*texts, people=people), at(now), OFFICE))


def told(line: str, *people: Person) -> list[tuple[str, int]]:
    return [(signal.rule, signal.points) for signal in found(KNOWN, line, people=people)]


def test_somebody_senior_is_named_with_the_mail_they_first_appear_in() -> None:
    assert found(KNOWN, "24 Mar 09:00 client (cc ruth) []: Please see below.", people=(RUTH,)) == [
        Signal(
            "senior copied in",
            Family.PEOPLE,
            8,
            "Newly copied in on Mar 24: Ruth Ames, Head of Procurement",
            (Evidence("m11", at("24 Mar 09:00")),),
        )
    ]


@pytest.mark.parametrize("local", ["legal", "procurement", "purchasing.north", "einkauf", "ceo"])
def test_an_address_tells_what_it_is_for(local: str) -> None:
    [signal] = found(KNOWN, f"24 Mar 09:00 client (cc {local}) []: Please see below.")
    assert signal.summary == f"Newly copied in on Mar 24: {local}@north.example"


def test_a_manager_is_a_boss() -> None:
    sam = Person(frozenset({"sam@north.example"}), "Sam Roe", "Plant Manager")
    [signal] = found(KNOWN, "24 Mar 09:00 client (cc sam) []: See below.", people=(sam,))
    assert (signal.rule, signal.points) == ("boss copied in", 6)
    assert signal.summary == "Their boss is newly copied in on Mar 24: Sam Roe, Plant Manager"


def test_the_mail_itself_may_name_the_boss() -> None:
    [signal] = found(KNOWN, "24 Mar 09:00 client (cc sam) []: See below. I have copied in my manager. Thanks.")
    assert (signal.rule, signal.points) == ("boss copied in", 6)
    assert signal.evidence == (Evidence("m11", at("24 Mar 09:00"), "I have copied in my manager."),)


def test_one_of_each_counts_once_each() -> None:
    north = (
        KNOWN,
        "24 Mar 09:00 client (cc sam, ruth, legal) []: I copy my boss.",
        "25 Mar 09:00 client (cc legal) []: Hm.",
    )
    assert [(signal.rule, len(signal.evidence)) for signal in found(*north, people=(RUTH,))] == [
        ("senior copied in", 2),
        ("boss copied in", 1),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "24 Mar 09:00 client (cc sam) []: See below.",
        "24 Mar 09:00 client (cc dana@north.example) []: I copy my boss.",
        "24 Mar 09:00 client (cc legal@alder.example) []: See below.",
        "24 Mar 09:00 us (cc legal@north.example): See below.",
    ],
)
def test_a_colleague_a_known_person_our_own_or_one_we_copied_in_is_nothing(line: str) -> None:
    assert told(line) == []


def test_an_assistant_of_the_director_decides_nothing() -> None:
    pa = Person(frozenset({"pa@north.example"}), "Kim Low", "Assistant to the Director")
    assert told("24 Mar 09:00 client (cc pa) []: See below.", pa) == []


def test_a_person_known_by_another_address_is_not_new() -> None:
    earlier = "7 Jan 09:00 r.ames []: The contract is signed."
    assert found(KNOWN, earlier, "24 Mar 09:00 client (cc ruth) []: See below.", people=(RUTH,)) == []


def test_with_a_short_history_everybody_is_new() -> None:
    few = every(7, 9, "16 Dec 2024 09:00", "client []: Two people."), "24 Mar 09:00 client (cc legal) []: See below."
    young = every(1, 15, "6 Feb 09:00", "client []: Two people."), "24 Mar 09:00 client (cc legal) []: See below."
    assert (found(*few), found(*young)) == ([], [])


def test_after_a_month_they_are_no_newcomer() -> None:
    assert found(KNOWN, "24 Mar 09:00 client (cc legal) []: See below.", now="24 Apr 09:00") == []
