"""Decide in the browser: views are given before they are seen, the sum says what it reckons with, one decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Step
from amends.core.decision import Choice
from amends.desk.actions.decision import decide_case, give_view, set_worth
from amends.desk.models import Case, Contribution, Opinion
from cast import NOW, a_client, browser_of, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, Client, User

pytestmark = pytest.mark.usefixtures("at_noon")
GOES = "The margin is thin, I would rather see them go."
VIEW = {"do": "view", "choice": "save", "reason": "Four years together."}
WORTH = {"do": "worth", "gross_profit": "$40,000", "hours": "20", "goodwill": "2.000,00", "expects": "resolved"}


@pytest.fixture
def north(bob: User, mona: User, riverside: Branch) -> Client:
    """Bob looks after North, with Mona in its team."""
    return a_client(looked_after_by=bob, team=(mona,), branch=riverside, since_year=2021, on_assignment=18)


@pytest.fixture
def case(north: Client, bob: User) -> Case:
    """Bob leads the recovery."""
    return upset(bob, north, lead=bob)


def at(case: Case) -> str:
    return f"/recoveries/{case.pk}/decide"


def sent(browser: Browser, case: Case, **typed: Any) -> str:
    return browser.post(at(case), typed, follow=True).content.decode()


# ── Views ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_word_of_the_others_is_in_the_page_before_ones_own(case: Case, bob: User, mona: User) -> None:
    give_view(case, Choice.LET_GO, by=mona, now=NOW, reason=GOES, matters="Lowfield", ideas="A week off")
    html = browser_of(bob).get(at(case)).content.decode()
    assert [words for words in (GOES, "Lowfield", "A week off") if words in html] == []
    page = words_in(html)
    assert "You see what they think once you have said what you think." in page
    assert "MQ Mona Quay Has answered BR Bob Reed Has not answered yet" in page
    page = words_in(sent(browser_of(bob), case, **VIEW))
    assert f"MQ Mona Quay “{GOES}” Why they matter: Lowfield Ideas: A week off Let go" in page
    assert "BR Bob Reed “Four years together.” Worth saving" in page


def test_who_only_looks_sees_the_views_once_it_is_decided(case: Case, bob: User, mona: User, vera: User) -> None:
    give_view(case, Choice.SAVE, by=mona, now=NOW, reason=GOES)
    give_view(case, Choice.SAVE, by=bob, now=NOW, reason="Yes.")
    page = text_of(browser_of(vera), at(case))
    assert (GOES in page, "What they think is shown once it is decided." in page) == (False, True)
    assert ("Give my view" in page, "Record the decision" in page) == (False, False)
    decide_case(case, Choice.SAVE, by=bob, now=NOW)
    assert GOES in text_of(browser_of(vera), at(case))
    assert browser_of(vera).post(at(case), VIEW).status_code == 403


def test_no_other_page_of_the_recovery_tells_a_view(case: Case, bob: User, mona: User, alice: User) -> None:
    give_view(case, Choice.LET_GO, by=mona, now=NOW, reason=GOES)
    for user, addresses in (
        (bob, [f"/recoveries/{case.pk}/{step}" for step in ("understand", "own-it", "plan", "fix", "learn", "call")]),
        (alice, ["/settings/record", "/", f"/clients/{case.client_id}", "/recoveries"]),
    ):
        for address in addresses:
            assert GOES not in browser_of(user).get(address).content.decode(), address


def test_a_view_without_a_reason_comes_back_with_all_that_was_typed(case: Case, bob: User) -> None:
    page = sent(browser_of(bob), case, do="view", choice="lightly", reason="", ideas="Move the cut-off.")
    assert ("Say why, in a sentence" in page, "Move the cut-off." in page, Opinion.objects.count()) == (True, True, 0)


def test_a_view_may_be_changed_until_it_is_decided(case: Case, bob: User, mona: User) -> None:
    sent(browser_of(bob), case, **VIEW)
    sent(browser_of(bob), case, do="view", choice="let_go", reason="I slept over it.")
    give_view(case, Choice.SAVE, by=mona, now=NOW, reason="Yes.")
    assert Opinion.objects.get(user=bob).choice == "let_go"
    decide_case(case, Choice.SAVE, by=bob, now=NOW)
    page = words_in(sent(browser_of(bob), case, **VIEW))
    assert "It is decided: worth saving. Views are closed until it is asked again." in page
    assert Opinion.objects.get(user=bob).choice == "let_go"


def test_somebody_without_a_part_gives_no_view(case: Case, charlie: User) -> None:
    page = sent(browser_of(charlie), case, **VIEW)
    assert "Those who work on the account give a view." in words_in(page)
    case.is_restricted = True
    case.save()
    assert browser_of(charlie).get(at(case)).status_code == 404


# ── The sum ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sum_says_break_even_chance_and_range(case: Case, bob: User) -> None:
    browser = browser_of(bob)
    assert "Not enough yet. Write what they bring in a year and how many hours mending takes." in text_of(
        browser, at(case)
    )
    page = words_in(sent(browser, case, **WORTH))
    assert "Worth it Worth it if your effort raises the chance that they stay by at least 6 points." in page
    assert "93 % that it pays. Eight times in ten it brings between $2,120 and $35,400, after what it costs." in page
    assert "Keeping them is worth about $54,000: 1.35 years of gross profit." in page
    assert "The chances are starting guesses: no recovery of your own tells yet whether such a client stayed." in page
    assert "What you owe them is paid either way, and is no part of this." in page
    case.refresh_from_db()
    assert case.worth == {"gross_profit": "40000.00", "hours": 20.0, "goodwill": "2000.00"}


def test_every_number_behind_it_can_be_this_recoverys_own(case: Case, bob: User) -> None:
    browser = browser_of(bob)
    page = sent(browser, case, **WORTH, hour_elsewhere="100", stays_resolved="60", is_small_market="on", tenure="4")
    case.refresh_from_db()
    assert {name: case.worth[name] for name in ("hour_elsewhere", "stays_resolved", "is_small_market", "tenure")} == {
        "hour_elsewhere": 100, "stays_resolved": 0.6, "is_small_market": True, "tenure": 4,
    }  # fmt: skip
    assert "60 in 100 such clients stay if you try, 19 if nobody does anything." in words_in(page)
    shown = browser.get(at(case)).content.decode()
    assert ('value="60"' in shown, 'placeholder="82"' in shown) == (True, True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"gross_profit": "-5"}, "A sum cannot be below zero. Write it without the minus."),
        ({"goodwill": "EUR 20"}, "EUR is not USD. Write the sum in USD."),
        ({"goodwill": "lots"}, "We cannot read that as a sum. Write it like 1,200.00."),
        ({"hours": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"stays_fast": "140"}, "Ensure this value is less than or equal to 99."),
    ],
)
def test_a_number_that_cannot_be_is_said_so_and_kept(case: Case, bob: User, typed: dict[str, str], words: str) -> None:
    page = sent(browser_of(bob), case, **{**WORTH, **typed})
    assert words in words_in(page)
    [value] = typed.values()
    assert f'value="{value}"' in page
    case.refresh_from_db()
    assert case.worth == {}


def test_two_who_type_at_once_lose_nothing(case: Case, bob: User, mona: User) -> None:
    browser = browser_of(bob)
    shown = browser.get(at(case)).content.decode()
    seal = shown.partition('name="shown" value="')[2].partition('"')[0]
    set_worth(case, {"gross_profit": "40000.00", "hours": 35.0}, by=mona, now=NOW)
    page = words_in(sent(browser, case, **{**WORTH, "shown": seal, "hours": "20"}))
    assert "Mona Quay changed “Hours of yours that mending takes” to “35” at noon." in page
    case.refresh_from_db()
    assert case.worth["hours"] == 35


def test_what_a_client_brings_is_theirs_wherever_it_changes(case: Case, bob: User) -> None:
    case.client.yearly_value = 40_000
    case.client.save()
    sent(browser_of(bob), case, **WORTH)
    case.refresh_from_db()
    assert "gross_profit" not in case.worth
    case.client.yearly_value = 8_000
    case.client.save()
    assert "Keeping them is worth about $10,800" in text_of(browser_of(bob), at(case))


def test_own_cases_are_told(case: Case, bob: User) -> None:
    set_worth(case, {"gross_profit": "8000.00", "hours": 20.0}, by=bob, now=NOW)
    over = upset(bob, case.client, lead=bob)
    Case.objects.filter(pk=over.pk).update(status="mended", closed_at=NOW - timedelta(days=100))
    page = text_of(browser_of(bob), at(case))
    assert "1 closed recovery of your own is in these chances. Until there are 10 for each" in page
    set_worth(case, {"gross_profit": "8000.00", "hours": 20.0, "expects": "fast"}, by=bob, now=NOW)
    assert "no recovery of your own tells yet" in text_of(browser_of(bob), at(case))  # that one was not put right fast


def test_a_relationship_to_reconsider_is_said_on_top(case: Case, bob: User) -> None:
    for one in (case, upset(bob, case.client, lead=bob), upset(bob, case.client, lead=bob)):
        Contribution.objects.create(case=one, side="theirs", what="Told us late", share=60, at=NOW)
    page = text_of(browser_of(bob), at(case))
    assert "Reconsider the relationship 3 recoveries in twelve months. In most of them the larger part was" in page


# ── The decision ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_lead_records_what_all_have_said(case: Case, bob: User, mona: User) -> None:
    give_view(case, Choice.SAVE, by=mona, now=NOW, reason="Yes.")
    browser = browser_of(bob)
    page = words_in(sent(browser, case, **VIEW))
    assert "Do we all want this? What do we do?" in page
    answer = browser.post(at(case), {"do": "decide", "what": "save", "because": "The fault is ours.", "seen": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/recoveries/{case.pk}")
    page = text_of(browser, at(case))
    assert "Decided: Worth saving Bob Reed, Monday, Mar 10, 12:00 pm. Asked again on Apr 7, if nothing moves." in page
    beside = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "Decided on Monday Mona Quay and Bob Reed: worth saving. The fault is ours. See the decision" in beside


def test_who_may_not_decide_yet_is_told_why(case: Case, bob: User, mona: User, settings: Any) -> None:
    page = text_of(browser_of(bob), at(case))
    assert "Bob Reed and Mona Quay have not answered yet. A manager may decide without it from Tuesday, Mar 11" in page
    assert "Record the decision" not in page
    page = words_in(sent(browser_of(mona), case, do="decide", what="save", because="Now.", seen=""))
    assert "You may decide without it from Tuesday, March 11, noon on." in page
    settings.CLOCK_OFFSET += timedelta(days=1, minutes=5)
    page = text_of(browser_of(mona), at(case))
    assert "You may decide all the same: say why, it is recorded." in page
    sent(browser_of(mona), case, do="decide", what="let_go", because="He is ill.", seen="")
    case.refresh_from_db()
    assert (case.is_decided_alone, case.step) == (True, Step.PART_WELL)
    assert "Without waiting for every view." in text_of(browser_of(mona), at(case))


def test_of_two_who_decide_the_later_sees_the_first_and_loses_no_word(case: Case, bob: User, mona: User) -> None:
    for user in (bob, mona):
        give_view(case, Choice.SAVE, by=user, now=NOW, reason="Yes.")
    decide_case(case, Choice.SAVE, by=bob, now=NOW, note="First.")
    typed = {"do": "decide", "what": "let_go", "because": "My own reason.", "seen": ""}
    html = sent(browser_of(mona), case, **typed)
    page = words_in(html)
    assert "Bob Reed decided at noon: worth saving. Look at it before you decide otherwise." in page
    assert ("Decided: Worth saving" in page, "My own reason." in html) == (True, True)
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    sent(browser_of(mona), case, **{**typed, "seen": seen})
    case.refresh_from_db()
    assert (case.decision, case.decision_note) == ("let_go", "My own reason.")
    assert "Bob Reed decided" not in words_in(sent(browser_of(mona), case, **{**typed, "seen": "2025-99-99T00:00"}))


def test_to_let_go_leads_to_part_well(case: Case, bob: User, mona: User) -> None:
    for user in (bob, mona):
        give_view(case, Choice.LET_GO, by=user, now=NOW, reason="It is over.")
    answer = browser_of(bob).post(at(case), {"do": "decide", "what": "let_go", "seen": ""})
    assert answer["Location"] == f"/recoveries/{case.pk}/part-well"


def test_after_four_weeks_it_is_asked_again(case: Case, bob: User, mona: User, settings: Any) -> None:
    for user in (bob, mona):
        give_view(case, Choice.SAVE, by=user, now=NOW, reason="Yes.")
    decide_case(case, Choice.SAVE, by=bob, now=NOW)
    settings.CLOCK_OFFSET += timedelta(days=29)
    page = text_of(browser_of(bob), at(case))
    assert (
        "Is this worth saving, and do we all want it? Bob Reed, Monday, Mar 10, 12:00 pm. Four weeks have gone" in page
    )
    assert "Decide again What do we do?" in page


def test_nobody_on_the_account_is_said_so(bob: User) -> None:
    case = upset(bob, a_client())
    Case.objects.update(lead=None)
    page = text_of(browser_of(bob), at(case))
    assert "Nobody is on this account yet. Give it a lead first." in page
    assert "The lead records the decision, or a manager." in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_for_one_view_and_for_three(
    case: Case, everybody: Any, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_worth(case, {"gross_profit": "8000.00", "hours": 20.0}, by=everybody.bob, now=NOW)
    for user in (everybody.bob, everybody.mona, everybody.alice)[:many]:
        give_view(case, Choice.SAVE, by=user, now=NOW, reason="Yes.")
    browser = browser_of(everybody.bob)
    with django_assert_num_queries(24):
        browser.get(at(case))
