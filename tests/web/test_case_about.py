"""The pages of a recovery itself: what it is about, who mends it, which belong together, all that was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status, Step
from amends.desk.actions.case import finish_step, move_case, open_case, plan_next
from amends.desk.actions.case_about import change_case
from amends.desk.models import Case, CaseRole, Event, Opinion
from cast import NOW, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")
ABOUT = {"words": "Nobody came.", "remedy": "Two people by Friday", "severity": "4", "theme": "attendance"}
KNOWN = {"kind": "ability", "is_process": "no", "is_verified": "yes", "known_at": "2025-03-09T08:00"}


def shown_by(browser: Browser, address: str) -> str:
    """Return the hidden value with which a form says what it showed."""
    return str(browser.get(address).context["form"]["shown"].value())


def test_what_a_recovery_is_about_is_changed_and_stands_beside_every_step(bob: User) -> None:
    case = upset(bob)
    gary = person_at(case.client, "gary@north.example")
    browser, address = browser_of(bob), f"/recoveries/{case.pk}/about"
    typed = {**ABOUT, **KNOWN, "person": str(gary.pk), "shown": shown_by(browser, address)}
    page = words_in(browser.post(address, typed, follow=True).content.decode())
    case.refresh_from_db()
    assert (case.words, case.remedy, case.severity, case.person) == ("Nobody came.", "Two people by Friday", 4, gary)
    assert (case.theme, case.kind, case.is_process, case.is_verified) == ("attendance", "ability", False, True)
    assert "How bad it feels Angry, 4 of 5 What failed Attendance" in page
    assert "They ask for Two people by Friday" in page


def test_what_makes_no_sense_comes_back_with_all_that_was_typed(bob: User) -> None:
    case = upset(bob)
    address = f"/recoveries/{case.pk}/about"
    page = browser_of(bob).post(address, {**ABOUT, "known_at": "2025-03-12T08:00"}).content.decode()
    assert "That is still to come. Say since when you have known of it." in page
    assert "Two people by Friday" in page
    assert "Choose how bad it feels" in browser_of(bob).post(address, {"words": "x"}).content.decode()


def test_words_of_fifty_kilobytes_and_of_markup_are_kept_whole(bob: User) -> None:
    case = upset(bob)
    words = "<script>alert(1)</script> " + "Nobody came. " * 3900
    browser = browser_of(bob)
    browser.post(f"/recoveries/{case.pk}/about", {**ABOUT, "words": words})
    case.refresh_from_db()
    assert case.words == words.strip()
    assert "<script>alert(1)" not in browser.get(f"/recoveries/{case.pk}/learn").content.decode()


def test_of_two_who_change_it_the_later_sees_who_did_what(bob: User, mona: User) -> None:
    case = upset(bob)
    address = f"/recoveries/{case.pk}/about"
    shown = shown_by(browser_of(bob), address)
    change_case(case, by=mona, now=NOW, theme="billing")
    page = browser_of(bob).post(address, {**ABOUT, "shown": shown}).content.decode()
    assert "Mona Quay changed “What failed?” to “Billing and paperwork” at noon." in words_in(page)
    case.refresh_from_db()
    assert case.theme == "billing"


def test_of_two_who_move_it_the_later_sees_who_did_what(bob: User, mona: User) -> None:
    case = upset(bob)
    move_case(case, Status.CLOSED, by=mona, now=NOW)
    page = browser_of(bob).post(f"/recoveries/{case.pk}", {"step": "plan"}, follow=True)
    told = "Mona Quay moved this recovery to “closed” on March 10, 2025, noon. Open it again first."
    assert told in words_in(page.content.decode())


def test_a_team_is_chosen_and_named(bob: User, mona: User, alice: User) -> None:
    case = upset(bob)
    browser, address = browser_of(bob), f"/recoveries/{case.pk}/team"
    typed = {"lead": bob.pk, "sponsor": [alice.pk], "team": [mona.pk], "is_restricted": "on"}
    typed["shown"] = shown_by(browser, address)
    page = words_in(browser.post(address, typed, follow=True).content.decode())
    assert "Only this team and the owners see it Lead Bob Reed Sponsor: clears the way Alice Alder" in page
    assert "In the team Mona Quay" in page
    typed |= {"lead": mona.pk, "sponsor": [], "team": []}
    typed["shown"] = shown_by(browser, address)
    assert "you would no longer see the recovery yourself" in browser.post(address, typed).content.decode()


def test_every_deadline_stands_beside_it_met_or_late(bob: User) -> None:
    case = upset(bob)
    Case.objects.update(opened_at=NOW - timedelta(days=5), call_back_by=NOW - timedelta(days=5))
    browser = browser_of(bob)
    page = text_of(browser, f"/recoveries/{case.pk}/learn")
    assert "By when Call back Late since Wednesday, Mar 5, 12:00 pm Tell them that we know Late since" in page
    assert "Tell them that we know, at the latest By Monday, Mar 10, 5:00 pm" in page
    assert "Put right, at the latest By Wednesday, Apr 30 They know" in page
    page = words_in(browser.post(f"/recoveries/{case.pk}", {"acknowledge": "1"}, follow=True).content.decode())
    assert "Noted: they know that we know." in page
    page = text_of(browser, f"/recoveries/{case.pk}/learn")
    assert "Tell them that we know Done, but late: Monday, Mar 10" in page
    assert "They know that we know" not in page


def test_the_same_matter_is_joined_and_another_related(bob: User) -> None:
    case = upset(bob)
    assert "North has no other recovery." in text_of(browser_of(bob), f"/recoveries/{case.pk}/others")
    other = open_case(case.client, by=bob, now=NOW, words="And the invoice.", severity=2)
    browser, address = browser_of(bob), f"/recoveries/{case.pk}/others"
    assert "Opened Mar 10, Open: “And the invoice.”" in text_of(browser, address)
    for button, says in (("relate", "Related."), ("part", "These two are not related any more.")):
        page = browser.post(address, {"other": other.pk, button: "1"}, follow=True)
        assert says in words_in(page.content.decode())
    page = browser.post(address, {"other": other.pk, "join": "1"}, follow=True)
    assert page.redirect_chain[-1][0] == f"/recoveries/{other.pk}/decide"
    assert "Joined. Everything goes on here." in words_in(page.content.decode())
    assert "Goes on here · Decide" in text_of(browser, f"/recoveries/{case.pk}/learn")
    assert "Choose the other recovery" in browser.post(address, {"join": "1"}).content.decode()


def test_all_that_was_done_is_told_but_no_view_before_ones_own(bob: User, mona: User) -> None:
    case = upset(bob)
    change_case(case, by=mona, now=NOW, theme="billing", kind="ability")
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/history")
    assert "Changed what a recovery is about North" in page
    assert "Theme: Billing and paperwork" in page
    assert "Opened a recovery North" in page
    told = {"case": case, "client": case.client, "by": mona, "at": NOW, "after": {"reason": "They pay well"}}
    Event.objects.create(verb="give_opinion", thing="opinion", **told)
    assert "They pay well" not in text_of(browser_of(bob), f"/recoveries/{case.pk}/history")
    Opinion.objects.create(case=case, user=bob, choice="save", reason="So do I", at=NOW)
    assert "They pay well" in text_of(browser_of(bob), f"/recoveries/{case.pk}/history")


def test_a_recovery_that_stands_still_is_to_be_decided_again_on_today(bob: User) -> None:
    case = upset(bob)
    finish_step(case, Step.DECIDE, by=bob, now=NOW)
    plan_next(case, by=bob, now=NOW, next_at=NOW + timedelta(days=9))
    browser = browser_of(bob)
    assert "Decide again" not in text_of(browser)
    Case.objects.update(step_since=NOW - timedelta(days=29))
    assert text_of(browser).count("Nothing has moved since Feb 9. Decide again.") >= 1
    assert "Nothing has moved since Feb 9. Decide again." in text_of(browser)
    Case.objects.update(fixed_at=NOW)
    assert "Decide again" not in text_of(browser)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("about", 10), ("team", 14), ("others", 12), ("history", 15)])
def test_these_pages_ask_as_often_for_three_as_for_one(
    bob: User, mona: User, count: int, name: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = upset(bob)
    for number in range(count):
        CaseRole.objects.get_or_create(case=case, user=(bob, mona, mona)[number], defaults={"role": "other"})
        open_case(case.client, by=bob, now=NOW, words="Again.", severity=2)
    browser = browser_of(bob)
    with django_assert_num_queries(queries):
        browser.get(f"/recoveries/{case.pk}/{name}")


def test_who_only_looks_changes_nothing(bob: User, vera: User) -> None:
    case = upset(bob)
    browser = browser_of(vera)
    for page in ("about", "team", "others"):
        assert browser.get(f"/recoveries/{case.pk}/{page}").status_code == 200
        assert browser.post(f"/recoveries/{case.pk}/{page}", ABOUT).status_code == 403
    assert "Change the team" not in text_of(browser, f"/recoveries/{case.pk}/learn")


@pytest.mark.parametrize("typed", ["9" * 30, "9223372036854775808", "-1", "²", "<b>"])
def test_a_number_that_nobody_has_is_no_colleague(bob: User, typed: str) -> None:
    case = upset(bob)
    answer = browser_of(bob).post(f"/recoveries/{case.pk}/team", {"lead": str(bob.pk), "team": [typed]})
    assert answer.status_code == 200
    assert not case.roles.exists()
