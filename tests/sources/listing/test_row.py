"""Rows become values and what they tell, or problems that say what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from amends.core.staffing import TouchKind
from amends.sources.listing import ClientNamed, Options, Problem, Row, Talk, match, neutralised, read_row

US = Options(zone="America/Chicago")


def read(kind: str, raw: dict[str, str], preset: str = "generic") -> Row:
    return read_row(kind, match(list(raw), preset, kind), Options(preset, zone="America/Chicago"), raw)


def placed(**raw: str) -> list[tuple[str, str, Any]]:
    """Read a placement and give its facts: what, on which day, and the number that matters."""
    columns = {
        "client": "client.name",
        "start": "starts_on",
        "end": "ends_on",
        "planned": "planned_end_on",
        "reason": "end_reason",
        "quit": "has_quit",
        "days": "guarantee_days",
        "fell": "fell_off_on",
        "status": "status",
        "rating": "rating",
        "weeks": "weeks",
        "kind": "employment",
        "no_show": "is_no_show",
        "rated": "rated_on",
    }
    row = {"client": "North", "start": "3/2/2026", **raw}
    read = read_row("placements", {columns[key]: key for key in row}, US, row)
    assert read.problems == ()
    return [
        (fact.kind.value, f"{fact.at:%m-%d}", fact.value if fact.value is not None else fact.days)
        for fact in read.facts
    ]


BEGAN = ("placement", "03-02", None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, [BEGAN]),
        ({"end": "6/1/2026"}, [BEGAN]),
        ({"reason": "No Show"}, [("no_show", "03-02", None)]),
        ({"status": "NCNS - day 1", "end": "3/2/2026"}, [("no_show", "03-02", None)]),
        ({"no_show": "yes"}, [("no_show", "03-02", None)]),
        ({"status": "Cancelled"}, []),
        ({"status": "Cancelled", "fell": "3/9/2026"}, [BEGAN, ("fall_off", "03-09", 7)]),
        ({"end": "3/20/2026", "days": "90"}, [BEGAN, ("fall_off", "03-20", 18)]),
        ({"end": "3/20/2026", "days": "90", "status": "Completed"}, [BEGAN]),
        ({"end": "3/20/2026", "days": "90", "planned": "3/20/2026"}, [BEGAN]),
        ({"end": "3/20/2026", "days": "90", "weeks": "3"}, [BEGAN]),
        ({"end": "3/20/2026", "days": "90", "kind": "Temporary"}, [BEGAN]),
        ({"end": "3/20/2026", "days": "90", "kind": "Contract", "quit": "TRUE"}, [BEGAN, ("fall_off", "03-20", 18)]),
        ({"end": "6/20/2026", "days": "90"}, [BEGAN]),
        ({"end": "3/20/2026", "reason": "Fell off"}, [BEGAN, ("fall_off", "03-20", 18)]),
        ({"fell": "2/20/2026"}, [BEGAN, ("fall_off", "03-02", 0)]),
        ({"end": "6/20/2026", "quit": "1"}, [BEGAN, ("early_end", "06-20", 110)]),
        ({"end": "6/20/2026", "planned": "9/1/2026"}, [BEGAN, ("early_end", "06-20", 110)]),
        ({"end": "6/20/2026", "planned": "9/1/2026", "reason": "Converted"}, [BEGAN]),
        ({"end": "6/20/2026", "reason": "Terminated: attendance"}, [BEGAN, ("early_end", "06-20", 110)]),
        ({"end": "6/20/2026", "weeks": "26"}, [BEGAN, ("early_end", "06-20", 110)]),
        ({"end": "1/1/2026", "reason": "Quit"}, [BEGAN]),
        ({"rating": "2"}, [BEGAN, ("rating", "03-02", Decimal(2))]),
        ({"rating": "4", "end": "6/20/2026", "rated": "5/1/2026"}, [BEGAN, ("rating", "05-01", Decimal(4))]),
        ({"rating": "0"}, [BEGAN]),
    ],
)
def test_what_a_placement_tells(raw: dict[str, str], expected: list[tuple[str, str, Any]]) -> None:
    assert placed(**raw) == expected


def test_a_rating_of_ten_is_brought_to_five() -> None:
    raw = {"Client": "North", "Start Date": "3/2/2026", "Rating": "5", "Placement ID": "7"}
    row = read_row("placements", match(list(raw), "generic", "placements"), Options(rating_top=10), raw)
    assert [(fact.id, fact.value) for fact in row.facts] == [
        ("placements/7/placement", None),
        ("placements/7/rating", Decimal("3.00")),
    ]


def test_a_fall_off_carries_its_guarantee_and_its_reason() -> None:
    raw = {"Id": "a0B000000000001", "ts2__Job__c": "a0A000000000001", "ts2__Start_Date__c": "2026-03-02"}
    row = read(
        "placements", {**raw, "ts2__Fall_Off_Date__c": "2026-03-12", "ts2__Guarantee__c": "90 days"}, "jobscience"
    )
    assert (row.key, row.values["order.external_id"]) == ("a0B000000000001EAA", "a0A000000000001EAA")
    assert [(fact.kind.value, fact.days, fact.of, fact.id) for fact in row.facts[1:]] == [
        ("fall_off", 10, 90, "placements/a0B000000000001EAA/fall_off")
    ]
    assert row.facts[0].at == datetime(2026, 3, 2, 18, tzinfo=UTC)


def test_what_an_order_tells() -> None:
    row = read("orders", {"Order ID": "7", "Client": "North", "Date": "3/2/2026", "Qty": "6", "Reason Closed": "Lost"})
    [fact] = row.facts
    assert (fact.kind.value, fact.count, fact.note, fact.id) == ("order", 6, "Lost", "orders/7/order")
    assert read("orders", {"Client": "North", "Date": "3/2/2026", "Qty": "0"}).facts == ()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"Date Paid": "4/1/2026"}, [("payment", "04-01", 30, "")]),
        ({"Days to Pay": "45"}, [("payment", "04-16", 45, "")]),
        ({"Date Paid": "2/1/2026"}, []),
        ({"Status": "In dispute"}, [("dispute", "03-02", None, "")]),
        ({"Dispute Reason": "Hours"}, [("dispute", "03-02", None, "Hours")]),
        (
            {"Dispute Date": "3/9/2026", "Date Paid": "4/1/2026"},
            [("payment", "04-01", 30, ""), ("dispute", "03-09", None, "")],
        ),
        ({"Status": "Void", "Disputed": "yes"}, []),
        ({"Status": "Open"}, []),
    ],
)
def test_what_an_invoice_tells(raw: dict[str, str], expected: list[tuple[str, str, int | None, str]]) -> None:
    row = read("invoices", {"Client": "North", "Invoice Date": "3/2/2026", "Amount": "$1,200.50", **raw})
    assert [(fact.kind.value, f"{fact.at:%m-%d}", fact.days, fact.note) for fact in row.facts] == expected
    assert {fact.value for fact in row.facts} <= {Decimal("1200.50")}


CALLED = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "kind", "from_us"),
    [
        ("Outbound Call", TouchKind.CALL, True),
        ("Inbound Call", TouchKind.CALL, False),
        ("Call 1", TouchKind.CALL, True),
        ("Left Message", TouchKind.VOICEMAIL, True),
        ("Site Visit", TouchKind.VISIT, True),
        ("Lunch", TouchKind.MEETING, True),
        ("Prescreen", TouchKind.NOTE, True),
        ("Recall notice", TouchKind.NOTE, True),
    ],
)
def test_what_a_note_of_bullhorn_tells(action: str, kind: TouchKind, from_us: bool) -> None:  # noqa: FBT001  (a column of the table)
    raw = {"id": "9", "action": action, "comments": "<p>Spoke of Monday.</p><p>All well.</p>", "minutesSpent": "12"}
    row = read("notes", {**raw, "dateAdded": "3/4/26 9:30", "personReference.id": "5"}, "bullhorn")
    assert row.problems == ()
    assert row.talk == Talk(kind, CALLED, from_us, 12, "Spoke of Monday.", "Spoke of Monday.\n\nAll well.")


def test_mail_among_the_notes_is_left_out() -> None:
    row = read("notes", {"id": "9", "action": "Email", "dateAdded": "3/4/26", "personReference.id": "5"}, "bullhorn")
    assert (row.left_out, row.talk, row.problems) == ("Mail is read from the mailboxes, not from a list.", None, ())


TASK = {"Id": "00T000000000001", "WhoId": "003000000000001", "WhatId": "001000000000001", "Subject": "Call Dana"}


def activity(**raw: str) -> Row:
    return read("activities", {**TASK, **raw}, "salesforce")


def test_a_task_happened_when_it_was_done_and_not_when_it_was_due() -> None:
    row = activity(ActivityDate="2026-03-31", CompletedDateTime="2026-03-04T15:30:00.000Z", IsClosed="true")
    assert row.talk == Talk(TouchKind.CALL, CALLED, summary="Call Dana")
    assert row.values["due_on"] == date(2026, 3, 31)
    assert (row.client.external_id, row.values["person.external_id"]) == ("001000000000001AAA", "003000000000001AAA")
    created = activity(ActivityDate="2026-03-31", CreatedDate="2026-03-04T15:30:00.000Z", IsClosed="true")
    assert created.talk == row.talk
    only_due = activity(ActivityDate="2026-03-31", CompletedDateTime="", CreatedDate="", IsClosed="true")
    assert [problem.why for problem in only_due.problems] == [
        "One of these is needed: When it happened, Done on, Added there."
    ]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"IsClosed": "false"}, "It has not taken place."),
        ({"Status": "Not Started"}, "It has not taken place."),
        ({"IsChild": "TRUE"}, "A copy of a group event; its original counts."),
        ({"TaskSubtype": "Email", "IsClosed": "true"}, "Mail is read from the mailboxes, not from a list."),
        ({"IsPrivate": "1"}, "It is marked as private."),
    ],
)
def test_what_is_no_talk_is_left_out_with_a_reason(raw: dict[str, str], why: str) -> None:
    row = activity(CreatedDate="2026-03-04T15:30:00.000Z", **raw)
    assert (row.left_out, row.talk) == (why, None)


def test_the_length_of_a_talk_is_told_in_several_ways() -> None:
    start = {"StartDateTime": "2026-03-04T15:30:00Z", "Subject": "With Dana"}
    met = activity(**start, EndDateTime="2026-03-04T16:15:00Z")
    assert met.talk == Talk(TouchKind.MEETING, CALLED, minutes=45, summary="With Dana")
    assert activity(**start, CallDurationInSeconds="600", CallType="Inbound").talk == Talk(
        TouchKind.CALL, CALLED, from_us=False, minutes=10, summary="With Dana"
    )
    assert activity(**start, CallDurationInSeconds="600000", CallDisposition="LVM").talk == Talk(
        TouchKind.VOICEMAIL, CALLED, minutes=10, summary="With Dana"
    )
    assert activity(**start, DurationInMinutes="9000").talk == Talk(TouchKind.NOTE, CALLED, summary="With Dana")


def test_the_way_of_an_appointment_tells_its_kind() -> None:
    raw = {
        "subject": "Dana",
        "dateBegin": "3/4/26 9:30",
        "communicationMethod": "On-site",
        "clientContactReference": "5",
    }
    row = read("activities", raw, "bullhorn")
    assert row.talk == Talk(TouchKind.VISIT, CALLED, summary="Dana")


def test_a_person_is_named_and_joined_by_any_address() -> None:
    raw = {"firstName": "Dana", "lastName": "Whitlock", "email": "Dana@Brightwater.example", "email2": "dw@gmail.com"}
    row = read("people", {**raw, "clientCorporation.name": "Brightwater, Inc."}, "bullhorn")
    assert (row.values["name"], row.values["emails"]) == ("Dana Whitlock", ("dana@brightwater.example", "dw@gmail.com"))
    assert row.client == ClientNamed("", "Brightwater, Inc.", "brightwater", ("brightwater.example",))
    assert row.problems == ()


def test_candidates_among_the_contacts_are_left_out() -> None:
    raw = {"Id": "003000000000001", "LastName": "Bo", "AccountId": "001000000000001"}
    assert read("people", {**raw, "RecordType.Name": "Candidate"}, "jobscience").left_out == (
        "Somebody who looks for work, not somebody at a client."
    )
    assert read("people", {**raw, "RecordType.Name": "Contact"}, "jobscience").left_out == ""


def test_a_client_has_its_domains() -> None:
    row = read(
        "clients", {"Client": "North Inc", "Website": "www.north.example", "Email": "a@gmail.com; b@north2.example"}
    )
    assert row.client == ClientNamed("", "North Inc", "north", ("north.example", "north2.example"))


def test_deleted_and_anonymised_rows_say_so_and_nothing_else() -> None:
    gone = read("people", {"id": "5", "email": "", "isDeleted": "TRUE", "dateLastVisit": "nonsense"}, "bullhorn")
    assert (gone.is_deleted, gone.is_anonymised, gone.problems, gone.key) == (True, False, (), "5")
    erased = read("people", {"id": "5", "name": "Anonymized", "isAnonymized": "1"}, "bullhorn")
    assert (erased.is_deleted, erased.is_anonymised) == (False, True)


def test_a_row_that_is_not_taken_says_which_columns_and_why() -> None:
    raw = {"Client": "", "Start Date": "soon", "Guarantee": "long", "Rating": "n/a", "Status": "Fine"}
    row = read("placements", raw)
    assert row.facts == ()
    assert row.problems == (
        Problem("Start Date", "soon", "“soon” is no date; write it like 2026-03-31."),
        Problem("Guarantee", "long", "“long” is no number of days; write it like 90."),
        Problem(
            "Client",
            "",
            "One of these is needed: Client: ID, Client: name, Order: ID, Person at the client: ID, "
            "Person at the client: email.",
        ),
    )
    assert read("clients", {"Status": "Active"}).problems == (Problem("Name", "", "“Name” is missing."),)


@pytest.mark.parametrize("rating", ["7", "-1"])
def test_a_rating_beyond_the_best_is_a_problem(rating: str) -> None:
    row = read("placements", {"Client": "North", "Start Date": "3/2/2026", "Rating": rating})
    assert row.problems == (Problem("Rating", rating, "The best rating is 5; say so if it is another one."),)


def test_a_row_without_an_id_has_the_same_key_each_time_it_comes() -> None:
    raw = {"Client": "North, Inc.", "Employee": "Ann", "Start Date": "3/2/2026", "Status": "Placed"}
    first, again = read("placements", raw), read("placements", {**raw, "Client": "NORTH", "Status": "Completed"})
    other = read("placements", {**raw, "Start Date": "3/3/2026"})
    assert first.key == again.key != other.key
    assert (first.key[0], len(first.key)) == ("~", 33)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),  # noqa: RUF001  (the wide form is the point)
        ("-12.50", "-12.50"),
        ("+49", "+49"),
        ("Brightwater", "Brightwater"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_compute_is_made_plain(text: str, expected: str) -> None:
    assert neutralised(text) == expected


def test_the_first_of_several_clients_of_hubspot_counts() -> None:
    raw = {"hs_object_id": "9", "hs_timestamp": "1772638200000", "hs_note_body": "<b>Fine</b>"}
    row = read("notes", {**raw, "Associated Company IDs": "17;18", "Associated Company": "North Inc;South"}, "hubspot")
    assert (row.client, row.key) == (ClientNamed("17", "North Inc", "north"), "9")
    assert row.talk == Talk(TouchKind.NOTE, CALLED, summary="Fine", detail="")
