"""Every change can be read by people: who, when, what, before and after."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from amends.desk.actions.event import record
from amends.desk.models import Client, Event
from amends.desk.queries.record import Line, changes, page_of, told
from cast import NOW

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

pytestmark = pytest.mark.django_db


def lines_of(before: dict[str, Any], after: dict[str, Any]) -> tuple[Line, ...]:
    [row] = told([Event(at=NOW, verb="change_client", thing="client", before=before, after=after)])
    return row.lines


def test_numbers_of_rows_become_names(bob: User, riverside: Branch) -> None:
    north = Client.objects.create(name="North", created_at=NOW)
    after = {"branch": riverside.pk, "looked_after_by": bob.pk, "team": [bob.pk, 99999], "into": north.pk}
    assert lines_of({"branch": None}, after) == (
        Line("Branch", "", "Riverside"),
        Line("Looked after by", "", "Bob Reed"),
        Line("Team", "", "Bob Reed, somebody who is gone"),
        Line("Into", "", "North"),
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        ("owner", "Owner"),
        ("2025-03-20", "March 20, 2025"),
        ("2025-03-20T09:30:00Z", "March 20, 2025, 9:30 a.m."),
        ("2025-02-31", "2025-02-31"),
        (["a", "b"], "a, b"),
        ({"messages": 2}, "messages: 2"),
        ("x" * 201, "x" * 200 + "…"),
    ],
)
def test_values_are_written_as_people_say_them(db: None, value: object, said: str) -> None:
    del db
    assert lines_of({"role": None}, {"role": value}) == (Line("Role", "", said),)


def test_what_they_answered_is_said_in_their_words(db: None) -> None:
    del db
    after = {"feeling": 2, "does": 4, "next_order": "unsure", "handling": 5, "rule": "quiet"}
    told_of = [(line.name, line.after) for line in lines_of({}, after)]
    assert told_of[:4] == [
        ("How they feel", "Let down"),
        ("We do what we say", "Mostly"),
        ("The next order", "Unsure"),
        ("How we handled it", "Very well"),
    ]


def test_each_line_is_a_sentence(db: None) -> None:
    del db
    since, why = "2025-03-20T09:30:00Z", "mail.example:993 cannot be reached."
    ends = lines_of({"failing_since": since, "problem": why, "note": "Likes calls"}, {"problem": "", "note": ""})
    assert [line.sentence for line in ends] == [
        "Since March 20, 2025, 9:30 a.m. it had failed, and does so no more.",
        "What was wrong is over: mail.example:993 cannot be reached.",
        "Note was Likes calls, and is empty now.",
    ]
    begins = lines_of(
        {"note": "Likes calls"}, {"failing_since": since, "problem": why, "note": "None", "name": "North"}
    )
    assert [line.sentence for line in begins] == [
        "Note was Likes calls, and is None now.",
        "Since March 20, 2025, 9:30 a.m. it fails.",
        "What is wrong: mail.example:993 cannot be reached.",
        "Name: North",
    ]


def test_what_stayed_the_same_is_no_line(db: None) -> None:
    del db
    assert lines_of({"name": "A", "note": ""}, {"name": "A", "note": None}) == ()


def test_changes_are_found_by_who_what_and_when(alice: User, bob: User) -> None:
    for day, by, thing in ((0, alice, "client"), (1, bob, "touch"), (2, None, "client")):
        Event.objects.create(at=NOW + timedelta(days=day), by=by, verb="change_client", thing=thing)
    zone, on = ZoneInfo("UTC"), NOW.date()
    found = [
        changes(zone=zone),
        changes(zone=zone, who=bob),
        changes(zone=zone, what="client"),
        changes(zone=zone, since=on + timedelta(days=1)),
        changes(zone=zone, until=on + timedelta(days=1)),
        changes(zone=ZoneInfo("Pacific/Kiritimati"), until=on),
    ]
    assert [rows.count() for rows in found] == [3, 1, 2, 2, 2, 0]
    assert [row.who for row in told(changes(zone=zone))] == ["", "Bob Reed", "Alice Alder"]


def test_a_verb_without_a_name_is_still_said(db: None) -> None:
    del db
    [row] = told([Event(at=NOW, verb="paint_wall", thing="wall")])
    assert (row.sentence, row.about, row.lines) == ("Paint wall", None, ())


def test_the_record_is_read_page_by_page_without_counting(alice: User, bob: User) -> None:
    for number in range(5):
        with transaction.atomic():
            record("change_user", bob, by=alice, now=NOW, after={"n": number})
    found = changes(zone=UTC)
    first, below = page_of(found, below=0, many=2)
    second, then = page_of(found, below=below, many=2)
    third, end = page_of(found, below=then, many=2)
    told = [[event.after["n"] for event in events] for events in (first, second, third)]
    assert (told, end) == ([[4, 3], [2, 1], [0]], 0)
    assert page_of(found, below=999_999_999, many=1)[0] == first[:1]
