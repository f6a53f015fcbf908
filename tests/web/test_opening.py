"""A recovery is opened from a message, a talk, a finding or a feeling: what is known of it is filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Origin
from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case
from amends.desk.rules import Refused
from cast import LEAVES, NOW, ROSTER, TALK, WAITS, a_client, a_restricted_client, at, browser_of
from shown import text_of

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


def opened_from(user: User, asked: str, **typed: str) -> tuple[dict[str, object], Case]:
    """Return what the form shows first at an address, and the recovery that is opened as it stands, or as typed."""
    browser = browser_of(user)
    form = browser.get(f"/upset?{asked}").context["form"]
    shown = {name: form.initial.get(name) for name in ("who", "words", "severity")}
    sent = {name: str(value) for name, value in shown.items() if value} | typed
    answer = browser.post(f"/upset?{asked}", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    return shown, Case.objects.latest("pk")


def test_from_a_message_it_has_the_sentence_that_hurts(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    message = north.messages.latest("at")
    page = browser_of(bob).get(f"/messages/{message.pk}").content.decode()
    assert f'href="/upset?message={message.pk}">Start a recovery from this' in page
    shown, case = opened_from(bob, f"message={message.pk}", severity="3")
    assert shown["who"] == "Gary, North"
    assert (case.words, case.words in message.text, case.person) == (shown["words"], True, message.person)
    assert (case.origin, case.message, case.known_at) == ("message", message, message.at)


def test_from_a_talk_it_has_what_was_said(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    touch = record_touch(north, "call", by=bob, now=NOW, words="This is the third time.")
    page = browser_of(bob).get(f"/touches/{touch.pk}/edit").content.decode()
    assert f'href="/upset?touch={touch.pk}">Start a recovery from this' in page
    shown, case = opened_from(bob, f"touch={touch.pk}", severity="5")
    assert shown == {"who": "North", "words": "This is the third time.", "severity": None}
    assert (case.origin, case.touch, case.known_at) == ("touch", touch, NOW)


def test_from_a_finding_it_has_the_words_it_stands_on(bob: User) -> None:
    north = a_client(*WAITS, LEAVES, looked_after_by=bob)
    assess_client(north, now=NOW)
    signal = north.signals.get(rule="exit words")
    page = browser_of(bob).get(f"/signals/{signal.pk}").content.decode()
    assert f'href="/upset?signal={signal.pk}">Start a recovery from this' in page
    shown, case = opened_from(bob, f"signal={signal.pk}")
    assert shown == {"who": "North", "words": "We are looking at other agencies.", "severity": 5}
    assert (case.origin, case.signal, case.severity) == ("signal", signal, 5)


def test_a_feeling_needs_no_words_and_promises_no_call(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    browser = browser_of(bob)
    assert f'href="/upset?client={north.pk}&amp;feeling=1"' in browser.get(f"/clients/{north.pk}").content.decode()
    page = text_of(browser, f"/upset?client={north.pk}&feeling=1")
    assert "What is your feeling? Nobody has complained." in page
    assert "Promised to call back by" not in page
    _, case = opened_from(bob, f"client={north.pk}&feeling=1", severity="2")
    assert (case.origin, case.words, case.call_back_by) == ("feeling", "", None)
    assert case.next_at is not None
    assert timedelta() <= case.next_at - at("11 Mar 12:00") < timedelta(minutes=5)  # a working day on
    assert "Nobody has complained" not in text_of(browser, "/upset")


def test_another_client_was_meant_in_the_end_and_the_row_is_not_theirs(bob: User) -> None:
    north, south = a_client(TALK, ROSTER, looked_after_by=bob), a_client(name="South", looked_after_by=bob)
    message = north.messages.latest("at")
    _, case = opened_from(bob, f"message={message.pk}", who="South", severity="2")
    assert (case.client, case.origin, case.message) == (south, "upset", None)


def test_a_recovery_can_be_opened_from_a_low_answer(bob: User) -> None:
    case = open_case(a_client(), by=bob, now=NOW, words="", severity=4, origin=Origin.PULSE)
    assert (case.origin, case.severity, case.call_back_by is not None) == ("pulse", 4, True)
    with pytest.raises(Refused, match="That is still to come"):
        open_case(a_client(name="South"), by=bob, now=NOW, words="", severity=4, known_at=at("11 Mar 12:00"))


@pytest.mark.parametrize("kind", ["message", "touch", "signal"])
def test_what_somebody_may_not_see_opens_nothing(bob: User, charlie: User, riverside: Branch, kind: str) -> None:
    secret = a_restricted_client(*WAITS, LEAVES, branch=riverside, looked_after_by=bob)
    assess_client(secret, now=NOW)
    touch = record_touch(secret, "call", by=bob, now=NOW)
    rows = {"message": secret.messages.first(), "touch": touch, "signal": secret.signals.first()}
    row = rows[kind]
    assert row is not None
    assert browser_of(charlie).get(f"/upset?{kind}={row.pk}").status_code == 404
    assert browser_of(bob).get(f"/upset?{kind}={row.pk}").status_code == 200
