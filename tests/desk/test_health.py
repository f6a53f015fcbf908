"""A client is assessed, and people correct what the desk made of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.health import State
from amends.desk.actions.health import (
    assess_client,
    dismiss_signal,
    end_override,
    mark_mended,
    override_state,
    touch_health,
    undo_dismissal,
)
from amends.desk.actions.touch import delete_touch, record_touch
from amends.desk.actions.upset import take_complaint
from amends.desk.models import (
    Client,
    Dismissal,
    Event,
    HealthDay,
    Override,
    Signal,
    Touch,
    Waiting,
)
from amends.desk.rules import Refused
from cast import (
    CALLED,
    LEAVES,
    LIST,
    NOW,
    WAITS,
    a_client,
    assessed,
    keep,
    lines,
    told,
)
from conversation import at, every

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Firm, User

pytestmark = pytest.mark.usefixtures("firm")
TONIGHT = at("11 Mar 02:00")
CHAT = (
    every(2, 30, "8 Jan 09:00", "client #{n}: The roster is fine.")
    + "\n"
    + every(2, 30, "8 Jan 10:00", "us #{n}: Good.")
)


def test_the_lines_of_a_client_add_up_to_its_points() -> None:
    north = assessed(*WAITS, LEAVES)
    north.refresh_from_db()
    assert lines(north) == [("exit words", 20), ("unanswered", 6)]
    assert (north.points, north.number, north.state, north.computed_state) == (26, 74, "Strained", "Strained")
    assert (north.is_enough, north.messages_count, north.why) == (True, 3, "Spoke of leaving on Mar 6")
    assert (north.last_spoke_at, north.assessed_at) == (at("6 Mar 10:00"), NOW)


def test_a_line_carries_the_messages_it_stands_on() -> None:
    north = assessed(LIST, LEAVES, CALLED)
    row = north.signals.get(rule="exit words")
    quote = "We are looking at other agencies."
    assert row.evidence == [{"id": "m2@north.example", "at": "2025-03-06T10:00:00+00:00", "quote": quote, "counts": ""}]
    assert (row.family, row.found_at, row.is_mood_only, row.position) == ("language", NOW, False, 0)


def test_who_has_written_little_is_not_judged_yet() -> None:
    north = assessed(LIST)
    assert (north.state, north.is_enough, north.points, north.why) == ("Not enough yet", False, 0, "")


def test_nothing_known_at_all_is_no_error() -> None:
    north = assessed()
    assert (north.state, north.last_spoke_at, north.assess_due_at) == ("Not enough yet", None, TONIGHT)


def test_a_call_counts_as_having_spoken() -> None:
    north = a_client(LIST)
    Touch.objects.create(client=north, kind="call", at=at("7 Mar 15:00"), added_at=NOW)
    Touch.objects.create(client=north, kind="note", at=at("9 Mar 15:00"), added_at=NOW)
    assess_client(north, now=NOW)
    assert north.last_spoke_at == at("7 Mar 15:00")


def test_what_was_said_longer_than_a_year_ago_is_still_when_they_last_spoke() -> None:
    north = assessed("1 Feb 2024 09:00 client: Goodbye.")
    assert (north.last_spoke_at, north.messages_count) == (at("1 Feb 2024 09:00"), 0)


def test_the_day_is_the_firms_own(firm: Firm) -> None:
    firm.zone = "Asia/Tokyo"
    firm.save()
    north = assessed(*WAITS, LEAVES, now=at("10 Mar 20:00"))
    assert [(day.on, day.points, day.state, day.is_enough) for day in north.days.all()] == [
        (date(2025, 3, 11), north.points, "Strained", True)
    ]


def test_assessing_again_changes_nothing() -> None:
    north = assessed(*WAITS, LEAVES)

    def rows() -> list[Any]:
        kept = (Client.objects, Signal.objects, Waiting.objects, HealthDay.objects, Event.objects)
        return [list(rows.order_by("pk").values()) for rows in kept]

    before = rows()
    assess_client(north, now=NOW)
    assert rows() == before


@pytest.mark.parametrize("count", [1, 3])
def test_assessing_takes_twentyone_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clients = [assessed(*WAITS, LEAVES, name=f"N{number}") for number in range(count)]
    for client in clients:
        with django_assert_num_queries(21):
            assess_client(client, now=NOW)


def test_the_record_tells_of_a_change_and_not_of_every_night() -> None:
    north = assessed(*WAITS, LEAVES)
    assert (told("assess_client"), north.state_changed_at) == ([], None)  # the first look is no change
    keep(north, "10 Mar 14:00 us: They will be there.", "10 Mar 14:00 us #end: I called.")
    assess_client(north, now=NOW + timedelta(hours=3))
    assert told("assess_client") == []  # 20 points are Strained as well
    later = NOW + timedelta(days=120)
    assess_client(north, now=later)
    assess_client(north, now=later + timedelta(days=1))
    assert told("assess_client") == [
        (
            {"state": "Strained", "points": 20, "why": "Spoke of leaving on Mar 6"},
            {"state": "Not enough yet", "points": 0, "why": ""},
        )
    ]
    assert north.state_changed_at == later


def test_a_client_that_is_gone_cannot_be_assessed() -> None:
    north = a_client(*WAITS)
    Client.objects.filter(pk=north.pk).delete()
    with pytest.raises(Client.DoesNotExist):
        assess_client(north, now=NOW)


def test_the_firms_own_points_count(firm: Firm) -> None:
    firm.numbers = {"exit words": 12}
    firm.save()
    assert lines(assessed(LIST, LEAVES, CALLED)) == [("exit words", 12)]


def test_what_changed_is_due_at_once_and_never_later_than_it_was() -> None:
    fresh, early, late = (a_client(name=name) for name in ("Fresh", "Early", "Late"))
    Client.objects.filter(pk=early.pk).update(assess_due_at=NOW - timedelta(hours=1))
    Client.objects.filter(pk=late.pk).update(assess_due_at=NOW + timedelta(hours=1))
    other = a_client(name="Other")
    touch_health([late.pk, early.pk, fresh.pk, late.pk], now=NOW)
    due = dict(Client.objects.values_list("name", "assess_due_at"))
    assert due == {"Fresh": NOW, "Early": NOW - timedelta(hours=1), "Late": NOW, other.name: None}


def test_touching_nobody_or_who_is_due_already_is_fine() -> None:
    north = a_client(assess_due_at=NOW - timedelta(hours=1))
    touch_health([], now=NOW)
    touch_health([north.pk], now=NOW)
    assert Client.objects.get().assess_due_at == NOW - timedelta(hours=1)


def test_a_state_set_by_hand_holds_until_its_last_day(bob: User) -> None:
    north = assessed(*WAITS, LEAVES)
    override = override_state(north, "Steady", " Gary means the other site. ", NOW.date(), by=bob, now=NOW)
    north.refresh_from_db()
    assert (north.state, north.computed_state, north.points) == ("Steady", "Strained", 26)
    assert (override.reason, override.by, north.assess_due_at) == (
        "Gary means the other site.",
        bob,
        at("11 Mar 00:00"),
    )
    assert told("override_state") == [
        ({"state": "Strained"}, {"state": "Steady", "reason": "Gary means the other site.", "until": "2025-03-10"})
    ]
    assess_client(north, now=at("11 Mar 00:00"))
    assert north.state == "Strained"
    assert north.days.get(on=NOW.date()).state == "Strained"  # the line over the weeks shows what the desk computed


def test_a_new_word_ends_the_one_before(bob: User, alice: User) -> None:
    north = assessed(LIST)
    first = override_state(north, "Strained", "A feeling.", NOW.date(), by=bob, now=NOW)
    second = override_state(north, "At risk", "They called me.", NOW.date() + timedelta(days=90), by=alice, now=NOW)
    first.refresh_from_db()
    assert (first.ended_at, second.ended_at, Client.objects.get().state) == (NOW, None, "At risk")


def test_a_word_is_taken_back(bob: User) -> None:
    north = assessed(LIST)
    override = override_state(north, "Strained", "A feeling.", NOW.date(), by=bob, now=NOW)
    later = NOW + timedelta(minutes=5)
    end_override(override, by=bob, now=later)
    end_override(override, by=bob, now=later + timedelta(minutes=5))
    north.refresh_from_db()
    assert (north.state, override.ended_at, Override.objects.get().ended_at) == ("Not enough yet", later, later)
    assert told("end_override") == [
        (
            {"state": "Strained", "reason": "A feeling.", "until": "2025-03-10"},
            {"ended_at": "2025-03-10T12:05:00Z"},
        )
    ]


@pytest.mark.parametrize(
    ("state", "reason", "days", "words"),
    [
        ("Steady", "  ", 1, "Say in a few words why, so that your colleagues understand it next week."),
        ("Splendid", "Why not", 1, "Choose how they stand: Steady, Unsettled, Strained, At risk or Mended."),
        ("Not enough yet", "Why not", 1, "Choose how they stand: Steady, Unsettled, Strained, At risk or Mended."),
        ("Steady", "Why not", -1, "Choose a last day from today on, at most 90 days away."),
        ("Steady", "Why not", 91, "Choose a last day from today on, at most 90 days away."),
    ],
)
def test_a_word_needs_a_state_a_reason_and_an_end(bob: User, state: str, reason: str, days: int, words: str) -> None:
    north = a_client(LIST)
    with pytest.raises(Refused, match=words):
        override_state(north, state, reason, NOW.date() + timedelta(days=days), by=bob, now=NOW)
    assert (Override.objects.count(), Event.objects.count()) == (0, 0)


def test_a_recovery_that_held_is_mended_for_a_while(bob: User) -> None:
    north = assessed(*WAITS, LEAVES)
    mark_mended(north, NOW.date(), by=bob, now=NOW)
    mark_mended(north, NOW.date(), by=bob, now=NOW)  # said twice, heard once
    north.refresh_from_db()
    assert (north.state, north.computed_state, north.mended_on) == ("Mended", "Mended", NOW.date())
    assert told("mark_mended") == [({"mended_on": None}, {"mended_on": "2025-03-10"})]
    with pytest.raises(Refused, match=r"That day is still to come."):
        mark_mended(north, NOW.date() + timedelta(days=1), by=bob, now=NOW)
    assess_client(north, now=NOW + timedelta(days=90))
    assert north.state == "Not enough yet"


def test_a_wrong_finding_goes_at_once_and_for_good(bob: User) -> None:
    north = assessed(*WAITS, LEAVES)
    wrong = north.signals.get(rule="exit words")
    dismissal = dismiss_signal(wrong, " They meant cleaning agencies. ", by=bob, now=NOW)
    north.refresh_from_db()
    assert (lines(north), north.points) == ([("unanswered", 6)], 6)
    assert (dismissal.rule, dismissal.evidence_id, dismissal.reason) == (
        "exit words",
        "m3@north.example",
        "They meant cleaning agencies.",
    )
    summary, evidence = "Spoke of leaving on Mar 6", ["m3@north.example"]
    assert told("dismiss_signal") == [
        (
            {"rule": "exit words", "summary": summary, "points": 20, "evidence": evidence},
            {"reason": "They meant cleaning agencies."},
        )
    ]
    assess_client(north, now=NOW + timedelta(days=1))
    assert lines(north) == [("unanswered", 6)]


def test_who_says_so_twice_is_heard_once(bob: User) -> None:
    north = assessed(*WAITS, LEAVES)
    wrong = north.signals.get(rule="exit words")
    first = dismiss_signal(wrong, "Cleaning.", by=bob, now=NOW)
    assert dismiss_signal(wrong, "Cleaning.", by=bob, now=NOW + timedelta(seconds=1)) == first
    assert (Dismissal.objects.count(), len(told("dismiss_signal"))) == (1, 1)


def test_a_finding_on_several_messages_goes_and_comes_back_whole(bob: User) -> None:
    north = assessed(*WAITS, "6 Mar 09:00 dana #two: Who comes tonight?", "6 Mar 10:00 dana #three: And tomorrow?")
    dismissal = dismiss_signal(north.signals.get(), "All answered by phone.", by=bob, now=NOW)
    assert (lines(north), north.waiting.filter(settled_at=None).count()) == ([], 0)
    assert Dismissal.objects.count() == 3
    later = NOW + timedelta(minutes=5)
    undo_dismissal(dismissal, by=bob, now=later)
    undo_dismissal(dismissal, by=bob, now=later + timedelta(minutes=5))
    assert lines(north) == [("unanswered", 6)]
    assert [row.undone_at for row in Dismissal.objects.all()] == [later] * 3
    assert told("undo_dismissal") == [
        (
            {"rule": "unanswered", "summary": "No answer for 5 days", "reason": "All answered by phone."},
            {"undone_at": "2025-03-10T12:05:00Z"},
        )
    ]


def test_what_was_marked_before_is_not_marked_again(bob: User) -> None:
    north = assessed(*WAITS)
    first = dismiss_signal(north.signals.get(), "By phone.", by=bob, now=NOW)
    row = Signal.objects.create(
        client=north, rule="unanswered", family="ours", points=6, summary="No answer", found_at=NOW,
        evidence=[{"id": first.evidence_id}, {"id": "other"}, {"id": "other"}],
    )  # fmt: skip
    assert dismiss_signal(row, "By phone too.", by=bob, now=NOW).evidence_id == "other"
    assert Dismissal.objects.count() == 2


def test_a_finding_without_messages_can_be_wrong_too(bob: User) -> None:
    north = assessed(LIST)
    row = Signal.objects.create(client=north, rule="silence", family="quiet", points=12, summary="Silent", found_at=NOW)
    assert dismiss_signal(row, "They are on holiday.", by=bob, now=NOW).evidence_id == ""


def test_a_wrong_finding_needs_a_reason_and_somebody_who_may_say_so(bob: User, vera: User) -> None:
    wrong = assessed(LIST, LEAVES, CALLED).signals.get()
    with pytest.raises(Refused, match=r"Say in a few words why this is wrong. Nothing was changed."):
        dismiss_signal(wrong, " ", by=bob, now=NOW)
    with pytest.raises(Refused, match=r"You may look at this, but not change it."):
        dismiss_signal(wrong, "I think so.", by=vera, now=NOW)
    assert (Dismissal.objects.count(), Event.objects.count()) == (0, 0)


def test_the_viewer_corrects_nothing(bob: User, vera: User) -> None:
    north = assessed(LIST, LEAVES, CALLED)
    dismissal = dismiss_signal(north.signals.get(), "Wrong.", by=bob, now=NOW)
    override = override_state(north, "Strained", "A feeling.", NOW.date(), by=bob, now=NOW)
    before = Event.objects.count()
    for attempt in (
        lambda: undo_dismissal(dismissal, by=vera, now=NOW),
        lambda: end_override(override, by=vera, now=NOW),
        lambda: override_state(north, "Steady", "No.", NOW.date(), by=vera, now=NOW),
        lambda: mark_mended(north, NOW.date(), by=vera, now=NOW),
    ):
        with pytest.raises(Refused, match="You may look at this"):
            attempt()
    assert Event.objects.count() == before


def test_every_state_fits_its_column() -> None:
    longest = Client._meta.get_field("state").max_length
    assert longest is not None
    assert max(len(state) for state in State) <= longest


def test_who_is_upset_on_the_phone_is_not_steady_with_nothing_against_it(bob: User) -> None:
    north = assessed(CHAT)
    was = north.points
    case = take_complaint(north, by=bob, now=NOW, words="Nobody called us back.", severity=3)
    assess_client(north, now=NOW)
    line = Signal.objects.get(client=north, rule="complaint", cleared_at=None)
    assert (north.points - was, line.summary) == (8, "Told you on Mar 10 that they are let down")
    assert [(one["id"], one["quote"]) for one in line.evidence] == [(f"case:{case.pk}", "Nobody called us back.")]
    dismiss_signal(line, "They meant another firm", by=bob, now=NOW)
    north.refresh_from_db()
    assert north.points == was


def test_words_of_a_call_count_and_go_with_it(bob: User) -> None:
    north = assessed(CHAT)
    was = lines(north)
    call = record_touch(north, "call", by=bob, now=NOW, words="We are looking at other agencies.")
    assess_client(north, now=NOW)
    heard = Signal.objects.get(client=north, rule="exit words", cleared_at=None)
    assert [one["id"] for one in heard.evidence] == [f"touch:{call.pk}"]
    delete_touch(call, by=bob, now=NOW)
    assess_client(north, now=NOW)
    assert lines(north) == was
