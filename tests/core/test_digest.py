"""A mail reduced to the writer's own words, and the message it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from amends.core.digest import (
    OPENING_CHARACTERS,
    OWN_CHARACTERS,
    PARENTS_KEPT,
    RECIPIENTS_KEPT,
    Note,
    digest,
    opening,
    told_message,
    without_name,
)
from amends.core.message import Address, Automated, Mail, Said

FRIDAY = datetime(2025, 10, 3, 11, 12, tzinfo=UTC)
DANA = Address("dana@brightwater.example", "Dana Whitlock")
PRIYA = Address("priya@alderquay.example", "Priya Raman")
BODY = """Nobody came, and nobody called. Can you explain this?

Thanks,
Dana

--
Dana Whitlock
Operations Director | Brightwater Cold Storage

On Thu, Oct 2, 2025 at 4:00 PM Priya Raman <priya@alderquay.example> wrote:
> All fourteen are confirmed.
"""
MAIL = Mail(
    id="lanes@brightwater.example",
    where="inbox.mbox, message 1",
    at=FRIDAY,
    sender=DANA,
    to=(PRIYA,),
    cc=(),
    subject="Re: Friday",
    body=BODY,
    in_reply_to="confirmed@alderquay.example",
    references=("first@x", "confirmed@alderquay.example"),
)


def test_a_note_holds_the_writers_own_words_title_and_company() -> None:
    note = digest(MAIL, FRIDAY)

    assert note.text == "Nobody came, and nobody called. Can you explain this?\n\nThanks,"
    assert (note.title, note.company) == ("Operations Director", "Brightwater Cold Storage")
    assert note.parents == ("confirmed@alderquay.example", "first@x", "confirmed@alderquay.example")


def test_automated_mail_keeps_its_envelope_only() -> None:
    note = digest(replace(MAIL, automated=Automated.AUTO_REPLY, in_reply_to=""), FRIDAY)

    assert (note.text, note.title, note.company) == ("", "", "")
    assert (note.sender, note.automated) == (DANA, Automated.AUTO_REPLY)
    assert note.parents == ("first@x", "confirmed@alderquay.example")


def test_a_plain_note_without_a_signature_has_no_title() -> None:
    note = digest(replace(MAIL, body="Four people on Friday, please."), FRIDAY)

    assert (note.text, note.title, note.company) == ("Four people on Friday, please.", "", "")


def test_no_mail_takes_more_than_its_share() -> None:
    many = tuple(Address(f"p{n}@brightwater.example") for n in range(10_000))
    references = tuple(f"{n}@x" for n in range(1_000))
    note = digest(replace(MAIL, to=many, cc=many, references=references, body="word " * 100_000), FRIDAY)

    assert (len(note.to), len(note.cc)) == (RECIPIENTS_KEPT, RECIPIENTS_KEPT)
    assert len(note.parents) == PARENTS_KEPT + 1
    assert len(note.text) <= OWN_CHARACTERS


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Nobody came.\nDana", "Dana Whitlock", "Nobody came."),
        ("Nobody came.\n\nDana Whitlock,\n", "Dana Whitlock", "Nobody came."),
        ("Nobody came.\nLuis", "Dana Whitlock", "Nobody came.\nLuis"),
        ("Dana", "Dana Whitlock", "Dana"),
        ("Nobody came.", "", "Nobody came."),
        ("", "Dana", ""),
    ],
)
def test_the_writers_own_name_at_the_end_says_nothing(text: str, name: str, left: str) -> None:
    assert without_name(text, name) == left


def test_an_opening_is_one_line_cut_at_a_word() -> None:
    assert opening("Nobody\n came. ") == "Nobody came."
    cut = opening("word " * 1_000)
    assert cut.endswith("word …")
    assert len(cut) <= OPENING_CHARACTERS + 2


def test_a_clients_message_is_heard_and_what_it_asks_is_kept() -> None:
    message = told_message(digest(MAIL, FRIDAY), from_us=False, thread=3)

    assert (message.id, message.at, message.thread) == ("lanes@brightwater.example", FRIDAY, 3)
    assert Said("complaint", "Nobody came, and nobody called.") in message.said
    assert message.asks == "Nobody came, and nobody called."
    assert (message.to, message.cc, message.sender) == (("priya@alderquay.example",), (), "dana@brightwater.example")
    assert message.words == 10
    assert message.has_thanks
    assert message.worst
    assert (message.promised, message.promised_by) == ("", None)


def test_what_we_write_is_searched_for_promises_not_for_mood() -> None:
    note = Note(
        "a@x", FRIDAY, PRIYA, (DANA,), (), "Roster", (), text="I will send the roster by Friday noon, October 10."
    )

    message = told_message(note, from_us=True, thread=0)

    assert message.promised == "I will send the roster by Friday noon, October 10."
    assert message.promised_by == datetime(2025, 10, 10, 12, tzinfo=UTC)
    assert (message.said, message.unhappy, message.asks) == ((), 0.0, "")


def test_an_hour_is_promised_in_the_firms_own_zone() -> None:
    note = Note("a@x", FRIDAY, PRIYA, (DANA,), (), "Roster", (), text="I will send the roster by 6 pm today.")

    message = told_message(note, from_us=True, thread=0, zone=ZoneInfo("America/New_York"))

    assert message.promised_by == datetime(2025, 10, 3, 22, tzinfo=UTC)


def test_our_message_without_a_promise_promises_nothing() -> None:
    note = Note("a@x", FRIDAY, PRIYA, (DANA,), (), "Roster", (), text="All fourteen are confirmed.")

    assert told_message(note, from_us=True, thread=0).promised_by is None


@pytest.mark.parametrize("from_us", [True, False])
def test_what_is_too_old_is_kept_but_not_read(from_us: bool) -> None:  # noqa: FBT001  (a case of the table)
    message = told_message(digest(MAIL, FRIDAY), from_us=from_us, thread=0, is_heard=False)

    assert (message.said, message.asks, message.promised, message.unhappy, message.worst) == ((), "", "", 0.0, "")
    assert message.words == 10
