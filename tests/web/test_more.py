"""What has no tab on the phone, the list of keys, and the counts beside the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.case import open_case
from amends.desk.actions.promise import make_promise
from amends.desk.models import Firm
from amends.desk.queries.shell import Frame, frame_of
from cast import NOW, a_client, at, browser_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User


def test_more_leads_to_everything_without_a_tab(bob: User) -> None:
    page = browser_of(bob).get("/more").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    for address in ("/promises", "/calls/new", "/find", "/settings", "/keys"):
        assert f'href="{address}"' in main
    assert 'action="/sign-out"' in main


def test_keys_are_listed_and_turned_off_in_settings(bob: User) -> None:
    page = browser_of(bob).get("/keys").content.decode()
    assert "Mark the promise as kept" in page
    assert "They are on." in page
    assert 'href="/settings/you"' in page
    bob.has_keys = False
    bob.save()
    assert "They are off." in browser_of(bob).get("/keys").content.decode()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_counts_beside_the_menu_cost_six_queries(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        north = a_client(name=f"North {number}", looked_after_by=bob)
        open_case(north, by=bob, now=NOW, words="No.", severity=3)
        make_promise(north, "Call", due_at=at("20 Mar 12:00"), by=bob, now=NOW)
    with django_assert_num_queries(6):
        frame = frame_of(bob, NOW)
    assert frame == Frame(bob, Firm.objects.get(), today=count, recoveries=count, promises=count)


def test_before_there_is_a_firm_there_is_nothing_to_count(bob: User) -> None:
    Firm.objects.all().delete()
    assert frame_of(bob, NOW) == Frame(bob, None, 0, 0, 0)
    assert browser_of(bob).get("/").status_code == 404
