"""A mailbox on a real server is read: nothing is lost, nothing is kept twice, and nothing is changed there."""

from __future__ import annotations

import shutil
from datetime import timedelta
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk import tasks
from amends.desk.actions import fetching
from amends.desk.actions.account import account_of
from amends.desk.actions.fetching import Errand, Piece, letters_at
from amends.desk.actions.intake import TakenAwayError
from amends.desk.actions.lease import LEASE, Lease, claim
from amends.desk.actions.mailbox import connect_mailbox, pause_mailbox, resume_mailbox
from amends.desk.actions.polling import Turn, eyes_of, fail_mailbox, finish_turn, keep_batch, poll_mailbox
from amends.desk.actions.private import mark_private
from amends.desk.actions.reading import Batch
from amends.desk.models import Client, Mailbox, MailFolder, MailSkip, Message
from amends.desk.queries.intake import Found
from amends.desk.queries.mailbox import reading_progress
from amends.sources.watch import session
from cast import NOW, told
from dovecot import PASSWORD
from mailbag import US, brought_in, mail, mbox
from posted import connected, counts, polled, server, trusted
from scripted import Script, playing

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import User
    from dovecot import Dovecot

__all__ = ["server", "trusted"]
pytestmark = [pytest.mark.dovecot, pytest.mark.usefixtures("firm", "trusted")]
GARY = "gary@north.example"
SOON = timedelta(seconds=1)


def texts() -> list[str]:
    return list(Message.objects.order_by("at", "pk").values_list("text", flat=True))


def deliver(server: Dovecot, user: str, count: int, *, first: int = 0, folder: str = "") -> None:
    for number in range(first, first + count):
        server.deliver(
            user, mail(f"Mail {number}", id=f"m{number}", at=NOW - timedelta(days=9) + number * SOON), folder=folder
        )


def folder_of(mailbox: Mailbox, name: str = "INBOX") -> MailFolder:
    return mailbox.folders.get(name=name)


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in batches of two mails."""
    for name in ("polling.BATCH", "fetching.BATCH", "fetching.STEP"):
        monkeypatch.setattr(f"amends.desk.actions.{name}", 2)


# ── What is read, and in which order


def test_a_mailbox_is_read_with_what_was_sent_from_it(server: Dovecot) -> None:
    server.deliver("one", mail("Can you send two people?", id="a", at=NOW - timedelta(days=3)))
    answer = mail("Yes.", id="b", answers="a", sender=US, to=GARY, at=NOW - timedelta(days=2))
    server.deliver("one", answer, folder="Versendet")
    server.deliver("one", mail("The news", id="c", sender="news@paper.example", List_Id="<news.paper.example>"))
    server.deliver("one", mail("Lunch?", id="d", sender=US, to="mona@alder.example"))
    before = server.snapshot("one")
    mailbox = polled(connected(server, "one"))
    assert texts() == ["Can you send two people?", "Yes."]
    assert len(set(Message.objects.values_list("thread", flat=True))) == 1
    assert counts(mailbox) == {"read": 4, "kept": 2, "automated": 1, "internal": 1}
    assert (mailbox.first_read_at, mailbox.read_at, mailbox.problem, mailbox.total) == (NOW, NOW, "", 4)
    assert server.snapshot("one") == before
    assert [after for _, after in told("finish_mailbox")] == [{"read": 4, "kept": 2, "skipped": 0}]


def test_what_comes_later_is_read_and_nothing_twice(server: Dovecot) -> None:
    server.deliver("two", mail("First", id="a"))
    mailbox = polled(connected(server, "two"))
    assert counts(polled(mailbox)) == {"read": 1, "kept": 1}
    server.deliver("two", mail("Second", id="b"))
    assert counts(polled(mailbox)) == {"read": 2, "kept": 2}
    assert mailbox.poll_due_at == NOW + timedelta(seconds=120)
    assert len(told("finish_mailbox")) == 1


@pytest.mark.usefixtures("in_steps")
def test_the_newest_is_read_first_and_each_folder_has_its_turn(server: Dovecot) -> None:
    deliver(server, "three", 5)
    deliver(server, "three", 3, first=10, folder="Old")
    mailbox, seen = connected(server, "three"), []
    while poll_mailbox(mailbox, now=NOW, clock=lambda: NOW, turn=timedelta(0)):
        seen.append((folder_of(mailbox, "Old").lowest, folder_of(mailbox).lowest))
    assert seen == [(2, 0), (2, 4), (1, 4), (1, 2)]
    assert counts(mailbox) == {"read": 8, "kept": 8}
    assert (folder_of(mailbox).lowest, folder_of(mailbox).highest) == (1, 5)


@pytest.mark.usefixtures("in_steps")
def test_what_comes_in_the_midst_of_the_first_reading_is_read_before_the_rest(server: Dovecot) -> None:
    deliver(server, "four", 6)
    mailbox = connected(server, "four")
    assert poll_mailbox(mailbox, now=NOW, clock=lambda: NOW, turn=timedelta(0))
    assert mailbox.read_at is not None  # all that is new was read
    deliver(server, "four", 3, first=6)
    poll_mailbox(mailbox, now=NOW, clock=lambda: NOW, turn=timedelta(0))
    inbox = folder_of(mailbox)
    assert (inbox.lowest, inbox.highest, mailbox.first_read_at) == (5, 8, None)
    assert counts(polled(mailbox)) == {"read": 9, "kept": 9}


def test_many_are_read_by_processes_side_by_side(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.polling.MANY", 5)
    monkeypatch.setattr("amends.desk.actions.polling.BATCH", 4)
    deliver(server, "five", 10)
    assert counts(polled(connected(server, "five"))) == {"read": 10, "kept": 10}
    assert texts() == [f"Mail {number}" for number in range(10)]


def test_how_far_the_first_reading_is(server: Dovecot, alice: User) -> None:
    server.deliver("six", mail("Hello", id="a"))
    server.deliver("six", mail("Yes", id="b", sender=US, to=GARY))
    mailbox = connected(server, "six")
    assert reading_progress(mailbox, NOW, alice).left is None
    polled(mailbox)
    Mailbox.objects.update(first_read_at=None, total=6)
    mailbox.refresh_from_db()
    progress = reading_progress(mailbox, NOW + timedelta(minutes=1), alice)
    assert (progress.read, progress.total, progress.left, progress.is_over) == (2, 6, timedelta(minutes=2), False)
    assert progress.found == Found(clients=0, unconfirmed=1, people=1, need_you=0)


def test_a_poll_with_nothing_new_asks_little(
    server: Dovecot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    deliver(server, "seven", 2)
    mailbox = polled(connected(server, "seven"))
    with django_assert_num_queries(14):
        poll_mailbox(mailbox, now=NOW, clock=lambda: NOW)


# ── Folders that change


def test_a_folder_that_was_made_anew_is_read_anew_and_nothing_is_kept_twice(server: Dovecot) -> None:
    deliver(server, "eight", 3)
    mailbox = polled(connected(server, "eight"))
    before = folder_of(mailbox).uid_validity
    place = server.home / "mail" / "eight"
    sleep(1.1)  # the server numbers folders by the second
    for made in place.glob("dovecot*"):
        made.unlink()
    server.deliver("eight", mail("One more", id="new"))
    assert counts(polled(mailbox)) == {"read": 7, "kept": 4, "known": 3}
    assert (folder_of(mailbox).uid_validity == before, Message.objects.count()) == (False, 4)


def test_folders_come_and_go(server: Dovecot) -> None:
    deliver(server, "nine", 1)
    mailbox = polled(connected(server, "nine"))
    deliver(server, "nine", 2, first=1, folder="Clients")
    assert counts(polled(mailbox)) == {"read": 3, "kept": 3}
    shutil.rmtree(server.home / "mail" / "nine" / ".Clients")
    assert counts(polled(mailbox)) == {"read": 3, "kept": 3}
    assert folder_of(mailbox, "Clients").is_gone
    deliver(server, "nine", 3, first=1, folder="Clients")
    assert counts(polled(mailbox)) == {"read": 6, "kept": 4, "known": 2}


def test_mail_that_moves_while_it_is_read_is_read_where_it_went(server: Dovecot, in_steps: None) -> None:
    del in_steps
    deliver(server, "ten", 8)
    mailbox = connected(server, "ten")
    place = server.home / "mail" / "ten"
    server.deliver("ten", mail("Elsewhere", id="else"), folder="Done")
    turns = 0
    while poll_mailbox(mailbox, now=NOW, clock=lambda: NOW, turn=timedelta(0)):
        turns += 1
        for file in sorted((place / "cur").glob("*"))[:2] or sorted((place / "new").glob("*"))[:2]:
            shutil.move(file, place / ".Done" / "cur" / f"moved-{file.name}")
    mailbox = polled(mailbox)
    assert sorted(texts()) == sorted(["Elsewhere", *(f"Mail {number}" for number in range(8))])
    assert turns > 2
    assert counts(mailbox)["kept"] == 9


def test_a_folder_with_an_endless_name_is_read_and_one_that_cannot_be_asked_for_is_named() -> None:
    lines = b'* LIST () "/" "INBOX"\r\n* LIST () "/" "%b"\r\n* LIST () "/" {3}\r\na\rb\r\n' % (b"x" * 600)
    empty = b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 1]\r\n"
    with playing(Script({b"LIST": lines, b"EXAMINE": empty, b"SEARCH": b"* SEARCH\r\n"}, times=2)) as account:
        mailbox = connect_mailbox(
            address="dana@alder.example", provider="other", host=account.host, port=account.port or 0, security="none",
            login="dana", password=PASSWORD, by=None, now=NOW,
        )  # fmt: skip
        polled(mailbox)
    read = [(folder.name[:3], folder.lowest) for folder in mailbox.folders.filter(is_chosen=True)]
    assert read == [("INB", 1), ("a\ufffdb", 0), ("xxx", 1)]
    [skip] = MailSkip.objects.all()
    told = f"The name of the folder a\ufffdb holds a line break, so {account.place} cannot be asked for it; "
    assert (skip.uid, skip.why) == (0, f"{told}give it another name in your mail program.")


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_read(server: Dovecot) -> None:
    deliver(server, "eleven", 1)
    deliver(server, "eleven", 1, first=1, folder="Locked")
    mailbox = connected(server, "eleven")
    locked = server.home / "mail" / "eleven" / ".Locked"
    (locked / "dovecot-acl").write_text("")
    shutil.move(locked / "cur", locked / "away")
    (locked / "cur").write_text("no folder")
    for _ in range(2):  # it is said once, however often it is tried
        assert counts(polled(mailbox)) == {"read": 1, "kept": 1}
    [skip] = MailSkip.objects.all()
    assert (skip.folder.name, skip.uid) == ("Locked", 0)
    (locked / "cur").unlink()
    shutil.move(locked / "away", locked / "cur")
    assert counts(polled(mailbox)) == {"read": 2, "kept": 2}
    assert MailSkip.objects.count() == 0


def test_what_cannot_be_read_is_named(server: Dovecot) -> None:
    server.deliver("twelve", mail("When?", id="a").replace(b"Date:", b"X-Date:"))
    server.deliver("twelve", mail("Later", id="b", at=NOW + timedelta(days=800)))
    mailbox = polled(connected(server, "twelve"))
    assert counts(mailbox)["skipped"] in {1, 2}  # the day of arrival stands in for a date that is missing
    assert MailSkip.objects.get(uid=2).why.startswith("It is dated May 19, 2027")


def test_mail_of_the_private_is_counted_and_not_kept(server: Dovecot) -> None:
    mark_private("north.example", by=None, now=NOW)
    deliver(server, "thirteen", 2)
    server.deliver("thirteen", mail("Hello", id="s", sender="ina@south.example"))
    assert counts(polled(connected(server, "thirteen"))) == {"read": 3, "kept": 1, "private": 2}
    assert texts() == ["Hello"]


def test_what_an_upload_brought_is_known(server: Dovecot) -> None:
    brought_in(mbox(mail("Mail 0", id="m0"), mail("Mail 1", id="m1")))
    deliver(server, "fourteen", 3)
    assert counts(polled(connected(server, "fourteen"))) == {"read": 3, "kept": 1, "known": 2}


# ── Two at once, stopped, paused


def test_of_two_workers_one_reads(server: Dovecot) -> None:
    deliver(server, "fifteen", 1)
    mailbox = connected(server, "fifteen")
    Mailbox.objects.update(leased_until=NOW + LEASE)
    assert not poll_mailbox(mailbox, now=NOW, clock=lambda: NOW)
    assert counts(mailbox) == {}
    later = NOW + 2 * LEASE
    poll_mailbox(mailbox, now=later, clock=lambda: later)
    assert counts(mailbox) == {"read": 1, "kept": 1}


@pytest.mark.usefixtures("in_steps")
def test_who_pauses_it_stops_what_is_under_way(server: Dovecot) -> None:
    deliver(server, "sixteen", 6)
    mailbox = connected(server, "sixteen")
    moments = iter(range(100))

    def clock() -> Any:
        if next(moments) == 5:
            pause_mailbox(Mailbox.objects.get(), by=None, now=NOW)
        return NOW

    assert not poll_mailbox(mailbox, now=NOW, clock=clock)
    before = counts(mailbox).get("read", 0)
    assert before < 6
    assert (mailbox.is_paused, mailbox.problem, mailbox.failures) == (True, "", 0)
    resume_mailbox(mailbox, by=None, now=NOW)
    assert counts(polled(mailbox)) == {"read": 6, "kept": 6}


@pytest.mark.usefixtures("in_steps")
def test_a_worker_that_must_stop_leaves_the_rest(server: Dovecot) -> None:
    deliver(server, "seventeen", 6)
    mailbox = connected(server, "seventeen")
    assert poll_mailbox(mailbox, now=NOW, clock=lambda: NOW, should_stop=lambda: True)
    assert counts(mailbox) == {"read": 2, "kept": 2}
    assert (mailbox.poll_due_at, mailbox.leased_until) == (NOW, None)


def test_the_worker_finds_what_is_due(server: Dovecot, settings: Settings) -> None:
    settings.CLOCK_OFFSET = timedelta(0)
    deliver(server, "eighteen", 1)
    mailbox = connected(server, "eighteen")
    worker = tasks.Worker()
    assert tasks.read_mailbox(worker, NOW - SOON) is False
    assert tasks.read_mailbox(worker, NOW) is True
    assert counts(mailbox) == {"read": 1, "kept": 1}
    assert Client.objects.get().assessed_at is not None or Client.objects.get().standing == "found"
    assert tasks.read_mailbox(worker, NOW) is False


# ── At the edges


def test_a_slow_server_is_waited_for_as_long_as_it_says_something(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.desk.actions.fetching.SHOW_UP_SECONDS", 0.0)
    monkeypatch.setattr("amends.desk.actions.fetching.STEP", 2)
    deliver(server, "nineteen", 5)
    shown: list[int] = []

    def clock() -> Any:
        shown.append(1)
        return NOW

    mailbox = connected(server, "nineteen")
    assert not poll_mailbox(mailbox, now=NOW, clock=clock)
    assert counts(mailbox) == {"read": 5, "kept": 5}
    assert len(shown) > 10  # the lease was kept with every mail


def test_a_process_of_its_own_reads_the_same(server: Dovecot) -> None:
    deliver(server, "twenty", 3)
    mailbox = connected(server, "twenty")
    account, eyes = account_of(mailbox, now=NOW), eyes_of(mailbox, NOW)
    up = Piece("INBOX", (1, 2, 3), is_downwards=False, ends_at=3)
    down = Piece("INBOX", (1, 2, 3), is_downwards=True, ends_at=1)
    errand = Errand(account, (up, down), eyes)
    told = [(batch.part, batch.within, batch.read) for number in (0, 1) for batch in letters_at(errand, number)]
    assert told == [(0, 3, 3), (1, 1, 3)]
    fetching._open.close()
    fetching._connected.cache_clear()


def test_a_place_that_somebody_else_moved_is_not_moved_again(server: Dovecot) -> None:
    deliver(server, "twentyone", 2)
    mailbox = connected(server, "twentyone")

    def clock() -> Any:
        MailFolder.objects.filter(name="INBOX").update(highest=9)
        return NOW

    assert not poll_mailbox(mailbox, now=NOW, clock=clock)
    assert counts(mailbox) == {}


def test_who_loses_the_mailbox_at_the_end_says_nothing_of_it(server: Dovecot) -> None:
    mailbox = connected(server, "twentytwo")
    lost = Turn(mailbox, Lease(Mailbox, mailbox.pk, NOW + LEASE), lambda: NOW, lambda: False, LEASE)
    with pytest.raises(TakenAwayError):
        finish_turn(lost, is_left=False, now=NOW)
    fail_mailbox(lost, "It broke.", now=NOW, is_permanent=False)
    mailbox.refresh_from_db()
    assert (mailbox.problem, mailbox.read_at) == ("", None)


def test_mail_that_came_and_went_is_passed_over(server: Dovecot) -> None:
    deliver(server, "twentythree", 2)
    mailbox = polled(connected(server, "twentythree"))
    deliver(server, "twentythree", 1, first=2)
    with session(account_of(mailbox, now=NOW)) as told:
        assert told.look("INBOX").exists == 3  # the server has numbered it
    for file in (server.home / "mail" / "twentythree").rglob("3.test*"):
        file.unlink()
    assert counts(polled(mailbox)) == {"read": 2, "kept": 2}
    assert folder_of(mailbox).highest == 3


def test_what_went_while_it_was_read_counts_for_nothing(server: Dovecot) -> None:
    deliver(server, "twentyfive", 1)
    mailbox = polled(connected(server, "twentyfive"))
    lease = claim(Mailbox.objects.filter(pk=mailbox.pk), now=NOW)
    assert lease is not None
    turn = Turn(mailbox, lease, lambda: NOW, lambda: False, LEASE, folders={"INBOX": folder_of(mailbox)})
    gone = Piece("INBOX", (9,), is_downwards=False, ends_at=9)
    errand = Errand(account_of(mailbox, now=NOW), (gone,), eyes_of(mailbox, NOW))
    keep_batch(turn, errand, Batch(0, within=9), now=NOW)
    assert (folder_of(mailbox).highest, counts(mailbox)) == (9, {"read": 1, "kept": 1})


def test_steps_that_are_shorter_than_a_batch_are_put_together(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.fetching.STEP", 2)
    deliver(server, "twentysix", 5)
    assert counts(polled(connected(server, "twentysix"))) == {"read": 5, "kept": 5}


def test_no_more_reasons_are_kept_than_anybody_would_read(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.polling.MOST_SKIPS", 2)
    for number in range(4):
        server.deliver("twentyfour", mail("Later", id=f"l{number}", at=NOW + timedelta(days=800)))
    assert counts(polled(connected(server, "twentyfour"))) == {"read": 4, "skipped": 4}
    assert MailSkip.objects.count() == 2
