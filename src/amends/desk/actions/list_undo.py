"""A list is taken back, row by row from the last: what still stands as the list left it; the rest stays, and is listed.

Each batch is one transaction that moves the place reached, so that whoever is killed loses at most a batch.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from amends.desk import clock as clocks
from amends.desk.actions.event import record
from amends.desk.actions.health import touch_health
from amends.desk.actions.intake import LEASE, TakenAwayError
from amends.desk.actions.list_keep import find_clients_by, find_people_by
from amends.desk.actions.list_read import always, take_lease
from amends.desk.actions.listing import COUNTING, moved
from amends.desk.actions.rows import insert_rows, update_rows
from amends.desk.models import Client, Known, ListRow, ListStatus, Person, RowOutcome, StaffingFact, User
from amends.desk.queries.undo import (
    FIELDS,
    LEVELS,
    THINGS,
    WROTE,
    Fate,
    Judge,
    Undoing,
    all_changes,
    count_into,
    rows_to_undo,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from amends.desk.models import ListImport

GOES_FIRST = ("known", "personaddress", "staffingfact", "touch", "person", "clientkey", "client")


def undo_further(
    listing: ListImport,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    between: Callable[[], bool] = always,
) -> bool:
    """Take a list back to its first row, or until `between` returns false; return whether it was ours to take back."""
    if not take_lease(listing, Q(status=ListStatus.UNDOING), now):
        return False
    try:
        while rows := rows_to_undo(listing):
            undo_rows(listing, rows, now=clock())
            if not between():
                moved(listing, Q(status=ListStatus.UNDOING), leased_until=None)
                return True
        _finish(listing, clock())
    except TakenAwayError:
        pass
    return True


def count_undoing(
    listing: ListImport,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    between: Callable[[], bool] = always,
) -> bool:
    """Count what undoing a list would do, for its page; return whether it was ours to count.

    Where `between` returns false, or a worker is killed, it is counted anew later: nothing but the counts is written.
    """
    if not take_lease(listing, COUNTING, now):
        return False
    told = Undoing()
    for _slice in count_into(told, listing):
        goes_on = between()
        if not (_still_ours(listing, leased_until=clock() + LEASE if goes_on else None) and goes_on):
            return True
    looks = {name: value for name, value in listing.looks.items() if name != "counting"}
    _still_ours(listing, looks=looks | {"would": told.as_dict(clock())}, leased_until=None)
    return True


def _still_ours(listing: ListImport, **fields: Any) -> bool:
    return moved(listing, COUNTING & Q(leased_until=listing.leased_until), **fields)


@transaction.atomic
def undo_rows(listing: ListImport, rows: Sequence[ListRow], *, now: datetime) -> None:
    """Take back some rows, the last first. Raises TakenAwayError when somebody else is at it meanwhile."""
    looks = {**listing.looks, "undone_down_to": rows[-1].number}
    here = Q(status=ListStatus.UNDOING, leased_until=listing.leased_until, read=listing.read)
    left = max(listing.read - len(rows), 0)
    if not moved(listing, here, read=left, looks=looks, leased_until=now + LEASE):
        raise TakenAwayError
    pairs = all_changes(rows)
    fates = _fates(pairs)
    touched = {row.client_id for row in rows if row.client_id}
    _take_back([(change, fates[place]) for place, (_row, change) in enumerate(pairs)])
    stays = {row.pk for place, (row, _change) in enumerate(pairs) if fates[place] is Fate.STAYS}
    ListRow.objects.filter(pk__in=stays).update(problem=_("It stays: it was changed, or used, here since."))
    ListRow.objects.filter(pk__in={row.pk for row in rows} - stays).delete()
    touch_health(sorted(touched), now=now, is_redrawn=True)


def _fates(pairs: Sequence[tuple[ListRow, dict[str, Any]]]) -> dict[int, Fate]:
    """Return what becomes of each change; what a source calls a row goes with it."""
    changes = [change for _row, change in pairs]
    judge, fates = Judge(), {}
    for things in LEVELS:
        fates.update(judge.judge(changes, things))
    stays = {(changes[place]["thing"], changes[place]["id"]) for place, fate in fates.items() if fate is Fate.STAYS}
    asked = [change["id"] for change in changes if change["thing"] == "known"]
    known = {row.pk: (row.thing, row.thing_id) for row in Known.objects.filter(pk__in=asked)}
    for place, change in enumerate(changes):
        if change["thing"] == "known":
            is_there = change["id"] in known and known[change["id"]] not in stays
            undone = Fate.REMOVE if change["before"] is None else Fate.CHANGE
            fates[place] = undone if is_there else Fate.NOTHING
    return fates


def _take_back(judged: Sequence[tuple[dict[str, Any], Fate]]) -> None:
    gone: dict[str, list[int]] = defaultdict(list)
    for change, fate in judged:
        if fate is Fate.REMOVE:
            gone[change["thing"]].append(change["id"])
    _change_back([change for change, fate in judged if fate is Fate.CHANGE])
    _restore([change for change, fate in judged if fate is Fate.RESTORE])
    keys = set(_of_keys(gone["clientkey"])) | _changed(judged, "client")
    people = set(_of_addresses(gone["personaddress"])) | _changed(judged, "person")
    for thing in GOES_FIRST:
        THINGS[thing]._default_manager.filter(pk__in=gone[thing]).delete()  # noqa: SLF001  (of whichever model it is)
    find_clients_by(keys - set(gone["client"]))
    find_people_by(people - set(gone["person"]))


def _changed(judged: Iterable[tuple[dict[str, Any], Fate]], thing: str) -> set[int]:
    return {change["id"] for change, fate in judged if fate is Fate.CHANGE and change["thing"] == thing}


def _of_keys(keys: Sequence[int]) -> Iterable[int]:
    return Client.objects.filter(keys__in=keys).values_list("pk", flat=True)


def _of_addresses(keys: Sequence[int]) -> Iterable[int]:
    return Person.objects.filter(addresses__in=keys).values_list("pk", flat=True)


def _change_back(changes: Sequence[dict[str, Any]]) -> None:
    """Make changed rows as they were: of several changes of one row the first of the list counts, taken back last."""
    before: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for change in changes:
        before[change["thing"], change["id"]].update(typed(change["thing"], change["before"]))
    _forget_who_went(before.values())
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)
    for (thing, pk), values in before.items():
        groups[thing, tuple(values)].append((*values.values(), pk))
    for (thing, names), rows in groups.items():
        update_rows(THINGS[thing], names, rows)


def _forget_who_went(values: Iterable[dict[str, Any]]) -> None:
    """Leave out who has gone since: a colleague, a person."""
    told = list(values)
    for name, model in (("by_id", User), ("looked_after_by_id", User), ("person_id", Person)):
        asked = {each[name] for each in told if each.get(name)}
        gone = asked - set(model.objects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
        for each in told:
            if each.get(name) in gone:
                each[name] = None


def _restore(changes: Sequence[dict[str, Any]]) -> None:
    """Put back what the list removed, under the key that it had, unless the same was told anew since."""
    wanted = [(change["thing"], change["id"], typed(change["thing"], change["before"])) for change in changes]
    _forget_who_went(values for _thing, _pk, values in wanted)
    ids = {values["external_id"] for thing, _pk, values in wanted if thing == "staffingfact"}
    there: set[tuple[Any, Any]] = set()
    there.update(StaffingFact.objects.filter(external_id__in=ids).values_list("source", "external_id"))
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for thing, pk, values in wanted:
        own = (values.get("source"), values.get("external_id"))
        if thing != "staffingfact" or own not in there:
            there.add(own)
            rows[thing].append((pk, *(values[name] for name in FIELDS[thing])))
    for thing, some in rows.items():
        insert_rows(THINGS[thing], ("id", *FIELDS[thing]), some)


@transaction.atomic
def _finish(listing: ListImport, now: datetime) -> None:
    here = Q(status=ListStatus.UNDOING, leased_until=listing.leased_until)
    done = {"status": ListStatus.UNDONE, "undone_at": now, "finished_at": now, "leased_until": None, "read": F("total")}
    if not moved(listing, here, **done):
        raise TakenAwayError
    ListRow.objects.filter(listing=listing, outcome=RowOutcome.REFUSED).delete()
    stays = ListRow.objects.filter(listing=listing, outcome__in=WROTE).count()
    record("finish_undo", listing, by=None, now=now, after={"rows": listing.total, "stays": stays})
