"""What is behind a client's complaints, as the page says it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.models import Case, ListImport, ListRow, ListSource, StaffingFact
from cast import NOW, a_client, at, browser_of, upset
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Client, User

pytestmark = pytest.mark.usefixtures("at_noon")


def complaints(bob: User, north: Client, *words: str) -> None:
    for each in words:
        upset(bob, north, words=each)


def facts(north: Client, *, weeks: int, orders: int) -> None:
    for week in range(weeks):
        monday = at("2 Sep 2024 07:00") + timedelta(weeks=week)
        StaffingFact.objects.create(client=north, kind="no_show", at=monday, added_at=NOW)
        for day in range(1, 1 + orders):
            StaffingFact.objects.create(client=north, kind="order", at=monday + timedelta(days=day), added_at=NOW)


def page(bob: User, north: Client) -> str:
    return text_of(browser_of(bob), f"/clients/{north.pk}/issues")


def test_below_the_least_it_says_not_enough_yet(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    complaints(bob, north, "The invoice", "Hm.")
    told = page(bob, north)
    assert "Not enough yet. There is 1 complaint, and 3 are needed." in told
    assert "1 complaint does not say what it is about. Say so at its recovery." in told
    assert "Not enough yet. 0 incidents are known, and 5 are needed." in told


def test_what_weighs_most_is_a_sentence_and_a_bar(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    complaints(bob, north, "The invoice", "The invoice", "The invoice", "The invoice", "Nobody called")
    told = page(bob, north)
    assert "What weighs most now: billing and paperwork, behind 4 of 5 complaints." in told
    assert "Billing and paperwork 4 Communication and response 1" in told
    html = browser_of(bob).get(f"/clients/{north.pk}/issues").content.decode()
    assert html.count('class="bar vital"') == 1
    assert html.count('class="bar rest"') == 1
    assert 'width="100.0"' in html
    assert 'width="25.0"' in html


def test_themes_of_one_weight_do_not_stand_out(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    complaints(bob, north, "The invoice", "Nobody called", "No show")
    Case.objects.update(opened_at=NOW)
    assert "No theme stands out: communication and response, attendance and billing and paperwork." in page(bob, north)


def test_a_pattern_is_told_with_both_counts(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    facts(north, weeks=26, orders=4)
    told = page(bob, north)
    assert "26 incidents, compared with 104 orders without one." in told
    assert "On a Monday 26 of 26 incidents, 0 of 104 orders without one A pattern" in told


def test_few_incidents_are_worth_checking(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    facts(north, weeks=6, orders=3)
    assert "On a Monday 6 of 6 incidents, 0 of 18 orders without one Worth checking" in page(bob, north)


def test_without_orders_it_says_so(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    facts(north, weeks=6, orders=0)
    told = page(bob, north)
    assert "too few orders without an incident to compare with (0). So this says only what came together" in told
    assert "On a Monday 6 of 6 incidents Came together" in told


def test_what_a_list_tells_of_orders_is_named(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    columns = {"external_id": "ID", "owner": "Recruiter", "employment": "Type", "order.external_id": "Job"}
    source = ListSource.objects.create(name="Bullhorn", preset="x", kind="placements", columns=columns, changed_at=NOW)
    listing = ListImport.objects.create(source=source, name="a.csv", path="/nowhere", size=1, added_at=NOW)
    for number in range(24):
        is_bad = number < 6
        raw = {
            "ID": f"P{number}",
            "Recruiter": "Tom Beckett" if is_bad else "Priya Raman",
            "Type": "Night shift",
            "Job": f"J{number}",
        }
        ListRow.objects.create(listing=listing, client=north, number=number, raw=raw, outcome="added")
        start, days = NOW - timedelta(days=number), 1 if is_bad else 9
        kind = "no_show" if is_bad else "placement"
        for place, what, when in (("placements/P", kind, start), ("orders/J", "order", start - timedelta(days=days))):
            key = f"{place}{number}/{what}"
            StaffingFact.objects.create(
                client=north, kind=what, at=when, added_at=NOW, source="Bullhorn", external_id=key
            )
    told = page(bob, north)
    assert "Looked after by Tom Beckett 6 of 6 incidents, 0 of 18 orders without one Worth checking" in told
    assert "Ordered the day before, or the same day 6 of 6 incidents, 0 of 18 orders without one Worth checking" in told


def test_nothing_in_common_is_said(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    for day in range(60):
        kind = "no_show" if day % 10 == 3 else "order"
        StaffingFact.objects.create(client=north, kind=kind, at=NOW - timedelta(days=day), added_at=NOW)
    assert "6 incidents share nothing that 54 orders without one do not have as often." in page(bob, north)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_three_as_for_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    north = a_client(looked_after_by=bob)
    complaints(bob, north, *["The invoice"] * count)
    facts(north, weeks=count, orders=count)
    browser = browser_of(bob)
    with django_assert_num_queries(14):
        browser.get(f"/clients/{north.pk}/issues")
