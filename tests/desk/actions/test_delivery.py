"""What happens while a mail is on its way: somebody changes it, holds it back, forgets it, or sends it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.client import delete_client
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.letter import (
    NOT_THEIRS,
    change_letter,
    drop_letter,
    give_back_letter,
    resend_letter,
    seal_of,
    send_letter,
    take_back_letter,
    write_letter,
)
from amends.desk.actions.outgoing import forget_letters
from amends.desk.actions.person import erase_person
from amends.desk.actions.personal import forget_old
from amends.desk.actions.post import UnreachableError, said
from amends.desk.models import Client, Event, Firm, LetterKind, Message, Outgoing, User
from amends.desk.queries.outbox import Tab, counts_of, letters_back
from amends.desk.rules import Refused
from cast import NOW, WAITS, a_client, person_at
from postbox import Postbox, a_postbox, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

GARY = "gary@north.example"
LATER = NOW + timedelta(minutes=2)
MUCH_LATER = NOW + timedelta(minutes=20)
together = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    yield from a_postbox(settings)


def a_sent_letter(bob: User, **answers: Any) -> Outgoing:
    north = Client.objects.first() or a_client(*WAITS, looked_after_by=bob)
    letter = write_letter(north, GARY, "Two people", "Both come on Friday.", by=bob, now=NOW, **answers)
    return send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def fate() -> tuple[bool, bool, bool]:
    letter = Outgoing.objects.get()
    return letter.sending_at is not None, letter.sent_at is not None, letter.failed_at is not None


@together
def test_what_was_changed_while_the_server_was_reached_goes_out_as_it_is_now(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)

    def changed() -> None:
        take_back_letter(letter, by=bob, now=LATER)
        change_letter(letter, GARY, "Three people", "Three come.", by=bob, now=LATER)
        send_letter(letter, by=bob, now=LATER, seen=seal_of(letter))

    postbox.meanwhile = changed
    assert deliver_next(now=LATER) is True
    assert [(mail["Subject"], unflowed(mail.get_content())) for mail in postbox.mails] == [
        ("Three people", "Three come.\n")
    ]
    assert fate() == (True, True, False)


@together
def test_what_was_held_back_or_sent_while_the_server_was_reached_stays(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.meanwhile = lambda: take_back_letter(letter, by=bob, now=LATER)
    deliver_next(now=LATER)
    assert (postbox.letters, fate()) == ([], (False, False, False))
    send_letter(letter, by=bob, now=LATER, seen=seal_of(letter))
    postbox.meanwhile = lambda: Outgoing.objects.update(due_at=MUCH_LATER)  # another worker was told: not now
    deliver_next(now=LATER)
    assert (postbox.letters, fate()) == ([], (False, False, False))


@together
def test_a_letter_that_is_being_sent_cannot_be_discarded(bob: User, postbox: Postbox) -> None:
    letter, said = a_sent_letter(bob), []

    def dropped() -> None:
        with pytest.raises(Refused) as raised:
            drop_letter(letter, by=bob, now=LATER)
        said.append(str(raised.value))

    postbox.at_text = dropped
    deliver_next(now=LATER)
    assert (said, fate()) == (["This letter is on its way already, or was discarded."], (True, True, False))


@together
def test_a_server_slower_than_a_persons_patience_sends_once(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.at_text = lambda: resend_letter(letter, by=bob, now=MUCH_LATER)
    deliver_next(now=LATER)
    assert (fate(), deliver_next(now=MUCH_LATER), len(postbox.letters)) == ((True, True, False), False, 1)


@together
@pytest.mark.parametrize("answer", ["450 Not now", "550 Never", "hang up"])
def test_a_late_refusal_does_not_stop_what_a_person_sends_again(bob: User, postbox: Postbox, answer: str) -> None:
    letter = a_sent_letter(bob)
    postbox.answer, postbox.at_text = answer, lambda: resend_letter(letter, by=bob, now=MUCH_LATER)
    deliver_next(now=LATER)
    assert (fate(), Outgoing.objects.get().problem) == ((False, False, False), "")


@together
def test_who_is_erased_while_their_letter_is_sent_is_forgotten(bob: User, alice: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    assert letter.client is not None
    gary = person_at(letter.client, GARY)
    postbox.at_text = lambda: erase_person(gary, by=alice, now=LATER)
    deliver_next(now=LATER)
    assert (fate(), Outgoing.objects.get().text) == ((True, True, False), "")
    assert Message.objects.filter(message_id=letter.message_id).count() == 0


@together
def test_a_client_deleted_while_a_letter_goes_out_does_not_come_back(bob: User, alice: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    assert letter.client is not None
    north = letter.client
    postbox.at_text = lambda: delete_client(north, by=alice, now=LATER)
    deliver_next(now=LATER)
    assert (Client.objects.count(), Message.objects.count(), Outgoing.objects.count()) == (0, 0, 0)


def test_a_letter_goes_out_under_the_name_of_who_wrote_it_last(bob: User, mona: User, postbox: Postbox) -> None:
    letter = write_letter(a_client(*WAITS), GARY, "Two people", "Both come.", by=bob, now=NOW)
    seen = seal_of(letter)
    change_letter(letter, GARY, "Two people", "Both come.", by=mona, now=LATER)
    with pytest.raises(Refused, match="Somebody changed this letter since you read it"):
        send_letter(letter, by=bob, now=LATER, seen=seen)
    send_letter(letter, by=bob, now=LATER, seen=seal_of(letter))
    deliver_next(now=LATER)
    [mail] = postbox.mails
    assert (mail["From"].addresses[0].display_name, mail["Reply-To"]) == (mona.name, mona.email)


@pytest.mark.parametrize("left", [{"is_active": False}, {"role": "viewer"}])
def test_nothing_goes_out_in_the_name_of_who_may_write_there_no_more(
    bob: User, mona: User, postbox: Postbox, left: dict[str, object]
) -> None:
    letter = write_letter(a_client(*WAITS), GARY, "Two people", "Both come.", by=bob, now=NOW)
    User.objects.filter(pk=bob.pk).update(**left)
    with pytest.raises(Refused) as raised:
        send_letter(letter, by=mona, now=NOW, seen=seal_of(letter))
    told = "Bob Reed writes to this client no more, and answers would go there. Change it, and it goes out as yours."
    assert str(raised.value) == told
    Outgoing.objects.update(by=None)
    letter.refresh_from_db()
    with pytest.raises(Refused, match=r"^Who wrote this writes to this client no more"):
        send_letter(letter, by=mona, now=NOW, seen=seal_of(letter))
    change_letter(letter, GARY, "Two people", "Both come.", by=mona, now=NOW)
    send_letter(letter, by=mona, now=NOW, seen=seal_of(letter))
    assert deliver_next(now=LATER) is True
    assert postbox.mails[0]["Reply-To"] == mona.email


GONE = ({"is_active": False}, {"role": "viewer"})


@pytest.mark.parametrize("left", GONE)
def test_a_letter_that_waits_is_a_draft_again_when_its_writer_has_gone(
    bob: User, mona: User, postbox: Postbox, left: dict[str, object]
) -> None:
    letter = a_sent_letter(bob)
    Client.objects.update(looked_after_by=mona)
    User.objects.filter(pk=bob.pk).update(**left)
    assert deliver_next(now=LATER) is True
    assert (deliver_next(now=LATER), postbox.mails) == (False, [])
    letter.refresh_from_db()
    assert (letter.read_at, letter.read_by, letter.problem) == (None, None, NOT_THEIRS)
    assert list(letters_back(mona, LATER)) == [letter]
    assert give_back_letter(letter, now=LATER) is True  # by another worker, a moment later
    assert Event.objects.filter(verb="give_back_letter", thing_id=letter.pk, by=None).count() == 1
    change_letter(letter, GARY, "Two people", "Both come.", by=mona, now=LATER)
    assert list(letters_back(mona, LATER)) == []
    send_letter(letter, by=mona, now=LATER, seen=seal_of(letter))
    assert deliver_next(now=LATER) is True
    assert [mail["Reply-To"] for mail in postbox.mails] == [mona.email]


def test_who_lost_the_right_to_see_a_client_sends_it_nothing(bob: User, mona: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    Client.objects.update(is_restricted=True, looked_after_by=mona)
    assert deliver_next(now=LATER) is True
    letter.refresh_from_db()
    assert (letter.read_at, letter.problem, postbox.mails) == (None, NOT_THEIRS, [])


@together
def test_a_writer_who_goes_while_the_server_is_reached_sends_nothing(bob: User, postbox: Postbox) -> None:
    a_sent_letter(bob)
    postbox.meanwhile = lambda: User.objects.filter(pk=bob.pk).update(is_active=False)
    assert deliver_next(now=LATER) is True
    assert (postbox.mails, Outgoing.objects.get().problem) == ([], NOT_THEIRS)


def test_a_letter_of_unknown_fate_goes_again_for_who_may_write_there(bob: User, mona: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.answer = "hang up"
    deliver_next(now=LATER)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    resend_letter(letter, by=mona, now=MUCH_LATER)
    User.objects.filter(pk=mona.pk).update(is_active=False)
    assert deliver_next(now=MUCH_LATER) is True
    letter.refresh_from_db()
    assert (fate(), letter.problem) == ((True, False, False), NOT_THEIRS)  # it may have arrived: never a draft
    User.objects.filter(pk=mona.pk).update(is_active=True)
    resend_letter(letter, by=mona, now=MUCH_LATER)
    postbox.answer = "250 Thanks"
    assert deliver_next(now=MUCH_LATER) is True
    assert fate() == (True, True, False)


def test_of_two_who_look_at_a_draft_one_sends_what_the_other_discarded(bob: User, mona: User, postbox: Postbox) -> None:
    del postbox
    letter = write_letter(a_client(*WAITS), GARY, "Two people", "Both come.", by=bob, now=NOW)
    drop_letter(Outgoing.objects.get(), by=mona, now=NOW)
    with pytest.raises(Refused, match=r"This letter was discarded, or its client is gone\. Nothing was sent\."):
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def test_what_may_have_arrived_is_never_a_draft_again(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.answer = "hang up"
    deliver_next(now=LATER)
    resend_letter(letter, by=bob, now=MUCH_LATER)
    with pytest.raises(Refused, match="on its way already"):
        drop_letter(letter, by=bob, now=MUCH_LATER)
    take_back_letter(letter, by=bob, now=MUCH_LATER)
    assert (counts_of(bob, MUCH_LATER)[Tab.UNKNOWN], counts_of(bob, MUCH_LATER)[Tab.READ]) == (1, 0)
    assert Outgoing.objects.get().problem == "It was held back before it went out again."


def test_what_was_refused_and_is_held_back_is_a_draft_again(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.answer = "550 Never"
    deliver_next(now=LATER)
    resend_letter(letter, by=bob, now=MUCH_LATER)
    take_back_letter(letter, by=bob, now=MUCH_LATER)
    assert counts_of(bob, MUCH_LATER)[Tab.READ] == 1


def test_a_letter_is_not_sent_again_to_an_address_that_is_nobodys(bob: User, postbox: Postbox) -> None:
    letter = a_sent_letter(bob)
    postbox.answer = "550 No such mailbox"
    deliver_next(now=LATER)
    assert letter.client is not None
    person_at(letter.client, GARY).addresses.update(address="gary.flint@north.example")
    with pytest.raises(Refused, match=r"gary@north\.example is nobody’s at North\."):
        resend_letter(letter, by=bob, now=LATER)


def test_nothing_that_somebody_must_see_to_is_forgotten(bob: User, postbox: Postbox) -> None:
    for answer in ("hang up", "550 Never", "250 Thanks", "450 Not now"):
        a_sent_letter(bob)
        postbox.answer = answer
        deliver_next(now=LATER)
    forget_letters(NOW + timedelta(days=80))
    left = Outgoing.objects.exclude(text="").order_by("pk")
    assert [(each.sent_at, each.failed_at) for each in left] == [(None, None), (None, LATER), (None, None)]
    Outgoing.objects.update(closed_at=NOW, read_at=None)
    forget_letters(NOW + timedelta(days=200))
    assert [each.failed_at is not None for each in Outgoing.objects.exclude(text="").order_by("pk")] == [False]


def test_what_is_older_than_the_firm_keeps_tells_no_address(bob: User, postbox: Postbox) -> None:
    a_sent_letter(bob)
    deliver_next(now=LATER)
    Firm.objects.update(keep_years=1)
    forget_old(NOW + timedelta(days=800))
    letter = Outgoing.objects.get()
    assert (letter.to, letter.subject, letter.text, letter.person) == ("forgotten@erased.invalid", "", "", None)
    assert [each for each in Event.objects.filter(thing="outgoing") if GARY in str(each.after)] == []
    assert len(postbox.letters) == 1


def test_no_mail_goes_out_from_what_is_no_address(settings: Settings, postbox: Postbox) -> None:
    del postbox
    settings.DEFAULT_FROM_EMAIL = "zoë@alder.example"
    Outgoing.objects.create(kind=LetterKind.TEST, to="bob@alder.example", subject="x", text="x", added_at=NOW)
    told = "AMENDS_MAIL_FROM is “zoë@alder.example”, and no mail server takes such an address."
    with pytest.raises(UnreachableError, match=told):
        deliver_next(now=NOW)


def test_a_server_that_hangs_up_at_once_has_nothing_and_all_waits(bob: User, postbox: Postbox) -> None:
    a_sent_letter(bob)
    postbox.on_mail = "hang up"
    with pytest.raises(UnreachableError, match="Mail waits until it does"):
        deliver_next(now=LATER)
    assert (fate(), postbox.letters) == ((False, False, False), [])


def test_what_a_server_says_is_kept_without_signs_that_act(bob: User, postbox: Postbox) -> None:
    a_sent_letter(bob)
    postbox.answer = "554 No \x00\x1b[2J thanks"
    deliver_next(now=LATER)
    assert Outgoing.objects.get().problem == "The mail server refused it: 554 No [2J thanks"


def test_a_server_that_repeats_a_password_is_not_quoted_on_it(settings: Settings) -> None:
    settings.EMAIL_HOST_PASSWORD = "of-the-desk"  # noqa: S105  (nobody's)
    assert said(535, b"5.7.8 desk of-the-desk: no") == "535 5.7.8 desk …: no"
