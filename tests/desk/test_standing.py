"""How a client stands is kept as rows: findings keep their age, clocks run and stop, the next look is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.health import (
    assess_client,
)
from amends.desk.models import (
    Client,
    Promise,
    Standing,
    Touch,
)
from cast import (
    ASKS,
    LIST,
    NOW,
    WAITS,
    a_client,
    a_found_client,
    assessed,
    keep,
    lines,
    person_at,
)
from conversation import at

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Firm, User

pytestmark = pytest.mark.usefixtures("firm")
TONIGHT = at("11 Mar 02:00")


def clocks(client: Client) -> list[tuple[str, datetime | None]]:
    return [(row.quote, row.settled_at) for row in client.waiting.order_by("asked_at")]


def test_a_finding_keeps_its_age_while_its_facts_are_the_same() -> None:
    north = assessed(*WAITS)
    later = at("13 Mar 12:00")
    assess_client(north, now=later)
    row = north.signals.get()
    assert (row.points, row.summary, row.found_at, row.cleared_at) == (10, "No answer for 8 days", NOW, None)


def test_a_finding_clears_itself_and_is_kept() -> None:
    north = assessed(*WAITS)
    keep(north, "10 Mar 14:00 us: They will be there. Sorry for the wait.")
    later = NOW + timedelta(hours=3)
    assess_client(north, now=later)
    assert (lines(north), north.points, north.why) == ([], 0, "")
    assert [(row.rule, row.found_at, row.cleared_at) for row in north.signals.all()] == [("unanswered", NOW, later)]


def test_a_finding_on_other_facts_is_another_finding() -> None:
    north = assessed(*WAITS)
    keep(north, "6 Mar 09:00 client #second: Could you also tell me who comes on Monday?")
    later = NOW + timedelta(hours=1)
    assess_client(north, now=later)
    found = north.signals.order_by("pk")
    assert [(row.found_at, row.cleared_at, len(row.evidence)) for row in found] == [(NOW, later, 1), (later, None, 2)]


def test_each_conversation_has_a_clock_from_its_oldest_ask() -> None:
    north = assessed(
        LIST,
        ASKS,
        "6 Mar 11:00 client: Did you get my mail? Can you answer?",
        "7 Mar 15:30 dana #night: Who comes tonight?",
    )
    rows = [(row.quote, row.asked_at, row.due_at, row.settled_at, row.person) for row in north.waiting.all()]
    assert rows == [
        (
            "Can you send me two more people for Friday?",
            at("5 Mar 09:00"),
            at("5 Mar 13:00"),
            None,
            person_at(north, "gary@north.example"),
        ),
        ("Who comes tonight?", at("7 Mar 15:30"), at("10 Mar 11:30"), None, person_at(north, "dana@north.example")),
    ]


def test_the_clock_goes_by_what_was_agreed_with_the_client() -> None:
    north = assessed(*WAITS, answer_hours=1)
    assert north.waiting.get().due_at == at("5 Mar 10:00")
    Client.objects.filter(pk=north.pk).update(answer_hours=8)
    assess_client(north, now=NOW)
    assert north.waiting.get().due_at == at("5 Mar 17:00")


def test_who_has_an_answer_waits_no_more_and_who_covers_is_kept(bob: User) -> None:
    north = assessed(*WAITS)
    north.waiting.update(covered_by=bob)
    assess_client(north, now=NOW)
    assert north.waiting.get().covered_by == bob
    keep(north, "10 Mar 14:00 us: They will be there.")
    later = NOW + timedelta(hours=3)
    assess_client(north, now=later)
    assert clocks(north) == [("Can you send me two more people for Friday?", later)]


def test_a_clock_stopped_by_a_call_runs_again_when_the_call_was_logged_by_mistake() -> None:
    north = a_client(*WAITS)
    call = Touch.objects.create(client=north, kind="call", at=at("6 Mar 09:00"), added_at=NOW)
    assess_client(north, now=at("5 Mar 16:00"))
    assess_client(north, now=at("6 Mar 10:00"))
    assert clocks(north) == [("Can you send me two more people for Friday?", at("6 Mar 10:00"))]
    call.delete()
    assess_client(north, now=NOW)
    assert clocks(north) == [("Can you send me two more people for Friday?", None)]


def test_a_clock_stopped_by_hand_stays_stopped_and_counts_no_more() -> None:
    north = assessed(*WAITS)
    north.waiting.update(settled_at=NOW, is_settled_by_hand=True)
    later = NOW + timedelta(days=1)
    assess_client(north, now=later)
    assert (clocks(north), lines(north)) == ([("Can you send me two more people for Friday?", NOW)], [])


def test_nobody_waits_who_is_no_client() -> None:
    stranger = a_found_client(*WAITS)
    assess_client(stranger, now=NOW)
    assert (clocks(stranger), lines(stranger), stranger.assess_due_at) == ([], [("unanswered", 6)], None)
    Client.objects.filter(pk=stranger.pk).update(standing=Standing.CLIENT)
    assess_client(stranger, now=NOW)
    assert (clocks(stranger), stranger.assess_due_at) == (
        [("Can you send me two more people for Friday?", None)],
        TONIGHT,
    )


@pytest.mark.parametrize(
    ("texts", "now", "due"),
    [
        ((LIST,), "10 Mar 12:00", "11 Mar 02:00"),  # tonight
        ((LIST,), "11 Mar 01:59", "11 Mar 02:00"),
        ((LIST,), "11 Mar 02:00", "12 Mar 02:00"),
        ((LIST, ASKS), "5 Mar 12:00", "6 Mar 02:00"),  # no step before the night
        ((LIST, ASKS), "6 Mar 08:00", "6 Mar 09:00"),  # "1 day"; more than one business day a minute later
        ((LIST, ASKS), "6 Mar 09:30", "7 Mar 02:00"),
        ((LIST, "5 Mar 11:00 client: Can you come?"), "6 Mar 02:30", "6 Mar 11:00"),
        ((LIST, "4 Feb 09:00 us [promised 5 Feb 17:00]: You have it by five."), "10 Mar 12:00", "11 Mar 02:00"),
        ((LIST, "4 Mar 09:00 us [promised 5 Mar 17:00]: You have it by five."), "5 Mar 12:00", "5 Mar 17:01"),
        ((LIST, "4 Mar 09:00 us [promised 5 Mar 17:00]: You have it by five."), "6 Mar 12:00", "6 Mar 17:01"),
    ],
)
def test_the_next_look_is_when_something_changes_by_itself(texts: tuple[str, ...], now: str, due: str) -> None:
    north = assessed(*texts, now=at(now))
    assert north.assess_due_at == at(due)


def test_a_step_of_points_is_met_to_the_minute() -> None:
    north = assessed(*WAITS, now=at("7 Mar 08:00"))  # two business days at 9:00, which is two days as well
    assert north.assess_due_at == at("7 Mar 09:00")
    assess_client(north, now=at("7 Mar 09:00"))
    assert at("7 Mar 09:00") < north.assess_due_at <= at("7 Mar 09:01") + timedelta(seconds=1)
    assert lines(north) == [("unanswered", 3)]
    assess_client(north, now=north.assess_due_at)
    assert lines(north) == [("unanswered", 6)]


def test_a_promise_on_record_is_looked_at_when_its_time_is_up(bob: User) -> None:
    north = a_client(LIST)
    Promise.objects.create(
        client=north, what="Call Gary", made_at=at("4 Mar 10:00"), due_at=at("10 Mar 15:00"), promised_by=bob
    )
    assess_client(north, now=NOW)
    assert north.assess_due_at == at("10 Mar 15:01")
    assess_client(north, now=at("10 Mar 15:01"))
    assert lines(north) == [("promise", 6)]


def test_the_night_is_the_firms_own(firm: Firm) -> None:
    firm.zone = "America/New_York"
    firm.save()
    assert assessed(LIST).assess_due_at == at("11 Mar 06:00")
