"""A sheet is started, filled in blind by both sides, worded, confirmed by both, and then holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from agreements import KEYS, a_compared_sheet, a_sheet, both_confirm, levels, line, we_confirm, worded
from amends.core.agreement import APART, Gap
from amends.desk.actions.agreed import change_item
from amends.desk.actions.client_page import make_page
from amends.desk.actions.promise import agree_item
from amends.desk.actions.sheet import (
    answer_item,
    confirm_items,
    drop_sheet,
    fill_ours,
    fill_theirs,
    start_sheet,
    word_item,
)
from amends.desk.actions.sheet_answer import answer_sheet
from amends.desk.models import AgreedItem, Client, ClientPage, Event, PageKind, Sheet, SheetState
from amends.desk.queries.agreement import (
    Changed,
    agreed_sheet,
    changed,
    compared,
    level_of,
    print_of,
    sheet_under_way,
    version_before,
    versions_of,
)
from amends.desk.rules import Refused
from cast import NOW, a_client, person_at, told

if TYPE_CHECKING:
    from amends.desk.models import Person, User

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def north() -> Client:
    return a_client()


@pytest.fixture
def gary(north: Client) -> Person:
    return person_at(north, "gary@north.example")


def test_a_sheet_asks_the_lines_that_were_chosen_in_the_order_of_the_method(
    north: Client, gary: Person, bob: User
) -> None:
    sheet = start_sheet(
        north, gary, by=bob, now=NOW, keys=KEYS, own=["A  chair for everybody", "", "A chair for everybody"]
    )
    assert [(item.key, item.name, item.unit) for item in sheet.items.all()] == [
        ("fill_rate", "Orders that are filled", "percent"),
        ("our_reply", "Alder & Quay answers within", "hours"),
        ("escalation", "Whom to call when it is urgent", ""),
        ("own", "A chair for everybody", ""),
    ]
    assert (sheet.version, sheet.state, str(sheet), str(sheet.items.first())) == (
        1, SheetState.FILLING, "North 1", "Orders that are filled",
    )  # fmt: skip
    assert told("start_sheet") == [({}, {"version": 1, "person_id": gary.pk})]


def test_only_one_sheet_is_under_way_with_somebody_of_that_client(
    north: Client, gary: Person, bob: User, vera: User
) -> None:
    with pytest.raises(Refused, match="at least one line"):
        start_sheet(north, gary, by=bob, now=NOW, keys=["nothing"])
    with pytest.raises(Refused, match="somebody at this client"):
        start_sheet(a_client(name="South"), gary, by=bob, now=NOW, keys=KEYS)
    with pytest.raises(Refused, match="may look"):
        start_sheet(north, gary, by=vera, now=NOW, keys=KEYS)
    a_sheet(gary, bob)
    with pytest.raises(Refused, match="under way already"):
        a_sheet(gary, bob)
    assert Sheet.objects.count() == 1


def test_both_fill_in_their_part_and_then_what_was_said_stands(gary: Person, bob: User) -> None:
    sheet = a_sheet(gary, bob)
    theirs = levels(sheet, our_reply="4")
    fill_theirs(sheet, theirs, person=gary, now=NOW)
    assert sheet.state == SheetState.FILLING
    fill_theirs(sheet, levels(sheet, our_reply="6"), person=gary, now=LATER)  # nobody of us has seen it
    fill_ours(sheet, levels(sheet, our_reply="8", escalation=" Tom  Beckett "), by=bob, now=LATER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.we_filled_at, sheet.they_filled_at) == (SheetState.COMPARED, LATER, LATER)
    assert level_of(line(sheet, "escalation"), "our").words == "Tom Beckett"
    fill_theirs(sheet, levels(sheet, our_reply="6"), person=gary, now=LATER)  # sent twice
    with pytest.raises(Refused, match="what was said stands"):
        fill_theirs(sheet, theirs, person=gary, now=LATER)
    assert [event.person for event in Event.objects.filter(verb="fill_sheet").order_by("pk")] == [gary, gary, None]


def test_a_colleague_takes_their_part_down_only_once_ours_is_there(gary: Person, bob: User, vera: User) -> None:
    sheet = a_sheet(gary, bob)
    with pytest.raises(Refused, match="your own part first"):
        fill_theirs(sheet, {}, by=bob, now=NOW)
    with pytest.raises(Refused, match="may look"):
        fill_ours(sheet, {}, by=vera, now=NOW)
    fill_ours(sheet, levels(sheet, our_reply="8"), by=bob, now=NOW)
    fill_theirs(sheet, levels(sheet, our_reply="4"), by=bob, now=NOW)
    assert [(row.item.key, row.gap, row.is_flagged) for row in compared(sheet.items.all(), APART)] == [
        ("fill_rate", Gap.BLANK, True), ("our_reply", Gap.SHORT, True), ("escalation", Gap.BLANK, True),
    ]  # fmt: skip


def test_nothing_is_worded_before_both_parts_are_there(gary: Person, bob: User) -> None:
    sheet = a_sheet(gary, bob)
    with pytest.raises(Refused, match="fill in their part first"):
        word_item(line(sheet, "our_reply"), "Answer within 4 hours", by=bob, now=NOW)


def test_other_words_void_what_either_side_had_confirmed(gary: Person, bob: User) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob)
    reply = line(sheet, "our_reply")
    seen = print_of(reply)
    assert not answer_item(reply, seen=seen, agrees=True, person=gary, now=NOW)  # we have not said so ourselves
    assert confirm_items(sheet, {reply.pk: seen}, by=bob, now=NOW) == [reply]
    assert answer_item(reply, seen=seen, agrees=True, person=gary, now=NOW)
    reply.refresh_from_db()
    assert (reply.is_confirmed, reply.confirmed_by) == (True, bob)
    word_item(reply, "Answer  within 4 working hours", target=Decimal("4.00"), by=bob, now=LATER)  # the same words
    reply.refresh_from_db()
    assert reply.is_confirmed
    word_item(reply, "Answer within 4 working hours", target=Decimal(3), by=bob, now=LATER)  # another figure
    reply.refresh_from_db()
    assert (reply.we_confirmed_at, reply.they_confirmed_at, reply.confirmed_by) == (None, None, None)
    assert not answer_item(reply, seen=seen, agrees=True, person=gary, now=LATER)
    with pytest.raises(Refused, match="changed while you looked"):
        confirm_items(sheet, {reply.pk: seen}, by=bob, now=LATER)


def test_the_same_answer_twice_changes_nothing_and_a_change_is_in_their_words(gary: Person, bob: User) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob)
    reply = line(sheet, "our_reply")
    seen = print_of(reply)
    confirm_items(sheet, {reply.pk: seen}, by=bob, now=NOW)
    assert confirm_items(sheet, {reply.pk: seen}, by=bob, now=NOW) == []
    for _ in range(2):
        answer_item(reply, seen=seen, agrees=False, change=" Two hours at night ", person=gary, now=NOW)
    reply.refresh_from_db()
    assert (reply.their_change, reply.they_confirmed_at, reply.we_confirmed_at) == ("Two hours at night", None, NOW)
    answer_item(reply, seen=seen, agrees=True, by=bob, now=NOW)  # on the phone
    answer_item(reply, seen=seen, agrees=True, person=gary, now=LATER)
    reply.refresh_from_db()
    assert (reply.their_change, reply.they_confirmed_at) == ("", NOW)
    assert [(event.by, event.person) for event in Event.objects.filter(verb="answer_item").order_by("pk")] == [
        (None, gary), (bob, None),
    ]  # fmt: skip


def test_what_both_confirmed_is_what_we_agreed(north: Client, gary: Person, bob: User) -> None:
    by_hand = agree_item(north, "Fill 95% of shifts", by=bob, now=NOW, how_kept="96.1% over 90 days", is_kept=True)
    chair = agree_item(north, "A chair", by=bob, now=NOW)
    sheet = worded(a_compared_sheet(gary, bob), bob)
    both_confirm(sheet, gary, bob)
    assert (sheet.state, sheet.agreed_at, agreed_sheet(north), sheet_under_way(north)) == ("agreed", NOW, sheet, None)
    fill, answer = line(sheet, "fill_rate"), line(sheet, "our_reply")
    assert [(row.what, row.sheet_item, row.how_kept) for row in AgreedItem.objects.all()] == [
        ("Fill 95% of shifts", fill, "96.1% over 90 days"),
        ("A chair", None, ""),
        ("Answer within 4 working hours", answer, ""),
    ]
    assert set(AgreedItem.objects.filter(pk__in=[by_hand.pk, chair.pk])) == {by_hand, chair}
    north.refresh_from_db()
    assert north.answer_hours == 4  # the reply clock runs as agreed
    assert told("agree_sheet") == [({}, {"version": 1, "answer_hours": 4})]
    with pytest.raises(Refused, match="Start a new version"):
        word_item(answer, "Answer within a day", by=bob, now=LATER)
    with pytest.raises(Refused, match="not under way"):
        drop_sheet(sheet, by=bob, now=LATER)


def test_a_sheet_with_nothing_in_it_never_holds(gary: Person, bob: User) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob, our_reply="", fill_rate="")
    both_confirm(sheet, gary, bob)
    assert (sheet.state, AgreedItem.objects.count()) == (SheetState.COMPARED, 0)


def test_a_new_version_starts_from_the_agreed_one_and_replaces_it(north: Client, gary: Person, bob: User) -> None:
    first = worded(a_compared_sheet(gary, bob), bob)
    both_confirm(first, gary, bob)
    kept = AgreedItem.objects.get(sheet_item__key="our_reply")
    change_item(kept, kept.what, how_kept="Always", is_kept=True, by=bob, now=NOW)
    with pytest.raises(Refused):
        change_item(kept, "Within the day", by=bob, now=NOW)
    second = start_sheet(north, gary, by=bob, now=LATER, keys=["our_reply", "escalation"])
    again = line(second, "our_reply")
    assert (second.version, again.wording, again.target, again.they_confirmed_at) == (
        2, "Answer within 4 working hours", Decimal(4), None,
    )  # fmt: skip
    assert (again.our_adequate, again.their_adequate) == (Decimal(8), Decimal(4))
    a_compared_sheet(gary, bob)
    word_item(again, "Answer within 90 minutes", target=Decimal("1.5"), by=bob, now=LATER)
    word_item(line(second, "escalation"), "Tom, 555 0119", target=Decimal(1), by=bob, now=LATER)
    second.refresh_from_db()
    both_confirm(second, gary, bob)
    first.refresh_from_db()
    assert (first.state, second.state, version_before(second)) == (SheetState.REPLACED, SheetState.AGREED, first)
    assert changed(list(first.items.all()), list(second.items.all())) == [
        Changed("Alder & Quay answers within", "Answer within 4 working hours", "Answer within 90 minutes"),
        Changed("Whom to call when it is urgent", "", "Tom, 555 0119"),
        Changed("Orders that are filled", "Fill 95% of shifts", ""),
    ]
    assert [(row.pk == kept.pk, row.what, row.how_kept, row.is_kept) for row in AgreedItem.objects.all()] == [
        (True, "Answer within 90 minutes", "", None), (False, "Tom, 555 0119", "", None),
    ]  # fmt: skip
    north.refresh_from_db()
    assert north.answer_hours == 4  # 90 minutes are no whole hours: the clock stays as it was
    assert [sheet.version for sheet in versions_of(north)] == [2, 1]
    assert line(second, "escalation").target is None  # words are not measured


def test_a_sheet_that_is_let_go_ends_its_pages_and_what_was_agreed_holds_on(gary: Person, bob: User) -> None:
    first = worded(a_compared_sheet(gary, bob), bob)
    both_confirm(first, gary, bob)
    second = a_sheet(gary, bob)
    make_page(PageKind.AGREEMENT, gary, by=bob, now=NOW, sheet=second)
    drop_sheet(second, by=bob, now=LATER)
    assert (ClientPage.objects.get().revoked_at, agreed_sheet(gary.client)) == (LATER, first)
    assert told("drop_sheet") == [({"state": "filling"}, {"state": "dropped"})]
    assert AgreedItem.objects.count() == 2
    a_sheet(gary, bob)
    assert [sheet.version for sheet in versions_of(gary.client)] == [3, 2, 1]


def test_an_answer_that_comes_after_the_sheet_was_let_go_moves_nothing(gary: Person, bob: User) -> None:
    sheet = worded(a_compared_sheet(gary, bob), bob)
    seen = we_confirm(sheet, bob)
    page = make_page(PageKind.AGREEMENT, gary, by=bob, now=NOW, sheet=sheet)
    drop_sheet(sheet, by=bob, now=NOW)
    asked = dict.fromkeys(seen, (True, ""))
    assert answer_sheet(page, asked, seen, now=LATER) == list(seen)
    page.refresh_from_db()
    assert (page.answered_at, line(sheet, "our_reply").they_confirmed_at) == (None, None)
