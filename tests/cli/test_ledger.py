"""The scan's working memory: what goes in comes out again by client, copies once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.cli.ledger import Ledger, enter
from amends.core.client import Tally
from amends.core.digest import Note
from amends.core.message import Address, Automated
from amends.core.thread import Link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONDAY = datetime(2025, 10, 6, 9, tzinfo=UTC)
DANA = Address("dana@brightwater.example", "Dana Whitlock")
PRIYA = Address("priya@alderquay.example", "Priya Raman")


def note(id_: str, sender: Address, *to: Address, hours: float = 0, **facts: object) -> Note:
    return Note(id_, MONDAY + timedelta(hours=hours), sender, to, (), "Shifts", (), **facts)  # type: ignore[arg-type]  # any field


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path) as made:
        yield made


def fill(ledger: Ledger, *notes: Note) -> None:
    for one in notes:
        ledger.add(enter(one))
    ledger.close_entries()
    ledger.name_us(["alderquay.example"])


def test_a_message_is_new_once(ledger: Ledger) -> None:
    assert [ledger.is_new(id_) for id_ in ("a@x", "b@x", "a@x")] == [True, True, False]


def test_notes_come_back_by_client_in_order_of_time(ledger: Ledger) -> None:
    late = note("late@x", PRIYA, DANA, Address("marcus@penhallow.example"), hours=5, text="On my way.")
    early = note("early@x", DANA, PRIYA, text="Nobody came.", title="Operations Director")
    fill(ledger, late, early, note("other@x", Address("x@lowfield.example"), PRIYA))

    assert list(ledger.of_client("brightwater.example", MONDAY + timedelta(days=1))) == [early, late]
    assert list(ledger.of_client("penhallow.example", MONDAY + timedelta(days=1))) == [late]
    assert list(ledger.of_client("brightwater.example", MONDAY)) == [early]


def test_what_a_client_sends_to_another_client_is_not_the_others(ledger: Ledger) -> None:
    fill(ledger, note("a@x", DANA, Address("marcus@penhallow.example"), PRIYA))

    assert list(ledger.of_client("penhallow.example", MONDAY)) == []


def test_links_name_parents_and_people(ledger: Ledger) -> None:
    first = note("first@x", DANA, PRIYA)
    answer = Note("answer@x", MONDAY, PRIYA, (DANA,), (), "Re: Shifts", ("first@x",))
    fill(ledger, first, answer)

    one, two = ledger.links_of("brightwater.example", MONDAY)

    people = frozenset({DANA.address, PRIYA.address})
    assert one == Link(one.id, (), "Shifts", people, MONDAY)
    assert two == Link(two.id, (one.id,), "Re: Shifts", people, MONDAY)


def test_somebody_who_writes_from_home_is_found_at_their_company(ledger: Ledger) -> None:
    home = note("home@x", Address("d.whitlock71@gmail.com", "Whitlock, Dana"), PRIYA, text="From my own phone.")
    to_home = note("answer@x", PRIYA, Address("d.whitlock71@gmail.com"), hours=1)
    fill(ledger, note("work@x", DANA, PRIYA, hours=-1), home, to_home)

    found = [one.id for one in ledger.of_client("brightwater.example", MONDAY + timedelta(hours=2))]

    assert found == ["work@x", "home@x", "answer@x"]
    assert ledger.client_of("d.whitlock71@gmail.com") == "brightwater.example"
    assert ledger.client_of("dana@brightwater.example") == "brightwater.example"


def test_tallies_count_sides_of_what_people_wrote(ledger: Ledger) -> None:
    ledger.add(enter(note("a@x", DANA, PRIYA, delivered_to="priya@alderquay.example")))
    ledger.add(enter(note("b@x", PRIYA, DANA, is_sent=True)))
    ledger.add(enter(note("c@x", Address("news@paper.example"), PRIYA, automated=Automated.NEWSLETTER)))

    tallies, total = ledger.tallies()

    assert total == 2
    assert sorted(tallies, key=lambda tally: tally.key) == [
        Tally("alderquay.example", wrote=1, received=1, sent_folder=1, delivered=1, either=2),
        Tally("brightwater.example", wrote=1, received=1, either=2),
    ]


def test_clients_are_those_from_whom_a_person_wrote_by_then(ledger: Ledger) -> None:
    fill(
        ledger,
        note("a@x", DANA, PRIYA),
        note("b@x", DANA, PRIYA, hours=1),
        note("c@x", Address("marcus@penhallow.example"), PRIYA),
        note("d@x", Address("later@lowfield.example"), PRIYA, hours=100),
        note("e@x", Address("robot@timesheets.example"), PRIYA, automated=Automated.MACHINE),
        note("f@x", PRIYA, Address("cold@moorfield.example")),
        note("g@x", Address(""), PRIYA),
    )

    assert ledger.clients(MONDAY + timedelta(hours=2)) == [("brightwater.example", 2), ("penhallow.example", 1)]


def test_company_lines_are_counted(ledger: Ledger) -> None:
    for number, line in enumerate(("Brightwater Cold Storage", "Brightwater", "Brightwater Cold Storage", "")):
        ledger.add(enter(note(f"{number}@x", DANA, PRIYA, company=line)))

    assert ledger.company_lines("brightwater.example") == {"Brightwater Cold Storage": 2, "Brightwater": 1}


def test_what_is_no_proper_text_is_kept_all_the_same(ledger: Ledger) -> None:
    fill(ledger, note("\udcff@x", Address("dana@brightwater.example", "D\udce9"), PRIYA, text="caf\udce9\x00"))

    [found] = ledger.of_client("brightwater.example", MONDAY)

    assert (found.sender.name, found.text) == ("D\ufffd", "caf\ufffd\x00")
