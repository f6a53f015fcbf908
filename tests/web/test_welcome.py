"""The first four screens, from nothing to Today; each may be skipped, and left, and come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.desk import clock
from amends.desk.actions.intake import work_on_import
from amends.desk.actions.look import look_through
from amends.desk.models import Client, Firm, MailImport, Role, Standing, User
from amends.desk.queries.beginning import first_key
from cast import a_found_client, browser_of
from mailbag import mail, mbox
from signed_in import is_in

if TYPE_CHECKING:
    from django.test import Client as Browser

pytestmark = pytest.mark.django_db

FIRST = f"/welcome?key={first_key()}"  # as `amends serve` prints it
TOLD = {
    "firm": "Alder & Quay",
    "zone": "America/New_York",
    "name": "Alice Alder",
    "email": "Alice@alder.example",
    "password": "a good long word to enter by",
}


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def owner() -> Browser:
    """Give the browser of somebody who has just founded the firm."""
    browser = browser_of()
    browser.post(FIRST, TOLD)
    return browser


def test_the_first_to_come_founds_the_firm_and_is_signed_in() -> None:
    browser = browser_of()
    assert "You are the first here, so you will be its owner." in page(browser, FIRST)
    answer = browser.post(FIRST, TOLD)
    assert (answer.headers["Location"], is_in(browser)) == ("/welcome/messages", True)
    firm, alice = Firm.objects.get(), User.objects.get()
    assert (firm.name, firm.addresses, firm.zone) == ("Alder & Quay", ["alder.example"], "America/New_York")
    assert (alice.email, alice.role, alice.check_password(TOLD["password"])) == (
        "alice@alder.example",
        Role.OWNER,
        True,
    )


@pytest.mark.parametrize("address", ["/welcome", "/welcome?key=", "/welcome?key=guessed"])
def test_nobody_takes_a_new_desk_over_without_its_link(address: str) -> None:
    stranger = browser_of()
    assert "This desk is new." in (shown := stranger.get(address)).content.decode()
    assert (shown.status_code, stranger.post(address, TOLD).status_code) == (403, 403)
    assert Firm.objects.count() == 0


def test_a_private_address_is_the_firms_by_itself() -> None:
    browser_of().post(FIRST, {**TOLD, "email": "alice.alder@gmail.com"})
    assert Firm.objects.get().addresses == ["alice.alder@gmail.com"]


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("firm", " ", "Write your firm’s name"),
        ("email", "alice", "Write it as in you@company.com"),
        ("password", "short", "This password is too short."),
        ("password", "alice@alder.example", "The password is too similar to the email."),
        ("zone", "Mars/Olympus", "Mars/Olympus is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(field: str, typed: str, says: str) -> None:
    browser = browser_of()
    shown = browser.post(FIRST, {**TOLD, field: typed}).content.decode()
    assert says in shown
    assert ('value="Alice Alder"' in shown, TOLD["password"] in shown) == (True, False)
    assert (Firm.objects.count(), User.objects.count(), is_in(browser)) == (0, 0, False)


@pytest.mark.usefixtures("owner")
def test_there_is_one_firm_and_the_door_closes_behind_its_owner() -> None:
    stranger = browser_of()
    assert stranger.get("/welcome").headers["Location"] == "/welcome/messages"
    assert stranger.post("/welcome", TOLD).status_code == 302
    assert stranger.get("/welcome/messages").headers["Location"].startswith("/sign-in")
    assert Firm.objects.count() == 1


@pytest.mark.parametrize("address", ["/welcome/messages", "/welcome/preview", "/welcome/clients"])
def test_the_other_screens_are_the_owners(address: str, alice: User, mona: User, bob: User) -> None:
    assert [browser_of(user).get(address).status_code for user in (mona, bob)] == [403, 403]
    assert browser_of(alice).get(address).status_code in {200, 302}


def test_from_a_file_to_today(owner: Browser) -> None:
    now = clock.now()
    north, us = "Gary North <gary@north.example>", "alice@alder.example"
    mails = [mail(f"Can you help? {n}", id=f"a{n}", sender=north, to=us, at=now) for n in range(2)]
    mails += [mail(f"Yes {n}", id=f"b{n}", sender=us, to=north, at=now) for n in range(2)]
    assert "At most 1 GB, and 8 GB once unpacked" in page(owner, "/welcome/messages").replace("\n", " ")
    upload = SimpleUploadedFile("Inbox.mbox", mbox(*mails))
    assert owner.post("/welcome/messages", {"mail": [upload]}).headers["Location"] == "/welcome/preview"
    shown = owner.get("/welcome/preview")
    assert "Looking through your mail" in shown.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3">' in shown.content.decode()
    mailing = MailImport.objects.get()
    look_through(mailing, now=clock.now())
    assert owner.get("/welcome/messages").headers["Location"] == "/welcome/preview"
    assert "4 messages" in page(owner, "/welcome/preview")
    told = {"us": "alder.example", "then": "welcome"}
    assert owner.post(f"/imports/{mailing.pk}/begin", told).headers["Location"] == "/welcome/preview"
    assert "Reading your mailbox" in page(owner, "/welcome/preview")
    assert "We are still reading." in page(owner, "/welcome/clients")
    work_on_import(mailing, now=clock.now())
    shown_read = page(owner, "/welcome/preview")
    assert ("Everything is read" in shown_read, "Reading your mailbox" in shown_read) == (True, False)
    assert ("Your mail is read" in shown_read, "http-equiv" in shown_read) == (True, False)
    shown_clients = page(owner, "/welcome/clients")
    assert ("north.example" in shown_clients, "We are still reading." in shown_clients) == (True, False)
    [client] = Client.objects.all()
    done = owner.post("/welcome/clients", {"shown": client.pk, "client": client.pk, "answer_hours": "6"})
    client.refresh_from_db()
    firm = Firm.objects.get()
    assert (done.headers["Location"], client.standing, firm.answer_hours) == ("/", Standing.CLIENT, 6)
    assert client.looked_after_by == User.objects.get()
    assert firm.welcomed_at is not None


def test_everything_may_be_skipped(owner: Browser) -> None:
    assert owner.get("/welcome/preview").headers["Location"] == "/welcome/messages"
    assert '"/welcome/clients"' in page(owner, "/welcome/messages")
    assert "How fast do you answer?" in page(owner, "/welcome/clients")
    assert owner.post("/welcome/clients", {"skip": "yes"}).headers["Location"] == "/"
    assert Firm.objects.get().welcomed_at is not None


def test_a_promise_that_is_no_number_is_asked_again(owner: Browser) -> None:
    shown = owner.post("/welcome/clients", {"answer_hours": "soon"}).content.decode()
    assert "Write a whole number" in shown
    assert Firm.objects.get().welcomed_at is None


def test_a_file_that_is_no_mail_leads_back(owner: Browser) -> None:
    owner.post("/welcome/messages", {"mail": [SimpleUploadedFile("all.zip", b"PK\3\4")]})
    look_through(MailImport.objects.get(), now=clock.now())
    shown = page(owner, "/welcome/preview")
    assert ("all.zip could not be read." in shown, '"/welcome/messages"' in shown) == (True, True)
    assert owner.get("/welcome/messages").status_code == 200


def test_few_or_no_clients_are_asked_about_once_more(owner: Browser) -> None:
    found = [a_found_client(name=f"Firm {number}").pk for number in range(10)]
    for ticked, says in (([], "You ticked 0 companies of 10."), (found[:1], "You ticked one company of 10.")):
        shown = owner.post("/welcome/clients", {"shown": found, "client": ticked, "answer_hours": "6"})
        assert says in shown.content.decode()
        assert shown.content.decode().count("checked") == len(ticked)
    assert set(Client.objects.values_list("standing", flat=True)) == {Standing.FOUND}
    assert page(owner, "/welcome/clients?tick=all").count("checked") == 10
    sure = {"shown": found, "client": found[:1], "answer_hours": "6", "sure": "yes"}
    assert owner.post("/welcome/clients", sure).headers["Location"] == "/"
    assert Client.objects.filter(standing=Standing.CLIENT).count() == 1
