"""Letters with a client's page: the link is in the mail and nowhere else, and a mail that did not leave has none."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core import serializers

from amends.core.thread import key_of as thread_key
from amends.desk.actions.client_page import end_page, make_link, make_page
from amends.desk.actions.delivery import NOT_FROM_HERE, deliver_next
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.actions.letter import (
    change_letter,
    give_back_letter,
    resend_letter,
    seal_of,
    send_letter,
    write_letter,
)
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.page_mail import PAGE_ENDED, UNASKED, end_unsent_link, is_made_up
from amends.desk.actions.pulse_asking import stop_asking
from amends.desk.actions.reading import Batch, Job, take
from amends.desk.models import Client, ClientPage, Event, LetterKind, Message, Outgoing, PageKind, PageLink, Reference
from amends.desk.queries.client_page import link_of
from amends.desk.queries.outbox import letters_back
from amends.desk.rules import Refused
from amends.sources.rfc822 import mail_from
from amends.web.posting import told_back
from cast import NOW, WAITS, a_client, keep, person_at, upset
from postbox import Postbox, a_postbox, unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import Case, Firm, User

pytestmark = pytest.mark.django_db
GARY = "gary@north.example"
TEXT = f"Hello Gary,\n\nthis is what we heard, and what we will do:\n\n{PAGE_MARK}\n\nBob"
LATER = NOW + timedelta(minutes=2)
MUCH_LATER = NOW + timedelta(hours=2)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    settings.ADDRESS = "https://desk.alder.example"
    yield from a_postbox(settings)


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(*WAITS, looked_after_by=bob)


@pytest.fixture
def case(north: Client, bob: User, mona: User) -> Case:
    asked = north.messages.get(message_id="m2@north.example")
    Reference.objects.create(client=north, key=thread_key("m2@north.example"), thread=asked.thread)
    case = upset(bob, north, person=person_at(north, GARY))
    case.lead, case.message = mona, asked
    case.save()
    return case


def a_page(case: Case, bob: User, kind: PageKind = PageKind.RECOVERY) -> ClientPage:
    return make_page(kind, person_at(case.client, GARY), by=bob, now=NOW, case=case, title="Gary, we let you down.")


def a_letter(case: Case, bob: User, page: ClientPage | None = None, **more: Any) -> Outgoing:
    told: dict[str, Any] = {"by": bob, "now": NOW, "page": page or a_page(case, bob)}
    return write_letter(case.client, GARY, "What we heard", TEXT, **told | more)


def sent(letter: Outgoing, bob: User) -> Outgoing:
    return send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def tokens(postbox: Postbox) -> list[str]:
    """Return the token in each mail that left: the address stands on a line of its own."""
    lines = [unflowed(mail.get_content()).split("\n") for mail in postbox.mails]
    address = re.compile(r"https://desk\.alder\.example/c/([\w-]{43})")
    return [match[1] for each in lines for line in each if (match := address.fullmatch(line))]


def everything_kept() -> str:
    """Return all that stands in the database, as text."""
    return "".join(
        serializers.serialize("json", model._default_manager.all())
        for model in apps.get_app_config("desk").get_models()
    )


def test_the_link_is_made_as_the_letter_leaves_and_stands_in_the_mail_alone(
    case: Case, bob: User, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    letter = sent(a_letter(case, bob), bob)
    assert PageLink.objects.count() == 0
    deliver_next(now=LATER)
    [token] = tokens(postbox)
    link = link_of(token)
    assert link is not None
    assert (link.page, link.works(LATER), link.by) == (letter.page, True, None)
    assert token not in everything_kept() + caplog.text
    letter.refresh_from_db()
    assert (letter.text, Message.objects.get(message_id=letter.message_id).text) == (
        f"{TEXT}\n", TEXT.removesuffix("\n\nBob"),
    )  # fmt: skip


def test_it_joins_the_conversation_and_answers_go_to_who_leads(case: Case, bob: User, postbox: Postbox) -> None:
    sent(a_letter(case, bob), bob)
    deliver_next(now=LATER)
    [mail] = postbox.mails
    assert (mail["In-Reply-To"], mail["Reply-To"], str(mail["From"])) == (
        "<m2@north.example>", "mona@alder.example", "Bob Reed <desk@alder.example>",
    )  # fmt: skip
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"], mail["Auto-Submitted"]) == (None, None, None)
    ours = Message.objects.filter(from_us=True).latest("at")
    assert (ours.sender, ours.sender_name, ours.thread) == ("bob@alder.example", "Bob Reed", case.message.thread)  # type: ignore[union-attr]  # it has one


def test_without_mail_about_it_the_letter_answers_the_last_that_they_wrote(case: Case, bob: User) -> None:
    case.message = None
    case.save()
    keep(case.client, "9 Mar 09:00 client #late: Any news?", "9 Mar 10:00 sue@client #other: And the roster?")
    assert a_letter(case, bob).answers == case.client.messages.get(subject="late")
    case.lead = None
    case.save()
    assert a_letter(case, bob).reply_to == "bob@alder.example"


def test_whoever_is_asked_how_they_feel_can_say_no_more_in_one_step(
    case: Case, bob: User, postbox: Postbox, settings: Settings
) -> None:
    sent(a_letter(case, bob, a_page(case, bob, PageKind.PULSE)), bob)
    deliver_next(now=LATER)
    settings.ADDRESS = "http://127.0.0.1:8321"  # RFC 8058 wants https, so nothing is promised in one step
    sent(a_letter(case, bob, a_page(case, bob, PageKind.PULSE)), bob)
    deliver_next(now=LATER)
    first, second = postbox.mails
    [token] = tokens(postbox)
    assert first["List-Unsubscribe"] == f"<https://desk.alder.example/c/{token}/no-more>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://127\.0\.0\.1:8321/c/[\w-]{43}/no-more>", second["List-Unsubscribe"])
    assert second["List-Unsubscribe-Post"] is None


def test_a_link_that_did_not_leave_ends_and_the_next_one_is_another(case: Case, bob: User, postbox: Postbox) -> None:
    letter = sent(a_letter(case, bob), bob)
    postbox.answer = "450 Not now"
    deliver_next(now=LATER)
    postbox.answer = "550 Never"
    deliver_next(now=MUCH_LATER)
    postbox.answer = "250 Thanks"
    resend_letter(letter, by=bob, now=MUCH_LATER)
    deliver_next(now=MUCH_LATER)
    made = tokens(postbox)
    assert len(set(made)) == 3
    assert [link_of(token).works(MUCH_LATER) for token in made] == [False, False, True]  # type: ignore[union-attr]  # each has its row


def test_a_letter_of_unknown_fate_keeps_its_link_and_is_the_same_mail_when_sent_again(
    case: Case, bob: User, postbox: Postbox
) -> None:
    letter = sent(a_letter(case, bob), bob)
    postbox.answer = "hang up"
    deliver_next(now=LATER)
    assert deliver_next(now=MUCH_LATER) is False  # never again by itself
    postbox.answer = "250 Thanks"
    resend_letter(letter, by=bob, now=MUCH_LATER)
    deliver_next(now=MUCH_LATER)
    first, second = postbox.mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter.message_id}>"
    assert [link_of(token).works(MUCH_LATER) for token in tokens(postbox)] == [True, True]  # type: ignore[union-attr]  # either may have arrived


def test_a_page_is_for_one_person(case: Case, bob: User) -> None:
    person_at(case.client, "sue@north.example")
    letter = a_letter(case, bob)
    with pytest.raises(Refused, match=r"This page was made for Gary alone\. Make another for Sue\."):
        change_letter(letter, "sue@north.example", "What we heard", TEXT, by=bob, now=NOW)
    with pytest.raises(Refused, match="made for Gary alone"):
        write_letter(case.client, "sue@north.example", "x", TEXT, by=bob, now=NOW, page=letter.page)
    south = a_client(name="South", looked_after_by=bob)
    person_at(south, "ann@south.example")
    with pytest.raises(Refused, match="made for Gary alone"):
        write_letter(south, "ann@south.example", "x", TEXT, by=bob, now=NOW, page=letter.page)


def test_the_line_for_the_link_and_the_page_go_together(case: Case, bob: User, postbox: Postbox) -> None:
    letter = a_letter(case, bob)
    change_letter(letter, GARY, "What we heard", "No link.", by=bob, now=NOW)
    with pytest.raises(Refused, match=r"The line \[link\] is missing"):
        sent(letter, bob)
    plain = write_letter(case.client, GARY, "What we heard", TEXT, by=bob, now=NOW)
    with pytest.raises(Refused, match=r"There is a line \[link\], but no page"):
        sent(plain, bob)
    assert letter.page
    end_page(letter.page, by=bob, now=NOW)
    change_letter(letter, GARY, "What we heard", TEXT, by=bob, now=NOW)
    with pytest.raises(Refused, match="Its page was ended, so the link would lead nowhere"):
        sent(letter, bob)
    assert (deliver_next(now=LATER), postbox.letters) == (False, [])


def test_a_page_that_ends_while_its_letter_waits_brings_the_letter_back(
    case: Case, bob: User, postbox: Postbox
) -> None:
    letter = sent(a_letter(case, bob), bob)
    assert letter.page
    end_page(letter.page, by=bob, now=NOW)
    assert (deliver_next(now=LATER), deliver_next(now=LATER), postbox.letters) == (True, False, [])
    letter.refresh_from_db()
    assert (letter.read_at, letter.problem) == (None, PAGE_ENDED)
    [back] = letters_back(bob, LATER)
    assert told_back(back, bob, LATER)["text"] == "A letter to Gary was not sent: its page was ended."


@pytest.mark.django_db(transaction=True)
def test_a_page_that_ends_while_the_server_is_reached_ends_in_time(case: Case, bob: User, postbox: Postbox) -> None:
    page = a_page(case, bob)
    sent(a_letter(case, bob, page), bob)
    postbox.meanwhile = lambda: end_page(page, by=bob, now=LATER)
    deliver_next(now=LATER)
    assert (postbox.letters, PageLink.objects.count()) == ([], 0)


def test_the_demo_firm_writes_to_made_up_addresses_alone(case: Case, bob: User, firm: Firm, postbox: Postbox) -> None:
    firm.is_demo = True
    firm.save()
    letter = sent(a_letter(case, bob), bob)
    deliver_next(now=LATER)
    assert postbox.envelopes == [("desk@alder.example", GARY)]
    Outgoing.objects.filter(pk=letter.pk).update(sending_at=None, sent_at=None, to="gary@north.com")
    deliver_next(now=LATER)
    letter.refresh_from_db()
    assert (letter.problem, len(postbox.letters)) == (NOT_FROM_HERE, 1)
    Outgoing.objects.create(kind=LetterKind.TEST, to="bob@alder.com", subject="x", text="x", added_at=NOW)
    deliver_next(now=LATER)
    assert postbox.envelopes[1:] == [("desk@alder.example", "bob@alder.com")]  # a colleague is somebody real


@pytest.mark.parametrize("address", ["a@north.example", "a@deep.north.EXAMPLE.", "a@x.test", "a@x.invalid"])
def test_made_up_addresses_are_of_domains_that_nobody_has(address: str) -> None:
    assert is_made_up(address) is True


@pytest.mark.parametrize("address", ["a@north.com", "a@example", "a@notexample", "a@north.example.com", ""])
def test_what_somebody_could_have_is_not_made_up(address: str) -> None:
    assert is_made_up(address) is False


def test_an_answer_that_quotes_the_link_is_kept_without_it(case: Case, bob: User, postbox: Postbox) -> None:
    letter = sent(a_letter(case, bob), bob)
    deliver_next(now=LATER)
    [token] = tokens(postbox)
    reply = (
        f"From: Gary <{GARY}>\r\nTo: mona@alder.example\r\nSubject: Re: What we heard\r\n"
        f"Message-ID: <r1@north.example>\r\nIn-Reply-To: <{letter.message_id}>\r\n"
        "Date: Mon, 10 Mar 2025 12:10:00 +0000\r\n\r\n"
        f"Your page at https://desk.alder.example/c/{token} does not open here.\r\n"
    )
    batch = Batch(part=0)
    take(
        batch,
        mail_from(reply.encode(), "Inbox"),
        Job((), "", frozenset({"alder.example"}), NOW, MUCH_LATER, UTC),
    )
    keep_messages(batch.letters, now=LATER)
    kept = Message.objects.get(message_id="r1@north.example")
    assert kept.text == "Your page at https://desk.alder.example/c/… does not open here."
    assert token not in everything_kept()


def test_a_link_is_ended_once_and_a_letter_without_one_ends_none(
    case: Case, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = a_page(case, bob)
    token = make_link(page, by=bob, now=NOW)
    with django_assert_num_queries(0):
        end_unsent_link("", now=NOW)
    for moment in (NOW, LATER):
        end_unsent_link(token, now=moment)
    assert page.links.get().ended_at == NOW


def test_a_link_that_was_copied_is_written_into_no_letter(case: Case, bob: User) -> None:
    token = make_link(a_page(case, bob), by=bob, now=NOW)
    pasted = f"Hello Gary,\n\nhttps://desk.alder.example/c/{token}\n\nBob"
    with pytest.raises(Refused, match="This holds the link to a client’s page"):
        write_letter(case.client, GARY, "What we heard", pasted, by=bob, now=NOW)
    assert token not in everything_kept()


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x0b", "\x85"])
def test_the_line_for_the_link_is_found_whatever_ends_a_line(case: Case, bob: User, postbox: Postbox, end: str) -> None:
    text = f"Hello Gary,{end}{PAGE_MARK}{end}Bob"
    page = a_page(case, bob)
    sent(write_letter(case.client, GARY, "What we heard", text, by=bob, now=NOW, page=page), bob)
    assert deliver_next(now=LATER) is True
    [token] = tokens(postbox)
    assert link_of(token) is not None
    assert PAGE_MARK not in unflowed(postbox.mails[0].get_content())


def test_who_says_no_more_gets_no_letter_that_waited(case: Case, bob: User, postbox: Postbox) -> None:
    page = a_page(case, bob, PageKind.PULSE)
    queued, draft = sent(a_letter(case, bob, page), bob), a_letter(case, bob, page)
    stop_asking(page, now=NOW)
    with pytest.raises(Refused, match="asked not to be asked any more"):
        sent(Outgoing.objects.get(pk=draft.pk), bob)
    assert deliver_next(now=LATER) is True
    queued.refresh_from_db()
    assert (postbox.mails, queued.read_at, queued.problem) == ([], None, UNASKED)
    assert PageLink.objects.count() == 0
    assert give_back_letter(queued, now=LATER) is True  # by another worker, a moment later
    assert Event.objects.filter(verb="give_back_letter", thing_id=queued.pk).count() == 1
    told = told_back(queued, bob, LATER)["text"]
    assert told == "A letter to Gary was not sent: they asked not to be asked any more."
    letter = a_letter(case, bob)  # of anything else they still hear
    sent(letter, bob)
    assert deliver_next(now=LATER) is True
    assert len(postbox.mails) == 1
