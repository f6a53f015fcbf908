"""Check a draft: marks with a better wording each, parts that are found or asked for, the call that comes first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.apology import apology_of, keep_note
from amends.desk.actions.letter import change_letter, write_letter
from amends.desk.actions.phrase import add_phrase
from amends.desk.actions.touch import record_touch
from amends.desk.models import Event, FirmPhrase, Outgoing, Person
from cast import NOW, WAITS, a_client, browser_of, person_at, upset
from opened import THEMES, WIDTHS, in_the_browser, mistakes, opened
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Visitor
    from playwright.sync_api import Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Case, Client, Firm, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
__all__ = ["in_the_browser"]
GARY = "gary@north.example"
DRAFT = "Dear Gary,\n\nwe are sorry if the invoice upset you. Rest assured, I have corrected it.\n\nBob"
CLEAN = "Dear Gary,\n\nI am sorry. We billed you twice, and that was our mistake. I credit it today.\n\nBob"


@pytest.fixture
def north(bob: User) -> Client:
    client = a_client(*WAITS, looked_after_by=bob)
    Person.objects.filter(addresses__address=GARY).update(name="Gary Flint")
    return client


def the_case(north: Client, bob: User) -> Case:
    return upset(bob, north, person=person_at(north, GARY))


def sent(browser: Visitor, where: str = "/tone", **typed: str) -> str:
    return browser.post(where, {"text": DRAFT, **typed}).content.decode()


def keys(page: str) -> list[str]:
    return re.findall(r'name="use" value="(\w+)"', page)


def draft_in(page: str) -> str:
    [found] = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return str(found)


def headings(page: str) -> list[str]:
    found = re.findall(r'<span class="nn">(\d)</span>(.*?)</h3>', page)
    return [f"{number} {words}" for number, words in found]


def test_an_empty_page_asks_for_a_draft(bob: User) -> None:
    page = browser_of(bob).get("/tone").content.decode()
    assert 'placeholder="Paste your draft. It stays on this server."' in page
    shown = words_in(page)
    assert "Say sorry by phone first. Write to confirm what you said, not instead of saying it." in shown
    assert "Checked on your own server. Nothing is sent anywhere." in shown
    assert "Of 31 faults that people marked in real apologies, this finds 21" in shown
    assert '<a href="/tone" aria-current="page">' in page


def test_each_mark_has_a_reason_and_a_better_wording(bob: User) -> None:
    page = sent(browser_of(bob))
    shown = words_in(page)
    assert "Two places to look at again before you send this." in shown
    assert headings(page) == ["1 The “if” takes the sorry back", "2 Every letter says this"]
    assert "They have told you that it happened: say what. sorry that we … (say what happened) Use this (1)" in shown
    assert "Take it out (2) Leave mine (2)" in shown
    assert '<mark class="a" id="in1">sorry if the invoice upset you<sup>1</sup></mark>' in page
    assert draft_in(page) == DRAFT


def test_what_is_not_found_is_asked_for_and_never_called_missing(bob: User) -> None:
    shown = words_in(sent(browser_of(bob)))
    assert "What a good apology has 1 of 6 found" in shown
    assert "Puts right what can be put right “I have corrected”" in shown
    assert "I did not spot where you take responsibility: mark the sentence, or add one." in shown
    assert "Who does the verb in each sentence?" in shown
    assert "It reads as closed to how they see it. A hint, not a verdict." in shown
    assert "missing" not in shown


def test_a_draft_without_a_mark_is_not_called_good(bob: User) -> None:
    shown = words_in(sent(browser_of(bob), text=CLEAN))
    told = "No place found to look at again. That alone makes no good letter: the questions below are yours."
    assert told in shown
    assert "No mark. Much of what can be wrong with a letter has no wording that could be found" in shown


def test_a_better_wording_takes_its_place_without_javascript(bob: User) -> None:
    browser = browser_of(bob)
    first, second = keys(sent(browser))
    page = sent(browser, use=first)
    assert "we are sorry that we … (say what happened). Rest assured" in draft_in(page)
    assert "Fill in what stands in brackets: (say what happened)" in words_in(page)
    page = sent(browser, use=second)
    assert "sorry if the invoice upset you. I have corrected it." in draft_in(page)
    assert draft_in(sent(browser, use="gone")) == DRAFT


def test_what_the_writer_leaves_stays_left(bob: User) -> None:
    browser = browser_of(bob)
    first, second = keys(sent(browser))
    page = sent(browser, leave=first)
    assert (headings(page), f'name="left" value="{first}"' in page) == (["1 Every letter says this"], True)
    page = sent(browser, text=f"{DRAFT} More.", left=first)
    assert keys(page) == [second]
    assert keys(sent(browser, left=f"{first} gone", again="1")) == [first, second]


def test_what_was_typed_stays_whatever_is_wrong_with_it(bob: User) -> None:
    browser = browser_of(bob)
    assert "Paste your draft, or write it here" in words_in(sent(browser, text=""))
    page = sent(browser, text="long " * 5000, use="x")
    assert "The draft has 25,000 characters; 20,480 are checked at most. Check it in pieces." in words_in(page)
    assert draft_in(page) == "long " * 5000
    page = sent(browser, text="Es tut uns sehr leid, falls Sie sich geärgert haben.")
    assert "This is not checked: it does not seem to be English" in words_in(page)
    assert "No place found" not in words_in(page)
    assert "&lt;b&gt;bold&lt;/b&gt;" in sent(browser, text="<b>bold</b> and we are sorry")
    assert words_in(sent(browser, text="  \n ")).count("Your draft") == 1


def test_the_firm_has_words_of_its_own(alice: User, bob: User) -> None:
    add_phrase("per our policy", by=alice, now=NOW, why="We have none", better="as we agreed")
    page = sent(browser_of(bob), text="Per our policy, I call you on Monday.")
    assert headings(page) == ["1 Not how your firm says it"]
    assert "We have none as we agreed Use this (1)" in words_in(page)


def test_a_draft_for_a_client_says_whom_to_call_first(north: Client, bob: User) -> None:
    gary = person_at(north, GARY)
    where = f"/tone?client={north.pk}&person={gary.pk}"
    page = browser_of(bob).get(where).content.decode()
    assert "You haven’t spoken to Gary about this yet." in words_in(page)
    assert f'href="/clients/{north.pk}/call?person={gary.pk}">Prepare the call</a>' in page
    assert "To Gary Flint , North" in words_in(page)
    assert "before Gary reads this." in words_in(sent(browser_of(bob), where))
    record_touch(north, "call", by=bob, now=NOW)
    assert "Say sorry by phone first." not in text_of(browser_of(bob), where)


def test_the_note_of_a_recovery_is_kept_there(north: Client, bob: User) -> None:
    case, browser = the_case(north, bob), browser_of(bob)
    where = f"/tone?case={case.pk}"
    page = browser.get(where).content.decode()
    assert f'href="/recoveries/{case.pk}/call">Prepare the call</a>' in page
    [seal] = re.findall(r'name="shown" value="([^"]*)"', page)
    assert browser.post(where, {"text": DRAFT, "do": "keep", "shown": seal}).headers["Location"] == (
        f"/recoveries/{case.pk}/own-it"
    )
    assert apology_of(case).note == DRAFT
    assert keys(browser.get(where).content.decode()) != []
    keep_note(case, "Another.", by=bob, now=NOW)
    page = sent(browser, where, do="keep", shown=seal)
    assert "Somebody else changed this meanwhile" in words_in(page)
    assert (draft_in(page), apology_of(case).note) == (DRAFT, "Another.")
    assert "They have waited" not in words_in(page)


def test_a_letter_is_checked_and_changed(north: Client, bob: User, vera: User) -> None:
    letter = write_letter(north, GARY, "The invoice", DRAFT, by=bob, now=NOW)
    where, browser = f"/tone?letter={letter.pk}", browser_of(bob)
    page = browser.get(where).content.decode()
    assert "About The invoice" in words_in(page)
    [seal] = re.findall(r'name="shown" value="([^"]*)"', page)
    change_letter(letter, GARY, "The invoice", "Other words.", by=bob, now=NOW)
    assert "Save mine" in words_in(sent(browser, where, do="keep", shown=seal))
    fresh = re.findall(r'name="shown" value="([^"]*)"', browser.get(where).content.decode())[0]
    answer = browser.post(where, {"text": CLEAN, "do": "keep", "shown": fresh})
    assert answer.headers["Location"] == f"/outbox/{letter.pk}"
    letter.refresh_from_db()
    assert letter.text == f"{CLEAN}\n"
    assert CLEAN.splitlines()[2] not in text_of(browser_of(vera), where)


def test_a_draft_of_nobodys_is_kept_nowhere(bob: User) -> None:
    before = Event.objects.count()
    page = browser_of(bob).post("/tone", {"text": DRAFT, "do": "keep"}, follow=True).content.decode()
    assert "This draft belongs to no letter and to no recovery, so it is kept nowhere." in words_in(page)
    assert Event.objects.count() == before


def test_who_only_looks_checks_too_and_keeps_nothing(north: Client, bob: User, vera: User) -> None:
    case = the_case(north, bob)
    page = sent(browser_of(vera), f"/tone?case={case.pk}")
    assert (len(keys(page)), "Save as the note" in page) == (2, False)
    page = sent(browser_of(vera), f"/tone?case={case.pk}", do="keep")
    assert "You may look at this, but not change it." in words_in(page)
    assert apology_of(case).note == ""


def test_while_somebody_types_the_marks_come_as_pieces(bob: User) -> None:
    told = browser_of(bob).post("/tone/live", {"text": DRAFT.replace("\n", "\r\n")}).json()
    assert sorted(told) == ["found", "left", "letter", "parts", "text", "title"]
    assert (told["text"], told["title"]) == (DRAFT, "Two places to look at again before you send this.")
    bare = re.sub(r"<sup>.*?</sup>|<[^>]*>", "", told["letter"])
    assert bare == DRAFT
    told = browser_of(bob).post("/tone/live", {"text": ""}).json()
    assert (told["title"], told["letter"]) == ("Paste your draft, or write it here", "")


@pytest.mark.parametrize("count", [1, 3])
def test_a_check_asks_as_often_with_three_words_of_the_firm_as_with_one(
    north: Client, bob: User, alice: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        add_phrase(f"words {number}", by=alice, now=NOW)
    case, browser = the_case(north, bob), browser_of(bob)
    with django_assert_num_queries(QUERIES):
        sent(browser, f"/tone?case={case.pk}")
    with django_assert_num_queries(QUERIES_LIVE):
        browser.post("/tone/live", {"text": DRAFT})


QUERIES, QUERIES_LIVE = 12, 4


# ── Settings, Words


def test_the_owner_says_what_is_not_written(alice: User, firm: Firm) -> None:
    del firm
    browser = browser_of(alice)
    assert "Nothing yet." in text_of(browser, "/settings/words")
    page = browser.post("/settings/words", {"words": "going forward", "better": "from now on"}, follow=True)
    assert "going forward better: from now on" in words_in(page.content.decode())
    [phrase] = FirmPhrase.objects.all()
    page_of = browser.get("/settings/words").content.decode()
    seal = re.findall(r'name="shown" value="([^"]*)"', page_of)[0]
    typed = {"phrase": phrase.pk, "words": "Going forward", "why": "Nobody says it", "shown": seal}
    browser.post("/settings/words", typed)
    phrase.refresh_from_db()
    assert (phrase.words, phrase.why, phrase.better) == ("Going forward", "Nobody says it", "")
    again = browser.post("/settings/words", {**typed, "words": "Ahead"}).content.decode()
    assert "Save mine" in again
    assert "“going FORWARD” is on the list already." in words_in(
        browser.post("/settings/words", {"words": "going FORWARD"}).content.decode()
    )
    browser.post("/settings/words", {"phrase": phrase.pk, "do": "remove"})
    assert FirmPhrase.objects.count() == 0


# ── In a browser


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_in_nobodys_way(chromium: Browser, north: Client, alice: User, width: int, theme: str) -> None:
    case = the_case(north, alice)
    keep_note(case, DRAFT, by=alice, now=NOW)
    add_phrase("going forward", by=alice, now=NOW, better="from now on")
    addresses = ["/tone", f"/tone?case={case.pk}", "/settings/words"]
    found = {where: mistakes(opened(chromium, alice, where, width=width, theme=theme)) for where in addresses}
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
@pytest.mark.parametrize("script", [True, False])
def test_a_mark_is_put_right_by_its_button(chromium: Browser, bob: User, firm: Firm, *, script: bool) -> None:
    del firm
    page = opened(chromium, bob, "/tone", script=script)
    page.fill("textarea", DRAFT)
    if not script:
        page.click("button[value=check]")
    page.click("[data-mark] >> nth=0 >> text=Use this")
    page.wait_for_selector("text=One place to look at again")
    assert "sorry that we … (say what happened)" in page.input_value("textarea")


@pytest.mark.browser
@pytest.mark.usefixtures("in_the_browser")
def test_the_marks_follow_what_is_typed(chromium: Browser, bob: User, firm: Firm) -> None:
    del firm
    page = opened(chromium, bob, "/tone")
    page.fill("textarea", DRAFT)
    page.wait_for_selector("mark >> nth=1")
    assert page.locator("mark").all_text_contents() == ["sorry if the invoice upset you1", "Rest assured2"]
    page.locator("textarea").evaluate("field => { field.focus(); field.setSelectionRange(12, 12); }")
    page.keyboard.type("Well, ")
    shown = page.locator("[data-letter]").evaluate(
        "part => [...part.childNodes].map(n => (n.firstChild ?? n).textContent).join('')"
    )
    assert shown == page.input_value("textarea")
    places = page.evaluate("""() => [document.querySelector('[data-letter]'), document.querySelector('textarea')]
        .map(part => [part.getBoundingClientRect().left, getComputedStyle(part).fontSize])""")
    assert places[0] == places[1]
    page.keyboard.press("Tab")
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "mark2"
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == "mark1"


def test_a_letter_of_somebody_else_is_nobodys_draft(north: Client, bob: User, charlie: User) -> None:
    letter = write_letter(north, GARY, "The invoice", DRAFT, by=bob, now=NOW)
    north.is_restricted = True
    north.save()
    assert browser_of(charlie).get(f"/tone?letter={letter.pk}").status_code == 404
    assert Outgoing.objects.count() == 1
