"""An apology is prepared, said, logged, and followed by a note."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status
from amends.desk.actions.apology import (
    apology_of,
    keep_note,
    prepare_apology,
    say_apology,
    send_with_reason,
    write_note,
)
from amends.desk.actions.case import move_case
from amends.desk.actions.letter import seal_of
from amends.desk.models import Apology, Case, Event, Person, Touch
from amends.desk.queries.apology import apologisers
from amends.desk.queries.tone import answering, hours_known, situation_of
from amends.desk.rules import Refused
from cast import NOW, WAITS, a_client, person_at, upset

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import User

GARY = "gary@north.example"
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def case(bob: User) -> Case:
    north = a_client(*WAITS, looked_after_by=bob)
    Person.objects.filter(addresses__address=GARY).update(name="Gary Flint")
    return upset(bob, north, person=person_at(north, GARY))


def told(verb: str) -> list[Event]:
    return list(Event.objects.filter(verb=verb).order_by("pk"))


def test_who_apologises_and_how_is_kept(case: Case, bob: User, mona: User) -> None:
    plan = {"apologiser": mona, "way": "call", "script": "Gary, …", "ticked": ["regret"]}
    prepare_apology(case, by=bob, now=NOW, **plan)  # type: ignore[arg-type]  # the fields of the form
    prepare_apology(case, by=bob, now=NOW, **plan)  # type: ignore[arg-type]  # the same
    kept = Apology.objects.get()
    assert (kept.apologiser, kept.way, kept.script, kept.ticked) == (mona, "call", "Gary, …", ["regret"])
    [event] = told("prepare_apology")
    assert (event.case, event.client, event.after["apologiser_id"]) == (case, case.client, mona.pk)


def test_in_writing_alone_needs_a_reason(case: Case, bob: User) -> None:
    with pytest.raises(Refused, match="Say why you write instead of calling"):
        prepare_apology(case, by=bob, now=NOW, way="mail", why_by_mail="  ")
    kept = prepare_apology(case, by=bob, now=NOW, way="mail", why_by_mail="He asked for it.")
    assert (kept.way, kept.why_by_mail) == ("mail", "He asked for it.")


def test_what_was_said_is_a_contact_of_the_recovery(case: Case, bob: User) -> None:
    touch = say_apology(case, "call", by=bob, now=NOW, said="That was ours.", answer="Thank you.", at=NOW - AN_HOUR)
    assert (touch.case, touch.person, touch.detail, touch.words) == (case, case.person, "That was ours.", "Thank you.")
    assert (touch.summary, touch.is_mending) == ("Said sorry", True)
    kept = apology_of(case)
    assert (kept.said_at, kept.said, kept.answer, kept.touch) == (
        NOW - AN_HOUR, "That was ours.", "Thank you.", touch
    )  # fmt: skip
    [event] = told("say_apology")
    assert event.after["touch_id"] == touch.pk


def test_after_a_voicemail_it_is_still_to_be_said(case: Case, bob: User) -> None:
    touch = say_apology(case, "voicemail", by=bob, now=NOW, said="I try again at four.")
    assert (touch.summary, apology_of(case).said_at, told("say_apology")) == ("Left a message to say sorry", None, [])


def test_the_note_becomes_a_letter_of_the_recovery(case: Case, bob: User) -> None:
    with pytest.raises(Refused, match="There is no note yet"):
        write_note(case, GARY, "Friday", by=bob, now=NOW)
    keep_note(case, " That was ours.\r\nBob ", by=bob, now=NOW)
    keep_note(case, "That was ours.\nBob", by=bob, now=NOW)
    assert len(told("keep_note")) == 1
    letter = write_note(case, GARY, "Friday", by=bob, now=NOW)
    assert (letter.case, letter.text, letter.read_at) == (case, "That was ours.\nBob\n", None)


@pytest.mark.parametrize("of_case", [True, False])
def test_a_reason_to_write_is_kept(case: Case, bob: User, settings: Settings, *, of_case: bool) -> None:
    settings.EMAIL_HOST = "mail.alder.example"
    keep_note(case, "That was ours.", by=bob, now=NOW)
    letter = write_note(case, GARY, "Friday", by=bob, now=NOW)
    theirs = case if of_case else None
    send_with_reason(letter, " He asked. ", case=theirs, by=bob, now=NOW, seen=seal_of(letter))
    [event] = told("send_letter")
    assert event.after == {"to": GARY, "why_by_mail": "He asked."}
    kept = apology_of(case)
    assert (kept.way, kept.why_by_mail) == (("mail", "He asked.") if of_case else ("", ""))


def test_what_is_over_is_opened_first(case: Case, bob: User) -> None:
    keep_note(case, "That was ours.", by=bob, now=NOW)
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    for change in (
        lambda: prepare_apology(case, by=bob, now=NOW, way="call"),
        lambda: keep_note(case, "x", by=bob, now=NOW),
        lambda: say_apology(case, "call", by=bob, now=NOW, said="x"),
        lambda: write_note(case, GARY, "x", by=bob, now=NOW),
    ):
        with pytest.raises(Refused, match="This recovery is over"):
            change()


def test_who_only_looks_prepares_nothing(case: Case, vera: User) -> None:
    for change in (
        lambda: prepare_apology(case, by=vera, now=NOW, way="call"),
        lambda: keep_note(case, "x", by=vera, now=NOW),
        lambda: say_apology(case, "call", by=vera, now=NOW, said="x"),
    ):
        with pytest.raises(Refused, match="You may look at this"):
            change()
    assert (Apology.objects.count(), Touch.objects.count()) == (0, 0)


def test_the_most_senior_of_those_involved_is_first(
    case: Case, alice: User, mona: User, bob: User, charlie: User, vera: User
) -> None:
    case.roles.create(user=mona, role="sponsor")
    case.roles.create(user=vera, role="other")
    assert apologisers(case) == ([mona, bob], [alice, charlie])
    case.is_restricted = True
    assert apologisers(case) == ([mona, bob], [alice])


def test_what_is_known_sets_the_stance(case: Case) -> None:
    case.kind, case.is_process, case.known_at = "ability", True, NOW - 30 * AN_HOUR
    found = situation_of(case, NOW)
    assert (found.kind, found.is_on_record, found.is_process, found.hours_known) == ("ability", False, True, 30.0)
    case.facts.create(what="Billed twice", at=NOW)
    assert situation_of(case, NOW).is_on_record is True
    assert hours_known(case, NOW - 40 * AN_HOUR) == 0.0
    assert situation_of(None, NOW).kind is None


def test_a_draft_answers_a_recovery_or_a_complaint(case: Case, bob: User, charlie: User) -> None:
    north = case.client
    found = answering(north, bob)
    assert (found.case, found.is_hard, found.is_unsaid) == (case, True, True)
    say_apology(case, "visit", by=bob, now=NOW, said="That was ours.")
    assert answering(north, bob).is_unsaid is False
    Case.objects.update(is_restricted=True)
    assert answering(north, charlie).case is None
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    asked = north.messages.get(message_id="m2@north.example")
    assert answering(north, bob, answers=asked).is_hard is False
    asked.said, asked.unhappy = [["complaint", "Not acceptable."]], 0.1
    Touch.objects.all().delete()
    found = answering(north, bob, answers=asked)
    assert (found.case, found.is_hard, found.is_unsaid) == (None, True, True)
    asked.from_us = True
    assert answering(north, bob, answers=asked).is_hard is False
