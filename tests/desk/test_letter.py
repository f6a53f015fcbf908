"""Letters to clients: written, read by a person, sent, and kept as what we wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.thread import key_of as thread_key
from amends.desk.actions.client import delete_client, merge_clients
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.health import assess_client
from amends.desk.actions.intake import CLOCK_TOLERANCE
from amends.desk.actions.letter import (
    LONGEST_TEXT,
    change_letter,
    close_letter,
    drop_letter,
    resend_letter,
    seal_of,
    send_letter,
    send_test,
    take_back_letter,
    write_letter,
)
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.outgoing import queue_letter
from amends.desk.actions.person import erase_person
from amends.desk.actions.reading import Batch, Job, take
from amends.desk.actions.user import invite_user
from amends.desk.models import Client, Event, Invitation, LetterKind, Message, Outgoing, Reference, Role, Waiting
from amends.desk.queries.outbox import Tab, counts_of, letters_back, letters_in
from amends.desk.queries.personal import everything_about
from amends.desk.rules import Refused
from amends.sources.rfc822 import mail_from
from cast import NOW, WAITS, a_client, a_restricted_client, person_at
from postbox import Postbox, a_postbox, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from amends.desk.models import Branch, Firm, User

pytestmark = pytest.mark.django_db
GARY = "gary@north.example"
TEXT = "Hello Gary,\n\nboth come on Friday. I will send you their names by Wednesday.\n\nBob"
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    yield from a_postbox(settings)


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(*WAITS, looked_after_by=bob)


def a_draft(client: Client, bob: User, **more: Any) -> Outgoing:
    return write_letter(client, GARY, "Two people", TEXT, by=bob, now=NOW, **more)


def a_sent_letter(client: Client, bob: User, **more: Any) -> Outgoing:
    letter = a_draft(client, bob, **more)
    return send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def a_letter_to(client: Client, address: str, bob: User) -> Outgoing:
    letter = write_letter(client, address, "Two people", TEXT, by=bob, now=NOW)
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    deliver_next(now=LATER)
    return letter


def the_fate() -> tuple[Any, ...]:
    letter = Outgoing.objects.get()
    return letter.read_at, letter.sending_at, letter.sent_at, letter.failed_at


def test_a_letter_goes_nowhere_before_it_was_read(north: Client, bob: User, mona: User, postbox: Postbox) -> None:
    letter = a_draft(north, bob)
    assert deliver_next(now=NOW) is False
    send_letter(letter, by=mona, now=NOW, seen=seal_of(letter))
    assert (letter.read_by, letter.by) == (mona, bob)
    assert deliver_next(now=LATER) is True
    assert the_fate() == (NOW, LATER, LATER, None)
    assert postbox.envelopes == [("desk@alder.example", GARY)]
    assert [event.verb for event in Event.objects.order_by("pk")] == ["write_letter", "send_letter", "keep_messages"]


def test_nothing_internal_is_in_a_letter(north: Client, bob: User, postbox: Postbox, firm: Firm) -> None:
    asked = north.messages.get(message_id="m2@north.example")
    letter = a_sent_letter(north, bob, answers=asked)
    Outgoing.objects.update(why="what only we may read")
    deliver_next(now=LATER)
    [mail] = postbox.mails
    assert {name: " ".join(str(value).split()) for name, value in mail.items() if name != "X-Peer"} == {
        "In-Reply-To": "<m2@north.example>",
        "References": "<m1@north.example> <m2@north.example>",
        "From": "Bob Reed <desk@alder.example>",
        "To": "Gary <gary@north.example>",
        "Reply-To": "bob@alder.example",
        "Subject": "Two people",
        "Date": "Mon, 10 Mar 2025 12:02:00 +0000",
        "Message-ID": f"<{letter.message_id}>",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"; format="flowed"',
        "Content-Transfer-Encoding": "7bit",
    }
    assert unflowed(mail.get_content()) == f"{TEXT}\n"
    assert [word for word in ("Amends", firm.name, "signal", "127.0.0.1") if word in postbox.letters[0]] == []


def test_a_letter_stands_in_the_history_once_and_ends_the_waiting(north: Client, bob: User, postbox: Postbox) -> None:
    assess_client(north, now=NOW)
    asked = north.messages.get(message_id="m2@north.example")
    Reference.objects.create(client=north, key=thread_key("m2@north.example"), thread=asked.thread)
    letter = a_sent_letter(north, bob, answers=asked)
    deliver_next(now=LATER)
    ours = Message.objects.get(message_id=letter.message_id)
    assert (ours.client, ours.from_us, ours.sender, ours.to, ours.thread) == (
        north, True, "bob@alder.example", [GARY], asked.thread,
    )  # fmt: skip
    assert (ours.text, ours.promised) == (TEXT.removesuffix("\n\nBob"), "I will send you their names by Wednesday.")
    assess_client(north, now=LATER)
    assert Waiting.objects.get().settled_at is not None
    job = Job((), "", frozenset({"alder.example"}), NOW, LATER + CLOCK_TOLERANCE, NOW.tzinfo)  # type: ignore[arg-type]  # an aware moment has a zone
    batch = Batch(part=0)
    take(batch, mail_from(postbox.letters[0].replace("desk@alder", "bob@alder").encode(), "Sent", is_sent=True), job)
    assert keep_messages(batch.letters, now=LATER).known == 1
    assert Message.objects.filter(message_id=letter.message_id).count() == 1


def test_a_letter_to_an_address_elsewhere_stays_with_its_client(north: Client, bob: User, postbox: Postbox) -> None:
    gary = person_at(north, GARY)
    gary.addresses.create(address="gary@elsewhere.example")
    letter = write_letter(north, "gary@elsewhere.example", "Two people", TEXT, by=bob, now=NOW)
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    deliver_next(now=LATER)
    assert (len(postbox.letters), Message.objects.get(message_id=letter.message_id).client) == (1, north)
    assert list(Client.objects.all()) == [north]


def test_a_letter_to_a_client_without_a_domain_stays_with_it(north: Client, bob: User, postbox: Postbox) -> None:
    south = a_client(name="South")
    south.keys.all().delete()
    for address in ("ann@south.example", "ann@north.example"):
        south.people.create(name="Ann").addresses.create(address=address)
    south.keys.all().delete()
    first = a_letter_to(south, "ann@north.example", bob)
    assert Message.objects.filter(message_id=first.message_id).count() == 0  # nobody else may read it in their history
    second = a_letter_to(south, "ann@south.example", bob)
    assert Message.objects.get(message_id=second.message_id).client == south
    assert (len(postbox.letters), Client.objects.count(), north.messages.filter(from_us=True).count()) == (2, 2, 1)


def test_a_letter_to_a_colleague_at_a_client_is_no_message_of_theirs(
    north: Client, bob: User, postbox: Postbox
) -> None:
    person_at(north, GARY).addresses.create(address="gary@alder.example")
    letter = a_letter_to(north, "gary@alder.example", bob)
    assert (len(postbox.letters), Message.objects.filter(message_id=letter.message_id).count()) == (1, 0)


def test_what_was_changed_since_is_read_again(north: Client, bob: User, mona: User, postbox: Postbox) -> None:
    letter = a_draft(north, bob)
    seen = seal_of(letter)
    change_letter(letter, GARY, "Three people", "Three come.", by=mona, now=NOW)
    with pytest.raises(Refused, match="Somebody changed this letter since you read it"):
        send_letter(letter, by=bob, now=NOW, seen=seen)
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    with pytest.raises(Refused, match="This letter was sent already"):
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    with pytest.raises(Refused, match="no draft any more"):
        change_letter(letter, GARY, "x", "x", by=bob, now=NOW)
    assert postbox.letters == []


def test_a_letter_that_waits_can_be_held_back_or_let_go(north: Client, bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(north, bob)
    take_back_letter(letter, by=bob, now=NOW)
    assert the_fate() == (None, None, None, None)
    drop_letter(letter, by=bob, now=NOW)
    assert (Outgoing.objects.count(), postbox.letters) == (0, [])
    sent = a_sent_letter(north, bob)
    deliver_next(now=LATER)
    for move in (take_back_letter, drop_letter):
        with pytest.raises(Refused, match="on its way already"):
            move(sent, by=bob, now=LATER)


@pytest.mark.parametrize(
    ("to", "subject", "text", "why"),
    [
        (GARY, " \n ", "x", "Write a subject: without one, mail is easily taken for junk."),
        (GARY, "x", " \n", "Write what they are to read."),
        (GARY, "x", "x" * (LONGEST_TEXT + 1), "This is longer than a letter: at most 50000 characters go out."),
        ("nobody@north.example", "x", "x", "nobody@north.example is nobody’s at North."),
        ("no address", "x", "x", "“no address” is not a mail address."),
    ],
)
def test_what_cannot_go_out_is_refused(north: Client, bob: User, to: str, subject: str, text: str, why: str) -> None:
    with pytest.raises(Refused) as raised:
        write_letter(north, to, subject, text, by=bob, now=NOW)
    assert (str(raised.value), Outgoing.objects.count()) == (why, 0)


def test_who_may_not_write_to_a_client_does_not(
    north: Client, bob: User, vera: User, charlie: User, riverside: Branch, postbox: Postbox
) -> None:
    del postbox
    with pytest.raises(Refused):
        a_draft(north, vera)
    secret = a_restricted_client("3 Mar 08:00 mina: Hello.", branch=riverside, looked_after_by=bob)
    letter = write_letter(secret, "mina@secret.example", "x", "x", by=bob, now=NOW)
    with pytest.raises(Refused, match="You cannot write to this client"):
        send_letter(letter, by=charlie, now=NOW, seen=seal_of(letter))
    notice = queue_letter(LetterKind.COVER, "x@alder.example", "x", "x", now=NOW, client=north)
    with pytest.raises(Refused, match="This is no letter to a client"):
        drop_letter(notice, by=bob, now=NOW)


def test_nothing_is_sent_where_it_cannot_be_or_must_not(
    north: Client, bob: User, alice: User, firm: Firm, settings: Settings
) -> None:
    letter = a_draft(north, bob)
    settings.EMAIL_HOST = ""
    with pytest.raises(Refused, match="AMENDS_SMTP_URL is not set"):
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    settings.EMAIL_HOST = "mail.example"
    firm.is_demo = True
    firm.save()
    person_at(north, GARY).addresses.create(address="gary@north.com")
    change_letter(letter, "gary@north.com", "Two people", TEXT, by=bob, now=NOW)
    with pytest.raises(Refused, match="The demo firm sends mail to made-up addresses alone"):
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    firm.is_demo = False
    firm.save()
    erase_person(person_at(north, GARY), by=alice, now=NOW)
    letter.refresh_from_db()
    with pytest.raises(Refused):
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def test_a_letter_whose_fate_is_unknown_is_the_same_mail_when_a_person_sends_it_again(
    north: Client, bob: User, postbox: Postbox
) -> None:
    letter = a_sent_letter(north, bob)
    postbox.answer = "hang up"
    deliver_next(now=LATER)
    assert counts_of(bob, LATER)[Tab.UNKNOWN] == 1
    assert [deliver_next(now=LATER + timedelta(days=day)) for day in range(5)] == [False] * 5
    postbox.answer = "250 OK"
    resend_letter(letter, by=bob, now=LATER)
    deliver_next(now=LATER)
    assert [mail["Message-ID"] for mail in postbox.mails] == [f"<{letter.message_id}>"] * 2
    assert [unflowed(mail.get_content()) for mail in postbox.mails] == [f"{TEXT}\n"] * 2
    with pytest.raises(Refused, match="cannot be sent again"):
        resend_letter(letter, by=bob, now=LATER)


def test_a_letter_that_was_refused_keeps_its_words_and_can_be_sent_again(
    north: Client, bob: User, postbox: Postbox
) -> None:
    letter = a_sent_letter(north, bob)
    postbox.answer = "554 5.7.1 No thanks"
    deliver_next(now=LATER)
    assert list(letters_back(bob, LATER)) == [letter]
    letter.refresh_from_db()
    assert (letter.text, letter.problem) == (f"{TEXT}\n", "The mail server refused it: 554 5.7.1 No thanks")
    resend_letter(letter, by=bob, now=LATER)
    postbox.answer = "250 OK"
    deliver_next(now=LATER)
    assert (the_fate()[2], list(letters_back(bob, LATER))) == (LATER, [])


def test_what_did_not_arrive_is_told_until_somebody_has_seen_it(north: Client, bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(north, bob)
    postbox.answer = "hang up"
    deliver_next(now=LATER)
    assert list(letters_back(bob, LATER)) == [letter]
    close_letter(letter, by=bob, now=LATER)
    assert list(letters_back(bob, LATER)) == []
    assert Outgoing.objects.get().problem == "Nobody knows whether it arrived; it was not sent again."
    close_letter(letter, by=bob, now=LATER)
    assert Event.objects.filter(verb="close_letter").count() == 1


def test_an_invitation_that_is_lost_is_made_anew_with_another_link(alice: User, bob: User, postbox: Postbox) -> None:
    invite_user("Jo Lane", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    postbox.answer = "hang up"
    deliver_next(now=NOW)
    lost = Outgoing.objects.get()
    assert (lost.text, lost.sent_at) == ("", None)
    before = Invitation.objects.get().token_hash
    with pytest.raises(Refused):
        resend_letter(lost, by=bob, now=LATER)
    resend_letter(lost, by=alice, now=LATER)
    assert (Invitation.objects.get().token_hash == before, Outgoing.objects.count()) == (False, 2)
    assert counts_of(alice, LATER) == {Tab.READ: 0, Tab.WAITING: 1, Tab.UNKNOWN: 0, Tab.BACK: 0, Tab.SENT: 0}
    notice = Outgoing.objects.get(sending_at=None)
    close_letter(notice, by=alice, now=LATER)
    with pytest.raises(Refused):
        close_letter(notice, by=bob, now=LATER)


def test_a_test_mail_says_what_happened(alice: User, bob: User, settings: Settings, firm: Firm) -> None:
    settings.EMAIL_HOST = ""
    with pytest.raises(Refused, match="No mail server is set"):
        send_test(by=alice, now=NOW)
    for box in a_postbox(settings):
        with pytest.raises(Refused):
            send_test(by=bob, now=NOW)
        send_test(by=alice, now=NOW)
        send_test(by=alice, now=NOW)
        assert [deliver_next(now=NOW) for _ in range(2)] == [True, False]
        assert box.mails[0]["Subject"] == "A test from Amends"
        assert firm.name in box.mails[0].get_content()


def test_who_sees_which_letters(
    north: Client, alice: User, bob: User, mona: User, charlie: User, vera: User, riverside: Branch
) -> None:
    secret = a_restricted_client("3 Mar 08:00 mina: Hello.", branch=riverside, looked_after_by=bob)
    open_one = a_draft(north, bob)
    hidden = write_letter(secret, "mina@secret.example", "x", "x", by=bob, now=NOW)
    notice = queue_letter(LetterKind.INVITATION, "jo@x.example", "x", "x", now=NOW)
    about = queue_letter(LetterKind.COVER, "jo@x.example", "x", "x", now=NOW, client=secret)
    seen = {
        user.first_name: {letter.pk for tab in Tab for letter in letters_in(tab, user, NOW)}
        for user in (alice, bob, mona, charlie, vera)
    }
    everything = {open_one.pk, hidden.pk, notice.pk, about.pk}
    assert seen == {
        "Alice": everything, "Mona": everything, "Bob": {open_one.pk, hidden.pk}, "Charlie": {open_one.pk},
        "Vera": {open_one.pk},
    }  # fmt: skip


def test_a_letter_goes_where_its_client_goes(north: Client, bob: User, alice: User) -> None:
    letter = a_draft(north, bob)
    south = a_client("3 Mar 08:00 sue: Hello.", name="South")
    merge_clients(north, south, by=alice, now=NOW)
    letter.refresh_from_db()
    assert letter.client == south
    delete_client(south, by=alice, now=NOW)
    assert Outgoing.objects.count() == 0


def test_erasing_somebody_takes_their_letters(north: Client, bob: User, alice: User, postbox: Postbox) -> None:
    a_sent_letter(north, bob)
    deliver_next(now=LATER)
    waiting = write_letter(north, GARY, "Nobody is named", "So come at ten.", by=bob, now=LATER)
    send_letter(waiting, by=bob, now=LATER, seen=seal_of(waiting))
    told = everything_about(person_at(north, GARY))["letters"]
    assert [(each["to"], each["subject"], each["text"]) for each in told] == [
        (GARY, "Two people", f"{TEXT}\n"), (GARY, "Nobody is named", "So come at ten.\n"),
    ]  # fmt: skip
    erase_person(person_at(north, GARY), by=alice, now=LATER)
    assert deliver_next(now=LATER) is False
    rows = list(Outgoing.objects.values_list("subject", "text", "problem"))
    assert rows == [("", "", ""), ("", "", "It was out of date before it could be sent.")]
    assert Outgoing.objects.filter(person=None).count() == 2
    assert [letter.to for letter in Outgoing.objects.all() if "gary" in letter.to] == []
    assert len(postbox.letters) == 1
