"""Who waits for an answer is covered by a colleague."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from amends.desk.actions.talk import record_talk
from amends.desk.actions.user import change_user, close_user
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import Client, Event, Outgoing, Waiting
from amends.desk.rules import Refused
from cast import NOW, a_client, a_restricted_client

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from amends.desk.models import Branch, User

ASKED = "8 Mar 11:00  client: Does anyone there read these?"


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


def waiting_of(client: Client) -> Waiting:
    """Return the open clock of a client's only message."""
    message = client.messages.get()
    return Waiting.objects.create(
        client=client,
        person=message.person,
        message=message,
        thread=message.thread,
        quote=message.text,
        asked_at=message.at,
        due_at=message.at + timedelta(hours=4),
    )


def test_a_colleague_is_asked_to_cover(bob: User, charlie: User) -> None:
    north = a_client(ASKED, looked_after_by=bob)
    waiting = waiting_of(north)
    cover_waiting(waiting, charlie, by=bob, now=NOW)
    waiting.refresh_from_db()
    assert waiting.covered_by == charlie
    event = Event.objects.get()
    assert (event.verb, event.before, event.after) == (
        "cover_waiting", {"covered_by_id": None}, {"covered_by_id": charlie.pk},
    )  # fmt: skip
    [mail] = Outgoing.objects.all()
    assert (mail.to, mail.subject) == ("charlie@alder.example", "Can you call Gary at North?")
    assert mail.text == (
        "North has waited 2 days for an answer. Bob asks you to cover. Can you call Gary?\n\n"
        f"“Does anyone there read these?”\n\n{settings.ADDRESS}/clients/{north.pk}/call\n"
    )


def test_the_mail_says_until_when_somebody_is_away(bob: User, charlie: User) -> None:
    bob.away_until = date(2025, 3, 13)
    waiting = waiting_of(a_client("10 Mar 11:00  client: Does anyone read these?", looked_after_by=bob))
    waiting.person = None
    cover_waiting(waiting, charlie, by=bob, now=NOW)
    assert Outgoing.objects.get().text.splitlines()[0] == (
        "North has waited 1 hour for an answer. Bob is away until Thursday, March 13. Can you call North?"
    )


def test_who_is_back_is_not_away(bob: User, charlie: User) -> None:
    bob.away_until = date(2025, 3, 9)
    cover_waiting(waiting_of(a_client(ASKED)), charlie, by=bob, now=NOW)
    assert "Bob asks you to cover." in Outgoing.objects.get().text


def test_the_worker_asks_in_nobodys_name(charlie: User) -> None:
    cover_waiting(waiting_of(a_client(ASKED)), charlie, by=None, now=NOW)
    assert Outgoing.objects.get().text.splitlines()[0] == ("North has waited 2 days for an answer. Can you call Gary?")


def test_who_takes_it_over_needs_no_mail(charlie: User) -> None:
    waiting = waiting_of(a_client(ASKED))
    cover_waiting(waiting, charlie, by=charlie, now=NOW)
    assert waiting.covered_by == charlie
    assert Outgoing.objects.count() == 0


def test_who_only_looks_cannot_cover(bob: User, vera: User) -> None:
    with pytest.raises(Refused, match="Vera Wells cannot answer clients here"):
        cover_waiting(waiting_of(a_client(ASKED)), vera, by=bob, now=NOW)


def test_who_may_not_see_the_client_cannot_cover(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(ASKED, branch=riverside, looked_after_by=bob)
    with pytest.raises(Refused, match="Charlie Stone may not see this client"):
        cover_waiting(waiting_of(secret), charlie, by=bob, now=NOW)
    assert Event.objects.count() == Outgoing.objects.count() == 0


def test_what_was_answered_needs_no_cover(bob: User, charlie: User) -> None:
    waiting = waiting_of(a_client(ASKED))
    record_talk(waiting.client, "call", by=bob, now=NOW)
    with pytest.raises(Refused, match="This was answered already"):
        cover_waiting(waiting, charlie, by=bob, now=NOW)


def test_without_a_mail_server_no_mail_is_promised(bob: User, charlie: User, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    waiting = waiting_of(a_client(ASKED, looked_after_by=bob))
    cover_waiting(waiting, charlie, by=bob, now=NOW)
    assert (waiting.covered_by, Outgoing.objects.count()) == (charlie, 0)


@pytest.mark.parametrize("is_closed", [True, False])
def test_who_can_no_longer_answer_covers_nobody(alice: User, bob: User, charlie: User, *, is_closed: bool) -> None:
    waiting = waiting_of(a_client(ASKED, looked_after_by=bob))
    cover_waiting(waiting, charlie, by=bob, now=NOW)
    change_user(charlie, by=alice, now=NOW, title="Recruiter")
    waiting.refresh_from_db()
    assert waiting.covered_by == charlie
    if is_closed:
        close_user(charlie, by=alice, now=NOW)
    else:
        change_user(charlie, by=alice, now=NOW, role="viewer")
    assert Waiting.objects.get().covered_by_id is None
    event = Event.objects.get(verb="release_cover")
    assert (event.before, event.after) == ({"covered_by_id": charlie.pk}, {"covered_by_id": None})
