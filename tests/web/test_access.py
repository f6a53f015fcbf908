"""Every address, with every role, and with a restricted client of another branch: as docs/admin/access.md says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from amends.core.listening import Question
from amends.core.staffing import FactKind
from amends.desk import clock
from amends.desk.actions.calendar import make_feed
from amends.desk.actions.case import open_case, schedule_followup
from amends.desk.actions.cause import add_cause, map_contribution
from amends.desk.actions.client_page import make_page
from amends.desk.actions.lesson import add_lesson
from amends.desk.actions.letter import write_letter
from amends.desk.actions.listening import hear_words, log_fact
from amends.desk.actions.plan import add_action
from amends.desk.actions.promise import agree_item, make_promise
from amends.desk.actions.sheet import start_sheet
from amends.desk.actions.touch import record_fact, record_touch
from amends.desk.actions.user import make_sign_in_link
from amends.desk.models import (
    Branch,
    Client,
    Dismissal,
    Event,
    FoundPromise,
    ListImport,
    Mailbox,
    MailImport,
    Override,
    PageKind,
    Role,
    Signal,
    Standing,
    User,
    Waiting,
)
from amends.web.access import back, guard
from amends.web.urls import urlpatterns
from cast import NOW, PASSWORD, a_client, a_firm, a_restricted_client, browser_of, colleague, person_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client as Browser
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).resolve().parents[2] / "docs/admin/access.md").read_text("utf-8")
MAIL = "3 Mar 09:00 gary: Find the invoice or we look for another agency."
SECRET = "Secretum Works"  # noqa: S105  (a client's name that no page of others may show)
MANAGED = "its managers"
ABOVE = {"colleagues": 0, "members": 1, "managers": 2, "owners": 3}
RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.MANAGER: 2, Role.OWNER: 3}
TYPED = {
    "what": "x", "words": "x", "summary": "x", "kind": "call", "severity": "3", "due_at": "2025-03-20T10:00",
    "due_on": "2025-03-20", "at": "2025-03-10T10:00", "name": "x", "q": SECRET, "who": SECRET, "note": "x",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    name: str
    address: str
    looking: str
    sending: str
    is_of_client: bool
    is_managed: bool


def the_table() -> list[Row]:
    found = re.findall(r"^\| `([\w-]+)` \| `(.*?)` \| (.*?) \| (.*?) \| ?(.*?) \|$", PAGE, re.MULTILINE)
    return [
        Row(name, address, looking, sending, own in {"yes", MANAGED}, own == MANAGED)
        for name, address, looking, sending, own in found
    ]


ROWS = the_table()


def the_addresses() -> list[tuple[str, str]]:
    assert {str(one.pattern) for one in get_resolver().url_patterns} == {""}  # of the desk, and of clients' pages
    return [(one.name or "", "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", str(one.pattern))) for one in urlpatterns]


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert sorted((row.name, row.address) for row in ROWS) == sorted(the_addresses())


@dataclass(frozen=True)
class World:
    """Who asks, and what there is to ask for: the numbers of the rows of an open client and of a restricted one."""

    people: dict[str, User]
    open: dict[str, Any]
    restricted: dict[str, Any]
    sees_restricted: frozenset[str]


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Keep a desk for all the tests here, each of which takes back what it changes."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        yield _everything()
        transaction.set_rollback(True)


@pytest.fixture
def world(kept: World, db: None) -> World:
    """Give everybody, a manager of the other branch, and two clients of Riverside with one of everything."""
    del db
    return kept


def _everything() -> World:
    a_firm()
    riverside = Branch.objects.create(name="Riverside", phone="555 0100")
    harbour = Branch.objects.create(name="Harbour", phone="555 0200")
    alice, bob = colleague("Alice Alder", Role.OWNER, None), colleague("Bob Reed", Role.MEMBER, riverside)
    people = {
        "Alice": alice,
        "Mona": colleague("Mona Quay", Role.MANAGER, riverside),
        "Hugh": colleague("Hugh Pier", Role.MANAGER, harbour),
        "Bob": bob,
        "Charlie": colleague("Charlie Stone", Role.MEMBER, harbour),
        "Vera": colleague("Vera Wells", Role.VIEWER, riverside),
    }
    north = a_client(MAIL, name="North", branch=riverside, looked_after_by=bob, created_at=NOW)
    secret = a_restricted_client(MAIL, name=SECRET, branch=riverside, looked_after_by=bob, created_at=NOW)
    firmly = {
        "mailing": MailImport.objects.create(by=alice, name="a.mbox", path="/nowhere", size=1, added_at=NOW).pk,
        "listing": ListImport.objects.create(by=alice, name="a.csv", path="/nowhere", size=1, added_at=NOW).pk,
        "mailbox": Mailbox.objects.create(by=alice, host="localhost", port=993, login="alice", added_at=NOW).pk,
        "colleague": bob.pk,
        "token": make_sign_in_link(bob, now=clock.now()),
        "feed": make_feed(people["Vera"], now=clock.now()),
    }
    rows = one_of_everything(north, bob) | firmly, one_of_everything(secret, bob) | firmly
    return World(people, *rows, sees_restricted=frozenset({"Alice", "Mona", "Bob"}))


def one_of_everything(client: Client, bob: User) -> dict[str, int]:
    """Keep one row of each kind that an address may name, and return their numbers."""
    message = client.messages.get()
    gary = person_at(client, message.sender)
    case = open_case(client, by=bob, now=NOW, words="Where are they?", severity=3, person=gary)
    wait = Waiting.objects.create(
        client=client, message=message, thread=message.thread, quote="Find it.", asked_at=NOW, due_at=NOW
    )
    signal = Signal.objects.create(
        client=client, rule="complaint", family="language", points=8, summary="A complaint", found_at=NOW,
        evidence=[{"id": "m1", "at": NOW.isoformat(), "quote": "Find the invoice"}],
    )  # fmt: skip
    dismissed = Dismissal.objects.create(
        client=client, rule="chaser", evidence_id="m1", summary="x", reason="x", by=bob, at=NOW
    )
    return {
        "client": client.pk,
        "message": message.pk,
        "person": gary.pk,
        "case": case.pk,
        "wait": wait.pk,
        "signal": signal.pk,
        "dismissal": dismissed.pk,
        "agreed": agree_item(client, "Answer within 4 hours", by=bob, now=NOW).pk,
        "fact": record_fact(client, FactKind.NO_SHOW, by=bob, now=NOW, at=NOW).pk,
        "override": Override.objects.create(client=client, state="Steady", reason="x", by=bob, at=NOW, until=NOW).pk,
        "touch": record_touch(client, "call", by=bob, now=NOW, person=gary, summary="A call").pk,
        "promise": make_promise(client, "Send it", due_at=NOW, by=bob, now=NOW, person=gary).pk,
        "found": FoundPromise.objects.create(
            client=client, message=message, person=gary, promised_by=bob, sentence="I will.", due_at=NOW, found_at=NOW
        ).pk,
        "letter": write_letter(client, message.sender, "Hello", "Hello Gary", by=bob, now=NOW).pk,
        "action": add_action(case, "Call them", by=bob, now=clock.now(), due_on=clock.now().date(), owner=bob).pk,
        "heard": hear_words(case, Question.COST, "Find it.", by=bob, now=NOW).pk,
        "contribution": map_contribution(case, by=bob, now=NOW, side="ours", what="x").pk,
        "cause": add_cause(case, by=bob, now=NOW, what="x").pk,
        "established": log_fact(case, by=bob, now=NOW, what="x").pk,
        "lesson": add_lesson(case, "Ask first.", owner=bob, due_on=clock.now().date(), by=bob, now=clock.now()).pk,
        "page": make_page(PageKind.RECOVERY, gary, by=bob, now=NOW, case=case, title="Gary").pk,
        "sheet": start_sheet(client, gary, by=bob, now=NOW, keys=["price"]).pk,
        "followup": schedule_followup(client, NOW.date(), by=bob, now=NOW, case=case).pk,
    }


MEMBERS = ("Bob", "Charlie", "Vera")
KINDS = (  # by the beginning of an address
    ("/heard/", "heard"), ("/contributions/", "contribution"), ("/causes/", "cause"), ("/established/", "established"),
    ("/facts/", "fact"), ("/agreed/", "agreed"), ("/sheets/", "sheet"), ("/lessons/", "lesson"),
    ("/clients/", "client"), ("/messages/", "message"), ("/people/", "person"), ("/recoveries/", "case"),
    ("/waiting/", "wait"), ("/signals/", "signal"), ("/dismissals/", "dismissal"), ("/overrides/", "override"),
    ("/touches/", "touch"), ("/promises/of/", "colleague"), ("/promises/found/", "found"),
    ("/promises/", "promise"), ("/followups/", "followup"),
    ("/imports/", "mailing"),
    ("/settings/team/", "colleague"), ("/settings/mailboxes/", "mailbox"),
    ("/plan-actions/", "action"), ("/client-pages/", "page"), ("/lists/", "listing"), ("/outbox/", "letter"),
)  # fmt: skip


def address_of(row: Row, rows: dict[str, Any]) -> str:
    if "<token>" in row.address:
        return reverse(row.name, args=[rows["feed" if row.address.startswith("/calendar/") else "token"]])
    if "<key>" in row.address:
        return reverse(row.name, args=["no_show"])
    if "<pk>" not in row.address:
        return reverse(row.name)
    kind = next(kind for beginning, kind in KINDS if row.address.startswith(beginning))
    return reverse(row.name, args=[rows[kind]])


def asked(browser: Browser, way: str, address: str, told: dict[str, Any]) -> tuple[str, str]:
    """Return what came of asking, in a word, and the page; whatever was changed is taken back."""
    with transaction.atomic():
        answer = browser.get(address, told) if way == "looking" else browser.post(address, told)
        page = b"".join(answer).decode("utf-8", "replace")
        transaction.set_rollback(True)
    words = {403: "not yours", 404: "no such page", 405: "refused"}
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?"):
        return "sign in first", page
    assert answer.status_code < 500, page
    return words.get(answer.status_code, "yes"), page


def expected(row: Row, way: str, user: User | None, *, is_hidden: bool) -> str:
    who = row.looking if way == "looking" else row.sending
    if who == "–":
        return "refused"
    if who == "anybody":
        return "yes"
    if user is None:
        return "sign in first"
    if RANK[Role(user.role)] < ABOVE[who]:
        return "not yours"
    is_anothers = row.address.startswith("/lists/<pk>") and user.branch_id  # its rows may tell of any client
    if is_anothers or (is_hidden and row.is_of_client):
        return "no such page"
    return "not yours" if row.is_managed and user.name == "Hugh Pier" else "yes"  # he manages the other branch


@pytest.mark.parametrize("way", ["looking", "sending"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_table_holds(world: World, row: Row, way: str) -> None:
    """Each role, and nobody at all, asks for the page of an open client and for that of a restricted one."""
    for rows, is_restricted in ((world.open, False), (world.restricted, True)):
        if is_restricted and not row.is_of_client:
            continue
        came = {}
        should = {}
        for name, user in [("nobody", None), *world.people.items()]:
            is_hidden = is_restricted and name not in world.sees_restricted
            came[name], _ = asked(browser_of(user), way, address_of(row, rows), {"sign_in": "all"})
            should[name] = expected(row, way, user, is_hidden=is_hidden)
        if row.name == "welcome":  # there is a firm: nobody founds another, and who is not the owner is led away
            continue
        assert came == should


@pytest.mark.parametrize("standing", [Standing.FOUND, Standing.OTHER, Standing.PAST])
@pytest.mark.parametrize("row", [row for row in ROWS if row.is_of_client], ids=lambda row: row.name)
def test_what_is_no_client_is_for_who_confirms_clients(world: World, row: Row, standing: str) -> None:
    Client.objects.filter(pk=world.open["client"]).update(standing=standing)
    for way in ("looking", "sending"):
        came = [asked(browser_of(world.people[name]), way, address_of(row, world.open), {})[0] for name in MEMBERS]
        assert "yes" not in came
    if row.name in {"message", "person", "signal", "client", "client-messages", "client-people"}:
        assert asked(browser_of(world.people["Mona"]), "looking", address_of(row, world.open), {})[0] == "yes"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["Hugh", "Charlie", "Vera"])
def test_no_page_of_theirs_names_a_restricted_client(world: World, row: Row, name: str) -> None:
    """Asked for it by number and by name in every field of the address, no list, form or search tells of it."""
    browser, told = browser_of(world.people[name]), {"client": world.restricted["client"], "q": "secretum works"}
    told |= {"person": world.restricted["person"], "case": world.restricted["case"]}
    _, page = asked(browser, "looking", address_of(row, world.open), told)
    assert SECRET not in page


def whole_desk() -> str:
    """Return every row of the desk as text, but for the sign-ins that the test itself makes."""
    models = [
        model for model in apps.get_app_config("desk").get_models() if model.__name__ not in {"SignIn", "Refusal"}
    ]
    rows = [row for model in models for row in model._default_manager.all()]
    users = {user.pk: user for user in rows if isinstance(user, User)}
    for user in users.values():
        user.last_login = None
    return str(serializers.serialize("json", rows))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.sending not in {"anybody", "colleagues"}], ids=lambda row: row.name
)
def test_a_viewer_changes_nothing_but_their_own(world: World, row: Row) -> None:
    if row.sending == "colleagues":
        return
    browser, before = browser_of(world.people["Vera"]), whole_desk()
    browser.post(address_of(row, world.open), TYPED | {"client": world.open["client"]})
    assert whole_desk() == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.sending != "–"], ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["Hugh", "Charlie"])
def test_nobody_changes_a_client_they_may_not_see(world: World, row: Row, name: str) -> None:
    """Not at its own addresses, and not by naming it in a form of another page."""
    browser, secret = browser_of(world.people[name]), world.restricted
    before = Event.objects.filter(client=secret["client"]).count()
    told = TYPED | {
        "client": secret["client"],
        "person": secret["person"],
        "case": secret["case"],
        "into": secret["client"],
    }
    with transaction.atomic():
        browser.post(address_of(row, secret), told)
        after = Event.objects.filter(client=secret["client"]).count()
        transaction.set_rollback(True)
    assert after == before


def test_a_view_that_asks_for_no_access_is_refused() -> None:
    def forgotten(request: object) -> None:
        raise AssertionError(request)

    checked = guard(lambda _: HttpResponse())
    with pytest.raises(PermissionDenied):
        checked.process_view(RequestFactory().get("/"), forgotten, (), {})  # type: ignore[attr-defined]  # Django's hook


@pytest.mark.parametrize("told", ["recovery", "a\x00b", "9" * 40, "2025-02-31T99:99", "//evil.example", "javascript:1"])
def test_a_form_leads_back_to_addresses_of_the_desk_alone(told: str) -> None:
    request = RequestFactory().post("/", {"next": told})
    assert back(request) == "/"
    assert back(RequestFactory().post("/", {"next": "/clients?q=x"})) == "/clients?q=x"


def test_a_form_needs_its_token_everywhere(world: World) -> None:
    browser = browser_of(world.people["Alice"])
    browser.handler.enforce_csrf_checks = True
    for row in ROWS:
        if row.sending == "–":
            continue
        rows = world.open
        answer = browser.post(address_of(row, rows), {**TYPED, "password": PASSWORD})
        assert (row.name, answer.status_code) == (row.name, 403)


@pytest.mark.parametrize("row", [row for row in ROWS if row.looking != "–"], ids=lambda row: row.name)
def test_no_page_has_anything_inline_or_from_elsewhere(world: World, row: Row) -> None:
    user = None if row.looking == "anybody" else world.people["Alice"]
    _, page = asked(browser_of(user), "looking", address_of(row, world.open), {})
    if not page.startswith("<!doctype html>"):
        return
    assert re.findall(r"<style|<script(?![^>]* src=)[^>]*>|\sstyle=|\son[a-z]+=[\"']", page) == []
    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//[^\"']*", page) == []
    assert "javascript:" not in page
