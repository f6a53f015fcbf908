"""Columns are matched with what each program calls them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.desk.models import ListKind
from amends.sources.listing import FIELDS, KINDS, ONE_OF, PRESETS, guess, match, missing
from amends.sources.listing.folding import folded
from amends.sources.listing.preset import GENERIC

# The headings of exports, as each program's documentation, seeds and samples write them.
LISTS = {
    ("bullhorn", "clients"): "id,name,status,companyURL,phone,industryList,owners,dateAdded,numEmployees,externalID",
    (
        "bullhorn",
        "people",
    ): " firstName , lastName , email ,email2,clientCorporation.externalID,occupation,isAnonymized",
    ("bullhorn", "orders"): "id,title,clientCorporation.name,numOpenings,dateAdded,isOpen,reasonClosed,employmentType",
    ("bullhorn", "placements"): "customText1,candidate.externalID,jobOrder.externalID,dateBegin,dateEnd,daysGuaranteed"
    ",terminationReason,quitJob,status,clientRating",
    ("bullhorn", "notes"): "id,action,comments,dateAdded,commentingPerson.name,personReference.id,minutesSpent",
    ("bullhorn", "activities"): "subject,type,dateBegin,dateEnd,communicationMethod,clientContactReference,isPrivate",
    ("jobscience", "orders"): "Id,Name,ts2__Account__c,ts2__Openings__c,ts2__Date_Posted__c,ts2__Closed_Reason__c",
    ("jobscience", "placements"): "Id,ts2__Job__c,ts2__Employee__c,ts2__Start_Date__c,ts2__Fall_Off_Date__c",
    ("jobscience", "people"): "Id,FirstName,LastName,Email,AccountId,RecordType.Name,ts2__Text_Resume__c",
    ("salesforce", "clients"): "Id,IsDeleted,MasterRecordId,Name,Type,Website,OwnerId,CreatedDate",
    ("salesforce", "people"): "Id,IsDeleted,AccountId,LastName,FirstName,Email,MobilePhone,Title,OwnerId",
    ("salesforce", "activities"): "Id,WhoId,WhatId,Subject,ActivityDate,CreatedDate,Status,OwnerId,IsClosed,CallType",
    ("hubspot", "clients"): "Record ID,Company name,Company owner,Create Date,Company Domain Name,Lifecycle Stage",
    ("hubspot", "people"): "Record ID,First Name,Last Name,Email,Contact owner,Associated Company,Job Title",
    ("hubspot", "notes"): "hs_object_id,hs_timestamp,hs_note_body,hubspot_owner_id,Associated Company IDs",
    ("hubspot", "activities"): "Record ID,hs_timestamp,hs_call_title,hs_call_direction,Associated Company",
    ("generic", "clients"): "Customer No,Customer Name,Branch,Account Manager,Phone,Gross Profit YTD",
    ("generic", "people"): "Contact Name,Company,E-mail Address,Cell Phone,Position",
    ("generic", "orders"): "Order Number,Customer,Job Title,Date Ordered,Qty Ordered,Order Status",
    ("generic", "placements"): "Assignment ID,Client,Employee Name,Start Date,End Date,End Reason,Bill Rate",
    ("generic", "notes"): "Client Name,Contact,Note Type,Note Date,Note Text,Entered By",
    ("generic", "activities"): "Client Name,Contact,Activity Type,Due Date,Completed Date,Subject,Outcome,Direction",
    ("generic", "invoices"): "Invoice #,Bill To,Invoice Date,Due Date,Date Paid,Invoice Amount,Status",
}


@pytest.mark.parametrize(("expected", "headings"), LISTS.items(), ids=["-".join(key) for key in LISTS])
def test_the_program_and_the_kind_are_told_by_the_headings(expected: tuple[str, str], headings: str) -> None:
    columns = headings.split(",")
    assert guess(columns) == expected
    assert guess([f"\ufeff {column.upper()} " for column in columns]) == expected
    assert missing(expected[1], match(columns, *expected)) == ()


def test_headings_are_compared_without_padding_case_accents_and_punctuation() -> None:
    columns = [" CLIENT-NAME ", "e–mail", "Prénom", "nom"]
    assert match(columns, GENERIC, "people") == {
        "client.name": " CLIENT-NAME ",
        "emails": "e–mail",
        "first_name": "Prénom",
        "last_name": "nom",
    }
    assert match(["property_domain", "property_name"], "hubspot", "clients") == {
        "domains": "property_domain",
        "name": "property_name",
    }


def test_dotted_columns_of_bullhorn_are_the_things_they_point_to() -> None:
    columns = ["id", "clientCorporation.externalID", "clientCorporation.name", "owner.name", "dateAdded", "externalID"]
    assert match(columns, "bullhorn", "orders") == {
        "external_id": "id",
        "other_id": "externalID",
        "client.external_id": "clientCorporation.externalID",
        "client.name": "clientCorporation.name",
        "ordered_at": "dateAdded",
        "owner": "owner.name",
    }


def test_a_due_date_is_never_when_it_happened() -> None:
    found = match(["Id", "WhoId", "ActivityDate", "CreatedDate", "CompletedDateTime"], "salesforce", "activities")
    assert (found["due_on"], found["created_at"], found["done_at"]) == (
        "ActivityDate",
        "CreatedDate",
        "CompletedDateTime",
    )
    assert "at" not in found


def test_what_a_source_says_and_what_is_to_be_confirmed_are_told_apart() -> None:
    bullhorn, hubspot = PRESETS["bullhorn"], PRESETS["hubspot"]
    assert bullhorn.is_confirmed("placements", "end_reason", " TerminationReason ")
    assert not bullhorn.is_confirmed("placements", "end_reason", "Reason")
    assert not hubspot.is_confirmed("clients", "external_id", "Record ID")
    assert hubspot.is_confirmed("people", "external_id", "Record ID")
    assert not PRESETS[GENERIC].is_confirmed("clients", "name", "Client")
    assert not hubspot.is_confirmed("invoices", "amount", "Amount")


def test_what_is_missing_is_named() -> None:
    assert [[field.key for field in group] for group in missing("invoices", {"amount": "Amount"})] == [
        ["invoiced_on"],
        ["client.external_id", "client.name"],
    ]


def test_every_preset_speaks_of_fields_that_there_are() -> None:
    assert tuple(FIELDS) == KINDS == tuple(ONE_OF) == tuple(ListKind.values)
    assert PRESETS[GENERIC].kinds == KINDS
    for kind in KINDS:
        keys = [field.key for field in FIELDS[kind]]
        assert len(keys) == len(set(keys))
        assert {key for group in ONE_OF[kind] for key in group} <= set(keys)
        known = {key for preset in PRESETS.values() for key in preset.headings.get(kind, {})}
        assert set(keys) == known | {"who_id", "about_id"} & set(keys)


def test_columns_that_say_nothing_are_a_list_of_clients_to_be_matched() -> None:
    assert guess(["Foo", "Bar"]) == (GENERIC, "clients")
    assert match(["Foo", "Bar"], GENERIC, "clients") == {}


HEADINGS = sorted(
    {one.text for preset in PRESETS.values() for kind in preset.headings.values() for h in kind.values() for one in h}
)


@given(st.lists(st.one_of(st.sampled_from(HEADINGS), st.text(max_size=12)), unique=True, max_size=30))
def test_a_column_is_used_once_and_order_does_not_matter(columns: list[str]) -> None:
    preset, kind = guess(columns)
    found = match(columns, preset, kind)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(columns)
    by_key = {folded(column): column for column in columns}
    if len(by_key) == len(columns):
        assert match(columns[::-1], preset, kind) == found
        assert guess(columns[::-1]) == (preset, kind)


def test_tasks_without_a_moment_are_still_those_of_salesforce() -> None:
    columns = ["Id", "WhoId", "WhatId", "Subject", "ActivityDate", "Status", "OwnerId", "CallType"]
    preset, kind = guess(columns)
    assert (preset, kind) == ("salesforce", "activities")
    assert [[field.key for field in group] for group in missing(kind, match(columns, preset, kind))] == [
        ["at", "done_at", "created_at"]
    ]
