"""What we read from the rows of a list: the fields of each kind of row, and what must not be missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from amends.core.wording import later

if TYPE_CHECKING:
    from collections.abc import Mapping


class ValueType(StrEnum):
    """What a value becomes when it is read; `value.read_value` says how each is written."""

    ID = "id"  # str: a name that another program gave
    TEXT = "text"  # str: one line
    NOTE = "note"  # str: several lines, HTML taken off
    DAY = "day"  # date
    MOMENT = "moment"  # aware datetime; noon where only a day is written
    MONEY = "money"  # Decimal, to the cent
    NUMBER = "number"  # Decimal
    COUNT = "count"  # int, not below 0
    DAYS = "days"  # int: "90", "90 days", "3 months"
    YES_NO = "yes or no"  # bool
    EMAILS = "emails"  # tuple of addresses, lower case
    DOMAINS = "domains"  # tuple of registrable domains, those of free mail left out
    TEXTS = "texts"  # tuple of str, between ";"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row may say. `label` is English, and in the catalogue of texts."""

    key: str
    label: str
    type: ValueType
    is_required: bool = False


KINDS = ("clients", "people", "orders", "placements", "notes", "activities", "invoices")
"""What the rows of a list may be; `desk.models.ListKind` names them for people."""

_ID = Field("external_id", later("ID"), ValueType.ID)
_OTHER_ID = Field("other_id", later("Another ID of the same"), ValueType.ID)  # other lists may point to either
_GONE = (
    Field("is_deleted", later("Deleted"), ValueType.YES_NO),
    Field("is_anonymised", later("Anonymised"), ValueType.YES_NO),
)
_CLIENT = (
    Field("client.external_id", later("Client: ID"), ValueType.ID),
    Field("client.name", later("Client: name"), ValueType.TEXT),
)
_PERSON = (
    Field("person.external_id", later("Person at the client: ID"), ValueType.ID),
    Field("person.name", later("Person at the client: name"), ValueType.TEXT),
    Field("person.emails", later("Person at the client: email"), ValueType.EMAILS),
)
_ORDER = (Field("order.external_id", later("Order: ID"), ValueType.ID),)
_CREATED = Field("created_at", later("Added there"), ValueType.MOMENT)
_OWNER = Field("owner", later("Looked after by"), ValueType.TEXT)
_TEXT = Field("text", later("Text"), ValueType.NOTE)

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "clients": (
            _ID,
            _OTHER_ID,
            Field("name", later("Name"), ValueType.TEXT, is_required=True),
            Field("domains", later("Website or mail domain"), ValueType.DOMAINS),
            Field("emails", later("Email"), ValueType.EMAILS),
            Field("status", later("Status"), ValueType.TEXT),
            _OWNER,
            Field("branch", later("Branch"), ValueType.TEXT),
            Field("phone", later("Phone"), ValueType.TEXT),
            Field("industry", later("Industry"), ValueType.TEXTS),
            Field("yearly_value", later("Gross profit a year"), ValueType.MONEY),
            Field("on_assignment", later("People on assignment"), ValueType.COUNT),
            Field("since_on", later("Client since"), ValueType.DAY),
            Field("note", later("Note"), ValueType.NOTE),
            Field("merged_into", later("Merged into: ID"), ValueType.ID),
            *_GONE,
        ),
        "people": (
            _ID,
            _OTHER_ID,
            Field("name", later("Name"), ValueType.TEXT),
            Field("first_name", later("First name"), ValueType.TEXT),
            Field("last_name", later("Last name"), ValueType.TEXT),
            Field("emails", later("Email"), ValueType.EMAILS),
            Field("emails_2", later("Second email"), ValueType.EMAILS),
            Field("emails_3", later("Third email"), ValueType.EMAILS),
            Field("phone", later("Phone"), ValueType.TEXT),
            Field("mobile", later("Mobile"), ValueType.TEXT),
            Field("title", later("Job title"), ValueType.TEXT),
            *_CLIENT,
            Field("role", later("Role"), ValueType.TEXT),
            Field("is_main", later("Main contact"), ValueType.YES_NO),
            Field("preferred_way", later("Prefers to be reached by"), ValueType.TEXT),
            Field("status", later("Status"), ValueType.TEXT),
            Field("left_on", later("Left on"), ValueType.DAY),
            Field("last_wrote_at", later("Last wrote on"), ValueType.MOMENT),
            Field("last_visit_at", later("Last visited on"), ValueType.MOMENT),
            Field("record_type", later("Record type"), ValueType.TEXT),
            Field("note", later("Note"), ValueType.NOTE),
            _OWNER,
            *_GONE,
        ),
        "orders": (
            _ID,
            _OTHER_ID,
            Field("title", later("Job title"), ValueType.TEXT),
            *_CLIENT,
            *_PERSON,
            Field("ordered_at", later("Ordered on"), ValueType.MOMENT, is_required=True),
            Field("openings", later("People ordered"), ValueType.COUNT),
            Field("status", later("Status"), ValueType.TEXT),
            Field("is_open", later("Open"), ValueType.YES_NO),
            Field("starts_on", later("Starts on"), ValueType.DAY),
            Field("ends_on", later("Ends on"), ValueType.DAY),
            Field("closed_on", later("Closed on"), ValueType.DAY),
            Field("closed_reason", later("Why it was closed"), ValueType.TEXT),
            _OWNER,
            *_GONE,
        ),
        "placements": (
            _ID,
            *_CLIENT,
            *_ORDER,
            *_PERSON,
            Field("worker", later("Placed person"), ValueType.TEXT),
            Field("title", later("Job title"), ValueType.TEXT),
            Field("employment", later("Kind of employment"), ValueType.TEXT),
            Field("starts_on", later("Starts on"), ValueType.DAY, is_required=True),
            Field("ends_on", later("Ends on"), ValueType.DAY),
            Field("planned_end_on", later("Planned end"), ValueType.DAY),
            Field("weeks", later("Planned weeks"), ValueType.NUMBER),
            Field("status", later("Status"), ValueType.TEXT),
            Field("end_reason", later("Why it ended"), ValueType.TEXT),
            Field("has_quit", later("Quit"), ValueType.YES_NO),
            Field("is_no_show", later("Did not arrive"), ValueType.YES_NO),
            Field("guarantee_days", later("Guarantee"), ValueType.DAYS),
            Field("fell_off_on", later("Fell off on"), ValueType.DAY),
            Field("rating", later("Client's rating"), ValueType.NUMBER),
            Field("rated_on", later("Rated on"), ValueType.DAY),
            Field("note", later("Note"), ValueType.NOTE),
            _OWNER,
            *_GONE,
        ),
        "notes": (
            _ID,
            *_CLIENT,
            *_PERSON,
            *_ORDER,
            Field("action", later("Kind of note"), ValueType.TEXT),
            Field("at", later("When it happened"), ValueType.MOMENT),
            _TEXT,
            Field("author", later("Written by"), ValueType.TEXT),
            Field("minutes", later("Minutes"), ValueType.NUMBER),
            Field("is_private", later("Private"), ValueType.YES_NO),
            _CREATED,
            *_GONE,
        ),
        "activities": (
            _ID,
            *_CLIENT,
            *_PERSON,
            *_ORDER,
            Field("who_id", later("With whom: ID"), ValueType.ID),
            Field("about_id", later("About what: ID"), ValueType.ID),
            Field("action", later("Kind of activity"), ValueType.TEXT),
            Field("way", later("How"), ValueType.TEXT),
            Field("at", later("When it happened"), ValueType.MOMENT),
            Field("done_at", later("Done on"), ValueType.MOMENT),
            Field("due_on", later("Due on"), ValueType.DAY),
            Field("ends_at", later("Ends"), ValueType.MOMENT),
            Field("subject", later("Subject"), ValueType.TEXT),
            _TEXT,
            Field("status", later("Status"), ValueType.TEXT),
            Field("is_done", later("Done"), ValueType.YES_NO),
            Field("direction", later("Direction"), ValueType.TEXT),
            Field("outcome", later("Outcome"), ValueType.TEXT),
            Field("minutes", later("Minutes"), ValueType.NUMBER),
            Field("seconds", later("Seconds"), ValueType.NUMBER),
            Field("author", later("By whom"), ValueType.TEXT),
            Field("is_child", later("Copy of a group event"), ValueType.YES_NO),
            Field("is_private", later("Private"), ValueType.YES_NO),
            _CREATED,
            *_GONE,
        ),
        "invoices": (
            Field("external_id", later("Invoice number"), ValueType.ID),
            *_CLIENT,
            Field("amount", later("Amount"), ValueType.MONEY),
            Field("invoiced_on", later("Invoiced on"), ValueType.DAY, is_required=True),
            Field("due_on", later("Due on"), ValueType.DAY),
            Field("paid_on", later("Paid on"), ValueType.DAY),
            Field("days_to_pay", later("Days to pay"), ValueType.DAYS),
            Field("status", later("Status"), ValueType.TEXT),
            Field("is_disputed", later("Disputed"), ValueType.YES_NO),
            Field("disputed_on", later("Disputed on"), ValueType.DAY),
            Field("dispute_reason", later("What is disputed"), ValueType.TEXT),
            *_GONE,
        ),
    }
)
"""The fields of each kind, in the order in which they are shown."""

_WHOSE = ("client.external_id", "client.name", "person.external_id", "person.emails", "order.external_id")
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "clients": (),
        "people": (("name", "first_name", "last_name", "emails"), ("client.external_id", "client.name", "emails")),
        "orders": (_WHOSE[:-1],),
        "placements": (_WHOSE,),
        "notes": (_WHOSE, ("at", "created_at")),
        "activities": ((*_WHOSE, "who_id", "about_id"), ("at", "done_at", "created_at")),
        "invoices": (("client.external_id", "client.name"),),
    }
)
"""Of each group a list of that kind must have one: whose row it is, and when it happened."""


def missing(kind: str, found: Mapping[str, str]) -> tuple[tuple[Field, ...], ...]:
    """Return what a list still lacks: each entry is one field, or several of which one is enough.

    `found` is what `match` returns, or what a person chose.
    """
    fields = {field.key: field for field in FIELDS[kind]}
    alone = tuple((field,) for field in FIELDS[kind] if field.is_required and field.key not in found)
    groups = tuple(
        tuple(fields[key] for key in group) for group in ONE_OF[kind] if not any(key in found for key in group)
    )
    return alone + groups
