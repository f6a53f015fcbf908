"""Promises in our own sent mail: found as it is filed, confirmed or declined by a person, counted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.health import assess_client
from amends.desk.actions.letter import seal_of, send_letter, write_letter
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.promise import drop_promise, keep_promise, make_promise
from amends.desk.actions.promise_found import confirm_promise, decline_promise, join_promise
from amends.desk.actions.reading import Batch, Job, take
from amends.desk.models import Client, Dismissal, Event, FoundPromise, FoundState, Message, Promise, PromiseState
from amends.desk.queries.promise import declined_lately, found_promises, same_as
from amends.desk.rules import Refused
from amends.sources.rfc822 import mail_from
from cast import NOW, a_client, at, lines, person_at, upset
from postbox import Postbox, a_postbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from amends.desk.models import User

pytestmark = pytest.mark.django_db
GARY = "gary@north.example"
SENTENCE = "I will send you the certificates by Thursday."
THURSDAY = datetime(2025, 3, 13, 23, 59, 59, tzinfo=UTC)
MONDAY_AFTER = at("17 Mar 12:00")


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    yield from a_postbox(settings)


@pytest.fixture
def north(bob: User) -> Client:
    north = a_client(looked_after_by=bob)
    person_at(north, GARY)
    return north


def filed(text: str = SENTENCE, *, sent: str = "10 Mar 09:00", **head: str) -> None:
    """File a mail as our mailbox gives it: from Bob to Gary, read at NOW."""
    told = {"From": "Bob Reed <bob@alder.example>", "To": f"Gary <{GARY}>", "Subject": "Certificates"} | head
    told.setdefault("Message-ID", f"<{len(text)}.{Message.objects.count()}@alder.example>")
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    raw = f"{fields}Date: {at(sent):%a, %d %b %Y %H:%M:%S} +0000\r\n\r\nHello Gary,\r\n\r\n{text}\r\n\r\nBob\r\n"
    job = Job((), "", frozenset({"alder.example"}), NOW - timedelta(days=400), NOW + timedelta(hours=1), UTC)
    batch = Batch(part=0)
    take(batch, mail_from(raw.encode(), "Sent", is_sent=told["From"].endswith("alder.example>")), job)
    keep_messages(batch.letters, now=NOW)


def confirmed(bob: User, **told: Any) -> Promise:
    found = FoundPromise.objects.get()
    return confirm_promise(found, by=bob, now=NOW, **{"what": found.sentence, "due_at": found.due_at, **told})


def test_what_we_promise_by_mail_is_found_and_waits_for_a_person(north: Client, bob: User) -> None:
    filed()
    [found] = FoundPromise.objects.all()
    assert (found.client, found.sentence, found.due_at, found.state) == (north, SENTENCE, THURSDAY, FoundState.FOUND)
    assert (found.person, found.promised_by, found.found_at) == (person_at(north, GARY), bob, NOW)
    assert Promise.objects.count() == 0
    assert Event.objects.get(verb="keep_messages").after == {"messages": 1, "clients": 1, "promises": 1}
    assert list(found_promises(bob, NOW)) == [found]


@pytest.mark.parametrize(
    ("text", "sent", "head"),
    [
        ("Could you send the roster by Thursday?", "10 Mar 09:00", {}),
        (SENTENCE, "2 Mar 09:00", {}),  # somebody has read on since
        (SENTENCE, "10 Mar 09:00", {"From": "Gary <gary@north.example>", "To": "bob@alder.example"}),
        (SENTENCE, "10 Mar 09:00", {"Auto-Submitted": "auto-generated"}),
    ],
)
@pytest.mark.usefixtures("north")
def test_what_is_no_promise_of_ours_or_long_ago_is_not_asked_about(text: str, sent: str, head: dict[str, str]) -> None:
    filed(text, sent=sent, **head)
    assert FoundPromise.objects.count() == 0


def test_mail_of_nobody_known_here_is_of_nobody_in_particular(north: Client, bob: User) -> None:
    filed(From="Office <office@alder.example>", To="undisclosed@north.example, Gary <gary@north.example>")
    found = FoundPromise.objects.get()
    assert (found.promised_by, found.person) == (None, person_at(north, "undisclosed@north.example"))
    assert confirmed(bob).promised_by == bob


def test_confirmed_it_is_a_promise_from_when_it_was_written(north: Client, bob: User, mona: User) -> None:
    filed()
    promise = confirmed(mona, what="Send the certificates")
    promise.refresh_from_db()
    found = FoundPromise.objects.get()
    assert (promise.what, promise.due_at, promise.made_at) == ("Send the certificates", THURSDAY, at("10 Mar 09:00"))
    assert (promise.person, promise.promised_by, promise.message) == (found.person, bob, found.message)
    assert (found.state, found.promise, found.settled_by, found.settled_at) == ("confirmed", promise, mona, NOW)
    assert [event.verb for event in Event.objects.order_by("pk")][-2:] == ["make_promise", "confirm_promise"]
    assert list(found_promises(bob, NOW)) == []
    with pytest.raises(Refused, match="Somebody has looked at this already"):
        confirm_promise(found, by=bob, now=NOW, what="Again", due_at=THURSDAY)
    with pytest.raises(Refused, match="Somebody has looked at this already"):
        decline_promise(found, by=bob, now=NOW)
    assert Promise.objects.count() == 1
    assert north.promises.get() == promise


def test_a_broken_promise_counts_once_whether_it_was_found_or_confirmed(north: Client, bob: User) -> None:
    filed()
    assess_client(north, now=MONDAY_AFTER)
    assert lines(north) == [("promise", 6)]
    promise = confirmed(bob)
    assess_client(north, now=MONDAY_AFTER)
    [signal] = north.signals.filter(cleared_at=None)
    assert (signal.rule, [piece["id"] for piece in signal.evidence]) == ("promise", [f"promise:{promise.pk}"])
    keep_promise(promise, by=bob, now=NOW)
    assess_client(north, now=MONDAY_AFTER)
    assert lines(north) == []


def test_a_promise_that_nobody_needs_any_more_counts_neither_way(north: Client, bob: User) -> None:
    filed()
    drop_promise(confirmed(bob), by=bob, now=MONDAY_AFTER)
    assess_client(north, now=MONDAY_AFTER)
    assert lines(north) == []


def test_declined_it_counts_nowhere_and_may_be_one_after_all(north: Client, bob: User) -> None:
    filed()
    found = decline_promise(FoundPromise.objects.get(), by=bob, now=NOW)
    assert (found.state, found.settled_by, list(found_promises(bob, NOW))) == ("declined", bob, [])
    assert list(declined_lately(bob, NOW)) == [found]
    with pytest.raises(Refused, match="looked at this already"):
        decline_promise(found, by=bob, now=NOW)
    assess_client(north, now=MONDAY_AFTER)
    assert lines(north) == []
    assert Dismissal.objects.get().summary == SENTENCE
    confirmed(bob)
    assert Dismissal.objects.get().undone_at == NOW
    assess_client(north, now=MONDAY_AFTER)
    assert lines(north) == [("promise", 6)]


def test_what_somebody_wrote_down_already_is_the_same_promise(north: Client, bob: User) -> None:
    typed = make_promise(north, "Certificates", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    make_promise(north, "Another day", due_at=at("14 Mar 12:00"), by=bob, now=NOW)
    make_promise(a_client(name="South"), "Elsewhere", due_at=at("13 Mar 12:00"), by=bob, now=NOW)
    filed()
    found = FoundPromise.objects.get()
    assert same_as([found], bob) == {found.pk: [typed]}
    join_promise(found, typed, by=bob, now=NOW)
    typed.refresh_from_db()
    assert (typed.message, found.promise, found.state, same_as([found], bob)) == (
        found.message,
        typed,
        "confirmed",
        {found.pk: []},
    )
    assert Promise.objects.count() == 3


def test_a_promise_to_another_client_is_another(north: Client, bob: User) -> None:
    filed()
    elsewhere = make_promise(a_client(name="South"), "x", due_at=THURSDAY, by=bob, now=NOW)
    with pytest.raises(Refused, match="promised to another client"):
        join_promise(FoundPromise.objects.get(), elsewhere, by=bob, now=NOW)
    assert FoundPromise.objects.get().state == FoundState.FOUND
    assert north.promises.count() == 0


def test_who_only_looks_confirms_and_declines_nothing(north: Client, bob: User, vera: User) -> None:
    filed()
    found, mine = FoundPromise.objects.get(), make_promise(north, "x", due_at=THURSDAY, by=bob, now=NOW)
    for move in (
        lambda: confirm_promise(found, by=vera, now=NOW, what="x", due_at=THURSDAY),
        lambda: decline_promise(found, by=vera, now=NOW),
        lambda: join_promise(found, mine, by=vera, now=NOW),
    ):
        with pytest.raises(Refused, match="You may look at this"):
            move()


def a_letter(case: Any, bob: User) -> None:
    letter = write_letter(case.client, GARY, "Certificates", SENTENCE, by=bob, now=NOW, case=case)
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    deliver_next(now=NOW)


def test_what_is_promised_in_a_letter_of_a_recovery_belongs_to_it(north: Client, bob: User, postbox: Postbox) -> None:
    case = upset(bob, north)
    a_letter(case, bob)
    assert len(postbox.letters) == 1
    assert confirmed(bob).case == case


def test_what_is_promised_in_a_restricted_recovery_is_found_for_nobody(
    north: Client, bob: User, alice: User, postbox: Postbox
) -> None:
    case = upset(bob, north)
    a_letter(case, bob)
    change_team(case, Team(lead=bob, sponsors=(alice,), is_restricted=True), by=bob, now=NOW)
    assert FoundPromise.objects.count() == 0
    case.refresh_from_db()
    a_letter(case, bob)
    assert len(postbox.letters) == 2
    assert (FoundPromise.objects.count(), set(Message.objects.values_list("promised", flat=True))) == (0, {""})


def test_a_mail_that_tells_two_clients_is_asked_about_at_each(north: Client, bob: User) -> None:
    south = a_client(name="South", looked_after_by=bob)
    person_at(south, "sue@south.example")
    filed(Cc="Sue <sue@south.example>")
    found = {one.client: one.person for one in FoundPromise.objects.all()}
    assert found == {north: person_at(north, GARY), south: person_at(south, "sue@south.example")}


def test_the_record_names_what_a_kept_promise_was(north: Client, bob: User) -> None:
    filed()
    promise = confirmed(bob)
    keep_promise(promise, by=bob, now=NOW)
    assert (north.promises.get().state, promise.found) == (PromiseState.KEPT, FoundPromise.objects.get())
