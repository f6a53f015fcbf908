"""The agreement on our side: started, filled in blind, compared, worded, confirmed, and kept."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from agreements import (
    KEYS,
    OURS,
    THEIRS,
    a_compared_sheet,
    a_sheet,
    both_confirm,
    levels,
    line,
    we_confirm,
    worded,
)
from amends.core.agreement import Item, Kept
from amends.core.staffing import FactKind
from amends.desk.actions.agreed import remove_item
from amends.desk.actions.client_page import make_link
from amends.desk.actions.firm import set_numbers
from amends.desk.actions.sheet import answer_item, fill_ours, fill_theirs
from amends.desk.actions.sheet_asking import ask_sheet, page_of_sheet
from amends.desk.actions.touch import record_fact
from amends.desk.models import AgreedItem, Client, ClientPage, Outgoing, Person, Sheet, SheetState
from amends.desk.queries.agreement import print_of
from amends.desk.queries.sheet_kept import Measured
from amends.desk.queries.unit import figure
from amends.desk.rules import Refused
from amends.web.sheet_words import measured
from cast import NOW, a_client, browser_of, person_at
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE_QUERIES = 14
AGREED_QUERIES = 28


@pytest.fixture
def gary(bob: User) -> Person:
    return person_at(a_client(looked_after_by=bob), "gary@north.example")


def where(sheet_or_person: Any) -> str:
    return f"/clients/{sheet_or_person.client_id}/agreement"


def said(browser: Browser, address: str, **typed: Any) -> str:
    """Return the words of the page that a form leads to."""
    return words_in(browser.post(address, typed, follow=True).content.decode())


def form_of(browser: Browser, address: str) -> dict[str, str]:
    """Return the fields of a form as a browser has them when it is opened."""
    html = browser.get(address).content.decode()
    shown = re.search(r'name="shown" value="([^"]*)"', html)
    inputs = dict(re.findall(r'<input type="(?:number|text)" name="(\w+_\d+)" value="([^"]*)"', html))
    return {**inputs, "shown": shown[1] if shown else ""}


def test_nothing_is_agreed_until_somebody_begins(bob: User, vera: User, gary: Person) -> None:
    assert "Nothing is agreed yet." in text_of(browser_of(bob), where(gary))
    assert f"{where(gary)}/new" in browser_of(bob).get(where(gary)).content.decode()
    assert "/agreement/new" not in browser_of(vera).get(where(gary)).content.decode()
    assert said(browser_of(bob), where(gary), do="confirm").startswith("North Agreement")  # there is nothing to confirm
    assert f'href="{where(gary)}"' in browser_of(vera).get(f"/clients/{gary.client_id}").content.decode()


def test_a_sheet_is_begun_with_the_lines_that_matter(bob: User, gary: Person) -> None:
    browser, address = browser_of(bob), f"{where(gary)}/new"
    assert browser.get(address).content.decode().count(" checked") == len(Item)
    assert "Choose at least one line." in said(browser, address, person=gary.pk)
    own = "\n".join(f"Line {number}" for number in range(11))
    assert "Write at most 10 lines of your own" in said(browser, address, person=gary.pk, own=own)
    assert "A line has at most 200 characters" in said(browser, address, person=gary.pk, own="x" * 201)
    page = said(browser, address, person=gary.pk, keys=KEYS, own="A parking place\n\n")
    assert "Each side fills in its part Version 1 with Gary Mar 10" in page
    assert [item.name for item in Sheet.objects.get().items.all()] == [
        "Orders that are filled", "Alder & Quay answers within", "Whom to call when it is urgent", "A parking place",
    ]  # fmt: skip
    assert "A sheet is under way already." in said(browser, address, person=gary.pk, keys=KEYS)


def test_our_side_sees_nothing_of_theirs_before_ours_is_there(bob: User, gary: Person) -> None:
    sheet, browser = a_sheet(gary, bob), browser_of(bob)
    fill_theirs(sheet, levels(sheet, our_reply="4.75", escalation="Somebody at 4 am"), person=gary, now=NOW)
    for address in (where(sheet), f"/sheets/{sheet.pk}/ours", f"{where(sheet)}?version=1"):
        html = browser.get(address).content.decode()
        assert ("4.75" in html, "Somebody at 4 am" in html) == (False, False)
    assert browser.get(f"/sheets/{sheet.pk}/theirs").status_code == 302  # nobody reads it there either
    page = text_of(browser, where(sheet))
    assert "Gary’s part Filled in on Mar 10. You see it once ours is there. There" in page
    item = line(sheet, "our_reply")
    typed = {**form_of(browser, f"/sheets/{sheet.pk}/ours"), f"adequate_{item.pk}": "8"}
    page = said(browser, f"/sheets/{sheet.pk}/ours", **typed)
    assert "Being talked about" in page
    assert "Alder & Quay answers within They need more from us We 8 working hours Gary 4.75 working hours" in page
    assert "Whom to call when it is urgent Left open We Left open Gary “Somebody at 4 am”" in page


def test_what_cannot_be_a_figure_comes_back_with_all_that_was_typed(bob: User, gary: Person) -> None:
    sheet, browser = a_sheet(gary, bob), browser_of(bob)
    rate, call = line(sheet, "fill_rate"), line(sheet, "escalation")
    typed = {f"adequate_{rate.pk}": "950", f"words_{call.pk}": "Tom Beckett"}
    html = browser.post(f"/sheets/{sheet.pk}/ours", typed).content.decode()
    assert "Write a figure from 0 to 100" in words_in(html)
    assert ('value="950"' in html, "Tom Beckett" in html) == (True, True)
    assert Sheet.objects.get().we_filled_at is None


def test_two_who_fill_in_our_part_at_once_write_over_nothing_unseen(bob: User, mona: User, gary: Person) -> None:
    sheet = a_sheet(gary, bob)
    item, address = line(sheet, "our_reply"), f"/sheets/{sheet.pk}/ours"
    opened = form_of(browser_of(bob), address)
    fill_ours(sheet, levels(sheet, our_reply="6"), by=mona, now=NOW)
    page = said(browser_of(bob), address, **{**opened, f"adequate_{item.pk}": "8"})
    assert "“Can live with” has become “6” meanwhile." in page
    assert line(sheet, "our_reply").our_adequate == 6


def test_their_part_is_taken_down_on_the_phone_once_ours_is_there(bob: User, gary: Person) -> None:
    sheet, browser = a_sheet(gary, bob), browser_of(bob)
    fill_ours(sheet, levels(sheet, **OURS), by=bob, now=NOW)
    page = text_of(browser, where(sheet))
    assert "Our part Filled in on Mar 10 There Change our part" in page
    assert "What we said Line We can live with We would like Orders that are filled We can live with 95%" in page
    address = f"/sheets/{sheet.pk}/theirs"
    assert "Read each line to Gary, and write down what they say." in text_of(browser, address)
    typed = {**form_of(browser, address), f"words_{line(sheet, 'escalation').pk}": THEIRS["escalation"]}
    assert "Being talked about" in said(browser, address, **typed)
    assert browser.get(address).status_code == 302  # what was said stands


def test_the_words_are_written_beside_what_both_said(bob: User, gary: Person) -> None:
    sheet, browser = a_compared_sheet(gary, bob), browser_of(bob)
    page = text_of(browser, where(sheet))
    assert "One line lies apart or was left open: begin with it." in page
    assert "No words yet" in page
    address, reply = f"/sheets/{sheet.pk}/words", line(sheet, "our_reply")
    typed = {**form_of(browser, address), f"wording_{reply.pk}": "Answer in 4 hours", f"target_{reply.pk}": "4.5"}
    page = said(browser, address, **typed)
    assert "Saved. Other words void what either side had confirmed." in page
    assert "Answer in 4 hours measured: 4.5 working hours Waiting for us" in page
    opened = form_of(browser, address)
    assert opened[f"target_{reply.pk}"] == "4.5"
    worded(sheet, bob)
    page = said(browser, address, **{**opened, f"wording_{reply.pk}": "Answer at once"})
    assert "“What both confirm” has become “Answer within 4 working hours” meanwhile." in page


def test_we_confirm_and_a_colleague_takes_their_yes_down(bob: User, gary: Person) -> None:
    sheet, browser = worded(a_compared_sheet(gary, bob), bob), browser_of(bob)
    html = browser.get(where(sheet)).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen is not None
    assert "Confirmed for us." in said(browser, where(sheet), do="confirm", seen=seen[1])
    page = text_of(browser, where(sheet))
    assert "Waiting for Gary" in page
    assert "Left out of the agreement" in page
    reply, rate, call = (line(sheet, key) for key in KEYS)
    answer_item(reply, seen=print_of(reply), agrees=False, change="Two at night", person=gary, now=NOW)
    assert "Gary would change this: “Two at night”" in text_of(browser, where(sheet))
    assert "“Two at night”" in text_of(browser, f"/sheets/{sheet.pk}/words")
    assert "The words changed while you looked." in said(browser, where(sheet), do="yes", item="9" * 30, seen="x")
    assert "The words changed while you looked." in said(browser, where(sheet), do="yes", item=rate.pk, seen="x")
    for item in (reply, rate, call):
        page = said(browser, where(sheet), do="yes", item=item.pk, seen=print_of(item))
    assert "Agreed by both Version 1 with Gary Mar 10 Start a new version" in page
    assert "Answer within 4 working hours Not enough yet: 0 of 5 answers since Mar 10" in page
    assert browser.get(f"/sheets/{sheet.pk}/words").status_code == 302


def test_words_that_changed_while_somebody_looked_are_not_confirmed(bob: User, gary: Person) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob)
    reply = line(sheet, "our_reply")
    old = f"{reply.pk}:{print_of(reply)},x:y"
    worded(sheet, bob, our_reply="Answer within a day")
    page = said(browser_of(bob), where(sheet), do="confirm", seen=old)
    assert "The words of “Alder & Quay answers within” changed while you looked." in page
    assert line(sheet, "our_reply").we_confirmed_at is None


def test_a_letter_brings_them_the_link_and_is_written_once(bob: User, gary: Person) -> None:
    sheet, browser = a_sheet(gary, bob), browser_of(bob)
    letter = browser.post(where(sheet), {"do": "letter"}, follow=True)
    assert "What you need from us" in letter.content.decode()
    browser.post(where(sheet), {"do": "letter"})
    written, page = Outgoing.objects.get(), ClientPage.objects.get()
    assert (written.page, written.to, page.sheet, page.asks_feeling) == (page, "gary@north.example", sheet, False)
    assert "[link]" in written.text
    asked = browser.post(where(sheet), {"do": "page"}, follow=True)
    assert asked.request["PATH_INFO"] == f"/client-pages/{page.pk}"
    preview = browser.get(f"/client-pages/{page.pk}/preview")
    assert (preview.status_code, "Your part" in preview.content.decode()) == (200, True)
    assert "Gary’s page" in text_of(browser, where(sheet))


def test_a_preview_shows_nothing_of_theirs_before_ours_is_there(bob: User, gary: Person) -> None:
    sheet = a_sheet(gary, bob)
    fill_theirs(sheet, levels(sheet, our_reply="4.75", escalation="Somebody at 4 am"), person=gary, now=NOW)
    page = page_of_sheet(sheet, by=bob, now=NOW)
    html = browser_of(bob).get(f"/client-pages/{page.pk}/preview").content.decode()
    assert ("4.75" in html, "Somebody" in html) == (False, False)


def test_the_letter_about_the_words_is_another(bob: User, gary: Person) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob)
    we_confirm(sheet, bob)
    assert "Write to Gary" in text_of(browser_of(bob), where(sheet))
    letter = ask_sheet(sheet, by=bob, now=NOW)
    assert (letter.subject, "Say yes, or what you would change." in letter.text) == ("The words of what we agree", True)


def test_who_cannot_be_asked_is_not(bob: User, gary: Person) -> None:
    sheet = a_sheet(gary, bob)
    gary.addresses.all().delete()
    with pytest.raises(Refused, match="We have no address of Gary"):
        ask_sheet(sheet, by=bob, now=NOW)
    Person.objects.filter(pk=gary.pk).update(left_on=NOW.date())
    sheet = Sheet.objects.get()
    with pytest.raises(Refused, match="is not there any more"):
        page_of_sheet(sheet, by=bob, now=NOW)
    Sheet.objects.update(state=SheetState.DROPPED)
    with pytest.raises(Refused, match="not under way any more"):
        page_of_sheet(sheet, by=bob, now=NOW)


def test_a_sheet_is_let_go_and_neither_part_is_shown(bob: User, gary: Person) -> None:
    sheet, browser = a_sheet(gary, bob), browser_of(bob)
    fill_theirs(sheet, levels(sheet, our_reply="4.75"), person=gary, now=NOW)
    make_link(page_of_sheet(sheet, by=bob, now=NOW), by=bob, now=NOW)
    assert "Let go. What was agreed before holds on." in said(browser, where(sheet), do="drop")
    page = text_of(browser, where(sheet))
    assert "It was let go before both parts were there, so neither is shown." in page
    assert "4.75" not in browser.get(where(sheet)).content.decode()
    assert browser.get(f"/sheets/{sheet.pk}/ours").status_code == 302
    assert ClientPage.objects.get().revoked_at is not None


def test_a_new_version_shows_what_changed(bob: User, gary: Person) -> None:
    browser = browser_of(bob)
    first = both_confirm(worded(a_compared_sheet(gary, bob), bob), gary, bob)
    assert "It starts from version 1, which holds until both have said yes" in text_of(browser, f"{where(first)}/new")
    second = a_sheet(gary, bob)
    a_compared_sheet(gary, bob)
    worded(second, bob, our_reply="Answer within a day", fill_rate="", escalation="Tom, 555 0119")
    both_confirm(second, gary, bob)
    page = text_of(browser, where(second))
    assert (
        "Changed since version 1"
        " Orders that are filled No longer: Fill 95% of shifts"
        " Alder & Quay answers within Answer within 4 working hours Answer within a day"
        " Whom to call when it is urgent New: Tom, 555 0119"
    ) in page
    assert "Version 2 Agreed by both, Mar 10 Version 1 Replaced by a newer one, Mar 10" in page
    old = text_of(browser, f"{where(first)}?version=1")
    assert "Replaced by a newer one Version 1 with Gary Mar 10" in old
    assert "Fill 95% of shifts" in old
    assert browser.get(f"{where(first)}?version=7").status_code == 404


def test_the_client_page_says_how_what_was_agreed_is_kept(bob: User, gary: Person) -> None:
    both_confirm(worded(a_compared_sheet(gary, bob), bob), gary, bob)
    Sheet.objects.update(agreed_at=NOW - timedelta(days=200))
    for kind, count in ((FactKind.ORDER, 50), (FactKind.PLACEMENT, 48)):
        record_fact(gary.client, kind, by=bob, now=NOW, at=NOW - timedelta(days=9), count=count)
    page = text_of(browser_of(bob), f"/clients/{gary.client_id}")
    assert "Kept: Fill 95% of shifts 96% in the last 90 days: 48 of 50 people" in page
    assert "Answer within 4 working hours Not enough yet: 0 of 5 answers in the last 90 days" in page


def test_a_line_that_both_confirmed_is_not_changed_alone(bob: User, gary: Person) -> None:
    both_confirm(worded(a_compared_sheet(gary, bob), bob), gary, bob)
    item, browser = AgreedItem.objects.first(), browser_of(bob)
    assert item is not None
    page = text_of(browser, f"/agreed/{item.pk}")
    assert "Both sides said yes to these words. A new version of the agreement changes them." in page
    assert "?remove=ask" not in browser.get(f"/agreed/{item.pk}").content.decode()
    browser.post(f"/agreed/{item.pk}", {"what": "Something else", "is_kept": "yes", "how_kept": "They say so"})
    item.refresh_from_db()
    assert (item.what, item.is_kept, item.how_kept) == ("Fill 95% of shifts", True, "They say so")
    assert "Start a new version of the agreement to change them." in said(browser, f"/agreed/{item.pk}", do="remove")
    with pytest.raises(Refused, match="Both sides said yes"):
        remove_item(item, by=bob, now=NOW)


def test_it_asks_the_database_as_often_for_one_line_as_for_three(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(bob)
    for name, keys in (("North", KEYS[:1]), ("South", KEYS)):
        person = person_at(a_client(name=name), f"gary@{name.lower()}.example")
        a_sheet(person, bob, keys)
        sheet = a_compared_sheet(person, bob)
        page_of_sheet(sheet, by=bob, now=NOW)
        with django_assert_num_queries(PAGE_QUERIES):
            browser.get(where(sheet))
        both_confirm(worded(sheet, bob, escalation="Tom, 555 0119"), person, bob)
        with django_assert_num_queries(AGREED_QUERIES):
            browser.get(where(sheet))


def test_a_firm_sets_from_which_share_on_a_gap_is_one(alice: User, bob: User, gary: Person) -> None:
    sheet = a_compared_sheet(gary, bob)
    assert "They need more from us" in text_of(browser_of(bob), where(sheet))
    set_numbers({"agreement.apart": 0.5, "agreement.kept_from": 0.7}, by=alice, now=NOW)
    fill = sheet.items.get(key="fill_rate")
    fill.our_adequate = Decimal(50)  # 45 of 95: less than half apart
    fill.save()
    page = text_of(browser_of(bob), where(sheet))
    assert page.count("They need more from us") == 1  # the answer time: all of four hours
    assert "More than 50 % between what they can live with" in page


def test_what_is_restricted_is_its_teams_alone(bob: User, charlie: User, gary: Person) -> None:
    sheet = a_sheet(gary, bob)
    Client.objects.update(is_restricted=True)
    for address in (where(sheet), f"{where(sheet)}/new", f"/sheets/{sheet.pk}/ours", f"/sheets/{sheet.pk}/words"):
        assert browser_of(charlie).get(address).status_code == 404


@pytest.mark.parametrize(
    ("key", "kept", "is_whole", "words"),
    [
        ("our_reply", Kept(11, 8, is_kept=False), True, "Missed 3 of 11 in the last 90 days"),
        ("our_reply", Kept(11, 11, is_kept=True), False, "Kept 11 of 11 since Mar 3"),
        ("our_reply", Kept(2, 2), False, "Not enough yet: 2 of 5 answers since Mar 3"),
        ("fill_rate", Kept(3, 3), True, "Not enough yet: 3 of 5 people ordered in the last 90 days"),
        ("fill_rate", Kept(51, 49, Decimal("96.0784"), is_kept=True), True,
         "96.1% in the last 90 days: 49 of 51 people"),
        ("quality", Kept(5, value=Decimal("4.2"), is_kept=True), False,
         "4.2 of 5 on average since Mar 3, from 5 ratings"),
        ("payment", Kept(0), True, "Not enough yet: 0 of 5 invoices in the last 90 days"),
    ],
)  # fmt: skip
def test_how_it_is_kept_is_said_with_counts_and_period(
    bob: User, gary: Person, key: str, kept: Kept, *, is_whole: bool, words: str
) -> None:
    item = a_sheet(gary, bob, (key,)).items.get()
    assert measured(item, Measured(kept, NOW - timedelta(days=7), is_whole), NOW) == words


def test_figures_are_written_with_their_unit() -> None:
    told = [("95", "percent"), ("40.5", "markup"), ("1", "hours"), ("0.5", "hours"), ("1500", "days"), ("4", "rating")]
    assert [figure(Decimal(value), unit) for value, unit in told] == [
        "95%", "40.5% on top", "1 working hour", "0.5 working hours", "1,500 days", "4 of 5",
    ]  # fmt: skip
    assert figure(None, "days") == ""
