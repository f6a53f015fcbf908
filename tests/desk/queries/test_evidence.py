"""Why a client stands as it does: lines that add up, and the messages behind each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.health import ENOUGH_MESSAGES
from amends.core.staffing import FactKind
from amends.desk.actions.health import assess_client, dismiss_signal, override_state
from amends.desk.actions.promise import make_promise
from amends.desk.actions.touch import record_fact
from amends.desk.models import HealthDay, Message, Signal
from amends.desk.queries.evidence import Run, account_of, dismissed_of, heard_in, marked, override_of, pieces_of
from cast import HURT, NOW, a_client, at
from conversation import every

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Firm, User

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def test_the_lines_add_up_to_the_number(firm: Firm, bob: User) -> None:
    north = a_client(HURT, "7 Mar 09:00 client: Again. This is not acceptable.")
    record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("5 Mar 05:00"), count=6, of=14)
    record_fact(north, FactKind.ORDER, by=bob, now=NOW, at=at("4 Mar 05:00"), count=14)
    record_fact(north, FactKind.PAYMENT, by=bob, now=NOW, at=at("4 Mar 05:00"), days=10)
    assess_client(north, now=NOW)
    account = account_of(north, firm, TODAY)
    assert 100 - sum(line.points for line in account.lines) == north.number
    assert [line.points for line in account.lines] == sorted((line.points for line in account.lines), reverse=True)
    assert (account.coverage, account.override) == ((True, True, True), None)
    assert account.chance.endswith("would leave this quarter")


def test_what_takes_nothing_away_stands_apart(firm: Firm) -> None:
    north = a_client(HURT)
    for points in (8, 0, -4):
        Signal.objects.create(client=north, rule="x", family="ours", points=points, summary=str(points), found_at=NOW)
    Signal.objects.create(client=north, rule="x", family="ours", points=6, summary="past", found_at=NOW, cleared_at=NOW)
    account = account_of(north, firm, TODAY)
    assert ([line.summary for line in account.lines], [line.summary for line in account.silent]) == (["8", "-4"], ["0"])
    assert (account.coverage, account.enough) == ((True, False, False), ENOUGH_MESSAGES)


def test_the_trend_says_how_it_moved_and_from_where_it_is_gold(firm: Firm) -> None:
    north = a_client(mended_on=TODAY - timedelta(weeks=3))
    south = a_client(name="South", mended_on=TODAY - timedelta(weeks=30))
    for weeks, points in ((5, 40), (0, 10)):
        HealthDay.objects.create(
            client=north, on=TODAY - timedelta(weeks=weeks), points=points, state="", is_enough=True
        )
    account = account_of(north, firm, TODAY)
    assert (account.trend[-6:], account.lately) == ((60, None, None, None, None, 90), "Up 30 in four weeks")
    assert (account.mended_from, account.since) == (22, TODAY - timedelta(weeks=25))
    assert (account_of(south, firm, TODAY).mended_from, account_of(south, firm, TODAY).lately) == (None, "")


def test_a_state_set_by_hand_is_told_while_it_holds(firm: Firm, bob: User) -> None:
    north = a_client(HURT)
    assess_client(north, now=NOW)
    held = override_state(north, "Steady", "I know them", date(2025, 3, 12), by=bob, now=NOW)
    north.refresh_from_db()
    assert account_of(north, firm, TODAY).override == held
    assert (override_of(north, date(2025, 3, 12)), override_of(north, date(2025, 3, 13))) == (held, None)


@pytest.mark.parametrize(
    ("text", "quotes", "runs"),
    [
        ("One. Two. Three.", ["Two."], (Run("One. "), Run("Two.", is_marked=True), Run(" Three."))),
        ("One\n two. Three.", ["One two."], (Run("One\n two.", is_marked=True), Run(" Three."))),
        ("Two. Two.", ["Two.", ""], (Run("Two.", is_marked=True), Run(" "), Run("Two.", is_marked=True))),
        ("One (two)* [three].", ["(two)* [three]."], (Run("One "), Run("(two)* [three].", is_marked=True))),
        ("One.", ["Four."], (Run("One."),)),
        ("One.", [" "], (Run("One."),)),
        ("", ["One."], ()),
        ("", [], ()),
    ],
)
def test_a_sentence_is_marked_in_its_text(text: str, quotes: list[str], runs: tuple[Run, ...]) -> None:
    assert marked(text, quotes) == runs


def test_what_was_heard_in_a_message_is_marked() -> None:
    a_client(HURT)
    runs = heard_in(Message.objects.get())
    assert [run.text for run in runs if run.is_marked] == [
        "Nobody came.",
        "This is not acceptable.",
        "We will look at other agencies.",
    ]


def test_a_line_opens_the_messages_behind_it(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert firm
    north = a_client(HURT, "7 Mar 09:00 client #b: Again. This is not acceptable.")
    assess_client(north, now=NOW)
    line = Signal.objects.filter(rule="complaint").order_by("position")[0]
    with django_assert_num_queries(1):
        [piece] = pieces_of(line)
    assert piece.message is not None
    assert (piece.at, piece.quote, piece.message.at) == (piece.message.at, "This is not acceptable.", piece.at)
    assert [run.text for run in piece.runs if run.is_marked] == ["This is not acceptable."]


def test_a_line_opens_the_records_behind_it(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    north = a_client()
    fact = record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("5 Mar 05:00"), count=6, of=14, words="Nobody.")
    promise = make_promise(north, "Call on Friday", due_at=NOW, by=bob, now=at("3 Mar 09:00"))
    when = at("5 Mar 05:00").isoformat()
    line = Signal.objects.create(
        client=north,
        rule="promise",
        family="ours",
        points=6,
        summary="Two things",
        found_at=NOW,
        evidence=[
            {"id": f"fact:{fact.pk}", "at": when, "quote": "Nobody.", "counts": "6 of 14"},
            {"id": f"promise:{promise.pk}", "at": when},
            {"id": "promise:x", "at": when},
            {"id": "gone@north.example", "at": when, "quote": "It was here."},
        ],
    )
    with django_assert_num_queries(3):
        pieces = pieces_of(line)
    assert [(piece.recorded, piece.counts, piece.quote) for piece in pieces] == [
        ("6 of 14 people did not arrive", "6 of 14", "Nobody."),
        ("Call on Friday", "", ""),
        ("", "", ""),
        ("", "", "It was here."),
    ]


def test_a_tone_shows_the_two_messages_compared(firm: Firm) -> None:
    assert firm
    long = "Good morning, could you please send the whole roster for the coming week over to us? Many thanks"
    north = a_client(
        every(4, 40, "1 Sep 2024 09:00", f"client #a{{n}} []: {long}", year=2024),
        every(3, 8, "12 Feb 2025 09:00", "client #b{n} []: Roster."),
    )
    assess_client(north, now=NOW)
    line = Signal.objects.get(rule="shorter and cooler")
    assert " seem " in line.summary
    [short, ordinary] = pieces_of(line)
    assert (short.is_ordinary, ordinary.is_ordinary) == (False, True)
    assert (short.message and short.message.text, ordinary.message and ordinary.message.text) == ("Roster.", long)


def test_what_was_said_against_a_line_is_told_once(firm: Firm, bob: User) -> None:
    assert firm
    north = a_client(HURT)
    assess_client(north, now=NOW)
    line = Signal.objects.get(rule="complaint")
    assert dismissed_of(line) == []
    wrong = dismiss_signal(line, "A joke", by=bob, now=NOW)
    assert dismissed_of(line) == [wrong]
    count = Signal.objects.create(client=north, rule="silence", family="quiet", points=6, summary="", found_at=NOW)
    assert dismissed_of(count) == []
