"""Drop addresses are made and ended; what came by them becomes messages, each once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from amends.desk.actions import spool
from amends.desk.actions.client import delete_client
from amends.desk.actions.drop import _there_already, end_drop, make_drop, take_in_dropped, take_in_next
from amends.desk.actions.dropped import DROPPED_KEPT, forget_dropped
from amends.desk.actions.person import erase_person
from amends.desk.actions.private import mark_private
from amends.desk.actions.user import change_user, close_user, reopen_user
from amends.desk.models import Client, Drop, Dropped, Event, Firm, Message, Person, Private, Role
from amends.desk.queries.drop import drop_behind, is_written_by_us, own_drop
from amends.desk.rules import Refused
from amends.desk.seal import unseal
from cast import NOW
from doorway import a_mail

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import User

pytestmark = pytest.mark.django_db
DOMAIN = "desk.alder.example"
TO_MANY = "List-Unsubscribe: <mailto:x@alder.example>\r\nPrecedence: bulk"
FORWARDED = (
    "From: Bob Reed <bob@alder.example>\r\nTo: {to}\r\nDate: Mon, 3 Mar 2025 10:00:00 +0000\r\n"
    "Message-ID: <fwd{n}@alder.example>\r\nSubject: Fwd: No shows\r\n{more}\r\n"
    "They always complain.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Dana Marsh <dana@north.example>\r\n"
    "Date: Mon, 3 Mar 2025 at 09:05\r\nSubject: No shows\r\nTo: Bob Reed <bob@alder.example>\r\n\r\n"
    "We are looking at other agencies.\r\n"
)


DELETED = (
    'From: bob@alder.example\r\nTo: k\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    f"--x\r\nContent-Type: message/rfc822\r\n\r\nX-Mozilla-Status: 0008\r\n{a_mail()}\r\n--x--\r\n"
)


@pytest.fixture(autouse=True)
def door(settings: Settings, tmp_path: Path) -> None:
    """Let the desk have a door, and a queue of its own."""
    settings.DROP_PORT, settings.DROP_DOMAIN, settings.DROP_QUEUE = 2525, DOMAIN, tmp_path / "drop"


@pytest.fixture
def drop(bob: User) -> Drop:
    return make_drop(bob, by=bob, now=NOW)


def forwarded(drop: Drop, n: int = 1, more: str = "") -> str:
    return FORWARDED.format(to=f"{unseal(drop.secret)}@{DOMAIN}", n=n, more=more)


def laid(mail: str, drop: Drop) -> str:
    """Lay a mail in the queue, as the door does; return its name there."""
    arriving = spool.Arriving()
    arriving.write(mail.encode())
    [name] = arriving.keep((drop.pk,), NOW)
    return name


def taken(mail: str, drop: Drop) -> Dropped:
    """Lay a mail in the queue, and take it in."""
    name = laid(mail, drop)
    assert take_in_next(NOW)
    assert spool.waiting() == []
    return Dropped.objects.get(file=name)


def test_an_address_is_made_and_the_one_before_ends(bob: User) -> None:
    first = make_drop(bob, by=bob, now=NOW)
    secret = unseal(first.secret)
    assert drop_behind(secret, sender="bob@alder.example") == first
    second = make_drop(bob, by=bob, now=NOW + timedelta(days=1))
    first.refresh_from_db()
    assert first.ended_at == NOW + timedelta(days=1)
    assert drop_behind(secret, sender="bob@alder.example") is None
    assert drop_behind(unseal(second.secret).upper(), sender="bob@alder.example") == second
    assert list(Event.objects.order_by("pk").values_list("verb", "thing_id")) == [
        ("make_drop", first.pk), ("end_drop", first.pk), ("make_drop", second.pk),
    ]  # fmt: skip
    assert secret not in str(list(Event.objects.values()))


def test_only_ones_own_address_is_made_or_ended(bob: User, alice: User, vera: User, drop: Drop) -> None:
    with pytest.raises(Refused, match="Everybody makes their own"):
        make_drop(bob, by=alice, now=NOW)
    with pytest.raises(Refused, match="Everybody ends their own"):
        end_drop(drop, by=alice, now=NOW)
    with pytest.raises(Refused, match="not change it"):
        make_drop(vera, by=vera, now=NOW)
    end_drop(drop, by=None, now=NOW)
    end_drop(drop, by=bob, now=NOW)
    assert Event.objects.filter(verb="end_drop").count() == 1


def test_a_desk_without_a_door_makes_no_address(bob: User, settings: Settings) -> None:
    settings.DROP_PORT = 0
    with pytest.raises(Refused, match="takes in no mail"):
        make_drop(bob, by=bob, now=NOW)


def test_who_is_gone_or_only_looks_has_no_living_address(bob: User, drop: Drop) -> None:
    secret = unseal(drop.secret)
    for change in ({"is_active": False}, {"is_active": True, "role": Role.VIEWER}):
        type(bob).objects.filter(pk=bob.pk).update(**change)
        assert drop_behind(secret, sender="bob@alder.example") is None


def test_an_address_that_died_does_not_live_again(bob: User, alice: User) -> None:
    first = make_drop(bob, by=bob, now=NOW)
    change_user(bob, by=alice, now=NOW, role=Role.VIEWER)
    change_user(bob, by=alice, now=NOW, role=Role.MEMBER)
    assert drop_behind(unseal(first.secret), sender="bob@alder.example") is None
    own = own_drop(bob)
    assert (own.drop, own.address, own.has_ended) == (None, "", True)
    second = make_drop(bob, by=bob, now=NOW)
    close_user(bob, by=alice, now=NOW)
    reopen_user(bob, by=alice, now=NOW)
    assert drop_behind(unseal(second.secret), sender="bob@alder.example") is None
    assert list(Event.objects.filter(thing="drop").order_by("pk").values_list("verb", "thing_id", "by")) == [
        ("make_drop", first.pk, bob.pk), ("end_drop", first.pk, alice.pk),
        ("make_drop", second.pk, bob.pk), ("end_drop", second.pk, alice.pk),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        (b"From: Bob <bob@alder.example>\r\n\r\nx", True),
        (b"FROM: bob@mail.alder.example\r\n\r\n", True),
        (b"From: bob@gmail.com\r\n\r\n", True),
        (b"From: eve@gmail.com\r\n\r\n", False),
        (b"From: bob@alder.example.evil.example\r\n\r\n", False),
        (b'From: "bob@alder.example" <eve@evil.example>\r\n\r\n', False),
        (b"Subject: x\r\n\r\nFrom: bob@alder.example", False),
        (b"", False),
    ],
)
def test_the_from_must_be_ours(head: bytes, is_ours: bool, drop: Drop) -> None:  # noqa: FBT001  (a column)
    del drop
    assert is_written_by_us(head, ("bob@gmail.com",)) is is_ours


def test_an_own_mail_to_a_client_is_a_message_from_us(drop: Drop) -> None:
    dropped = taken(a_mail(), drop)
    message = Message.objects.get()
    assert (dropped.kept, dropped.why_not, dropped.subject) == (1, "", "The list for Friday")
    assert (message.from_us, message.sender, message.to) == (True, "bob@alder.example", ["dana@north.example"])
    assert (message.text, message.client.name) == ("Hello Dana, here it is.", "north.example")
    drop.refresh_from_db()
    assert (drop.taken, drop.last_at) == (1, NOW)
    assert Event.objects.filter(verb="take_in_dropped", thing_id=dropped.pk).count() == 1


def test_a_forwarded_mail_is_the_clients_own_and_the_remark_above_is_nobodys(drop: Drop) -> None:
    dropped = taken(forwarded(drop), drop)
    message = Message.objects.get()
    assert (dropped.kept, dropped.why_not, dropped.subject) == (1, "", "No shows")
    assert (message.from_us, message.sender, message.sender_name) == (False, "dana@north.example", "Dana Marsh")
    assert (message.at.isoformat(), message.subject) == ("2025-03-03T09:05:00+00:00", "No shows")
    assert message.text == "We are looking at other agencies."
    assert [rule for rule, _quote in message.said] == ["exit words"]
    assert unseal(drop.secret) not in str(list(Message.objects.values()))


def test_a_secret_address_among_readers_is_never_kept(drop: Drop) -> None:
    secret = unseal(drop.secret)
    taken(a_mail().replace("To: ", f"Cc: {secret}@{DOMAIN}\r\nTo: "), drop)
    assert Message.objects.get().cc == []
    assert [client.name for client in Client.objects.all()] == ["north.example"]


def test_a_colleagues_private_address_writes_as_one_of_us(charlie: User) -> None:
    charlie.email = "charlie@gmail.com"
    charlie.save()
    taken(a_mail().replace("bob@alder.example", "charlie@gmail.com"), make_drop(charlie, by=charlie, now=NOW))
    message = Message.objects.get()
    assert (message.from_us, message.client.name) == (True, "north.example")


def test_the_same_mail_again_is_there_already(drop: Drop) -> None:
    taken(a_mail(), drop)
    again = taken(a_mail(), drop)
    assert (again.kept, again.why_not) == (0, "The desk had this mail already.")
    assert Message.objects.count() == 1


def test_several_mails_that_are_there_already_are_told_as_several() -> None:
    assert [_there_already(count, None) for count in (1, 2)] == [
        "The desk had this mail already.",
        "The desk had these mails already.",
    ]


def test_a_forwarded_mail_that_was_read_elsewhere_is_not_doubled(drop: Drop) -> None:
    taken(forwarded(drop), drop)
    Message.objects.update(key=1, message_id="first@north.example", at="2025-03-03T09:05:42Z")
    again = taken(forwarded(drop), drop)
    assert (again.kept, again.why_not) == (0, "The desk had this mail already.")
    assert Message.objects.count() == 1


def test_private_mail_is_not_kept_nor_its_subject(drop: Drop, bob: User) -> None:
    Private.objects.create(what="north.example", by=bob, at=NOW)
    for mail in (a_mail(), forwarded(drop)):
        dropped = taken(mail, drop)
        assert (dropped.kept, dropped.subject) == (0, "")
        assert dropped.why_not == "It is from or to somebody whose mail is private here, and was not kept."
    assert Message.objects.count() == 0


def test_the_subject_goes_when_somebody_becomes_private_later(drop: Drop, alice: User) -> None:
    assert taken(a_mail(), drop).subject == "The list for Friday"
    mark_private("north.example", by=alice, now=NOW)
    assert list(Dropped.objects.values_list("subject", flat=True)) == [""]


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (a_mail().replace("dana@north.example", "mona@alder.example"), "It went to nobody outside the firm"),
        ("no mail", "It is no mail that can be read."),
        (DELETED, "It was deleted, or never sent."),
        (a_mail().replace("Date: Mon, 3 Mar 2025 09:05:00 +0000\r\n", ""), "It carries no date"),
        (a_mail().replace(" 2025 ", " 2035 "), "It is dated March 03, 2035"),
        (a_mail().replace("Subject", f"{TO_MANY}\r\nSubject"), "A program sent it to many."),
        (FORWARDED.format(to="k", n=1, more="").replace("dana@north", "mona@alder"), "It is among yourselves"),
    ],
)  # fmt: skip
def test_what_is_not_kept_says_why(mail: str, why: str, drop: Drop) -> None:
    dropped = taken(mail, drop)
    assert (dropped.kept, dropped.why_not[: len(why)]) == (0, why)
    assert Message.objects.count() == 0


def test_a_mail_is_taken_in_once_even_if_its_file_is_still_there(drop: Drop) -> None:
    name = laid(a_mail(), drop)
    ticket = spool.ticket_of(name)
    assert ticket is not None
    take_in_dropped(name, a_mail().encode(), ticket, now=NOW)  # and killed before the file was removed
    Message.objects.all().delete()
    assert take_in_next(NOW)
    assert (Message.objects.count(), Dropped.objects.count(), spool.waiting()) == (0, 1, [])
    assert not take_in_next(NOW)


def test_a_file_of_nobodys_is_set_aside_and_holds_up_nobody(drop: Drop) -> None:
    laid(a_mail(), drop)
    for name in (
        "20250101T000000000000Z-99999-0123456789abcdef.eml",
        "0 what is this",
        "20259999T000000000000Z-1-0123456789abcdef.eml",
    ):
        (spool.place(spool.NEW) / name).write_bytes(b"x")
    while take_in_next(NOW):
        continue
    assert (spool.aside(), Message.objects.count(), spool.waiting()) == (3, 1, [])


def test_while_the_database_is_away_a_mail_waits(drop: Drop) -> None:
    name = laid(a_mail(), drop)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_reference RENAME TO desk_gone")
    if connection.vendor == "sqlite":  # a table that is gone is an OperationalError there
        with pytest.raises(OperationalError):
            take_in_next(NOW)
        assert (spool.waiting(), Dropped.objects.count()) == ([name], 0)
    else:
        assert take_in_next(NOW)
        assert (spool.waiting(), spool.aside()) == ([], 1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_gone RENAME TO desk_reference")


def test_a_file_that_cannot_be_read_holds_up_nobody(drop: Drop) -> None:
    (spool.place(spool.NEW) / "0").mkdir()
    laid(a_mail(), drop)
    assert take_in_next(NOW)
    assert not take_in_next(NOW)
    assert Message.objects.count() == 1


def test_a_mail_that_breaks_the_reader_is_set_aside_and_said(drop: Drop) -> None:
    laid(a_mail(), drop)
    Firm.objects.update(zone="Nowhere/At all")
    assert take_in_next(NOW)
    dropped = Dropped.objects.get()
    assert (dropped.kept, dropped.why_not[:21], spool.aside()) == (0, "It could not be read.", 1)


def test_old_rows_and_files_are_forgotten(drop: Drop) -> None:
    taken(a_mail(), drop)
    for kind, age in ((spool.MAKING, 2 * 3600), (spool.ASIDE, 31 * 24 * 3600), (spool.ASIDE, 0)):
        left = spool.place(kind) / f"{age}"
        left.write_bytes(b"x")
        os.utime(left, (NOW.timestamp() - age,) * 2)
    forget_dropped(NOW + DROPPED_KEPT)
    assert Dropped.objects.count() == 1
    forget_dropped(NOW + DROPPED_KEPT + timedelta(seconds=1))
    assert Dropped.objects.count() == 0
    assert Message.objects.count() == 1
    assert [each.name for each in spool.place(spool.MAKING).iterdir()] == []


def test_the_list_forgets_with_the_client_and_with_the_person(drop: Drop, alice: User) -> None:
    first = taken(forwarded(drop), drop)
    second = taken(a_mail(subject="About Dana Marsh"), drop)
    erase_person(Person.objects.get(name="Dana Marsh"), by=alice, now=NOW)
    second.refresh_from_db()
    assert "Dana" not in second.subject
    delete_client(Client.objects.get(), by=alice, now=NOW)
    first.refresh_from_db()
    assert first.subject == ""


def test_a_mail_lies_in_the_queue_whole_or_not_at_all(drop: Drop) -> None:
    arriving = spool.Arriving()
    arriving.write(b"half")
    assert spool.waiting() == []
    (spool.place(spool.NEW)).rmdir()
    Path(settings.DROP_QUEUE, spool.NEW).write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="exists"):
        arriving.keep((drop.pk,), NOW)
    arriving.discard()
    assert list(spool.place(spool.MAKING).iterdir()) == []


def test_a_mail_that_the_disk_does_not_take_is_nowhere(drop: Drop) -> None:
    arriving = spool.Arriving()
    arriving.write(b"From: bob@alder.example\r\n\r\n")
    assert arriving.head() == b"From: bob@alder.example\r\n\r\n"
    arriving.file.close()
    arriving.file = Path("/dev/full").open("wb")  # noqa: SIM115  (closed by `keep`)
    arriving.write(b"x")
    with pytest.raises(OSError, match="No space left"):
        arriving.keep((drop.pk,), NOW)
    assert (spool.waiting(), list(spool.place(spool.MAKING).iterdir())) == ([], [])
    assert spool.room() > 0
