"""A client is upset, is called, and is mended: the pages of a recovery."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER, Status, Step
from amends.desk.actions.case import finish_step, plan_next, schedule_followup
from amends.desk.actions.health import assess_client
from amends.desk.actions.promise import make_promise
from amends.desk.models import Case, FollowUp, Person, Promise, Touch, Waiting
from cast import NOW, ROSTER, TALK, WORDS, a_client, a_restricted_client, at, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")


# ── The call sheet ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_call_sheet_has_what_the_call_needs(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    assess_client(north, now=NOW)
    Person.objects.update(phone="(555) 01-48", best_hour="Best before 10 am", title="Plant manager")
    gary = Person.objects.get()
    case = upset(bob, north, person=gary)
    make_promise(north, "Send a clean invoice", due_at=at("11 Mar 17:00"), by=bob, now=NOW, person=gary)
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/call")
    assert "Call Gary Gary has waited 3 days 3 hours for an answer." in page
    assert "Plant manager, North (555) 01-48 Best before 10 am" in page
    assert "“Third invoice in a row with hours for someone who left.” Gary, Monday, Mar 10, 12:00 pm" in page
    assert "“The roster never came and I am not happy.” Gary, Friday, Mar 7, 9:00 am" in page
    assert "1 Help me understand what happened today." in page
    assert "2 From your perspective, what has that cost you?" in page
    assert "“What you have to understand is…” Naming a colleague to blame Promising a fix on this call" in page
    assert "Open promises 1 Send a clean invoice To Gary, North. You promised. Tomorrow, 5 pm" in page
    assert 'href="tel:5550148"' in browser_of(bob).get(f"/recoveries/{case.pk}/call").content.decode()


def test_a_call_without_a_reason_asks_how_it_goes(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    page = text_of(browser_of(bob), f"/clients/{north.pk}/call")
    assert "Call North No reason but to ask how it is going. That is a good one." in page
    assert "I am not selling anything. I am calling to ask how it is going." in page
    assert "No number yet." in page


def test_the_sheet_names_the_person_that_the_address_names(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    dana = Person.objects.create(client=north, name="Dana Whitlock", is_main=True)
    browser = browser_of(bob)
    assert "Call Dana Whitlock" in text_of(browser, f"/clients/{north.pk}/call")
    gary = person_at(north, "gary@north.example")
    assert "Call Gary" in text_of(browser, f"/clients/{north.pk}/call?person={gary.pk}")
    assert "Call Dana" in text_of(browser, f"/clients/{north.pk}/call?person={dana.pk}")


@pytest.mark.parametrize(("days", "when"), [(0, "today"), (3, "on Friday"), (30, "around Feb 8")])
def test_they_are_asked_about_the_day_it_happened(bob: User, days: int, when: str) -> None:
    case = upset(bob)
    Case.objects.update(opened_at=NOW - timedelta(days=days))
    assert f"Help me understand what happened {when}." in text_of(browser_of(bob), f"/recoveries/{case.pk}/call")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "You said you would call North back by Monday, Mar 10, 1:00 pm."),
        ({"called_back_at": NOW, "next_note": "Has had the plan since Friday."}, "Has had the plan since Friday."),
        ({"called_back_at": NOW}, "A recovery is under way. It stands at Decide."),
    ],
)
def test_the_sheet_says_why_now(bob: User, fields: dict[str, object], why: str) -> None:
    case = upset(bob)
    Case.objects.update(**fields)
    assert f"Call North {why}" in text_of(browser_of(bob), f"/recoveries/{case.pk}/call")


def test_hanging_up_keeps_words_and_promise(bob: User) -> None:
    north = a_client(TALK, ROSTER, looked_after_by=bob)
    assess_client(north, now=NOW)
    gary = Person.objects.get()
    case = upset(bob, north, person=gary)
    typed = {"kind": "call", "words": "I look like I picked the wrong agency.", "minutes": "20"}
    promise = {"promised": "Send a clean invoice", "due_at": "2025-03-11T17:00"}
    page = browser_of(bob).post(f"/recoveries/{case.pk}/call", {**typed, **promise}, follow=True)
    assert page.redirect_chain == [(f"/recoveries/{case.pk}", 302), (f"/recoveries/{case.pk}/decide", 302)]
    [touch] = Touch.objects.all()
    assert (touch.words, touch.minutes, touch.person, touch.case) == (typed["words"], 20, gary, case)
    [made] = Promise.objects.all()
    assert (made.what, made.due_at, made.person, made.case) == (promise["promised"], at("11 Mar 17:00"), gary, case)
    case.refresh_from_db()
    assert case.called_back_at is not None
    assert (case.next_at, case.next_note) == (at("11 Mar 17:00"), "Send a clean invoice")
    assert Waiting.objects.filter(settled_at=None).count() == 0


def test_a_call_without_a_recovery_leads_back_to_the_client(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    page = browser_of(bob).post(f"/clients/{north.pk}/call", {"kind": "voicemail"})
    assert page.url == f"/clients/{north.pk}"  # type: ignore[attr-defined]  # it redirects


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"promised": "Send it"}, "Say by when you promised it"),
        ({"promised": "Send it", "due_at": "2025-03-01T10:00"}, "That moment has passed. When will it be done?"),
        ({"promised": "Send it", "due_at": "soon"}, "Write a day and a time"),
    ],
)
def test_half_a_promise_is_asked_for(bob: User, typed: dict[str, str], mistake: str) -> None:
    case = upset(bob)
    page = browser_of(bob).post(f"/recoveries/{case.pk}/call", {"kind": "call", "words": "Hm.", **typed})
    assert mistake in page.content.decode()
    assert "Hm." in page.content.decode()
    assert Touch.objects.count() == 0


# ── Recoveries ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_recoveries_stand_under_four_tabs(bob: User) -> None:
    browser = browser_of(bob)
    assert "No recoveries under way. That is good news." in text_of(browser, "/recoveries")
    assert "Nobody to follow up." in text_of(browser, "/recoveries?tab=following")
    assert "No recovery has been closed yet." in text_of(browser, "/recoveries?tab=closed")
    assert "Nobody has been parted with." in text_of(browser, "/recoveries?tab=parted")
    case = upset(bob)
    page = text_of(browser, "/recoveries?tab=nonsense")
    assert "Open 1 Follow-up 0 Closed 0 Parted 0 North Bob Reed leads Decide Due in 59 min" in page
    Case.objects.update(called_back_at=NOW, step_since=NOW - timedelta(days=6), next_at=None)
    assert "Decide, 6 days in this step" in text_of(browser, "/recoveries")
    finish_step(case, Step.PART_WELL, by=bob, now=NOW)
    assert "North Parted on Mar 10 Learn" in text_of(browser, "/recoveries?tab=parted")


def test_a_followed_recovery_shows_its_next_check_in(bob: User) -> None:
    case = upset(bob)
    for step in ORDER[:6]:
        finish_step(case, step, by=bob, now=NOW)
    Case.objects.update(called_back_at=NOW, next_at=None, lead=None)
    schedule_followup(case.client, date(2025, 3, 8), by=bob, now=NOW, case=case)
    page = text_of(browser_of(bob), "/recoveries?tab=following")
    assert "North Nobody leads this yet Follow up Saturday, Mar 8" in page


def test_recoveries_of_others_are_theirs(bob: User, charlie: User, vera: User) -> None:
    upset(bob)
    assert "No recoveries under way." in text_of(browser_of(charlie), "/recoveries")
    assert "North" in text_of(browser_of(vera), "/recoveries")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        upset(bob, a_client(name=f"North {number}", looked_after_by=bob))
    browser = browser_of(bob)
    with django_assert_num_queries(12):
        browser.get("/recoveries")


def test_a_recovery_is_told_whole(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    gary = Person.objects.create(client=north, name="Gary", title="Plant manager", best_hour="Before 10")
    case = upset(bob, north, person=gary)
    finish_step(case, Step.DECIDE, by=bob, now=NOW)
    browser = browser_of(bob)
    browser.post(f"/recoveries/{case.pk}/call", {"kind": "call", "words": "I look like a fool.", "minutes": "12"})
    page = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "Open since Mar 10 Bob Reed leads Gary felt let down on Mar 10" in page
    assert "Step 2 of 8: Understand Next: Own it" in page
    assert "Call or visit. Ask, write down their words, and leave the explaining for later." in page
    assert "Have you heard all of it? Yes. I could tell it back and Gary would say “that’s right”" in page
    assert f"From what Gary said, today: “{WORDS}” Take it" in page
    assert "Call with Gary “I look like a fool.” Bob Reed, 12 minutes" in page
    assert "Decide is done Bob Reed said so" in page
    assert "Bob Reed opened the recovery" in page


def test_a_step_is_said_to_be_done(bob: User) -> None:
    case = upset(bob)
    browser = browser_of(bob)
    page = browser.post(f"/recoveries/{case.pk}", {"step": "own_it"}, follow=True)
    assert "Own it is done. Next: Decide." in page.content.decode()
    page = browser.post(f"/recoveries/{case.pk}", {"step": "own_it"}, follow=True)
    assert "Own it was done already: Bob Reed said so on March 10, 2025, noon." in page.content.decode()
    assert browser.post(f"/recoveries/{case.pk}", {"step": "dance"}).status_code == 404


@pytest.mark.parametrize(("step", "name"), [("decide", "Decide"), ("part_well", "Part well")])
def test_what_has_conditions_is_finished_where_they_are_asked(bob: User, step: str, name: str) -> None:
    case = upset(bob)
    page = browser_of(bob).post(f"/recoveries/{case.pk}", {"step": step}, follow=True)
    assert f"{name} is finished on its own page." in page.content.decode()
    assert list(case.steps.all()) == []


def test_a_status_that_is_none_has_no_page(bob: User) -> None:
    case = upset(bob)
    browser = browser_of(bob)
    assert browser.post(f"/recoveries/{case.pk}", {"status": "asleep"}).status_code == 404


def test_a_recovery_is_closed_and_opened_again(bob: User) -> None:
    case = upset(bob)
    browser = browser_of(bob)
    page = browser.post(f"/recoveries/{case.pk}", {"status": "closed"}, follow=True).content.decode()
    assert "The recovery is closed." in page
    assert "Closed on Mar 10" in page
    assert "Prepare the call" not in page
    page = browser.post(f"/recoveries/{case.pk}", {"status": "open"}, follow=True).content.decode()
    assert "Open again. It stands at Understand." in page
    case.refresh_from_db()
    assert case.status == Status.OPEN


def test_the_last_lesson_ends_it(bob: User) -> None:
    case = upset(bob)
    finish_step(case, Step.PART_WELL, by=bob, now=NOW)
    browser = browser_of(bob)
    assert "Have you changed it for every client?" in text_of(browser, f"/recoveries/{case.pk}/learn")
    page = browser.post(f"/recoveries/{case.pk}", {"step": "learn"}, follow=True)
    assert "Learn is done." in page.content.decode()
    assert "Have you changed it" not in words_in(page.content.decode())


def test_what_comes_next_is_planned(bob: User) -> None:
    case = upset(bob)
    browser = browser_of(bob)
    typed = {"plan": "1", "next_at": "2025-03-14T09:00", "note": "Has the plan.", "waiting_for": "Waiting for Gary"}
    page = browser.post(f"/recoveries/{case.pk}", typed, follow=True)
    case.refresh_from_db()
    assert (case.next_at, case.next_note, case.waiting_for) == (at("14 Mar 09:00"), "Has the plan.", "Waiting for Gary")
    assert "Friday, Mar 14" in words_in(page.content.decode())
    page = browser.post(f"/recoveries/{case.pk}", {**typed, "next_at": "2025-03-01T09:00"})
    assert "That moment has passed. Choose when you will get back to them." in page.content.decode()
    assert "Waiting for Gary" in page.content.decode()


def test_who_only_looks_sees_and_changes_nothing(bob: User, vera: User) -> None:
    case = upset(bob)
    browser = browser_of(vera)
    assert "Yes, Decide is done" not in text_of(browser, f"/recoveries/{case.pk}/decide")
    assert "Save the call" not in text_of(browser, f"/recoveries/{case.pk}/call")
    assert browser.post(f"/recoveries/{case.pk}", {"step": "decide"}).status_code == 403
    assert browser.get("/upset").status_code == 403


def test_a_restricted_clients_recovery_has_no_page_for_others(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    case = upset(bob, secret)
    followup = schedule_followup(secret, date(2025, 3, 10), by=bob, now=NOW)
    browser = browser_of(charlie)
    for address in (
        f"/recoveries/{case.pk}", f"/recoveries/{case.pk}/call", f"/clients/{secret.pk}/call",
        f"/followups/{followup.pk}/done",
    ):  # fmt: skip
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_recovery_asks_as_often_for_three_talks_as_for_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = upset(bob)
    browser = browser_of(bob)
    for number in range(count):
        browser.post(f"/recoveries/{case.pk}/call", {"kind": "call", "words": f"Word {number}"})
    with django_assert_num_queries(20):
        browser.get(f"/recoveries/{case.pk}/learn")
    with django_assert_num_queries(16):
        browser.get(f"/recoveries/{case.pk}/call")


# ── Check-ins ──────────────────────────────────────────────────────────────────────────────────────────────────────


def a_check_in(bob: User, **fields: object) -> FollowUp:
    case = upset(bob)
    for step in ORDER[:6]:
        finish_step(case, step, by=bob, now=NOW)
    FollowUp.objects.all().delete()  # the first was laid down with the fix
    told = {"case": case, "number": 3, "of": 6, **fields}
    return schedule_followup(case.client, date(2025, 3, 10), by=bob, now=NOW, **told)  # type: ignore[arg-type]  # rows


def test_a_check_in_that_holds_lays_down_the_next(bob: User) -> None:
    followup = a_check_in(bob)
    browser = browser_of(bob)
    page = browser.get(f"/followups/{followup.pk}/done").content.decode()
    assert "Time to ask North whether it is still working." in page
    assert 'value="2025-03-17"' in page
    typed = {"kind": "call", "words": "Much better.", "holds": "yes", "next_on": "2025-03-17"}
    page = browser.post(f"/followups/{followup.pk}/done", typed, follow=True).content.decode()
    assert "Noted. It holds." in page
    assert "Fourth weekly check-in since you made things right" in page
    coming = FollowUp.objects.get(done_at=None)
    assert (coming.due_on, coming.number) == (date(2025, 3, 17), 4)
    assert browser.get(f"/followups/{followup.pk}/done").status_code == 404


def test_what_slipped_is_open_again(bob: User) -> None:
    followup = a_check_in(bob)
    typed = {"kind": "call", "words": "It slipped.", "holds": "no", "next_on": "2025-03-17"}
    page = browser_of(bob).post(f"/followups/{followup.pk}/done", typed, follow=True).content.decode()
    assert "North says it has slipped. Back to Understand." in page
    assert Case.objects.get().status == Status.OPEN


def test_the_last_check_in_asks_for_no_next(bob: User) -> None:
    followup = a_check_in(bob, number=6, case=None)
    browser = browser_of(bob)
    assert "next_on" not in browser.get(f"/followups/{followup.pk}/done").content.decode()
    page = browser.post(f"/followups/{followup.pk}/done", {"kind": "call"})
    assert "Say whether it still works" in page.content.decode()
    page = browser.post(f"/followups/{followup.pk}/done", {"kind": "call", "holds": "no"})
    assert page.url == "/"  # type: ignore[attr-defined]  # it redirects
    plan_next(Case.objects.get(), by=bob, now=NOW)
