"""The pages of mailboxes: connected by a real server's leave, followed while they are read, and said when they fail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.http import urlencode

from amends.desk.actions.mailbox import pause_mailbox
from amends.desk.models import Client, Event, Firm, FolderMessage, Mailbox, MailFolder, MailSkip, Message
from amends.web.mailing import how_is
from cast import NOW, WAITS, a_client, browser_of
from dovecot import PASSWORD
from mailbag import mail
from posted import connected, polled, server, trusted
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Pages
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User
    from dovecot import Dovecot

__all__ = ["server", "trusted"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
REFUSED = "mail.alder.example:993 refused the user one or the password; check both."
NEW = "/settings/mailboxes/new"


def a_mailbox(name: str = "one", **fields: Any) -> Mailbox:
    """Keep a mailbox that was read an hour ago."""
    given = {"host": "mail.alder.example", "port": 993, "added_at": NOW - timedelta(hours=2), "kept": 7, "read": 9}
    read = {"first_read_at": NOW - timedelta(hours=1), "read_at": NOW - timedelta(hours=1), "total": 9}
    return Mailbox.objects.create(address=f"{name}@alder.example", login=name, **{**given, **read, **fields})


def failing(**fields: Any) -> Mailbox:
    """Keep a mailbox whose password is refused since half an hour."""
    return a_mailbox(problem=REFUSED, failing_since=NOW - timedelta(minutes=30), is_paused=True, failures=1, **fields)


def at(address: str, **asked: str) -> str:
    return f"{NEW}?{urlencode({'at': 'other', 'address': address, **asked})}"


def way(server: Dovecot, user: str, **typed: Any) -> dict[str, Any]:
    """Return what is typed for a user's mailbox."""
    return {
        "address": f"{user}@alder.example",
        "host": "localhost",
        "port": server.tls_port,
        "security": "tls",
        "login": user,
        "password": PASSWORD,
        **typed,
    }


def does(pages: Pages, mailbox: Mailbox, what: str, **more: Any) -> str:
    answer = pages.post(f"/settings/mailboxes/{mailbox.pk}", {"do": what, **more}, follow=True)
    assert answer.status_code == 200
    return words_in(answer.content.decode())


def test_without_a_mailbox_the_page_says_what_to_do(mona: User) -> None:
    words = text_of(browser_of(mona), "/settings/mailboxes")
    assert "No mailbox yet. Connect one, and within a minute you see who waits for an answer." in words


def test_the_list_says_how_each_is(mona: User) -> None:
    a_mailbox("one")
    a_mailbox("two", first_read_at=None, read=12_480, total=31_906)
    a_mailbox("three", is_paused=True, provider="google")
    a_mailbox("four", first_read_at=None, read_at=None, total=0, kept=0, read=0)
    failing(host="other.example", read_at=NOW - timedelta(hours=1))
    words = text_of(browser_of(mona), "/settings/mailboxes")
    last = "Last read Monday, Mar 10, 11:00 am."
    assert f"one@alder.example mail.alder.example {last} 7 messages kept. Up to date" in words
    assert "two@alder.example mail.alder.example 12,480 of 31,906 messages so far. 7 messages kept. Reading" in words
    assert f"three@alder.example Google Workspace or Gmail {last} 7 messages kept. Paused" in words
    assert "four@alder.example mail.alder.example Its first reading begins within a minute. Nothing kept yet." in words
    assert f"{REFUSED} 7 messages kept. {last} Not read" in words


def test_a_mailbox_that_is_tried_again_says_so() -> None:
    how = how_is(Mailbox(address="one@alder.example", problem="It is down."), NOW)
    assert (how.word, how.sentence, how.urgency) == ("Trying again", "It is down.", "soon")
    assert how_is(Mailbox(is_paused=True), NOW).sentence == "Nothing of it is read yet."


def test_the_first_question_knows_the_persons_own_address(mona: User) -> None:
    page = browser_of(mona).get(NEW).content.decode()
    assert 'value="mona@alder.example"' in page
    assert re.findall(r'value="(\w+)"[^>]*checked', page) == ["other"]
    again = words_in(browser_of(mona).get(f"{NEW}?at=other&address=mona").content.decode())
    assert "Write the whole address, as in ann@example.com" in again


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("ann@alder.example", "imap.alder.example"),
        ("ann@gmail.com", "imap.gmail.com"),
        ("ann@outlook.com", "outlook.office365.com"),
        ("ann@web.de", "imap.web.de"),
    ],
)
def test_the_server_is_guessed_and_may_be_corrected(mona: User, address: str, host: str) -> None:
    page = browser_of(mona).get(at(address)).content.decode()
    assert (f'name="host" value="{host}"' in page, 'value="993"' in page) == (True, True)


@pytest.mark.dovecot
@pytest.mark.usefixtures("trusted")
def test_a_mailbox_is_connected_followed_and_read(server: Dovecot, mona: User) -> None:
    server.deliver("one", mail("Nobody came this morning.", id="a"))
    pages = browser_of(mona)
    answer = pages.post(at("one@alder.example"), way(server, "one"), follow=True)
    words = words_in(answer.content.decode())
    assert "one@alder.example is connected. It is read now." in words
    assert "Reading your mailbox Looking through the folders. The newest mail is read first." in words
    assert "INBOX Read Private" in words
    mailbox = polled(Mailbox.objects.get())
    assert (mailbox.by, mailbox.provider, Message.objects.count()) == (mona, "other", 1)
    words = text_of(pages, f"/settings/mailboxes/{mailbox.pk}")
    assert "One company is not confirmed as your client yet." in words
    assert "Everything is read" in words
    assert "Read 1 Kept with a client 1" in words


@pytest.mark.dovecot
@pytest.mark.usefixtures("trusted")
def test_folders_may_be_chosen_before_anything_is_read(server: Dovecot, mona: User) -> None:
    server.deliver("choosy", mail("Nobody came this morning.", id="a"))
    server.deliver("choosy", mail("See you at the doctor’s.", id="b"), folder="Doctor")
    pages = browser_of(mona)
    answer = pages.post(at("choosy@alder.example", waits="on"), way(server, "choosy"), follow=True)
    words = words_in(answer.content.decode())
    assert "choosy@alder.example is connected. Choose its folders, then have it read." in words
    assert "Which folders? Nothing of it is read yet. Choose below what is read, and what is private; then" in words
    mailbox = polled(Mailbox.objects.get())
    assert Message.objects.count() == 0
    doctor = mailbox.folders.get(name="Doctor")
    does(pages, mailbox, "folders", every="yes", private=[doctor.pk])
    assert "Reading your mailbox" in does(pages, mailbox, "resume")
    polled(mailbox)
    assert list(Message.objects.values_list("text", flat=True)) == ["Nobody came this morning."]


@pytest.mark.dovecot
@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_keeps_what_was_typed_and_never_shows_it(server: Dovecot, mona: User) -> None:
    wrong = "the-wrong-one"
    answer = browser_of(mona).post(at("one@alder.example"), way(server, "one", password=wrong))
    page, words = answer.content.decode(), words_in(answer.content.decode())
    assert f"localhost:{server.tls_port} refused the user one or the password; check both" in words
    assert "We tried on Monday, Mar 10, 12:00 pm. What you typed is still here, but for the password." in words
    assert (f'value="{server.tls_port}"' in page, wrong in page) == (True, False)
    assert Mailbox.objects.count() == 0


def test_a_form_that_is_empty_names_what_is_missing(mona: User) -> None:
    words = words_in(browser_of(mona).post(at("one@alder.example"), {}).content.decode())
    assert "Write the name of the mail server" in words
    assert "Write the password" in words


def test_in_the_demo_firm_nothing_is_connected(mona: User) -> None:
    Firm.objects.update(is_demo=True)
    pages = browser_of(mona)
    assert "the demo firm takes no mail" in text_of(pages, NEW)
    assert pages.post(at("one@alder.example"), {}).status_code == 409


def test_the_first_reading_says_how_far_it_is(mona: User) -> None:
    started = NOW - timedelta(seconds=115)
    mailbox = a_mailbox(first_read_at=None, read=12_000, total=36_000, kept=0, added_at=started)
    words = text_of(browser_of(mona), f"/settings/mailboxes/{mailbox.pk}")
    assert "12,000 of 36,000 messages. About 4 minutes left. You can close this page, we will keep going." in words
    part = browser_of(mona).get(f"/settings/mailboxes/{mailbox.pk}/progress").content.decode()
    assert ("12,000 of 36,000 messages." in part, "data-done" in part) == (True, False)
    Mailbox.objects.update(first_read_at=NOW)
    assert "data-done" in browser_of(mona).get(f"/settings/mailboxes/{mailbox.pk}/progress").content.decode()


def test_trouble_says_what_since_when_and_what_to_do(mona: User) -> None:
    mailbox = failing()
    words = text_of(browser_of(mona), f"/settings/mailboxes/{mailbox.pk}")
    assert (
        f"It is not read any more. {REFUSED} Since Monday, Mar 10, 11:30 am. Nothing is lost. What you see is from"
        " Monday, Mar 10, 11:00 am. Sign in again Try again now"
    ) in words
    Mailbox.objects.update(is_paused=False, poll_due_at=NOW + timedelta(minutes=4), read_at=None)
    words = text_of(browser_of(mona), f"/settings/mailboxes/{mailbox.pk}")
    assert "We couldn’t reach it, and try again by ourselves." in words
    assert "Nothing is lost. The next try is on Monday, Mar 10, 12:04 pm. Try again now" in words


def test_what_could_not_be_read_is_named(mona: User) -> None:
    mailbox = a_mailbox(skipped=3)
    folder = MailFolder.objects.create(mailbox=mailbox, name="Archive", is_sent=True, total=1_200)
    MailSkip.objects.create(folder=folder, uid=0, why="The server refuses this folder.")
    MailSkip.objects.create(folder=folder, uid=8, why="It has no date.")
    words = text_of(browser_of(mona), f"/settings/mailboxes/{mailbox.pk}")
    assert "Archive, message 8 It has no date. Archive The server refuses this folder. And 1 more." in words
    assert "Archive what you sent 1,200 messages Read Private" in words


def test_a_mailbox_is_paused_and_read_on(mona: User) -> None:
    mailbox, pages = a_mailbox(), browser_of(mona)
    assert "Paused Last read Monday, Mar 10, 11:00 am. What comes meanwhile is read" in does(pages, mailbox, "pause")
    assert "Everything is read" in does(pages, mailbox, "resume")
    assert does(pages, mailbox, "nonsense") == text_of(pages, f"/settings/mailboxes/{mailbox.pk}")


def test_folders_are_chosen_and_made_private(mona: User) -> None:
    mailbox = a_mailbox()
    one, two = (MailFolder.objects.create(mailbox=mailbox, name=name) for name in ("INBOX", "Doctor"))
    told = {"every": "no", "chosen": [one.pk], "private": [two.pk]}
    assert "Saved." in does(browser_of(mona), mailbox, "folders", **told)
    found = list(MailFolder.objects.order_by("pk").values_list("name", "is_chosen", "is_private"))
    assert found == [("INBOX", True, False), ("Doctor", False, True)]
    mailbox.refresh_from_db()
    assert not mailbox.is_every_folder


def test_before_a_folder_becomes_private_the_page_asks_what_becomes_of_what_it_brought(mona: User) -> None:
    mailbox, north = a_mailbox(), a_client(*WAITS)
    folder = MailFolder.objects.create(mailbox=mailbox, name="Doctor")
    for message in Message.objects.all():
        FolderMessage.objects.create(folder=folder, key=message.key)
    count = Message.objects.count()
    told = {"every": "yes", "private": [folder.pk]}
    words = does(browser_of(mona), mailbox, "folders", **told)
    assert "Take out what was read from it? The folder Doctor is not read from now on." in words
    assert f"{count} message" in words
    assert not MailFolder.objects.get().is_private
    assert "Saved." in does(browser_of(mona), mailbox, "folders", **told, stored="stay")
    assert (MailFolder.objects.get().is_private, Message.objects.count()) == (True, count)
    MailFolder.objects.update(is_private=False)
    assert "What was read from it alone is gone." in does(browser_of(mona), mailbox, "folders", **told, stored="go")
    assert (Message.objects.count(), Client.objects.get()) == (0, north)


def test_before_a_mailbox_is_disconnected_the_page_asks(mona: User) -> None:
    mailbox, pages = a_mailbox(), browser_of(mona)
    words = does(pages, mailbox, "remove")
    assert "Disconnect one@alder.example? New mail is no longer read from it, and its password is forgotten." in words
    assert Mailbox.objects.count() == 1
    assert "Disconnected." in does(pages, mailbox, "remove", sure="yes")
    assert (Mailbox.objects.count(), Event.objects.get().verb) == (0, "remove_mailbox")


@pytest.mark.dovecot
@pytest.mark.usefixtures("trusted")
def test_who_signs_in_again_is_read_on(server: Dovecot, mona: User) -> None:
    mailbox, pages = connected(server, "one"), browser_of(mona)
    Mailbox.objects.update(problem=REFUSED, failing_since=NOW, is_paused=True)
    where = f"/settings/mailboxes/{mailbox.pk}/way"
    shown = re.findall(r'name="shown" value="([^"]+)"', pages.get(where).content.decode())
    typed = way(server, "one", shown=shown[0])
    assert "refused the user one" in words_in(pages.post(where, {**typed, "password": "wrong"}).content.decode())
    assert pages.post(where, typed).headers["Location"] == f"/settings/mailboxes/{mailbox.pk}"
    mailbox.refresh_from_db()
    assert (mailbox.problem, mailbox.is_paused) == ("", False)
    assert pages.post(where, {**typed, "password": "", "address": "uno@alder.example"}).status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.address == "uno@alder.example"


def test_what_a_colleague_changed_meanwhile_is_not_written_over(mona: User) -> None:
    mailbox, pages = a_mailbox(), browser_of(mona)
    where = f"/settings/mailboxes/{mailbox.pk}/way"
    [shown] = re.findall(r'name="shown" value="([^"]+)"', pages.get(where).content.decode())
    Mailbox.objects.update(port=1993)
    typed = {"address": "one@alder.example", "host": "mail.alder.example", "port": 993, "security": "tls"}
    words = words_in(pages.post(where, {**typed, "login": "one", "password": "", "shown": shown}).content.decode())
    assert "“Port” has become “1993” meanwhile." in words


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_today_and_every_page_say_that_mail_does_not_come_in(who: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(who)
    failing(by=user if who == "alice" else None)
    title = "We couldn’t reach your mailbox." if who == "alice" else "We couldn’t reach the mailbox one@alder.example."
    seen = "What you see is from Monday, Mar 10, 11:00 am."
    words = text_of(browser_of(user))
    assert f"{title} {REFUSED} That was on Monday, Mar 10, 11:30 am. Nothing is lost. {seen}" in words
    assert ("Sign in again" in words) == (who == "alice")
    elsewhere = text_of(browser_of(user), "/promises")
    assert f"{title} {seen}" in elsewhere
    assert ("Sign in again" in elsewhere) == (who == "alice")


def test_more_mailboxes_that_fail_are_counted(alice: User) -> None:
    failing(read_at=None)
    a_mailbox("two", problem=REFUSED, failing_since=NOW)
    words = text_of(browser_of(alice))
    assert "Nothing is lost. One more mailbox is not read." in words
    Mailbox.objects.filter(login="one").update(is_paused=False)
    assert "Nothing is lost. See the mailbox" in text_of(browser_of(alice), "/promises")


def test_where_mail_comes_in_nothing_is_said(alice: User) -> None:
    mailbox = a_mailbox()
    pause_mailbox(mailbox, by=alice, now=NOW)
    assert "couldn’t reach" not in text_of(browser_of(alice))


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_queries_with_one_row_as_with_three(
    mona: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        a_mailbox(f"box{number}")
    mailbox = Mailbox.objects.order_by("pk")[0]
    for number in range(count):
        folder = MailFolder.objects.create(mailbox=mailbox, name=f"Folder {number}")
        MailSkip.objects.create(folder=folder, uid=1, why="It has no date.")
    pages = browser_of(mona)
    pages.get("/settings/mailboxes")
    with django_assert_num_queries(LIST):
        pages.get("/settings/mailboxes")
    with django_assert_num_queries(ONE):
        pages.get(f"/settings/mailboxes/{mailbox.pk}")


LIST, ONE = 9, 15
