"""The reasons behind a client's health, and what people say against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.health import assess_client
from amends.desk.actions.touch import record_touch
from amends.desk.actions.upset import take_complaint
from amends.desk.models import Client, Dismissal, Override, Signal
from cast import HURT, NOW, a_client, a_restricted_client, assessed, browser_of
from conversation import every
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

THANK_YOU = "Thank you. We have taken it out and remembered."
QUERIES = 12  # who asks, the firm and the counts of the frame; the line, its client, its messages, what was said of it


def line_of(client: Client, rule: str) -> Signal:
    return Signal.objects.get(client=client, rule=rule, cleared_at=None)


def test_a_line_shows_its_messages_with_the_sentence_marked(bob: User) -> None:
    line = line_of(assessed(HURT), "exit words")
    html = browser_of(bob).get(f"/signals/{line.pk}").content.decode()
    page = words_in(html)
    assert "<mark>We will look at other agencies.</mark>" in html
    assert "Spoke of leaving on Mar 6 Takes 20 of 100" in page
    assert "Thursday, Mar 6, 9:00 am Gary Nobody came. This is not acceptable. We will look at other agencies." in page


def test_a_line_of_counts_says_that_it_is_one(bob: User) -> None:
    north = a_client()
    for points, words in ((-4, "Speaks for the relationship: +4"), (0, "Takes nothing away")):
        line = Signal.objects.create(
            client=north, rule=words, family="quiet", points=points, summary="A count", found_at=NOW
        )
        page = text_of(browser_of(bob), f"/signals/{line.pk}")
        assert (words in page, "This line is a count: no single message says it." in page) == (True, True)


def test_records_are_evidence_too(bob: User) -> None:
    told = [
        {"id": "fact:9", "at": NOW.isoformat(), "quote": "Nobody.", "counts": "6 of 14"},
        {"id": "fact:8", "at": NOW.isoformat()},
    ]
    line = Signal.objects.create(
        client=a_client(), rule="no-show", family="business", points=8, summary="Six", found_at=NOW, evidence=told
    )
    assert "Monday, Mar 10, noon" not in text_of(browser_of(bob), f"/signals/{line.pk}")
    assert "“Nobody.” 6 of 14" in text_of(browser_of(bob), f"/signals/{line.pk}")


def test_tone_shows_an_ordinary_message_beside_the_short_one(bob: User) -> None:
    long = "Good morning, could you please send the whole roster for the coming week over to us? Many thanks"
    north = assessed(
        every(4, 40, "1 Sep 2024 09:00", f"client #a{{n}} []: {long}", year=2024),
        every(3, 8, "12 Feb 2025 09:00", "client #b{n} []: Roster."),
    )
    page = text_of(browser_of(bob), f"/signals/{line_of(north, 'shorter and cooler').pk}")
    assert "Their messages seem shorter and cooler" in page
    short, ordinary = page.split("An ordinary one, from before")
    assert ("Roster." in short, long in short, long in ordinary) == (True, False, True)


def test_what_is_wrong_is_taken_out_and_can_be_taken_back(bob: User) -> None:
    north = assessed(HURT)
    before = north.number
    line, browser = line_of(north, "exit words"), browser_of(bob)
    answer = browser.post(f"/signals/{line.pk}/wrong", {"reason": "They spoke of their own agency"}, follow=True)
    page = words_in(answer.content.decode())
    assert answer.redirect_chain == [(f"/signals/{line.pk}", 302)]
    north.refresh_from_db()
    assert north.number > before
    assert THANK_YOU in page
    assert "Bob Reed said on Mar 10 that this is wrong They spoke of their own agency Let it count again" in page
    assert "No longer counts" in page
    wrong = Dismissal.objects.get()
    answer = browser.post(f"/dismissals/{wrong.pk}/undo", follow=True)
    assert "It counts again." in words_in(answer.content.decode())
    north.refresh_from_db()
    assert north.number == before


def test_without_a_reason_nothing_is_taken_out(bob: User) -> None:
    line = line_of(assessed(HURT), "exit words")
    html = browser_of(bob).post(f"/signals/{line.pk}/wrong", {"reason": " "}).content.decode()
    assert "One thing to correct Say in a few words why this is wrong" in words_in(html)
    assert "<title>Error: " in html
    assert Dismissal.objects.count() == 0


def test_who_only_looks_corrects_nothing(vera: User) -> None:
    line = line_of(assessed(HURT), "exit words")
    assert "This is wrong" not in text_of(browser_of(vera), f"/signals/{line.pk}")
    assert browser_of(vera).post(f"/signals/{line.pk}/wrong", {"reason": "x"}).status_code == 403


def test_a_state_is_set_by_hand_and_let_go_again(bob: User) -> None:
    north, browser = assessed(HURT), browser_of(bob)
    page = f"/clients/{north.pk}/override"
    assert "How they stand Steady Unsettled Strained At risk Mended" in text_of(browser, page)
    answer = browser.post(page, {"state": "Steady", "reason": "I was there", "until": "2025-03-20"}, follow=True)
    assert "Bob Reed set this to Steady until Mar 20." in words_in(answer.content.decode())
    north.refresh_from_db()
    assert (north.state, north.computed_state) == ("Steady", "Strained")
    held = Override.objects.get()
    assert "Bob Reed set it to Steady, until Mar 20 I was there Let the desk say it again" in text_of(browser, page)
    browser.post(f"/overrides/{held.pk}/end")
    north.refresh_from_db()
    assert north.state == "Strained"


def test_what_was_typed_stays_when_a_state_cannot_be_set(bob: User) -> None:
    north = assessed(HURT)
    html = browser_of(bob).post(f"/clients/{north.pk}/override", {"reason": "I was there"}).content.decode()
    assert "Two things to correct Choose how they stand Choose the last day" in words_in(html)
    assert "I was there</textarea>" in html
    far = {"state": "Steady", "reason": "I was there", "until": "2026-03-20"}
    html = browser_of(bob).post(f"/clients/{north.pk}/override", far).content.decode()
    assert "Choose a last day from today on, at most 90 days away." in words_in(html)
    assert Override.objects.count() == 0


def test_nobody_else_corrects_a_restricted_client(charlie: User, bob: User, riverside: Branch) -> None:
    secret = a_restricted_client(HURT, branch=riverside, looked_after_by=bob)
    assess_client(secret, now=NOW)
    line = line_of(secret, "exit words")
    wrong = Dismissal.objects.create(client=secret, rule="x", evidence_id="", summary="x", reason="x", at=NOW)
    held = Override.objects.create(client=secret, state="Steady", reason="x", at=NOW, until=NOW.date())
    posts = [
        f"/signals/{line.pk}/wrong",
        f"/dismissals/{wrong.pk}/undo",
        f"/overrides/{held.pk}/end",
        f"/clients/{secret.pk}/override",
    ]
    assert [browser_of(charlie).post(page, {"reason": "x"}).status_code for page in posts] == [404] * 4


def test_a_line_asks_as_often_whatever_is_behind_it(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(bob)
    one = line_of(assessed(HURT), "complaint")
    with django_assert_num_queries(QUERIES):
        browser.get(f"/signals/{one.pk}")
    told = [{"id": f"m{n}@north.example", "at": NOW.isoformat(), "quote": "Hello."} for n in range(3)]
    three = Signal.objects.create(
        client=one.client, rule="silence", family="quiet", points=6, summary="x", found_at=NOW, evidence=told
    )
    with django_assert_num_queries(QUERIES):
        browser.get(f"/signals/{three.pk}")


def test_the_page_says_why_the_number_stays(bob: User) -> None:
    angry = "\n".join(f"{day} Mar 09:00 client #t{day}: This is not acceptable." for day in range(2, 9))
    north = assessed(angry)
    line = Signal.objects.filter(client=north, points__gt=0).order_by("points").last()
    assert line is not None
    browser, before = browser_of(bob), north.number
    most = "The most that complaints may count together is 26."
    assert most in text_of(browser, f"/clients/{north.pk}")
    answer = browser.post(f"/signals/{line.pk}/wrong", {"reason": "Not about us"}, follow=True)
    north.refresh_from_db()
    assert north.number == before
    why = "The number stays: other complaints fill the most that complaints may count (26)."
    assert f"{THANK_YOU} {why}" in words_in(answer.content.decode())


def test_lines_that_say_the_same_are_told_apart(bob: User) -> None:
    north = assessed("""
        7 Mar 09:00 client #roster: This is not acceptable.
        7 Mar 11:00 client #invoice: This is not acceptable.
    """)
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert ("Complained on Mar 7: roster" in page, "Complained on Mar 7: invoice" in page) == (True, True)


def test_an_old_address_leads_to_what_counts_again(bob: User) -> None:
    north, browser = assessed(HURT), browser_of(bob)
    line = line_of(north, "exit words")
    browser.post(f"/signals/{line.pk}/wrong", {"reason": "Their own agency"})
    browser.post(f"/dismissals/{Dismissal.objects.get().pk}/undo")
    again = line_of(north, "exit words")
    answer = browser.get(f"/signals/{line.pk}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/signals/{again.pk}")


def test_words_of_a_call_are_shown_as_evidence(bob: User) -> None:
    north = assessed(HURT)
    case = take_complaint(north, by=bob, now=NOW, words="Nobody called us back.", severity=3)
    record_touch(north, "call", by=bob, now=NOW, words="We are fed up with this.", case=case)
    assess_client(north, now=NOW)
    line = Signal.objects.get(summary__startswith="Told you on Mar 10 that they are let down", cleared_at=None)
    page = text_of(browser_of(bob), f"/signals/{line.pk}")
    assert "“Nobody called us back.” When the recovery was opened" in page
    assert "“We are fed up with this.” Call" in page
