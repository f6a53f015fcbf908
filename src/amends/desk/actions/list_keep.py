"""What was planned for a batch of rows is written, and the rows are kept as they stood, with what they changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from amends.desk.actions.health import touch_health
from amends.desk.actions.list_change import ALWAYS, NAMES_A_ROW
from amends.desk.actions.person import erase_person
from amends.desk.actions.rows import insert_rows, next_ids
from amends.desk.actions.settling import call_back_with
from amends.desk.models import Case, Client, ClientKey, ListRow, Message, Person, PersonAddress, RowOutcome, Touch
from amends.desk.queries.find import searchable
from amends.desk.queries.undo import FIELDS, FOLLOWS, THINGS, digest, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from amends.desk.actions.list_change import Change, Planned
    from amends.desk.models import ListImport

ROW = ("listing", "client", "at", "number", "raw", "outcome", "problem", "changes")


def keep_plans(listing: ListImport, plans: Sequence[Planned], *, now: datetime) -> None:
    """Write what was planned, within the transaction that moves the place reached."""
    changes = [change for planned in plans for change in planned.changes]
    _name_rows(changes, plans)
    _insert(changes)
    _update(changes)
    _remove(changes)
    _follow(changes)
    for planned in plans:
        person = Person.objects.filter(pk=planned.erases).first() if planned.erases else None
        if person:
            erase_person(person, by=None, now=now)
    touched = [planned for planned in plans if planned.client and planned.changes]
    for is_redrawn in (True, False):
        some = {planned.client for planned in touched if planned.is_redrawn is is_redrawn}
        touch_health(_clients(some), now=now, is_redrawn=is_redrawn)
    keep_rows(listing, plans)


def _clients(keys: Iterable[int | None]) -> list[int]:
    return sorted(key for key in keys if key)


def _name_rows(changes: Sequence[Change], plans: Sequence[Planned]) -> None:
    """Give every row that is about to be made its key, wherever it is named."""
    real: dict[int, int] = {}
    for thing, model in THINGS.items():
        new = [change.pk for change in changes if change.thing == thing and change.before is None]
        real.update(zip(new, next_ids(model, len(new)) if new else (), strict=True))
    for change in changes:
        change.pk = real.get(change.pk, change.pk)
        for name in NAMES_A_ROW:
            if change.values and change.values.get(name) in real:
                change.values[name] = real[change.values[name]]
    for planned in plans:
        planned.client = real.get(planned.client, planned.client) if planned.client else None


def _insert(changes: Sequence[Change]) -> None:
    for thing, model in THINGS.items():
        always = ALWAYS.get(thing, {})
        rows = [
            (change.pk, *(change.values[name] for name in FIELDS[thing]), *always.values())
            for change in changes
            if change.thing == thing and change.before is None and change.values is not None
        ]
        if rows:
            insert_rows(model, ("id", *FIELDS[thing], *always), rows)


def _update(changes: Iterable[Change]) -> None:
    """Write changed columns: of several changes of one row the last counts."""
    last: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for change in changes:
        if change.before is not None and change.values is not None:
            last[change.thing, change.pk].update(change.values)
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for (thing, pk), values in last.items():
        groups[thing, tuple(sorted(values))].append((pk, values))
    for (thing, names), rows in groups.items():
        objects: Any = THINGS[thing]._default_manager  # noqa: SLF001  (of whichever model it is)
        if len(rows) == 1:
            objects.filter(pk=rows[0][0]).update(**rows[0][1])
        else:
            objects.bulk_update([THINGS[thing](pk=pk, **values) for pk, values in rows], names)


def _remove(changes: Iterable[Change]) -> None:
    gone: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        if change.values is None:
            gone[change.thing].append(change.pk)
    for thing, keys in gone.items():
        THINGS[thing]._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001  (of whichever model it is)


def _follow(changes: Sequence[Change]) -> None:
    """Do what follows from the rows: the columns that are searched, mail of new addresses, call-backs made."""
    clients = {change.pk for change in changes if change.thing == "client" and "name" in (change.values or ())}
    clients |= {change.values["client_id"] for change in changes if change.thing == "clientkey" and change.values}
    find_clients_by(clients)
    new = {change.values["address"]: change.values["person_id"] for change in _made(changes, "personaddress")}
    find_people_by({change.pk for change in changes if change.thing == "person"} | set(new.values()))
    _take_mail(new)
    _settle_calls([change.pk for change in _made(changes, "touch")])


def _made(changes: Iterable[Change], thing: str) -> list[Any]:
    return [change for change in changes if change.thing == thing and change.before is None]


def find_clients_by(keys: Iterable[int]) -> None:
    """Write by what some clients are found: their name, and domains and addresses."""
    asked = sorted(keys)
    known: dict[int, list[str]] = defaultdict(list)
    for client, key in ClientKey.objects.filter(client__in=asked).order_by("key").values_list("client_id", "key"):
        known[client].append(key)
    rows = [
        Client(pk=pk, search=searchable(name, *known[pk]))
        for pk, name in Client.objects.filter(pk__in=asked).values_list("pk", "name")
    ]
    if rows:
        Client.objects.bulk_update(rows, ["search"])


def find_people_by(keys: Iterable[int]) -> None:
    """Write by what some people are found: their name and addresses."""
    asked = sorted(keys)
    known: dict[int, list[str]] = defaultdict(list)
    addresses = PersonAddress.objects.filter(person__in=asked).order_by("address")
    for person, address in addresses.values_list("person_id", "address"):
        known[person].append(address)
    rows = [
        Person(pk=pk, search=searchable(name, *known[pk]))
        for pk, name in Person.objects.filter(pk__in=asked).values_list("pk", "name")
    ]
    if rows:
        Person.objects.bulk_update(rows, ["search"])


def _take_mail(new: dict[str, int]) -> None:
    """Put people's names to the messages of their client that came from addresses nobody had claimed."""
    if not new:
        return
    clients = dict(Person.objects.filter(pk__in=set(new.values())).values_list("pk", "client_id"))
    wrote = Message.objects.filter(client__in=set(clients.values()), sender__in=new, from_us=False, person=None)
    found = list(wrote.order_by().values("client_id", "sender").annotate(last=Max("at")))
    for row in found:
        person = new[row["sender"]]
        if clients.get(person) != row["client_id"]:
            continue
        wrote.filter(client=row["client_id"], sender=row["sender"]).update(person=person)
        Person.objects.filter(pk=person).exclude(last_wrote_at__gt=row["last"]).update(last_wrote_at=row["last"])


def _settle_calls(keys: Sequence[int]) -> None:
    """Say of talks that they are the call-back of recoveries that wait for one."""
    if not keys or not Case.objects.filter(closed_at=None, called_back_at=None).exclude(call_back_by=None).exists():
        return
    for touch in Touch.objects.filter(pk__in=keys).order_by("at", "pk"):
        call_back_with(touch)


def keep_rows(listing: ListImport, plans: Iterable[Planned]) -> None:
    """Keep rows as they stood in the file; those that changed nothing, and of which nothing is to say, are counted."""
    kept = [planned for planned in plans if planned.outcome != RowOutcome.SAME or planned.problem]
    if kept:
        rows = (
            (listing.pk, planned.client, planned.at, planned.number, planned.raw, str(planned.outcome),
             planned.problem, [_kept(change) for change in planned.changes])
            for planned in kept
        )  # fmt: skip
        insert_rows(ListRow, ROW, rows)


def _kept(change: Change) -> dict[str, Any]:
    """Return what undoing a change needs."""
    before = None if change.before is None else plain(change.before)
    if change.values is None:
        return {"thing": change.thing, "id": change.pk, "before": before, "after": None}
    after = {name: value for name, value in change.values.items() if name not in FOLLOWS}
    return {"thing": change.thing, "id": change.pk, "before": before, "after": digest(after)}
