"""What is behind a client's complaints: counted from recoveries, mail and the facts of the trade."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Origin
from amends.core.issue import Verdict, theme_in
from amends.core.listening import Question
from amends.desk.actions.listening import hear_words
from amends.desk.models import Case, ListImport, ListRow, ListSource, StaffingFact
from amends.desk.queries.issue import compared, issue_of
from cast import NOW, a_client, at, upset

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, User

LETTERS = """
    1 Mar 09:00  client #a [complaint]: The invoice is wrong.
    2 Mar 09:00  client #a [complaint]: The invoice is still wrong.
    3 Mar 09:00  client #b [complaint]: Nobody called me back.
    4 Mar 09:00  client #c [escalation]: This is a complaint about nothing in particular.
    5 Mar 09:00  client #d []: Thank you.
"""


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("You billed eleven hours for Kyle", "billing"),
        ("Nobody came, it was a no-show", "attendance"),
        ("Nobody called me back", "answers"),
        ("The safety certificate had expired", "compliance"),
        ("Our new recruiter is the third contact this year", "handover"),
        ("Hello there", ""),
    ],
)
def test_a_complaint_says_what_it_is_about(text: str, theme: str) -> None:
    assert theme_in(text) == theme


def test_themes_are_counted_once_for_each_conversation(bob: User) -> None:
    north = a_client(LETTERS, looked_after_by=bob)
    found = issue_of(north, bob, now=NOW)
    assert (found.complaints, found.unnamed, found.ranked) == (3, 1, [])
    upset(bob, north, words="The invoice again", severity=5)
    found = issue_of(north, bob, now=NOW)
    assert [(each.theme, each.count, each.is_vital) for each in found.ranked] == [
        ("billing", 2, True),
        ("answers", 1, True),
    ]


def test_what_was_heard_of_another_theme_is_a_complaint_of_its_own(bob: User) -> None:
    north = a_client(LETTERS, looked_after_by=bob)
    case = upset(bob, north, words="The invoice again")
    first = north.messages.order_by("pk")[0]
    hear_words(case, Question.HAPPENED, "The invoice is wrong.", by=bob, now=NOW, source=first)
    for words in ("And the badge is never returned.", "The badge, again.", "Hm."):
        hear_words(case, Question.ELSE, words, by=bob, now=NOW)
    found = issue_of(north, bob, now=NOW)  # conversation #a is the recovery's now
    assert sorted((each.theme, each.count) for each in found.ranked) == [
        ("answers", 1),
        ("billing", 1),
        ("compliance", 1),
    ]


def test_what_we_found_ourselves_weighs_less(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    for _ in range(3):
        upset(bob, north, words="The invoice", severity=4)
    [raised] = issue_of(north, bob, now=NOW).ranked
    Case.objects.update(origin=Origin.FEELING)
    [found] = issue_of(north, bob, now=NOW).ranked
    assert raised.priority == pytest.approx(18)
    assert found.priority == pytest.approx(12)


def test_a_restricted_recovery_is_counted_for_its_team_alone(bob: User, charlie: User) -> None:
    north = a_client(looked_after_by=bob)
    upset(bob, north)
    Case.objects.update(is_restricted=True)
    assert issue_of(north, bob, now=NOW).complaints == 1
    assert issue_of(north, charlie, now=NOW).complaints == 0


# ── Facts


def fact(client: Client, kind: str, when: datetime, key: str = "", value: int | None = None) -> StaffingFact:
    named = {"source": "Bullhorn", "external_id": key} if key else {}
    return StaffingFact.objects.create(client=client, kind=kind, at=when, added_at=NOW, value=value, **named)


def test_typed_facts_are_an_incident_each_and_orders_of_that_day_are_none_without(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    monday = at("3 Mar 07:00")
    fact(north, "no_show", monday)
    fact(north, "order", monday)
    fact(north, "order", monday + timedelta(days=1))
    fact(north, "rating", monday + timedelta(days=2), value=5)
    fact(north, "payment", monday)
    assert compared(north, NOW) == (
        [{"weekday": "1", "size": "one"}],
        [{"weekday": "2", "size": "one"}],
    )


def test_a_list_tells_what_an_order_was_like(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    columns = {"external_id": "ID", "owner": "Recruiter", "employment": "Type", "order.external_id": "Job"}
    source = ListSource.objects.create(name="Bullhorn", preset="x", kind="placements", columns=columns, changed_at=NOW)
    listing = ListImport.objects.create(source=source, name="a.csv", path="/nowhere", size=1, added_at=NOW)
    for number, (kind, days) in enumerate([("fall_off", 1), ("placement", 5), ("rating", 20)], 1):
        raw = {"ID": f"P{number}", "Recruiter": "Tom Beckett", "Type": "Temporary", "Job": f"J{number}"}
        ListRow.objects.create(listing=listing, client=north, number=number, raw=raw, outcome="added")
        start = at("3 Mar 12:00")
        fact(north, "placement", start, f"placements/P{number}/placement")
        if kind != "placement":
            fact(north, kind, start + timedelta(days=2), f"placements/P{number}/{kind}", value=1)
        fact(north, "order", start - timedelta(days=days), f"orders/J{number}/order")
    ListRow.objects.create(listing=listing, client=north, number=9, raw={}, outcome="same")
    incidents, orders = compared(north, NOW)
    like = {"weekday": "1", "recruiter": "Tom Beckett", "kind": "Temporary", "size": "one"}
    assert incidents == [{**like, "lead": "at_once"}, {**like, "lead": "longer"}]
    assert [each for each in orders if "recruiter" in each] == [{**like, "lead": "days"}]
    assert len(orders) == 4  # the orders of the list, and the placement that went well


def test_mondays_are_worth_checking(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    for week in range(8):
        fact(north, "no_show", at("6 Jan 07:00") + timedelta(weeks=week))
        for day in range(1, 5):
            fact(north, "order", at("6 Jan 07:00") + timedelta(weeks=week, days=day))
    [found] = issue_of(north, bob, now=NOW).shared
    assert (found.attribute, found.value, found.verdict, found.incidents, found.orders) == (
        "weekday", "1", Verdict.CHECK, 8, 0,
    )  # fmt: skip
