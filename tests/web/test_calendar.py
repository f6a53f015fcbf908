"""A colleague's calendar, fetched from a running server as calendar programs do, and its page under You."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from logging import makeLogRecord
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from icalendar import Calendar

from amends.core.case import Status
from amends.desk.actions.calendar import end_feed, make_feed
from amends.desk.actions.case import plan_next, schedule_followup
from amends.desk.actions.followup import move_followup
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.actions.user import close_user
from amends.desk.models import Case, Event, Feed, Firm, FollowUp
from amends.web.protection import Discreet
from cast import NOW, a_client, a_restricted_client, browser_of, person_at, upset
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings
    from pytest_django.live_server_helper import LiveServer

    from amends.desk.models import Branch, Client, User

pytestmark = pytest.mark.usefixtures("at_noon")
DAY = timedelta(days=1)
TODAY = NOW.date()
INSIDE = ("recover", "upset", "severity", "mend", "failure", "apolog", "check-in", "follow", "let down", "invoice")


@pytest.fixture
def north(bob: User, riverside: Branch) -> Client:
    found = a_client(name="Brightwater", looked_after_by=bob, branch=riverside)
    person = person_at(found, "dana@brightwater.example")
    person.name = "Dana Whitlock"
    person.save()
    return found


def dana(client: Client) -> Any:
    return client.people.get()


def fetched(address: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask a running server for an address, as a program does that knows nothing of it."""
    told = urlsplit(address)
    connection = HTTPConnection(told.netloc, timeout=20)
    connection.request(method, told.path, headers={"User-Agent": "Calendar/1.0", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def entries(user: User) -> list[Any]:
    """Return what a program reads in somebody's calendar."""
    answer = browser_of().get(f"/calendar/{make_feed(user, now=NOW)}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def told(entry: Any) -> tuple[str, Any, Any]:
    return str(entry["SUMMARY"]), entry.decoded("DTSTART"), entry.decoded("DTEND")


@pytest.mark.django_db(transaction=True)
def test_a_calendar_program_reads_it_and_comes_again(live_server: LiveServer, north: Client, bob: User) -> None:
    followup = schedule_followup(north, TODAY + DAY, by=bob, now=NOW, person=dana(north), number=2, of=11)
    address = f"{live_server.url}/calendar/{make_feed(bob, now=NOW)}.ics"
    status, headers, body = fetched(address)
    assert (status, headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in headers
    calendar = Calendar.from_ical(body)
    assert (str(calendar["VERSION"]), str(calendar["METHOD"]), str(calendar["X-WR-TIMEZONE"])) == (
        "2.0", "PUBLISH", "UTC",
    )  # fmt: skip
    [entry] = calendar.walk("VEVENT")
    assert told(entry) == ("Call Dana Whitlock (Brightwater)", TODAY + DAY, TODAY + 2 * DAY)
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert fetched(address)[2] == body  # nothing changed: not a byte does
    assert fetched(address, "HEAD")[2] == b""
    status, headers, again = fetched(address, **{"If-None-Match": headers["etag"]})
    assert (status, again) == (HTTPStatus.NOT_MODIFIED, b"")
    move_followup(followup, TODAY + 2 * DAY, by=bob, now=NOW, number=2, of=11)
    status, _, moved = fetched(address, **{"If-None-Match": headers["etag"]})
    [after] = Calendar.from_ical(moved).walk("VEVENT")
    assert (status, str(after["UID"]), after.decoded("DTSTART")) == (200, str(entry["UID"]), TODAY + 2 * DAY)
    assert (entry["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert browser_of().post(urlsplit(address).path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    end_feed(bob, now=NOW)
    status, headers, body = fetched(address)
    assert (status, headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert body.startswith(b"There is no calendar here any more.")


def test_a_planned_call_has_its_hour_in_every_zone(north: Client, bob: User) -> None:
    Firm.objects.update(zone="America/Chicago")
    followup = schedule_followup(north, date(2025, 3, 10), by=bob, now=NOW, person=dana(north))
    at = datetime(2025, 11, 3, 15, 30, tzinfo=UTC)  # 9:30 there: their summer time ended the day before
    FollowUp.objects.filter(pk=followup.pk).update(call_at=at, minutes=25)
    [entry] = entries(bob)
    assert told(entry) == ("Call Dana Whitlock (Brightwater)", at, at + timedelta(minutes=25))
    assert entry["DTSTART"].to_ical() == b"20251103T153000Z"
    assert (str(entry["TRANSP"]), str(entry["CLASS"])) == ("OPAQUE", "PRIVATE")


@pytest.mark.parametrize(
    ("due_at", "starts"),
    [
        (datetime(2025, 3, 9, 7, 30, tzinfo=UTC), datetime(2025, 3, 9, 7, 15, tzinfo=UTC)),  # 1:30, before the change
        (datetime(2025, 3, 9, 8, 5, tzinfo=UTC), datetime(2025, 3, 9, 7, 50, tzinfo=UTC)),  # over the change of clocks
        (datetime(2025, 3, 10, 4, 59, tzinfo=UTC), date(2025, 3, 9)),  # 23:59 in summer time: that day, at no hour
    ],
)
def test_a_promise_ends_when_it_is_due(north: Client, bob: User, due_at: datetime, starts: datetime | date) -> None:
    Firm.objects.update(zone="America/Chicago")
    make_promise(north, "The roster for the invoice", due_at=due_at, by=bob, now=NOW - 9 * DAY, person=dana(north))
    [entry] = entries(bob)
    ends = due_at if isinstance(starts, datetime) else date(2025, 3, 10)
    assert told(entry) == ("Promised to Dana Whitlock (Brightwater)", starts, ends)


def test_a_call_back_moves_and_keeps_its_name(north: Client, bob: User) -> None:
    case = upset(bob, north, person=dana(north))
    [before] = entries(bob)
    assert told(before)[0] == "Call Dana Whitlock (Brightwater)"
    at = NOW + 2 * DAY
    plan_next(case, by=bob, now=NOW, next_at=at, note="Ask about the invoice")
    [after] = entries(bob)
    assert (str(after["UID"]), after.decoded("DTSTART")) == (str(before["UID"]), at)
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_nothing_tells_why(north: Client, bob: User) -> None:
    case = upset(bob, north, person=dana(north))
    schedule_followup(north, TODAY, by=bob, now=NOW, case=case, person=dana(north), note="Third invoice: is it mended?")
    make_promise(north, "Explain the failure", due_at=NOW + DAY, by=bob, now=NOW, case=case)
    body = browser_of().get(f"/calendar/{make_feed(bob, now=NOW)}.ics").content.decode().lower()
    assert body.count("begin:vevent") == 3
    assert [word for word in INSIDE if word in body] == []
    assert f"url:{django_settings.ADDRESS}/clients/{north.pk}\r\n" in body.replace("\r\n ", "")


def test_a_name_cannot_break_a_line(north: Client, bob: User) -> None:
    person = dana(north)
    person.name = "Dana, née Ó; Whit\\lock\r\nATTENDEE:mailto:x@y.example " + "long " * 20
    person.save()
    schedule_followup(north, TODAY, by=bob, now=NOW, person=person)
    [entry] = entries(bob)
    assert "ATTENDEE" not in entry
    assert str(entry["SUMMARY"]).startswith("Call Dana, née Ó; Whit\\lockATTENDEE:mailto")


def test_it_is_ones_own_and_only_what_one_may_see(
    north: Client, bob: User, mona: User, alice: User, charlie: User, riverside: Branch
) -> None:
    case = upset(bob, north, person=dana(north))
    Case.objects.update(next_at=None)
    schedule_followup(north, TODAY, by=bob, now=NOW, case=case, person=dana(north))
    secret = a_restricted_client(branch=riverside, looked_after_by=mona)
    make_promise(secret, "x", due_at=NOW, by=mona, now=NOW, promised_by=charlie)  # who does not see them any more
    names = {user.name: [told(entry)[0] for entry in entries(user)] for user in (alice, bob, charlie, mona)}
    call = ["Call Dana Whitlock (Brightwater)"]
    assert names == {"Alice Alder": [], "Bob Reed": call, "Charlie Stone": [], "Mona Quay": []}
    Case.objects.update(lead=charlie)
    assert [told(entry)[0] for entry in entries(charlie)] == call
    Case.objects.update(lead=charlie, is_restricted=True)
    assert (len(entries(charlie)), entries(bob)) == (1, [])


def test_of_a_client_whom_nobody_looks_after_who_manages_them_calls(bob: User, mona: User, riverside: Branch) -> None:
    nobodys = a_client(branch=riverside)
    schedule_followup(nobodys, TODAY, by=bob, now=NOW)
    assert [told(entry)[0] for entry in entries(mona)] == ["Call North"]
    assert entries(bob) == []


def test_what_is_done_leaves_it(north: Client, bob: User) -> None:
    case = upset(bob, north)
    promise = make_promise(north, "x", due_at=NOW, by=bob, now=NOW)
    assert len(entries(bob)) == 2
    keep_promise(promise, by=bob, now=NOW)
    Case.objects.filter(pk=case.pk).update(status=Status.CLOSED)
    assert entries(bob) == []


def test_who_left_has_no_calendar(bob: User, alice: User) -> None:
    token = make_feed(bob, now=NOW)
    close_user(bob, by=alice, now=NOW)
    assert browser_of().get(f"/calendar/{token}.ics").status_code == 404


def test_the_address_is_shown_once_and_can_be_taken_away(bob: User, vera: User, settings: Settings) -> None:
    settings.ADDRESS = "https://desk.alder.example/"
    browser = browser_of(bob)
    assert "It has no address yet" in text_of(browser, "/settings/you/calendar")
    page = browser.post("/settings/you/calendar", {"do": "make"}).content.decode()
    [_, rest] = page.split('value="https://desk.alder.example/calendar/')
    token = rest.partition(".ics")[0]
    assert token not in browser.get("/settings/you/calendar").content.decode()
    assert token not in str(Feed.objects.values()) + str(Event.objects.values())
    shown = text_of(browser, "/settings/you/calendar")
    assert "It has an address since Monday, Mar 10, 12:00 pm. No program has come yet." in shown
    assert browser_of().get(f"/calendar/{token}.ics").status_code == 200
    assert "A program last came" in text_of(browser, "/settings/you/calendar")
    browser.post("/settings/you/calendar", {"do": "make"})
    assert browser_of().get(f"/calendar/{token}.ics").status_code == 404
    page = browser.post("/settings/you/calendar", {"do": "end"}, follow=True).content.decode()
    assert "The address leads nowhere any more." in page
    browser.post("/settings/you/calendar", {"do": "end"})
    assert [event.verb for event in Event.objects.order_by("pk")] == ["make_feed", "make_feed", "end_feed"]
    assert browser_of(vera).post("/settings/you/calendar", {"do": "make"}).status_code == 200


def test_a_program_that_comes_every_minute_is_noted_once_an_hour(bob: User) -> None:
    token = make_feed(bob, now=NOW)
    browser_of().get(f"/calendar/{token}.ics")
    first = Feed.objects.get().fetched_at
    browser_of().get(f"/calendar/{token}.ics")
    assert Feed.objects.get().fetched_at == first


def test_the_log_does_not_know_the_address() -> None:
    line = makeLogRecord({"msg": "GET /calendar/secret-token.ics 200"})
    Discreet().filter(line)
    assert line.getMessage() == "GET /calendar/….ics 200"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    north: Client, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        upset(bob, north, person=dana(north))
        schedule_followup(north, TODAY, by=bob, now=NOW)
        make_promise(north, "x", due_at=NOW, by=bob, now=NOW)
    token = make_feed(bob, now=NOW)
    browser_of().get(f"/calendar/{token}.ics")
    with django_assert_num_queries(7):
        browser_of().get(f"/calendar/{token}.ics")
