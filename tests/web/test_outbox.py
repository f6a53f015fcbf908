"""The outbox: a letter is written, read once more, sent, and what became of it is shown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import F

from amends.desk.actions.letter import NOT_THEIRS, seal_of, send_letter, write_letter
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import Client, LetterKind, Outgoing, Person
from cast import NOW, WAITS, a_client, a_restricted_client, browser_of, person_at
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened
from shown import text_of, words_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import Branch, Firm, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "mail_server")]
__all__ = ["in_the_browser"]
GARY = "gary@north.example"
TYPED = {"to": GARY, "subject": "Two people", "text": "Hello Gary,\n\nboth come on Friday.\n\nBob"}
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "mail.alder.example", 587, True
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"


@pytest.fixture
def north(bob: User) -> Client:
    client = a_client(*WAITS, looked_after_by=bob)
    Person.objects.filter(addresses__address=GARY).update(name="Gary Flint")
    return client


def a_draft(north: Client, bob: User, subject: str = "Two people") -> Outgoing:
    return write_letter(north, GARY, subject, TYPED["text"], by=bob, now=NOW - AN_HOUR)


def with_fate(north: Client, bob: User, subject: str = "Two people", **fields: Any) -> Outgoing:
    letter = a_draft(north, bob, subject)
    told = {"read_at": NOW - AN_HOUR, "read_by": bob, "sending_at": NOW - AN_HOUR}
    Outgoing.objects.filter(pk=letter.pk).update(**told | fields)
    letter.refresh_from_db()
    return letter


def bare(piece: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", piece).split())


def buttons(page: str) -> list[str]:
    inside = page[page.index("<main") : page.index("</main>")]
    return [bare(each) for each in re.findall(r"<button[^>]*>.*?</button>", inside, re.DOTALL)]


def test_a_letter_is_written_read_and_sent(north: Client, bob: User) -> None:
    browser = browser_of(bob)
    page = browser.get(f"/clients/{north.pk}").content.decode()
    gary = person_at(north, GARY)
    assert f'<a class="btn" href="/clients/{north.pk}/write?person={gary.pk}">Write to Gary</a>' in page
    form = browser.get(f"/clients/{north.pk}/write?person={gary.pk}").content.decode()
    assert '<option value="gary@north.example" selected>Gary Flint at gary@north.example</option>' in form
    shown = words_in(browser.post(f"/clients/{north.pk}/write", TYPED, follow=True).content.decode())
    assert "Gary Flint at North will read this." in shown
    told = "From Bob Reed <desk@alder.example> To Gary Flint <gary@north.example> Answers go to bob@alder.example"
    assert told in unescape(shown)
    assert "Subject Two people Hello Gary, both come on Friday. Bob This is all that goes out" in shown
    letter = Outgoing.objects.get()
    assert letter.read_at is None
    sent = browser.post(f"/outbox/{letter.pk}/send", {"seal": seal_of(letter)}, follow=True)
    assert sent.redirect_chain == [(f"/clients/{north.pk}", 302)]
    assert "On its way to Gary Flint." in words_in(sent.content.decode())
    assert Outgoing.objects.filter(read_by=bob, read_at=F("added_at")).count() == 1


def test_a_message_is_answered_in_its_conversation(north: Client, bob: User, vera: User) -> None:
    asked = north.messages.get(message_id="m2@north.example")
    where = f"/clients/{north.pk}/write?answers={asked.pk}"
    assert where in browser_of(bob).get(f"/messages/{asked.pk}").content.decode()
    assert where not in browser_of(vera).get(f"/messages/{asked.pk}").content.decode()
    form = browser_of(bob).get(where).content.decode()
    assert 'value="Re: sites"' in form or f'value="Re: {asked.subject}"' in form
    browser_of(bob).post(where, TYPED)
    assert Outgoing.objects.get().answers == asked
    other = a_client("3 Mar 08:00 sue: Hello.", name="South").messages.get()
    assert browser_of(bob).get(f"/clients/{north.pk}/write?answers={other.pk}").status_code == 200
    browser_of(bob).post(f"/clients/{north.pk}/write?answers={other.pk}", TYPED)
    assert Outgoing.objects.filter(answers=other).count() == 0


def test_our_own_message_is_followed_up_to_whom_it_went(north: Client, bob: User) -> None:
    ours = north.messages.get(message_id="m1@north.example")
    form = browser_of(bob).get(f"/clients/{north.pk}/write?answers={ours.pk}").content.decode()
    assert re.findall(r'<option value="([^"]*)" selected', form) == ([GARY] if GARY in ours.to else [])


def test_nothing_typed_is_lost(north: Client, bob: User) -> None:
    browser = browser_of(bob)
    page = browser.post(f"/clients/{north.pk}/write", {**TYPED, "subject": ""}).content.decode()
    assert "Write a subject: without one, mail is easily taken for junk" in words_in(page)
    assert "both come on Friday." in page
    page = browser.post(f"/clients/{north.pk}/write", {**TYPED, "to": "eve@x.example"}).content.decode()
    assert "both come on Friday." in page
    assert Outgoing.objects.count() == 0


def test_who_has_no_address_is_said(bob: User) -> None:
    south = a_client(name="South")
    page = text_of(browser_of(bob), f"/clients/{south.pk}/write")
    assert "No address is known there. Add somebody with a mail address, and you can write to them." in page


def test_a_draft_is_changed_discarded_and_held_back(north: Client, bob: User) -> None:
    browser, letter = browser_of(bob), a_draft(north, bob)
    assert buttons(browser.get(f"/outbox/{letter.pk}").content.decode()) == ["Send", "Discard"]
    form = browser.get(f"/outbox/{letter.pk}/edit").content.decode()
    shown = re.findall(r'name="shown" value="([^"]*)"', form)[0]
    browser.post(f"/outbox/{letter.pk}/edit", {**TYPED, "text": "They come at ten.", "shown": shown})
    letter.refresh_from_db()
    assert letter.text == "They come at ten.\n"
    again = browser.post(f"/outbox/{letter.pk}/edit", {**TYPED, "text": "At nine.", "shown": shown}).content.decode()
    assert "Save mine" in again
    send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))
    assert buttons(browser.get(f"/outbox/{letter.pk}").content.decode()) == ["Do not send it yet"]
    browser.post(f"/outbox/{letter.pk}/back")
    page = words_in(browser.post(f"/outbox/{letter.pk}/drop", follow=True).content.decode())
    assert ("Discarded. Nothing was sent." in page, Outgoing.objects.count()) == (True, 0)


def test_names_in_any_writing_are_shown_as_they_are_read(north: Client, bob: User) -> None:
    Person.objects.filter(addresses__address=GARY).update(name="Zoë Łuk")
    page = words_in(browser_of(bob).get(f"/outbox/{a_draft(north, bob).pk}").content.decode())
    assert "To Zoë Łuk <gary@north.example>" in unescape(page)


def test_a_colleagues_draft_becomes_ones_own_when_changed(north: Client, bob: User, mona: User) -> None:
    letter = a_draft(north, bob)
    told = "Bob wrote this. Once you change it, it goes out under your name, and answers come to you."
    assert told in text_of(browser_of(mona), f"/outbox/{letter.pk}/edit")
    assert told not in text_of(browser_of(bob), f"/outbox/{letter.pk}/edit")


def test_what_did_not_arrive_is_written_anew(north: Client, bob: User, charlie: User, riverside: Branch) -> None:
    back = with_fate(north, bob, sent_at=NOW, bounced_at=NOW, problem="no such mailbox (550)")
    where = f"/clients/{north.pk}/write?again={back.pk}"
    assert where in browser_of(bob).get(f"/outbox/{back.pk}").content.decode()
    form = browser_of(bob).get(where).content.decode()
    assert ('value="Two people"' in form, "both come on Friday." in form) == (True, True)
    secret = a_restricted_client("3 Mar 08:00 mina: Hello.", branch=riverside, looked_after_by=bob)
    hidden = write_letter(secret, "mina@secret.example", "Hush", "Hush.", by=bob, now=NOW)
    assert "Hush" not in text_of(browser_of(charlie), f"/clients/{north.pk}/write?again={hidden.pk}")


def test_a_letter_changed_by_a_colleague_is_read_again(north: Client, bob: User) -> None:
    letter = a_draft(north, bob)
    page = words_in(
        browser_of(bob).post(f"/outbox/{letter.pk}/send", {"seal": "of other words"}, follow=True).content.decode()
    )
    assert "Somebody changed this letter since you read it. Read it again before it goes out." in page
    letter.refresh_from_db()
    assert letter.read_at is None


FATES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "waiting": ({"sending_at": None}, "It goes out as soon as the mail server takes it.", ["Do not send it yet"]),
    "not now": (
        {"sending_at": None, "tries": 2, "due_at": NOW + AN_HOUR, "problem": "450 Greylisted"},
        "The mail server said: not now. It is tried again Monday, Mar 10, 1:00 pm.", ["Do not send it yet"],
    ),
    "being sent": ({"sending_at": NOW}, "It is being sent.", []),
    "sent": ({"sent_at": NOW}, "Sent Monday, Mar 10, 12:00 pm.", []),
    "answered": ({"sent_at": NOW, "replied_at": NOW}, "Answered Monday, Mar 10, 12:00 pm.", []),
    "away": (
        {"sent_at": NOW, "auto_replied_at": NOW, "away_until": date(2025, 3, 17)},
        "They are away until Mar 17.", [],
    ),
    "automatic": ({"sent_at": NOW, "auto_replied_at": NOW}, "A program answered.", []),
    "came back": (
        {"sent_at": NOW, "bounced_at": NOW, "problem": "no such mailbox (550 5.1.1)"}, "It came back",
        ["I have seen it"],
    ),
    "refused": (
        {"failed_at": NOW, "problem": "The mail server refused it: 554"}, "It was not delivered.",
        ["Send it again", "I have seen it"],
    ),
    "lost": ({"problem": "The connection broke"}, "Nobody knows whether it arrived", ["Send it again", "Leave it"]),
    "killed": ({}, "Nobody knows whether it arrived", ["Send it again", "Leave it"]),
}  # fmt: skip


@pytest.mark.parametrize("fate", FATES)
def test_each_fate_is_told_with_what_can_be_done(north: Client, bob: User, fate: str) -> None:
    fields, words, can = FATES[fate]
    letter = with_fate(north, bob, **fields)
    page = browser_of(bob).get(f"/outbox/{letter.pk}").content.decode()
    assert (words in words_in(page), buttons(page)) == (True, can)


def test_the_outbox_has_a_part_for_each_fate(north: Client, bob: User) -> None:
    browser = browser_of(bob)
    assert "Nothing was sent yet." in text_of(browser, "/outbox")
    a_draft(north, bob, "A draft")
    with_fate(north, bob, "Waits", sending_at=None)
    with_fate(north, bob, "Lost", problem="The connection broke")
    with_fate(north, bob, "Back", sent_at=NOW, bounced_at=NOW, problem="no such mailbox (550)")
    with_fate(north, bob, "Sent", sent_at=NOW)
    tabs = re.findall(r'<a class="fl"[^>]*>(.*?)</a>', browser.get("/outbox").content.decode())
    assert [bare(tab) for tab in tabs] == ["To read 1", "Waiting 1", "Fate unknown 1", "Came back 1", "Sent"]
    shown = {
        show: re.findall(r'<div class="d">(\w+)', browser.get(f"/outbox?show={show}").content.decode())
        for show in ("read", "waiting", "unknown", "back", "sent", "nonsense")
    }
    assert shown == {
        "read": ["A"], "waiting": ["Waits"], "unknown": ["Lost"], "back": ["Back"], "sent": ["Sent", "Back"],
        "nonsense": ["A"],
    }  # fmt: skip


def test_what_came_back_can_be_taken_off_and_what_is_lost_sent_again(north: Client, bob: User) -> None:
    browser = browser_of(bob)
    back = with_fate(north, bob, "Back", sent_at=NOW, bounced_at=NOW, problem="no such mailbox (550)")
    lost = with_fate(north, bob, "Lost", problem="The connection broke")
    page = text_of(browser, "/")
    assert "Your mail to Gary Flint came back: no such mailbox." in page
    assert "Nobody knows whether your mail to Gary Flint arrived." in page
    assert "Taken off the list." in words_in(browser.post(f"/outbox/{back.pk}/close", follow=True).content.decode())
    assert "It is sent again." in words_in(browser.post(f"/outbox/{lost.pk}/again", follow=True).content.decode())
    assert "mail to Gary Flint" not in text_of(browser, "/")


def test_today_tells_a_manager_whose_letter_came_back(north: Client, bob: User, mona: User, charlie: User) -> None:
    Client.objects.update(branch=mona.branch)
    with_fate(north, bob, sent_at=NOW, bounced_at=NOW, problem="no such mailbox (550)")
    with_fate(north, bob, problem="The connection broke")
    with_fate(north, bob, failed_at=NOW, problem="The mail server refused it: 554 5.7.1 No thanks")
    assert "Your mail to Gary Flint was not delivered." in text_of(browser_of(bob), "/")
    page = text_of(browser_of(mona), "/")
    assert "Bob’s mail to Gary Flint was not delivered." in page
    assert "Bob’s mail to Gary Flint came back: no such mailbox." in page
    assert "Nobody knows whether Bob’s mail to Gary Flint arrived." in page
    assert "Gary Flint" not in text_of(browser_of(charlie), "/")


def test_a_letter_whose_writer_has_gone_is_for_who_takes_it_over(north: Client, bob: User, mona: User) -> None:
    Client.objects.update(branch=mona.branch)
    letter = a_draft(north, bob)
    Outgoing.objects.update(problem=NOT_THEIRS)
    told = "A letter to Gary Flint was not sent: who wrote it writes there no more."
    assert told in text_of(browser_of(mona), "/")
    assert str(NOT_THEIRS) in text_of(browser_of(mona), f"/outbox/{letter.pk}")


def test_why_nothing_goes_out_is_said(north: Client, bob: User, firm: Firm, settings: Settings) -> None:
    letter, browser = a_draft(north, bob), browser_of(bob)
    firm.mail_down_at, firm.mail_problem = NOW - AN_HOUR, "The mail server does not let us in."
    firm.save()
    told = "No mail has gone out since Monday, Mar 10, 11:00 am. The mail server does not let us in. Nothing is lost"
    assert told in text_of(browser, "/outbox")
    assert buttons(browser.get(f"/outbox/{letter.pk}").content.decode()) == ["Send", "Discard"]
    settings.EMAIL_HOST = ""
    page = browser.get(f"/outbox/{letter.pk}").content.decode()
    assert "No mail can be sent from here. Whoever runs this desk sets AMENDS_SMTP_URL." in words_in(page)
    assert buttons(page) == ["Discard"]


def test_notices_are_seen_by_who_manages_without_their_words(alice: User, bob: User, mona: User) -> None:
    notice = queue_letter(LetterKind.INVITATION, "jo@x.example", "Come in", "https://secret/link", now=NOW, user=bob)
    Outgoing.objects.update(sending_at=NOW, failed_at=NOW, problem="The mail server refused it: 550")
    for user in (alice, mona):
        page = text_of(browser_of(user), f"/outbox/{notice.pk}")
        assert ("It was not delivered." in page, "secret" in page) == (True, False)
        assert "Bob Reed Invitation" in text_of(browser_of(user), "/outbox?show=back")
    assert browser_of(bob).get(f"/outbox/{notice.pk}").status_code == 404
    assert browser_of(alice).post(f"/outbox/{notice.pk}/send").status_code == 404


def test_a_letter_to_a_restricted_client_is_for_who_sees_it(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client("3 Mar 08:00 mina: Hello.", branch=riverside, looked_after_by=bob)
    letter = write_letter(secret, "mina@secret.example", "x", "x", by=bob, now=NOW)
    for way in ("", "/edit"):
        assert browser_of(charlie).get(f"/outbox/{letter.pk}{way}").status_code == 404
    assert browser_of(charlie).post(f"/outbox/{letter.pk}/send").status_code == 404
    assert "Mina" not in text_of(browser_of(charlie), "/outbox?show=read")


def test_an_owner_sends_themselves_a_test(alice: User, bob: User, settings: Settings) -> None:
    browser = browser_of(alice)
    page = text_of(browser, "/settings/mail-out")
    assert "Mail server mail.alder.example:587, encrypted Signs in as nobody Sends from desk@alder.example" in page
    page = words_in(browser.post("/settings/mail-out", follow=True).content.decode())
    assert "A test is on its way to alice@alder.example." in page
    assert "It goes out as soon as the mail server takes it." in page
    Outgoing.objects.update(
        sending_at=NOW, failed_at=NOW, problem="The mail server refused it: 550 5.7.1 Relaying denied"
    )
    assert "It was not delivered. The mail server refused it: 550 5.7.1 Relaying denied" in text_of(
        browser, "/settings/mail-out"
    )
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER = True, "desk"
    assert "encrypted from the start Signs in as desk" in text_of(browser, "/settings/mail-out")
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    assert "in the clear, on this machine" in text_of(browser, "/settings/mail-out")
    settings.EMAIL_HOST = ""
    assert "No mail can be sent from here." in text_of(browser, "/settings/mail-out")
    assert browser_of(bob).get("/settings/mail-out").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_outbox_asks_as_often_with_three_letters_as_with_one(
    north: Client, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        with_fate(north, bob, f"Sent {number}", sent_at=NOW)
    letter, browser = a_draft(north, bob), browser_of(bob)
    with django_assert_num_queries(QUERIES):
        browser.get("/outbox?show=sent")
    with django_assert_num_queries(QUERIES_OF_ONE):
        browser.get(f"/outbox/{letter.pk}")


QUERIES, QUERIES_OF_ONE = 12, 12


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_in_nobodys_way(chromium: Browser, north: Client, alice: User, width: int, theme: str) -> None:
    letters = [
        a_draft(north, alice),
        with_fate(north, alice, sent_at=NOW, bounced_at=NOW, problem="no such mailbox (550)"),
    ]
    letters.append(with_fate(north, alice, "Lost", problem="The connection broke"))
    addresses = [f"/clients/{north.pk}/write", "/settings/mail-out", "/", f"/outbox/{letters[0].pk}/edit"]
    addresses += [f"/outbox/{letter.pk}" for letter in letters]
    addresses += [f"/outbox?show={show}" for show in ("read", "waiting", "unknown", "back", "sent")]
    found = {where: mistakes(opened(chromium, alice, where, width=width, theme=theme)) for where in addresses}
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
def test_a_letter_is_sent_without_javascript(chromium: Browser, north: Client, bob: User) -> None:
    page = opened(chromium, bob, f"/clients/{north.pk}/write", script=False)
    page.fill("[name=subject]", "Two people")
    page.fill("[name=text]", "Both come.")
    page.click("main .btn.p")
    page.click("main .btn.p")
    assert "On its way to Gary Flint." in page.inner_text("main")
    assert Outgoing.objects.get().read_by == bob
