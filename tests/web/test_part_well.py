"""Part well in the browser: scripts, the note by hand, what is handed over, and goodbye."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status
from amends.desk.actions.parting import add_hand_over, hand_over, plan_parting, say_goodbye
from amends.desk.models import Case, FirmPhrase, FollowUp, HandOver, Parting, User
from cast import NOW, TALK, a_client, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.usefixtures("at_noon")
NOTE = "Gary, I'm sorry for how this was handled. If there is anything I can do for you in the future, please call me."
BLAMES = "Gary, I am sorry if you felt let down. You should have called us."


@pytest.fixture
def case(bob: User) -> Case:
    """Gary of North is upset, and Bob leads."""
    User.objects.filter(pk=bob.pk).update(phone="555 0119")
    north = a_client(TALK, looked_after_by=bob)
    return upset(bob, north, lead=bob, person=person_at(north, "gary@north.example"))


def at(case: Case) -> str:
    return f"/recoveries/{case.pk}/part-well"


def sent(browser: Browser, case: Case, **typed: Any) -> str:
    return browser.post(at(case), typed, follow=True).content.decode()


def test_the_page_has_the_words_to_say(case: Case, bob: User) -> None:
    page = text_of(browser_of(bob), at(case))
    assert "Part well We may not win this back. Leave it so that they would speak well of us." in page
    assert "1 Gary, it is Bob. I am calling because of how this ended, not to change your mind." in page
    assert "3 My number is 555 0119. All the best to you and your people." in page
    assert "To win them back: better service first, never a discount." in page
    assert NOTE in browser_of(bob).get(at(case)).content.decode().replace("&#x27;", "'")


def test_what_was_done_is_kept_and_the_note_is_read_again(case: Case, bob: User) -> None:
    browser = browser_of(bob)
    page = words_in(sent(browser, case, **{"do": "plan", "part-note": BLAMES, "part-called_at": "2025-03-10T11:00"}))
    assert "“sorry if you felt let down” The “if” takes the sorry back." in page
    assert "“You should have called us” This hands them the blame." in page
    assert Parting.objects.get().note == BLAMES
    page = words_in(sent(browser, case, **{"do": "plan", "part-note": NOTE}))
    assert "Checked: no line to look at again." in page


def test_the_firms_own_phrases_and_other_languages_are_said(case: Case, bob: User) -> None:
    FirmPhrase.objects.create(words="anything I can do", why="We say what.", better="")
    plan_parting(case, by=bob, now=NOW, note=NOTE)
    assert "“anything I can do” We say what." in text_of(browser_of(bob), at(case))
    plan_parting(case, by=bob, now=NOW, note="Lieber Gary, es tut mir sehr leid, wie wir damit umgegangen sind.")
    assert "This is not checked: it does not seem to be English" in text_of(browser_of(bob), at(case))


def test_days_that_cannot_be_come_back_with_all_that_was_typed(case: Case, bob: User) -> None:
    page = sent(browser_of(bob), case, **{"do": "plan", "part-note": "Thank you.", "part-met_on": "2025-04-01"})
    assert "What has happened cannot lie ahead. Look at the days." in words_in(page)
    assert ("Thank you." in page, Parting.objects.count()) == (True, 0)


def test_of_two_who_write_the_note_the_later_sees_the_first(case: Case, bob: User, mona: User) -> None:
    browser = browser_of(bob)
    shown = browser.get(at(case)).content.decode()
    seal = shown.partition('name="part-shown" value="')[2].partition('"')[0]
    plan_parting(case, by=mona, now=NOW, note="Gary, thank you for four years.")
    page = sent(browser, case, **{"do": "plan", "part-shown": seal, "part-note": "Gary, mine."})
    assert "“The note” has become “Gary, thank you for four years.” meanwhile." in words_in(page)
    assert ("Gary, mine." in page, "Save mine" in page) == (True, True)
    assert Parting.objects.get().note == "Gary, thank you for four years."


def test_things_are_listed_ticked_and_taken_off(case: Case, bob: User) -> None:
    browser = browser_of(bob)
    assert "Write what is handed over" in words_in(sent(browser, case, do="add", what=""))
    sent(browser, case, do="add", what="<b>The keys</b>")
    row = HandOver.objects.get()
    page = sent(browser, case, do="tick", thing=row.pk)
    assert ("&lt;b&gt;The keys" in page, "Handed over Monday, Mar 10, 12:00 pm" in words_in(page)) == (True, True)
    sent(browser, case, do="untick", thing=row.pk)
    row.refresh_from_db()
    assert row.done_at is None
    sent(browser, case, do="remove", thing=row.pk)
    assert HandOver.objects.count() == 0
    assert browser.post(at(case), {"do": "tick", "thing": "9999999"}).status_code == 404


def test_a_thing_of_another_recovery_is_not_ticked_from_here(case: Case, bob: User) -> None:
    other = upset(bob, a_client(name="South"), lead=bob)
    row = add_hand_over(other, "The keys", by=bob, now=NOW)
    assert browser_of(bob).post(at(case), {"do": "tick", "thing": row.pk}).status_code == 404


def test_goodbye_says_what_is_missing_and_takes_a_reason(case: Case, bob: User) -> None:
    browser = browser_of(bob)
    page = words_in(sent(browser, case, do="goodbye", why=""))
    assert "Have you said goodbye? Still missing: the call, the note by hand, the offer to meet" in page
    assert "Do it first, or say why it is enough like this." in page
    page = words_in(sent(browser, case, do="goodbye", why="They have closed down."))
    assert "Goodbye is said On Monday, Mar 10, 12:00 pm. The hello is planned for Jun 8, a second thought for" in page
    case.refresh_from_db()
    assert (case.status, FollowUp.objects.count()) == (Status.PARTED, 2)


def test_a_farewell_with_everything_asks_for_no_reason(case: Case, bob: User) -> None:
    plan_parting(
        case, by=bob, now=NOW, called_at=NOW, note=NOTE, note_sent_on=date(2025, 3, 10), is_meeting_declined=True,
        is_nothing_owed=True, who_may_hear="Everybody.", hello_on=date(2025, 6, 8),
    )  # fmt: skip
    hand_over(add_hand_over(case, "The keys", by=bob, now=NOW), by=bob, now=NOW)
    page = text_of(browser_of(bob), at(case))
    assert ("Still missing" in page, "Why it is enough like this" in page) == (False, False)
    say_goodbye(case, by=bob, now=NOW)
    page = text_of(browser_of(bob), at(case))
    assert (f"The note {NOTE}" in page, "Add to the list" in page) == (True, False)


def test_the_note_stands_alone_to_be_copied(case: Case, bob: User) -> None:
    page = text_of(browser_of(bob), f"{at(case)}/note")
    assert f"On a card, with your own pen, to Gary. Sign it with your name alone. {NOTE}" in page


def test_who_only_looks_and_who_has_no_part(case: Case, vera: User, charlie: User) -> None:
    page = text_of(browser_of(vera), at(case))
    assert ("Add to the list" in page, "Yes, goodbye is said" in page) == (False, False)
    assert browser_of(vera).post(at(case), {"do": "goodbye", "why": "x"}).status_code == 403
    case.is_restricted = True
    case.save()
    assert [browser_of(charlie).get(address).status_code for address in (at(case), f"{at(case)}/note")] == [404, 404]


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_for_one_thing_and_for_three(
    case: Case, bob: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan_parting(case, by=bob, now=NOW, note=NOTE)
    for number in range(many):
        add_hand_over(case, f"Thing {number}", by=bob, now=NOW)
    browser = browser_of(bob)
    with django_assert_num_queries(22):
        browser.get(at(case))
