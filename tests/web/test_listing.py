"""Bringing lists in by the browser: upload, columns, what would change, what was not taken, taking it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.desk import clock
from amends.desk.actions.client import change_client
from amends.desk.actions.list_read import check_list, look_at_list, read_list
from amends.desk.actions.list_undo import count_undoing, undo_further
from amends.desk.models import Client, Firm, ListImport, ListSource, ListStatus
from amends.desk.queries import undo
from cast import browser_of
from listbag import CLIENTS, brought_in, checked, given
from shown import text_of

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("firm")
SPOILT = CLIENTS + "4,,Active,\n5,,Active,=cmd()\n"


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def upload(browser: Browser, text: str = CLIENTS, name: str = "clients.csv") -> ListImport:
    answer = browser.post("/lists/new", {"mail": SimpleUploadedFile(name, text.encode())})
    listing = ListImport.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/lists/{listing.pk}")
    return listing


def answers(**more: Any) -> dict[str, Any]:
    columns = {"external_id": "id", "name": "name", "status": "status", "domains": "companyURL"}
    told = {f"column-{key}": column for key, column in columns.items()}
    said = {"preset": "generic", "kind": "clients", "source": "Our ATS", "day_first": "no", "decimal_comma": "no"}
    return said | told | more


def work(listing: ListImport) -> None:
    for piece in (look_at_list, check_list, read_list, undo_further):
        piece(listing, now=clock.now())


def test_a_list_goes_all_the_way(mona: User) -> None:
    browser = browser_of(mona)
    listing = upload(browser)
    here = f"/lists/{listing.pk}"
    assert "Looking at the columns" in page(browser, here)
    work(listing)
    assert browser.get(here).headers["Location"] == f"{here}/columns"
    shown = page(browser, f"{here}/columns")
    assert "North Freight · Blue Harbor · Old Mill" in shown
    answer = browser.post(f"{here}/columns", answers())
    assert answer.headers["Location"] == here
    assert "Checking the rows" in page(browser, here)
    work(listing)
    shown = page(browser, here)
    assert ("3 rows. Nothing is kept yet." in shown, "Take in 3 rows" in shown) == (True, True)
    made = "New clients 1 New companies, which you confirm as clients or not 1 New past clients 1"
    assert made in text_of(browser, here)
    assert Client.objects.count() == 0
    browser.post(f"{here}/take")
    assert "0 of 3 rows. You can close this page, we will keep going." in page(browser, here)
    work(listing)
    assert "All of it is taken in" in page(browser, here)
    assert "clients.csv" in page(browser, "/lists")
    assert "Clients: 3 removed again" in page(browser, f"{here}/undo")
    browser.post(f"{here}/undo")
    assert "Taking it back" in page(browser, here)
    work(listing)
    assert "Nothing of this list is here any more." in page(browser, here)
    assert Client.objects.count() == 0


def test_the_columns_are_kept_and_can_be_changed(alice: User) -> None:
    browser, listing = browser_of(alice), checked(CLIENTS)
    here = f"/lists/{listing.pk}"
    assert browser.post(f"{here}/change").headers["Location"] == f"{here}/columns"
    browser.post(f"{here}/columns", answers(source="Our ATS", day_first="yes"))
    saved = ListSource.objects.get(name="Our ATS")
    assert (saved.columns["name"], saved.options["day_first"]) == ("name", True)


def test_a_column_that_is_missing_is_said_at_its_field(alice: User) -> None:
    browser, listing = browser_of(alice), given(CLIENTS)
    told = answers(**{"column-name": "", "source": ""})
    answer = browser.post(f"/lists/{listing.pk}/columns", told)
    shown = answer.content.decode()
    assert "Two things to correct" in shown
    assert "Say where the list comes from" in shown
    assert listing.status == ListStatus.MATCHING


def test_another_kind_shows_its_own_fields(alice: User) -> None:
    browser, listing = browser_of(alice), given(CLIENTS)
    shown = page(browser, f"/lists/{listing.pk}/columns?preset=bullhorn&kind=placements")
    assert ("Guarantee" in shown, "The best rating is" in shown) == (True, True)


def test_rows_that_are_not_taken_are_told_and_downloaded(alice: User) -> None:
    browser, listing = browser_of(alice), checked(SPOILT)
    shown = page(browser, f"/lists/{listing.pk}")
    assert ("Take in 3 rows" in shown, "<b>Row 5</b>" in shown) == (True, True)
    answer = browser.get(f"/lists/{listing.pk}/refused")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0] == "Row,Why it was not taken,id,name,status,companyURL"
    assert lines[2].endswith("5,,Active,'=cmd()")


def test_what_a_person_changed_since_stays_and_is_listed(alice: User) -> None:
    browser, listing = browser_of(alice), brought_in(CLIENTS)
    north = Client.objects.get(name="North Freight")
    change_client(north, by=alice, now=clock.now(), name="North Freight Lines")
    shown = page(browser, f"/lists/{listing.pk}/undo")
    assert ("Clients: 2 removed again" in shown, "1 stays as it is" in shown) == (True, True)
    browser.post(f"/lists/{listing.pk}/undo")
    undo_further(ListImport.objects.get(), now=clock.now())
    assert "All of it but 1 row, which was changed or used here since." in page(browser, f"/lists/{listing.pk}")
    assert list(Client.objects.values_list("name", flat=True)) == ["North Freight Lines"]


def test_a_list_is_stopped_before_it_is_taken_in(alice: User) -> None:
    browser, listing = browser_of(alice), given(CLIENTS)
    assert browser.post(f"/lists/{listing.pk}/stop").headers["Location"] == "/lists"
    assert "Nothing of it was taken in." in page(browser, f"/lists/{listing.pk}")
    assert browser.post(f"/lists/{listing.pk}/stop").status_code == 302
    assert browser.get(f"/lists/{listing.pk}/columns").headers["Location"] == f"/lists/{listing.pk}"
    assert browser.get(f"/lists/{listing.pk}/undo").headers["Location"] == f"/lists/{listing.pk}"


def test_what_is_no_list_is_said_in_a_sentence(alice: User) -> None:
    browser, listing = browser_of(alice), given(b"\x00\x01\x02\x03" * 50)
    assert "list.csv could not be read." in page(browser, f"/lists/{listing.pk}")


def test_no_file_at_all(alice: User) -> None:
    shown = browser_of(alice).post("/lists/new", {}).content.decode()
    assert "Choose a list first" in shown


def test_strangers_are_refused_at_the_door(alice: User, vera: User) -> None:
    for browser in (browser_of(), browser_of(vera)):
        assert browser.post("/lists/new", {}, CONTENT_LENGTH=str(50 * 1024**2)).status_code == 413
    assert browser_of(alice).post("/lists/new", {}, CONTENT_LENGTH=str(2 * 1024**3)).status_code == 413


def test_the_demo_firm_takes_no_lists(alice: User) -> None:
    Firm.objects.update(is_demo=True)
    assert "Start a desk of your own" in page(browser_of(alice), "/lists/new")
    file = SimpleUploadedFile("a.csv", CLIENTS.encode())
    assert browser_of(alice).post("/lists/new", {"mail": file}).status_code == 409
    assert ListImport.objects.count() == 0


def test_a_full_disk_and_a_file_that_grows_are_said(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_UPLOAD_BYTES", 10)
    answer = browser_of(alice).post("/lists/new", {"mail": SimpleUploadedFile("a.csv", CLIENTS.encode())})
    assert answer.status_code == 413
    assert "Export it in parts." in answer.content.decode()


def test_the_pages_ask_the_same_however_many_there_are(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser, first = browser_of(alice), brought_in(SPOILT)
    page(browser, "/lists")
    with django_assert_num_queries(10):
        page(browser, "/lists")
    with django_assert_num_queries(15):
        page(browser, f"/lists/{first.pk}")
    brought_in(SPOILT), brought_in(SPOILT)
    with django_assert_num_queries(10):
        page(browser, "/lists")


@pytest.mark.parametrize(
    ("start", "told"), [("25/4/2026", ("yes", False)), ("4/25/2026", ("no", False)), ("3/4/2026", ("no", True))]
)
def test_the_order_of_day_and_month_is_told_by_the_rows(mona: User, start: str, told: tuple[str, bool]) -> None:
    browser = browser_of(mona)
    listing = upload(
        browser, f"Placement ID,Client Name,Employee,Start Date\n1,North,Ann,{start}\n2,North,Bo,3/3/2026\n"
    )
    work(listing)
    shown = page(browser, f"/lists/{listing.pk}/columns")
    [chosen] = re.findall(r'name="day_first" value="(\w+)"[^>]* checked', shown)
    assert (chosen, "has the day first: here" in shown) == told


def test_a_long_list_is_counted_before_it_is_undone(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "COUNTED_AT_ONCE", 1)
    browser, listing = browser_of(alice), brought_in(SPOILT)
    here = f"/lists/{listing.pk}/undo"
    assert "3 rows are taken in" in page(browser, f"/lists/{listing.pk}")
    shown = page(browser, here)
    assert ("It is a long list." in shown, "Count it" in shown, "Undo this import</button>" in shown) == (
        True,
        True,
        False,
    )
    assert browser.post(here, {"count": "1"}).headers["Location"] == here
    assert browser.get(f"/lists/{listing.pk}").headers["Location"] == here
    assert "Counting what goes and what stays" in page(browser, here)
    assert "data-done" not in page(browser, f"/lists/{listing.pk}/progress")
    count_undoing(ListImport.objects.get(), now=clock.now())
    assert "data-done" in page(browser, f"/lists/{listing.pk}/progress")
    shown = page(browser, here)
    assert ("Clients: 3 removed again" in shown, "Count again" in shown, "Counted on " in shown) == (True, True, True)
    browser.post(here)
    undo_further(ListImport.objects.get(), now=clock.now())
    shown = page(browser, f"/lists/{listing.pk}")
    assert ("Nothing of this list is here any more." in shown, "What is not taken" in shown) == (True, False)
