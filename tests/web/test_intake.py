"""Bringing mail in by the browser: upload, preview, progress, and the companies to confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.desk import clock
from amends.desk.actions.intake import clear_imports, receive_upload
from amends.desk.models import Client, Event, Firm, ImportSkip, ImportStatus, Mailbox, MailImport, Message, Standing
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.rules import Refused
from amends.web.templatetags.intake import about
from cast import a_client, a_found_client, browser_of
from mailbag import looked_through, mail, mbox, read

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("firm")


UNCONFIRMED = "2 companies are not confirmed as your clients yet."


def days_ago(days: float) -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(days=days)


def inbox(*, companies: int = 2) -> bytes:
    """Return a mailbox in which so many companies and Bob wrote to each other, five times each way."""
    mails = []
    for number in range(companies):
        them, us = f"Gary {number} <gary@north{number}.example>", "Bob Reed <bob@alder.example>"
        for turn in range(5):
            mails.append(mail(f"Can you help? {turn}", id=f"a{number}{turn}", sender=them, at=days_ago(9 - turn)))
            mails.append(mail(f"Yes {turn}", id=f"b{number}{turn}", sender=us, to=them, at=days_ago(8.5 - turn)))
    return mbox(*mails)


def ready(content: bytes | None = None) -> MailImport:
    return looked_through(content or inbox(), now=clock.now())


def done(content: bytes | None = None) -> MailImport:
    return read(ready(content), now=clock.now())


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words(browser: Browser, address: str) -> str:
    return " ".join(page(browser, address).split())


def upload(browser: Browser, *files: SimpleUploadedFile) -> Any:
    return browser.post("/imports/new", {"mail": list(files)})


def test_a_file_is_taken_in_and_has_its_own_page(alice: User) -> None:
    answer = upload(browser_of(alice), SimpleUploadedFile("Inbox.mbox", inbox()))
    mailing = MailImport.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/imports/{mailing.pk}")
    assert (mailing.name, mailing.status, mailing.by) == ("Inbox.mbox", ImportStatus.LOOKING, alice)
    shown = browser_of(alice).get(f"/imports/{mailing.pk}")
    assert "Looking through your mail" in shown.content.decode()
    assert ('<noscript><meta http-equiv="refresh" content="3">' in shown.content.decode()) is True


def test_several_files_are_read_together(mona: User) -> None:
    upload(browser_of(mona), SimpleUploadedFile("In.mbox", b"1"), SimpleUploadedFile("../Sent", b"2"))
    mailing = MailImport.objects.get()
    assert (mailing.name, mailing.size) == ("In.mbox and 1 more", 2)


def test_choosing_no_file_says_what_to_do(alice: User) -> None:
    shown = browser_of(alice).post("/imports/new").content.decode()
    assert "Choose a mail file first" in shown
    assert "<title>Error: Add mail – Amends</title>" in shown


def test_the_limit_is_said_beforehand(alice: User) -> None:
    shown = words(browser_of(alice), "/imports/new")
    assert "At most 1 GB, and 8 GB once unpacked. Unpack .zip files first." in shown


def test_what_says_it_is_too_large_is_not_even_read(alice: User) -> None:
    answer = browser_of(alice).post("/imports/new", {}, CONTENT_LENGTH=str(2 * 1024**3))
    assert answer.status_code == 413
    assert "That file is too large." in answer.content.decode()
    assert MailImport.objects.count() == 0


@pytest.mark.parametrize("address", ["/imports/new", "/settings/you"])
def test_strangers_and_other_pages_take_no_large_files(address: str, bob: User) -> None:
    for browser in (browser_of(), browser_of(bob)):
        assert browser.post(address, {}, CONTENT_LENGTH=str(50 * 1024**2)).status_code == 413


def test_what_is_larger_than_it_said_is_stopped_on_its_way(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_UPLOAD_BYTES", 1024 * 1024)
    answer = upload(browser_of(alice), SimpleUploadedFile("Inbox.mbox", b"x" * 1_500_000))
    assert answer.status_code == 413
    assert "That is more than 1 MB. Nothing of it was kept." in answer.content.decode()
    assert list(settings.UPLOADS.glob("*.upload*")) == []
    assert MailImport.objects.count() == 0


def test_a_full_disk_is_said_plainly(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)
    answer = upload(browser_of(alice), SimpleUploadedFile("Inbox.mbox", inbox()))
    assert "The disk is full. Nothing that is here already is lost." in answer.content.decode()
    assert MailImport.objects.count() == 0


def test_the_preview_says_what_is_there_and_asks_who_we_are(alice: User) -> None:
    mailing = ready()
    shown = words(browser_of(alice), f"/imports/{mailing.pk}")
    assert "20 messages since" in shown
    assert "We will read sender, time and text; nothing leaves this server." in shown
    assert ">alder.example</textarea>" in shown.replace("\n", "").replace("> ", ">")


def test_reading_begins_with_the_addresses_given(alice: User) -> None:
    mailing = ready()
    answer = browser_of(alice).post(f"/imports/{mailing.pk}/begin", {"us": "alder.example\nalder-temps.example"})
    mailing.refresh_from_db()
    assert (answer.headers["Location"], mailing.status) == (f"/imports/{mailing.pk}", ImportStatus.READING)
    assert mailing.us == ["alder.example", "alder-temps.example"]


def test_an_address_that_is_none_keeps_what_was_typed(alice: User) -> None:
    mailing = ready()
    shown = browser_of(alice).post(f"/imports/{mailing.pk}/begin", {"us": "not a domain!"}).content.decode()
    assert "neither a domain nor a mail address" in shown
    assert "not\na\ndomain!" in shown or "not a domain!" in shown


def test_progress_is_told_as_it_was_drawn(alice: User) -> None:
    mailing = done()
    MailImport.objects.update(
        status=ImportStatus.READING, read=12_480, total=31_906, started_at=clock.now() - timedelta(minutes=2.5)
    )
    shown = words(browser_of(alice), f"/imports/{mailing.pk}/progress")
    assert "12,480 of 31,906 messages. About 4 minutes left. You can close this page, we will keep going." in shown
    assert "So far: 2 companies not confirmed as your clients yet, 2 people." in shown
    assert 'value="12480" max="31906"' in shown
    Client.objects.update(state="At risk")
    told = "So far: 2 companies not confirmed as your clients yet, 2 people. 2 look like they need you."
    assert told in words(browser_of(alice), f"/imports/{mailing.pk}")


def test_when_it_is_over_the_part_says_so_and_the_page_leads_on(alice: User) -> None:
    mailing = done()
    assert "data-done" in page(browser_of(alice), f"/imports/{mailing.pk}/progress")
    shown = page(browser_of(alice), f"/imports/{mailing.pk}")
    assert ("Everything is read" in shown, '"/clients/confirm"' in shown) == (True, True)


def test_what_could_not_be_read_is_named(alice: User) -> None:
    mailing = done()
    ImportSkip.objects.create(
        mailing=mailing, where="Inbox.mbox, message 12", why="it has none of the fields of a mail"
    )
    MailImport.objects.update(skipped=3)
    shown = words(browser_of(alice), f"/imports/{mailing.pk}")
    assert "Inbox.mbox, message 12" in shown
    assert "And 2 more." in shown


def test_a_failure_says_why_and_what_to_do(alice: User) -> None:
    mailing = looked_through(b"PK\3\4", "all.zip", now=clock.now())
    shown = words(browser_of(alice), f"/imports/{mailing.pk}")
    assert "all.zip could not be read." in shown
    assert "It is an archive: unpack it first, then add the files in it." in shown


def test_stopping_is_one_button(alice: User) -> None:
    mailing = ready()
    answer = browser_of(alice).post(f"/imports/{mailing.pk}/stop", follow=True)
    assert "Stopped. What was read is kept, and the file is removed." in answer.content.decode()


def test_the_list_shows_each_import_and_what_waits(alice: User) -> None:
    assert "No file of mail yet." in page(browser_of(alice), "/imports")
    done()
    shown = words(browser_of(alice), "/imports")
    assert UNCONFIRMED in shown
    assert "20 messages kept" in shown


@pytest.mark.parametrize(
    "address",
    ["/imports", "/lists", "/clients/confirm", "/clients", "/", "/welcome/clients", "/settings/mailboxes/ID"],
)
def test_every_page_counts_the_same_companies_in_the_same_words(alice: User, address: str) -> None:
    done()
    read = {"port": 993, "first_read_at": days_ago(0), "read_at": days_ago(0), "kept": 20, "added_at": days_ago(1)}
    mailbox = Mailbox.objects.create(address="one@alder.example", host="mail.example", login="one", **read)
    assert UNCONFIRMED in words(browser_of(alice), address.replace("ID", str(mailbox.pk)))


def test_what_was_read_counts_clients_apart_from_companies_to_confirm(alice: User) -> None:
    mailing = done()
    Client.objects.filter(name="north0.example").update(standing=Standing.CLIENT)
    told = "1 client, 1 company not confirmed as your client yet, 2 people."
    assert told in words(browser_of(alice), f"/imports/{mailing.pk}")
    Client.objects.update(standing=Standing.OTHER)
    assert "There were no messages with a client in it." in words(browser_of(alice), f"/imports/{mailing.pk}")


def test_a_restricted_company_is_counted_by_who_may_see_it(alice: User, mona: User, harbour: Branch) -> None:
    done()
    Client.objects.filter(name="north0.example").update(is_restricted=True, branch=harbour)
    assert [count_unconfirmed(user) for user in (alice, mona)] == [2, 1]
    assert "One company is not confirmed as your client yet." in words(browser_of(mona), "/clients/confirm")


@pytest.mark.parametrize(
    "address", ["/imports", "/imports/new", "/clients/confirm", "/imports/1", "/imports/1/progress"]
)
def test_members_and_viewers_bring_no_mail_in(address: str, bob: User, vera: User) -> None:
    assert [browser_of(user).get(address).status_code for user in (bob, vera)] == [403, 403]


def test_the_ticked_become_clients_of_whoever_writes_to_them(alice: User, bob: User, riverside: Branch) -> None:
    done()
    ids = list(Client.objects.order_by("name").values_list("pk", flat=True))
    shown = page(browser_of(alice), "/clients/confirm")
    assert (shown.count("checked"), "Monday" in shown, "Gary 0" in shown) == (2, True, True)
    answer = browser_of(alice).post("/clients/confirm", {"shown": ids, "client": ids[:1]}, follow=True)
    assert "1 client confirmed." in answer.content.decode()
    assert "Everybody in your mail is sorted" in answer.content.decode()
    first, other = Client.objects.order_by("name")
    assert (first.standing, first.looked_after_by, first.branch) == (Standing.CLIENT, bob, riverside)
    assert (other.standing, other.looked_after_by, other.messages.count()) == (Standing.OTHER, None, 10)


def test_who_looks_after_them_and_where_can_be_said_for_all(alice: User, mona: User, harbour: Branch) -> None:
    done()
    ids = list(Client.objects.values_list("pk", flat=True))
    told = {"shown": ids, "client": ids, "looked_after_by": mona.pk, "branch": harbour.pk}
    browser_of(alice).post("/clients/confirm", told)
    assert set(Client.objects.values_list("looked_after_by", "branch")) == {(mona.pk, harbour.pk)}


def test_only_what_was_shown_and_is_undecided_is_touched(alice: User) -> None:
    north = a_client(name="North")
    hidden = a_found_client(name="Hidden")
    browser_of(alice).post("/clients/confirm", {"shown": [north.pk, "x"], "client": [hidden.pk]})
    north.refresh_from_db()
    hidden.refresh_from_db()
    assert (north.standing, hidden.standing) == (Standing.CLIENT, Standing.FOUND)


def test_suppliers_and_applicants_are_not_ticked(alice: User) -> None:
    one_way = mail("Our offer", sender="Ann <ann@supplier.example>", id="s", at=days_ago(3))
    applicant = [
        mail(f"My application {n}", sender="Joe <joe@gmail.com>", id=f"j{n}", at=days_ago(3 - n)) for n in range(2)
    ]
    answers = [
        mail(f"Thank you {n}", sender="bob@alder.example", to="joe@gmail.com", id=f"k{n}", at=days_ago(2 - n))
        for n in range(2)
    ]
    done(mbox(one_way, *applicant, *answers))
    assert page(browser_of(alice), "/clients/confirm").count("checked") == 0


@pytest.mark.parametrize("companies", [1, 3])
def test_the_number_of_queries_does_not_grow(
    companies: int, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mailing = done(inbox(companies=companies))
    browser = browser_of(alice)
    for address, count in (("/imports", 10), (f"/imports/{mailing.pk}", 15), ("/clients/confirm", 14)):
        with django_assert_num_queries(count, info=address):
            browser.get(address)


def test_an_import_that_is_not_there(alice: User) -> None:
    assert browser_of(alice).get("/imports/99").status_code == 404


def test_more_files_than_anybody_has_are_refused(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.web.forms.intake.MOST_FILES", 1)
    shown = upload(browser_of(alice), SimpleUploadedFile("a.eml", b"a"), SimpleUploadedFile("b.eml", b"b"))
    assert "put the mails into one mbox file" in shown.content.decode()


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (timedelta(seconds=9), "ten seconds"),
        (timedelta(seconds=20), "half a minute"),
        (timedelta(seconds=40), "a minute"),
        (timedelta(minutes=3.2), "4 minutes"),
        (timedelta(minutes=61), "1.5 hours"),
        (timedelta(hours=2), "2 hours"),
    ],
)
def test_how_long_it_will_take_is_said_roughly(left: timedelta, says: str) -> None:
    assert about(left) == says


def test_the_demo_firm_takes_no_mail_and_says_how_to_have_a_desk(alice: User) -> None:
    done()
    Firm.objects.update(is_demo=True)
    browser = browser_of(alice)
    shown = words(browser, "/imports/new")
    assert ("the demo firm takes no mail" in shown, "amends serve</code>" in shown) == (True, True)
    assert ('type="file"' in shown, upload(browser, SimpleUploadedFile("a.mbox", inbox())).status_code) == (False, 409)
    assert MailImport.objects.count() == 1
    with pytest.raises(Refused, match="The demo firm takes no mail"):
        receive_upload("Mine.mbox", "nowhere", 1, by=alice, now=clock.now())


def test_the_same_file_again_says_that_nothing_is_new(alice: User) -> None:
    done()
    again = done()
    assert "Nothing new: all 20 messages were here already." in words(browser_of(alice), f"/imports/{again.pk}")


def test_all_on_a_page_are_ticked_and_unticked_without_deciding(alice: User) -> None:
    done(inbox(companies=2))
    a_found_client(name="Nobody knows")
    browser = browser_of(alice)
    shown = words(browser, "/clients/confirm")
    assert "Tick the companies that are your clients. 2 look like clients." in shown
    pages = [shown, *(page(browser, f"/clients/confirm?tick={tick}") for tick in ("all", "none"))]
    assert [each.count("checked") for each in pages] == [2, 3, 0]
    assert set(Client.objects.values_list("standing", flat=True)) == {Standing.FOUND}


def test_what_is_over_is_cleared_from_the_list_and_its_messages_stay(alice: User) -> None:
    done()
    looked_through(b"PK\3\4", "all.zip", now=clock.now())
    waits = ready(mbox(mail("Later", id="later")))
    kept, browser = Message.objects.count(), browser_of(alice)
    assert browser.post("/imports").headers["Location"] == "/imports"
    shown = words(browser, "/imports")
    assert "The list is cleared. Every message that was kept is still here." in shown
    assert (shown.count("data-row"), f"/imports/{waits.pk}" in shown, Message.objects.count()) == (1, True, kept)
    assert (clear_imports(by=alice, now=clock.now()), Event.objects.filter(verb="clear_imports").count()) == (0, 1)


def test_who_sent_the_newsletters_is_named(alice: User) -> None:
    news = [mail(f"News {n}", id=f"n{n}", sender="news@paper.example", List_Id="<news>") for n in range(3)]
    other = mail("Offer", id="o", sender="shop@shop.example", List_Id="<shop>")
    mailing = done(mbox(*news, other))
    assert mailing.newsletters == {"paper.example": 3, "shop.example": 1}
    shown = words(browser_of(alice), f"/imports/{mailing.pk}")
    assert '<dt>paper.example</dt><dd class="num">3</dd><dt>shop.example</dt><dd class="num">1</dd>' in shown


def test_a_file_nobody_wants_to_read_is_let_go_in_the_first_screens(alice: User) -> None:
    mailing = ready()
    browser = browser_of(alice)
    assert "Choose another file" in page(browser, "/welcome/preview")
    answer = browser.post(f"/imports/{mailing.pk}/stop", {"then": "welcome"})
    assert answer.headers["Location"] == "/welcome/messages"
    assert browser.get("/welcome/messages").status_code == 200
