"""Own it: the page on which an apology is prepared, logged, and made a letter."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status
from amends.desk.actions.apology import apology_of, keep_note
from amends.desk.actions.case import move_case
from amends.desk.actions.letter import seal_of, write_letter
from amends.desk.models import Apology, Case, Outgoing, Person, PersonAddress, Touch
from cast import NOW, WAITS, a_client, browser_of, person_at, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened
from shown import text_of, words_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoAssertNumQueries, Settings

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
__all__ = ["in_the_browser"]
GARY = "gary@north.example"
DRAFT = "Dear Gary,\n\nwe are sorry if the invoice upset you.\n\nBob"


@pytest.fixture
def case(bob: User) -> Case:
    north = a_client(*WAITS, looked_after_by=bob)
    Person.objects.filter(addresses__address=GARY).update(name="Gary Flint")
    return upset(bob, north, person=person_at(north, GARY))


def page_of(user: User, case: Case) -> str:
    return text_of(browser_of(user), f"/recoveries/{case.pk}/own-it")


def post(user: User, case: Case, do: str, **typed: Any) -> str:
    browser, where = browser_of(user), f"/recoveries/{case.pk}/own-it"
    found = re.findall(r'name="shown" value="([^"]*)"', browser.get(where).content.decode())
    seal = {"shown": found[0]} if found and "shown" not in typed else {}
    return browser.post(where, {"do": do, **seal, **typed}, follow=True).content.decode()


def test_the_page_suggests_who_says_it_and_how_to_begin(case: Case, bob: User, mona: User) -> None:
    case.roles.create(user=mona, role="sponsor")
    shown = page_of(bob, case)
    assert f"{mona.name} is the most senior of those involved: an apology weighs as much as who makes it." in shown
    assert "Gary, I am calling to apologise. Do you have ten minutes?" in shown
    assert "Gary, this is (your name). I am calling to apologise for (what happened); that was ours." in shown
    assert "You can write it. A voice carries what an email cannot." in shown
    assert "Have you said it, in person or by phone?" in shown
    page = browser_of(bob).get(f"/recoveries/{case.pk}/own-it").content.decode()
    assert f'<option value="{mona.pk}" selected>' in page


@pytest.mark.parametrize(
    ("kind", "has_fact", "said"),
    [
        ("", False, "Nobody has said yet what kind of failure it was. Until then, own what it did to them. No fact"),
        ("ability", True, "Take the responsibility whole: it is yours, not the circumstances’"),
        ("honesty_untrue", True, "do not accept the charge."),
        ("unclear", False, "Own what it did to them, and promise the facts by a day. No fact is on record yet"),
    ],
)
def test_the_kind_of_failure_sets_what_may_be_said(
    case: Case, bob: User, kind: str, said: str, *, has_fact: bool
) -> None:
    Case.objects.update(kind=kind)
    if has_fact:
        case.facts.create(what="Billed twice", at=NOW)
    assert said.replace("’", "'") in page_of(bob, case).replace("’", "'").replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("hours", "words", "urgency"),
    [
        (3, "Known for 3 hours, and not yet said sorry for.", ""),
        (30, "Known for 1 day 6 hours", "soon"),
        (80, "", "late"),
    ],
)
def test_how_late_it_is_is_said_in_words(case: Case, bob: User, hours: int, words: str, urgency: str) -> None:
    Case.objects.update(known_at=NOW - timedelta(hours=hours))
    page = browser_of(bob).get(f"/recoveries/{case.pk}/own-it").content.decode()
    assert words in words_in(page)
    assert f'<p class="under-it {urgency}">Known for' in page


def test_it_is_prepared_and_kept(case: Case, bob: User, mona: User) -> None:
    typed = {"apologiser": mona.pk, "way": "visit", "script": "Gary, …", "ticked": ["regret", "repair"]}
    shown = words_in(post(bob, case, "prepare", **typed))
    assert "Kept. Now say it." in shown
    kept = apology_of(case)
    assert (kept.apologiser, kept.way, kept.script, kept.ticked) == (mona, "visit", "Gary, …", ["regret", "repair"])
    old = re.findall(
        r'name="shown" value="([^"]*)"', browser_of(bob).get(f"/recoveries/{case.pk}/own-it").content.decode()
    )
    post(mona, case, "prepare", **{**typed, "script": "Mine."})
    page = post(bob, case, "prepare", **{**typed, "script": "Other."}, shown=old[0])
    assert "Save mine" in page
    assert "Other." in page
    assert apology_of(case).script == "Mine."


def test_in_writing_alone_asks_for_a_reason(case: Case, bob: User) -> None:
    shown = words_in(post(bob, case, "prepare", way="mail", script="Kept while I think."))
    assert "Say why you write instead of calling" in shown
    assert "Kept while I think." in shown
    assert Apology.objects.count() == 0
    assert "Kept. Now say it." in words_in(post(bob, case, "prepare", way="mail", why_by_mail="He asked for it."))


def test_what_was_said_and_answered_is_logged(case: Case, bob: User) -> None:
    shown = words_in(post(bob, case, "said", kind="call", said="That was ours.", answer="Thank you for calling."))
    assert "Logged. It was said." in shown
    assert "That was ours. “Thank you for calling.”" in shown
    assert Touch.objects.get().case == case
    assert "Logged. It is still to be said in person." in words_in(post(bob, case, "said", kind="voicemail", said="x"))
    assert "That is still to come." in words_in(
        post(bob, case, "said", kind="call", said="Kept words.", at="2025-03-11T10:00")
    )
    assert "Write what you said, as near as you can" in words_in(post(bob, case, "said", kind="call", said=""))


def test_the_note_goes_to_the_outbox(case: Case, bob: User) -> None:
    assert "A few lines that confirm what you said" in page_of(bob, case)
    keep_note(case, DRAFT, by=bob, now=NOW)
    assert "One place to look at again before Gary reads this." in page_of(bob, case)
    assert "Write a subject" in words_in(post(bob, case, "note", to=GARY, subject=""))
    shown = words_in(post(bob, case, "note", to=GARY, subject="The invoice"))
    assert "Gary Flint at North will read this." in shown
    assert Outgoing.objects.get().case == case
    assert "“The invoice” stands in the outbox" in page_of(bob, case)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Es tut uns sehr leid, falls Sie sich geärgert haben.", "This is not checked"),
        ("x " * 11000, "Check it in pieces"),
    ],
)
def test_a_note_that_is_not_checked_says_so(case: Case, bob: User, note: str, said: str) -> None:
    keep_note(case, note, by=bob, now=NOW)
    PersonAddress.objects.all().delete()
    shown = page_of(bob, case)
    assert said in shown
    assert "No address is known there: copy the note, and write it by hand." in shown


def test_who_only_looks_and_what_is_over_has_no_forms(case: Case, bob: User, vera: User) -> None:
    keep_note(case, DRAFT, by=bob, now=NOW)
    assert "Before you call" not in page_of(vera, case)
    assert browser_of(vera).post(f"/recoveries/{case.pk}/own-it", {"do": "said"}).status_code == 403
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    assert "Before you call" not in page_of(bob, case)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_with_three_colleagues_as_with_one(
    case: Case,
    bob: User,
    mona: User,
    alice: User,
    charlie: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for colleague in (mona, alice, charlie)[:count]:
        case.roles.create(user=colleague, role="other")
    browser = browser_of(bob)
    browser.get(f"/recoveries/{case.pk}/own-it")
    with django_assert_num_queries(QUERIES):
        browser.get(f"/recoveries/{case.pk}/own-it")


QUERIES = 23


# ── A letter that is about to be sent


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.alder.example", "desk@alder.example"


@pytest.mark.usefixtures("mail_server")
def test_a_letter_to_somebody_upset_is_looked_over(case: Case, bob: User) -> None:
    letter = write_letter(case.client, GARY, "The invoice", DRAFT, by=bob, now=NOW)
    browser = browser_of(bob)
    page = browser.get(f"/outbox/{letter.pk}").content.decode()
    shown = words_in(page)
    assert "This one is better said than written. Nobody has called about it yet." in shown
    assert "One place to look at again before Gary reads this. 1 The “if” takes the sorry back" in shown
    assert '<mark class="a" id="in1">sorry if the invoice upset you<sup>1</sup></mark>' in page
    assert "Why by mail? (optional)" in shown
    browser.post(f"/outbox/{letter.pk}/send", {"seal": seal_of(letter), "why_by_mail": "He asked for it."})
    letter.refresh_from_db()
    assert (letter.read_by, apology_of(case).why_by_mail) == (bob, "He asked for it.")


@pytest.mark.usefixtures("mail_server")
def test_a_letter_to_anybody_else_is_left_alone(bob: User) -> None:
    south = a_client("3 Mar 08:00 sue: Hello.", name="South", looked_after_by=bob)
    told = {"by": bob, "now": NOW}
    plain = write_letter(south, "sue@south.example", "Friday", "Rest assured, both come on Friday.", **told)  # type: ignore[arg-type]  # who and when
    shown = text_of(browser_of(bob), f"/outbox/{plain.pk}")
    assert ("better said than written" in shown, "to look at again" in shown) == (False, False)
    long = write_letter(south, "sue@south.example", "All", "word " * 5000, **told)  # type: ignore[arg-type]  # the same
    assert "Check it in pieces." in text_of(browser_of(bob), f"/outbox/{long.pk}")
    german = write_letter(south, "sue@south.example", "Leider", "Es tut uns sehr leid, dass niemand kam.", **told)  # type: ignore[arg-type]  # the same
    assert "This is not checked: it does not seem to be English" in text_of(browser_of(bob), f"/outbox/{german.pk}")


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser", "mail_server")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_in_nobodys_way(chromium: Browser, case: Case, alice: User, width: int, theme: str) -> None:
    keep_note(case, DRAFT, by=alice, now=NOW)
    letter = write_letter(case.client, GARY, "The invoice", DRAFT, by=alice, now=NOW)
    addresses = [f"/recoveries/{case.pk}/own-it", f"/outbox/{letter.pk}"]
    found = {where: mistakes(opened(chromium, alice, where, width=width, theme=theme)) for where in addresses}
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
