"""What has happened with a client, the newest first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status, Step
from amends.core.staffing import FactKind
from amends.desk.actions.case import finish_step, open_case
from amends.desk.actions.health import assess_client, dismiss_signal, override_state, undo_dismissal
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.actions.touch import record_fact, record_touch
from amends.desk.models import Case, Dismissal, FollowUp, Message, Person, Promise, PromiseState, Signal, Touch
from amends.desk.queries.chronicle import Entry, first_name
from amends.desk.queries.timeline import SHOWN, Show, timeline_of, writer_of
from cast import NOW, a_client, at, keep

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Client, Firm, User

pytestmark = pytest.mark.django_db

ANSWERED = """
    3 Mar 09:00  client: Nobody came on site this morning. This is not acceptable.
    3 Mar 09:40  us:     I am calling you now.
"""
MANY_QUERIES = 17  # fourteen kinds of rows, the latest recovery, holidays; with a recovery, when its mending began


def told(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.title for entry in entries]


def all_of(client: Client, firm: Firm, show: Show = Show.ALL) -> tuple[Entry, ...]:
    return timeline_of(client, firm, show).entries


def test_a_conversation_of_a_day_is_one_entry_with_what_hurts(firm: Firm) -> None:
    north = a_client(ANSWERED, "4 Mar 08:00 client: Thanks, they are here.")
    [later, talk] = all_of(north, firm)
    assert (later.title, later.words, later.tone, len(later.messages)) == ("Gary wrote", "", "", 1)
    assert (talk.title, talk.tone, talk.at, talk.began_at) == (
        "Gary and Priya wrote 2 messages",
        "hurt",
        at("3 Mar 09:40"),
        at("3 Mar 09:00"),
    )
    assert (talk.words, talk.by, talk.said_at) == ("Nobody came on site this morning.", "Gary", at("3 Mar 09:00"))


def test_what_stands_between_parts_a_conversation(firm: Firm, bob: User) -> None:
    north = a_client(ANSWERED)
    record_touch(north, "call", by=bob, now=NOW, at=at("3 Mar 09:20"))
    assert told(all_of(north, firm)) == ["Priya answered Gary’s message", "Bob called them", "Gary wrote"]


def test_an_answer_that_took_too_long_says_so(firm: Firm) -> None:
    north = a_client("3 Mar 09:00 client: Where is Anna?", "6 Mar 12:00 us: Dear Gary, here she is.")
    [late, asked] = all_of(north, firm)
    assert (late.title, late.took, late.agreed) == ("Priya answered Gary’s message", timedelta(days=3, hours=3), 4)
    assert (asked.words, asked.is_ask) == ("Where is Anna?", True)
    quick = a_client("3 Mar 09:00 client: Where is Anna?", "4 Mar 09:00 us: Here.", name="South", answer_hours=9)
    assert [entry.took for entry in all_of(quick, firm)] == [None, None]


def test_who_writes_first_answers_nobody(firm: Firm) -> None:
    north = a_client("3 Mar 09:00 us: A word.", "4 Mar 09:00 us: Another.", "5 Mar 09:00 us #other: A third.")
    assert told(all_of(north, firm)) == ["Priya wrote", "Priya wrote", "Priya wrote"]


def test_what_was_asked_and_answered_is_past(firm: Firm) -> None:
    north = a_client("3 Mar 09:00 client: Where is Anna?", "3 Mar 09:10 us: Here.", "3 Mar 09:20 client: Thanks!")
    [talk] = all_of(north, firm)
    assert (talk.title, talk.words) == ("Gary and Priya wrote 3 messages", "Where is Anna?")
    keep(north, "3 Mar 09:30 us: Gladly.")
    assert [entry.words for entry in all_of(north, firm)] == [""]


def test_praise_and_leaving_are_repeated_without_hurt(firm: Firm) -> None:
    north = a_client("3 Mar 09:00 client [praise]: Excellent work.", "4 Mar 09:00 client #b []: Fine.")
    assert [(entry.words, entry.tone) for entry in all_of(north, firm)] == [("", ""), ("Excellent work.", "")]


def test_machines_say_nothing_here(firm: Firm) -> None:
    north = a_client("3 Mar 09:00 client [bounce]: Undeliverable.")
    assert all_of(north, firm) == ()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dana Whitlock", "Dana"),
        ("R. A. Hettinga", "R. A. Hettinga"),
        ("dana.whitlock@north.example", "Dana"),
        ("dana_w@north.example", "Dana"),
        ("", ""),
    ],
)
def test_people_are_called_by_their_first_name(name: str, first: str) -> None:
    assert first_name(name) == first
    assert "@" in name or Person(name=name).first_name == first


def test_who_wrote_is_told_by_name_else_by_address() -> None:
    a_client("3 Mar 09:00 client: Hello.")
    row = Message.objects.select_related("person").get()
    assert writer_of(row) == "Gary"
    row.person = None
    assert writer_of(row) == "Gary"
    row.sender_name = ""
    assert writer_of(row) == "gary@north.example"


def with_everything(by: User) -> Client:
    """Keep a client with something of every kind."""
    north = a_client("6 Mar 08:00 client: You promised. This is not acceptable.")
    gary = north.people.get()
    case = open_case(north, by=by, now=at("6 Mar 10:00"), words="Enough.", severity=3, person=gary)
    record_touch(north, "visit", by=by, now=NOW, at=at("7 Mar 09:00"), is_mending=True, case=case, minutes=45)
    record_touch(north, "note", by=by, now=NOW, at=at("7 Mar 09:30"), summary="They like blue", words="Blue.")
    finish_step(case, Step.DECIDE, by=by, now=at("7 Mar 10:00"))
    finish_step(case, Step.UNDERSTAND, by=by, now=at("7 Mar 10:00"))
    keep_promise(
        make_promise(north, "Call on Friday", due_at=NOW, by=by, now=at("7 Mar 11:00")), by=by, now=at("7 Mar 12:00")
    )
    FollowUp.objects.create(
        client=north, due_on=date(2025, 3, 8), number=2, of=3, done_at=at("8 Mar 09:00"), outcome="Holds."
    )
    record_fact(
        north, FactKind.NO_SHOW, by=by, now=NOW, at=at("5 Mar 05:00"), count=6, of=14, words="Nobody.", note="Dana"
    )
    record_fact(north, FactKind.ORDER, by=by, now=NOW, at=at("4 Mar 05:00"), count=3, note="Forklift")
    assess_client(north, now=NOW)
    dismiss_signal(
        Signal.objects.get(rule="complaint", summary__startswith="Complained"),
        "It was a joke",
        by=by,
        now=at("9 Mar 10:00"),
    )
    override_state(north, "Steady", "I know them", date(2025, 3, 20), by=by, now=NOW)
    return north


def test_all_that_happened_stands_in_order(firm: Firm, bob: User) -> None:
    north = with_everything(bob)
    seen = [(entry.title, entry.text, entry.words, str(entry.tone), entry.is_mending) for entry in all_of(north, firm)]
    assert seen == [
        ("Bob set the state to Steady", "I know them", "", "", True),
        ("Bob marked as wrong: Complained on Mar 6", "It was a joke", "", "", True),
        ("Check-in 2 of 3", "Holds.", "", "gold", True),
        ("Kept: Call on Friday", "", "", "gold", True),
        ("Bob promised: Call on Friday", "", "", "", True),
        ("Decide, Understand: done", "Said by Bob Reed", "", "gold", True),
        ("They like blue", "", "Blue.", "", True),
        ("Bob visited them", "", "", "gold", True),
        ("Bob opened a recovery", "", "Enough.", "hurt", False),
        ("Gary wrote", "", "This is not acceptable.", "hurt", False),
        ("6 of 14 people did not arrive", "", "Nobody.", "hurt", False),
        ("They ordered 3 people", "Forklift", "", "", False),
    ]


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        (Show.MESSAGES, ["Gary wrote"]),
        (Show.TOUCHES, ["They like blue", "Bob visited them"]),
        (Show.PROMISES, ["Kept: Call on Friday", "Bob promised: Call on Friday"]),
        (
            Show.RECOVERY,
            ["Check-in 2 of 3", "Decide, Understand: done", "Bob visited them", "Bob opened a recovery"],
        ),
    ],
)
def test_a_part_of_it_can_be_asked_for(firm: Firm, bob: User, show: Show, titles: list[str]) -> None:
    assert told(all_of(with_everything(bob), firm, show)) == titles


def test_without_a_line_a_touch_says_who_did_what(firm: Firm, bob: User) -> None:
    north = a_client("3 Mar 09:00 client: Hello.")
    gary = north.people.get()
    for number, kind in enumerate(("call", "visit", "meeting", "voicemail", "note")):
        Touch.objects.create(
            client=north, kind=kind, at=at("4 Mar 09:00") + timedelta(hours=number), added_at=NOW, person=gary, by=bob
        )
    Touch.objects.create(client=north, kind="call", at=at("5 Mar 09:00"), added_at=NOW)
    assert told(all_of(north, firm, Show.TOUCHES)) == [
        "Somebody called them",
        "Bob made a note",
        "Bob left Gary a voicemail",
        "Bob met Gary",
        "Bob visited Gary",
        "Bob called Gary",
    ]


def test_what_became_of_recoveries_and_promises_is_told(firm: Firm) -> None:
    north = a_client()
    for status in (Status.MENDED, Status.PARTED, Status.CLOSED, Status.MERGED):
        Case.objects.create(
            client=north, status=status, step_since=NOW, opened_at=at("3 Mar 09:00"), closed_at=at("5 Mar 09:00")
        )
    promise: dict[str, Any] = {"client": north, "made_at": at("1 Mar 09:00"), "due_at": NOW}
    Promise.objects.create(what="Call", state=PromiseState.BROKEN, settled_at=at("6 Mar 09:00"), **promise)
    Promise.objects.create(what="Write", state=PromiseState.DROPPED, settled_at=at("6 Mar 09:00"), **promise)
    FollowUp.objects.create(client=north, due_on=NOW.date(), done_at=at("7 Mar 09:00"), note="Still fine?")
    assert sorted(set(told(all_of(north, firm)))) == [
        "Check-in",
        "Mended",
        "Not kept: Call",
        "Parted well",
        "Somebody opened a recovery",
        "The recovery was closed",
        "We promised: Call",
        "We promised: Write",
    ]


def test_a_finding_taken_back_says_so(firm: Firm, bob: User) -> None:
    north = a_client("6 Mar 08:00 client: This is not acceptable.")
    assess_client(north, now=NOW)
    wrong = dismiss_signal(Signal.objects.get(rule="complaint"), "A joke", by=bob, now=NOW)
    [entry, _] = all_of(north, firm)
    assert (entry.title, entry.undo) == ("Bob marked as wrong: Complained on Mar 6", wrong.pk)
    undo_dismissal(wrong, by=bob, now=NOW)
    [entry, _] = all_of(north, firm)
    assert (entry.title, entry.undo) == (
        "Bob marked as wrong, and it was taken back: Complained on Mar 6",
        None,
    )


def test_what_was_said_at_once_is_one_entry(firm: Firm) -> None:
    north = a_client()
    for evidence in ("m1", "m2"):
        Dismissal.objects.create(
            client=north, rule="complaint", evidence_id=evidence, summary="Complained twice", reason="A joke", at=NOW
        )
    assert told(all_of(north, firm)) == ["Somebody marked as wrong: Complained twice"]


def test_what_began_at_one_moment_is_on_one_page(firm: Firm) -> None:
    north = a_client()
    Touch.objects.bulk_create(
        Touch(client=north, kind="note", at=at("3 Mar 09:00"), added_at=NOW, summary=f"Note {number}")
        for number in range(SHOWN + 5)
    )
    page = timeline_of(north, firm)
    assert (len(page.entries), page.before) == (SHOWN + 5, None)


def test_pages_follow_each_other_without_a_gap(firm: Firm, bob: User) -> None:
    north = a_client()
    for number in range(SHOWN * 4):
        at_hour = at("1 Feb 09:00") + timedelta(hours=number // 2)
        Touch.objects.create(client=north, kind="note", at=at_hour, added_at=NOW, summary=f"Note {number}", by=bob)
    seen: list[str] = []
    before = None
    for _ in range(10):
        page = timeline_of(north, firm, Show.ALL, before)
        seen += told(page.entries)
        before = page.before
        if before is None:
            break
    assert len(seen) == len(set(seen)) == SHOWN * 4


def test_what_one_kind_has_more_of_hides_nothing_of_the_others(firm: Firm, bob: User) -> None:
    north = a_client()
    for number in range(100):
        keep(north, f"{at('1 Jan 09:00') + timedelta(hours=number * 12):%d %b %Y %H:%M} client #s{number}: Hello.")
    record_touch(north, "call", by=bob, now=NOW, at=at("1 Jan 08:00"))
    seen, before = 0, None
    while True:
        page = timeline_of(north, firm, Show.ALL, before)
        seen += len(page.entries)
        before = page.before
        if before is None:
            break
    assert (seen, told(page.entries)[-1]) == (101, "Bob called them")


def test_it_is_read_at_once_however_long_it_is(
    firm: Firm, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    north = a_client(ANSWERED)
    with django_assert_num_queries(MANY_QUERIES - 1):
        timeline_of(north, firm)
    for number in range(3):
        keep(north, f"{4 + number} Mar 09:00 client #t{number}: Hello.")
        record_touch(north, "call", by=bob, now=NOW, at=at("4 Mar 09:00"), is_mending=True)
    open_case(north, by=bob, now=NOW, words="Enough.", severity=3)
    with django_assert_num_queries(MANY_QUERIES):
        timeline_of(north, firm)
