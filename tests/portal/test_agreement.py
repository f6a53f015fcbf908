"""Gary's page of an agreement: his part, filled in blind; then both parts, and the words that both say yes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.test import Client as Browser

from agreements import KEYS, OURS, a_compared_sheet, a_sheet, both_confirm, levels, line, we_confirm, worded
from amends.core.agreement import Level
from amends.desk.actions.client_page import make_link
from amends.desk.actions.sheet import drop_sheet, fill_ours, word_item
from amends.desk.actions.sheet_asking import page_of_sheet
from amends.desk.models import ClientPage, Event, Sheet, SheetState
from amends.desk.queries.agreement import level_of
from amends.desk.queries.sheet_shown import sheet_of
from amends.portal.sheet_answers import SALT
from cast import NOW, a_client, person_at
from shown import words_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Person, SheetItem, User
    from client_pages import DanasPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FILL_QUERIES, COMPARE_QUERIES = 5, 6


@dataclass
class GarysPage:
    """Gary's page, the sheet it is of, and the address of its link."""

    page: ClientPage
    sheet: Sheet
    address: str
    browser: Browser

    def html(self) -> str:
        answer = self.browser.get(self.address)
        assert answer.status_code == 200
        return answer.content.decode()

    def opened(self) -> dict[str, str]:
        """Return the form as he opens it: its hidden fields."""
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.html())
        return {name: unescape(value) for name, value in fields}

    def send(self, typed: dict[str, Any], *, form: dict[str, str] | None = None) -> Answer:
        return self.browser.post(self.address, {**(self.opened() if form is None else form), "do": "answer", **typed})

    def item(self, key: str) -> SheetItem:
        return line(self.sheet, key)


def page_for(sheet: Sheet, bob: User) -> GarysPage:
    page = page_of_sheet(sheet, by=bob, now=NOW)
    return GarysPage(page, sheet, f"/c/{make_link(page, by=bob, now=NOW)}", Browser())


@pytest.fixture
def person(bob: User) -> Person:
    return person_at(a_client(looked_after_by=bob), "gary@north.example")


@pytest.fixture
def gary(person: Person, bob: User) -> GarysPage:
    return page_for(a_sheet(person, bob), bob)


@pytest.fixture
def worded_page(person: Person, bob: User) -> GarysPage:
    sheet = worded(a_compared_sheet(person, bob), bob)
    we_confirm(sheet, bob)
    return page_for(sheet, bob)


def part(gary: GarysPage, **said: str) -> dict[str, str]:
    """Return what is typed into his part: figures he can live with, or words, by the key of a line."""
    typed = {}
    for key, value in said.items():
        item = gary.item(key)
        typed[f"line-{item.pk}-adequate" if item.unit else f"line-{item.pk}-words"] = value
    return typed


def said(answer: Answer) -> str:
    return words_in(answer.content.decode())


def test_he_fills_in_his_part_and_sees_nothing_of_ours(gary: GarysPage, bob: User) -> None:
    fill_ours(gary.sheet, levels(gary.sheet, our_reply="7.75", escalation="Tom Beckett"), by=bob, now=NOW)
    html = gary.html()
    assert ("7.75" in html, "Tom Beckett" in html, "no-store" in str(gary.browser.get(gary.address).headers)) == (
        False, False, True,
    )  # fmt: skip
    assert words_in(html).startswith(
        "Your part Say what you would like, and what you can live with. What does not matter to you, leave open."
        " We do the same, and neither sees the other’s before both are there."
        " Orders that are filled You would like, per cent You can live with, per cent In words"
        " Alder & Quay answers within You would like, working hours You can live with, working hours In words"
        " Whom to call when it is urgent What you expect Send my answers I’d rather Bob called me"
    )
    reply = gary.item("our_reply")
    sent = gary.send(
        {f"line-{reply.pk}-desired": "2", f"line-{reply.pk}-adequate": "4,5", f"line-{reply.pk}-words": " x "}
    )
    assert (sent.status_code, sent.headers["Location"]) == (302, "?sent")
    assert level_of(gary.item("our_reply"), "their") == Level(Decimal(2), Decimal("4.5"), "x")
    assert Sheet.objects.get().state == SheetState.COMPARED
    page = words_in(gary.html())
    assert "You 4.5 working hours would like 2 working hours x Alder & Quay 7.75 working hours" in page
    assert "Here we lie apart: you need more than we said." in page
    assert "Bob will call you about where we lie apart" in page
    [event] = Event.objects.filter(verb="fill_sheet", person=gary.page.person)
    assert (event.by, event.after) == (None, {"side": "their", "state": "compared"})


def test_he_may_change_his_part_until_ours_is_there(gary: GarysPage) -> None:
    gary.send(part(gary, our_reply="4"))
    page = gary.html()
    assert "Your part is there. You can change it until ours is there too; then you see both." in page
    assert 'value="4"' in page
    answered = ClientPage.objects.get().answered_at
    assert answered is not None
    gary.send(part(gary, our_reply="4"))  # sent twice
    assert Event.objects.filter(verb="fill_sheet").count() == 1
    gary.send(part(gary, our_reply="6"))
    assert gary.item("our_reply").their_adequate == 6


@pytest.mark.parametrize("typed", ["1000", "-1", "four", "nan", "Infinity", "1e9", "9" * 40])
def test_what_is_no_figure_comes_back_with_all_that_was_typed(gary: GarysPage, typed: str) -> None:
    rate, call = gary.item("fill_rate"), gary.item("escalation")
    answer = gary.send({f"line-{rate.pk}-adequate": typed, f"line-{call.pk}-words": "Somebody at 4 am"})
    html = answer.content.decode()
    assert "One thing to correct Write a figure from 0 to 100" in words_in(html)
    assert (f'value="{typed}"' in html, "Somebody at 4 am" in html, "<title>Error:" in html) == (True, True, True)
    assert Sheet.objects.get().they_filled_at is None


def test_a_percent_sign_is_no_mistake(gary: GarysPage) -> None:
    gary.send(part(gary, fill_rate="95 %"))
    assert gary.item("fill_rate").their_adequate == 95


def test_a_part_that_comes_too_late_is_not_lost(gary: GarysPage, bob: User) -> None:
    fill_ours(gary.sheet, levels(gary.sheet, **OURS), by=bob, now=NOW)
    opened = gary.opened()
    gary.send(part(gary, our_reply="4"))
    again = gary.send(part(gary, our_reply="4"), form=opened)  # the same, from another tab
    assert again.status_code == 302
    late = gary.send(part(gary, our_reply="2", escalation="Somebody"), form=opened)
    assert late.status_code == 409
    page = said(late)
    assert "Both parts are there already." in page
    assert "Alder & Quay answers within: You can live with, working hours: 2" in page
    assert "Whom to call when it is urgent: Somebody" in page
    assert gary.item("our_reply").their_adequate == 4


def test_he_says_yes_line_by_line_and_what_he_would_change(worded_page: GarysPage, bob: User) -> None:
    gary = worded_page
    reply, rate, call = (gary.item(key) for key in KEYS)
    page = words_in(gary.html())
    assert "Answer within 4 working hours Measured: 4 working hours. I agree I’d change this" in page
    assert "We would leave this out. I agree I’d change this" in page
    wrong = gary.send({f"line-{reply.pk}": "change", f"line-{rate.pk}": "agree"})
    assert "One thing to correct Say what you would change" in said(wrong)
    assert gary.item("fill_rate").they_confirmed_at is None
    typed = {f"line-{reply.pk}": "change", f"line-{reply.pk}-words": "Two at night", f"line-{rate.pk}": "agree"}
    assert gary.send(typed).status_code == 302
    assert gary.item("our_reply").their_change == "Two at night"
    assert gary.item("fill_rate").they_confirmed_at is not None
    events = Event.objects.filter(verb="answer_item").count()
    gary.send(typed)  # the back button
    assert Event.objects.filter(verb="answer_item").count() == events
    html = gary.html()
    assert ("Change my answer" in html, "Two at night" in html) == (True, True)
    word_item(reply, "Answer within 2 hours at night", target=Decimal(2), by=bob, now=NOW)
    we_confirm(gary.sheet, bob)
    gary.send({f"line-{item.pk}": "agree" for item in (reply, rate, call)})
    assert Sheet.objects.get().state == SheetState.AGREED
    assert words_in(gary.html()).startswith(
        "We both said yes These are the words that we agreed to. You can keep this page or print it."
        " Fill 95% of shifts Agreed Answer within 2 hours at night Agreed I’d rather Bob called me"
    )
    again = gary.send({f"line-{item.pk}": "agree" for item in (reply, rate, call)}, form={"stage": "compare"})
    assert again.status_code == 302  # nothing is asked any more


def test_an_answer_to_other_words_is_not_taken_in(worded_page: GarysPage, bob: User) -> None:
    gary = worded_page
    reply, rate = gary.item("our_reply"), gary.item("fill_rate")
    opened = gary.opened()
    word_item(reply, "Answer within a day", target=Decimal(8), by=bob, now=NOW)
    we_confirm(gary.sheet, bob)
    typed = {f"line-{reply.pk}": "change", f"line-{reply.pk}-words": "Two at night", f"line-{rate.pk}": "agree"}
    answer = gary.send(typed, form=opened)
    assert answer.status_code == 409
    page = said(answer)
    assert "This has changed since you opened the page." in page
    assert "You wrote: Two at night" in page
    assert gary.item("our_reply").their_change == ""
    assert gary.item("fill_rate").they_confirmed_at is not None


def test_words_that_are_being_written_are_not_shown(worded_page: GarysPage, bob: User) -> None:
    reply = worded_page.item("our_reply")
    worded_page.send({f"line-{reply.pk}": "change", f"line-{reply.pk}-words": "Two at night"})
    word_item(reply, "A draft of ours", target=Decimal(8), by=bob, now=NOW)
    html = worded_page.html()
    assert ("A draft of ours" in html, "You would change this:" in html) == (False, True)


@pytest.mark.parametrize("seal", ["", "tampered", "of another page"])
def test_a_form_that_is_not_of_this_page_says_yes_to_nothing(worded_page: GarysPage, seal: str) -> None:
    gary, reply = worded_page, worded_page.item("our_reply")
    shown = {str(one.pk): one.print for one in sheet_of(gary.page).lines}
    seals = {"of another page": signing.dumps([gary.page.pk + 1, shown], salt=SALT, compress=True)}
    answer = gary.send({f"line-{reply.pk}": "agree"}, form={"stage": "compare", "seen": seals.get(seal, seal)})
    assert (answer.status_code, gary.item("our_reply").they_confirmed_at) == (409, None)


def test_what_was_let_go_asks_nothing(worded_page: GarysPage, bob: User) -> None:
    opened, reply = worded_page.opened(), worded_page.item("our_reply")
    Sheet.objects.update(state=SheetState.REPLACED)
    assert "This agreement is not being talked about any more." in words_in(worded_page.html())
    answer = worded_page.send({f"line-{reply.pk}": "agree"}, form=opened)
    assert (answer.status_code, worded_page.item("our_reply").they_confirmed_at) == (302, None)
    Sheet.objects.update(state=SheetState.COMPARED)
    drop_sheet(Sheet.objects.get(), by=bob, now=NOW)
    assert worded_page.browser.get(worded_page.address).status_code == 410  # its links have ended


def test_who_would_rather_be_called_keeps_what_was_typed(gary: GarysPage) -> None:
    answer = gary.send({**part(gary, our_reply="4"), "do": "call"})
    page = ClientPage.objects.get()
    assert "Bob will call you. What you typed is still here. It is your part once you send it." in said(answer)
    assert ('value="4"' in answer.content.decode(), page.call_asked_at is not None) == (True, True)
    assert Sheet.objects.get().they_filled_at is None
    asked = gary.send({"do": "call"})
    assert (asked.status_code, Sheet.objects.get().they_filled_at) == (302, None)
    thanked = words_in(gary.browser.get(f"{gary.address}?sent").content.decode())
    assert "Look at my answers" in thanked
    assert "You can look at them again for as long as this page works." in thanked


def test_a_call_is_asked_for_together_with_the_answers(worded_page: GarysPage) -> None:
    reply = worded_page.item("our_reply")
    assert worded_page.send({f"line-{reply.pk}": "agree", "do": "call"}).status_code == 302
    assert ClientPage.objects.get().call_asked_at is not None
    assert worded_page.item("our_reply").they_confirmed_at is not None


@pytest.mark.parametrize("key", ["our_reply", "escalation"])
def test_an_empty_part_is_none(person: Person, bob: User, key: str) -> None:
    gary = page_for(a_sheet(person, bob, (key,)), bob)
    assert "One thing to correct Fill in at least one line" in said(gary.send({}))
    assert Sheet.objects.get().they_filled_at is None


def test_only_a_page_of_an_agreement_shows_one(dana: DanasPage) -> None:
    with pytest.raises(ValueError, match="no page of an agreement"):
        sheet_of(dana.page)


def test_both_who_agreed_are_shown_what_holds(person: Person, bob: User) -> None:
    sheet = worded(a_compared_sheet(person, bob), bob)
    gary = page_for(sheet, bob)
    both_confirm(sheet, person, bob)
    html = gary.html()
    assert ("Fill 95% of shifts" in html, "They need more" in html) == (True, False)


def test_it_asks_the_database_as_often_for_one_line_as_for_three(
    person: Person, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for keys in (KEYS[:1], KEYS):
        sheet = a_sheet(person, bob, keys)
        gary = page_for(sheet, bob)
        with django_assert_num_queries(FILL_QUERIES):
            gary.browser.get(gary.address)
        a_compared_sheet(person, bob)
        with django_assert_num_queries(COMPARE_QUERIES):
            gary.browser.get(gary.address)
        drop_sheet(sheet, by=bob, now=NOW)
