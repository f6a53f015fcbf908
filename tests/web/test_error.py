"""When something cannot be shown: what happened, what is safe, what to do."""

from __future__ import annotations

import logging
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.test import RequestFactory

from amends.desk.models import Firm
from amends.web.protection import Discreet, Wordless
from amends.web.views import error
from cast import browser_of

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Alder & Quay",
    "addresses": "a.example",
    "zone": "UTC",
    "currency": "USD",
    "old_password": "secret word",
}


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def headings(answer: Any) -> list[str]:
    return re.findall(r"<h1.*?>(.*?)</h1>", words(answer))


def broken_browser(user: User) -> Browser:
    browser = browser_of(user)
    browser.raise_request_exception = False
    return browser


def test_a_page_that_is_not_there(bob: User) -> None:
    answer = browser_of(bob).get("/nowhere")
    assert (answer.status_code, headings(answer)) == (404, ["We can’t find that page."])
    assert "It may have been closed, or you may not be on that case." in words(answer)


def test_a_page_that_is_not_theirs(bob: User) -> None:
    answer = browser_of(bob).get("/settings/firm")
    assert (answer.status_code, headings(answer)) == (403, ["This page isn’t open to you."])


def test_a_form_without_its_token_changes_nothing(alice: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post("/settings/firm", TOLD)
    assert (answer.status_code, headings(answer)) == (403, ["This form was open for too long."])
    assert Firm.objects.get().addresses == ["alder.example"]


@pytest.mark.parametrize(("way", "address", "name"), [("get", "/settings/data", "q"), ("post", "/clients/new", "name")])
def test_a_sign_that_no_database_keeps_breaks_nothing(alice: User, way: str, address: str, name: str) -> None:
    assert getattr(browser_of(alice), way)(address, {name: "Nor\x00th"}).status_code == 200


def test_too_many_fields_are_too_large(alice: User) -> None:
    answer = browser_of(alice).post("/settings/firm", {f"field{place}": "x" for place in range(3001)})
    assert (answer.status_code, len(headings(answer))) == (413, 1)


def test_a_request_that_cannot_be_read(bob: User) -> None:
    answer = browser_of(bob).get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, headings(answer)) == (400, ["We couldn’t read that request."])


@pytest.mark.parametrize(
    ("fault", "status", "heading"),
    [
        (OperationalError("database is locked"), 503, "The desk can’t write just now."),
        (ZeroDivisionError(), 500, "Something broke on our side."),
    ],
)
def test_a_fault_keeps_what_was_typed(
    alice: User, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, heading: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("amends.web.views.settings.change_firm", fails)
    answer = broken_browser(alice).post("/settings/firm", TOLD)
    assert (answer.status_code, headings(answer)) == (status, [heading])
    page = words(answer)
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', page)[1:] == [
        ("name", "Alder & Quay"), ("addresses", "a.example"), ("zone", "UTC"), ("currency", "USD"),
    ]  # fmt: skip
    assert ("secret word" in page, 'action="/settings/firm"' in page) == (False, True)
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
    monkeypatch.undo()
    assert browser_of(alice).post("/settings/firm", TOLD).status_code == 302


def test_a_fault_while_looking_asks_the_database_nothing(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OperationalError("disk is full")

    monkeypatch.setattr("amends.web.access.firm_of", fails)
    answer = broken_browser(bob).get("/settings/you?a=1")
    assert (answer.status_code, 'href="/settings/you?a=1">Try again' in words(answer)) == (503, True)


def test_what_cannot_be_read_again_is_not_kept() -> None:
    asked = RequestFactory().post("/x", {"words": "a" * 100_001})
    assert error.typed(asked) == []
    torn = RequestFactory().post("/x", b"--", content_type="multipart/form-data; boundary=")
    assert error.typed(torn) == []


def test_every_answer_has_its_headers(bob: User) -> None:
    browser = browser_of(bob)
    for address in ("/", "/nowhere", "/sign-in", "/settings/firm"):
        headers = browser.get(address).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
            " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        told = {name: headers.get(name) for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")}
        assert told == {
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        }  # fmt: skip
        assert (headers["Cache-Control"], headers["Cross-Origin-Resource-Policy"]) == ("no-store", "same-origin")


@pytest.mark.parametrize("address", ["/sign-in/", "/invitation/", "/c/"])
def test_no_link_is_ever_logged(address: str, caplog: pytest.LogCaptureFixture) -> None:
    token = "kW3nq-Zl_0aB"  # noqa: S105  (nobody's)
    caplog.handler.addFilter(Discreet())
    logging.getLogger("django.request").error("Not Found: %s", f"{address}{token}")
    logging.getLogger("django.request").error("Bad: %s", f"/settings/mailboxes/back?code={token}&state=x and more")
    logging.getLogger("django.request").error("Fine: %s", "/clients/1")
    back = "Bad: /settings/mailboxes/back?… and more"
    assert caplog.messages == [f"Not Found: {address}…", back, "Fine: /clients/1"]


def test_the_log_says_where_it_broke_and_quotes_no_row(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(Wordless("{levelname}: {message}", style="{"))
    words = "NOBODY CAME".lower()
    try:
        int(words)  # the error quotes them
    except ValueError:
        logging.getLogger("amends").exception("A piece of work failed")
    told = caplog.text
    assert "nobody came" not in told
    assert told.startswith("ERROR: A piece of work failed\n")
    assert told.endswith("ValueError\n")
    assert "test_error.py" in told
