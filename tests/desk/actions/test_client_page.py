"""A page is prepared for one person, changed, linked, renewed, ended; what was seen of its answers is noted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status
from amends.desk.actions.case import move_case
from amends.desk.actions.case_join import join_case
from amends.desk.actions.client import delete_client, merge_clients
from amends.desk.actions.client_page import (
    Line,
    change_page,
    end_page,
    make_link,
    make_page,
    note_answers,
    prepare_page,
    renew_links,
)
from amends.desk.actions.person import add_person, change_person, erase_person
from amends.desk.actions.personal import forget_old
from amends.desk.actions.plan import change_action
from amends.desk.actions.pulse import take_pulse
from amends.desk.models import (
    Case,
    ClientPage,
    Event,
    Firm,
    FoundPromise,
    PageKind,
    PageLine,
    PageLink,
    Person,
    PlanAction,
    Pulse,
    Sheet,
    SheetItem,
    SheetState,
)
from amends.desk.queries.client_page import link_of
from amends.desk.queries.personal import everything_about
from amends.desk.rules import Refused
from cast import NOW, a_client, keep, told, upset
from paged import ASKS, NOT_QUITE, a_case, a_page, answers

if TYPE_CHECKING:
    from amends.desk.models import Client, User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SIX_YEARS = timedelta(days=6 * 366)


def dana_of(case: Case) -> Person:
    assert case.person is not None
    return case.person


def test_a_prepared_page_is_on_record_without_what_they_said(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    assert told("make_page") == [({}, {"kind": "recovery", "person_id": page.person_id})]
    assert [(line.text, line.position) for line in page.lines.all()] == [
        ("Six lanes shut.", 0), ("It goes into a hole.", 1),
    ]  # fmt: skip
    assert page.links.count() == 0


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ({"plan_approved_at": None}, "The plan is not approved yet. Nobody outside sees it before it is."),
        ({"status": Status.CLOSED}, "This recovery is over. Open it again first."),
    ],
)
def test_no_page_before_the_plan_is_approved_and_after_the_end(bob: User, spoil: dict[str, object], why: str) -> None:
    case = a_case(bob)
    Case.objects.filter(pk=case.pk).update(**spoil)
    with pytest.raises(Refused, match=why):
        a_page(case, bob)


def test_no_page_for_who_is_not_there(bob: User) -> None:
    case = a_case(bob)
    stranger = Person.objects.create(client=a_client(name="South"), name="Sam South")
    with pytest.raises(Refused, match="Sam South does not work at North"):
        prepare_page(case, stranger, by=bob, now=NOW, lines=[], title="x")
    assert case.person is not None
    change_person(case.person, by=bob, now=NOW, left_on=date(2025, 3, 1))
    with pytest.raises(Refused, match="Dana Whitlock does not work at North"):
        a_page(case, bob)


def test_one_page_for_each_person_until_it_is_ended(bob: User) -> None:
    case = a_case(bob)
    page = a_page(case, bob)
    with pytest.raises(Refused, match="Dana Whitlock has a page of this recovery already"):
        a_page(case, bob)
    end_page(page, by=bob, now=NOW)
    assert a_page(case, bob).pk != page.pk


def test_a_page_has_a_title(bob: User) -> None:
    with pytest.raises(Refused, match="Write a title"):
        a_page(a_case(bob), bob, title="  ")


def test_a_viewer_prepares_nothing(bob: User, vera: User) -> None:
    case = a_case(bob)
    with pytest.raises(Refused, match="You may look at this"):
        a_page(case, vera)


def test_a_change_is_on_record_without_what_its_lines_say(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    first, second = page.lines.all()
    lines = [Line("Two trucks left."), Line(second.text, row=second), Line("", row=first)]
    change_page(page, by=bob, now=NOW, lines=lines, lead="It was ours.", asks_code=True)
    assert told("change_page") == [
        ({"page_lead": "That is ours.", "asks_code": False}, {"page_lead": "It was ours.", "asks_code": True})
    ]
    assert [line.text for line in page.lines.all()] == ["Two trucks left.", "It goes into a hole."]
    change_page(page, by=bob, now=NOW, lead="It was ours.")
    assert len(told("change_page")) == 1
    change_page(page, by=bob, now=NOW, lines=[Line("Else.", row=page.lines.all()[0])], title="Dana, sorry.")
    assert told("change_page")[1] == (
        {"title": "Dana, we let you down.", "lines": 2}, {"title": "Dana, sorry.", "lines": 1},
    )  # fmt: skip


def test_another_text_alone_is_a_change_too(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    rows = list(page.lines.all())
    change_page(page, by=bob, now=NOW, lines=[Line("Else.", row=rows[0]), Line(rows[1].text, row=rows[1])])
    assert told("change_page") == [({}, {})]


def test_links_end_with_the_page_and_with_a_new_one_where_that_is_asked(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    first, second = (make_link(page, by=bob, now=NOW) for _ in range(2))
    assert [works(token) for token in (first, second)] == [True, True]
    third = renew_links(page, by=bob, now=NOW)
    assert [works(token) for token in (first, second, third)] == [False, False, True]
    end_page(page, by=bob, now=NOW + DAY)
    end_page(page, by=bob, now=NOW + 2 * DAY)
    assert (works(third), page.revoked_at, len(told("end_page"))) == (False, NOW + DAY, 1)
    for change in (make_link, renew_links):
        with pytest.raises(Refused, match="This page was ended"):
            change(page, by=bob, now=NOW)
    with pytest.raises(Refused, match="This page was ended"):
        change_page(page, by=bob, now=NOW, title="x")


def works(token: str) -> bool:
    link = link_of(token)
    return link is not None and link.works(NOW + timedelta(hours=1))


def test_answers_are_noted_up_to_what_was_seen(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    note_answers(page, by=bob, now=NOW)
    assert (page.noted_at, told("note_page")) == (None, [])
    answers(page, NOW + DAY)
    note_answers(page, by=bob, now=NOW + 2 * DAY, seen=NOW)
    assert page.noted_at == NOW
    note_answers(page, by=bob, now=NOW + 2 * DAY, seen=NOW + 9 * DAY)
    note_answers(page, by=bob, now=NOW + 3 * DAY)
    assert (page.noted_at, len(told("note_page"))) == (NOW + DAY, 2)


# ── Where pages and answers go with what they hang on ──────────────────────────────────────────────────────────────


def test_a_page_goes_where_its_recovery_goes(bob: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob))
    take_pulse(case.client, person=dana_of(case), now=NOW, case=case, by=bob, feeling=4)
    into = upset(bob, case.client, person=case.person)
    join_case(case, into, by=bob, now=NOW)
    page.refresh_from_db()
    assert (page.case, Pulse.objects.get().case) == (into, into)


def a_sheet(client: Client, version: int, state: str, **more: object) -> Sheet:
    sheet = Sheet.objects.create(client=client, version=version, state=state, made_at=NOW, **more)
    SheetItem.objects.create(
        sheet=sheet, key="own", name="Reply", our_words="Soon.", their_words="Within a quagga.", wording="A day."
    )
    return sheet


def test_with_their_client_they_go_to_another(bob: User, alice: User) -> None:
    case = a_case(bob)
    a_page(case, bob)
    south = a_client(name="South", looked_after_by=bob)
    theirs = [a_sheet(case.client, 1, SheetState.AGREED), a_sheet(case.client, 3, SheetState.FILLING)]
    kept = [a_sheet(south, 1, SheetState.AGREED), a_sheet(south, 2, SheetState.COMPARED)]
    message = keep(case.client, "10 Mar 09:00 us: I will send it by Friday.")[0]
    FoundPromise.objects.create(client=case.client, message=message, sentence="x", due_at=NOW, found_at=NOW)
    take_pulse(case.client, person=dana_of(case), now=NOW, by=bob, feeling=4)
    merge_clients(case.client, south, by=alice, now=NOW)
    assert {row.client for model in (ClientPage, Pulse, FoundPromise, Sheet) for row in model.objects.all()} == {south}
    for sheet in (*theirs, *kept):
        sheet.refresh_from_db()
    assert [(sheet.version, sheet.state) for sheet in theirs] == [(1, "replaced"), (2, "dropped")]
    assert [(sheet.version, sheet.state) for sheet in kept] == [(3, "agreed"), (4, "compared")]


def test_what_only_one_of_both_has_goes_on_as_it_stands(bob: User, alice: User) -> None:
    north, south = a_client(name="North"), a_client(name="South")
    sheet = a_sheet(north, 2, SheetState.AGREED)
    merge_clients(north, south, by=alice, now=NOW)
    sheet.refresh_from_db()
    assert (sheet.client, sheet.version, sheet.state) == (south, 1, "agreed")
    del bob


def test_with_a_deleted_client_all_of_it_goes(bob: User, alice: User) -> None:
    case = a_case(bob)
    make_link(answers(a_page(case, bob)), by=bob, now=NOW)
    a_sheet(case.client, 1, SheetState.AGREED)
    take_pulse(case.client, person=dana_of(case), now=NOW, by=bob, feeling=4)
    delete_client(case.client, by=alice, now=NOW)
    models = (ClientPage, PageLine, PageLink, Pulse, Sheet, SheetItem)
    assert [model.objects.count() for model in models] == [0] * len(models)


def test_who_is_erased_takes_their_page_and_their_words_along(bob: User, alice: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob), words="We are quaggas to you.", pulse={"feeling": 2})
    a_sheet(case.client, 1, SheetState.COMPARED, person=case.person)
    assert case.person is not None
    erase_person(case.person, by=alice, now=NOW)
    assert not ClientPage.objects.filter(pk=page.pk).exists()
    pulse = Pulse.objects.get()
    assert (pulse.person, pulse.feeling, pulse.words) == (None, 2, "[erased]")
    assert [row.answer_words for row in PlanAction.objects.all()] == ["", "[erased]"]
    assert SheetItem.objects.get().their_words == "[erased]"
    kept = str(list(Event.objects.values_list("before", "after")))
    assert [word for word in (ASKS, NOT_QUITE, "quagga", "Dana", "Whitlock") if word in kept] == []


def test_words_of_somebody_else_who_answered_go_with_them(bob: User, alice: User) -> None:
    case = a_case(bob)
    gary = add_person(case.client, "Gary Stone", by=bob, now=NOW)
    page = prepare_page(case, gary, by=bob, now=NOW, lines=[Line("One."), Line("Two.")], title="Gary, sorry.")
    answers(page)
    erase_person(gary, by=alice, now=NOW)
    assert [row.answer_words for row in PlanAction.objects.all()] == ["", "[erased]"]


def test_another_persons_page_that_names_them_forgets_them(bob: User, alice: User) -> None:
    case = a_case(bob)
    gary = add_person(case.client, "Gary Stone", by=bob, now=NOW)
    page = a_page(case, bob, lead="Gary Stone told us. That is ours.")
    erase_person(gary, by=alice, now=NOW)
    page.refresh_from_db()
    assert page.lead == "[erased] told us. That is ours."


def test_what_is_older_than_the_firm_keeps_has_no_words(bob: User) -> None:
    case = a_case(bob)
    assert case.person is not None
    page = make_page(PageKind.PULSE, case.person, by=bob, now=NOW, title="Dana, how is it?")
    take_pulse(case.client, person=dana_of(case), now=NOW, by=bob, feeling=4, words="All well.")
    old = a_sheet(case.client, 1, SheetState.REPLACED)
    held = a_sheet(case.client, 2, SheetState.AGREED)
    message = keep(case.client, "10 Mar 09:00 us: I will send it by Friday.")[0]
    found = FoundPromise.objects.create(client=case.client, message=message, sentence="x", due_at=NOW, found_at=NOW)
    Firm.objects.update(keep_years=5)
    forget_old(NOW + SIX_YEARS)
    for row in (page, found):
        row.refresh_from_db()
    assert (page.title, found.sentence, Pulse.objects.get().words) == ("", "", "")
    assert [item.their_words for sheet in (old, held) for item in sheet.items.all()] == ["", "Within a quagga."]


def test_a_link_that_is_over_leads_to_a_sentence_for_a_year(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    make_link(page, by=bob, now=NOW)
    forget_old(NOW + 300 * DAY)
    assert PageLink.objects.count() == 1
    forget_old(NOW + 400 * DAY)
    assert PageLink.objects.count() == 0


def test_an_export_has_their_page_and_what_they_answered(bob: User) -> None:
    case = a_case(bob)
    answers(a_page(case, bob), pulse={"feeling": 2})
    a_sheet(case.client, 1, SheetState.COMPARED, person=case.person)
    assert case.person is not None
    told_all = everything_about(case.person)
    names = ("pages", "lines_of_pages", "pulses", "expectations", "promises_found")
    assert {name: len(told_all[name]) for name in names} == {
        "pages": 1, "lines_of_pages": 2, "pulses": 1, "expectations": 1, "promises_found": 0,
    }  # fmt: skip
    assert told_all["pages"][0]["title"] == "Dana, we let you down."
    assert "Soon." not in str(told_all)  # what we expect is ours


def test_a_changed_plan_is_asked_anew_and_the_page_stays(bob: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob))
    [first, _] = case.plan.all()
    change_action(first, by=bob, now=NOW, what="Confirm every name twice")
    page.refresh_from_db()
    assert (page.answered_at, [row.answer for row in case.plan.all()]) == (NOW, ["", "question"])
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    page.refresh_from_db()
    assert page.revoked_at is None  # they may read what was agreed
