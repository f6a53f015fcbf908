"""Everything that is kept about one person at a client, how to find them, and who was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.crypto import salted_hmac

from amends.desk.models import (
    Apology,
    Case,
    ClientPage,
    Event,
    FollowUp,
    Forgotten,
    FoundPromise,
    Heard,
    LetterKind,
    ListKind,
    ListRow,
    Meeting,
    Message,
    Outgoing,
    PageLine,
    Parting,
    Person,
    PlanAction,
    Promise,
    Pulse,
    Reparation,
    SheetItem,
    Signal,
    Touch,
    Waiting,
)
from amends.desk.queries.find import searchable
from amends.desk.queries.person import written_by
from amends.desk.queries.relationship import CASE, TOUCH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from django.db.models import Model, QuerySet

OF_PEOPLE = (ListKind.PEOPLE, ListKind.NOTES, ListKind.ACTIVITIES)  # lists whose rows tell of single people
MOST_FOUND = 50  # people shown at once; judgement
PIECE = 500  # hashes asked for at once

# What is told of each kind of row; the rest are numbers of rows, or computed.
MESSAGE_FIELDS = ("at", "from_us", "sender", "sender_name", "to", "cc", "subject", "text")
LETTER_FIELDS = (
    "added_at", "to", "subject", "text", "sent_at", "bounced_at", "problem", "replied_at", "auto_replied_at",
    "away_until",
)  # fmt: skip
TOUCH_FIELDS = ("at", "kind", "minutes", "summary", "detail", "words")
PROMISE_FIELDS = ("made_at", "due_at", "what", "state", "settled_at")
WAITING_FIELDS = ("asked_at", "due_at", "quote", "settled_at")
CASE_FIELDS = ("opened_at", "closed_at", "status", "severity", "words", "remedy", "known_at", "acknowledged_at")
# Of recoveries: what they said, what they were told, and what they answered. What colleagues think (views, causes,
# contributions, sums), and what they remind themselves of, is about the firm's own work, and stays with it
# (docs/admin/personal-data.md).
HEARD_FIELDS = ("said_at", "question", "words")
APOLOGY_FIELDS = ("said_at", "way", "said", "note", "answer")
PLAN_FIELDS = ("what", "due_on", "answer", "answer_words", "answered_at", "done_at", "verified_at")
GIVEN_FIELDS = ("currency", "offer", "owed", "in_kind", "given_on", "reached_at")
PARTING_FIELDS = ("called_at", "note", "note_sent_on", "met_on")
PAGE_FIELDS = (
    "kind", "title", "lead", "amends_note", "made_at", "opened_at", "last_opened_at", "opens", "answered_at",
    "call_asked_at", "revoked_at",
)  # fmt: skip
LINE_FIELDS = ("text", "is_right", "words", "answered_at")
PULSE_FIELDS = ("at", "feeling", "does", "interests", "straight", "next_order", "handling", "words")
FOUND_FIELDS = ("sentence", "due_at", "found_at", "state")
SHEET_FIELDS = (
    "name", "unit", "their_desired", "their_adequate", "their_words", "target", "wording", "they_confirmed_at",
    "their_change",
)  # fmt: skip
FOLLOWUP_FIELDS = ("due_on", "call_at", "done_at", "outcome", "feeling")
MEETING_FIELDS = ("starts_at", "ends_at", "subject", "place", "organizer", "attendees", "called_off_at")
SIGNAL_FIELDS = ("rule", "summary", "evidence", "found_at", "cleared_at")
PERSON_FIELDS = (
    "name",
    "title",
    "phone",
    "preferred_way",
    "best_hour",
    "is_main",
    "left_on",
    "last_wrote_at",
    "no_pulse_at",
)


def people_called(name: str) -> QuerySet[Person]:
    """Return people whose name or address holds what was typed; nobody where nothing was."""
    if not name:
        return Person.objects.none()
    typed = Q(search__contains=searchable(name)) | Q(addresses__address__contains=name.replace("\x00", "").lower())
    return Person.objects.filter(typed).select_related("client").distinct()[:MOST_FOUND]


def everything_about(person: Person) -> dict[str, Any]:
    """Return all that is kept about somebody, as values that JSON takes: who they are, said, were told and promised."""
    addresses = sorted(person.addresses.values_list("address", flat=True))
    wrote, told = written_by(person).order_by("at", "pk"), messages_to(person, addresses)
    return {
        "person": {**_values(person, PERSON_FIELDS), "addresses": addresses, "client": person.client.name},
        "messages_written": _rows(wrote, MESSAGE_FIELDS),
        "messages_received": _rows(told, MESSAGE_FIELDS),
        "letters": _rows(letters_to(person, addresses), LETTER_FIELDS),
        "calls_visits_and_notes": _rows(Touch.objects.filter(person=person), TOUCH_FIELDS),
        "meetings": _rows(meetings_with(person, addresses), MEETING_FIELDS),
        "promises": _rows(Promise.objects.filter(person=person), PROMISE_FIELDS),
        "waiting": _rows(Waiting.objects.filter(person=person), WAITING_FIELDS),
        "recoveries": _rows(Case.objects.filter(person=person), CASE_FIELDS),
        **said_in_recoveries(person),
        **said_on_pages(person),
        "check_ins": _rows(FollowUp.objects.filter(person=person), FOLLOWUP_FIELDS),
        "rows_of_lists": rows_of_lists(person),
        "findings_that_quote_them": _rows(signals_quoting(person, wrote), SIGNAL_FIELDS),
        "changes": _rows(Event.objects.filter(thing="person", thing_id=person.pk), ("at", "verb", "before", "after")),
    }


def said_in_recoveries(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return what somebody said and was told in recoveries: words heard, apologies, the plan they saw, what was given.

    What they never saw of a plan or an offer is none of it.
    """
    said = Q(person=person) | Q(person=None, case__person=person)
    return {
        "words_in_recoveries": _rows(Heard.objects.filter(said), HEARD_FIELDS),
        "apologies": _rows(Apology.objects.filter(case__person=person, said_at__isnull=False), APOLOGY_FIELDS),
        "plans": _rows(PlanAction.objects.filter(case__person=person, is_visible=True), PLAN_FIELDS),
        "amends": _rows(Reparation.objects.filter(case__person=person, given_on__isnull=False), GIVEN_FIELDS),
        "farewells": _rows(Parting.objects.filter(case__person=person), PARTING_FIELDS),
    }


def said_on_pages(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return the pages made for somebody, what they answered on them, what they expect, what we seem to have promised.

    What we expect in an agreement that is not agreed yet is ours.
    """
    return {
        "pages": _rows(ClientPage.objects.filter(person=person), PAGE_FIELDS),
        "lines_of_pages": _rows(PageLine.objects.filter(page__person=person), LINE_FIELDS),
        "pulses": _rows(Pulse.objects.filter(person=person), PULSE_FIELDS),
        "expectations": _rows(SheetItem.objects.filter(sheet__person=person), SHEET_FIELDS),
        "promises_found": _rows(FoundPromise.objects.filter(person=person), FOUND_FIELDS),
        "answers_of_theirs": _rows(Event.objects.filter(person=person), ("at", "verb", "before", "after")),
    }


def _rows(rows: Iterable[Model], fields: Collection[str]) -> list[dict[str, Any]]:
    return [_values(row, fields) for row in rows]


def _values(row: Model, fields: Collection[str]) -> dict[str, Any]:
    return {field: row.serializable_value(field) for field in fields}


def messages_to(person: Person, addresses: Collection[str]) -> QuerySet[Message]:
    """Return the messages that name one of somebody's addresses among their recipients, the oldest first."""
    named = Q(pk__in=[])
    for address in addresses:
        named |= Q(to__icontains=f'"{address}"') | Q(cc__icontains=f'"{address}"')
    return Message.objects.filter(named, client=person.client_id).order_by("at", "pk")


def meetings_with(person: Person, addresses: Collection[str]) -> list[Meeting]:
    """Return the meetings that somebody asked for or was asked to."""
    rows = Meeting.objects.filter(client=person.client_id).order_by("starts_at", "pk")
    return [row for row in rows if row.organizer in addresses or not row.attendees.keys().isdisjoint(addresses)]


def letters_to(person: Person, addresses: Collection[str]) -> QuerySet[Outgoing]:
    """Return the letters that were written to somebody here, the oldest first; drafts too."""
    theirs = Q(person=person) | Q(to__in=addresses)
    return Outgoing.objects.filter(theirs, kind=LetterKind.CLIENT).order_by("added_at", "pk")


def signals_quoting(person: Person, wrote: Iterable[Message]) -> list[Signal]:
    """Return the findings whose evidence is a message or a complaint of somebody's, or that name them."""
    ids = {one for message in wrote for one in (message.message_id, str(message.key), f"m{message.pk}")}
    for prefix, rows in ((CASE, Case.objects), (TOUCH, Touch.objects)):
        ids.update(f"{prefix}{pk}" for pk in rows.filter(person=person).values_list("pk", flat=True))
    return [
        signal
        for signal in Signal.objects.filter(client=person.client_id)
        if (person.name and person.name in signal.summary)
        or any(str(each.get("id", "")) in ids for each in signal.evidence)
    ]


def rows_of_lists(person: Person) -> list[dict[str, Any]]:
    """Return the rows of lists from which somebody was made or changed, or that tell of a talk with them."""
    touches = set(Touch.objects.filter(person=person).values_list("pk", flat=True))
    rows = ListRow.objects.filter(client=person.client_id, listing__source__kind__in=OF_PEOPLE).select_related(
        "listing"
    )
    return [
        {"list": row.listing.name, "row": row.number, "cells": row.raw}
        for row in rows.iterator()
        if any(
            (change["thing"] == "person" and change["id"] == person.pk)
            or (change["thing"] == "touch" and change["id"] in touches)
            for change in row.changes
        )
    ]


def hash_of_address(address: str) -> str:
    """Return what is kept of an erased address: without the desk's key nobody can try addresses against it."""
    return salted_hmac("amends.desk.forgotten", address.lower(), algorithm="sha256").hexdigest()


def forgotten_as(source: str, external_id: str) -> str:
    """Return under what the id of somebody who was erased is kept, hashed: a list does not bring them back."""
    return f"{source}:{external_id}@list"


def forgotten_at(client: int | str, name: str) -> str:
    """Return under what the name of somebody who was erased is kept, hashed, at a client: its key, or its own name.

    The order of the words does not matter ("Marsh, Dana"); empty for no name.
    """
    words = " ".join(sorted(searchable(name).split()))
    return f"{words} at {client}@name" if words else ""


def forgotten_among(addresses: Iterable[str]) -> dict[str, tuple[str, datetime]]:
    """Return which addresses were erased: what stands for each, and when that was. No query where nobody ever was."""
    if not Forgotten.objects.exists():
        return {}
    hashes = {hash_of_address(address): address for address in addresses}
    found: dict[str, tuple[str, datetime]] = {}
    wanted = sorted(hashes)
    for start in range(0, len(wanted), PIECE):
        for row in Forgotten.objects.filter(address_hash__in=wanted[start : start + PIECE]):
            found[hashes[row.address_hash]] = (row.stand_in, row.at)
    return found
