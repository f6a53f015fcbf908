"""A mailbox is connected, changed, paused, resumed and removed; its folders are chosen. The server is a real one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.mailbox import (
    change_mailbox,
    choose_folders,
    connect_mailbox,
    pause_mailbox,
    remove_mailbox,
    reseal,
    resume_mailbox,
)
from amends.desk.models import Client, Event, Firm, Mailbox, Message, User
from amends.desk.queries.mailbox import folders_of, mailboxes, stored_from
from amends.desk.rules import Refused
from amends.desk.seal import unseal
from cast import NOW, told
from dovecot import PASSWORD, free_port
from mailbag import brought_in, mail, mbox
from posted import connected, counts, polled, server, trusted, way_to

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.sources.watch import Folder
    from dovecot import Dovecot

__all__ = ["server", "trusted"]
pytestmark = [pytest.mark.dovecot, pytest.mark.usefixtures("firm", "trusted")]
LATER = NOW + timedelta(hours=2)
DOCTOR = "Dr Ann Moss <ann@clinic.example>"


def connect(server: Dovecot, user: str, *, by: User | None = None, **fields: Any) -> Mailbox:
    given = {**way_to(server, user), "password": PASSWORD, **fields}
    return connect_mailbox(**given, by=by, now=NOW)


def test_a_mailbox_is_connected_with_its_folders_and_its_password_sealed(server: Dovecot, mona: User) -> None:
    mailbox = connect(server, "one", by=mona, address=" One@Alder.example ")
    assert list(mailboxes()) == [mailbox]
    assert (mailbox.address, mailbox.by, mailbox.poll_due_at) == ("one@alder.example", mona, NOW)
    assert [(row.name, row.is_sent, row.is_chosen) for row in folders_of(mailbox)] == [
        ("INBOX", False, True),
        ("Trash", False, False),
        ("Versendet", True, True),
    ]
    assert mailbox.has_idle
    assert PASSWORD not in mailbox.secret
    assert json.loads(unseal(mailbox.secret)) == {"password": PASSWORD}
    [(_, after)] = told("connect_mailbox")
    assert after == {**way_to(server, "one"), "added": []}


def test_the_domain_of_a_mailbox_becomes_the_firms(server: Dovecot) -> None:
    connect(server, "one", address="one@alder-temps.example")
    connect(server, "two", address="alder.temps@gmail.com")
    assert Firm.objects.get().addresses == ["alder.example", "alder-temps.example", "alder.temps@gmail.com"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "wrong"}, "refused the user one or the password; check both"),
        ({"address": "one"}, "“one” is not a mail address."),
        ({"host": "not a server"}, "Write the mail server’s name as in imap.example.com."),
        ({"port": 0}, "Write the port as a number: 993 is usual."),
        ({"security": "none", "host": "mail.example"}, "Without encryption everybody on the way reads the password."),
        ({"security": "secret"}, "Choose how the way to the server is encrypted."),
        ({"password": ""}, "Write the password, or sign in with your provider."),
        ({"port": free_port()}, "cannot be reached as a mail server"),
    ],
)
def test_who_is_not_let_in_is_told_why(server: Dovecot, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        connect(server, "one", **fields)
    assert said in str(refused.value)
    assert Mailbox.objects.count() == 0


def test_a_mailbox_is_connected_once(server: Dovecot) -> None:
    connect(server, "one")
    with pytest.raises(Refused, match=r"^one at localhost is connected already\.$"):
        connect(server, "one", address="other@alder.example")


def test_members_connect_no_mailbox_and_nobody_one_to_the_demo_firm(server: Dovecot, bob: User, firm: Firm) -> None:
    with pytest.raises(Refused, match="Ask a manager"):
        connect(server, "one", by=bob)
    firm.is_demo = True
    firm.save()
    with pytest.raises(Refused, match="The demo firm takes no mail"):
        connect(server, "one")


def test_a_paused_mailbox_is_not_read_until_it_is_resumed(server: Dovecot, alice: User) -> None:
    server.deliver("three", mail("Hello", id="a"))
    mailbox = pause_mailbox(connect(server, "three"), by=alice, now=NOW)
    pause_mailbox(mailbox, by=alice, now=NOW)
    assert counts(polled(mailbox)) == {}
    resume_mailbox(mailbox, by=alice, now=LATER)
    assert (mailbox.is_paused, mailbox.poll_due_at) == (False, LATER)
    assert counts(polled(mailbox)) == {"read": 1, "kept": 1}
    assert (len(told("pause_mailbox")), len(told("resume_mailbox"))) == (1, 1)
    resume_mailbox(mailbox, by=alice, now=LATER)
    assert (mailbox.poll_due_at, len(told("resume_mailbox"))) == (LATER, 1)


def test_a_removed_mailbox_leaves_its_mail(server: Dovecot, alice: User) -> None:
    server.deliver("four", mail("Hello", id="a"))
    mailbox = polled(connect(server, "four"))
    remove_mailbox(mailbox, by=alice, now=NOW)
    remove_mailbox(mailbox, by=alice, now=NOW)
    assert (Mailbox.objects.count(), Message.objects.count()) == (0, 1)
    assert told("remove_mailbox") == [({"address": "four@alder.example", "host": "localhost", "read": 1}, {})]


def test_a_new_password_lets_it_be_read_on(server: Dovecot, alice: User) -> None:
    mailbox = connect(server, "five")
    broken = {"problem": "Refused.", "failures": 3, "failing_since": NOW, "is_paused": True}
    Mailbox.objects.update(**broken)
    with pytest.raises(Refused, match="refused the user five or the password"):
        change_mailbox(mailbox, by=alice, now=LATER, password="wrong")  # noqa: S106  (of nobody)
    assert Mailbox.objects.get().problem == "Refused."
    change_mailbox(mailbox, by=alice, now=LATER, password=PASSWORD)
    fixed = Mailbox.objects.get()
    assert {name: getattr(fixed, name) for name in broken} == {
        "problem": "", "failures": 0, "failing_since": None, "is_paused": False,
    }  # fmt: skip
    assert told("change_mailbox") == [({}, {"signed_in_again": True, "added": []})]


def test_another_login_is_another_mailbox_and_nothing_is_kept_twice(server: Dovecot) -> None:
    for user in ("six", "seven"):
        server.deliver(user, mail("Hello", id="same"))
    mailbox = polled(connect(server, "six"))
    change_mailbox(mailbox, by=None, now=LATER, login="seven")
    assert (mailbox.first_read_at, counts(mailbox)) == (None, {})
    assert counts(polled(mailbox, now=LATER)) == {"read": 1, "known": 1}
    assert Message.objects.count() == 1


@pytest.mark.parametrize("way", [{"host": "127.0.0.1"}, {"port": 9}])
def test_a_kept_password_is_never_given_to_another_server(server: Dovecot, mona: User, way: dict[str, Any]) -> None:
    mailbox = connect(server, "one")
    with pytest.raises(Refused, match=r"^A password is only given to the server it was meant for\. Write the one for"):
        change_mailbox(mailbox, by=mona, now=LATER, **way)
    told_way = way_to(server, "one")
    assert Mailbox.objects.values_list("host", "port").get() == (told_way["host"], told_way["port"])


def test_a_mailbox_that_a_colleague_removed_is_not_changed(
    server: Dovecot, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = connect(server, "one")

    def tried(*_: object) -> tuple[list[Folder], bool]:  # signing in takes its time
        remove_mailbox(Mailbox.objects.get(), by=alice, now=NOW)
        return [], False

    monkeypatch.setattr("amends.desk.actions.mailbox._tried", tried)
    with pytest.raises(Refused, match=r"^Somebody removed this mailbox meanwhile\. Connect it again\.$"):
        change_mailbox(mailbox, by=alice, now=LATER, password=PASSWORD)
    assert Mailbox.objects.count() == 0


def test_what_is_the_same_is_no_change_and_what_is_no_field_is_a_mistake(server: Dovecot) -> None:
    mailbox = connect(server, "one")
    change_mailbox(mailbox, by=None, now=LATER, host="LOCALHOST ")
    assert told("change_mailbox") == []
    with pytest.raises(TypeError, match="A mailbox has no read"):
        change_mailbox(mailbox, by=None, now=LATER, read=3)


def test_two_who_connect_the_same_at_once(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(server, "one")
    monkeypatch.setattr("amends.desk.actions.mailbox._refuse_twice", lambda _: None)  # both looked before either wrote
    with pytest.raises(Refused, match="is connected already"):
        connect(server, "one")


def test_only_chosen_folders_are_read_and_never_private_ones(server: Dovecot, alice: User) -> None:
    for folder in ("", "Clients", "Doctor", "Trash"):
        server.deliver("eight", mail(f"In {folder}", id=folder or "inbox"), folder=folder)
    mailbox = connect(server, "eight")
    of = {folder.name: folder.pk for folder in folders_of(mailbox)}
    choose_folders(mailbox, [], [of["Doctor"]], is_every_folder=True, by=alice, now=NOW)
    assert counts(polled(mailbox)) == {"read": 2, "kept": 2}
    choose_folders(mailbox, [of["Trash"], of["Doctor"]], [of["Doctor"]], is_every_folder=False, by=alice, now=NOW)
    assert counts(polled(mailbox)) == {"read": 3, "kept": 3}
    server.deliver("eight", mail("New", id="new"))
    server.deliver("eight", mail("Nowhere", id="nowhere"), folder="New")
    assert counts(polled(mailbox)) == {"read": 3, "kept": 3}
    choose_folders(mailbox, [], [], is_every_folder=True, by=alice, now=NOW)
    choose_folders(mailbox, [], [], is_every_folder=True, by=alice, now=NOW)
    assert counts(polled(mailbox)) == {"read": 6, "kept": 6}
    assert [after for _, after in told("choose_folders")] == [
        {"is_every_folder": True, "private": 1},
        {"is_every_folder": False, "private": 1, "folders": 1},
        {"is_every_folder": True, "private": 0},
    ]


def test_what_was_read_from_a_folder_that_becomes_private_goes_where_nothing_else_holds_it(
    server: Dovecot, alice: User
) -> None:
    both = mail("In both", id="both", sender="gary@north.example")
    for folder, raw in (("", both), ("Doctor", both), ("Doctor", mail("My back hurts", id="back", sender=DOCTOR))):
        server.deliver("thirty", raw, folder=folder)
    mailbox = polled(connect(server, "thirty"))
    doctor = mailbox.folders.get(name="Doctor")
    assert (stored_from([doctor.pk], alice), Message.objects.count()) == (1, 2)
    choose_folders(mailbox, [], [doctor.pk], is_every_folder=True, by=alice, now=NOW, is_removed=True)
    assert list(Message.objects.values_list("text", flat=True)) == ["In both"]
    assert [client.name for client in Client.objects.all()] == ["north.example"]  # who was found there alone is gone
    assert [after for _, after in told("choose_folders")] == [{"is_every_folder": True, "private": 1, "messages": 1}]
    assert counts(polled(mailbox)) == {"read": 3, "kept": 2, "known": 1}
    assert "back hurts" not in str(list(Event.objects.values()))


def test_what_a_private_folder_brought_stays_where_somebody_says_so_or_a_file_brought_it(
    server: Dovecot, alice: User
) -> None:
    raw = mail("My back hurts", id="back", sender=DOCTOR)
    brought_in(mbox(raw))
    server.deliver("thirtyone", raw, folder="Doctor")
    server.deliver("thirtyone", mail("And my knee", id="knee", sender=DOCTOR), folder="Doctor")
    mailbox = polled(connect(server, "thirtyone"))
    doctor = mailbox.folders.get(name="Doctor")
    assert stored_from([doctor.pk], alice) == 1
    choose_folders(mailbox, [], [doctor.pk], is_every_folder=True, by=alice, now=NOW)
    assert Message.objects.count() == 2
    choose_folders(mailbox, [], [], is_every_folder=True, by=alice, now=NOW)
    choose_folders(mailbox, [], [doctor.pk], is_every_folder=True, by=alice, now=NOW, is_removed=True)
    assert list(Message.objects.values_list("text", flat=True)) == ["My back hurts"]


def test_a_changed_key_seals_what_was_sealed_before(server: Dovecot, settings: Settings) -> None:
    settings.SEAL_KEY = "a-key-of-many-letters-that-was-used-at-first"
    mailbox = connect(server, "one")
    settings.SEAL_KEY = "another-key-of-many-letters-used-from-now-on"
    assert reseal(Mailbox.objects.all()) == 0  # without the old key nothing can be done
    with pytest.raises(Refused, match=r"^The stored password cannot be opened"):
        change_mailbox(mailbox, by=None, now=LATER, login="two")
    settings.SEAL_KEY += " a-key-of-many-letters-that-was-used-at-first"
    assert (reseal(Mailbox.objects.all()), reseal(Mailbox.objects.all())) == (1, 0)
    settings.SEAL_KEY = settings.SEAL_KEY.partition(" ")[0]
    assert json.loads(unseal(Mailbox.objects.get().secret)) == {"password": PASSWORD}


def test_a_change_leaves_what_is_counted_meanwhile(server: Dovecot) -> None:
    mailbox = connected(server, "one")
    Mailbox.objects.update(read=5, internal=5)
    mailbox.read = 0
    change_mailbox(mailbox, by=None, now=LATER, address="elf@alder.example")
    assert counts(mailbox) == {"read": 5, "internal": 5}
