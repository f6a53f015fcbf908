"""Forgetting one person: their words and their name go from every row, the rows and their counts stay.

Reached through `actions.person.erase_person` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from amends.desk.actions.notice_out import blank_notices_of
from amends.desk.actions.outgoing import blank_letters
from amends.desk.models import (
    AgreedItem,
    Apology,
    Case,
    Client,
    ClientPage,
    Dismissal,
    Dropped,
    Event,
    FollowUp,
    FoundPromise,
    Heard,
    LetterKind,
    ListImport,
    ListRow,
    Meeting,
    Message,
    Outgoing,
    Override,
    PageLine,
    PlanAction,
    Promise,
    Pulse,
    SheetItem,
    Signal,
    StaffingFact,
    Touch,
    Waiting,
)
from amends.desk.queries.case_words import OF_CASE, OF_ROWS, rows_of
from amends.desk.queries.erased import ERASED, NOWHERE
from amends.desk.queries.find import searchable
from amends.desk.queries.person import written_by
from amends.desk.queries.spelled import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from amends.desk.models import Person

BATCH = 500  # rows changed at a time
THEIR_ROWS = ("person", "personaddress", "known")  # what a row about somebody made, with what it held before
OF_SHEET = ("name", "our_words", "their_words", "wording", "their_change")
THEIR_TEXTS = ("text", "opening", "worst", "asks", "promised")


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is looked for: a pattern of their names, their addresses, the number that stands for them, their words."""

    names: re.Pattern[str] | None
    addresses: frozenset[str]
    stand_in: str
    words: set[str]

    def text(self, text: str) -> str:
        """Return a text without them."""
        if text in self.words:
            return ERASED
        return self.names.sub(ERASED, text) if self.names else text

    def address(self, address: str) -> str:
        """Return an address, or what stands for theirs."""
        return self.stand_in if address in self.addresses else address

    def anything(self, value: Any) -> Any:
        """Return a value that JSON keeps, without them in any of its texts."""
        if isinstance(value, str):
            return self.text(self.address(value))
        if isinstance(value, list):
            return [self.anything(one) for one in value]
        if isinstance(value, dict):
            return {self.address(name): self.anything(one) for name, one in value.items()}
        return value


def stand_in_of(person: Person) -> str:
    """Return what stands for somebody's address in the messages that stay."""
    return f"person-{person.pk}@{NOWHERE}"


def forget(person: Person, *, now: datetime) -> None:
    """Take somebody's words, names and addresses out of every row but their own."""
    known = spelled(person)
    forgetting = Forgetting(
        names=known.pattern(),
        addresses=frozenset(known.addresses),
        stand_in=stand_in_of(person),
        words=_said_by(person),
    )
    _forget_messages(person, forgetting)
    _forget_texts(person.client, forgetting)
    _forget_keys(person.client, forgetting)
    _forget_letters(person, forgetting, now)
    _forget_rows(person, forgetting)
    _rewrite(Dropped.objects.all(), ("subject",), forgetting.anything)
    Event.objects.filter(thing="person", thing_id=person.pk).update(before={}, after={})
    _rewrite(Event.objects.filter(client=person.client), ("before", "after"), forgetting.anything)


def _said_by(person: Person) -> set[str]:
    """Return the texts that are somebody's own words, wherever they were copied to."""
    said = set(Touch.objects.filter(person=person).values_list("words", flat=True))
    for words in Case.objects.filter(person=person).values_list("words", "remedy"):
        said.update(words)
    theirs = Q(person=person) | Q(person=None, case__person=person)
    said.update(Heard.objects.filter(theirs).values_list("words", flat=True))
    answered = Event.objects.filter(person=person, thing="planaction").values("thing_id")  # on a page of their own
    of_theirs = Q(case__person=person) | Q(pk__in=answered)
    said.update(PlanAction.objects.filter(of_theirs).values_list("answer_words", flat=True))
    said.update(Pulse.objects.filter(person=person).values_list("words", flat=True))
    said.update(PageLine.objects.filter(page__person=person).values_list("words", flat=True))
    for words in SheetItem.objects.filter(sheet__person=person).values_list("their_words", "their_change"):
        said.update(words)
    said.update(Apology.objects.filter(case__person=person).values_list("answer", flat=True))
    said.update(Waiting.objects.filter(person=person).values_list("quote", flat=True))
    for heard in written_by(person).values_list("said", flat=True).iterator(BATCH):
        said.update(quote for _, quote in heard)
    return said - {""}


def _forget_messages(person: Person, forgetting: Forgetting) -> None:
    """Empty what they wrote, and put the stand-in for their address into every message that names it."""
    for batch in _batches(written_by(person)):
        for message in batch:
            for field in THEIR_TEXTS:
                forgetting.words.update({getattr(message, field)} - {""})
                setattr(message, field, ERASED if getattr(message, field) else "")
            message.said = [[rule, ERASED] for rule, _ in message.said]
            message.sender, message.sender_name = forgetting.stand_in, ""
            message.person = None
        Message.objects.bulk_update(batch, [*THEIR_TEXTS, "said", "sender", "sender_name", "person"])
    named = Q(sender__in=forgetting.addresses)
    for address in forgetting.addresses:
        named |= Q(to__icontains=address) | Q(cc__icontains=address)
    _rewrite(Message.objects.filter(named), ("sender", "to", "cc", *THEIR_TEXTS), forgetting.anything)
    _rewrite(
        Message.objects.filter(client=person.client),
        ("subject", *THEIR_TEXTS, "said", "sender_name"),
        forgetting.anything,
    )


def _forget_texts(client: Client, forgetting: Forgetting) -> None:
    """Take them out of all that was written down about their client."""
    _rewrite(Client.objects.filter(pk=client.pk), ("note", "why"), forgetting.text)
    for rows, fields in (
        (Touch.objects, ("summary", "detail", "words")),
        (StaffingFact.objects, ("note", "words")),
        (AgreedItem.objects, ("what", "how_kept")),
        (Case.objects, (*OF_CASE, "worth")),
        (FollowUp.objects, ("note", "outcome")),
        (Waiting.objects, ("quote",)),
        (Signal.objects, ("summary", "evidence")),
        (Dismissal.objects, ("summary", "reason")),
        (Override.objects, ("reason",)),
        (Promise.objects, ("what",)),
        (FoundPromise.objects, ("sentence",)),
        (ClientPage.objects, ("title", "lead", "amends_note")),
        (Pulse.objects, ("words",)),
        (Meeting.objects, ("subject", "place", "organizer", "attendees")),
    ):
        _rewrite(rows.filter(client=client), fields, forgetting.anything)
    _rewrite(SheetItem.objects.filter(sheet__client=client), OF_SHEET, forgetting.text)
    for model, way, texts in OF_ROWS:
        _rewrite(rows_of(model, way, client=client), texts, forgetting.text)
    for promise in Promise.objects.filter(client=client):
        Promise.objects.filter(pk=promise.pk).update(search=searchable(promise.what))


def _forget_keys(client: Client, forgetting: Forgetting) -> None:
    """Rename a client that is a private person: its key is their address, its name is theirs."""
    keys = client.keys.filter(key__in=forgetting.addresses)
    first = keys.order_by("pk").first()
    if first is None:
        return
    keys.exclude(pk=first.pk).delete()
    keys.update(key=forgetting.stand_in)
    name = forgetting.text(client.name)
    kept = client.keys.order_by("key").values_list("key", flat=True)
    Client.objects.filter(pk=client.pk).update(name=name, search=searchable(name, *kept))


def _forget_letters(person: Person, forgetting: Forgetting, now: datetime) -> None:
    """Blank the letters to them, and mails that name or quote them; those not sent yet are not sent any more."""
    written = Outgoing.objects.filter(Q(person=person, kind=LetterKind.CLIENT) | Q(to__in=forgetting.addresses))
    ids = list(written.values_list("pk", flat=True))
    to_them = Outgoing.objects.filter(pk__in=ids)
    to_them.update(to=forgetting.stand_in, person=None, problem="")
    blank_letters(to_them, now=now)
    first = re.compile(rf"\b{re.escape(person.first_name)}\b") if person.first_name else None
    blank_notices_of([person.client.name], now=now)
    of_theirs = Outgoing.objects.filter(Q(client=person.client) | Q(client=None)).exclude(subject="", text="")
    for letter in of_theirs.iterator(BATCH):
        told = f"{letter.subject}\n{letter.text}"
        is_named = forgetting.text(told) != told or any(words in told for words in forgetting.words)
        if is_named or (letter.client_id and first and first.search(told)):
            blank_letters(Outgoing.objects.filter(pk=letter.pk), now=now)


def _forget_rows(person: Person, forgetting: Forgetting) -> None:
    """Empty the rows of lists that are about them, and take them out of the others, and out of lists not read yet."""
    rows = ListRow.objects.filter(Q(client=person.client_id) | Q(client=None))
    for batch in _batches(rows.filter(client__isnull=False)):
        theirs = [row for row in batch if any(_is_of(change, person) for change in row.changes)]
        for row in theirs:
            row.raw, row.problem = {}, ""
            row.changes = [each for each in row.changes if each["thing"] not in THEIR_ROWS]
        ListRow.objects.bulk_update(theirs, ["raw", "problem", "changes"])
    _rewrite(rows, ("raw", "problem", "changes"), forgetting.anything)
    _rewrite(ListImport.objects.exclude(looks={}), ("looks",), forgetting.anything)


def _is_of(change: dict[str, Any], person: Person) -> bool:
    return bool(change["thing"] == "person" and change["id"] == person.pk)


def _rewrite(rows: QuerySet[Any], fields: Collection[str], change: Callable[[Any], Any]) -> None:
    """Change fields of many rows, and write those rows that are not as they were."""
    for batch in _batches(rows.only("pk", *fields)):
        changed = []
        for row in batch:
            before = [getattr(row, field) for field in fields]
            after = [change(value) for value in before]
            if after != before:
                for field, value in zip(fields, after, strict=True):
                    setattr(row, field, _cut(row, field, value))
                changed.append(row)
        if changed:
            rows.model._default_manager.bulk_update(changed, fields)  # noqa: SLF001  (of whichever model it is)


def _cut(row: Model, field: str, value: Any) -> Any:
    """Return a text no longer than its column: what stands for a short name may be longer than it."""
    longest = getattr(row._meta.get_field(field), "max_length", None)  # noqa: SLF001  (Django's documented API)
    return value[:longest] if isinstance(value, str) else value


def _batches(rows: QuerySet[Any]) -> Iterable[list[Any]]:
    """Yield rows in batches, each read after the one before was written."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
