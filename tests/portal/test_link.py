"""The link is all that lets anybody in: it ends, it is taken back, it cannot be guessed, and it is kept nowhere."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from amends.desk.actions.client_page import end_page, make_link, make_page
from amends.desk.models import Event, PageKind, PageLink
from amends.portal import limit
from amends.web.protection import Discreet
from cast import NOW, a_client, browser_of, person_at

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import User
    from client_pages import DanasPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_a_link_is_over_when_its_days_are(dana: DanasPage, bob: User) -> None:
    bob.phone = "555 0119"
    bob.save()
    PageLink.objects.update(ends_at=NOW)
    answer = dana.get()
    html = answer.content.decode()
    assert answer.status_code == 410
    assert "<h1>This page has ended.</h1>" in html
    assert 'Bob Reed, <a href="tel:5550119">555 0119</a>, is there for you.' in html
    assert "Dana" not in html
    assert "hole" not in html


def test_once_she_has_answered_an_ended_page_says_who_has_her_answers(dana: DanasPage, bob: User) -> None:
    dana.send({f"line-{dana.line().pk}": "yes"})
    end_page(dana.page, by=bob, now=NOW)
    answer = dana.get()
    assert answer.status_code == 410
    assert ", has your answers." in answer.content.decode()


def test_what_is_sent_to_a_page_that_was_taken_back_is_not_taken_in(dana: DanasPage, bob: User) -> None:
    form = dana.opened()
    end_page(dana.page, by=bob, now=NOW)
    before = Event.objects.count()
    for typed in ({f"action-{dana.action().pk}": "agree"}, {"do": "call"}, {"opened": "1"}):
        assert dana.send(typed, form=form).status_code == 410
    assert (dana.action().answer, Event.objects.count()) == ("", before)


def test_who_has_left_the_client_has_no_page_there(dana: DanasPage) -> None:
    dana.page.person.left_on = NOW.date()
    dana.page.person.save()
    assert dana.get().status_code == 410
    dana.page.person.left_on = NOW.date() + timedelta(days=1)
    dana.page.person.save()
    assert dana.get().status_code == 200


def test_a_renewed_link_and_the_old_one_both_work_until_one_is_ended(dana: DanasPage, bob: User) -> None:
    later = make_link(dana.page, by=bob, now=NOW)
    first = PageLink.objects.order_by("pk")[0]
    first.ended_at = NOW
    first.save()
    assert dana.get().status_code == 410
    assert dana.browser.get(f"/c/{later}").status_code == 200


def test_each_token_opens_the_page_of_its_own_person_alone(dana: DanasPage, bob: User) -> None:
    luis = person_at(dana.page.client, "luis@north.example")
    page = make_page(PageKind.RECOVERY, luis, by=bob, now=NOW, case=dana.case, title="Luis, this is for you.")
    token = make_link(page, by=bob, now=NOW)
    html = dana.browser.get(f"/c/{token}").content.decode()
    assert "Luis, this is for you." in html
    assert "Dana" not in html
    form = dana.opened()  # what was signed for her page is nothing on another
    answer = dana.browser.post(f"/c/{token}", {**form, "do": "answer", f"action-{dana.action().pk}": "agree"})
    assert (answer.status_code, dana.action().answer) == (409, "")


def test_a_token_that_is_not_quite_right_opens_nothing(dana: DanasPage) -> None:
    token = dana.token
    for guess in (token[:-1], f"{token}x", token.swapcase(), token[::-1], f"{token}%00", f" {token}"):
        assert told_at(dana, guess) == NOTHING


@pytest.mark.parametrize("guess", ["x" * 43, "x" * 5000, "%00", "%27%20OR%201=1--", "ü" * 43, "look"])
def test_what_was_never_a_token_opens_nothing(dana: DanasPage, guess: str) -> None:
    assert told_at(dana, guess) == NOTHING


NOTHING = (404, ["We can’t find this page."])


def told_at(dana: DanasPage, guess: str) -> tuple[int, list[str]]:
    """Return the status of a guessed address, and what its page tells: of nothing, or of whom it was made for."""
    answer = dana.browser.get(f"/c/{guess}")
    html = answer.content.decode()
    return answer.status_code, [told for told in ("We can’t find this page.", "Dana", "North", "Bob") if told in html]


def test_unknown_tokens_cannot_be_told_apart(
    dana: DanasPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    near, far = dana.token[:-1] + ("A" if dana.token[-1] != "A" else "B"), "x" * len(dana.token)
    pages = []
    for token in (near, far):
        with django_assert_num_queries(3):
            pages.append(dana.browser.get(f"/c/{token}").content)
    assert pages[0] == pages[1]


def test_who_asks_for_too_many_pages_that_are_none_waits(dana: DanasPage) -> None:
    answers = [dana.browser.get(f"/c/guess{number}") for number in range(limit.MOST + 1)]
    assert [answer.status_code for answer in answers] == [404] * limit.MOST + [429]
    assert answers[-1].headers["Retry-After"] == "900"
    assert Browser(REMOTE_ADDR="192.0.2.7").get("/c/guess").status_code == 404


def test_a_guesser_locks_out_nobody_who_comes_from_the_same_address(dana: DanasPage) -> None:
    form = dana.opened()
    for number in range(limit.MOST + 1):
        dana.browser.get(f"/c/guess{number}")
    assert dana.get().status_code == 200
    assert dana.send({f"line-{dana.line().pk}": "yes"}, form=form).status_code == 302
    assert dana.line().is_right is True


def test_a_sign_that_no_database_keeps_is_left_out(dana: DanasPage) -> None:
    name = f"line-{dana.line().pk}"
    assert dana.send({name: "no", f"{name}-words": "Three\x00 times."}).status_code == 302
    assert dana.line().words == "Three times."


def test_behind_a_proxy_each_visitor_is_counted_alone(dana: DanasPage, settings: Settings) -> None:
    settings.IS_BEHIND_PROXY = True
    for number in range(limit.MOST):
        dana.browser.get(f"/c/guess{number}", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.9"})
    statuses = [
        dana.browser.get("/c/guess", headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.9", "203.0.113.8")
    ]
    assert statuses == [429, 404]


@pytest.mark.parametrize("status", [200, 404, 410])
def test_no_page_is_kept_found_or_passed_on(dana: DanasPage, status: int) -> None:
    if status == 410:
        PageLink.objects.update(ends_at=NOW)
    answer = dana.browser.get("/c/nothing" if status == 404 else dana.address)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")} == {
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store, private",
        "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    }
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not answer.cookies
    assert dana.token not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "behind", "status"),
    [("PUT", "", 405), ("GET", "/x", 404), ("POST", "/no-more", 302), ("GET", "/", 404), ("OPTIONS", "", 405)],
)
def test_no_answer_passes_the_address_on(dana: DanasPage, method: str, behind: str, status: int) -> None:
    answer = dana.browser.generic(method, f"{dana.address}{behind}")
    told = (answer.status_code, answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"][:7])
    assert told == (status, "no-referrer", "noindex")
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_a_form_with_too_much_in_it_is_refused(dana: DanasPage, caplog: pytest.LogCaptureFixture) -> None:
    answer = dana.browser.post(dana.address, {f"line-{number}": "yes" for number in range(4000)})
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (413, "no-referrer")
    assert dana.token not in caplog.text


def test_a_colleague_who_is_signed_in_sees_what_she_sees(dana: DanasPage, alice: User) -> None:
    own = browser_of(alice)
    assert "Alice" not in own.get(dana.address).content.decode()


def test_another_method_than_reading_and_sending_is_refused(dana: DanasPage) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert dana.browser.generic(method, dana.address).status_code == 405


def test_the_token_is_kept_nowhere(dana: DanasPage) -> None:
    dana.send({f"line-{dana.line().pk}": "yes", "do": "call"})
    told = StringIO()
    call_command("dumpdata", stdout=told)
    assert dana.token not in told.getvalue()


def test_the_log_does_not_name_it(dana: DanasPage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(Discreet())
    logging.getLogger("django.request").error("Internal Server Error: %s", dana.address)
    assert caplog.messages == ["Internal Server Error: /c/…"]


def test_before_there_is_a_firm_nobody_has_a_page() -> None:
    assert Browser().get("/c/anything").status_code == 404


def test_what_the_desk_refuses_is_said_in_its_words(dana: DanasPage) -> None:
    typed = {"feeling": "4"}
    dana.page.client = a_client(name="South")  # whoever asks is not at the client of the page
    dana.page.save()
    answer = dana.send(typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "<h1>This was not taken in.</h1>" in html
    assert "<p>Dana Whitlock is not at South.</p>" in html
