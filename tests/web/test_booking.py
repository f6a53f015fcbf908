"""How many to book so that an order is full, and how full the desk is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.staffing import FactKind
from amends.desk.actions.firm import set_numbers
from amends.desk.actions.promise import make_promise
from amends.desk.actions.touch import record_fact
from cast import NOW, a_client, at, browser_of
from desk_week import kept
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")


def test_an_order_of_twenty_needs_twenty_five_booked(bob: User) -> None:
    page = text_of(browser_of(bob), "/promises/booking?needed=20")
    assert "Book 25, and 20 come nine times in ten. With 20 booked, all come 18 times in a hundred." in page
    assert "If you book no more than 20, promise 16: so many come nine times in ten." in page
    assert "20 booked 18 % 21 booked" in page
    assert "25 booked 93 %" in page
    assert "Too few of your own bookings are known (0 of 40): 10 % are taken not to come." in page


def test_a_loss_that_is_known_better_is_typed(bob: User) -> None:
    page = text_of(browser_of(bob), "/promises/booking?needed=20&loss=20")
    assert "Book 30, and 20 come nine times in ten. With 20 booked, all come 3 times in a hundred." in page
    assert "promise 13" in page
    assert page.count(" booked ") - page.count("With 20 booked") <= 8 + 1


def test_it_reckons_with_the_firms_own_bookings(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    record_fact(north, FactKind.PLACEMENT, by=bob, now=NOW, at=at("3 Mar 09:00"), count=60)
    record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("4 Mar 09:00"), count=12, of=20)
    record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("5 Mar 09:00"), count=4)
    page = text_of(browser_of(bob), "/promises/booking?needed=10")
    assert "In the last year 68 of your people came and 16 did not: 16 of a hundred." in page


def test_where_only_bad_days_are_known_the_usual_counts(bob: User) -> None:
    record_fact(a_client(), FactKind.NO_SHOW, by=bob, now=NOW, at=at("4 Mar 09:00"), count=12, of=60)
    assert "(0 of 40)" in text_of(browser_of(bob), "/promises/booking")


def test_what_cannot_be_reckoned_says_why_and_keeps_what_was_typed(bob: User) -> None:
    page = browser_of(bob).get("/promises/booking?needed=many&loss=90").content.decode()
    assert 'value="many"' in page
    assert 'value="90"' in page
    assert "nine times in ten." not in page.partition("</header>")[2].partition("Not everybody")[2]


@pytest.mark.parametrize(
    ("due", "keeps", "told"),
    [
        (50, 100, "The desk is 50 % full. Each thing takes 2 times as long as on an empty desk."),
        (85, 100, "The desk is 85 % full. Each thing takes 6.7 times as long as on an empty desk."),
        (90, 100, "Above 85 % each thing that is added holds up all the others."),
        (120, 100, "The desk is 120 % full. More is due than you can do. What waits grows every week"),
    ],
)
def test_a_full_desk_is_slow(bob: User, due: int, keeps: int, told: str) -> None:
    page = text_of(browser_of(bob), f"/promises/booking?due={due}&keeps={keeps}")
    assert told in page
    assert ("Above 85 %" in page) is (due == 90)


def test_a_desk_that_can_do_nothing_is_no_desk(bob: User) -> None:
    assert "full." not in text_of(browser_of(bob), "/promises/booking?due=5&keeps=0")


def test_the_desks_own_week_stands_there_and_names_nobody(bob: User, mona: User) -> None:
    north = a_client(looked_after_by=bob)
    kept(north, bob, weeks=5, each=2)
    kept(north, mona, weeks=5, each=2)
    for user in (bob, bob, mona):
        make_promise(north, "Call", due_at=at("13 Mar 12:00"), by=user, now=NOW)
    page = text_of(browser_of(bob), "/promises/booking")
    assert "The desk is 75 % full. Each thing takes 4 times as long as on an empty desk." in page
    assert "It names nobody." in page
    assert "Mona" not in page


def test_the_page_asks_twelve_times(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(bob)
    with django_assert_num_queries(12):
        browser.get("/promises/booking?needed=20")


def test_the_largest_order_with_the_largest_loss_is_reckoned_at_once(bob: User) -> None:
    page = text_of(browser_of(bob), "/promises/booking?needed=500&loss=60")
    assert "Book 1659, and 500 come nine times in ten." in page


def test_below_forty_bookings_the_sum_says_and_takes_what_is_usual(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    record_fact(north, FactKind.PLACEMENT, by=bob, now=NOW, at=at("3 Mar 09:00"), count=20)
    record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=at("4 Mar 09:00"), count=19)
    page = text_of(browser_of(bob), "/promises/booking?needed=20")
    assert "(39 of 40): 10 % are taken not to come." in page
    assert "Book 25, and 20 come nine times in ten." in page


def test_a_firm_sets_its_own_numbers(alice: User) -> None:
    set_numbers({"booking.usual_loss": 0.2, "booking.full_desk": 0.7}, by=alice, now=NOW)
    page = text_of(browser_of(alice), "/promises/booking?needed=20&due=80&keeps=100")
    assert "(0 of 40): 20 % are taken not to come." in page
    assert "Book 30, and 20 come nine times in ten." in page
    assert "Above 70 % each thing that is added" in page


def test_whoever_looks_may_reckon(vera: User) -> None:
    assert browser_of(vera).get("/promises/booking?needed=5").status_code == 200
