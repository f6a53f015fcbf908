"""A page that asks for a code shows nothing before it: whoever has the link has to have the mailbox, too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

from amends.desk import clock
from amends.desk.actions.client_code import MOST_CODES, MOST_TRIES, enter_code, send_code
from amends.desk.actions.client_page import make_link, make_page
from amends.desk.models import LetterKind, Outgoing, PageKind, PersonAddress
from amends.desk.rules import Refused
from cast import NOW, person_at, told

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import User
    from client_pages import DanasPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def guarded(dana: DanasPage) -> DanasPage:
    dana.page.asks_code = True
    dana.page.save()
    return dana


def code_sent() -> str:
    return Outgoing.objects.order_by("-pk")[0].text.split()[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_nothing_is_shown_before_the_code(guarded: DanasPage) -> None:
    html = guarded.get().content.decode()
    assert 'We send a code of six digits to <span class="num">d…@north.example</span>.' in html
    for inside in ("Dana", "hole", "Bob", "relief"):
        assert inside not in html
    assert Outgoing.objects.count() == 0


@pytest.mark.parametrize("typed", [{"opened": "1"}, {"do": "answer", "feeling": "1"}, {"do": "call"}])
def test_nothing_is_taken_in_before_the_code(guarded: DanasPage, typed: dict[str, str]) -> None:
    guarded.browser.post(guarded.address, typed)
    page = guarded.fresh()
    assert (page.opens, page.answered_at, page.call_asked_at) == (0, None, None)


def test_she_gets_a_code_by_mail_and_comes_in_with_it(guarded: DanasPage) -> None:
    html = guarded.browser.post(guarded.address, {"do": "send"}).content.decode()
    assert "The code from our mail" in html
    [letter] = Outgoing.objects.all()
    assert (letter.kind, letter.to, letter.person, letter.page, letter.client) == (
        LetterKind.CODE, "dana@north.example", guarded.page.person, guarded.page, guarded.page.client,
    )  # fmt: skip
    code = code_sent()
    assert letter.subject == f"{code} is your code"
    assert code not in guarded.fresh().code_hash
    answer = guarded.browser.post(guarded.address, {"code": f" {code[:3]} {code[3:]} "})
    cookie = answer.cookies["amends-page"]
    assert (answer.status_code, cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        302, guarded.address, True, "Lax",
    )  # fmt: skip
    assert "Did we hear you right?" in guarded.html()
    assert [len(told("send_page_code")), len(told("enter_page_code"))] == [1, 1]


def test_a_code_lets_in_once(guarded: DanasPage) -> None:
    guarded.browser.post(guarded.address, {"do": "send"})
    code = code_sent()
    guarded.browser.post(guarded.address, {"code": code})
    answer = Browser().post(guarded.address, {"code": code})
    assert answer.status_code == 403
    assert "This code is over. Ask for a new one." in answer.content.decode()


def test_the_cookie_of_one_page_does_not_open_another(guarded: DanasPage, bob: User) -> None:
    guarded.browser.post(guarded.address, {"do": "send"})
    guarded.browser.post(guarded.address, {"code": code_sent()})
    luis = person_at(guarded.page.client, "luis@north.example")
    page = make_page(PageKind.RECOVERY, luis, by=bob, now=NOW, case=guarded.case, title="Luis", asks_code=True)
    other = make_link(page, by=bob, now=NOW)
    guarded.browser.cookies["amends-page"]["path"] = "/"
    assert "A code first." in guarded.browser.get(f"/c/{other}").content.decode()
    guarded.browser.cookies["amends-page"] = "made:up"
    assert "A code first." in guarded.get().content.decode()


def test_a_cookie_lasts_half_a_day(guarded: DanasPage, settings: Settings) -> None:
    guarded.browser.post(guarded.address, {"do": "send"})
    guarded.browser.post(guarded.address, {"code": code_sent()})
    assert "Did we hear you right?" in guarded.html()
    assert guarded.browser.cookies["amends-page"]["max-age"] == 12 * 3600
    assert not settings.IS_SECURE


def test_after_a_quarter_of_an_hour_a_code_is_over(guarded: DanasPage) -> None:
    send_code(guarded.page, now=NOW)
    with pytest.raises(Refused, match=r"This code is over\. Ask for a new one\."):
        enter_code(guarded.page, code_sent(), now=NOW + timedelta(minutes=16))


def test_codes_are_sent_one_a_minute_and_the_last_one_counts(guarded: DanasPage) -> None:
    send_code(guarded.page, now=NOW)
    first = code_sent()
    with pytest.raises(Refused, match="We have just sent you a code"):
        send_code(guarded.page, now=NOW + timedelta(seconds=59))
    send_code(guarded.page, now=NOW + timedelta(seconds=60))
    last = code_sent()
    if first != last:  # once in a million they are the same
        with pytest.raises(Refused, match="That is not the code"):
            enter_code(guarded.page, first, now=NOW + timedelta(minutes=2))
    enter_code(guarded.page, last, now=NOW + timedelta(minutes=2))


def test_guessing_stops_after_a_few_tries_and_a_new_code_gives_no_new_ones(guarded: DanasPage) -> None:
    send_code(guarded.page, now=NOW)
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(Refused, match="That is not the code"):
            enter_code(guarded.page, wrong(code_sent()), now=NOW)
    send_code(guarded.page, now=NOW + timedelta(minutes=1))
    for typed in (wrong(code_sent()), code_sent()):
        with pytest.raises(Refused, match="That was the wrong code too often"):
            enter_code(guarded.page, typed, now=NOW + timedelta(minutes=1))
    with pytest.raises(Refused, match="That was the wrong code too often"):
        send_code(guarded.page, now=NOW + timedelta(minutes=59))
    send_code(guarded.page, now=NOW + timedelta(minutes=61))
    enter_code(guarded.page, code_sent(), now=NOW + timedelta(minutes=62))


def test_nobodys_mailbox_is_flooded_with_codes_whatever_page_asks(guarded: DanasPage, bob: User) -> None:
    second = make_page(PageKind.PULSE, guarded.page.person, by=bob, now=NOW, title="How is it?", asks_code=True)
    for minute in range(MOST_CODES):
        send_code((guarded.page, second)[minute % 2], now=NOW + timedelta(minutes=minute))
    for page in (guarded.page, second):
        with pytest.raises(Refused, match="We have sent you several codes already"):
            send_code(page, now=NOW + timedelta(minutes=30))
    enter_code(guarded.page, code_sent(), now=NOW + timedelta(minutes=10))
    send_code(guarded.page, now=NOW + timedelta(minutes=61))
    assert Outgoing.objects.count() == MOST_CODES + 1


def test_a_wrong_code_is_told_and_counted(guarded: DanasPage) -> None:
    guarded.browser.post(guarded.address, {"do": "send"})
    answer = guarded.browser.post(guarded.address, {"code": wrong(code_sent())})
    assert answer.status_code == 403
    assert "That is not the code. Look at the last mail." in answer.content.decode()
    assert guarded.fresh().code_tries == 1


def test_without_a_code_there_is_nothing_to_enter(guarded: DanasPage) -> None:
    with pytest.raises(Refused, match="This code is over"):
        enter_code(guarded.page, "", now=clock.now())


def test_somebody_without_an_address_is_asked_to_call(guarded: DanasPage) -> None:
    PersonAddress.objects.all().delete()
    assert "we know no mail address of yours" in guarded.get().content.decode()
    answer = guarded.browser.post(guarded.address, {"do": "send"})
    assert (answer.status_code, Outgoing.objects.count()) == (403, 0)
